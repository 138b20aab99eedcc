//! What is handed out: unpacked into an empty folder and started, where no socket leads out of the machine, by a browser that was never here.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use axum::Router;

use super::is_cut_off;
use crate::browser::{Visitor, whole};
use crate::common::documents::NOW;
use crate::common::here;
use crate::common::packs::Parts;
use crate::page::{Log, NAME, digits, good};

/// The program of the archive, gone when the test is.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Makes the archive of the program that was built for the tests, and gives what it printed.
fn packed(out: &Path, trust: &Path) -> String {
    // Without what debuggers want, as a release has it.
    let program = trust.with_file_name("stripped");
    let stripped = Command::new("strip").arg("-o").arg(&program).arg(env!("CARGO_BIN_EXE_skillpass")).status();
    if !stripped.is_ok_and(|status| status.success()) {
        std::fs::copy(env!("CARGO_BIN_EXE_skillpass"), &program).unwrap();
    }
    let mut command = Command::new(here("release/archive"));
    command.arg(out).arg("--program").arg(program).arg("--trust").arg(trust);
    let output = command.env("SOURCE_DATE_EPOCH", "1767225600").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Starts it as a person would who has just unpacked it, and gives the address that it says.
fn started(folder: &Path, home: &Path) -> (Server, String) {
    let mut command = Command::new(folder.join("skillpass"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--lang", "en"]).env_clear().env("HOME", home);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = Vec::new();
    let address = loop {
        let line = lines.next().expect("it says its address").unwrap();
        if let Some(at) = line.find("http://") {
            break line[at..].trim().to_owned();
        }
        said.push(line);
    };
    assert!(said.join("\n").contains("lists that came with this program"), "{said:?}");
    // Its log goes on; whoever holds the pipe reads it.
    std::thread::spawn(move || lines.for_each(drop));
    (Server(child), address)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archive_verifies_where_there_is_no_network() {
    if !is_cut_off("checker::archive::the_archive_verifies_where_there_is_no_network") {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let trust = place.path().join("authority.json");
    std::fs::write(&trust, Parts::of_tests().to_bytes()).unwrap();
    let archive = place.path().join("out/skillpass.tar.gz");
    crate::common::figures::tell(packed(&archive, &trust));
    let again = place.path().join("again.tar.gz");
    packed(&again, &trust);
    assert!(std::fs::read(&archive).unwrap() == std::fs::read(&again).unwrap(), "the same files give the same bytes");
    let empty = place.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let unpacked = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&empty).status().unwrap();
    assert!(unpacked.success());
    let folder = std::fs::read_dir(&empty).unwrap().next().unwrap().unwrap().path();
    for file in [
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "licences/crates.txt",
        "licences/serde_json/LICENSE-MIT",
        "licences/web-qr",
        "trust/00-authority.json",
    ] {
        assert!(folder.join(file).exists(), "{file}");
    }
    let home = place.path().join("home");
    std::fs::create_dir(&home).unwrap();
    let (_server, address) = started(&folder, &home);
    let Some(mut visitor) = Visitor::arrive_with("en", Router::new(), Log::default(), &whole()).await else { return };
    visitor.base = address;
    visitor.live_at(NOW).await;
    visitor.open(&format!("#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert_eq!(visitor.see(".name").await, NAME);
    // Whose word it rests on, and of when.
    let lists = visitor.see("#lists").await;
    assert!(lists.contains("Autoridad de prueba") && lists.contains("of 2026-05-02, age in days: 2"), "{lists}");
    visitor.picture("43-archive", true).await;
    // A browser that keeps nothing of the machine: what is here is all there is.
    assert_eq!(std::fs::read_dir(&home).unwrap().count(), 0, "nothing was written into the home");
    // Chromium's own first page notes that the network is slow.
    visitor.leave(1).await;
}

/// What a person chose wins over what came with the program: named files, then accepted ones.
#[test]
fn what_was_chosen_wins_over_what_came_along() {
    let place = tempfile::tempdir().unwrap();
    let program = place.path().join("skillpass");
    std::fs::copy(env!("CARGO_BIN_EXE_skillpass"), &program).unwrap();
    std::fs::create_dir(place.path().join("trust")).unwrap();
    std::fs::write(place.path().join("trust/a.json"), Parts::of_tests().to_bytes()).unwrap();
    let named = place.path().join("named.json");
    std::fs::write(&named, Parts::of_tests().to_bytes()).unwrap();
    let accepted = place.path().join("accepted");
    let root = std::fs::read(&named).unwrap();
    let pack = crate::common::packs::read(&root).unwrap();
    let fingerprint = skillpass::trust::fingerprint::Fingerprint::of(&pack.first_root()).to_string();
    let mut update = Command::new(&program);
    update.args(["trust", "update"]).arg(&named).arg("--into").arg(&accepted).args([
        "--root",
        &fingerprint,
        "--at",
        NOW,
    ]);
    let output = update.env_clear().output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let says = |folder: &Path, named: Option<&Path>| {
        let mut command = Command::new(&program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--lang", "en"]).env_clear().env("SKILLPASS_TRUST", folder);
        command.args(named.iter().flat_map(|path| ["--trust".as_ref(), path.as_os_str()]));
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let said: Vec<String> = lines.take_while(|line| !line.contains("http://")).collect();
        drop(Server(child));
        said.join("\n").contains("lists that came with this program")
    };
    let nowhere = place.path().join("nowhere");
    assert!(says(&nowhere, None));
    assert!(!says(&nowhere, Some(&named)));
    assert!(!says(&accepted, None));
}
