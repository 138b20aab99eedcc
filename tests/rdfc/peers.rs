//! Other people's documents, and another reader of JSON-LD.

use std::collections::BTreeMap;
use std::path::Path;

use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use sha2::{Digest as _, Sha256};
use skillpass::base::canonical::{Json, Object};
use skillpass::interop::rdfc::canonical::{Work, canonical};
use skillpass::interop::rdfc::{Contexts, EMBEDDED, Refused, digest, to_quads};

use super::{document, nquads};
use crate::common::here;
use crate::common::nquads::parse;
use crate::common::shared::{suite, to_hex};

fn file(path: &Path) -> Object {
    document(&std::fs::read(path).unwrap())
}

/// The contexts that the W3C's examples use besides.
fn with_examples() -> Option<Contexts> {
    let folder = suite("w3c-contexts")?;
    let examples = file(&folder.join("examples/v2"));
    let url = "https://www.w3.org/ns/credentials/examples/v2";
    Some(Contexts::embedded().with([(url.to_owned(), Json::Object(examples))]))
}

/// EdDSA Cryptosuites 1.0, appendix B.1: every intermediate text of `eddsa-rdfc-2022`.
#[test]
fn vc_di_eddsa_rdfc_step_by_step() {
    let (Some(folder), Some(contexts)) = (suite("vc-di-eddsa"), with_examples()) else { return };
    let step = |name: &str| std::fs::read_to_string(folder.join("eddsa-rdfc-2022").join(name)).unwrap();
    let unsigned = file(&folder.join("unsigned.json"));
    assert_eq!(nquads(&unsigned, &contexts).unwrap(), step("canonDocDataInt.txt"));
    let document_digest = digest(&unsigned, &contexts).unwrap();
    assert_eq!(to_hex(&document_digest), step("docHashDataInt.txt"));
    let config = file(&folder.join("eddsa-rdfc-2022/proofConfigDataInt.json"));
    assert_eq!(nquads(&config, &contexts).unwrap(), step("proofCanonDataInt.txt"));
    let options_digest = digest(&config, &contexts).unwrap();
    assert_eq!(to_hex(&options_digest), step("proofHashDataInt.txt"));
    let both = [options_digest, document_digest].concat();
    assert_eq!(to_hex(&both), step("combinedHashDataInt.txt"));
}

/// The second example names a context that is not to be had.
#[test]
fn vc_di_eddsa_with_a_context_that_is_unknown() {
    let (Some(folder), Some(contexts)) = (suite("vc-di-eddsa"), with_examples()) else { return };
    let signed = file(&folder.join("eddsa-rdfc-2022/employ/signedDataInt.json"));
    let url = "https://w3id.org/citizenship/v4rc1".to_owned();
    assert_eq!(to_quads(&signed, &contexts), Err(Refused::UnknownContext { url }));
}

/// The large Open Badge with its endorsements: what jsonld.js 9 makes of it (rdf-canonize 5), by its digest.
#[test]
fn the_large_open_badge_as_other_software_has_it() {
    let Some(folder) = suite("ob3-schema") else { return };
    let badge = file(&folder.join("ref/full_ex.json"));
    let of = |badge: &Object| to_hex(&digest(badge, Contexts::embedded()).unwrap());
    assert_eq!(of(&badge), "92ee02bd83460967fa37c06b72a18d7ef8cd987a36b8bd657e5a7ad471129280");
    assert_eq!(
        of(&file(&folder.join("ref/minimal_valid_obv3.json"))),
        "72fd059374dee90a65b7200a6ed2a9615900aaa4e3d405d1fdf2babd2e39985b"
    );
}

/// National payloads: they name an extension context that its publisher serves with a fault, and a type of schema that no context of
/// theirs defines. They are refused for the one, and, given the other, read.
#[test]
fn edubadges_are_refused_for_what_they_leave_undefined() {
    let Some(folder) = suite("edubadges-examples") else { return };
    let url =
        "https://raw.githubusercontent.com/educredentials/obv3-examples/refs/heads/main/contexts/educredential.json";
    let terms = br#"{"@context": {"@vocab": "https://edubadges.example/terms#"}}"#;
    let contexts = Contexts::embedded().with([(url.to_owned(), Json::Object(document(terms)))]);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let badge = file(&path);
        let unknown = Refused::UnknownContext { url: url.to_owned() };
        assert_eq!(to_quads(&badge, Contexts::embedded()), Err(unknown), "{}", path.display());
        nquads(&badge, &contexts).unwrap_or_else(|refused| panic!("{}: {refused:?}", path.display()));
        count += 1;
    }
    assert_eq!(count, 30);
}

/// Every document of ours that is accepted here has the same statements in `oxjsonld`, which has no safe mode.
#[test]
fn another_reader_sees_the_same() {
    let mut compared = 0;
    let mut paths: Vec<_> = ["typical", "full"]
        .iter()
        .flat_map(|kind| ["es", "pt", "en", "fr", "ht"].map(|language| format!("tests/vectors/{kind}.{language}.json")))
        .map(|path| here(&path))
        .collect();
    if let Some(folder) = suite("ob3-schema") {
        paths
            .extend(["full_ex", "minimal_valid_obv3"].map(|name| folder.join("ref").join(name).with_extension("json")));
    }
    for path in paths {
        let ours = nquads(&file(&path), Contexts::embedded()).unwrap();
        assert_eq!(theirs(&std::fs::read(&path).unwrap(), &BTreeMap::new()), ours, "{}", path.display());
        compared += 1;
    }
    let mut surprises = Vec::new();
    for entry in std::fs::read_dir(here("tests/vectors/jsonld")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let vector = file(&path);
        let expect = vector.get("expect").and_then(Json::object).unwrap();
        let Some(lines) = expect.get("nquads").and_then(Json::list) else { continue };
        let ours: String = lines.iter().map(|line| format!("{}\n", line.text().unwrap())).collect();
        let more = vector
            .get("contexts")
            .and_then(Json::object)
            .map(|contexts| contexts.iter().map(|(url, json)| (url.to_owned(), json.to_canonical())).collect());
        let text = vector.get("document").unwrap().to_canonical();
        if (theirs(&text, &more.unwrap_or_default()) != ours) != OTHERWISE_IN_OXJSONLD.contains(&name.as_str()) {
            surprises.push(name);
        }
        compared += 1;
    }
    surprises.sort();
    assert!(surprises.is_empty(), "{surprises:#?}");
    assert!(compared >= 62, "{compared}");
}

/// Directions: it leaves them out (`rdfDirection` null), which a signature must not; jsonld.js under `i18n-datatype` writes what we do.
/// `compact-iri`: it takes a term whose definition is an object for a prefix as soon as its IRI ends as one; the specification asks for
/// `@prefix` (JSON-LD API §4.2.2 step 14.2.5), and so does jsonld.js.
const OTHERWISE_IN_OXJSONLD: [&str; 3] = ["compact-iri", "direction-of-a-value", "direction-without-language"];

/// Canonical N-Quads of what `oxjsonld` reads; its own words where it refuses.
fn theirs(text: &[u8], more: &BTreeMap<String, Vec<u8>>) -> String {
    let more = more.clone();
    let parser = JsonLdParser::new().for_slice(text).with_load_document_callback(move |url, _| {
        let embedded =
            EMBEDDED.iter().find(|(embedded, ..)| *embedded == url).map(|(_, text, _)| text.as_bytes().to_vec());
        match embedded.or_else(|| more.get(url).cloned()) {
            Some(document) => Ok(JsonLdRemoteDocument { document, document_url: url.to_owned() }),
            None => Err(format!("no {url}").into()),
        }
    });
    let mut lines = String::new();
    for quad in parser {
        match quad {
            Ok(quad) => lines.push_str(&format!("{quad} .\n")),
            Err(error) => return error.to_string(),
        }
    }
    parse(&lines).map_or(lines, |quads| canonical(&quads, Work::MOST).unwrap())
}

/// A digest is of the canonical text.
#[test]
fn the_digest_is_of_the_canonical_text() {
    let badge = file(&here("tests/vectors/typical.es.json"));
    let text = nquads(&badge, Contexts::embedded()).unwrap();
    assert_eq!(digest(&badge, Contexts::embedded()).unwrap(), <[u8; 32]>::from(Sha256::digest(text)));
}
