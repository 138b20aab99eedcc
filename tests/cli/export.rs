//! `export`: one certificate in another form, and an institution's whole record.

use serde_json::{Value, json};

use super::program::{KEY, PEOPLE, Place};

const TRUST: &str = "--trust centro/trust.json";

#[test]
fn one_certificate_with_all_its_signatures_or_with_one() {
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    let said = place.run(&format!("export {file} --form file")).ends(0);
    assert_eq!(said.out.trim().as_bytes(), place.read(&file));
    place.run(&format!("export {file} --form file --out copy.json")).ends(0);
    place.run(&format!("verify {TRUST} copy.json")).ends(0);
    place.write("copy.json", "something else");
    let said = place.run(&format!("export {file} --form file --out copy.json --json")).ends(64).json();
    assert_eq!(
        (said["error"]["code"].as_str(), place.read("copy.json")),
        (Some("file-taken"), b"something else".to_vec())
    );

    // What is issued has both proofs; with the second alone it is another system's certificate here, unaltered and its issuer's.
    place.run(&format!("export {file} --form rdfc --out rdfc.json")).ends(0);
    let alone: Value = serde_json::from_slice(&place.read("rdfc.json")).unwrap();
    assert_eq!(alone["proof"]["cryptosuite"], "eddsa-rdfc-2022");
    let said = place.run(&format!("verify {TRUST} rdfc.json --json")).ends(2).json();
    assert_eq!(said["verdicts"][0]["answers"][0]["answer"], "yes", "{said}");
    let mut altered = alone;
    altered["issuer"]["name"] = "Ministerio".into();
    place.write("altered.json", altered.to_string());
    let said = place.run(&format!("verify {TRUST} altered.json --json")).json();
    assert_ne!(said["verdicts"][0]["answers"][0]["answer"], "yes", "{said}");

    // Of a proof set the one of eddsa-rdfc-2022 is left, as a single object.
    let mut document: Value = serde_json::from_slice(&place.read(&file)).unwrap();
    let mut jcs = document["proof"][0].clone();
    jcs["cryptosuite"] = "eddsa-jcs-2022".into();
    let mut rdfc = jcs.clone();
    rdfc["cryptosuite"] = "eddsa-rdfc-2022".into();
    let mut chained = rdfc.clone();
    chained["previousProof"] = "urn:x".into();
    document["proof"] = json!([jcs, chained, rdfc]);
    place.write("set.json", document.to_string());
    let alone: Value = serde_json::from_str(&place.run("export set.json --form rdfc").ends(0).out).unwrap();
    assert_eq!(alone["proof"], rdfc);
    let mut unsecured = document.clone();
    unsecured["proof"] = rdfc.clone();
    assert_eq!(alone, unsecured, "nothing else moves");
    document["proof"] = json!([jcs, chained]);
    place.write("without.json", document.to_string());
    let said = place.run("export without.json --form rdfc --json").ends(66).json();
    assert_eq!(said["error"]["code"], "no-rdfc");
}

/// The whole record in each form: all that was issued, with its state, and nothing that is not the owner's alone.
#[test]
fn a_whole_record() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::of_world();
    let (withdrawn, suspended) = (place.serial(PEOPLE[0].0), place.serial(PEOPLE[1].0));
    place.run(&format!("revoke {withdrawn} --institution centro --reason error --key-file {KEY}")).ends(0);
    place.run(&format!("suspend {suspended} --institution centro --key-file {KEY}")).ends(0);
    for form in ["json", "csv", "badges"] {
        let said = place.run(&format!("export --institution centro --form {form} --out record --json")).ends(0);
        let result = said.json();
        assert_eq!((result["certificates"].as_u64(), result["notInForce"].as_u64()), (Some(6), Some(2)), "{form}");
        assert!(!said.err.contains(PEOPLE[0].0), "nobody is named on the terminal");
        // Again: what is there stays, or is renewed; and nothing is there twice.
        let before = place.files("record", "");
        place.run(&format!("export --institution centro --form {form} --out record")).ends(0);
        assert_eq!(place.files("record", ""), before);
    }
    for file in place.files("record", "") {
        assert_eq!(std::fs::metadata(place.path(&file)).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }

    let bytes = place.read("record/record.csv");
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("\u{feff}\"serial\",\"name\",") && text.ends_with("\r\n"));
    let rows: Vec<std::collections::BTreeMap<String, String>> =
        csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes())
            .deserialize()
            .map(Result::unwrap)
            .collect();
    assert_eq!(rows.len(), 6);
    let row = rows.iter().find(|row| row["serial"] == withdrawn).unwrap();
    assert_eq!(
        (row["name"].as_str(), row["state"].as_str(), row["reason"].as_str()),
        (PEOPLE[0].0, "revoked", "error")
    );
    assert_eq!((row["birth_year"].as_str(), row["kind"].as_str()), ("1987", "module-completion"));
    assert!(rows.is_sorted_by_key(|row| row["serial"].clone()));

    let record: Value = serde_json::from_slice(&place.read("record/record.json")).unwrap();
    assert_eq!(
        (record["type"].as_str(), record["institution"]["name"].as_str()),
        (Some("skillpass-record-1"), Some("Centro Formar"))
    );
    let certificates = record["certificates"].as_array().unwrap();
    let states: Vec<&str> = certificates.iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!((states.len(), states.iter().filter(|state| **state == "issued").count()), (6, 4));
    // A certificate out of the record is the one that was issued.
    let one = certificates.iter().find(|it| it["state"] == "issued").unwrap();
    place.write("one.json", one["credential"].to_string());
    place.run(&format!("verify {TRUST} one.json")).ends(0);

    let drawings = place.files("record", ".svg");
    assert_eq!(drawings.len(), 6);
    place.run(&format!("verify {TRUST} record/{withdrawn}.svg")).ends(1);
    for drawing in &drawings {
        assert_eq!(
            place.read(drawing.replace(".svg", ".json")),
            place.read(drawing.replace("record/", "out/").replace(".svg", ".json"))
        );
    }
}

/// What else stands there is not written over, and what a stopped run left is done again.
#[test]
fn an_export_writes_over_nothing() {
    let place = Place::of_world();
    std::fs::create_dir(place.path("record")).unwrap();
    for (form, name) in [("json", "record.json"), ("csv", "record.csv")] {
        place.write(&format!("record/{name}"), "mine");
        let said = place.run(&format!("export --institution centro --form {form} --out record --json")).ends(64).json();
        assert_eq!(said["error"]["code"], "file-taken");
        assert_eq!(place.read(format!("record/{name}")), b"mine");
        assert!(!place.path(format!("record/{name}.part")).exists());
    }
    let serial = place.serial(PEOPLE[2].0);
    place.write(&format!("record/{serial}.svg"), "mine");
    place.run("export --institution centro --form badges --out record").ends(64);
    assert_eq!(place.read(format!("record/{serial}.svg")), b"mine");
    std::fs::remove_file(place.path(format!("record/{serial}.svg"))).unwrap();
    place.write(&format!("record/{serial}.svg.part"), "half");
    place.run("export --institution centro --form badges --out record").ends(0);
    assert_eq!(place.files("record", ".svg").len(), 6);
    assert!(place.files("record", ".part").is_empty());
}

#[test]
fn a_table_of_the_record_holds_no_formula() {
    let place = Place::empty();
    let args = ["init", "centro", "--name", "=HYPERLINK(1)", "--country", "CO", "--key-file", KEY];
    place.skillpass(args).end().ends(0);
    use skillpass::desk::guard::guard;
    for cell in ["=1+1", "+1", "-1", "@a", "\tx", "'x"] {
        assert_eq!(guard(cell), format!("'{cell}"));
    }
    let said = place.run("export --institution centro --form csv --out record").ends(0);
    assert!(said.out.contains("record"));
    assert_eq!(String::from_utf8(place.read("record/record.csv")).unwrap().lines().count(), 1);
}

#[test]
fn forms_that_do_not_go() {
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    for line in [
        format!("export {file} --form csv"),
        format!("export {file} --form json --out x"),
        "export --institution centro --form rdfc --out x".to_owned(),
        "export --institution centro --form csv".to_owned(),
        format!("export {file} --institution centro --form csv --out x"),
        "export --form csv --out x".to_owned(),
        format!("export {file}"),
        format!("export {file} --form pdf"),
    ] {
        place.run(&line).ends(64);
    }
    place.run("export missing.json --form file").ends(66);
    place.run("export --institution missing --form csv --out x").ends(66);
}
