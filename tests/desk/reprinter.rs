//! Who may print another's certificate again, by which list.

use std::fs;

use serde_json::{Value, json};
use skillpass::credential::credential::Credential;
use skillpass::credential::document::Signed;
use skillpass::desk::reprint::{NotReprinted, Reprint, Undecided};
use skillpass::verify::{Evidence, Outcome, Policy, verify};

use super::Town;
use crate::common::documents::{module, signed};
use crate::common::packs::{Parts, read};

/// A list in earnest knows the issuer; the institution that would print stands in its own pilot's list, and in the other so far as a row
/// of keys says.
fn printed(town: &Town, key: Option<Value>) -> Result<Reprint, NotReprinted> {
    let institution = town.houses[0].institution();
    let own = read(&fs::read(institution.folder().join("trust.json")).unwrap()).unwrap();
    let mut parts = Parts::of_tests();
    parts.root["environment"] = "production".into();
    if let Some(mut key) = key {
        let card = institution.card();
        key["id"] = card.method.as_str().into();
        key["publicKeyMultibase"] = card.public_key_multibase.as_str().into();
        let issuer = json!({"id": card.did, "name": "Formar", "country": "CO", "keys": [key], "scope": []});
        parts.accreditation["issuers"].as_array_mut().unwrap().push(issuer);
    }
    let evidence = Evidence::of_packs(vec![read(&parts.to_bytes()).unwrap(), own]);
    let certificate = Signed::<Credential>::read(signed(&module()).to_string().as_bytes()).unwrap();
    let verdict = verify(&certificate, &evidence, &Policy::default(), town.now());
    assert!(matches!(verdict.outcome, Outcome::Accept(_)), "{:?}", verdict.outcome);
    Reprint::of(&institution, &certificate, verdict, &evidence, Undecided::Refused)
}

#[test]
fn who_prints_stands_in_the_list_that_the_certificate_counts_by() {
    let town = Town::of(&["formar"]);
    // From the desk's morning to the days of the list.
    town.wait(24 * 86_400);
    let not_listed = |key: Option<Value>| assert!(matches!(printed(&town, key), Err(NotReprinted::NotListed)));
    not_listed(None);
    printed(&town, Some(json!({"from": "2026-01-01T00:00:00Z"}))).unwrap();
    // With a key that signs no more, or not yet.
    not_listed(Some(json!({"from": "2026-01-01T00:00:00Z", "until": "2026-05-01T00:00:00Z"})));
    not_listed(Some(json!({"from": "2026-01-01T00:00:00Z", "compromised": "2026-05-01T00:00:00Z"})));
    not_listed(Some(json!({"from": "2026-06-01T00:00:00Z"})));
}
