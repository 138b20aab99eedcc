//! Vacancies: every vector, the schema, what the authority's list adds, and that nothing refused is ever met.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use skillpass::base::canonical::{Json, Object};
use skillpass::credential::achievement::{Kind, Language};
use skillpass::credential::credential::Credential;
use skillpass::credential::document::Signed;
use skillpass::holder::matching::{Matched, Why, matched};
use skillpass::holder::vacancy::{NotOpen, Vacancy};
use skillpass::trust::pack::TrustPack;
use skillpass::verify::message::Words;
use skillpass::verify::{Evidence, Policy, Presented, Verdict, verify};

use crate::common::documents::{NOW, canonical, changed, signed};
use crate::common::packs::{self, Parts};
use crate::common::{here, shared};
use crate::vectors::make::vacancies::{aligned, signed as signed_vacancy, vacancy};
use crate::vectors::run::time;

/// A file of tests/vectors/vacancy.
pub struct VacancyVector {
    pub name: String,
    pub file: Value,
}

/// Every one.
pub fn all() -> Vec<VacancyVector> {
    let entries = std::fs::read_dir(here("tests/vectors/vacancy")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 25, "{}", paths.len());
    let name = |path: &std::path::Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| VacancyVector { name: name(path), file: shared::json(path) }).collect()
}

fn judged(certificates: &[Value], packs: &[TrustPack]) -> Vec<Verdict> {
    let read: Vec<_> = certificates.iter().map(|it| Signed::<Credential>::read(&canonical(it)).unwrap()).collect();
    let presented = Presented::of(read.iter().cloned());
    let evidence = Evidence { presented, ..Evidence::of_packs(packs.to_vec()) };
    read.iter().map(|it| verify(it, &evidence, &Policy::default(), time(NOW))).collect()
}

fn pilot() -> Vec<TrustPack> {
    vec![packs::read(&Parts::of_tests().to_bytes()).unwrap()]
}

fn codes(found: &Matched) -> Vec<&'static str> {
    found.rows.iter().flat_map(|row| row.codes.iter().map(|code| code.why.code())).collect()
}

fn text<'a>(object: &'a Object, name: &str) -> &'a str {
    object.get(name).and_then(Json::text).unwrap_or_default()
}

#[test]
fn every_vacancy_meets_its_expectation_and_every_reason_has_one() {
    let packs = pilot();
    let (mut reasons, mut refusals, mut faults) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for vector in all() {
        let (expect, document) = (&vector.file["expect"], serde_json::to_vec(&vector.file["document"]).unwrap());
        let verdicts = judged(vector.file["certificates"].as_array().unwrap(), &packs);
        let found = match Vacancy::open(&document, &Evidence::of_packs(packs.clone()), time(NOW)) {
            Err(why) => {
                refusals.insert(why.code());
                json!({"outcome": "refused", "reason": why.code()})
            }
            Ok(open) => {
                let found = matched(&open.vacancy, &verdicts, &Evidence::of_packs(packs.clone()));
                reasons.extend(codes(&found));
                for language in Language::ALL {
                    let said = found.to_json(&open, &verdicts, Words::of(language));
                    let bytes = Json::Object(said.clone()).to_canonical();
                    let all = String::from_utf8(bytes).unwrap();
                    assert!(
                        !all.contains("vacancy.") && !all.contains("{t") && !all.contains("{a"),
                        "{}: {all}",
                        vector.name
                    );
                    assert_eq!(text(&said, "answer"), found.answer.code());
                }
                let said = found.to_json(&open, &verdicts, Words::of(Language::Es));
                let signer = text(said.get("signer").and_then(Json::object).unwrap(), "state").to_owned();
                json!({"outcome": found.answer.code(), "codes": codes(&found), "signer": signer})
            }
        };
        if found != *expect {
            faults.push(format!("{}: expected {expect}, found {found}", vector.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // What only another list shows has its test below.
    reasons.insert("other-level");
    assert_eq!(reasons, Why::CODES.into(), "a reason without a vector");
    refusals.insert("unreadable");
    assert_eq!(refusals, NotOpen::CODES.into(), "a refusal without a vector");
    for bytes in [&b""[..], b"[]", b"no JSON", br#"{"a":1,"a":2}"#] {
        assert_eq!(
            Vacancy::open(bytes, &Evidence::of_packs(packs.clone()), time(NOW)).unwrap_err().code(),
            "unreadable"
        );
    }
}

/// A certificate's own code is one a list; the authority's catalogue has the others, and the level. Levels are never calculated with.
#[test]
fn the_authoritys_list_adds_codes_and_levels() {
    let mut parts = Parts::of_tests();
    for entry in parts.accreditation["achievements"].as_array_mut().unwrap() {
        if entry["id"] == "urn:skillpass:kind:competence" {
            entry["level"] = json!({"framework": "CO-MNC", "version": "2021", "label": "3"});
            entry["alignments"] = json!([{"framework": "ISCO-08", "code": "7412", "name": "Electrical fitters", "url": "http://example.org"}]);
        }
    }
    let packs = vec![packs::read(&parts.to_bytes()).unwrap()];
    let verdicts = judged(&[signed(&aligned(Kind::Competence, "ISCO-08", "7411"))], &packs);
    let with = |code: &str, level: Option<&str>| {
        let mut asked = changed(&vacancy(), "/requirements/0/codes/0/code", code.into());
        if let Some(label) = level {
            asked["requirements"][0]["level"] = json!({"framework": "CO-MNC", "version": "2021", "label": label});
        }
        let open =
            Vacancy::open(&canonical(&signed_vacancy(&asked)), &Evidence::of_packs(packs.clone()), time(NOW)).unwrap();
        let found = matched(&open.vacancy, &verdicts, &Evidence::of_packs(packs.clone()));
        let said = found.to_json(&open, &verdicts, Words::of(Language::En));
        (found.answer.code(), codes(&found)[0], String::from_utf8(Json::Object(said).to_canonical()).unwrap())
    };
    let (answer, why, said) = with("7412", None);
    assert_eq!((answer, why), ("yes", "exact"));
    assert!(said.contains("authority's list"), "{said}");
    assert!(!with("7411", None).2.contains("authority's list"));
    assert_eq!(with("7411", Some("3")).0, "yes");
    for label in ["2", "4"] {
        let (answer, why, _) = with("7411", Some(label));
        assert_eq!((answer, why), ("cannot-tell", "other-level"), "{label}");
    }
}

/// Whatever is asked, what is not accepted is never met: over every credential vector's own world it would be the same function.
#[test]
fn nothing_that_is_not_accepted_is_met() {
    let packs = pilot();
    for index in ["13", "21"] {
        let revoked =
            changed(&aligned(Kind::Competence, "ISCO-08", "7411"), "/credentialStatus/statusListIndex", index.into());
        let revoked = crate::common::documents::entry_named(revoked);
        let good = signed(&aligned(Kind::Attendance, "ISCO-08", "7411"));
        let verdicts = judged(&[signed(&revoked), good], &packs);
        let open =
            Vacancy::open(&canonical(&signed_vacancy(&vacancy())), &Evidence::of_packs(packs.clone()), time(NOW))
                .unwrap();
        let found = matched(&open.vacancy, &verdicts, &Evidence::of_packs(packs.clone()));
        assert_ne!(found.answer.code(), "yes");
    }
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    let schema: Value = shared::json(&here("schemas/vacancy.json"));
    assert!(jsonschema::meta::is_valid(&schema));
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    for vector in all() {
        let reason = vector.file["expect"]["reason"].as_str().unwrap_or_default();
        let misshapen = matches!(reason, "form" | "unsigned" | "too-large");
        assert_eq!(schema.is_valid(&vector.file["document"]), !misshapen, "{}", vector.name);
    }
}
