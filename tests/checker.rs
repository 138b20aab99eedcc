//! The checker in the hand: camera, pictures, PDFs, many files at once, several people in a row, another app's share; and all of that when the
//! server and the network are gone.

mod archive;
mod lists;
mod load;
mod many;
mod offline;
mod refused;
mod shown;
mod ways;

use fantoccini::Locator;
use serde_json::Value;

use crate::browser::Visitor;
use crate::common::documents::NOW;
use crate::page::house;

/// A phone in front of our page at the time of the certificates, with more said to the browser.
async fn arrive(language: &str, more: &[String]) -> Option<Visitor> {
    let (router, log) = house();
    let visitor = Visitor::arrive_with(language, router, log, more).await?;
    visitor.live_at(NOW).await;
    Some(visitor)
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
