//! Texts of strangers in every field of everything that is shown, in the checker's page and on each page of the wallet: none of them ever runs.
//!
//! Which fields there are nobody lists here: they are those of all answers that the kernel gives on the vectors.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::Request;
use axum::http::header;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use crate::browser::Visitor;
use crate::common::documents::NOW;
use crate::page::{Log, house};

/// Texts that have run as script somewhere (threats.md H6), each put into every field that the page shows.
pub fn hostile() -> Vec<String> {
    let run = ["hit()", "window.hit()", "parent.hit()", "top['hit']()", "eval('hit()')"];
    let shapes = [
        "<script>@</script>",
        "<script src=data:text/javascript,@></script>",
        "<img src=x onerror=@>",
        "<img src=x onerror=\"@\">",
        "<svg onload=@>",
        "<svg><script>@</script></svg>",
        "<svg><set attributeName=href to=javascript:@>",
        "<body onload=@>",
        "<iframe srcdoc='<script>@</script>'>",
        "<iframe src=javascript:@>",
        "<a href=javascript:@>x</a>",
        "<details open ontoggle=@>x",
        "<video><source onerror=@></video>",
        "<audio src=x onerror=@>",
        "<input autofocus onfocus=@>",
        "<select autofocus onfocus=@>",
        "<textarea autofocus onfocus=@>",
        "<marquee onstart=@>",
        "<object data=javascript:@>",
        "<embed src=javascript:@>",
        "<form action=javascript:@><button>x",
        "<math href=javascript:@>x</math>",
        "<base href=javascript:@//>",
        "<link rel=stylesheet href=javascript:@>",
        "<style>@import 'javascript:@'</style>",
        "<meta http-equiv=refresh content=0;javascript:@>",
        "\"><script>@</script>",
        "'><script>@</script>",
        "--><script>@</script>",
        "</title><script>@</script>",
        "</textarea><script>@</script>",
        "</template><script>@</script>",
        "]]><script>@</script>",
        "javascript:@",
        "data:text/html,<script>@</script>",
        "\" onmouseover=@ x=\"",
        "' autofocus onfocus=@ x='",
        "{{constructor.constructor('@')()}}",
        "${@}",
        "#{@}",
        "<%= @ %>",
        "<noscript><p title=\"</noscript><img src=x onerror=@>\">",
        "<svg><style><img src=x onerror=@>",
        "<math><mtext><img src=x onerror=@>",
        "<table><td background=javascript:@>",
        "<div style=\"background:url(javascript:@)\">",
        "<x onclick=@ tabindex=1 id=x>",
        "<img srcset=x onerror=@>",
        "<image href=x onerror=@>",
        "<isindex action=javascript:@>",
        "<keygen autofocus onfocus=@>",
        "<frameset onload=@>",
        "<bgsound src=javascript:@>",
        "\\x3cscript\\x3e@\\x3c/script\\x3e",
        "&lt;script&gt;@&lt;/script&gt;",
        "%3Cscript%3E@%3C/script%3E",
        "<scr<script>ipt>@</scr</script>ipt>",
        "<ScRiPt>@</sCrIpT>",
        "<script\u{0}>@</script>",
        "\u{202e}<script>@</script>",
        "<img/src/onerror=@>",
    ];
    shapes.iter().flat_map(|shape| run.iter().map(move |run| shape.replace('@', run))).collect()
}

/// What two answers have between them: every member, one element of a list, and of texts the later.
fn joined(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (name, value) in other {
                let had = one.remove(&name).unwrap_or(Value::Null);
                one.insert(name, joined(had, value));
            }
            Value::Object(one)
        }
        (Value::Array(one), Value::Array(other)) => {
            let all = one.into_iter().chain(other);
            let element = all.fold(Value::Null, joined);
            if element.is_null() { json!([]) } else { json!([element]) }
        }
        (one, Value::Null) => one,
        (Value::Null, Value::Array(other)) => joined(json!([]), Value::Array(other)),
        (Value::Null, Value::Object(other)) => joined(Value::Object(Map::new()), Value::Object(other)),
        (_, other) => other,
    }
}

/// The paths of all texts.
fn paths(value: &Value, at: &str) -> BTreeSet<String> {
    match value {
        Value::Object(members) => members.iter().flat_map(|(name, it)| paths(it, &format!("{at}/{name}"))).collect(),
        Value::Array(elements) => elements.iter().flat_map(|it| paths(it, &format!("{at}/0"))).collect(),
        Value::String(_) => [at.to_owned()].into(),
        _ => BTreeSet::new(),
    }
}

/// What the kernel says of all vectors, as one answer to each operation; and of verdicts as one, whatever they are a part of.
fn shapes() -> Value {
    let mut shapes = json!({});
    for (op, mut answer) in crate::kernel::answers() {
        for part in ["verdicts", "notRead"] {
            let found = answer.get_mut(part).map_or(Value::Null, Value::take);
            shapes[part] = joined(shapes[part].take(), found);
        }
        shapes[&op] = joined(shapes[&op].take(), answer);
    }
    shapes
}

/// The same pages with a script of the test in the place of one of theirs.
fn told(path: &'static str, script: &'static str) -> (Router, Log) {
    let swap = move |request: Request, next: Next| async move {
        if request.uri().path() != path {
            return next.run(request).await;
        }
        ([(header::CONTENT_TYPE, "text/javascript")], script).into_response() as Response
    };
    let (router, log) = house();
    (router.layer(from_fn(swap)), log)
}

/// In the page: a shape with a text in the place of each of its texts. What a page decides by keeps its code on every other one.
const FILL: &str = "window.hits = 0; window.hit = () => { window.hits += 1; }; window.violations = []; \
     document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective)); \
     window.fill = (shape, text, keeps, at = '') => { \
         if (Array.isArray(shape)) return shape.map((one) => fill(one, text, keeps, `${at}/0`)); \
         if (shape && typeof shape === 'object') return Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, fill(value, text, keeps, `${at}/${name}`)])); \
         if (typeof shape === 'boolean') return true; \
         if (typeof shape !== 'string') return shape; \
         return keeps && /\\/(answer|mark|outcome|state|kind|environment)$/.test(at) ? shape : `${text}§${at}§`; };";

/// What is on the screen: what ran, what was made, and which fields were seen.
const SEEN: &str = "(() => { const all = [...document.body.querySelectorAll('*')]; \
     const attributes = all.flatMap((one) => [...one.attributes]); \
     for (const one of all) for (const kind of ['toggle', 'load', 'error', 'focus', 'mouseover']) one.dispatchEvent(new Event(kind)); \
     const text = all.filter((one) => !one.children.length || one.localName === 'dd').map((one) => one.textContent).join('\\n') + document.body.textContent; \
     return { hits: window.hits, violations: window.violations, \
         handlers: attributes.filter(({ name, value }) => name.startsWith('on') || name === 'style' || name === 'srcdoc' || (/^(action|data|formaction|href|src|xlink:href)$/.test(name) && /^\\s*javascript:/i.test(value))).length, \
         made: [...new Set(all.map((one) => one.localName))].sort(), fields: [...new Set(text.match(/§[^§]*§/g) ?? [])].map((it) => it.slice(1, -1)).sort() }; })()";

/// The elements that the checker and the wallet make themselves, or have in their page.
const OURS: [&str; 58] = [
    "a", "article", "bdi", "br", "button", "circle", "code", "datalist", "dd", "details", "div", "dl", "dt",
    "fieldset", "figure", "footer", "form", "g", "h1", "h2", "h3", "h4", "header", "hr", "img", "input", "label",
    "legend", "li", "line", "main", "nav", "ol", "optgroup", "option", "output", "p", "path", "polyline", "progress",
    "rect", "section", "select", "small", "span", "strong", "summary", "svg", "symbol", "table", "template",
    "textarea", "title", "ul", "use", "video", "noscript", "canvas",
];

/// What was seen did nothing; the fields that were seen.
fn harmless(said: &Value, place: &str) -> BTreeSet<String> {
    let done = (&said["hits"], &said["violations"], &said["handlers"]);
    assert_eq!(done, (&json!(0), &json!([]), &json!(0)), "{place}: {said}");
    for name in said["made"].as_array().unwrap() {
        assert!(OURS.contains(&name.as_str().unwrap()), "{place}: an element that is not ours: {name}");
    }
    said["fields"].as_array().unwrap().iter().map(|field| field.as_str().unwrap().to_owned()).collect()
}

/// What a page has no use for, or decides by, and shows nowhere: codes and dates for machines. Words for them stand beside.
const CODES: [&str; 32] = [
    "/answers/0/answer",
    "/answers/0/question",
    "/answers/0/reason",
    "/authority/country",
    "/authorityRecognisedBy/country",
    "/credential/achievementLanguage",
    "/credential/awarded",
    "/credential/kind",
    "/credential/mark",
    "/credential/validUntil",
    "/evidence/asOf",
    "/findings/0/answer",
    "/findings/0/reason",
    "/foreign/achievementId",
    "/foreign/claimedIssuer",
    "/foreign/id",
    "/foreign/mark",
    "/foreign/name",
    "/foreign/types/0",
    "/foreign/validFrom",
    "/foreign/validUntil",
    "/issuer/country",
    "/language",
    "/link/state",
    "/outcome",
    "/proofs/0/state",
    "/worth/0/country",
    "/worth/0/from",
    "/worth/0/outcome",
    "/worth/0/outcomeWord",
    "/worth/0/purposes/0",
    "/worth/0/until",
];

/// Of whoever shows it: what delegations say is said in the notes.
const HOLDER: [&str; 7] = [
    "/at",
    "/delegations/0/answer",
    "/delegations/0/reason",
    "/delegations/0/text",
    "/delegations/0/to",
    "/reason",
    "/state",
];

/// Of a vacancy held against certificates: what the sentences beside say in words.
const VACANCY: [&str; 17] = [
    "/answer",
    "/id",
    "/language",
    "/needs",
    "/requirements/0/answer",
    "/requirements/0/codes/0/answer",
    "/requirements/0/codes/0/certificate/digest",
    "/requirements/0/codes/0/certificate/holder",
    "/requirements/0/codes/0/certificate/title",
    "/requirements/0/codes/0/reason",
    "/requirements/0/codes/0/word",
    "/requirements/0/needs",
    "/signer/country",
    "/signer/name",
    "/signer/state",
    "/until",
    "/word",
];

/// Every other field of this shape was on the screen.
fn all_seen(shape: &Value, codes: &[&str], seen: &BTreeSet<String>) {
    let unseen = paths(shape, "").into_iter().filter(|path| !seen.contains(path) && !codes.contains(&path.as_str()));
    assert_eq!(unseen.collect::<Vec<_>>(), Vec::<String>::new());
}

/// The checker's page with answers that the test makes: `window.canned` is what is judged, `window.lists` whose lists are here.
const JUDGE: &str = "import { KernelError } from './kernel.js'; \
     export async function prepare(show = () => {}) { show(window.lists); return {}; } \
     export async function judged() { if (window.canned.error) throw new KernelError('page', window.canned.error); return window.canned; } \
     export const again = async () => ({}); export const offeredAs = () => null; export const fileOf = async () => null;";

#[tokio::test(flavor = "multi_thread")]
async fn no_text_runs_in_any_field_of_a_verdict() {
    let (router, log) = told("/judge.js", JUDGE);
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    visitor.live_at(NOW).await;
    visitor.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": FILL})).await;
    let (payloads, shapes) = (hostile(), shapes());
    assert!(payloads.len() >= 300, "{}", payloads.len());
    visitor.open("").await;
    let script = "const [payloads, shapes, done] = arguments; \
         const without = (verdict, at) => { if (at % 3 === 0) delete verdict.credential; return verdict; }; \
         window.lists = payloads.map((text, at) => ({ ...fill(shapes.trust.packs[0], text, at % 2), recognisedBy: text })); \
         window.canned = { verdicts: payloads.map((text, at) => without(fill(shapes.verdicts[0], text, at % 2), at)), notRead: payloads.map((text) => fill(shapes.notRead[0], text)), \
             differs: true, proven: true, holder: { ...fill(shapes['check-presentation'], payloads[9]), state: 'held' } }; \
         document.querySelector('#text').value = 'x'; document.querySelector('#form').requestSubmit(); done(true);";
    let told = vec![json!(payloads), shapes.clone()];
    visitor.client.execute_async(script, told).await.unwrap();
    visitor.until(&format!("document.querySelectorAll('.verdict').length === {}", payloads.len())).await;
    visitor.see("#holder[data-state=held]").await;
    visitor.see("#not-read:not([hidden])").await;
    visitor.until(&format!("document.querySelectorAll('#lists li').length === {}", payloads.len())).await;
    // What starts late has started.
    visitor.until("new Promise((done) => setTimeout(() => done(true), 500))").await;
    let seen = harmless(&visitor.ask(SEEN).await, "verdicts");
    all_seen(&shapes["verdicts"][0], &CODES, &seen);
    all_seen(&shapes["notRead"][0], &["/code"], &seen);
    all_seen(&shapes["check-presentation"], &HOLDER, &seen);

    // Errors with texts of strangers in them, one after the other.
    visitor.open("?again").await;
    let script = "const [payloads, done] = arguments; (async () => { let shown = 0; \
         window.lists = []; for (const text of payloads) { window.canned = { error: { title: text, next: text } }; \
             document.querySelector('#text').value = 'x'; document.querySelector('#form').requestSubmit(); \
             await new Promise((go) => { const look = () => (document.querySelector('#error-title').textContent === text && !document.querySelector('#error').hidden ? go() : setTimeout(look)); look(); }); \
             shown += 1; } \
         return shown; })().then(done, (error) => done(String(error)));";
    let shown = visitor.client.execute_async(script, vec![json!(payloads)]).await.unwrap();
    assert_eq!(shown, payloads.len());
    harmless(&visitor.ask(SEEN).await, "errors");
    visitor.leave(0).await;
}

/// The wallet with answers that the test makes.
const WALLET: &str = "export let refused = ''; export const prepared = async () => ({}); export const certificatesIn = async () => []; export const chosenCountry = () => ''; \
     export const judge = async (certificates) => certificates.map((_, at) => window.verdict(at)); \
     export const forWork = async () => ({ call: (op) => window.work(op) });";

#[tokio::test(flavor = "multi_thread")]
async fn no_text_runs_on_any_page_of_the_wallet() {
    let (router, log) = told("/wallet/judge.js", WALLET);
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    visitor.live_at(NOW).await;
    visitor.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": FILL})).await;
    let (payloads, shapes) = (hostile(), shapes());
    visitor.open("wallet?lang=en").await;
    visitor.press(".begin").await;
    visitor.see(".add").await;
    let script = "const [payloads, shapes, done] = arguments; \
         Promise.all([import('/wallet/held.js'), import('/wallet/screen.js')]).then(async ([{ held, renew }, { again }]) => { \
             Object.assign(window, { payloads, asked: 0 }); \
             window.first = 0; window.verdict = (place) => { const at = place + window.first; const text = payloads[at]; const verdict = fill(shapes.verdicts[0], text, true); \
                 const row = { outcome: 'accept', answers: [], findings: [], proofs: [], title: text, headline: text, next: text, to: text }; \
                 return at % 5 ? Object.assign(verdict, { outcome: 'accept' }, at % 3 ? {} : { credential: undefined }) : row; }; \
             window.work = (op) => { const text = payloads[(window.asked += 1) % payloads.length]; const said = fill(shapes[op], text, true); \
                 return op === 'cv' ? { columns: payloads, cells: [payloads, payloads], blobs: [new Uint8Array()] } : said; }; \
             const certificates = payloads.map((text, at) => JSON.stringify({ at, credentialSubject: { \
                 achievement: { alignment: [{ targetFramework: text, targetCode: text, targetName: text }] }, result: [{ resultDescription: `${text}:unit`, value: text }] } })); \
             window.hold = async (from, until) => { window.first = from; \
                 await renew(held.person, (kept) => ({ ...kept, certificates: certificates.slice(from, until) })); await again(); }; \
             await hold(0, payloads.length); \
             return document.querySelectorAll('.held li').length; }).then(done, (error) => done(String(error)));";
    let rows = visitor.client.execute_async(script, vec![json!(payloads), shapes.clone()]).await.unwrap();
    assert_eq!(rows, payloads.len());
    harmless(&visitor.ask(SEEN).await, "home");

    // Each of them by itself, and back; a few at a time, for the whole list is drawn at each return.
    let script = format!(
        "void (async () => {{ let opened = 0; const made = new Set(); const fields = new Set(); let handlers = 0; \
         const seen = (what) => new Promise((go) => {{ const look = () => (document.querySelector(what) ? go() : setTimeout(look)); look(); }}); \
         for (let at = 0; at < payloads.length; at += 1) {{ \
             await seen('.held .open'); \
             if (at % 16 === 0) {{ await hold(at, at + 16); await seen('.held .open'); }} \
             document.querySelectorAll('.held .open')[at % 16].click(); await seen('.verdict'); \
             const said = {SEEN}; handlers += said.handlers; said.made.forEach((it) => made.add(it)); said.fields.forEach((it) => fields.add(it)); opened += 1; \
             document.querySelector('.back').click(); }} \
         await seen('.held'); await hold(0, payloads.length); \
         window.walked = {{ opened, handlers, hits: window.hits, violations: window.violations, made: [...made], fields: [...fields] }}; }})()"
    );
    visitor.ask(&script).await;
    visitor.until("Boolean(window.walked)").await;
    let said = visitor.ask("window.walked").await;
    assert_eq!(said["opened"], payloads.len(), "{said}");
    let seen = harmless(&said, "one certificate");
    all_seen(&shapes["verdicts"][0], &CODES, &seen);

    // Choosing what to show; skills; what a CV says; and vacancies.
    visitor.press(".show").await;
    visitor.see(".sign").await;
    harmless(&visitor.ask(SEEN).await, "showing");
    visitor.press(".back").await;
    visitor.press(".work").await;
    visitor.see(".skills").await;
    harmless(&visitor.ask(SEEN).await, "skills");
    visitor.press(".cv").await;
    visitor.see(".look").await;
    visitor.ask("void document.querySelector('.held input:not([disabled])').click()").await;
    visitor.press(".look").await;
    visitor.see(".inside .json").await;
    harmless(&visitor.ask(SEEN).await, "a CV");
    visitor.press(".back").await;
    visitor.press(".vacancy").await;
    visitor.see("#vacancy").await;
    visitor
        .ask("void (() => { const all = new DataTransfer(); payloads.forEach((text) => all.items.add(new File([text], text))); \
              const field = document.querySelector('#vacancy'); field.files = all.files; field.dispatchEvent(new Event('change', { bubbles: true })); })()")
        .await;
    visitor.until(&format!("document.querySelectorAll('.match').length === {}", payloads.len())).await;
    visitor.until("new Promise((done) => setTimeout(() => done(true), 500))").await;
    let seen = harmless(&visitor.ask(SEEN).await, "vacancies");
    all_seen(&shapes["vacancy"], &VACANCY, &seen);
    visitor.leave(0).await;
}
