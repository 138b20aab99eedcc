//! The served page's routes, asked without a socket; and the house that the browser's tests live in too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use serde_json::Value;
use skillpass::base::did::{Did, MethodId};
use skillpass::base::key::SecretKey;
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::achievement::{Achievement, AchievementId, Kind, Language};
use skillpass::credential::credential::{Credential, CredentialId, StatusEntry};
use skillpass::credential::document::Signed;
use skillpass::credential::draft::Draft;
use skillpass::credential::holder::{Holder, HolderName};
use skillpass::credential::terms::{Course, Modality, Terms};
use skillpass::http::{Demo, Example, ServeState, router};
use skillpass::trust::accreditation::{Accreditation, CatalogueEntry, Issuer, IssuerKey, Scope};
use skillpass::trust::freshness::{Freshness, ListRow};
use skillpass::trust::pack::{Anchor, TrustPack};
use skillpass::trust::root::{Authority, Environment, Role, Root};
use skillpass::trust::status::{Bits, StatusList};
use skillpass::verify::Evidence;
use tower::ServiceExt as _;

/// The name that must stand in no log.
pub const NAME: &str = "María Fernanda Ñáñez de la Cruz";
/// The place in the list that is revoked.
pub const REVOKED: u32 = 70_001;

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub fn now() -> Timestamp {
    at("2026-03-22T12:00:00Z")
}

fn authority() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

pub fn body() -> SecretKey {
    SecretKey::from_seed(&[2; 32])
}

/// A key that stands in no pack.
pub fn stranger() -> SecretKey {
    SecretKey::from_seed(&[3; 32])
}

fn achievement() -> Achievement {
    Achievement {
        id: AchievementId::parse("urn:skillpass:ilo:gin").unwrap(),
        kind: Kind::ModuleCompletion,
        name: "Genere su idea de negocio".to_owned(),
        description: "Identificar, analizar y elegir una idea de negocio.".to_owned(),
        criteria: "Asistir al 80 % y presentar una idea propia.".to_owned(),
        code: Some("GIN".to_owned()),
        version: "1".to_owned(),
        language: Language::Es,
        standard: None,
        alignments: Vec::new(),
    }
}

/// What `key` says about a person.
pub fn credential(key: &SecretKey, name: &str, index: u32) -> Credential {
    Credential {
        id: CredentialId::of_random([7; 16]),
        issuer: Did::of_key(&key.public()),
        issuer_name: "Lo que el papel dice ser".to_owned(),
        awarded: at("2026-03-14T00:00:00Z"),
        valid_from: at("2026-03-14T00:00:00Z"),
        valid_until: Some(at("2029-03-14T23:59:59Z")),
        status: StatusEntry {
            purpose: "revocation".to_owned(),
            index,
            list: "https://cert.formar.example/status/1".to_owned(),
        },
        holder: Holder {
            name: HolderName::from_clerk(name).unwrap(),
            birth_year: 1987,
            key: None,
            photo_digest: None,
            id_commitment: None,
        },
        photo: None,
        achievement: achievement(),
        terms: Terms::ModuleCompletion(Course { hours: 20, modality: Modality::InPerson }),
        about: None,
    }
}

pub fn signed(key: &SecretKey, name: &str, index: u32) -> Signed<Credential> {
    let created = at("2026-03-20T15:04:05Z");
    let draft = Draft::complete(credential(key, name, index), created).unwrap();
    draft.sign(key, &MethodId::of_key(&key.public()), created).unwrap()
}

/// A pilot authority that accredits one body for one module.
pub fn evidence() -> Evidence {
    let created = at("2026-03-20T16:00:00Z");
    let begin = at("2026-01-01T00:00:00Z");
    let role = || Role::of_one(authority().public());
    let root = Root {
        version: 1,
        environment: Environment::Pilot,
        issued: begin,
        authority: Authority {
            id: "https://trabajo.example".to_owned(),
            name: "Ministerio del Trabajo (piloto)".to_owned(),
            country: "CO".to_owned(),
            office: None,
        },
        root: role(),
        accreditation: role(),
        freshness: role(),
        green_days: 30,
    };
    let id = Did::of_key(&body().public());
    let method = MethodId::of_key(&body().public());
    let accreditation = Accreditation {
        version: 1,
        issued: Some(created),
        issuers: vec![Issuer {
            id: id.clone(),
            name: "Centro de Formación Los Andes".to_owned(),
            country: "CO".to_owned(),
            keys: vec![IssuerKey {
                id: method.clone(),
                key: body().public(),
                from: begin,
                until: None,
                compromised: None,
            }],
            scope: vec![Scope { achievement: achievement().id, from: begin, until: None }],
            successor: None,
        }],
        achievements: vec![CatalogueEntry {
            id: achievement().id,
            version: "1".to_owned(),
            kind: Kind::ModuleCompletion,
            name: HashMap::from([
                (Language::Es, achievement().name),
                (Language::En, "Generate your business idea".to_owned()),
            ]),
            from: begin,
            until: None,
            regulated: false,
        }],
    };
    let accreditation = accreditation.sign(&authority(), created).unwrap();
    let mut bits = Bits::clear();
    assert!(bits.set(REVOKED));
    let list = StatusList {
        id: "https://cert.formar.example/status/1".to_owned(),
        issuer: id.clone(),
        purpose: "revocation".to_owned(),
        valid_from: created,
        valid_until: None,
        bits,
    };
    let list = list.sign(&body(), &method, created).unwrap();
    let freshness = Freshness {
        version: 1,
        date: created,
        expires: None,
        accreditation_version: 1,
        accreditation_digest: accreditation.digest(),
        lists: vec![ListRow {
            id: "https://cert.formar.example/status/1".to_owned(),
            issuer: id,
            purpose: "revocation".to_owned(),
            version: 1,
            digest: list.digest(),
            date: created,
            sibling_of: None,
        }],
    };
    let root = root.sign(&authority(), begin).unwrap();
    let freshness = freshness.sign(&authority(), created).unwrap();
    let file = TrustPack::assemble(&[root], &accreditation, &freshness, &[list]);
    Evidence { packs: vec![TrustPack::read(&file, &Anchor::NamedByHand).unwrap()] }
}

/// A log that a test can read.
pub type Log = Arc<Mutex<Vec<String>>>;

/// The routes, and what they log.
pub fn house() -> (Router, Log) {
    let log = Log::default();
    let lines = Arc::clone(&log);
    let evidence = Arc::new(evidence());
    let code = |key: &SecretKey, index| String::from_utf8(signed(key, NAME, index).bytes().to_vec()).unwrap();
    let example = |label: &str, code| Example {
        label: label.to_owned(),
        code,
        page: Some("<!doctype html><title>x</title>".to_owned()),
    };
    let state = ServeState {
        evidence: Arc::new(move || Arc::clone(&evidence)),
        clock: Arc::new(now),
        demo: Some(Arc::new(Demo {
            examples: vec![
                example("Genere su idea de negocio · María Fernanda Ñáñez", code(&body(), 1)),
                example("Genere su idea de negocio · Wilner Jean-Baptiste", code(&body(), REVOKED)),
                example("Genere su idea de negocio · João Gonçalves", code(&stranger(), 1)),
            ],
        })),
        log: Arc::new(move |served| lines.lock().unwrap().push(served.to_string())),
        secure: false,
        checks: 2,
    };
    (router(state), log)
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

async fn verdict(router: &Router, query: &str, signed: &Signed<Credential>) -> Value {
    let body = Body::from(signed.bytes().to_vec());
    let response = ask(router, Method::POST, &format!("/api/verify{query}"), &[], body).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let said: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(said["verdicts"].as_array().unwrap().len(), 1);
    said["verdicts"][0].clone()
}

#[tokio::test]
async fn three_outcomes() {
    let (router, _) = house();
    let accepted = verdict(&router, "?lang=en&country=PE", &signed(&body(), NAME, 1)).await;
    assert_eq!(accepted["outcome"], "accept", "{accepted:#}");
    assert_eq!(accepted["language"], "en");
    assert_eq!(accepted["pilot"], true);
    assert_eq!(accepted["credential"]["name"], NAME);
    assert_eq!(accepted["answers"][3]["reason"], "no-rule");
    let revoked = verdict(&router, "?lang=pt", &signed(&body(), NAME, REVOKED)).await;
    assert_eq!((revoked["outcome"].as_str(), revoked["language"].as_str()), (Some("reject"), Some("pt")));
    let claimed = verdict(&router, "", &signed(&stranger(), NAME, 1)).await;
    assert_eq!(claimed["outcome"], "undecided");
    assert_eq!(claimed["credential"]["mark"], "claims");
    assert_eq!(claimed["issuer"], Value::Null);
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
    assert!(!policy.contains("unsafe") || policy.contains("sandbox"), "{policy}");
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
    let body = || Body::from(signed(&body(), NAME, 1).bytes().to_vec());
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
        let content = signed(&body(), planted, 1).bytes().to_vec();
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
    assert_eq!(about["lists"][0]["authority"], "Ministerio del Trabajo (piloto)");
    assert_eq!(about["lists"][0]["pilot"], true);
    assert_eq!(about["demo"].as_array().unwrap().len(), 3);
    let page = ask(&router, Method::GET, about["demo"][0]["page"].as_str().unwrap(), &[], Body::empty()).await;
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
}
