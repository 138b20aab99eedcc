//! Verification opens no socket. Held twice: where there is no network at all, and by counting the system calls.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use super::program::Place;
use crate::common::shared::is_required;

/// Every way to offer a certificate, with what it is called.
fn offers(place: &Place) -> Vec<Vec<String>> {
    let file = place.files("out", ".json").remove(0);
    let text = place.run(&format!("qr {file} --text")).ends(0).out.trim().to_owned();
    let verify = |input: &str| ["verify", "--trust", "centro/trust.json", input].map(str::to_owned).to_vec();
    let mut offers = vec![verify(&file), verify(&file.replace(".json", ".png")), verify(&text), verify("out")];
    // A map with a key and a context in it: what it names by address is not asked for there.
    let multikey = "z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7";
    let (did, at) = ("did:web:cert.example", "https://cert.example/.well-known/did.json");
    let key = serde_json::json!({"id": "#k", "type": "Multikey", "controller": did, "publicKeyMultibase": multikey});
    place.write("did.json", serde_json::json!({"id": did, "assertionMethod": key}).to_string());
    place.write("context.json", r#"{"@context":{"@import":"https://cert.example/more"}}"#);
    place.write("map.json", format!(r#"{{"{at}":"did.json","https://cert.example/context":"context.json"}}"#));
    offers.push([verify(&file), vec!["--resources".to_owned(), "map.json".to_owned()]].concat());
    offers
}

/// `None`, loudly, where a tool is missing or not allowed.
fn needs(mut trial: Command, what: &str) -> Option<()> {
    if trial.output().is_ok_and(|output| output.status.success()) {
        return Some(());
    }
    assert!(!is_required(), "SKILLPASS_REQUIRE=1, and {what}");
    eprintln!("NOT RUN: that verification opens no socket, since {what}");
    None
}

#[test]
fn verification_works_where_there_is_no_network() {
    let place = Place::of_world();
    let mut trial = Command::new("unshare");
    trial.args(["-n", "true"]);
    let Some(()) = needs(trial, "a network of its own (unshare -n) cannot be had here") else { return };
    for arguments in offers(&place) {
        let mut command = Command::new("unshare");
        command.arg("-n").arg(env!("CARGO_BIN_EXE_skillpass")).args(&arguments);
        let output = command.current_dir(place.path(".")).env_clear().output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
    }
}

#[test]
fn verification_makes_no_system_call_of_the_network() {
    let place = Place::of_world();
    let mut trial = Command::new("strace");
    trial.args(["-f", "-o", "/dev/null", "true"]);
    let Some(()) = needs(trial, "strace is not installed or not allowed") else { return };
    for arguments in offers(&place) {
        let trace = place.path("trace");
        let mut command = Command::new("strace");
        command
            .args(["-f", "-e", "trace=%network", "-o"])
            .arg(&trace)
            .arg(env!("CARGO_BIN_EXE_skillpass"))
            .args(&arguments);
        let output = command.current_dir(place.path(".")).env_clear().output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
        let trace = std::fs::read_to_string(trace).unwrap();
        // `???(`: a thread whose call strace could not read any more when the process ended. Whoever speaks to a network had to open a socket first.
        let of_network = |line: &&str| line.contains('(') && !line.contains("+++") && !line.contains(" ???(");
        let calls: Vec<&str> = trace.lines().filter(of_network).collect();
        assert!(calls.is_empty(), "{arguments:?}: {calls:?}");
    }
    // And the counter counts: a program that does open one is seen.
    let trace = place.path("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-e", "trace=%network", "-o"]).arg(&trace).arg("timeout").arg("60");
    command.arg(env!("CARGO_BIN_EXE_skillpass")).args([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--trust",
        "centro/trust.json",
    ]);
    command.current_dir(place.path(".")).env_clear().env("PATH", "/usr/bin:/bin");
    let mut server = command.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().unwrap();
    // As long as a busy machine needs to start it.
    let seen = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        std::fs::read_to_string(&trace).is_ok_and(|trace| trace.contains("socket("))
    });
    // strace and what it started are a group of their own.
    Command::new("kill").args(["-KILL", "--", &format!("-{}", server.id())]).status().unwrap();
    server.wait().unwrap();
    assert!(seen);
}
