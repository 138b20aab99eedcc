//! `cv`: what is verified goes to an employment service, and is verified there again.

use super::program::{KEY, Place};

const TRUST: &str = "--trust centro/trust.json";

#[test]
fn a_bundle_is_made_of_what_is_accepted_and_taken_in_by_verifying_it_again() {
    let place = Place::of_world();
    let files = place.files("out", ".json");
    let serial = files[0].trim_start_matches("out/").trim_end_matches(".json").to_owned();
    place.run(&format!("revoke {serial} --institution centro --reason error --key-file {KEY}")).ends(0);
    // The world's trust file does not know it yet: the list of the institution does.
    let said = place.run(&format!("cv make out {TRUST} --out cv.json --json")).ends(0).json();
    let rows = said["rows"].as_array().unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|row| row["kind"] == "module-completion"), "{said}");
    assert!(rows[0]["isco_08"].is_array());
    place.run(&format!("cv make out {TRUST} --out cv.json")).ends(64);
    let taken = place.run(&format!("cv import cv.json {TRUST} --json")).ends(0).json();
    assert_eq!(taken["rows"], said["rows"], "there and back");
    let csv = place.run(&format!("cv import cv.json {TRUST} --csv")).ends(0).out;
    assert_eq!(csv.lines().count(), rows.len() + 1);
    assert!(csv.starts_with("digest,kind,name,birth_year,title,achievement,isco_08,issuer,"), "{csv}");
    // What was issued for a trial says so, wherever the row goes (threats.md F17).
    assert!(csv.lines().next().unwrap().ends_with(",environment"), "{csv}");
    assert!(csv.lines().skip(1).all(|line| line.ends_with(",pilot")), "{csv}");
    // A row is not believed: with another name in it the same comes out, and a changed certificate stays out.
    let text = String::from_utf8(place.read("cv.json")).unwrap();
    let (before, after) = text.split_once("\"rows\"").unwrap();
    place.write("rows.json", format!("{before}\"rows\"{}", after.replace("Centro Formar", "Ministerio")));
    let taken = place.run(&format!("cv import rows.json {TRUST} --json")).ends(0).json();
    assert_eq!(taken["rows"], said["rows"]);
    let hours = before.replacen("\"20\"", "\"90\"", 1);
    assert_ne!(hours, before);
    place.write("hours.json", format!("{hours}\"rows\"{after}"));
    let taken = place.run(&format!("cv import hours.json {TRUST} --json")).ends(2).json();
    assert_eq!(taken["rows"].as_array().unwrap().len(), rows.len() - 1);
    // Without a trust file that knows them there is no CV.
    place.run("cv make out --trust otro/trust.json --out none.json").ends(1);
    place.run(&format!("cv import gin.csv {TRUST}")).ends(66);
}
