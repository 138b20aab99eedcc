//! The checker in the hand: camera, pictures, PDFs, many files at once, several people in a row, another app's share; and all of that when the
//! server and the network are gone.

mod archive;
mod between;
mod lists;
mod load;
mod many;
mod offline;
mod receipts;
mod refused;
mod shown;
mod versions;
mod ways;

use std::process::Command;

use fantoccini::Locator;
use serde_json::Value;

use crate::browser::Visitor;
use crate::common::documents::NOW;
use crate::common::shared::is_required;
use crate::page::house;

/// A phone in front of our page at the time of the certificates, with more said to the browser.
async fn arrive(language: &str, more: &[String]) -> Option<Visitor> {
    let (router, log) = house();
    let visitor = Visitor::arrive_with(language, router, log, more).await?;
    visitor.live_at(NOW).await;
    Some(visitor)
}

/// Whether this test runs where no way leads out of the machine. Where it does not, it is run once more, in a network that has nothing but the
/// way to itself, and has to pass there.
fn is_cut_off(test: &str) -> bool {
    const INSIDE: &str = "SKILLPASS_TEST_INSIDE";
    if std::env::var_os(INSIDE).is_some() {
        assert!(std::net::TcpStream::connect(("192.0.2.1", 80)).is_err(), "there is a way out");
        return true;
    }
    let may = Command::new("unshare").args(["-n", "ip", "link", "set", "lo", "up"]).output();
    if !may.is_ok_and(|output| output.status.success()) {
        assert!(!is_required(), "SKILLPASS_REQUIRE=1, and a network of its own (unshare -n, ip) cannot be had here");
        eprintln!("NOT RUN: {test}, since unshare -n or ip cannot be had here");
        return false;
    }
    let script = "ip link set lo up && exec \"$0\" --exact \"$1\" --nocapture";
    let mut inside = Command::new("unshare");
    inside.args(["-n", "sh", "-c", script]).arg(std::env::current_exe().unwrap()).arg(test).env(INSIDE, "1");
    let output = inside.output().unwrap();
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"), "{said}{errors}");
    false
}

/// Files of these names and bytes, chosen by a field of the page.
async fn choose(visitor: &Visitor, field: &str, folder: &tempfile::TempDir, files: &[(&str, &[u8])]) {
    let mut paths = Vec::new();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        paths.push(path.to_str().unwrap().to_owned());
    }
    let input = visitor.client.find(Locator::Id(field)).await.unwrap();
    input.send_keys(&paths.join("\n")).await.unwrap();
}

/// What the page would have saved: the next file that it offers, by its name and text, instead of a download.
async fn catch_files(visitor: &Visitor) {
    let script = "void (() => { window.offered = []; const made = new Map(); \
         const make = URL.createObjectURL; \
         URL.createObjectURL = (blob) => { const address = make.call(URL, blob); made.set(address, blob); return address; }; \
         HTMLAnchorElement.prototype.click = function () { const name = this.download; \
             made.get(this.href).text().then((text) => offered.push({ name, text })); }; })()";
    visitor.ask(script).await;
}

async fn caught(visitor: &Visitor, count: usize) -> Value {
    visitor.until(&format!("offered.length >= {count}")).await;
    visitor.ask(&format!("offered[{}]", count - 1)).await
}
