//! Goal G-03: what is missing, stale, foreign or broken is *cannot tell*, with its reason and its age; never yes and never no.

use std::collections::{BTreeMap, BTreeSet};

use skillpass::verify::message::Words;
use skillpass::verify::{Outcome, Reason};

use super::run::Vector;

const CANNOT_TELL: &str = "cannot-tell";

/// Every reason with the one answer that may go with it. A reason that is new stands in no row, and fails.
const ANSWERS: [(&str, &str); 3] = [
    (
        "yes",
        "authority-accepted authority-recognised award-matches clock-plausible dates-hold evidence-fresh evidence-old foreign-form form-holds in-scope key-compromised-kept key-in-window \
         no-status not-revoked not-suspended proofs-hold signature-holds standard-in-force worth-alternative worth-partial worth-recognised",
    ),
    (
        "no",
        "altered award-after-signing award-outside-scope ended key-compromised key-compromised-unlogged key-not-listed key-of-another \
         key-outside-window kind-differs not-yet out-of-scope proof-failed revoked standard-not-in-force standard-not-listed suspended \
         worth-not-recognised wrong-purpose",
    ),
    (
        CANNOT_TELL,
        "authority-not-recognised-then award-long-before clock-behind context-unknown evidence-stale foreign-kind intact-only issuer-unknown key-compromised-later \
         key-compromised-unwitnessed key-newer-than-list malformed no-country no-rule not-covered not-reached not-understood own-country \
         rule-not-in-force rules-contradict rules-stale scope-newer-than-list signed-in-future standard-newer-than-list status-index-outside \
         status-list-ended status-list-foreign status-list-malformed status-list-missing status-unknown suite-not-checked test-code too-much-work \
         without-our-proof worth-assessment-only worth-conditional",
    ),
];

/// What a verifier may lack, and a vector for each.
const INPUTS: [(&str, &[&str]); 4] = [
    (
        "missing",
        &[
            "pack-none",
            "F18-list-not-loaded",
            "absence-key-absent-signed-after-the-list",
            "absence-scope-absent-signed-after-the-list",
            "standard-newer-than-the-catalogue",
            "status-list-in-no-pack",
            "status-list-named-and-not-there",
            "status-index-outside",
            "E5-list-unsigned",
            "F16-second-list-not-here",
            "F14-signed-before-by-a-desk-that-never-handed-in",
            "F14-signed-before-unwitnessed",
        ],
    ),
    (
        "stale",
        &[
            "age-31-days",
            "age-ten-years",
            "age-8-days-where-a-week-is-the-limit",
            "age-1-s-after-expiry",
            "status-list-ended",
            "D2-clock-years-behind",
            "D2-clock-in-1970",
            "D2-signed-301-s-ahead",
            "D2-seen-years-ahead-of-the-clock",
        ],
    ),
    (
        "foreign",
        &[
            "not-understood-key-type",
            "not-understood-achievement-kind",
            "status-list-of-another-issuer",
            "status-list-of-another-purpose",
            "status-entry-of-unknown-purpose",
            "E1-list-of-unknown-purpose",
            "pack-test-code-under-production",
        ],
    ),
    (
        "broken",
        &[
            "status-list-altered",
            "status-list-not-begun",
            "E3-list-signed-by-the-host",
            "E4-list-swapped-1",
            "E6-list-is-a-page",
            "E7-older-list-in-a-newer-pack",
            "E8-list-cut",
            "E8-list-of-131064-bits",
            "E9-bomb",
        ],
    ),
];

fn answers() -> BTreeMap<&'static str, &'static str> {
    ANSWERS.iter().flat_map(|(answer, codes)| codes.split_whitespace().map(move |code| (code, *answer))).collect()
}

/// A reason goes with one answer, in every vector and in whatever company.
#[test]
fn every_reason_has_one_answer() {
    let answers = answers();
    assert_eq!(answers.keys().copied().collect::<BTreeSet<_>>(), Reason::CODES.into_iter().collect());
    let mut findings = 0;
    for vector in Vector::all().iter().filter(|vector| matches!(vector.folder.as_str(), "credential" | "packet")) {
        let found = vector.run();
        for (check, reason) in &found.findings {
            assert_eq!(found.answers[check], answers[reason.as_str()], "{} {check}: {reason}", vector.name);
            findings += 1;
        }
        // What decides an undecided one is a "cannot tell", and it is never marked as verified.
        if found.outcome == "undecided" {
            assert_eq!(answers[found.reason.as_deref().unwrap()], CANNOT_TELL, "{}", vector.name);
            assert!(found.shown.is_none_or(|(mark, _)| mark != "verified"), "{}", vector.name);
        }
    }
    assert!(findings > 5_000, "{findings}");
}

/// Every input that is missing, stale, foreign or broken: undecided, no *no* in questions 1 to 3, a sentence that says why, a next step,
/// and how old the evidence is.
#[test]
fn what_could_not_be_checked_is_neither_good_nor_bad() {
    let vectors: BTreeMap<String, Vector> =
        Vector::all().into_iter().map(|vector| (vector.file_name().to_owned(), vector)).collect();
    for (class, names) in INPUTS {
        for name in names {
            let vector = vectors.get(*name).unwrap_or_else(|| panic!("{class}: no vector {name}"));
            let verdict = vector.verdict_itself().unwrap();
            assert!(matches!(verdict.outcome, Outcome::Undecided(_)), "{class} {name}: {:?}", verdict.outcome);
            let deciding = verdict.deciding().unwrap();
            assert_eq!(deciding.answer.code(), CANNOT_TELL, "{class} {name}");
            let words = Words::of(skillpass::credential::achievement::Language::En);
            assert!(words.has(&format!("reason.{}.next", deciding.reason.code())), "{class} {name}");
            let json =
                String::from_utf8(skillpass::base::canonical::Json::Object(verdict.to_json(words)).to_canonical())
                    .unwrap();
            assert_eq!(json.contains("\"ageDays\""), verdict.backing.is_some(), "{class} {name}");
        }
    }
}

/// The twelve cells of *Absence* and the table of *Ages* (design §2), by name.
#[test]
fn absence_and_ages_are_there_by_name() {
    let names: BTreeSet<String> = Vector::all().iter().map(|vector| vector.file_name().to_owned()).collect();
    let mut wanted = Vec::new();
    for what in ["key", "scope"] {
        for state in ["present", "absent", "withdrawn"] {
            wanted.extend(["before", "after"].map(|when| format!("absence-{what}-{state}-signed-{when}-the-list")));
        }
    }
    assert_eq!(wanted.len(), 12);
    let days = ["0", "6", "7", "29", "30", "31"].map(|days| format!("age-{days}-days"));
    let revoked = ["0-days", "31-days", "two-years", "ten-years"].map(|age| format!("age-{age}-and-revoked"));
    let others = ["age-ten-years", "age-8-days-where-a-week-is-the-limit", "age-at-expiry", "age-1-s-after-expiry"];
    wanted.extend(days.into_iter().chain(revoked).chain(others.map(str::to_owned)));
    let lacking: Vec<&String> = wanted.iter().filter(|name| !names.contains(*name)).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}
