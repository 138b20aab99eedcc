//! Verification opens no socket. Held twice: where there is no network at all, and by counting the system calls.

use std::process::Command;

use super::program::Place;
use crate::common::shared::is_required;

/// Every way to offer a certificate, with what it is called.
fn offers(place: &Place) -> Vec<Vec<String>> {
    let file = place.files("out", ".json").remove(0);
    let text = place.run(&format!("qr {file} --text")).ends(0).out.trim().to_owned();
    let verify = |input: &str| ["verify", "--trust", "centro/trust.json", input].map(str::to_owned).to_vec();
    let mut offers = vec![verify(&file), verify(&file.replace(".json", ".png")), verify(&text), verify("out")];
    place.write("map.json", r#"{"https://cert.example/.well-known/did.json":"did.json"}"#);
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
        let calls: Vec<&str> = trace.lines().filter(|line| line.contains('(') && !line.contains("+++")).collect();
        assert!(calls.is_empty(), "{arguments:?}: {calls:?}");
    }
    // And the counter counts: a program that does open one is seen.
    let trace = place.path("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-e", "trace=%network", "-o"]).arg(&trace).arg("timeout").arg("2");
    command.arg(env!("CARGO_BIN_EXE_skillpass")).args([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--trust",
        "centro/trust.json",
    ]);
    command.current_dir(place.path(".")).env_clear().env("PATH", "/usr/bin:/bin").output().unwrap();
    assert!(std::fs::read_to_string(trace).unwrap().contains("socket("));
}
