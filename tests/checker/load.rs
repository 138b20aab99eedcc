//! What a visit costs: bytes as the server sends them, counted and asserted; times on a slow phone, told and never asserted.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::offline::KEPT;
use crate::browser::{Visitor, whole};
use crate::common::documents::{NOW, canonical};
use crate::common::figures::tell;
use crate::page::{digits, good, house};

/// 300,000 bytes: the design's 300 KB, with the lists of two authorities.
const FIRST: usize = 300_000;

/// 8 MiB: more than any file of ours.
const LARGEST: usize = 8 << 20;

/// Answers: path, status, bytes of the body, bytes of the headers.
type Sent = Arc<Mutex<Vec<(String, u16, usize, usize)>>>;

/// Routes that count what they send.
fn counted(router: Router) -> (Router, Sent) {
    let sent = Sent::default();
    (router.layer(from_fn_with_state(Arc::clone(&sent), count)), sent)
}

async fn count(State(sent): State<Sent>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let (parts, body) = next.run(request).await.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap();
    // Each line has a colon, a space and an end; the first line and the last are about as long as one more.
    let headers = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    sent.lock().unwrap().push((path, parts.status.as_u16(), body.len(), headers));
    (parts, Body::from(body)).into_response()
}

/// Tells each answer; gives the bytes of all bodies.
fn told(what: &str, sent: &Sent) -> usize {
    let sent = sent.lock().unwrap();
    let (bodies, headers) =
        sent.iter().fold((0, 0), |(bodies, headers), (_, _, body, head)| (bodies + body, headers + head));
    tell(format!("{what}: {bodies} bytes in {} answers, and {headers} bytes of headers", sent.len()));
    for (path, status, body, _) in sent.iter() {
        tell(format!("  {body:>7}  {status}  {path}"));
    }
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_visit_is_small_and_later_ones_take_nothing() {
    let (router, log) = house();
    let (router, sent) = counted(router);
    let Some(visitor) = Visitor::arrive_with("es", router, log, &whole()).await else { return };
    visitor.live_at(NOW).await;
    visitor.open(&format!("#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.until(KEPT).await;
    let bodies = told("first visit", &sent);
    let kernels =
        sent.lock().unwrap().iter().filter(|(path, _, body, _)| path.ends_with("kernel.wasm") && *body > 0).count();
    assert_eq!(kernels, 1, "the page's kernel is the worker's too");
    assert!(bodies <= FIRST, "{bodies}");

    sent.lock().unwrap().clear();
    visitor.open(&format!("?again#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    // The browser looks for a newer worker at some time of its own; here it is done before we count.
    visitor.until("navigator.serviceWorker.getRegistration().then((it) => it.update()).then(() => true)").await;
    let bodies = told("a later visit", &sent);
    assert_eq!(bodies, 0, "{:?}", sent.lock().unwrap());
    visitor.leave(0).await;
}

/// Five times one after the other: another one, and from the press to the verdict on the screen. Gives the median of how long that took, and of how
/// much of it was the browser's own work to lay it out (which the page asks for when it gives it the focus), in milliseconds.
const PRESSED: &str = "(act) => (async () => { const times = []; \
     const real = HTMLElement.prototype.focus; let drawing = 0; \
     HTMLElement.prototype.focus = function (...how) { const begun = performance.now(); real.apply(this, how); drawing += performance.now() - begun; }; \
     for (let round = 0; round < 5; round += 1) { \
         document.querySelector('.again')?.click(); \
         await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))); \
         const from = performance.now(); drawing = 0; \
         const shown = new Promise((done) => { const watch = new MutationObserver(() => { if (!document.querySelector('.verdict')) return; \
             watch.disconnect(); done(); }); watch.observe(document.querySelector('#verdicts'), { childList: true }); }); \
         await act(); await shown; times.push([performance.now() - from, drawing]); } \
     HTMLElement.prototype.focus = real; \
     return [0, 1].map((of) => times.map((both) => both[of]).sort((one, other) => one - other)[2]); })()";

async fn pressed(visitor: &Visitor, act: &str) -> [f64; 2] {
    let script = format!("const done = arguments[0]; ({PRESSED})(() => {{ {act} }}).then(done)");
    let took = visitor.client.execute_async(&script, Vec::new()).await.unwrap();
    [0, 1].map(|of| took[of].as_f64().unwrap())
}

/// First contentful paint, in milliseconds from the beginning of the navigation.
async fn painted(visitor: &Visitor) -> f64 {
    let paint = "performance.getEntriesByName('first-contentful-paint')";
    visitor.until(&format!("{paint}.length === 1")).await;
    visitor.ask(&format!("{paint}[0].startTime")).await.as_f64().unwrap()
}

/// From the address of a code to its verdict, in milliseconds from the beginning of the navigation.
async fn arrived(visitor: &Visitor, path: &str) -> f64 {
    visitor.open(path).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.until("Boolean(window.told)").await;
    visitor.ask("window.told").await.as_f64().unwrap()
}

/// Alone, by `tests/run`: the throttle counts waiting as work, and keeps a core busy with it.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, and wants the machine for itself"]
async fn times_on_a_slow_phone() {
    let (router, log) = house();
    let Some(visitor) = Visitor::arrive_with("es", router, log, &whole()).await else { return };
    visitor.live_at(NOW).await;
    let watched = "document.addEventListener('DOMContentLoaded', () => new MutationObserver((_, watch) => { \
         if (document.querySelector('.verdict')) { watch.disconnect(); window.told = performance.now(); } }) \
         .observe(document.querySelector('#verdicts'), { childList: true }))";
    visitor.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": watched})).await;
    visitor.devtools("Emulation.setCPUThrottlingRate", json!({"rate": 6})).await;
    let code = digits(&good());
    let first = arrived(&visitor, &format!("#{code}")).await;
    let first_paint = painted(&visitor).await;
    visitor.until(KEPT).await;
    let later = arrived(&visitor, &format!("?again#{code}")).await;
    let later_paint = painted(&visitor).await;
    tell(format!(
        "6 x slower, first visit: first contentful paint {first_paint:.0} ms, verdict of a code in the address {first:.0} ms"
    ));
    tell(format!(
        "6 x slower, later visit: first contentful paint {later_paint:.0} ms, verdict of a code in the address {later:.0} ms"
    ));
    // The kernel alone, and what the page's own code adds before anything is drawn.
    let script = format!(
        "const done = arguments[0]; Promise.all([import('/judge.js'), import('/kernel.js')]).then(async ([{{ judged, prepare }}, {{ now }}]) => {{ \
             const one = await prepare(); const bytes = new TextEncoder().encode('{code}'); const times = []; \
             for (let round = 0; round < 9; round += 1) {{ const from = performance.now(); \
                 const said = one.call('verify', {{ language: 'es', country: '', now: now() }}, bytes); const mid = performance.now(); \
                 if (said.verdicts[0].outcome !== 'accept') throw said; \
                 await judged('{code}', ''); times.push([mid - from, performance.now() - mid]); }} \
             done([0, 1].map((of) => times.map((both) => both[of]).sort((one, other) => one - other)[4])); }})"
    );
    let alone = visitor.client.execute_async(&script, Vec::new()).await.unwrap();
    let [kernel, judged] = [0, 1].map(|of| alone[of].as_f64().unwrap());
    tell(format!(
        "6 x slower, ready page: the kernel's own verdict of a code {kernel:.1} ms, the page's before it is drawn {judged:.1} ms"
    ));
    let text = format!("document.querySelector('#text').value = '{code}'; document.querySelector('#check').click()");
    let file = String::from_utf8(canonical(&good())).unwrap();
    let dropped = format!(
        "const files = new DataTransfer(); files.items.add(new File([{}], 'certificate.json')); \
         dispatchEvent(new DragEvent('drop', {{ dataTransfer: files }}))",
        json!(file)
    );
    for (what, act) in [("a code's text", text), ("a file", dropped)] {
        let [took, layout] = pressed(&visitor, &act).await;
        tell(format!(
            "6 x slower, ready page: from the press to the verdict of {what} on the screen {took:.0} ms, {layout:.0} of them layout"
        ));
    }
    assert_eq!(visitor.ask("document.querySelectorAll('.verdict').length").await, Value::from(1));
    visitor.leave(0).await;
}
