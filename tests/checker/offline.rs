//! With the network gone, with nothing but a list from a file, and from one version to the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use skillpass::http::bare;

use super::{arrive, choose, is_cut_off};
use crate::browser::{Visitor, whole};
use crate::common::documents::NOW;
use crate::common::figures::tell;
use crate::common::here;
use crate::common::packs::Parts;
use crate::page::{NAME, digits, good, house, house_without_lists};

/// The same where one authority's list is all there is.
pub const KEPT_ONE: &str = "navigator.serviceWorker.ready.then(async () => Boolean(navigator.serviceWorker.controller) \
     && (await caches.open('packs').then((cache) => cache.keys())).length === 1)";

/// The page is here to stay: its worker has it, and the lists are kept.
pub const KEPT: &str = "navigator.serviceWorker.ready.then(async () => Boolean(navigator.serviceWorker.controller) \
     && (await caches.open('packs').then((cache) => cache.keys())).length === 2)";

/// But for the page itself, the lists, the country and the language nothing is stored.
pub const NOTHING_STORED: &str = "Promise.all([caches.keys(), indexedDB.databases()]).then(([names, bases]) => \
     names.every((name) => name === 'packs' || name.startsWith('skillpass-')) && names.length <= 2 \
     && bases.length === 0 && document.cookie === '' && sessionStorage.length === 0 \
     && Object.keys(localStorage).every((key) => key === 'country' || key === 'language'))";

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_kept_when_somebody_asks_for_it() {
    let Some(mut visitor) = arrive("en", &whole()).await else { return };
    visitor.open("").await;
    visitor.until(KEPT).await;
    visitor.press("#keep-all").await;
    let done = "document.querySelector('#keep-all').disabled === false && document.querySelector('#keep-all-said').textContent !== ''";
    visitor.until(done).await;
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

/// The button names a size.
#[test]
fn everything_is_a_megabyte_and_a_half() {
    let sizes = skillpass::http::kept_load(skillpass::http::Coding::Brotli);
    let sum: usize = sizes.iter().map(|(_, size)| size).sum();
    tell(format!("everything that a device keeps, brotli: {sum} bytes in {} files", sizes.len()));
    assert!(sizes.iter().any(|(path, _)| path.ends_with("zxing_reader.wasm")));
    assert!((1_250_000..=1_750_000).contains(&sum), "{sum}");
}

/// Where no socket leads out of the machine, in a browser that was never here, from a server that has no list: a list comes from a file, the
/// person compares the fingerprint, and certificates are checked. A later visit asks the server for nothing that the browser has.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_browser_without_any_network_and_a_list_from_a_file() {
    if !is_cut_off("checker::offline::a_new_browser_without_any_network_and_a_list_from_a_file") {
        return;
    }
    let out = std::net::TcpStream::connect(("192.0.2.1", 80));
    assert!(out.is_err(), "there is a way out");
    let (router, log) = house_without_lists();
    let Some(visitor) = Visitor::arrive_with("en", router, log, &whole()).await else { return };
    visitor.live_at(NOW).await;
    visitor.open(&format!("#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=undecided]").await;
    visitor.press(".again").await;
    visitor.see("#no-lists:not([hidden])").await;
    let folder = tempfile::tempdir().unwrap();
    choose(&visitor, "list-file", &folder, &[("list.json", &Parts::of_tests().to_bytes())]).await;
    let asked = visitor.see("#stranger:not([hidden])").await;
    assert!(asked.contains("Autoridad de prueba"), "{asked}");
    visitor.fits("stranger").await;
    visitor.picture("41-stranger", true).await;
    visitor.press("#stranger-refuse").await;
    visitor.see("#no-lists:not([hidden])").await;
    choose(&visitor, "list-file", &folder, &[("list.json", &Parts::of_tests().to_bytes())]).await;
    visitor.see("#stranger:not([hidden])").await;
    visitor.press("#stranger-accept").await;
    visitor.see("#no-lists[hidden]").await;
    visitor
        .until(
            "navigator.serviceWorker.ready.then(async () => (await (await caches.open('packs')).keys()).length === 1)",
        )
        .await;
    let lines = || visitor.log.lock().unwrap().len();
    let before = lines();
    visitor.open(&format!("?later#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    for line in visitor.log.lock().unwrap().iter().skip(before) {
        let known = ["/about", "/sw.js", "/manifest.webmanifest", "/packs/current.json"];
        assert!(known.iter().any(|path| line.contains(path)), "asked for again: {line}");
    }
    // The server has no lists, which the console notes.
    visitor.leave(4).await;
}

/// Which version a server serves.
const FIRST: u8 = 1;
pub const SECOND: u8 = 2;
/// Its list promises other bytes than come.
const SPOILED: u8 = 3;

/// The house, that can bring out another version of the page.
pub fn house_of_versions() -> (Router, crate::page::Log, Arc<AtomicU8>) {
    let (router, log) = house();
    let version = Arc::new(AtomicU8::new(FIRST));
    (router.layer(from_fn_with_state(Arc::clone(&version), versioned)), log, version)
}

async fn versioned(State(version): State<Arc<AtomicU8>>, mut request: Request, next: Next) -> Response {
    let (version, path) = (version.load(Ordering::SeqCst), request.uri().path().to_owned());
    if version == FIRST || !["/get/get.js", "/sw.js", "/wallet/wallet.js", "/words.js"].contains(&path.as_str()) {
        return next.run(request).await;
    }
    for name in [header::ACCEPT_ENCODING, header::IF_NONE_MATCH] {
        request.headers_mut().remove(name);
    }
    let (mut parts, body) = next.run(request).await.into_parts();
    let text = String::from_utf8(to_bytes(body, 1 << 22).await.unwrap().to_vec()).unwrap();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::ETAG);
    let first = |path: &str| bare::script(&std::fs::read_to_string(here(&format!("web{path}"))).unwrap());
    let altered =
        |path: &str, mark: &str| format!("{}\ndocument.documentElement.dataset.version = '{mark}';\n", first(path));
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text));
    let body = match path.as_str() {
        "/words.js" if version == SPOILED => altered(&path, "somebody else's"),
        "/get/get.js" | "/wallet/wallet.js" | "/words.js" => altered(&path, "second"),
        _ => {
            let name = format!("\"name\":\"skillpass-{version}");
            let text = text.replace("\"name\":\"skillpass-", &name);
            ["/get/get.js", "/wallet/wallet.js", "/words.js"].into_iter().fold(text, |text, path| {
                assert!(text.contains(&digest(&first(path))), "the list names what is served");
                text.replace(&digest(&first(path)), &digest(&altered(path, "second")))
            })
        }
    };
    (parts, Body::from(body)).into_response()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_version_takes_over_and_a_spoiled_one_does_not() {
    let (router, log, version) = house_of_versions();
    let Some(mut visitor) = Visitor::arrive_with("en", router, log, &whole()).await else { return };
    visitor.live_at(NOW).await;
    visitor.open("").await;
    visitor.until(KEPT).await;
    let update = "navigator.serviceWorker.getRegistration().then((it) => it.update()).then(() => true)";
    let settled = "navigator.serviceWorker.getRegistration().then((it) => !it.installing && !it.waiting)";
    let asked =
        |visitor: &Visitor| visitor.log.lock().unwrap().iter().filter(|line| line.contains("/words.js")).count();

    version.store(SPOILED, Ordering::SeqCst);
    let before = asked(&visitor);
    visitor.until(update).await;
    visitor.until(settled).await;
    assert!(asked(&visitor) > before, "it was fetched");
    visitor.open("?spoiled").await;
    assert_eq!(visitor.ask("document.documentElement.dataset.version ?? 'first'").await, "first", "and not taken");
    assert!(visitor.ask("document.querySelector('#update').hidden").await.as_bool().unwrap());

    version.store(SECOND, Ordering::SeqCst);
    visitor.until(update).await;
    visitor.see("#update:not([hidden])").await;
    assert_eq!(
        visitor.ask("document.documentElement.dataset.version ?? 'first'").await,
        "first",
        "not under the person's hands"
    );
    visitor.open("?next").await;
    visitor.until("document.documentElement.dataset.version === 'second'").await;
    visitor
        .until(
            "caches.keys().then((names) => names.length === 2 && names.some((name) => name.startsWith('skillpass-2')))",
        )
        .await;
    visitor.cut().await;
    visitor.open(&format!("?offline#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert_eq!(visitor.ask("document.documentElement.dataset.version").await, "second");
    // The spoiled file, and what was not reached without the network.
    visitor.leave(12).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_from_another_app_is_sent_to_nobody() {
    let Some(visitor) = arrive("en", &whole()).await else { return };
    visitor.open("").await;
    visitor.until(KEPT).await;
    let manifest = visitor
        .ask("fetch('/manifest.webmanifest').then((it) => it.json()).then((it) => (window.manifest = it)) && true")
        .await;
    assert_eq!(manifest, true);
    visitor.until("manifest.share_target.action === '/share' && manifest.share_target.method === 'POST'").await;
    let document = String::from_utf8(crate::common::documents::canonical(&good())).unwrap();
    let message = format!("My certificate: https://skillpass.invalid/#{} Regards", digits(&good()));
    for (name, file, text) in [("a file", document.as_str(), ""), ("a message", "", message.as_str())] {
        // As the system of a phone posts it: a navigation that comes from elsewhere.
        let form = format!(
            "data:text/html,<form method=post enctype=multipart/form-data action={}share><input name=text><input type=file name=file></form>",
            visitor.base
        );
        visitor.client.goto(&form).await.unwrap();
        let script = "const [file, text] = arguments; const [form] = document.forms; form.text.value = text; \
             if (file) { const all = new DataTransfer(); all.items.add(new File([file], 'c.json', { type: 'application/json' })); form.file.files = all.files; } \
             else form.file.remove(); form.submit();";
        visitor.client.execute(script, vec![file.into(), text.into()]).await.unwrap();
        visitor.see("html.ready .verdict[data-outcome=accept]").await;
        assert_eq!(visitor.see(".name").await, NAME, "{name}");
        assert_eq!(visitor.ask("location.href").await, visitor.base, "{name}");
    }
    assert!(!visitor.log.lock().unwrap().iter().any(|line| line.contains("POST")), "sent to nobody");
    visitor.until(NOTHING_STORED).await;
    // Whoever opens the page by hand at that address is told that nothing came.
    visitor.open("?shared").await;
    visitor.see("#error:not([hidden])").await;
    visitor.leave(0).await;
}
