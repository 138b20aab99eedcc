//! Goal G-04: all verification tests where there is no network. The test binary runs itself again.

use std::process::Command;

use crate::common::shared::is_required;

/// What is run again: every vector, every matrix, and the tests that verify.
const AGAIN: [&str; 4] =
    ["vectors::every_vector_meets_its_expectation", "vectors::matrices::", "vectors::third_state::", "golden::"];
/// What among them starts programs of its own.
const NOT_AGAIN: [&str; 1] = ["vectors::matrices::a_date_has_no_time_zone"];

/// This binary, with these tests, under a program that takes the network away or counts its calls.
fn again(before: &[&str]) -> Command {
    let mut command = Command::new(before[0]);
    command.args(&before[1..]).arg(std::env::current_exe().unwrap()).args(AGAIN);
    NOT_AGAIN.iter().for_each(|name| {
        command.args(["--skip", name]);
    });
    command
}

/// Whether a tool can be had; loudly, where it cannot.
fn can(tool: &[&str]) -> bool {
    let tried = Command::new(tool[0]).args(&tool[1..]).arg("true").output();
    let can = tried.is_ok_and(|output| output.status.success());
    if !can {
        assert!(!is_required(), "SKILLPASS_REQUIRE=1, and {tool:?} cannot be had here");
        eprintln!("NOT RUN: verification without a network, since {tool:?} cannot be had here");
    }
    can
}

/// How many tests passed, by the harness' own last line.
fn passed(output: &std::process::Output) -> usize {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let line = text.lines().find_map(|line| line.strip_prefix("test result: ok. ")).unwrap_or_else(|| panic!("{text}"));
    line.split(' ').next().unwrap().parse().unwrap()
}

/// In a namespace of its own a process has no interface but a loopback that is down.
#[test]
fn every_verification_test_passes_without_an_interface() {
    let without = ["unshare", "-rn"];
    if !can(&without) {
        return;
    }
    // That there is none is seen, not believed: the only interface is `lo`.
    let mut interfaces = Command::new(without[0]);
    let interfaces = interfaces.args(&without[1..]).args(["cat", "/proc/net/dev"]).output().unwrap();
    let interfaces = String::from_utf8(interfaces.stdout).unwrap();
    let named: Vec<&str> = interfaces.lines().skip(2).filter_map(|line| Some(line.split_once(':')?.0.trim())).collect();
    assert_eq!(named, ["lo"]);
    let passed = passed(&again(&without).output().unwrap());
    assert!(passed > 20, "{passed}");
}

/// The same tests, and not one system call of the network among theirs.
#[test]
fn no_verification_test_makes_a_call_of_the_network() {
    let trace = tempfile::NamedTempFile::new().unwrap();
    let path = trace.path().to_str().unwrap().to_owned();
    let counting = ["strace", "-f", "--seccomp-bpf", "-e", "trace=%network", "-o", &path];
    if !can(&counting) {
        return;
    }
    let passed = passed(&again(&counting).output().unwrap());
    assert!(passed > 20, "{passed}");
    let trace = std::fs::read_to_string(&path).unwrap();
    let calls: Vec<&str> = trace.lines().filter(|line| line.contains('(') && !line.contains("+++")).collect();
    assert!(calls.is_empty(), "{calls:?}");
}
