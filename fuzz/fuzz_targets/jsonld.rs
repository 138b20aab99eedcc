//! JSON-LD to RDF under documents of any kind: it ends, soon; the same document has the same statements, whatever was read before; what
//! is stated is RDF; and another text in a place of the document is another text in the statements, or a refusal.
#![no_main]

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use skillpass::base::canonical::{Bounds, Json, Numbers, Object, read};
use skillpass::interop::rdfc::canonical::{Work, canonical};
use skillpass::interop::rdfc::quad::{Quad, Term};
use skillpass::interop::rdfc::{Contexts, to_quads};

#[path = "../../tests/common/nquads.rs"]
mod nquads;

/// One second: ten times what a document may take, for machines that do other things as well.
const SOON: Duration = Duration::from_secs(1);

/// As a credential file is read, of other people's.
const FILE: Bounds = Bounds { bytes: 256 * 1024, depth: 32, string: 64 * 1024, numbers: Numbers::Any };

/// What no name in the documents begins with.
const MARK: &str = "skillpass-mark-";

fuzz_target!(|bytes: &[u8]| {
    static USED: OnceLock<Contexts> = OnceLock::new();
    let used = USED.get_or_init(|| Contexts::embedded().with([]));
    let Ok(Json::Object(document)) = read(bytes, FILE) else { return };
    let start = Instant::now();
    let result = to_quads(&document, used);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    // Nothing was worked out before.
    assert_eq!(to_quads(&document, &Contexts::embedded().with([])), result);
    let Ok(quads) = result else { return };
    quads.iter().for_each(is_rdf);
    let Ok(text) = canonical(&quads, Work::MOST) else { return };
    assert!(nquads::parse(&text).is_some(), "{text}");
    let Some(altered) = with_a_mark(&document, bytes.len()) else { return };
    if let Ok(quads) = to_quads(&altered, used) {
        let marked = |term: &Term| match term {
            Term::Blank(_) => false,
            Term::Iri(iri) => iri.contains(MARK),
            Term::Literal { value, .. } => value.contains(MARK),
        };
        let is_stated = |quad: &Quad| {
            quad.predicate.contains(MARK)
                || marked(&quad.subject)
                || marked(&quad.object)
                || quad.graph.as_ref().is_some_and(marked)
        };
        // A blank node's label is no part of what is said; a term may be as well defined as the one before.
        assert!(quads.iter().any(is_stated) || canonical(&quads, Work::MOST).as_ref() != Ok(&text), "{altered:?}");
    }
});

/// Names are IRIs or blank nodes, and no IRI holds what would end it.
fn is_rdf(quad: &Quad) {
    let iri = |text: &str| {
        assert!(text.contains(':') && !text.starts_with("_:"), "{text}");
        assert!(!text.contains(|character: char| character <= ' ' || "<>\"{}|^`\\".contains(character)), "{text}");
    };
    let name = |term: &Term| match term {
        Term::Blank(label) => assert!(!label.is_empty()),
        Term::Iri(text) => iri(text),
        Term::Literal { .. } => panic!("{term:?}"),
    };
    name(&quad.subject);
    iri(&quad.predicate);
    quad.graph.iter().for_each(name);
    match &quad.object {
        Term::Literal { datatype, .. } => iri(datatype),
        other => name(other),
    }
}

/// The document with a text in the place of one of its texts; contexts, types and labels are left as they are.
fn with_a_mark(document: &Object, seed: usize) -> Option<Object> {
    let mut json = Json::Object(document.clone());
    let count = texts(&mut json, None);
    let Json::Object(_) = json else { return None };
    texts(&mut json, Some(seed.checked_rem(count)?));
    match json {
        Json::Object(object) => Some(object),
        _ => None,
    }
}

/// How many texts there are; the one at this place is replaced.
fn texts(json: &mut Json, replace: Option<usize>) -> usize {
    match json {
        Json::Text(text) if text.starts_with("_:") || text.starts_with('@') => 0,
        Json::Text(text) => {
            if replace == Some(0) {
                *text = match text.split_once("://") {
                    Some((scheme, _)) => format!("{scheme}://{MARK}"),
                    None => MARK.to_owned(),
                };
            }
            1
        }
        Json::List(list) => {
            let mut count = 0;
            for entry in list {
                count += texts(entry, replace.and_then(|place| place.checked_sub(count)));
            }
            count
        }
        Json::Object(object) => {
            let mut count = 0;
            let names: Vec<String> = object.iter().map(|(name, _)| name.to_owned()).collect();
            for name in names.iter().filter(|name| *name != "@context") {
                let Some(mut value) = object.get(name).cloned() else { continue };
                count += texts(&mut value, replace.and_then(|place| place.checked_sub(count)));
                object.set(name, value);
            }
            count
        }
        _ => 0,
    }
}
