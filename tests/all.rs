//! Every integration test, in one binary that links once. One module a line, sorted.
// Tests say what they expect by panicking.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod authority;
mod browser;
mod cli;
mod common;
mod conformance;
mod door;
mod flow;
mod golden;
mod language;
mod mutation;
mod page;
mod paper;
mod policy;
mod recognition;
mod registers;
mod scan;
mod schemas;
mod simulator;
mod status;
mod store;
mod vectors;

/// Named so that it is started last: what did not run must not pass for what did.
#[test]
fn zz_conformance_suites_that_did_not_run() {
    conformance::say_what_did_not_run();
}
