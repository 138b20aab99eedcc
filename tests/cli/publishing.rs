//! `suspend`, `resume`, `revoke` of many, `publish`, and serving what was published.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::common::documents::rdfc_alone;

use super::program::{KEY, PEOPLE, Place};

const TRUST: &str = "--trust centro/trust.json";

#[test]
fn many_certificates_are_suspended_and_resumed_in_one_go() {
    let place = Place::of_world();
    let [one, two, three] = [0, 1, 2].map(|person: usize| place.serial(PEOPLE[person].0));
    let run = |line: &str| place.run(&format!("{line} --institution centro --key-file {KEY}"));
    let verdict = |serial: &str| place.run(&format!("verify {TRUST} out/{serial}.json")).code;
    let said = run(&format!("suspend {one} {two} --json")).ends(0).json();
    let row = |serial: &str, changed: bool, state: &str| serde_json::json!({"changed": changed, "serial": serial, "state": state});
    assert_eq!(said["certificates"], serde_json::json!([row(&one, true, "suspended"), row(&two, true, "suspended")]));
    assert_eq!((verdict(&one), verdict(&two), verdict(&three)), (1, 1, 0));
    // The register's table does not call it withdrawn, and the register does not issue it anew.
    assert!(place.issue("gin.csv", "").ends(0).out.is_empty());
    assert!(place.index().iter().all(|line| line["state"] == "issued"));
    let said = run(&format!("resume {one} {three} --json")).ends(0).json();
    assert_eq!(said["certificates"], serde_json::json!([row(&one, true, "issued"), row(&three, false, "issued")]));
    assert_eq!((verdict(&one), verdict(&two)), (0, 1));

    // What was revoked is said to be final, and how its person gets another one is said too.
    run(&format!("revoke {two} {three} --reason withdrawn-by-holder")).ends(0);
    // Another reason asked for later is not taken, and that is said.
    let said = run(&format!("revoke {two} --reason fraud-confirmed --lang en")).ends(0);
    assert!(said.err.contains("the reason stays: the holder asked for it"), "{}", said.err);
    for act in ["suspend", "resume"] {
        let said = run(&format!("{act} {one} {two} --json")).ends(64);
        assert_eq!(said.json()["error"]["code"], "revoked-for-good");
        assert!(said.err.contains(&two) && said.err.contains("--reissue"), "{}", said.err);
        assert_eq!(verdict(&one), 0, "nothing of it was done");
    }
    run(&format!("suspend {one} NOBODY")).ends(66);
    assert_eq!(verdict(&one), 0);
    run("suspend").ends(64);

    place.issue("gin.csv", &format!("--reissue {one}")).ends(64);
    place.issue("gin.csv", "--reissue NOBODY").ends(64);
    let said = place.issue("gin.csv", &format!("--reissue {two}")).ends(0);
    let new = said.out.trim();
    assert_eq!((verdict(new), verdict(&two)), (0, 1), "{}", said.out);
}

#[test]
fn publishing_makes_the_folder_for_the_authority() {
    let place = Place::of_world();
    std::fs::remove_dir_all(place.path("centro/publish")).unwrap();
    let before: serde_json::Value = serde_json::from_slice(&place.read("centro/status/1.json")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let said = place.run(&format!("publish --institution centro --key-file {KEY} --json")).ends(0);
    assert_eq!(said.json()["publish"], "centro/publish");
    assert!(said.err.contains("centro/publish"), "{}", said.err);
    let files = ["1-message.status", "1-suspension.status", "1.status", "acts", "checkpoint", "institution"];
    assert_eq!(place.files("centro/publish", ".json"), files.map(|name| format!("centro/publish/{name}.json")));
    assert_eq!(place.read("centro/publish/log.txt").split(|byte| *byte == b'\n').count(), PEOPLE.len() + 1);
    let after: serde_json::Value = serde_json::from_slice(&place.read("centro/status/1.json")).unwrap();
    assert_ne!(before["validFrom"], after["validFrom"]);
    assert_eq!(before["credentialSubject"], after["credentialSubject"]);
    // A body without a domain has nothing to serve at an address; a folder that is not there is no folder.
    let said = place.run("serve --publish centro/publish --json").ends(64).json();
    assert_eq!(said["error"]["code"], "publish-no-address");
    place.run("serve --publish nowhere").ends(66);
    place.run(&format!("init web --name Web --country CO --domain web.example --key-file {KEY}")).ends(0);
    let said = place.run("serve --publish web/publish --publish web/publish --json").ends(64).json();
    assert_eq!(said["error"]["code"], "publish-twice");
}

/// A server that is stopped when a test is done with it.
struct Server(Child, String);

impl Server {
    fn start(place: &Place, line: &str) -> Self {
        let mut child = place
            .command(line.split_whitespace().chain(["--listen", "127.0.0.1:0"]))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = lines.map(Result::unwrap).find_map(|line| line.split_once("http://").map(|(_, at)| at.to_owned()));
        let address = said.unwrap().trim_end_matches('/').to_owned();
        Self(child, address)
    }

    /// Status line, and body.
    fn get(&self, host: &str, path: &str) -> (String, Vec<u8>) {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), &[])
    }

    fn post(&self, path: &str, body: &[u8]) -> Vec<u8> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.1,
            body.len()
        );
        self.ask(&head, body).1
    }

    fn ask(&self, head: &str, body: &[u8]) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.1).unwrap();
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        (head.lines().next().unwrap().to_owned(), answer[end + 4..].to_vec())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn what_is_published_is_served_without_a_restart() {
    let place = Place::of_world();
    place.run(&format!("init web --name Web --country CO --domain web.example --key-file {KEY}")).ends(0);
    place
        .run(&format!("issue --institution web --register gin.csv --achievement GIN --out out-web --key-file {KEY}"))
        .ends(0);
    let server = Server::start(&place, "serve --trust web/trust.json --publish web/publish");
    let names = [("/status/1", "1"), ("/status/1/suspension", "1-suspension"), ("/status/1/message", "1-message")];
    let served_as_written = || {
        for (path, name) in names {
            let (status, body) = server.get("web.example", path);
            assert_eq!(status, "HTTP/1.1 200 OK", "{path}");
            assert!(body == rdfc_alone(&place.read(format!("web/status/{name}.json"))), "{path}");
        }
        assert_eq!(server.get("web.example", "/trust.json").1, place.read("web/trust.json"));
    };
    served_as_written();
    let before = server.get("web.example", "/status/1").1;
    let serial = place.files("out-web", ".json").remove(0).replace("out-web/", "").replace(".json", "");
    place.run(&format!("revoke {serial} --institution web --reason error --key-file {KEY}")).ends(0);
    served_as_written();
    assert_ne!(server.get("web.example", "/status/1").1, before);
    // What cannot be read takes nothing away, and does not keep a newer trust file from counting.
    let good = server.get("web.example", "/status/1").1;
    place.write("web/publish/broken.status.json", "{}");
    assert_eq!(server.get("web.example", "/status/1").1, good);
    let file = place.files("out-web", ".json").pop().unwrap();
    let said = || String::from_utf8(server.post("/api/verify", &place.read(&file))).unwrap();
    assert!(said().contains("\"outcome\":\"accept\""), "{}", said());
    let serial = file.replace("out-web/", "").replace(".json", "");
    place.run(&format!("suspend {serial} --institution web --key-file {KEY}")).ends(0);
    assert!(said().contains("\"outcome\":\"reject\""), "{}", said());
    std::fs::remove_file(place.path("web/publish/broken.status.json")).unwrap();
    served_as_written();
    // Nothing else of the folder is served.
    for path in ["/publish/log.txt", "/log.txt", "/status/log.txt", "/institution.json", "/status/1.status.json"] {
        assert_eq!(server.get("web.example", path).0, "HTTP/1.1 404 Not Found", "{path}");
    }
}

/// A program issues over HTTP, a clerk withdraws at the same machine, and each sees what the other did.
#[test]
fn programs_issue_while_clerks_work() {
    let place = Place::of_world();
    place.run(&format!("init web --name Web --country CO --domain web.example --key-file {KEY}")).ends(0);
    let token = place.run("token new --institution web --name program").ends(0).out;
    let listed = place.run("token list --institution web --json").ends(0).out;
    assert!(!listed.contains(token.trim()), "{listed}");
    let server = Server::start(&place, &format!("serve --trust web/trust.json --institution web --key-file {KEY}"));
    let ask = |path: &str, token: &str, body: &serde_json::Value| {
        let body = body.to_string();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: web.example\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n\
             Idempotency-Key: one\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let (status, body) = server.ask(&head, body.as_bytes());
        (status, serde_json::from_slice::<serde_json::Value>(&body).unwrap())
    };
    let order = serde_json::json!({"credential": {
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
        "issuer": "did:web:web.example", "credentialSubject": {"id": "did:example:holder"},
    }});
    let (status, answer) = ask("/credentials/issue", token.trim(), &order);
    assert_eq!(status, "HTTP/1.1 201 Created", "{answer}");
    // The same again, while a second order would be another one.
    assert_eq!(ask("/credentials/issue", token.trim(), &order), (status, answer.clone()));
    let to_verify = serde_json::json!({"verifiableCredential": answer["verifiableCredential"]});
    let (status, said) = ask("/credentials/verify", "", &to_verify);
    assert_eq!((status.as_str(), &said["verified"]), ("HTTP/1.1 200 OK", &true.into()), "{said}");

    // The institution's keys, and its lists, stand where its identifier says.
    let (status, document) = server.get("web.example", "/.well-known/did.json");
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert_eq!(document, place.read("web/publish/did.json"), "the same file for a static host");
    let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
    assert_eq!(document["id"], "did:web:web.example");
    let proof = &answer["verifiableCredential"]["proof"][0];
    assert_eq!(document["assertionMethod"], serde_json::json!([proof["verificationMethod"]]));
    assert_eq!(server.get("web.example", "/elsewhere/did.json").0, "HTTP/1.1 404 Not Found");

    // By hand, beside the running server: in the store, so it can be withdrawn, and everybody is told.
    let serial = {
        let body = order.to_string();
        let head = format!(
            "POST /credentials/issue HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\n\
             Idempotency-Key: one\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            token.trim(),
            body.len()
        );
        let mut stream = TcpStream::connect(&server.1).unwrap();
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let serial = answer.lines().find_map(|line| line.strip_prefix("skillpass-serial: ")).unwrap();
        serial.to_owned()
    };
    place.run(&format!("revoke {serial} --institution web --reason error --key-file {KEY}")).ends(0);
    let (status, said) = ask("/credentials/verify", "", &to_verify);
    assert_eq!((status.as_str(), &said["code"]), ("HTTP/1.1 422 Unprocessable Entity", &"invalid".into()), "{said}");
    assert_eq!(said["errors"][0]["code"], "revoked");
    place.run("token revoke program --institution web").ends(0);
    let (status, said) = ask("/credentials/issue", token.trim(), &order);
    assert_eq!((status.as_str(), &said["code"]), ("HTTP/1.1 403 Forbidden", &"token-revoked".into()));
}
