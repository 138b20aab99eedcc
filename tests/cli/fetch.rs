//! `fetch`: what documents need, out of the network into a folder; and where it does not go (threats.md I1, E14).

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use skillpass::base::timestamp::Timestamp;
use skillpass::cli::args::Fetch;
use skillpass::cli::fetching::run_over;
use skillpass::cli::say::Say;
use skillpass::cli::{Exit, World};
use skillpass::credential::achievement::Language;
use skillpass::desk::random::{NoRandomness, Randomness};
use skillpass::http::tls::from_pem;
use skillpass::interop::fetch::address::{Address, Internet, Network, Refused};
use skillpass::interop::fetch::{FetchError, Most, fetch_public};

use super::program::Place;
use crate::common::documents::{FORMAR, KEY_1, LIST, NOW, canonical, changed, key, module, signed};
use crate::common::packs::{list, signed_list};
use crate::door::{own_certificate_for, pem};

const HOST: &str = "cert.formar.example";

/// A server on this machine that answers for every name: what it has by host and path, and what it was asked for.
struct Server {
    port: u16,
    ca: Vec<u8>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn with(names: &[&str], files: &[(&str, Vec<u8>)]) -> Self {
        let files: BTreeMap<String, Vec<u8>> = files.iter().map(|(at, it)| ((*at).to_owned(), it.clone())).collect();
        let (certificate, key) = own_certificate_for(names, 31);
        let (certificate, key) = (pem("CERTIFICATE", &certificate), pem("PRIVATE KEY", &key));
        let mut config = Arc::unwrap_or_clone(from_pem(&certificate, &key).unwrap());
        config.alpn_protocols.clear();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (config, heard) = (Arc::new(config), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &config, &files, &heard);
            }
        });
        Self { port, ca: certificate, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// One answer: the file of host and path as it is (with its head, when it begins with `HTTP/`), else 404.
fn answer(
    stream: TcpStream,
    config: &Arc<ServerConfig>,
    files: &BTreeMap<String, Vec<u8>>,
    asked: &Mutex<Vec<String>>,
) {
    let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream);
    let mut head = [0; 4096];
    let Ok(length) = tls.read(&mut head) else { return };
    let head = String::from_utf8_lossy(&head[..length]).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default();
    let host = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("host: ").map(str::to_owned));
    let at = format!("{}{path}", host.unwrap_or_default());
    let bytes = match files.get(&at) {
        None => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec(),
        Some(file) if file.starts_with(b"HTTP/") => file.clone(),
        Some(file) => {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", file.len());
            [head.as_bytes(), file].concat()
        }
    };
    asked.lock().unwrap().push(at);
    let _ = tls.write_all(&bytes).and_then(|()| tls.flush());
    tls.conn.send_close_notify();
    let _ = tls.flush();
}

/// A network whose every name stands on this machine, at one port. Nothing of the product can make one.
struct Here {
    port: u16,
    resolved: AtomicUsize,
}

impl Here {
    fn of(server: &Server) -> Arc<Self> {
        Arc::new(Self { port: server.port, resolved: AtomicUsize::new(0) })
    }
}

impl Network for Here {
    fn addresses(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        self.resolved.fetch_add(1, Ordering::SeqCst);
        Ok(vec![SocketAddr::from(([127, 0, 0, 1], self.port))])
    }

    fn may_reach(&self, address: IpAddr) -> bool {
        address == IpAddr::from([127, 0, 0, 1])
    }
}

/// Names that resolve as a test says, and the product's own rule for addresses.
struct Resolving(Vec<SocketAddr>);

impl Network for Resolving {
    fn addresses(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(self.0.clone())
    }

    fn may_reach(&self, address: IpAddr) -> bool {
        Internet.may_reach(address)
    }
}

struct NoDice;

impl Randomness for NoDice {
    fn fill(&self, _: &mut [u8]) -> Result<(), NoRandomness> {
        Err(NoRandomness)
    }
}

/// `fetch`, in this process, over a network of the test's.
fn fetch(place: &Place, inputs: &[&str], network: Arc<dyn Network>) -> Exit {
    let args = Fetch {
        inputs: inputs.iter().map(|name| place.path(name).into_os_string()).collect(),
        into: place.path("fetched"),
        dry_run: false,
        ca: Some(place.path("ca.pem")),
    };
    let world = World { clock: || Timestamp::parse(NOW).unwrap(), random: &NoDice, program: "skillpass" };
    run_over(&args, network, &world, &Say::new(Language::En, false)).unwrap_or_else(|failure| failure.exit)
}

fn did_document() -> Value {
    let multikey = key("formar-1").public().to_multikey();
    json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"], "id": FORMAR,
        "verificationMethod": [{"id": KEY_1, "type": "Multikey", "controller": FORMAR, "publicKeyMultibase": multikey}],
        "assertionMethod": [KEY_1],
    })
}

const DID_AT: &str = "cert.formar.example/.well-known/did.json";
const LIST_AT: &str = "cert.formar.example/status/1";

fn map(place: &Place) -> Value {
    serde_json::from_slice(&place.read("fetched/map.json")).unwrap()
}

/// The whole way: what a file needs is fetched, and its verification then wants no network.
#[test]
fn what_a_file_needs_is_fetched_and_then_checked_without_a_network() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::empty();
    place.write("badge.json", canonical(&signed(&module())));
    let status = canonical(&signed_list(list(LIST, FORMAR, "revocation", &[13]), "formar-1", KEY_1));
    let files = [(DID_AT, canonical(&did_document())), (LIST_AT, status.clone())];
    let server = Server::with(&[HOST], &files);
    place.write("ca.pem", &server.ca);
    let before = place.run(&format!("verify badge.json --at {NOW} --json")).ends(2).json();
    assert_ne!(before["verdicts"][0]["answers"][0]["reason"], "intact-only");

    let network = Here::of(&server);
    assert_eq!(fetch(&place, &["badge.json"], Arc::clone(&network) as Arc<dyn Network>), Exit::Accept);
    let mut asked = server.asked();
    asked.sort();
    assert_eq!(asked, [DID_AT, LIST_AT], "each once, and nothing else");
    assert_eq!(network.resolved.load(Ordering::SeqCst), 2, "a name is resolved once for each file");
    let written = map(&place);
    let entries = written.as_object().unwrap();
    assert_eq!(entries.keys().collect::<Vec<_>>(), [&format!("https://{DID_AT}"), LIST]);
    for file in entries.values().map(|file| format!("fetched/{}", file.as_str().unwrap())) {
        let name = file.trim_start_matches("fetched/").trim_end_matches(".json");
        assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        assert_eq!(std::fs::metadata(place.path(&file)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(place.read(format!("fetched/{}", entries[LIST].as_str().unwrap())), status);
    let line = format!("verify badge.json --resources fetched/map.json --at {NOW} --json");
    let said = place.run(&line).ends(2).json();
    assert_eq!(said["verdicts"][0]["answers"][0]["reason"], "intact-only", "{said}");
    assert!(said["resourceProblems"].is_null(), "{said}");
    assert_eq!(server.asked().len(), 2, "verification asked nobody");

    // A second run takes the newer ones; entries that somebody else put into the map stay.
    let mut more = written.clone();
    more["https://else.example/context"] = "else.json".into();
    std::fs::write(place.path("fetched/map.json"), more.to_string()).unwrap();
    assert_eq!(fetch(&place, &["badge.json"], Here::of(&server)), Exit::Accept);
    assert_eq!(map(&place), more);
    // A map that cannot be read is not written over.
    std::fs::write(place.path("fetched/map.json"), "{").unwrap();
    assert_eq!(fetch(&place, &["badge.json"], Here::of(&server)), Exit::Unreadable);
    assert_eq!(place.read("fetched/map.json"), b"{");
}

/// The issuers of lists, the contexts of contexts, the members of a presentation: one after the other, each once.
#[test]
fn what_is_needed_by_what_was_fetched() {
    let place = Place::empty();
    let lister = "https://lists.example/issuer";
    let context = |more: Value| canonical(&json!({"@context": more}));
    let mut credential = module();
    credential["@context"] = json!(["https://www.w3.org/ns/credentials/v2", "https://contexts.example/a"]);
    let mut presentation = json!({"type": "VerifiablePresentation", "holder": "did:web:holder.example"});
    presentation["verifiableCredential"] = json!([signed(&credential)]);
    place.write("presentation.json", canonical(&presentation));
    let multikey = key("list").public().to_multikey();
    let page = json!({"id": lister, "assertionMethod": [{"id": format!("{lister}#k"), "type": "Multikey", "controller": lister, "publicKeyMultibase": multikey}]});
    let status = signed_list(list(LIST, lister, "revocation", &[]), "list", &format!("{lister}#k"));
    let server = Server::with(
        &[HOST, "lists.example", "contexts.example", "holder.example"],
        &[
            (DID_AT, canonical(&did_document())),
            (LIST_AT, canonical(&status)),
            ("lists.example/issuer", canonical(&page)),
            (
                "contexts.example/a",
                context(json!(["https://contexts.example/b", {"@import": "https://contexts.example/c"}])),
            ),
            ("contexts.example/b", context(json!({"x": "https://schema.org/x"}))),
            ("contexts.example/c", context(json!({"y": "https://schema.org/y"}))),
        ],
    );
    place.write("ca.pem", &server.ca);
    // The holder's document is not there: told, and the rest is kept.
    assert_eq!(fetch(&place, &["presentation.json"], Here::of(&server)), Exit::InputOutput);
    let mut asked = server.asked();
    asked.sort();
    let wanted = [
        DID_AT,
        LIST_AT,
        "contexts.example/a",
        "contexts.example/b",
        "contexts.example/c",
        "holder.example/.well-known/did.json",
        "lists.example/issuer",
    ];
    assert_eq!(asked, wanted);
    assert_eq!(map(&place).as_object().unwrap().len(), 6);
}

/// What comes must be what was asked for, under the identifier that it was asked for by.
#[test]
fn what_is_not_what_was_asked_for_is_not_kept() {
    let good = canonical(&did_document());
    let of_another = canonical(&changed(&did_document(), "/id", "did:web:other.example".into()));
    let mut with_secret = did_document();
    with_secret["verificationMethod"][0]["secretKeyMultibase"] = "z3u2".into();
    let redirect = b"HTTP/1.1 302 Found\r\nlocation: https://cert.formar.example/moved\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let inward =
        b"HTTP/1.1 307 Temporary\r\nlocation: https://127.0.0.1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let list_of_another =
        canonical(&signed_list(list("https://other.example/1", FORMAR, "revocation", &[]), "formar-1", KEY_1));
    for (answer, exit) in [
        (of_another, Exit::Reject),
        (canonical(&with_secret), Exit::Reject),
        (b"<html>Log in to this network</html>".to_vec(), Exit::Reject),
        (canonical(&json!({"@context": {"a": "b"}})), Exit::Reject),
        (list_of_another, Exit::Reject),
        (redirect.to_vec(), Exit::InputOutput),
        (inward.to_vec(), Exit::InputOutput),
        (vec![b' '; 1024 * 1024 + 1], Exit::InputOutput),
    ] {
        let place = Place::empty();
        let status = canonical(&signed_list(list(LIST, FORMAR, "revocation", &[]), "formar-1", KEY_1));
        place.write("badge.json", canonical(&signed(&module())));
        let files = [(DID_AT, answer.clone()), (LIST_AT, status), ("cert.formar.example/moved", good.clone())];
        let server = Server::with(&[HOST], &files);
        place.write("ca.pem", &server.ca);
        let shown = String::from_utf8_lossy(&answer[..answer.len().min(60)]).into_owned();
        assert_eq!(fetch(&place, &["badge.json"], Here::of(&server)), exit, "{shown}");
        assert_eq!(map(&place).as_object().unwrap().keys().collect::<Vec<_>>(), [LIST], "{shown}");
        assert!(!server.asked().iter().any(|at| at.ends_with("/moved")), "no redirect is followed");
    }
}

/// I1. One address that is not public spoils the whole name: nothing is connected to.
#[test]
fn every_address_of_a_name_is_checked() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let here = listener.local_addr().unwrap();
    let public = SocketAddr::from(([93, 184, 215, 14], 443));
    let address = Address::parse("https://rebinding.example/did.json").unwrap();
    for found in [vec![here], vec![public, here], vec![here, public]] {
        let network: Arc<dyn Network> = Arc::new(Resolving(found.clone()));
        let fetched = fetch_public(&address, &network, None, Most::RESOURCE);
        assert!(matches!(fetched, Err(FetchError::Refused(Refused::NotPublic))), "{found:?}: {fetched:?}");
    }
    assert!(listener.accept().is_err(), "nobody knocked");
    let nobody: Arc<dyn Network> = Arc::new(Resolving(Vec::new()));
    assert!(matches!(fetch_public(&address, &nobody, None, Most::RESOURCE), Err(FetchError::NotReached)));
}

/// I1. A name is resolved once. Its server may say something else the second time; nobody asks it.
#[test]
fn a_name_that_changes_its_address_is_asked_once() {
    struct Rebinding {
        first: SocketAddr,
        asked: AtomicUsize,
    }
    impl Network for Rebinding {
        fn addresses(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
            match self.asked.fetch_add(1, Ordering::SeqCst) {
                0 => Ok(vec![self.first]),
                _ => Ok(vec![SocketAddr::from(([169, 254, 169, 254], 443))]),
            }
        }

        fn may_reach(&self, address: IpAddr) -> bool {
            address == self.first.ip()
        }
    }
    let server = Server::with(&["rebinding.example"], &[("rebinding.example/a", b"{}".to_vec())]);
    let network =
        Arc::new(Rebinding { first: SocketAddr::from(([127, 0, 0, 1], server.port)), asked: AtomicUsize::new(0) });
    let address = Address::parse("https://rebinding.example/a").unwrap();
    let fetched = fetch_public(&address, &(Arc::clone(&network) as Arc<dyn Network>), Some(&server.ca), Most::RESOURCE);
    assert_eq!(fetched.unwrap(), b"{}");
    assert_eq!(network.asked.load(Ordering::SeqCst), 1);
}

/// I1. A resolver, or a server, that does not answer holds nobody.
#[test]
fn slow_ones_are_given_up() {
    struct Asleep;
    impl Network for Asleep {
        fn addresses(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
            // Whoever waited for it would never end.
            std::thread::sleep(Duration::from_hours(24));
            Ok(Vec::new())
        }

        fn may_reach(&self, _: IpAddr) -> bool {
            true
        }
    }
    let most = Most { bytes: 1024, seconds: 1 };
    let address = Address::parse("https://slow.example/").unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let quiet = Here { port: silent.local_addr().unwrap().port(), resolved: AtomicUsize::new(0) };
    for network in [Arc::new(Asleep) as Arc<dyn Network>, Arc::new(quiet)] {
        assert!(matches!(fetch_public(&address, &network, None, most), Err(FetchError::TooSlow)));
    }
}

/// I1. The product's rule for addresses, block by block: the first and the last of each, and the neighbours outside.
#[test]
fn addresses_that_are_not_public() {
    let may = |text: &str| Internet.may_reach(text.parse().unwrap_or_else(|_| panic!("{text}")));
    let inside = "0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.255 169.254.0.0 \
                  169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.0.0 192.168.255.255 198.18.0.0 \
                  198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 \
                  :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 \
                  64:ff9b::169.254.169.254 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 2002:a00:1:: 2002:808:808:: 3fff::1 \
                  4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1";
    for address in inside.split_whitespace() {
        assert!(!may(address), "{address}");
    }
    let outside = "1.0.0.0 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 169.253.255.255 \
                   169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.1 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 \
                   223.255.255.255 2001:4860:4860::8888 2606:4700::1111 2a00:1450::1 3ffe::1 64:ff9b::8.8.8.8";
    for address in outside.split_whitespace() {
        assert!(may(address), "{address}");
    }
}

/// I1. Spellings.
#[test]
fn addresses_that_are_not_asked() {
    for (text, refused) in [
        ("http://a.example/", Refused::NotHttps),
        ("HTTPS://a.example/", Refused::NotHttps),
        ("file:///etc/passwd", Refused::NotHttps),
        ("ftp://a.example/", Refused::NotHttps),
        ("gopher://a.example/", Refused::NotHttps),
        ("https:a.example", Refused::NotHttps),
        ("//a.example/", Refused::NotHttps),
        ("https://", Refused::NotAnAddress),
        ("https:///path", Refused::NotAnAddress),
        ("https://127.0.0.1/", Refused::Number),
        ("https://8.8.8.8/", Refused::Number),
        ("https://127.0.0.1./", Refused::Number),
        ("https://2130706433/", Refused::Number),
        ("https://017700000001/", Refused::Number),
        ("https://0x7f000001/", Refused::Number),
        ("https://0x7f.0.0.0x1/", Refused::Number),
        ("https://127.1/", Refused::Number),
        ("https://0177.0.0.01/", Refused::Number),
        ("https://a.0x/", Refused::Number),
        ("https://[::1]/", Refused::Number),
        ("https://[::ffff:127.0.0.1]/", Refused::Number),
        ("https://[fe80::1%25eth0]/", Refused::Number),
        ("https://who@a.example/", Refused::User),
        ("https://who:secret@a.example/", Refused::User),
        ("https://a.example@127.0.0.1/", Refused::User),
        ("https://localhost/", Refused::NotPublic),
        ("https://localhost./", Refused::NotPublic),
        ("https://LOCALHOST/", Refused::NotPublic),
        ("https://a.localhost/", Refused::NotPublic),
        ("https://printer.local/", Refused::NotPublic),
        ("https://metadata.google.internal/", Refused::NotPublic),
        ("https://a.home.arpa/", Refused::NotPublic),
        ("https://router.lan/", Refused::NotPublic),
        ("https://intranet/", Refused::NotAnAddress),
        ("https://a.example./", Refused::NotAnAddress),
        ("https://A.example/", Refused::NotAnAddress),
        ("https://a..example/", Refused::NotAnAddress),
        ("https://-a.example/", Refused::NotAnAddress),
        ("https://a_b.example/", Refused::NotAnAddress),
        ("https://a%2eexample/", Refused::NotAnAddress),
        ("https://a.example:0/", Refused::NotAnAddress),
        ("https://a.example:65536/", Refused::NotAnAddress),
        ("https://a.example:/", Refused::NotAnAddress),
        ("https://a.example:+443/", Refused::NotAnAddress),
        ("https://a.example\\@127.0.0.1/", Refused::NotAnAddress),
        ("https://a.example/#k", Refused::NotAnAddress),
        ("https://a.example/a b", Refused::NotAnAddress),
        ("https://a.example/\u{7f}", Refused::NotAnAddress),
        ("https://ⓐ.example/", Refused::NotAnAddress),
        ("https://a.example/\r\nhost: b", Refused::NotAnAddress),
    ] {
        assert_eq!(Address::parse(text), Err(refused), "{text}");
    }
    let long = format!("https://a.example/{}", "a".repeat(2_048));
    assert_eq!(Address::parse(&long), Err(Refused::NotAnAddress));
    for (text, door) in [
        ("https://a.example", ("a.example", 443)),
        ("https://a.example/x?y=1", ("a.example", 443)),
        ("https://a.example:8443/", ("a.example", 8443)),
        ("https://xn--a-1ga.example/a:b@c", ("xn--a-1ga.example", 443)),
        ("https://1.2.3.4.example/", ("1.2.3.4.example", 443)),
    ] {
        assert_eq!(Address::parse(text).unwrap().door(), door);
    }
}

/// The program itself, with its own rule: refused before anything is asked, said in words, and nothing secret repeated.
#[test]
fn the_program_refuses_what_leads_inwards() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let place = Place::empty();
    for (at, code) in [
        (format!("https://127.0.0.1:{port}/"), "number-for-a-name"),
        (format!("https://[::ffff:127.0.0.1]:{port}/"), "number-for-a-name"),
        (format!("https://2130706433:{port}/"), "number-for-a-name"),
        (format!("https://0x7f000001:{port}/"), "number-for-a-name"),
        ("https://169.254.169.254/latest/meta-data".to_owned(), "number-for-a-name"),
        (format!("https://localhost.:{port}/"), "not-public"),
        (format!("https://localhost:{port}/"), "not-public"),
        (format!("https://who:secret@localhost:{port}/"), "user-name"),
        (format!("http://localhost:{port}/"), "not-https"),
        ("file:///etc/passwd".to_owned(), "not-https"),
        ("https://a.example/\u{1b}[2J".to_owned(), "odd-address"),
    ] {
        let mut document = module();
        document["issuer"]["id"] = crate::common::documents::did_key("formar-1").into();
        document["credentialStatus"]["statusListCredential"] = at.as_str().into();
        let method = crate::common::documents::did_key_method("formar-1");
        let document =
            crate::common::documents::signed_by(&document, "formar-1", &method, crate::common::documents::SIGNED);
        place.write("badge.json", canonical(&document));
        let said = place.run("fetch badge.json --into fetched --json").ends(1);
        let failed = &said.json()["failed"];
        assert_eq!(failed[0]["error"]["code"], code, "{at}: {}", said.out);
        assert_eq!(failed.as_array().unwrap().len(), 1, "{}", said.out);
        for text in [&said.out, &said.err] {
            assert!(!text.contains("secret@") && !text.contains("who:") && !text.contains('\u{1b}'), "{text}");
        }
        let planned = place.run("fetch badge.json --into other --dry-run --json").ends(0).json();
        assert_eq!(planned["needs"][0]["refused"], code, "{planned}");
    }
    assert!(listener.accept().is_err(), "nobody knocked");
    assert!(!place.path("other").exists(), "a rehearsal writes nothing");
}

#[test]
fn a_file_that_needs_nothing_and_one_that_is_none() {
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    for language in ["es", "pt", "en", "fr", "ht"] {
        let said = place.run(&format!("fetch {file} --into fetched --dry-run --lang {language}")).ends(0);
        assert!(said.out.is_empty() && !said.err.is_empty(), "{said:?}");
    }
    place.run("fetch missing.json --into fetched").ends(66);
    place.run("fetch gin.csv --into fetched").ends(66);
    place.run("fetch").ends(64);
}
