//! Our vectors of JSON-LD: `tests/vectors/jsonld`, one defect or one feature a file.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use skillpass::base::canonical::{Json, read};
use skillpass::credential::proof::{Canonicalise as _, NotCanonical};
use skillpass::interop::rdfc::{Canonicaliser, Contexts, Refused, digest, to_quads};

use super::{ANY, document, nquads};
use crate::common::here;

struct Vector {
    name: String,
    expect: Value,
    contexts: Contexts,
    /// As written: numbers are read by our own reader alone.
    document: skillpass::base::canonical::Object,
}

fn vectors() -> Vec<Vector> {
    let mut paths: Vec<_> =
        std::fs::read_dir(here("tests/vectors/jsonld")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = std::fs::read(path).unwrap();
            assert!(text.starts_with(b"{\n\"expect\": "), "{} does not open with its expectation", path.display());
            let file = document(&text);
            let more = file
                .get("contexts")
                .and_then(Json::object)
                .map(|contexts| contexts.iter().map(|(url, json)| (url.to_owned(), json.clone())).collect::<Vec<_>>());
            Vector {
                name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
                expect: serde_json::from_slice(&file.get("expect").unwrap().to_canonical()).unwrap(),
                contexts: Contexts::embedded().with(more.unwrap_or_default()),
                document: file.get("document").and_then(Json::object).unwrap().clone(),
            }
        })
        .collect()
}

#[test]
fn every_vector() {
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for vector in vectors() {
        let found = match nquads(&vector.document, &vector.contexts) {
            Ok(text) => json!({ "outcome": "accepts", "nquads": text.lines().collect::<Vec<_>>() }),
            Err(refused) => said(&refused),
        };
        if found != vector.expect {
            wrong.push(format!("{}: {found}", vector.name));
        }
        *outcomes.entry(found["reason"].as_str().unwrap_or("accepts").to_owned()).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let expected = [
        ("accepts", 54),
        ("context", 23),
        ("dropped", 33),
        ("malformed", 20),
        ("unknown-context", 2),
        ("unsupported", 6),
    ];
    assert_eq!(outcomes, expected.map(|(reason, count)| (reason.to_owned(), count)).into());
}

/// A refusal as the files write it.
fn said(refused: &Refused) -> Value {
    let at = |reason: &str, at: &str| json!({ "outcome": "refused", "reason": reason, "at": at });
    match refused {
        Refused::Context { at: place, fault } => {
            let mut said = at("context", place);
            said["fault"] = format!("{fault:?}").to_lowercase().into();
            said
        }
        Refused::Dropped { at: place } => at("dropped", place),
        Refused::Malformed { at: place } => at("malformed", place),
        Refused::TooMuchWork => json!({ "outcome": "refused", "reason": "too-much-work" }),
        Refused::UnknownContext { url } => json!({ "outcome": "refused", "reason": "unknown-context", "url": url }),
        Refused::Unsupported { at: place } => at("unsupported", place),
    }
}

/// No vector that is refused has a digest, by whichever door.
#[test]
fn what_is_refused_has_no_digest() {
    for vector in vectors() {
        let accepted = vector.expect["outcome"] == "accepts";
        assert_eq!(digest(&vector.document, &vector.contexts).is_ok(), accepted, "{}", vector.name);
        let kernel = Canonicaliser::with(vector.contexts.into()).digest(&vector.document);
        match kernel {
            Ok(_) => assert!(accepted, "{}", vector.name),
            Err(NotCanonical::UnknownContext { url }) => assert_eq!(vector.expect["url"], *url, "{}", vector.name),
            Err(NotCanonical::Unsafe { at }) => assert_eq!(vector.expect["at"], *at, "{}", vector.name),
            Err(NotCanonical::TooMuchWork) => panic!("{}", vector.name),
        }
    }
}

/// What safe mode is for: whatever text, number or boolean of an accepted document is changed, added or taken away, the statements
/// change or the document is refused.
#[test]
fn every_value_of_an_accepted_document_is_covered() {
    let mut changed = 0;
    for vector in vectors().iter().filter(|vector| vector.expect["outcome"] == "accepts") {
        let before = nquads(&vector.document, &vector.contexts).unwrap();
        for place in 0.. {
            let mut json = Json::Object(vector.document.clone());
            if !change(&mut json, &mut place.clone()) {
                break;
            }
            let Json::Object(altered) = json else { panic!() };
            if let Ok(after) = nquads(&altered, &vector.contexts) {
                let same_in_meaning = ["said-twice"].contains(&vector.name.as_str());
                assert!(after != before || same_in_meaning, "{}: {altered:?}", vector.name);
            }
            changed += 1;
        }
    }
    assert!(changed > 200, "{changed}");
}

/// Changes the scalar at a place, counted from 0 in depth, contexts left out. Whether there was one.
fn change(json: &mut Json, place: &mut usize) -> bool {
    match json {
        Json::Object(object) => {
            let names: Vec<String> = object.iter().map(|(name, _)| name.to_owned()).collect();
            names.iter().filter(|name| *name != "@context").any(|name| {
                let mut value = object.get(name).unwrap().clone();
                let found = change(&mut value, place);
                object.set(name, value);
                found
            })
        }
        Json::List(list) => list.iter_mut().any(|entry| change(entry, place)),
        // A blank node's label is no part of what is said.
        Json::Text(text) if text.starts_with("_:") => false,
        Json::Null => false,
        scalar => {
            if *place > 0 {
                *place -= 1;
                return false;
            }
            *scalar = match &*scalar {
                Json::Bool(value) => Json::Bool(!*value),
                Json::Integer(number) => Json::Integer(*number ^ 1),
                Json::Float(number) => Json::Float(*number * 2.0),
                Json::Text(text) => Json::Text(format!("{text}x")),
                other => other.clone(),
            };
            true
        }
    }
}

/// A member that no context defines, put anywhere into a badge, is refused with its place.
#[test]
fn a_member_of_ones_own_is_refused_anywhere() {
    let text = std::fs::read(here("tests/vectors/full.es.json")).unwrap();
    let whole = Json::Object(document(&text));
    let mut objects = 0;
    while let Some((json, at)) = with_a_member(&whole, objects, "") {
        let Json::Object(altered) = json else { panic!() };
        match to_quads(&altered, Contexts::embedded()) {
            Err(Refused::Dropped { at: found }) => assert_eq!(found, at),
            other => panic!("{at}: {other:?}"),
        }
        objects += 1;
    }
    assert!(objects > 20, "{objects}");
}

/// The document with a member more in the object that comes at this number, and the place of the member.
fn with_a_member(json: &Json, mut number: usize, at: &str) -> Option<(Json, String)> {
    fn count(json: &Json) -> usize {
        match json {
            Json::Object(object) => 1 + object.iter().map(|(_, value)| count(value)).sum::<usize>(),
            Json::List(list) => list.iter().map(count).sum(),
            _ => 0,
        }
    }
    let under = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    match json {
        Json::Object(object) if number == 0 => {
            let mut object = object.clone();
            object.set("skillpassSecret", Json::Text("x".to_owned()));
            Some((Json::Object(object), under("skillpassSecret")))
        }
        Json::Object(object) => {
            number -= 1;
            for (name, value) in object.iter() {
                if number < count(value) {
                    let (inner, at) = with_a_member(value, number, &under(name))?;
                    let mut object = object.clone();
                    object.set(name, inner);
                    return Some((Json::Object(object), at));
                }
                number -= count(value);
            }
            None
        }
        Json::List(list) => {
            for (position, value) in list.iter().enumerate() {
                if number < count(value) {
                    let (inner, at) = with_a_member(value, number, &under(&position.to_string()))?;
                    let mut list = list.clone();
                    list[position] = inner;
                    return Some((Json::List(list), at));
                }
                number -= count(value);
            }
            None
        }
        _ => None,
    }
}

/// The reader's numbers and ours: what is written as 1 or 1.0 is one number, and one statement.
#[test]
fn spellings_of_a_number_are_one_number() {
    let of = |number: &str| {
        let text = format!(r#"{{"@id": "urn:s", "http://e.example/a": {number}}}"#);
        let Json::Object(object) = read(text.as_bytes(), ANY).unwrap() else { panic!() };
        nquads(&object, Contexts::embedded()).unwrap()
    };
    assert_eq!(of("1"), of("1.0"));
    assert_eq!(of("1.50"), of("15e-1"));
    assert_ne!(of("1"), of("1.5"));
}
