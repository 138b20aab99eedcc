//! The embedded contexts are the published ones.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use skillpass::interop::rdfc::{ContextFault, Contexts, EMBEDDED, Refused};

use super::document;
use crate::common::here;
use crate::common::shared::{json, suite, to_hex};

#[test]
fn every_embedded_context_has_its_digest_and_its_line_in_the_table() {
    let table = std::fs::read_to_string(here("src/interop/rdfc/contexts/README.md")).unwrap();
    assert_eq!(EMBEDDED.len(), 17);
    for (url, text, digest) in EMBEDDED {
        assert_eq!(to_hex(&Sha256::digest(text)), digest, "{url}");
        assert!(table.contains(&format!("| `{url}` |")), "{url} is not in the table");
        assert!(table.contains(digest), "the digest of {url} is not in the table");
    }
}

/// The digests that the specifications name (VCDM 2.0 §B.1, Data Integrity 1.0 §2.4, Controlled Identifiers 1.0 §5.2).
#[test]
fn the_digests_that_specifications_name() {
    for (name, published) in [
        ("https://www.w3.org/ns/credentials/v2", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
        (
            "https://w3id.org/security/data-integrity/v2",
            "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        ),
        ("https://w3id.org/security/multikey/v1", "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597"),
    ] {
        let (_, text, _) = EMBEDDED.iter().find(|(url, ..)| *url == name).unwrap();
        assert_eq!(to_hex(&Sha256::digest(text)), published, "{name}");
    }
}

#[test]
fn every_embedded_context_can_be_applied() {
    for (url, ..) in EMBEDDED {
        let text = format!(r#"{{"@context": "{url}", "@id": "urn:a", "@type": "http://type.example/"}}"#);
        let quads = super::nquads(&document(text.as_bytes()), Contexts::embedded());
        assert_eq!(
            quads.as_deref(),
            Ok("<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://type.example/> .\n"),
            "{url}"
        );
    }
}

#[test]
fn the_contexts_of_the_w3c() {
    let Some(folder) = suite("w3c-contexts") else { return };
    let mut files: Vec<(String, String)> = [
        ("https://www.w3.org/ns/credentials/v2", "v2"),
        ("https://www.w3.org/2018/credentials/v1", "v1"),
        ("https://w3id.org/security/data-integrity/v2", "data-integrity/v2"),
        ("https://w3id.org/security/multikey/v1", "multikey/v1"),
        ("https://w3id.org/security/jwk/v1", "jwk/v1"),
    ]
    .map(|(url, file)| (url.to_owned(), file.to_owned()))
    .to_vec();
    let index = json(&folder.join("npm/index.json"));
    for (url, file) in index.as_object().unwrap() {
        files.push((url.clone(), format!("npm/{}", file.as_str().unwrap())));
    }
    assert_eq!(files.len(), 13);
    let compared = files.iter().filter(|(url, file)| is_embedded_as(url, &json(&folder.join(file)))).count();
    // All but the key agreement of x25519-2020, which no credential is signed with.
    assert_eq!(compared, 12);
}

#[test]
fn the_contexts_of_open_badges() {
    let Some(folder) = suite("ob3-contexts") else { return };
    let files = [
        ("https://purl.imsglobal.org/spec/ob/v3p0/context.json", "ob-v3p0.json"),
        ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json", "ob-v3p0-3.0.1.json"),
        ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json", "ob-v3p0-3.0.2.json"),
        ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "ob-v3p0-3.0.3.json"),
        ("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json", "ob-v3p0-extensions.json"),
        ("https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", "clr-v2p0-2.0.1.json"),
    ];
    for (url, file) in files {
        assert!(is_embedded_as(url, &json(&folder.join(file))), "{url} is not embedded");
    }
}

/// Whether an address is embedded; if it is, it must be this document.
fn is_embedded_as(url: &str, published: &Value) -> bool {
    let Some((_, text, _)) = EMBEDDED.iter().find(|(embedded, ..)| *embedded == url) else { return false };
    assert_eq!(&serde_json::from_str::<Value>(text).unwrap(), published, "{url}");
    true
}

#[test]
fn a_further_context_is_used_and_never_replaces_an_embedded_one() {
    let v2 = "https://www.w3.org/ns/credentials/v2";
    let of = |text: &str| skillpass::base::canonical::Json::Object(document(text.as_bytes()));
    let other = of(r#"{"@context": {"name": "http://other.example/name"}}"#);
    let contexts = Contexts::embedded().with([
        ("urn:more".to_owned(), other.clone()),
        (v2.to_owned(), other),
        ("urn:bad".to_owned(), of(r#"{"no": "context"}"#)),
    ]);
    let ask = |context: &str| {
        let text = format!(r#"{{"@context": "{context}", "@id": "urn:a", "name": "x"}}"#);
        super::nquads(&document(text.as_bytes()), &contexts)
    };
    assert_eq!(ask("urn:more").as_deref(), Ok("<urn:a> <http://other.example/name> \"x\" .\n"));
    assert_eq!(ask(v2).as_deref(), Ok("<urn:a> <https://schema.org/name> \"x\" .\n"));
    assert!(contexts.knows("urn:more") && contexts.knows(v2) && !Contexts::embedded().knows("urn:more"));
    assert_eq!(ask("urn:none"), Err(Refused::UnknownContext { url: "urn:none".to_owned() }));
    assert_eq!(ask("urn:bad"), Err(Refused::Context { at: "urn:bad".to_owned(), fault: ContextFault::Malformed }));
}

/// The first document pays for what the next ones find worked out: the verdict may not rest on which one it is.
#[test]
fn what_was_worked_out_before_changes_nothing() {
    let contexts = Contexts::embedded().with([]);
    let text = std::fs::read(here("tests/vectors/full.es.json")).unwrap();
    let document = document(&text);
    let first = super::nquads(&document, &contexts).unwrap();
    for _ in 0..3 {
        assert_eq!(super::nquads(&document, &contexts).unwrap(), first);
    }
    assert_eq!(super::nquads(&document, Contexts::embedded()).unwrap(), first);
}
