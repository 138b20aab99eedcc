//! The page to print: complete, self-contained, and deaf to what stands in a field.

use std::path::PathBuf;

use serde_json::Value;
use skillpass::carry::packet::{Host, Packet};
use skillpass::carry::qr::Symbol;
use skillpass::credential::achievement::{Kind, Language};
use skillpass::credential::credential::Credential;
use skillpass::credential::document::{Document as _, Signed};
use skillpass::desk::page::{PageFacts, certificate_page, escape, policy};
use skillpass::verify::message::Words;

use crate::common::documents::{self, canonical, changed};

/// A signed document as the page that an institution would print.
pub fn paper(document: &Value, language: Language, host: Option<&Host>) -> String {
    let signed = Signed::<Credential>::read(&canonical(document)).unwrap();
    let content = Credential::parse(signed.to_json().object().unwrap()).unwrap();
    let packet = Packet::of(&signed.to_packet_document().unwrap()).unwrap();
    let symbol = Symbol::of(&packet.to_text(host.unwrap_or(&Host::none()))).unwrap();
    let facts = PageFacts {
        issuer_name: "Centro de Formación Los Andes",
        serial: "CF-2026-00042",
        digest: signed.digest(),
        signed: signed.proofs()[0].claimed_created.unwrap(),
        signatory: Some("Lucía Quispe Mamani, Directora"),
        host,
        pilot: true,
        again: None,
    };
    certificate_page(&content, &symbol, &facts, Words::of(language))
}

/// Certificates of every kind, and the fullest.
pub fn sorts() -> Vec<(String, Value)> {
    let mut sorts: Vec<_> = Kind::ALL
        .into_iter()
        .map(|kind| (kind.code().to_owned(), documents::signed(&documents::of_kind(kind))))
        .collect();
    sorts.push(("full".to_owned(), documents::signed(&documents::full())));
    sorts
}

#[test]
fn every_kind_in_every_language() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("paper");
    std::fs::create_dir_all(&folder).unwrap();
    let host = Host::parse("cert.formar.example").unwrap();
    for language in Language::ALL {
        let words = Words::of(language);
        for (name, document) in sorts() {
            let html = paper(&document, language, Some(&host));
            assert!(html.contains(&format!("<html lang=\"{}\"", language.tag())));
            assert!(html.contains("María Fernanda Ñáñez de la Cruz") && html.contains("1987"), "{name}");
            assert!(html.contains("cert.formar.example") && html.contains("CF-2026-00042"), "{name}");
            assert!(html.contains(&escape(words.get("cert.pilot"))), "{name}");
            assert_eq!(html.matches("<svg ").count(), 2, "{name}");
            for id in ["cert.", "detail.", "kind.", "page.", "modality.", "method.", "recognition.", "purpose."] {
                assert!(!html.contains(&format!(">{id}")), "{name} lacks words: {id}");
            }
            // It loads nothing, runs nothing, and carries no style that its policy does not know.
            for never in ["<script", "<img", "<link", "<iframe", "@import", "url(", "style=\"", "onload", "href="] {
                assert!(!html.contains(never), "{name}: {never}");
            }
            assert!(html.contains(&format!("content=\"{}\"", policy())));
            std::fs::write(folder.join(format!("{name}-{}.html", language.tag())), html).unwrap();
        }
    }
}

#[test]
fn without_a_host_it_says_to_scan_inside_the_checker() {
    let html = paper(&documents::signed(&documents::module()), Language::Es, None);
    assert!(html.contains(Words::of(Language::Es).get("cert.how.nohost")) && !html.contains("skillpass.invalid"));
}

#[test]
fn hostile_fields_stay_text() {
    let hostile = "</strong></style><script>hit()</script><img src=x onerror=hit()>\u{202e}\"'&";
    let mut document = documents::of_kind(Kind::Competence);
    for pointer in [
        "/credentialSubject/achievement/name",
        "/credentialSubject/achievement/description",
        "/credentialSubject/achievement/otherIdentifier/0/identifier",
        "/credentialSubject/result/0/value",
        "/issuer/name",
    ] {
        document = changed(&document, pointer, hostile.into());
    }
    let html = paper(&documents::signed(&document), Language::Es, None);
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains('\u{202e}'));
    assert_eq!(html.matches("&lt;script&gt;").count(), 4, "the issuer's own name in the document is not shown");
    assert_eq!(html.matches("</style>").count(), 1);
}
