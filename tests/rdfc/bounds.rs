//! Documents that are made to take for ever end: with their statements, or refused.

use skillpass::base::canonical::{Json, Object};
use skillpass::interop::rdfc::{ContextFault, Contexts, Refused, to_quads};

use super::document;

/// 256 KiB: a credential file.
const FILE: usize = 256 * 1024;

/// The answer. That it comes soon is a matter of the steps that are allowed; what they take is measured by `cargo bench`.
fn ends(name: &str, text: &str) -> Result<usize, Refused> {
    assert!(text.len() <= FILE, "{name} has {} bytes", text.len());
    // Nothing is worked out before.
    let contexts = Contexts::embedded().with([]);
    to_quads(&document(text.as_bytes()), &contexts).map(|quads| quads.len())
}

/// As many as fit into a file beside the head and the tail.
fn filled(head: &str, one: impl Fn(usize) -> String, tail: &str) -> String {
    let mut text = head.to_owned();
    for number in 0.. {
        let next = one(number);
        if text.len() + next.len() + tail.len() + 1 > FILE {
            break;
        }
        if number > 0 {
            text.push(',');
        }
        text.push_str(&next);
    }
    text + tail
}

const V2: &str = "https://www.w3.org/ns/credentials/v2";
const OB: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

#[test]
fn many_of_everything() {
    let e = r#""@context": {"a": "http://e.example/a", "l": {"@id": "http://e.example/l", "@container": "@list"}}"#;
    let empty = filled(&format!(r#"{{{e}, "a": ["#), |_| "{}".to_owned(), "]}");
    assert_eq!(ends("empty nodes", &empty), Err(Refused::TooMuchWork));
    let numbers = filled(&format!(r#"{{{e}, "l": ["#), |_| "1".to_owned(), "]}");
    assert_eq!(ends("a long list", &numbers), Err(Refused::TooMuchWork));
    let texts = filled(&format!(r#"{{{e}, "a": ["#), |number| format!("\"{number}\""), "]}");
    assert!(ends("texts", &texts).is_ok_and(|count| count > 30_000));
    let members = filled(r#"{"@id": "urn:s","#, |number| format!(r#""urn:p:{number}": 1"#), "}");
    assert!(ends("members", &members).is_ok_and(|count| count > 10_000));
    let types = filled(r#"{"@id": "urn:s", "@type": ["#, |number| format!("\"urn:{number}\""), "]}");
    assert!(ends("types", &types).is_ok_and(|count| count > 10_000));
    let name = "x".repeat(60_000);
    let named = filled(&format!(r#"{{"@id": "urn:{name}", "urn:p": ["#), |number| format!("{number}"), "]}");
    assert_eq!(ends("a long name in each statement", &named), Err(Refused::TooMuchWork));
}

#[test]
fn contexts_within_contexts() {
    let defined: Vec<String> = (0..3_000).map(|number| format!(r#""t{number}": "urn:t{number}""#)).collect();
    let terms = format!("{{\"@context\": {{{}", defined.join(","));
    // Thousands of terms, and thousands of scopes that carry them over.
    let scopes = filled(
        &format!(r#"{}, "p": {{"@id": "urn:p", "@context": {{"x": "urn:x"}}}}}}, "p": ["#, terms),
        |_| "{}".to_owned(),
        "]}",
    );
    assert_eq!(ends("one scope, often", &scopes), Err(Refused::TooMuchWork));
    let own = filled(
        &format!(r#"{}, "p": "urn:p"}}, "p": ["#, terms),
        |number| format!(r#"{{"@context": {{"y{number}": "urn:y"}}}}"#),
        "]}",
    );
    assert_eq!(ends("a context in every node", &own), Err(Refused::TooMuchWork));
    let repeated = filled("{\"@context\": [", |_| format!("\"{V2}\""), "]}");
    assert_eq!(ends("one address, often", &repeated), Err(Refused::TooMuchWork));
    let both = filled("{\"@context\": [", |_| format!("\"{V2}\", \"{OB}\""), "]}");
    assert_eq!(ends("two addresses, often", &both), Err(Refused::TooMuchWork));
    let nullified = filled("{\"@context\": [", |_| "null".to_owned(), "], \"@id\": \"urn:s\", \"urn:a\": 1}");
    assert_eq!(ends("null, often", &nullified), Ok(1));
    let scoped = filled(
        "{\"@context\": {",
        |number| format!(r#""t{number}": {{"@id": "urn:t", "@context": {{"u": "urn:u"}}}}"#),
        "}}",
    );
    assert_eq!(ends("a context for every term", &scoped), Err(Refused::TooMuchWork));
    let chain = filled("{\"@context\": {", |number| format!(r#""t{number}": "t{}:x""#, number + 1), "}}");
    assert_eq!(ends("a chain of prefixes", &chain), Err(Refused::TooMuchWork));
    let growing = filled(
        "{\"@context\": {\"t00000\": {\"@id\": \"urn:\", \"@prefix\": true},",
        |number| format!(r#""t{:05}": {{"@id": "t{number:05}:xxxxxxxx", "@prefix": true}}"#, number + 1),
        "}}",
    );
    assert_eq!(ends("prefixes that grow", &growing), Err(Refused::TooMuchWork));
}

#[test]
fn types_in_every_order() {
    let kinds = ["Achievement", "Profile", "Result", "Alignment", "Criteria", "Evidence", "Related", "Image"];
    let text = filled(
        &format!(r#"{{"@context": ["{V2}", "{OB}"], "type": "VerifiableCredential", "id": "urn:s", "evidence": ["#),
        |number| {
            let some: Vec<String> = kinds
                .iter()
                .enumerate()
                .filter(|(bit, _)| number & (1 << bit) != 0)
                .map(|(_, kind)| format!("\"{kind}\""))
                .collect();
            format!(r#"{{"type": [{}]}}"#, some.join(","))
        },
        "]}",
    );
    let _ = ends("every set of types", &text);
}

/// Nested deeper than any reader lets in: built, not read.
#[test]
fn depth_is_bounded() {
    let nested = |levels: usize| {
        let mut json = Json::Text("x".to_owned());
        for _ in 0..levels {
            json = Json::Object(Object::from_iter([("http://e.example/a", json)]));
        }
        let Json::Object(object) = json else { panic!() };
        object
    };
    assert_eq!(to_quads(&nested(40), Contexts::embedded()).unwrap().len(), 40);
    assert_eq!(to_quads(&nested(64), Contexts::embedded()), Err(Refused::TooMuchWork));
    let mut scoped = Json::Object(Object::new());
    for _ in 0..64 {
        let term = Object::from_iter([("@id", Json::from("urn:t")), ("@context", scoped)]);
        scoped = Json::Object(Object::from_iter([("t", Json::Object(term))]));
    }
    let document = Object::from_iter([("@context", scoped), ("@id", Json::from("urn:s")), ("urn:a", Json::from("x"))]);
    assert_eq!(to_quads(&document, Contexts::embedded()), Err(Refused::TooMuchWork));
}

/// Contexts of a map that name each other, themselves, and themselves from within a term.
#[test]
fn circles_of_contexts_end() {
    let of = |text: &str| Json::Object(document(text.as_bytes()));
    let contexts = Contexts::embedded().with([
        ("urn:self".to_owned(), of(r#"{"@context": ["urn:self", {"a": "urn:a"}]}"#)),
        ("urn:twice".to_owned(), of(r#"{"@context": ["urn:more", "urn:more"]}"#)),
        ("urn:more".to_owned(), of(r#"{"@context": ["urn:twice", "urn:twice"]}"#)),
        ("urn:term".to_owned(), of(r#"{"@context": {"p": {"@id": "urn:p", "@context": "urn:term"}, "a": "urn:a"}}"#)),
    ]);
    let ask = |context: &str| {
        let text = format!(r#"{{"@context": "{context}", "@id": "urn:s", "urn:a": {{"urn:b": 1}}}}"#);
        to_quads(&document(text.as_bytes()), &contexts).map(|quads| quads.len())
    };
    let cycle = |at: &str| Err(Refused::Context { at: at.to_owned(), fault: ContextFault::Cycle });
    assert_eq!(ask("urn:self"), cycle("@context"));
    assert_eq!(ask("urn:twice"), cycle("@context"));
    // JSON-LD API §4.2.2 step 21.3 allows this one: the context of a term is taken when the term is used.
    assert_eq!(ask("urn:term"), Ok(2));
    let used = br#"{"@context": "urn:term", "@id": "urn:s", "p": {"p": {"p": {"a": "x"}}}}"#;
    assert_eq!(to_quads(&document(used), &contexts).map(|quads| quads.len()), Ok(4));
}
