//! The served page's routes, asked without a socket; and the house that the browser's tests live in too.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use skillpass::base::timestamp::Timestamp;
use skillpass::carry::packet::Packet;
use skillpass::http::{Demo, Example, ServeState, Shelf, router};
use skillpass::verify::Evidence;
use tower::ServiceExt as _;

use crate::common::countries;
use crate::common::documents::{self, NOW, canonical, changed};
use crate::common::packs::{self, Parts};

/// The name that must stand in no log.
pub const NAME: &str = "María Fernanda Ñáñez de la Cruz";

/// A certificate in force.
pub fn good() -> Value {
    documents::signed(&documents::module())
}

/// A certificate that was revoked.
pub fn revoked() -> Value {
    documents::signed(&changed(&documents::module(), "/credentialStatus/statusListIndex", "13".into()))
}

/// A certificate that somebody signed whom no list knows.
pub fn claimed() -> Value {
    let stranger = documents::did_key("stranger");
    let document = changed(&documents::module(), "/issuer/id", stranger.into());
    documents::signed_by(&document, "stranger", &documents::did_key_method("stranger"), documents::SIGNED)
}

/// The digits of a certificate's code.
pub fn digits(document: &Value) -> String {
    Packet::of(&canonical(document)).unwrap().digits()
}

/// A log that a test can read.
pub type Log = Arc<Mutex<Vec<String>>>;

/// The routes, and what they log.
pub fn house() -> (Router, Log) {
    house_with(false)
}

/// The routes as they are over TLS.
pub fn house_over_tls() -> (Router, Log) {
    house_with(true)
}

/// The routes of a server that has no lists.
pub fn house_without_lists() -> (Router, Log) {
    let (mut state, log) = state(false);
    let (evidence, shelf) = (Arc::new(Evidence::default()), Arc::new(Shelf::default()));
    state.evidence = Arc::new(move || Arc::clone(&evidence));
    state.published = Arc::new(move || Arc::clone(&shelf));
    (router(state), log)
}

/// The routes of a server that has these lists.
pub fn house_with_lists(files: Vec<Vec<u8>>) -> (Router, Log) {
    let (mut state, log) = state(false);
    let packs: Vec<_> = files.iter().map(|bytes| packs::read(bytes).unwrap()).collect();
    let mut shelf = Shelf::default();
    shelf.put_packs(files, &packs);
    let (evidence, shelf) = (Arc::new(Evidence::of_packs(packs)), Arc::new(shelf));
    state.evidence = Arc::new(move || Arc::clone(&evidence));
    state.published = Arc::new(move || Arc::clone(&shelf));
    (router(state), log)
}

/// The routes of a server whose lists another puts in the place of those that are there.
pub fn house_of_lists() -> (Router, Log, Arc<Mutex<Arc<Shelf>>>) {
    let (mut state, log) = state(false);
    let shelf = Arc::new(Mutex::new(Arc::new(Shelf::default())));
    let served = Arc::clone(&shelf);
    state.published = Arc::new(move || Arc::clone(&served.lock().unwrap()));
    (router(state), log, shelf)
}

fn house_with(secure: bool) -> (Router, Log) {
    let (state, log) = state(secure);
    (router(state), log)
}

/// An authority with a rule that says as much as a rule can.
fn brazil() -> Parts {
    let mut parts =
        countries::authority("urn:skillpass:test-authority-br", "Ministério de exemplo do Trabalho e Emprego", "BR");
    let mut rule = packs::rule("urn:skillpass:test-rule-br", countries::COLOMBIA);
    rule["outcome"] = "partial".into();
    rule["purposes"] = json!(["employment", "further-study"]);
    rule["covers"] = json!(["Ideia de negócio", "Custos"]);
    rule["reasons"] = json!(["Faltam horas de prática supervisionada"]);
    rule["comparable"] =
        json!({"title": "Qualificação inicial", "level": {"framework": "BR-QNQ", "version": "2025", "label": "2"}});
    rule["appeal"] = json!({"body": "Comissão de recursos", "days": 30});
    rule["regulated"] = true.into();
    rule["register"] = "Conselho de exemplo".into();
    parts.accreditation["rules"] = json!([rule]);
    parts
}

fn state(secure: bool) -> (ServeState, Log) {
    let log = Log::default();
    let lines = Arc::clone(&log);
    let files = [Parts::of_tests(), brazil()].map(|parts| parts.to_bytes());
    let all = [0, 1].map(|at| packs::read(&files[at]).unwrap());
    let mut shelf = Shelf::default();
    shelf.put_packs(files.into(), &all);
    let shelf = Arc::new(shelf);
    let evidence = Arc::new(Evidence::of_packs(all.into()));
    let example = |label: &str, document: Value| Example {
        label: label.to_owned(),
        code: digits(&document),
        page: Some("<!doctype html><title>x</title>".to_owned()),
    };
    let state = ServeState {
        evidence: Arc::new(move || Arc::clone(&evidence)),
        published: Arc::new(move || Arc::clone(&shelf)),
        clock: Arc::new(|| Timestamp::parse(NOW).unwrap()),
        issuing: None,
        desks: Vec::new(),
        resource: Arc::new(|_| None),
        demo: Some(Arc::new(Demo {
            examples: vec![
                example("Genere su idea de negocio · María Fernanda Ñáñez", good()),
                example("Genere su idea de negocio · Wilner Jean-Baptiste", revoked()),
                example("Genere su idea de negocio · João Gonçalves", claimed()),
            ],
        })),
        log: Arc::new(move |served| lines.lock().unwrap().push(served.to_string())),
        secure,
        fits: Arc::new(skillpass::desk::account::fits),
        checks: 2,
    };
    (state, log)
}

async fn ask(router: &Router, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    router.clone().oneshot(request.body(body).unwrap()).await.unwrap()
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn verdict(router: &Router, query: &str, document: &Value) -> Value {
    let body = Body::from(canonical(document));
    let response = ask(router, Method::POST, &format!("/api/verify{query}"), &[], body).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let said: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(said["verdicts"].as_array().unwrap().len(), 1);
    said["verdicts"][0].clone()
}

/// The fourth answer, and what was presented together in one picture.
#[tokio::test]
async fn what_it_is_worth() {
    let (router, _) = house();
    let said = verdict(&router, "?lang=pt&country=BR", &good()).await;
    assert_eq!((&said["outcome"], &said["answers"][3]["answer"]), (&"accept".into(), &"yes".into()), "{said:#}");
    assert_eq!(said["answers"][3]["reason"], "worth-partial");
    let statement = &said["worth"][0];
    assert_eq!((&statement["outcome"], &statement["example"]), (&"partial".into(), &true.into()));
    let details = statement["details"].as_array().unwrap();
    for value in ["Ideia de negócio", "Custos", "Qualificação inicial", "Comissão de recursos", "Conselho de exemplo"]
    {
        assert!(details.iter().any(|row| row["value"] == value), "{value}: {details:#?}");
    }
    assert!(said["regulated"].as_str().is_some_and(|text| !text.is_empty()));
    // What was withdrawn is worth nothing that could be said.
    assert!(verdict(&router, "?country=BR", &revoked()).await["worth"].is_null());
}

#[tokio::test]
async fn three_outcomes() {
    let (router, _) = house();
    let accepted = verdict(&router, "?lang=en&country=PE", &good()).await;
    assert_eq!(accepted, verdict(&router, "?lang=en&country=pe", &good()).await);
    assert_eq!(accepted["outcome"], "accept", "{accepted:#}");
    assert_eq!(accepted["language"], "en");
    assert_eq!(accepted["pilot"], true);
    assert_eq!(accepted["credential"]["name"], NAME);
    assert_eq!(accepted["answers"][3]["reason"], "no-rule");
    let revoked = verdict(&router, "?lang=pt", &revoked()).await;
    assert_eq!((revoked["outcome"].as_str(), revoked["language"].as_str()), (Some("reject"), Some("pt")));
    let claimed = verdict(&router, "", &claimed()).await;
    assert_eq!(claimed["outcome"], "undecided");
    assert_eq!(claimed["credential"]["mark"], "claims");
    assert_eq!(claimed["issuer"], Value::Null);
}

#[tokio::test]
async fn what_cannot_be_read_beside_others_is_said() {
    let (router, _) = house();
    let token = "eyJhbGciOiJFZERTQSJ9.e30.c2ln";
    let list = json!([good(), {"type": "VerifiableCredential"}, good(), token]).to_string();
    let response = ask(&router, Method::POST, "/api/verify?lang=en", &[], Body::from(list)).await;
    assert_eq!(response.status(), StatusCode::OK);
    let said: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(said["verdicts"].as_array().unwrap().len(), 1);
    // The places are those in the list: what stands there twice has two.
    let told: Vec<_> =
        said["notRead"].as_array().unwrap().iter().map(|it| (it["place"].as_u64(), it["code"].as_str())).collect();
    assert_eq!(told, [(Some(2), Some("no-proof")), (Some(4), Some("jose"))]);
    assert!(said["notRead"][1]["title"].as_str().unwrap().contains("JWT"));
    let alone = ask(&router, Method::POST, "/api/verify", &[], Body::from(canonical(&good()))).await;
    let alone: Value = serde_json::from_str(&text(alone).await).unwrap();
    assert_eq!(alone["notRead"], json!([]));
}

#[tokio::test]
async fn problems_have_codes_and_no_internals() {
    let (router, _) = house();
    let too_large = vec![b' '; 8 * 1024 * 1024 + 1];
    for (method, path, body, status, code) in [
        (Method::GET, "/nowhere", Vec::new(), 404, "not-found"),
        (Method::GET, "/../../etc/passwd", Vec::new(), 404, "not-found"),
        (Method::GET, "/%2e%2e%2fetc%2fpasswd", Vec::new(), 404, "not-found"),
        (Method::GET, "/demo/99", Vec::new(), 404, "not-found"),
        (Method::GET, "/demo/..%2f..%2fetc", Vec::new(), 404, "not-found"),
        (Method::GET, "/api/verify", Vec::new(), 405, "method"),
        (Method::POST, "/", Vec::new(), 405, "method"),
        (Method::DELETE, "/api/verify", Vec::new(), 405, "method"),
        (Method::POST, "/api/verify?country=XX", Vec::new(), 400, "country-unknown"),
        (Method::POST, "/api/verify?country=%3Cscript%3E", Vec::new(), 400, "country-unknown"),
        (Method::POST, "/api/verify?lang=es&lang=pt", Vec::new(), 400, "request"),
        (Method::POST, "/api/verify", too_large, 413, "file-too-large"),
    ] {
        let response = ask(&router, method.clone(), path, &[], Body::from(body)).await;
        assert_eq!(response.status().as_u16(), status, "{method} {path}");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{method} {path}");
        guarded(response.headers());
        if status == 405 {
            assert!(response.headers().contains_key("allow"), "{method} {path}");
        }
        let problem: Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!(problem["code"], code, "{method} {path}");
        assert_eq!(problem["status"], status, "{method} {path}");
    }
}

#[tokio::test]
async fn junk_is_answered_calmly() {
    let (router, _) = house();
    let deep = "[".repeat(100_000);
    let bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"hello".to_vec(),
        deep.into_bytes(),
        vec![0; 4096],
        (0..=255).cycle().take(100_000).collect(),
        b"\xff\xd8\xff\xe0 not a photograph".to_vec(),
        b"\x89PNG\r\n\x1a\n not a picture".to_vec(),
        b"%PDF-1.7 not a document".to_vec(),
        b"{\"a\":1,\"a\":2}".to_vec(),
        "9".repeat(2_401).into_bytes(),
    ];
    for (number, body) in bodies.into_iter().enumerate() {
        let response = ask(&router, Method::POST, "/api/verify?lang=en", &[], Body::from(body)).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{number}");
        let problem: Value = serde_json::from_str(&text(response).await).unwrap();
        assert!(problem["code"].is_string() && problem["title"].is_string(), "{number}");
    }
}

/// What every answer carries (web.md §6, threats.md I4, I19).
fn guarded(headers: &HeaderMap) {
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    // The kernel is WebAssembly, compiled from our own address; nothing else that the policy calls unsafe is let in.
    assert!(!policy.replace("'wasm-unsafe-eval'", "").contains("unsafe"), "{policy}");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
    assert!(headers.contains_key("permissions-policy") && headers.contains_key("cache-control"));
    assert!(!headers.contains_key("set-cookie") && !headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn the_page_speaks_the_visitors_language_and_is_never_kept() {
    let (router, _) = house();
    for (path, accept, language) in [
        ("/", "", "es"),
        ("/", "pt-BR,pt;q=0.9", "pt"),
        ("/", "de,ht;q=0.5", "ht"),
        ("/?lang=fr", "en", "fr"),
        ("/?lang=%22%3E%3Cscript%3E", "", "es"),
    ] {
        let response = ask(&router, Method::GET, path, &[("accept-language", accept)], Body::empty()).await;
        assert_eq!(response.status(), StatusCode::OK);
        guarded(response.headers());
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["content-language"], language);
        assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("require-trusted-types-for"));
        let page = text(response).await;
        assert!(page.contains(&format!("<html lang=\"{language}\"")), "{path}");
        assert!(!page.contains("style=") && !page.contains("onclick") && !page.contains("http://"), "{path}");
        let (head, _) = page.split_once("<meta name=\"viewport\"").unwrap();
        assert!(head.contains("<script src=\"/arrival.js\">"), "the first thing a page does is to clear the code away");
    }
}

/// Two elements of one name, and a script finds the wrong one.
#[tokio::test]
async fn every_name_in_the_page_is_given_once() {
    let (router, _) = house();
    let page = text(ask(&router, Method::GET, "/", &[], Body::empty()).await).await;
    let mut names: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(!page.contains(">page."), "a text that no language has");
}

/// What a module loads before it runs.
fn imports(of: &str, script: &str) -> Vec<String> {
    let folder = of.rsplit_once('/').unwrap().0;
    let named = script
        .split("import ")
        .skip(1)
        .filter_map(|rest| rest.split_once(" from \""))
        .filter(|(names, _)| !names.contains(';'));
    let files = named.map(|(_, from)| from.split_once('"').unwrap().0);
    files.map(|file| format!("{folder}/{}", file.strip_prefix("./").unwrap())).collect()
}

/// On a slow phone each part that is found out late costs a tenth of a second and more: the page names them all at once.
#[tokio::test]
async fn the_page_names_beforehand_what_it_will_ask_for() {
    let (router, _) = house();
    let page = text(ask(&router, Method::GET, "/?lang=ht", &[], Body::empty()).await).await;
    let links = |kind: &str| -> BTreeSet<String> {
        let marked = format!("<link rel=\"{kind}\" href=\"");
        page.split(&marked).skip(1).map(|rest| rest.split_once('"').unwrap().0.to_owned()).collect()
    };
    let texts = ["/i18n/ht.json", "/i18n/verdict/ht.json", "/wasm/kernel.wasm"];
    assert_eq!(links("preload"), texts.map(str::to_owned).into());
    let mut modules = BTreeSet::from(["/check.js".to_owned()]);
    let mut left = vec!["/check.js".to_owned()];
    while let Some(path) = left.pop() {
        let script = text(ask(&router, Method::GET, &path, &[], Body::empty()).await).await;
        left.extend(imports(&path, &script).into_iter().filter(|found| modules.insert(found.clone())));
    }
    modules.remove("/check.js");
    assert!(modules.len() > 10, "{modules:?}");
    assert_eq!(links("modulepreload"), modules);
}

#[tokio::test]
async fn the_first_line_of_script_clears_the_code_away() {
    let (router, _) = house();
    let script = text(ask(&router, Method::GET, "/arrival.js", &[], Body::empty()).await).await;
    let first = script.lines().next().unwrap();
    assert!(first.contains("location.hash") && first.contains("history.replaceState"));
}

#[tokio::test]
async fn files_are_asked_for_again_and_cost_nothing() {
    let (router, _) = house();
    for path in ["/arrival.js", "/check.js", "/icon.svg", "/skillpass.css", "/verdict.js", "/words.js", "/i18n/es.json"]
    {
        let response = ask(&router, Method::GET, path, &[], Body::empty()).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        guarded(response.headers());
        let etag = response.headers()["etag"].to_str().unwrap().to_owned();
        assert!(!text(response).await.is_empty(), "{path}");
        let again = ask(&router, Method::GET, path, &[("if-none-match", &etag)], Body::empty()).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path}");
        assert!(text(again).await.is_empty());
    }
    let health = ask(&router, Method::GET, "/healthz", &[], Body::empty()).await;
    assert_eq!(text(health).await, "ok");
}

#[tokio::test]
async fn another_site_gets_nothing_done() {
    let (router, _) = house();
    let body = || Body::from(canonical(&good()));
    for (site, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)] {
        let response = ask(&router, Method::POST, "/api/verify", &[("sec-fetch-site", site)], body()).await;
        assert_eq!(response.status().as_u16(), status, "{site}");
    }
}

#[tokio::test]
async fn nothing_personal_is_logged() {
    let (router, log) = house();
    let planted = "NombrePlantado";
    for (method, path) in [
        (Method::GET, format!("/?name={planted}")),
        (Method::GET, format!("/{planted}/..%2f{planted}")),
        (Method::GET, format!("/demo/{planted}")),
        (Method::POST, format!("/api/verify?lang={planted}")),
        (Method::POST, format!("/api/verify?country={planted}")),
        (Method::from_bytes(planted.as_bytes()).unwrap(), "/".to_owned()),
    ] {
        let headers =
            [("user-agent", planted), ("referer", planted), ("cookie", planted), ("accept-language", planted)];
        let content = canonical(&documents::signed(&changed(
            &documents::module(),
            "/credentialSubject/identifier/0/identityHash",
            planted.into(),
        )));
        let response = ask(&router, method, &path, &headers, Body::from(content)).await;
        for value in response.headers().values() {
            assert!(!value.to_str().unwrap().contains(planted));
        }
    }
    let lines = log.lock().unwrap().join("\n");
    assert_eq!(lines.lines().count(), 6);
    assert!(!lines.contains(planted), "{lines}");
    assert!(lines.contains("POST /api/verify 200") && lines.contains("OTHER / 405"), "{lines}");
}

#[tokio::test]
async fn what_the_visitor_may_know_about_this_computer() {
    let (router, _) = house();
    let about: Value =
        serde_json::from_str(&text(ask(&router, Method::GET, "/about", &[], Body::empty()).await).await).unwrap();
    assert_eq!(about["lists"][0]["authority"], "Autoridad de prueba");
    assert_eq!(about["lists"][0]["pilot"], true);
    assert_eq!(about["demo"].as_array().unwrap().len(), 3);
    let page = ask(&router, Method::GET, about["demo"][0]["page"].as_str().unwrap(), &[], Body::empty()).await;
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
}

/// As many checks as there is room for, and whoever comes then is asked to come back; what is under way is done.
#[tokio::test(flavor = "multi_thread")]
async fn too_many_at_a_time_are_asked_to_come_back() {
    let (mut state, _) = state(false);
    let gate = Arc::new(Mutex::new(()));
    let (evidence, shut) = (Arc::clone(&state.evidence), Arc::clone(&gate));
    state.evidence = Arc::new(move || {
        let _open = shut.lock().unwrap();
        evidence()
    });
    state.checks = 1;
    let router = router(state);
    let check = || {
        let router = router.clone();
        tokio::spawn(
            async move { ask(&router, Method::POST, "/api/verify", &[], Body::from(canonical(&good()))).await },
        )
    };
    let keeper = tokio::task::spawn_blocking(move || {
        let _held = gate.lock().unwrap();
        // A second more than the other waits for its turn.
        std::thread::sleep(std::time::Duration::from_secs(6));
    });
    // The gate is shut before anybody comes.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let [one, other] = [check(), check()];
    keeper.await.unwrap();
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    let (done, refused) = if one.status() == StatusCode::OK { (one, other) } else { (other, one) };
    assert_eq!((done.status().as_u16(), refused.status().as_u16()), (200, 503));
    assert!(refused.headers().contains_key("retry-after"));
    let problem: Value = serde_json::from_str(&text(refused).await).unwrap();
    assert_eq!(problem["code"], "busy");
}
