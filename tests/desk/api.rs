//! The interface as a program meets it (issue 5, point 11): every list comes in pages, whatever is made is made once under one key, every
//! refusal is a problem with a code. The OpenAPI document says what there is to be asked.

use std::collections::BTreeSet;

use axum::body::Body;
use serde_json::{Value, json};
use skillpass::store::staff::Role;

use super::{Answer, GIN, Town, Visitor, many, people};

/// 200 rows: the most that one page has.
const MOST: usize = 200;

/// An answer of one call of the document.
struct Operation {
    method: String,
    path: String,
    id: String,
    said: Value,
}

impl Operation {
    /// Whether it takes a parameter of this name.
    fn takes(&self, name: &str, document: &Value) -> bool {
        let parameters = self.said["parameters"].as_array().into_iter().flatten();
        let resolved = parameters.map(|it| match it["$ref"].as_str() {
            Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
            None => it,
        });
        resolved.into_iter().any(|it| it["name"] == name)
    }
}

async fn document(town: &Town) -> (Value, Vec<Operation>) {
    let document = town.visitor().ask("GET", "/api/openapi.json", &[], Body::empty()).await.is(200).body;
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, said) in item.as_object().unwrap() {
            let id = said["operationId"].as_str().unwrap().to_owned();
            all.push(Operation { method: method.to_uppercase(), path: path.clone(), id, said: said.clone() });
        }
    }
    (document, all)
}

/// The rows of an answer that is a list.
fn rows(body: &Value) -> Option<&Vec<Value>> {
    /// What is no list of rows that grow: cells of a table, three people who sign, what one certificate has, the lists of this server, the
    /// keys before this one, who closed and who takes over.
    const NONE: [&str; 7] = ["closed", "demo", "earlier", "lists", "rows", "signatories", "successors"];
    match body {
        Value::Array(rows) => Some(rows),
        Value::Object(members) => {
            members.iter().filter(|(name, _)| !NONE.contains(&name.as_str())).find_map(|(_, value)| value.as_array())
        }
        _ => None,
    }
}

/// Where the page behind this one is.
fn next(path: &str, answer: &Answer) -> Option<String> {
    if let Some(link) = answer.headers.get("link") {
        let reference = link.to_str().unwrap().strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
        return Some(format!("{path}{reference}"));
    }
    if let Some(after) = answer.body["next"].as_str() {
        return Some(format!("{path}?limit=1&after={after}"));
    }
    // The log's lines are numbered.
    let last = answer.body["acts"].as_array().and_then(|acts| acts.last())?["number"].as_u64().unwrap();
    (last + 1 < answer.body["size"].as_u64().unwrap()).then(|| format!("{path}?limit=1&from={}", last + 1))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_comes_in_pages_that_end() {
    let town = Town::of(&["formar", "otro"]);
    let all = town.at_work(0, "ana", &Role::ALL).await;
    let second = town.at_work(0, "sol", &[Role::Signatory]).await;
    all.import("achievement=GIN", "k", "", &many(MOST + 5)).await.is(200);
    let open = all.get("awards?achievement=GIN&state=open&limit=3").await.is(200).body;
    for award in open["awards"].as_array().unwrap() {
        let key = award["id"].as_str().unwrap();
        all.propose("GIN", json!([key]), key).await.is(201);
        town.wait(1);
    }
    for number in 0..3 {
        let made = all.post("tokens", &json!({"name": format!("T{number}"), "days": 30})).await.is(201).body;
        let token = &made["kept"]["prefix"];
        let release = json!({"achievement": "GIN", "token": token, "count": 5, "until": "2026-12-01T00:00:00Z"});
        second.post("standing", &release).await.is(201);
    }
    let (document, operations) = document(&town).await;
    let mut lists = BTreeSet::new();
    for operation in operations.iter().filter(|it| it.method == "GET" && !it.path.contains('{')) {
        let Operation { path, id, .. } = operation;
        let answer = all.ask("GET", path, &[], Body::empty()).await;
        // What has to be asked for more exactly is about one thing, not a list.
        if answer.status == 400 {
            continue;
        }
        let Some(whole) = rows(&answer.body).cloned() else { continue };
        lists.insert(id.as_str());
        assert!(operation.takes("limit", &document), "{path} has no bound");
        assert!(
            operation.takes("after", &document) || operation.takes("from", &document),
            "{path} cannot be gone through"
        );
        assert!(whole.len() <= MOST, "{path}: {}", whole.len());
        let most = all.ask("GET", &format!("{path}?limit=100000"), &[], Body::empty()).await.is(200);
        assert!(rows(&most.body).unwrap().len() <= MOST, "{path}");
        all.ask("GET", &format!("{path}?limit=many"), &[], Body::empty()).await.refused(400, "request");
        // One by one: the same rows, in the same order, each once, and then no more.
        let (mut seen, mut from) = (Vec::new(), Some(format!("{path}?limit=1")));
        while let Some(page) = from {
            let answer = all.ask("GET", &page, &[], Body::empty()).await.is(200);
            let here = rows(&answer.body).unwrap();
            assert!(here.len() <= 1, "{page}: {}", here.len());
            seen.extend(here.iter().cloned());
            from = next(path, &answer);
            assert!(seen.len() <= 2 * MOST, "{path} does not end");
        }
        assert!(seen.len() >= whole.len().min(2), "{path}: {}", seen.len());
        assert_eq!(seen[..whole.len()], whole[..], "{path}");
        let named: BTreeSet<String> = seen.iter().map(Value::to_string).collect();
        assert_eq!(named.len(), seen.len(), "{path}: a row came twice");
    }
    let expected = [
        "deskAchievements",
        "deskAwards",
        "deskBatches",
        "deskCases",
        "deskInstitutions",
        "deskLog",
        "deskMembers",
        "deskStanding",
        "deskTokens",
    ];
    assert_eq!(lists, BTreeSet::from(expected));
    // Behind a row that nobody has there is nothing to be told.
    all.get("batches?after=uNOBODY").await.refused(400, "request");
}

/// Sent again under its key, a call is answered alike and makes nothing more; with another body the key is refused.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_made_is_made_once_under_a_key() {
    let town = Town::of(&["formar"]);
    let all = town.at_work(0, "ana", &Role::ALL).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let store = town.houses[0].store();
    all.import("achievement=GIN", "k", "", &people(&[("Ana Paz", 1990), ("Bea Ruiz", 1991), ("Ciro Sol", 1992)]))
        .await
        .is(200);
    let open = all.get("awards?achievement=GIN&state=open").await.is(200).body;
    let award = |at: usize| open["awards"][at]["id"].clone();
    let signed = all.propose("GIN", json!([award(0)]), "first").await.is(201).body;
    let batch = signed["id"].as_str().unwrap();
    sol.post(&format!("batches/{batch}/release"), &json!({"digest": signed["digest"], "passphrase": town.keys[0]}))
        .await
        .is(202);
    sol.settled(batch).await;
    let serial = store.records().unwrap()[0].serial.clone();
    let token = all.post("tokens", &json!({"name": "Moodle", "days": 30})).await.is(201).body["kept"]["prefix"].clone();
    let member = store.member_of_login("sol").unwrap().unwrap().id;
    let standing =
        |count: u32| json!({"achievement": "GIN", "token": token, "count": count, "until": "2026-12-01T00:00:00Z"});

    let (document, operations) = document(&town).await;
    for operation in operations.iter().filter(|it| it.method == "POST" && it.path.starts_with("/api/desk/")) {
        let open = operation.said["security"] == json!([]);
        let anybody = ["deskAcceptInvitation", "deskFetchCertificate", "deskSignIn"].contains(&operation.id.as_str());
        assert!(open || anybody || operation.takes("Idempotency-Key", &document), "{} takes no key", operation.id);
    }

    // Every call that makes something new, with a body and another one.
    let makes: Vec<(String, u16, Value, Value)> = vec![
        ("tokens".into(), 201, json!({"name": "A", "days": 30}), json!({"name": "B", "days": 30})),
        (
            "members".into(),
            201,
            json!({"login": "new@x.example", "name": "New", "roles": ["clerk"]}),
            json!({"login": "newer@x.example", "name": "Newer", "roles": ["clerk"]}),
        ),
        (format!("members/{member}/invitation"), 200, json!({}), json!({"again": true})),
        ("standing".into(), 201, standing(1), standing(2)),
        ("uploads".into(), 201, json!({}), json!({"again": true})),
        (format!("certificates/{serial}/delivery"), 201, json!({}), json!({"again": true})),
        ("paper".into(), 202, json!({"batch": batch, "form": "print"}), json!({"batch": batch, "form": "archive"})),
        (
            "batches".into(),
            201,
            json!({"achievement": "GIN", "awards": [award(1)]}),
            json!({"achievement": "GIN", "awards": [award(2)]}),
        ),
    ];
    for (path, status, body, other) in makes {
        let key = [("idempotency-key", "the-key")];
        let first = all.send("POST", &path, &key, &body).await.is(status).body;
        let acts = store.acts_size().unwrap();
        assert_eq!(all.send("POST", &path, &key, &body).await.is(status).body, first, "{path}");
        all.send("POST", &path, &key, &other).await.refused(409, "key-reused");
        assert_eq!(store.acts_size().unwrap(), acts, "{path}");
        let new = all.send("POST", &path, &[("idempotency-key", "another")], &other).await.is(status).body;
        assert_ne!(new, first, "{path}");
    }
    // A register: the same rows again are the same import, other rows are refused.
    let file = people(&[("Delia Luz", 1993)]);
    let taken = all.import("achievement=GIN", "file", "", &file).await.is(200).body;
    let acts = store.acts_size().unwrap();
    assert_eq!(all.import("achievement=GIN", "file", "", &file).await.is(200).body, taken);
    all.import("achievement=GIN", "file", "", &people(&[("Eva Mar", 1994)])).await.refused(409, "key-reused");
    assert_eq!(store.acts_size().unwrap(), acts);
    // After ten minutes, and after a restart, the store still knows which batch a key made, and of which rows.
    town.wait(600);
    let again = |award: Value| json!({"achievement": "GIN", "awards": [award]});
    let key = [("idempotency-key", "the-key")];
    all.send("POST", "batches", &key, &again(award(2))).await.refused(409, "key-reused");
    all.send("POST", "batches", &key, &again(award(1))).await.is(201);
    assert_eq!(store.awards_in(&skillpass::store::award::AwardState::Open, GIN, "", 9).unwrap().len(), 1);
}

/// A refusal, in the shape of RFC 9457, with a code that programs can hold on to, and one of those statuses that the document says.
#[track_caller]
fn is_problem(answer: &Answer, operation: &Operation) {
    let place = format!("{} {}: {} {}", operation.method, operation.path, answer.status, answer.text);
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{place}");
    let code = answer.code();
    let shaped = code.starts_with(|it: char| it.is_ascii_lowercase())
        && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    assert!(shaped, "{place}");
    assert_eq!(answer.body["type"], format!("urn:skillpass:problem:{code}"), "{place}");
    assert_eq!(answer.body["status"], answer.status, "{place}");
    for name in ["title", "language"] {
        assert!(answer.body[name].as_str().is_some_and(|text| !text.is_empty()), "{place}");
    }
    assert!(answer.status < 500 || answer.code() == "busy", "{place}");
    assert!(operation.said["responses"].get(answer.status.to_string()).is_some(), "not in the document: {place}");
}

/// Every call of the document, asked wrongly in every way there is.
#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_problem_with_a_code() {
    let town = Town::of(&["formar"]);
    let (_, operations) = document(&town).await;
    let all = town.at_work(0, "ana", &Role::ALL).await;
    let own = [("x-skillpass-desk", "1"), ("origin", "http://desk.example")];
    let json = [&own[..], &[("content-type", "application/json")]].concat();
    let plain = [&own[..], &[("content-type", "text/plain")]].concat();
    let foreign = [("x-skillpass-desk", "1"), ("origin", "http://evil.example"), ("content-type", "application/json")];
    let odd = "?limit=x&from=x&at=x&size=x&form=x&by=x&preview=x&state=x&country=x&dateOrder=x&lang=x";
    let (mut codes, mut refused) = (BTreeSet::new(), 0);
    for operation in &operations {
        for (_, response) in
            operation.said["responses"].as_object().unwrap().iter().filter(|(status, _)| *status >= &"4".to_owned())
        {
            let problem = response["content"]["application/problem+json"].is_object()
                || response["$ref"].as_str().is_some_and(|it| it.contains("Problem") || it.contains("NotVerified"));
            assert!(problem, "{}: {response}", operation.id);
        }
        let path: String = operation
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "uNOBODY" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let member = if operation.id == "deskSignOut" { town.signed_in(0, "ana").await } else { all.clone() };
        let nobody = town.visitor();
        let asked = |query: &str| format!("{path}{query}");
        let send = async |who: &Visitor, path: String, headers: &[(&str, &str)], body: &str| {
            who.ask(&operation.method, &path, headers, body.to_owned().into()).await
        };
        for answer in [
            send(&nobody, asked(""), &[], "").await,
            send(&nobody, asked(""), &json, "{").await,
            send(&nobody, asked(odd), &json, "[]").await,
            send(&member, asked(""), &json, "{").await,
            send(&member, asked(""), &json, "{\"nothing\": 1}").await,
            send(&member, asked(""), &plain, "hello").await,
            send(&member, asked(odd), &json, "{}").await,
            send(&member, asked("?lang=es&lang=pt&limit=%FF"), &json, "{}").await,
            send(&member, asked(""), &foreign, "{}").await,
        ] {
            if answer.status >= 400 {
                is_problem(&answer, operation);
                codes.insert(answer.code().to_owned());
                refused += 1;
            }
        }
    }
    assert!(refused > 300, "{refused}");
    for code in ["cross-site", "malformed", "media-type", "not-found", "request", "signed-out"] {
        assert!(codes.contains(code), "{code}: {codes:?}");
    }
}
