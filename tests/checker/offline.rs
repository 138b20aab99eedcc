//! With the network gone, with nothing but a list from a file, and from one version to the next.
use super::arrive;
use crate::page::{NAME, digits, good};

/// The page is here to stay: its worker has it, and the lists are kept.
pub const KEPT: &str = "navigator.serviceWorker.ready.then(async () => Boolean(navigator.serviceWorker.controller) \
     && (await caches.open('packs').then((cache) => cache.keys())).length === 2)";

/// But for the page itself, the lists and the language nothing is stored.
pub const NOTHING_STORED: &str = "Promise.all([caches.keys(), indexedDB.databases()]).then(([names, bases]) => \
     names.every((name) => name === 'packs' || name.startsWith('skillpass-')) && names.length <= 2 \
     && bases.length === 0 && document.cookie === '' && sessionStorage.length === 0 \
     && Object.keys(localStorage).every((key) => key === 'language'))";

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_kept_when_somebody_asks_for_it() {
    let Some(mut visitor) = arrive("en", &[]).await else { return };
    visitor.open("").await;
    visitor.until(KEPT).await;
    visitor.press("#keep-all").await;
    visitor.until("document.querySelector('#keep-all').disabled === false && document.querySelector('#keep-all-said').textContent !== ''").await;
    visitor.picture("40-kept", true).await;
    visitor.cut().await;
    visitor.open("?again").await;
    // What nobody used before is here: the scanner's strongest decoder, and the reader of PDFs.
    let parts = "Promise.all(['/vendor/zxing-wasm/dist/reader/zxing_reader.wasm', '/wasm/reader.wasm', '/scan/worker.js', '/i18n/ht.json'] \
         .map((path) => fetch(path))).then((all) => all.every((one) => one.ok))";
    visitor.until(parts).await;
    visitor.open(&format!("?once#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert_eq!(visitor.see(".name").await, NAME);
    visitor.leave(8).await;
}
