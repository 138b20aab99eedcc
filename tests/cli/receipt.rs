//! `verify --receipt` and `receipt`: made by an employer's own key, read back, held against the certificate, with exit codes as elsewhere.

use serde_json::Value;

use super::program::Place;

const TRUST: &str = "--trust centro/trust.json";
const KEY: &str = "--receipt-key employer.age --key-file employer.txt";

/// A place with an employer's key, and a certificate.
fn employer() -> (Place, String) {
    let place = Place::of_world();
    place.run("holder new employer.age --key-file employer.txt").ends(0);
    let mine = place.files("out", ".json").remove(0);
    (place, mine)
}

#[test]
fn a_check_leaves_a_receipt_that_names_nobody() {
    let (place, mine) = employer();
    place.run(&format!("verify {mine} {TRUST} --country PE --receipt receipt.json {KEY}")).ends(0);
    let said = place.run(&format!("receipt receipt.json --against {mine} --json")).ends(0).json();
    assert_eq!((&said["signature"], &said["outcome"]), (&"holds".into(), &"accept".into()), "{said}");
    assert_eq!((&said["answers"]["genuine"], &said["against"]["same"]), (&"yes".into(), &true.into()), "{said}");
    assert_eq!((&said["country"], &said["pilot"], said.get("host")), (&"PE".into(), &true.into(), None), "{said}");
    let list = &said["lists"][0];
    assert!(list["vouches"] == true && list["accreditationVersion"].is_u64() && list["asOf"].is_string(), "{said}");
    // Nothing of the certificate but its digest.
    let certificate: Value = serde_json::from_slice(&place.read(&mine)).unwrap();
    let file = String::from_utf8(place.read("receipt.json")).unwrap();
    let subject = &certificate["credentialSubject"];
    for personal in [&certificate["id"], &subject["achievement"]["name"], &subject["achievement"]["id"]] {
        assert!(!file.contains(personal.as_str().unwrap()), "{personal}: {file}");
    }
    assert!(!file.contains("credentialSubject") && !file.contains("identifier"), "{file}");
    // In five languages, and each says it with its own words.
    let mut told: Vec<String> = ["es", "pt", "en", "fr", "ht"]
        .map(|tag| place.run(&format!("receipt receipt.json --against {mine} --lang {tag}")).ends(0).out)
        .into();
    assert!(told.iter().all(|text| text.starts_with("✓ ") && text.contains("did:key:")), "{told:?}");
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 5);
    // A second one has the same key.
    place.run(&format!("verify {mine} {TRUST} --receipt second.json {KEY}")).ends(0);
    let second = place.run("receipt second.json --json").ends(0).json();
    assert_eq!(second["checker"], said["checker"]);
}

#[test]
fn a_receipt_of_what_is_not_accepted_ends_as_the_check_does() {
    let (place, mine) = employer();
    let text = String::from_utf8(place.read(&mine)).unwrap();
    place.write("changed.json", text.replacen("\"awardedDate\":\"20", "\"awardedDate\":\"21", 1));
    place.run(&format!("verify changed.json {TRUST} --receipt no.json {KEY}")).ends(1);
    assert_eq!(place.run("receipt no.json --json").ends(0).json()["outcome"], "reject");
    place.run(&format!("verify {mine} --trust otro/trust.json --receipt unknown.json {KEY}")).ends(2);
    let said = place.run("receipt unknown.json --json").ends(0).json();
    assert_eq!((&said["outcome"], &said["lists"][0]["vouches"]), (&"undecided".into(), &false.into()), "{said}");
    // It is about another one.
    let said = place.run(&format!("receipt no.json --against {mine} --json")).ends(1).json();
    assert_eq!(said["against"]["same"], false);
}

#[test]
fn what_is_no_receipt_is_refused_and_a_receipt_is_no_certificate() {
    let (place, mine) = employer();
    place.run(&format!("verify {mine} {TRUST} --receipt receipt.json {KEY}")).ends(0);
    let code = |line: &str, exit: i32| {
        let said = place.run(&format!("{line} --json")).ends(exit).json();
        said["error"]["code"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned()
    };
    assert_eq!(code(&format!("verify receipt.json {TRUST}"), 66), "receipt");
    assert_eq!(code("show receipt.json", 66), "receipt");
    assert_eq!(code(&format!("receipt {mine}"), 66), "other");
    let text = String::from_utf8(place.read("receipt.json")).unwrap();
    place.write("changed.json", text.replacen("\"in-force\":\"yes\"", "\"in-force\":\"no\"", 1));
    assert_eq!(code("receipt changed.json", 1), "altered");
    place.write("large.json", "x".repeat(140_000));
    assert_eq!(code("receipt large.json", 66), "too-large");
    assert_eq!(code("receipt nowhere.json", 66), "file-missing");
    // It is written once, about one certificate, with a key that opens; what cannot be read was not checked.
    assert_eq!(code(&format!("verify {mine} {TRUST} --receipt receipt.json {KEY}"), 64), "file-exists");
    assert_eq!(code(&format!("verify {mine} {mine} {TRUST} --receipt two.json {KEY}"), 64), "one");
    let wrong = "--receipt-key employer.age --key-file key.txt";
    place.run(&format!("verify {mine} {TRUST} --receipt locked.json {wrong}")).ends(64);
    place.run(&format!("verify changed.json {TRUST} --receipt unread.json {KEY}")).ends(66);
    for name in ["two.json", "locked.json", "unread.json"] {
        assert!(!place.path(name).exists(), "{name}");
    }
    assert_eq!(place.read("receipt.json"), text.as_bytes());
}
