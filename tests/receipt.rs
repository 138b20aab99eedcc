//! Receipts: every vector, what a check writes, that nothing personal is in it, and that no bit of it can be turned.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use skillpass::credential::achievement::Language;
use skillpass::credential::credential::Credential;
use skillpass::credential::document::Signed;
use skillpass::interop::intake::{self, NotRead};
use skillpass::trust::pack::TrustPack;
use skillpass::verify::message::Words;
use skillpass::verify::receipt::{LISTS, NotAReceipt, NotMade, Place, RECEIPT, Receipt};
use skillpass::verify::{Evidence, Policy, Question, Verdict, verify};

use crate::common::documents::{self, NOW, canonical, did_key, key};
use crate::common::packs::{self, Parts};
use crate::common::{here, shared};
use crate::page::{NAME, claimed, good, revoked};
use crate::vectors::make::receipts;
use crate::vectors::run::time;

/// A file of tests/vectors/receipt.
pub struct ReceiptVector {
    pub name: String,
    pub file: Value,
}

/// Every one.
pub fn all() -> Vec<ReceiptVector> {
    let entries = std::fs::read_dir(here("tests/vectors/receipt")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 30, "{}", paths.len());
    let name = |path: &std::path::Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| ReceiptVector { name: name(path), file: shared::json(path) }).collect()
}

#[test]
fn every_receipt_meets_its_expectation_and_every_refusal_has_one() {
    let (mut refusals, mut faults) = (BTreeSet::new(), Vec::new());
    for vector in all() {
        let found = match Receipt::read(&serde_json::to_vec(&vector.file["document"]).unwrap()) {
            Ok(receipt) => json!({"outcome": receipt.claimed().outcome()}),
            Err(why) => {
                refusals.insert(why.code());
                json!({"outcome": "refused", "reason": why.code()})
            }
        };
        if found != vector.file["expect"] {
            faults.push(format!("{}: expected {}, found {found}", vector.name, vector.file["expect"]));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for bytes in [&b""[..], b"[]", b"no JSON", br#"{"a":1,"a":2}"#] {
        let why = Receipt::read(bytes).unwrap_err();
        assert_eq!(why.code(), "unreadable");
        refusals.insert(why.code());
    }
    assert_eq!(refusals, NotAReceipt::CODES.into(), "a refusal without a vector");
}

/// Whatever is signed under it, and for whatever purpose: what calls itself a receipt is not asked whether it is a certificate.
#[test]
fn a_receipt_is_no_certificate() {
    let mut refused = 0;
    let all = all();
    // One is too large for a certificate too.
    let named = |vector: &&ReceiptVector| vector.file["document"]["type"] == RECEIPT && vector.name != "too-large";
    for vector in all.iter().filter(named) {
        let bytes = serde_json::to_vec(&vector.file["document"]).unwrap();
        let unsigned = vector.file["document"].get("proof").is_none();
        match intake::read_text(&bytes) {
            Err(NotRead::Receipt) => refused += 1,
            Err(why) if unsigned => assert_eq!(why.code(), "no-proof"),
            other => panic!("{}: {other:?}", vector.name),
        }
        // Among others it is the one that was not read.
        if !unsigned {
            let list = json!([vector.file["document"], documents::signed(&documents::module())]);
            let taken = intake::read_text(&canonical(&list)).unwrap();
            assert_eq!((taken.offered.len(), &taken.not_read), (1, &vec![(1, NotRead::Receipt)]), "{}", vector.name);
        }
    }
    assert!(refused > 25, "{refused}");
}

fn judged(document: &Value, evidence: &Evidence, country: Option<&str>) -> Verdict {
    let signed = Signed::<Credential>::read(&canonical(document)).unwrap();
    let policy = Policy { country: country.map(str::to_owned), ..Policy::default() };
    verify(&signed, evidence, &policy, time(NOW))
}

fn pilot() -> TrustPack {
    packs::read(&Parts::of_tests().to_bytes()).unwrap()
}

#[test]
fn a_receipt_says_what_the_verdict_says_and_names_nobody() {
    // The same list out of two files was asked once.
    let evidence = Evidence::of_packs(vec![pilot(), pilot()]);
    let none = Evidence::default();
    for (document, evidence, country, outcome) in [
        (good(), &evidence, Some("PE"), "accept"),
        (revoked(), &evidence, None, "reject"),
        (claimed(), &evidence, Some("CO"), "undecided"),
        (good(), &none, None, "undecided"),
    ] {
        let verdict = judged(&document, evidence, country);
        let place = Place { host: Some("check.example.org:8443"), country };
        let (said, signed) = Receipt::sign(&verdict, evidence, place, &key("employer")).unwrap();
        let read = Receipt::read(signed.bytes()).unwrap();
        let receipt = read.claimed();
        assert_eq!(*receipt, said);
        assert_eq!((receipt.outcome(), verdict.outcome.code()), (outcome, outcome));
        for question in Question::ALL {
            assert_eq!(receipt.answer(question), verdict.findings.answer(question));
        }
        assert_eq!((receipt.certificate, receipt.checked_at), (verdict.digest, verdict.now));
        assert_eq!(receipt.checker.as_str(), did_key("employer"));
        assert_eq!((receipt.country.as_deref(), receipt.host.as_deref()), (country, place.host));
        assert_eq!(receipt.pilot, verdict.is_pilot());
        assert_eq!(receipt.lists.len(), evidence.counting().len().min(1));
        for list in &receipt.lists {
            let backing = verdict.backing.as_ref();
            assert_eq!(list.vouches, backing.is_some());
            let (_, accreditation, freshness) = evidence.packs[0].versions();
            assert_eq!((list.accreditation_version, list.freshness_version), (accreditation, freshness));
            assert_eq!(list.as_of, evidence.packs[0].freshness().date);
        }
        let mut told: Vec<String> = Language::ALL.map(|language| receipt.lines(Words::of(language)).join("\n")).into();
        let file = String::from_utf8(signed.bytes().to_vec()).unwrap();
        for text in told.iter().chain([&file]) {
            for personal in [NAME, "Ñáñez", "1991", "Genere su idea", "birth", "module"] {
                assert!(!text.contains(personal), "{personal}: {text}");
            }
        }
        assert!(told.iter().all(|text| !text.contains("receipt.") && !text.contains(['{', '}'])), "{told:?}");
        told.sort();
        told.dedup();
        assert_eq!(told.len(), Language::ALL.len());
    }
}

#[test]
fn more_lists_than_a_receipt_names_are_none() {
    let one = |number: usize| {
        let mut parts = Parts::of_tests();
        parts.root["authority"]["id"] = format!("did:web:a{number}.example").into();
        packs::read(&parts.to_bytes()).unwrap()
    };
    let mut packs: Vec<TrustPack> = (0..LISTS).map(one).collect();
    let most = Evidence::of_packs(packs.clone());
    let verdict = judged(&good(), &most, None);
    let (_, signed) = Receipt::sign(&verdict, &most, Place::default(), &key("employer")).unwrap();
    assert_eq!(Receipt::read(signed.bytes()).unwrap().claimed().lists.len(), LISTS);
    packs.push(one(LISTS));
    let more = Evidence::of_packs(packs);
    let why = Receipt::sign(&judged(&good(), &more, None), &more, Place::default(), &key("employer")).unwrap_err();
    assert_eq!(why, NotMade::TooManyLists);
    for place in [Place { host: Some("Ana Ruiz"), country: None }, Place { host: None, country: Some("Peru") }] {
        let why = Receipt::sign(&verdict, &most, place, &key("employer")).unwrap_err();
        assert_eq!(why.code(), "form");
    }
}

/// Every bit of the file counts.
#[test]
fn every_bit_of_a_receipt_counts() {
    let good = canonical(&receipts::signed(&receipts::receipt()));
    assert!(Receipt::read(&good).is_ok());
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut turned = good.clone();
            turned[at] ^= 1 << bit;
            assert!(Receipt::read(&turned).is_err(), "{at}.{bit}: {}", String::from_utf8_lossy(&turned));
        }
        assert!(Receipt::read(&good[..at]).is_err(), "cut at {at}");
    }
}
