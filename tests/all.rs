//! Every integration test, in one binary that links once. One module a line, sorted.
// Tests say what they expect by panicking.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod authority;
mod backup;
mod badge;
mod browser;
mod checker;
mod cli;
mod common;
mod conformance;
mod desk;
mod desk_page;
mod door;
mod flow;
mod gallery;
mod golden;
mod insides;
mod intake;
mod kernel;
mod language;
mod mutation;
mod page;
mod paper;
mod pdf;
mod policy;
mod rdfc;
mod rdfc_suite;
mod receipt;
mod recognition;
mod registers;
mod resources;
mod scan;
mod scan_page;
mod schemas;
mod simulator;
mod status;
mod store;
mod strangers;
mod vacancy;
mod vc_api;
mod vectors;
mod vendor;
mod wallet_kept;
mod wallet_page;
mod wallet_together;
mod wallet_work;
mod workbooks;

/// Named so that it is started last: what did not run must not pass for what did.
#[test]
fn zz_conformance_suites_that_did_not_run() {
    conformance::say_what_did_not_run();
}
