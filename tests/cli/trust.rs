//! `trust update`, `show` and `remove`, and what `verify` and `serve` make of the accepted authorities.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConnection, StreamOwned};
use serde_json::{Value, json};
use skillpass::http::tls::from_pem;
use skillpass::interop::fetch::{FetchError, Most, fetch};

use super::program::{Place, Ran};
use crate::common::documents::{NOW, canonical, module, signed};
use crate::door::{own_certificate, pem};
use crate::simulator::repository::{Part, Repository, bundle};

/// A place with the test authority's file, a credential under it, and a folder that has accepted nothing.
fn place(repository: &Repository) -> Place {
    let place = Place::empty();
    place.write("trust.json", repository.file());
    place.write("credential.json", canonical(&signed(&module())));
    place
}

fn fingerprint(repository: &Repository) -> String {
    skillpass::trust::fingerprint::Fingerprint::of(&repository.first_root()).as_argument()
}

fn update(place: &Place, more: &str) -> Ran {
    place.run(&format!("trust update {more} --into trusted --at {NOW}"))
}

fn verify(place: &Place, more: &str) -> Ran {
    place
        .skillpass(format!("verify credential.json --at {NOW} {more}").split_whitespace())
        .env("SKILLPASS_TRUST", "trusted")
        .end()
}

/// The sentence a person needs: who, where, that it is a trial, the digits to compare, and what to type then.
#[test]
fn the_first_file_of_an_authority() {
    let repository = Repository::new();
    let place = place(&repository);
    let languages = [("es", "Colombia"), ("pt", "Colômbia"), ("en", "Colombia"), ("fr", "Colombie"), ("ht", "Kolonbi")];
    for (language, country) in languages {
        let said = update(&place, &format!("trust.json --lang {language}")).ends(2);
        let digits = fingerprint(&repository);
        for wanted in ["Autoridad de prueba", country, &digits, &digits.replace('-', " ")] {
            assert!(said.err.contains(wanted), "{language} {wanted}: {}", said.err);
        }
        assert!(!place.path("trusted").exists());
    }
    // What it says to type is typed.
    let said = update(&place, "trust.json").ends(2);
    let line = said.err.lines().find(|line| line.contains(" --root ")).unwrap().trim().to_owned();
    let words: Vec<&str> = line.split_whitespace().skip(1).collect();
    let said = place.skillpass(words.iter().chain(&["--at", NOW])).end().ends(0);
    assert!(said.err.contains("Autoridad de prueba"), "{}", said.err);
    verify(&place, "").ends(0);
    // Wrong digits accept nobody; what is no fingerprint is a wrong call.
    let wrong = fingerprint(&Repository::another("urn:x", "PE", "pilot"));
    // And whoever compared other digits than the file's is never handed the command that accepts it.
    for language in ["es", "pt", "en", "fr", "ht"] {
        let typed = format!("trust update trust.json --into other --root {wrong} --at {NOW} --lang {language}");
        let said = place.run(&typed).ends(1);
        let (digits, none) = (fingerprint(&repository), !said.err.contains("--root"));
        assert!(none && said.err.contains(&digits.replace('-', " ")), "{language}: {}", said.err);
    }
    let said = place.run(&format!("trust update trust.json --into other --root {wrong} --at {NOW} --json")).ends(1);
    assert_eq!(said.json()["packs"][0]["error"]["code"], "trust-other-digits");
    place.run("trust update trust.json --into other --root 12345").ends(64);
    assert!(!place.path("other").exists());
}

/// Worth decides nothing, so the office to ask stands with the answer; a country we have no name for shows its letters.
#[test]
fn a_country_without_a_rule_names_whom_to_ask() {
    let repository = Repository::new();
    let place = place(&repository);
    let said = verify(&place, "--trust trust.json --country PE --lang en").ends(0);
    assert!(said.out.contains("Peru: there is no rule for this here.\n      Ask here: "), "{}", said.out);
    let said = verify(&place, "--trust trust.json --country QZ --lang en").ends(0);
    assert!(said.out.contains("QZ: there is no rule") && !said.out.contains("country."), "{}", said.out);
}

/// A decision beside its original is two files, and what only the two together say is not lost in the short form.
#[test]
fn a_decision_and_its_withdrawn_original_are_not_one_green_line() {
    let vectors = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let read = |name: &str| std::fs::read(vectors.join(name)).unwrap();
    let vector: Value = serde_json::from_slice(&read("credential/link-original-revoked.json")).unwrap();
    let place = Place::empty();
    place.write("decision.json", vector["document"].to_string().into_bytes());
    place.write("original.json", vector["presented"][0].to_string().into_bytes());
    let mut line =
        format!("verify decision.json original.json --at {} --country PE --lang en", vector["now"].as_str().unwrap());
    for pack in vector["packs"].as_array().unwrap() {
        let name = format!("{}.json", pack.as_str().unwrap());
        place.write(&name, read(&format!("packs/{name}")));
        line.push_str(&format!(" --trust {name}"));
    }
    let said = place.run(&line).ends(1);
    for wanted in [
        "Recognition decision: ",
        "✓ Peru: recognized only in part",
        "Original certificate: The original certificate has been cancelled",
    ] {
        assert!(said.out.contains(wanted), "{wanted}: {}", said.out);
    }
}

#[test]
fn a_newer_file_and_an_older_one() {
    let mut repository = Repository::new();
    let place = place(&repository);
    update(&place, &format!("trust.json --root {}", fingerprint(&repository))).ends(0);
    repository.revoke(&[13, 94_567]);
    place.write("newer.json", repository.publish());
    let said = update(&place, "newer.json --json").ends(0).json();
    assert_eq!(said["packs"][0]["result"], "updated");
    let before = said["packs"][0]["before"].as_str().unwrap();
    assert_eq!(place.read(before), place.read("trust.json"));
    assert_eq!(update(&place, "newer.json --json").ends(0).json()["packs"][0]["result"], "same");
    verify(&place, "").ends(1);
    let said = update(&place, "trust.json --lang en").ends(1);
    assert!(said.err.contains("older than yours") && said.err.contains("unchanged"), "{}", said.err);
    let said = update(&place, "trust.json --json").ends(1).json();
    assert_eq!(
        (said["packs"][0]["result"].as_str(), said["packs"][0]["error"]["code"].as_str()),
        (Some("refused"), Some("rollback"))
    );
    verify(&place, "").ends(1);
    // From standard input, and not one byte more than there may be.
    repository.bump(Part::Accreditation);
    let words = ["trust", "update", "-", "--into", "trusted", "--at", NOW];
    place.skillpass(words).stdin(&repository.publish()).end().ends(0);
    place.skillpass(words).stdin(&vec![b' '; 32 * 1024 * 1024 + 1]).end().ends(66);
    place.run("trust update /dev/zero --into trusted").ends(66);
}

#[test]
fn what_is_accepted_is_shown_and_removed() {
    let (one, two) = (Repository::new(), Repository::another("urn:two", "PE", "production"));
    let place = place(&one);
    place.write("both.json", bundle(&[&one.file(), &two.file()]));
    let said = update(&place, &format!("both.json --json --root {}", fingerprint(&one))).ends(2).json();
    let results: Vec<&str> =
        said["packs"].as_array().unwrap().iter().map(|it| it["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["accepted", "unknown-root"]);
    update(&place, &format!("both.json --root {}", fingerprint(&two))).ends(0);
    let shown = place.run(&format!("trust show --into trusted --json --at {NOW}")).ends(0).json();
    let packs = shown["packs"].as_array().unwrap();
    assert_eq!(packs.len(), 2);
    let first = packs.iter().find(|pack| pack["authority"]["country"] == "CO").unwrap();
    assert_eq!((first["environment"].as_str(), first["ageDays"].as_i64()), (Some("pilot"), Some(2)));
    assert_eq!(first["counts"]["statusLists"], 1);
    assert_eq!(first["fingerprint"].as_str().unwrap().replace(' ', "-"), fingerprint(&one));
    let said = place.run(&format!("trust show --into trusted --lang en --at {NOW}")).ends(0);
    for wanted in ["Autoridad de prueba, Colombia", "Autoridad urn:two", "2 days ago", "fingerprint: ", "urn:two"] {
        assert!(said.out.contains(wanted), "{wanted} in {}", said.out);
    }
    assert_eq!(place.run("trust show both.json --json").ends(0).json()["packs"].as_array().unwrap().len(), 2);
    place.run("trust remove urn:nobody --into trusted").ends(64);
    place.run("trust remove urn:two --into trusted").ends(0);
    let shown = place.run("trust show --into trusted --json").ends(0).json();
    assert_eq!(shown["packs"].as_array().unwrap().len(), 1);
}

/// Where nobody says which folder: the user's own data folder.
#[test]
fn the_users_own_folder() {
    let repository = Repository::new();
    let place = place(&repository);
    let root = fingerprint(&repository);
    let words = ["trust", "update", "trust.json", "--root", &root, "--at", NOW];
    place.skillpass(words).end().ends(64);
    let home = place.path("home").display().to_string();
    let data = place.path("data").display().to_string();
    let own = place.path("own").display().to_string();
    for (environment, folder) in [
        (vec![("HOME", &home)], "home/.local/share/skillpass/trust"),
        (vec![("HOME", &home), ("XDG_DATA_HOME", &data)], "data/skillpass/trust"),
        (vec![("XDG_DATA_HOME", &data), ("SKILLPASS_TRUST", &own)], "own"),
    ] {
        let with = |words: &[&str]| {
            environment.iter().fold(place.skillpass(words), |run, (name, value)| run.env(name, value)).end()
        };
        with(&["verify", "credential.json", "--at", NOW]).ends(2);
        with(&words).ends(0);
        assert!(place.path(folder).join("accepted.json").exists(), "{folder}");
        with(&["verify", "credential.json", "--at", NOW]).ends(0);
    }
}

/// F18. What cannot be read is told and never turns a certificate red; what else is at hand decides.
#[test]
fn a_trust_file_that_cannot_be_read() {
    let (one, two) = (Repository::new(), Repository::another("urn:two", "PE", "pilot"));
    let place = place(&one);
    place.write("broken.json", "{\"type\":\"TrustPack\",\"format\":1}");
    let mut altered: Value = serde_json::from_slice(&one.file()).unwrap();
    altered["accreditation"]["issuers"][0]["name"] = "Ministerio".into();
    place.write("altered.json", canonical(&altered));
    place.write("two.json", two.file());
    place.write("bundle.json", bundle(&[&canonical(&altered), &two.file()]));
    place.write(
        "nobody.json",
        canonical(&json!({"type": "TrustBundle", "format": 1, "packs": [{"type": "TrustPack"}]})),
    );
    for (trust, code, problems) in [
        ("--trust trust.json --trust broken.json", 0, 1),
        ("--trust missing.json --trust trust.json", 0, 1),
        ("--trust bundle.json --trust trust.json", 0, 1),
        // The one that would know the issuer is broken; the other is not asked about. Red would be a false one.
        ("--trust altered.json --trust nobody.json --trust two.json", 0, 2),
        ("--trust trust.json --trust two.json", 0, 0),
    ] {
        let said = verify(&place, &format!("{trust} --json")).ends(code);
        let told = said.json()["trustProblems"].as_array().map_or(0, Vec::len);
        assert_eq!(told, problems, "{trust}: {}", said.out);
        assert_eq!(said.err.matches("skillpass: ").count(), problems, "{}", said.err);
    }
    // Under a pack that knows nobody: undecided, not red.
    let mut empty = Repository::another("urn:empty", "PE", "pilot");
    empty.accreditation["issuers"] = json!([]);
    place.write("empty.json", empty.file());
    let said = verify(&place, "--trust altered.json --trust empty.json --json").ends(2).json();
    assert_eq!(said["verdicts"][0]["outcome"], "undecided");
    for trust in ["--trust broken.json", "--trust broken.json --trust missing.json", "--trust nobody.json"] {
        let said = verify(&place, &format!("{trust} --json")).ends(66);
        assert!(said.json()["error"]["code"].is_string(), "{}", said.out);
    }
    // The same in the folder of accepted ones.
    let root = [fingerprint(&one), fingerprint(&two)];
    update(&place, &format!("trust.json --root {}", root[0])).ends(0);
    update(&place, &format!("two.json --root {}", root[1])).ends(0);
    verify(&place, "").ends(0);
    let shown = place.run("trust show --into trusted --json").ends(0).json();
    let file = |country: &str| {
        let packs = shown["packs"].as_array().unwrap();
        packs.iter().find(|it| it["authority"]["country"] == country).unwrap()["file"].as_str().unwrap().to_owned()
    };
    std::fs::write(place.path(file("PE")), "{").unwrap();
    let said = verify(&place, "--json").ends(0).json();
    assert_eq!(said["trustProblems"].as_array().unwrap().len(), 1);
    place.run("trust show --into trusted --json").ends(66);
    std::fs::write(place.path(file("CO")), "{").unwrap();
    let said = verify(&place, "--json").ends(2).json();
    assert_eq!(said["verdicts"][0]["outcome"], "undecided");
    std::fs::write(place.path("trusted/accepted.json"), "{").unwrap();
    verify(&place, "").ends(66);
    // A file named by hand does not need the folder.
    verify(&place, "--trust trust.json").ends(0);
}

/// D2. The folder remembers the newest signed time, when the pack that showed it is gone.
#[test]
fn a_clock_set_back_is_noticed_without_the_pack() {
    let (one, mut two) = (Repository::new(), Repository::another("urn:two", "PE", "pilot"));
    two.freshness["date"] = "2026-05-20T00:00:00Z".into();
    let place = place(&one);
    place.write("two.json", two.file());
    let at = "--at 2026-05-21T00:00:00Z --into trusted";
    place.run(&format!("trust update trust.json {at} --root {}", fingerprint(&one))).ends(0);
    verify(&place, "").ends(0);
    place.run(&format!("trust update two.json {at} --root {}", fingerprint(&two))).ends(0);
    place.run("trust remove urn:two --into trusted").ends(0);
    for trust in ["", "--trust trust.json"] {
        let said = verify(&place, &format!("{trust} --json")).ends(2).json();
        let clock =
            said["verdicts"][0]["findings"].as_array().unwrap().iter().find(|it| it["check"] == "clock").unwrap();
        assert_eq!(clock["reason"], "clock-behind");
    }
}

/// What a server answers to one connection after the other.
fn server(answers: Vec<Vec<u8>>, pause: Duration) -> (u16, Vec<u8>) {
    let (certificate, key) = own_certificate(21);
    let config = from_pem(&pem("CERTIFICATE", &certificate), &pem("PRIVATE KEY", &key)).unwrap();
    let mut config = Arc::unwrap_or_clone(config);
    config.alpn_protocols.clear();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for answer in answers {
            let Ok((stream, _)) = listener.accept() else { return };
            let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            let mut asked = [0; 4096];
            let _ = tls.read(&mut asked);
            for piece in answer.chunks(if pause.is_zero() { usize::MAX } else { 1 }) {
                if tls.write_all(piece).and_then(|()| tls.flush()).is_err() {
                    break;
                }
                std::thread::sleep(pause);
            }
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
    });
    (port, pem("CERTIFICATE", &certificate))
}

fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// F5, F19. One file, from there and nowhere else.
#[test]
fn from_an_address() {
    let repository = Repository::new();
    let place = place(&repository);
    let file = repository.file();
    let (port, ca) = server(
        vec![
            http("200 OK", "", &file),
            http("302 Found", "location: https://localhost/elsewhere.json\r\n", b""),
            http("404 Not Found", "", b"<html>"),
            http("200 OK", "", b"<html>Log in to this network</html>"),
            http("200 OK", "", &file[..file.len() / 2]),
            [b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n".as_slice(), &file[..9]].concat(),
            http("200 OK", "content-encoding: gzip\r\n", &file),
            http("200 OK", "", &vec![b' '; 32 * 1024 * 1024 + 1]),
        ],
        Duration::ZERO,
    );
    place.write("ca.pem", ca);
    let from = |more: &str| update(&place, &format!("https://localhost:{port}/trust.json --json {more}"));
    let code = |said: &Ran| said.json()["error"]["code"].as_str().unwrap_or_default().to_owned();
    let root = fingerprint(&repository);
    assert_eq!(from(&format!("--ca ca.pem --root {root}")).ends(0).json()["packs"][0]["result"], "accepted");
    for (exit, wanted) in [
        (74, "status"),
        (74, "status"),
        (66, "not-json"),
        (66, "not-json"),
        (74, "not-reached"),
        (0, ""),
        (74, "too-long"),
    ] {
        let said = from("--ca ca.pem").ends(exit);
        assert_eq!(code(&said), wanted, "{}", said.out);
    }
    // The port is closed now.
    assert_eq!(code(&from("--ca ca.pem").ends(74)), "not-reached");
    for (address, exit, wanted) in [
        (format!("http://localhost:{port}/trust.json"), 64, "not-an-address"),
        (format!("https://who:secret@localhost:{port}/trust.json"), 64, "not-an-address"),
        ("file:///etc/passwd".to_owned(), 64, "not-an-address"),
        ("https://".to_owned(), 64, "not-an-address"),
        ("https:///trust.json".to_owned(), 64, "not-an-address"),
    ] {
        let said = update(&place, &format!("{address} --json --ca ca.pem")).ends(exit);
        assert_eq!(code(&said), wanted, "{address}: {}", said.out);
        assert!(!said.out.contains("secret") && !said.err.contains("secret"));
    }
    place.write("no-ca.pem", "nothing");
    let said = update(&place, &format!("https://localhost:{port}/trust.json --json --ca no-ca.pem")).ends(64);
    assert_eq!(code(&said), "certificates");
}

/// A certificate that nobody here vouches for, or one of another name.
#[test]
fn from_an_address_of_somebody_else() {
    let repository = Repository::new();
    let place = place(&repository);
    let answers = || vec![http("200 OK", "", &repository.file()); 4];
    let (port, ca) = server(answers(), Duration::ZERO);
    place.write("ca.pem", ca);
    let (other, _) = own_certificate(22);
    place.write("other.pem", pem("CERTIFICATE", &other));
    for more in ["", "--ca other.pem"] {
        let said = update(&place, &format!("https://localhost:{port}/trust.json --json {more}")).ends(74);
        assert_eq!(said.json()["error"]["code"], "insecure", "{}", said.out);
    }
    let said = update(&place, &format!("https://127.0.0.1:{port}/trust.json --json --ca ca.pem")).ends(74);
    assert_eq!(said.json()["error"]["code"], "insecure", "{}", said.out);
}

/// F5. A server that gives a byte now and then, and one that never begins, hold nobody.
#[test]
fn slow_servers() {
    let most = Most { bytes: 1 << 20, seconds: 2 };
    let (port, ca) = server(vec![http("200 OK", "", &[b' '; 4096])], Duration::from_millis(50));
    let fetched = fetch(&format!("https://localhost:{port}/"), Some(&ca), most);
    assert!(matches!(fetched, Err(FetchError::TooSlow)), "{fetched:?}");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let fetched = fetch(&format!("https://localhost:{}/", silent.local_addr().unwrap().port()), Some(&ca), most);
    assert!(matches!(fetched, Err(FetchError::TooSlow)), "{fetched:?}");
}

fn post(address: &str, document: &Value) -> Value {
    let body = canonical(document);
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /api/verify HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// `serve` without `--trust` checks by the accepted authorities, takes notice when one is renewed or removed, and keeps what it has when
/// a file is damaged or a named one is older.
#[test]
fn the_served_page_follows_the_folder() {
    // Its clock is the machine's, so the pack's dates are of today.
    let mut repository = Repository::new();
    let today = super::program::now().to_string();
    repository.freshness["date"] = today.as_str().into();
    let place = place(&repository);
    let root = fingerprint(&repository);
    place.run(&format!("trust update trust.json --into trusted --root {root}")).ends(0);
    let mut command = place.command(["serve", "--listen", "127.0.0.1:0", "--lang", "en"]);
    let mut child =
        command.env("SKILLPASS_TRUST", "trusted").stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let url = loop {
        let line = lines.next().unwrap().unwrap();
        if let Some((_, rest)) = line.split_once("http://") {
            break rest.split('/').next().unwrap().to_owned();
        }
    };
    let outcome = || {
        let answer = post(&url, &signed(&module()));
        let verdict = if answer["verdicts"].is_array() { &answer["verdicts"][0] } else { &answer };
        verdict["outcome"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    };
    let first = outcome();
    // Into the next tick of the file system's clock.
    let tick = || std::thread::sleep(Duration::from_millis(30));
    repository.revoke(&[13, 94_567]);
    place.write("newer.json", repository.publish());
    tick();
    place.run("trust update newer.json --into trusted").ends(0);
    let renewed = outcome();
    let shown = place.run("trust show --into trusted --json").ends(0).json();
    let file = shown["packs"][0]["file"].as_str().unwrap().to_owned();
    tick();
    std::fs::write(place.path(&file), place.read("trust.json")).unwrap();
    let older = outcome();
    tick();
    std::fs::write(place.path(&file), "{").unwrap();
    let damaged = outcome();
    tick();
    // A sound file that nobody accepts, as one is left whose voucher has been removed, keeps nobody here.
    let other = Repository::another("urn:other", "PE", "pilot");
    let name = other.first_root().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    place.write(&format!("trusted/{name}.json"), other.file());
    place.run(&format!("trust remove {root} --into trusted")).ends(0);
    let removed = outcome();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!([&*first, &renewed, &older, &damaged, &removed], ["accept", "reject", "reject", "reject", "undecided"]);
}
