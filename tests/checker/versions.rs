//! Pages of the server under a worker of another version, the page on rights, and lists in a page that stays open.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use serde_json::json;
use skillpass::http::Shelf;
use tokio::sync::{Notify, Semaphore};

use super::arrive;
use super::lists::{older_and_newer, shelf, withdrawn_lately};
use super::offline::{KEPT, SECOND, house_of_versions};
use crate::browser::{Visitor, whole};
use crate::common::documents::NOW;
use crate::page::{digits, good, house_of_lists};

const UPDATE: &str = "navigator.serviceWorker.getRegistration().then((it) => it.update()).then(() => true)";
const WAITS: &str = "navigator.serviceWorker.getRegistration().then((it) => Boolean(it.waiting))";
const IS_SECOND: &str =
    "caches.keys().then((names) => names.some((name) => name.startsWith('skillpass-2')) && names.length === 2)";

/// What comes from the server each time loads nothing of an older version; and whoever opens it lets the newer one in.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_server_under_an_older_worker() {
    let (router, log, version) = house_of_versions();
    let Some(visitor) = Visitor::arrive_with("en", router, log, &whole()).await else { return };
    visitor.live_at(NOW).await;
    visitor.open("wallet?lang=en").await;
    let wallet = "Promise.all(['/wallet', '/wallet/wallet.js', '/rights/ht'].map((path) => caches.match(path))).then((all) => all.every(Boolean))";
    visitor.until(wallet).await;
    visitor.open("").await;
    visitor.until(KEPT).await;
    let checker = visitor.client.window().await.unwrap();
    // Half of the wallet is lost.
    visitor.until("caches.keys().then((names) => caches.open(names.find((name) => name !== 'packs'))).then((it) => it.delete('/wallet/work.js'))").await;

    version.store(SECOND, std::sync::atomic::Ordering::SeqCst);
    let other = visitor.client.new_window(true).await.unwrap().handle;
    visitor.client.switch_to_window(other).await.unwrap();
    visitor.open("get/").await;
    assert_eq!(visitor.ask("document.documentElement.dataset.version").await, "second");
    visitor.until(UPDATE).await;
    visitor.until(&format!("{WAITS}.then((waits) => waits || {IS_SECOND})")).await;
    visitor.open("get/?again").await;
    visitor.until(IS_SECOND).await;
    visitor.until("caches.match('/wallet/work.js').then(Boolean)").await;
    // What is open elsewhere, and of no use to anybody as it is, begins anew.
    visitor.client.switch_to_window(checker).await.unwrap();
    visitor.until("document.documentElement.dataset.version === 'second'").await;
    visitor.leave(4).await;
}

/// What somebody has a right to know is there without a network, and both pages lead to it (domain.md D40).
#[tokio::test(flavor = "multi_thread")]
async fn the_page_on_rights_without_the_network() {
    let Some(mut visitor) = arrive("en", &whole()).await else { return };
    visitor.open("?lang=pt").await;
    assert_eq!(visitor.ask("document.querySelector('footer a[data-rights]').pathname").await, "/rights/pt");
    visitor.until(KEPT).await;
    visitor.open("wallet?lang=fr").await;
    visitor.until("document.querySelector('footer a[data-rights]').pathname === '/rights/fr'").await;
    visitor.picture("63-wallet-foot", true).await;
    visitor.until("Promise.all(['/rights/fr', '/rights/ht', '/rights.css'].map((path) => caches.match(path))).then((all) => all.every(Boolean))").await;
    visitor.cut().await;
    visitor.press("footer a[data-rights]").await;
    visitor.see("html[lang=fr] #rights h1").await;
    visitor.until("[...document.styleSheets].every((sheet) => sheet.cssRules.length > 5) && document.styleSheets.length === 2").await;
    visitor.picture("64-rights-offline", false).await;
    visitor.leave(8).await;
}

/// A page that stays open for days asks for newer lists; and one that was opened without any has them once the server does.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_stays_open_has_newer_lists() {
    let [older, newer] = older_and_newer();
    let (router, log, served) = house_of_lists();
    let Some(visitor) = Visitor::arrive_with("en", router, log, &whole()).await else { return };
    visitor.live_at(NOW).await;
    let code = digits(&withdrawn_lately());
    visitor.open(&format!("#{code}")).await;
    visitor.see(".verdict[data-outcome=undecided]").await;
    for (lists, later, outcome) in [(&older, 90, "accept"), (&newer, 3_700, "reject")] {
        *served.lock().unwrap() = shelf(lists);
        visitor
            .ask(&format!("void (() => {{ const real = Date.now; Date.now = () => real() + {later}000; }})()"))
            .await;
        visitor.press(".again").await;
        visitor.ask(&format!("void (location.hash = '{code}')")).await;
        visitor.see(&format!(".verdict[data-outcome={outcome}]")).await;
    }
    assert!(visitor.see("#lists").await.contains("of 2026-05-03"));
    // A page that nobody touches asks by itself.
    let [older_yet, newest] = older_and_newer();
    let (router, log, other_served) = house_of_lists();
    let Some(other) = Visitor::arrive_with("en", router, log, &whole()).await else { return };
    other.live_at(NOW).await;
    let hourly = "(() => { const real = setInterval; window.setInterval = (work, ms, ...rest) => (ms === 3600000 ? (window.hour = work) : real(work, ms, ...rest)); })()";
    other.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": hourly})).await;
    *other_served.lock().unwrap() = shelf(&older_yet);
    other.open("").await;
    other.until("document.querySelector('#lists').children.length > 0").await;
    let before = other.see("#lists").await;
    *other_served.lock().unwrap() = shelf(&newest);
    other.ask("void (() => { const real = Date.now; Date.now = () => real() + 3700000; window.hour(); })()").await;
    other.until(&format!("document.querySelector('#lists').innerText !== {}", json!(before))).await;
    assert!(other.see("#lists").await.contains("of 2026-05-03"));
    other.leave(0).await;
    // A server that has none takes none away.
    *served.lock().unwrap() = Arc::new(Shelf::default());
    visitor.ask("void (() => { const real = Date.now; Date.now = () => real() + 3700000; })()").await;
    visitor.press(".again").await;
    visitor.ask(&format!("void (location.hash = '{code}')")).await;
    visitor.see(".verdict[data-outcome=reject]").await;
    visitor.leave(4).await;
}

/// The wallet, opened for the first time under a worker whose wallet the server has no more: the newer one begins, and no empty page.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_wallet_under_an_older_worker() {
    let (router, log, version) = house_of_versions();
    let Some(visitor) = Visitor::arrive_with("en", router, log, &whole()).await else { return };
    visitor.live_at(NOW).await;
    visitor.open("").await;
    visitor.until(KEPT).await;
    version.store(SECOND, Ordering::SeqCst);
    visitor.open("wallet?lang=en").await;
    visitor.see(".begin").await;
    assert_eq!(visitor.ask("document.documentElement.dataset.version").await, "second");
    visitor.until(IS_SECOND).await;
    // The part that did not come.
    visitor.leave(8).await;
}

/// One answer waits until the test lets it go; and the test hears that it does.
async fn gated(State(gate): State<Arc<(Semaphore, Notify)>>, request: Request, next: Next) -> Response {
    if request.uri().path() == "/rights.css" {
        gate.1.notify_one();
        drop(gate.0.acquire().await);
    }
    next.run(request).await
}

/// A code in the address survives the change of versions; and while a version is kept whole the next one waits, and no page begins anew for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_in_the_address_while_versions_change() {
    let (router, log, version) = house_of_versions();
    let gate = Arc::new((Semaphore::new(0), Notify::new()));
    let router = router.layer(from_fn_with_state(Arc::clone(&gate), gated));
    let Some(visitor) = Visitor::arrive_with("en", router, log, &whole()).await else { return };
    visitor.live_at(NOW).await;
    visitor.open("").await;
    visitor.until(KEPT).await;
    visitor.press("#keep-all").await;
    gate.1.notified().await;
    version.store(SECOND, Ordering::SeqCst);
    visitor.until(UPDATE).await;
    visitor.until(WAITS).await;
    let code = digits(&good());
    visitor.open(&format!("?during#{code}")).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert_eq!(visitor.ask("document.documentElement.dataset.version ?? 'first'").await, "first");
    // What was being kept ends some time after this, and the next page that is opened lets the newer one in.
    gate.0.add_permits(1);
    for again in 0..100 {
        visitor.open(&format!("?after={again}#{code}")).await;
        visitor.see(".verdict[data-outcome=accept]").await;
        if visitor.ask("document.documentElement.dataset.version ?? 'first'").await == "second" {
            break;
        }
        assert!(again < 99, "it never takes over");
    }
    assert_eq!(visitor.ask("location.hash").await, "");
    visitor.leave(8).await;
}
