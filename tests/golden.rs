//! What people read, as they read it: tables in tests/golden, one for each language. A change of words shows as a change of these files,
//! to be read by somebody who speaks the language.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use skillpass::credential::achievement::{Kind, Language};
use skillpass::verify::message::Words;
use skillpass::verify::report::say;
use skillpass::verify::{Answer, Evidence, Question, Verdict};

use crate::common::here;
use crate::recognition::{ask, certificate, sign, world};
use crate::vectors::Vector;

/// Where it is used, whose it is.
const PAIRS: [(&str, &str); 8] =
    [("PE", "CL"), ("CL", "PE"), ("CO", "VE"), ("BR", "UY"), ("JM", "TT"), ("CO", "PE"), ("EC", "CO"), ("CO", "CO")];

/// Vectors that say something of their own about worth.
const WORTH: [&str; 19] = [
    "worth-recognised",
    "worth-alternative",
    "worth-partial",
    "worth-conditional",
    "worth-conditional-due-passed",
    "worth-not-recognised",
    "worth-assessment-only",
    "worth-rule-the-day-before-it-begins",
    "worth-rule-the-day-after-its-end",
    "worth-rules-contradict",
    "worth-two-purposes",
    "worth-rule-of-its-own-kind-attendance",
    "worth-competence-rule-and-attendance",
    "not-understood-rule",
    "worth-no-country",
    "worth-revoked",
    "own-country",
    "decision-before-a-rule",
    "decision-assessment-in-its-five-years",
];

/// Vectors with the verdicts that people meet.
const VERDICTS: [&str; 57] = [
    "kind-attendance",
    "kind-module-completion",
    "kind-competence",
    "kind-recognition",
    "kind-from-archive",
    "kind-work-experience",
    "kind-endorsement",
    "age-7-days",
    "age-31-days",
    "age-ten-years",
    "age-ten-years-and-revoked",
    "status-revoked",
    "revoked-error",
    "revoked-replaced",
    "revoked-fraud-confirmed",
    "revoked-withdrawn-by-holder",
    "revoked-without-a-reason",
    "status-suspended",
    "status-list-named-and-not-there",
    "status-list-altered",
    "status-list-of-another-issuer",
    "status-list-ended",
    "D1-1-s-after-end",
    "D1-1-s-before-beginning",
    "D2-clock-years-behind",
    "D2-signed-301-s-ahead",
    "D6-awarded-31-days-before-signing",
    "pack-none",
    "absence-key-absent-signed-after-the-list",
    "absence-key-absent-signed-before-the-list",
    "absence-key-withdrawn-signed-before-the-list",
    "absence-scope-absent-signed-after-the-list",
    "absence-scope-absent-signed-before-the-list",
    "absence-scope-withdrawn-signed-before-the-list",
    "standard-ended",
    "standard-module-sold-as-competence",
    "standard-not-in-the-catalogue",
    "standard-newer-than-the-catalogue",
    "F14-signed-before-kept",
    "F14-signed-before-unwitnessed",
    "F14-signed-before-unlogged",
    "F14-signed-after-kept",
    "F14-signed-before-by-a-desk-that-never-handed-in",
    "F19-key-of-another-document",
    "not-understood-key-type",
    "not-understood-achievement-kind",
    "pack-test-code-under-production",
    "pack-production",
    "authority-peru-vouches",
    "authority-peru-vouches-until-13-march",
    "intact-only",
    "link-original-good",
    "link-original-not-presented",
    "link-original-tampered",
    "link-original-revoked",
    "link-original-ended",
    "link-original-of-unknown-issuer",
];

/// One answer in words: the answer, its sentence, and what to do.
fn answer(verdict: &Verdict, question: Question, words: &Words) -> String {
    let finding = verdict.findings.deciding(question);
    let mut text = format!(
        "{}. {}",
        words.get(&format!("answer.{}", finding.answer.code())),
        say(verdict.reason(question), words)
    );
    let next = format!("reason.{}.next", finding.reason.code());
    if finding.answer != Answer::Yes && words.has(&next) {
        let _ = write!(text, " → {}", words.say(&next, &finding.reason.facts()));
    }
    text
}

fn kind_word(kind: Kind, words: &Words) -> String {
    words.get(&format!("kind.{}", kind.code())).to_owned()
}

fn worth(words: &Words, vectors: &BTreeMap<String, Vector>) -> String {
    let mut text = String::new();
    let evidence = Evidence::of_packs(world());
    for (to, from) in PAIRS {
        let name = |code: &str| words.get(&format!("country.{code}")).to_owned();
        let _ = writeln!(text, "== {} ← {}", name(to), name(from));
        for kind in Kind::ALL {
            let verdict = ask(&sign(&certificate(from, kind), from), &evidence, to);
            assert!(verdict.deciding().is_none(), "{from} {}: {:?}", kind.code(), verdict.deciding());
            let _ = writeln!(text, "{}: {}", kind_word(kind, words), answer(&verdict, Question::WorthHere, words));
        }
    }
    for name in WORTH {
        let verdict = vectors[name].verdict_itself().unwrap();
        let _ = writeln!(text, "== {name}");
        let kind = verdict.shown().map(|(credential, _)| kind_word(credential.kind(), words)).unwrap();
        let _ = writeln!(text, "{kind}: {}", answer(&verdict, Question::WorthHere, words));
        for statement in &verdict.worth {
            let rows = statement.rows(words);
            let rows = rows.iter().map(|(label, value)| format!("{}: {value}", words.get(&format!("detail.{label}"))));
            let _ = writeln!(text, "  | {}", rows.collect::<Vec<_>>().join(" | "));
        }
    }
    text
}

fn verdicts(words: &Words, vectors: &BTreeMap<String, Vector>) -> String {
    let mut text = String::new();
    for name in VERDICTS {
        let verdict = vectors.get(name).unwrap_or_else(|| panic!("{name}")).verdict_itself().unwrap();
        let _ = writeln!(text, "== {name}");
        let _ = writeln!(text, "{}", verdict.headline(words));
        if let Some((credential, mark)) = verdict.shown() {
            let kind = credential.kind().code();
            let of = |id: &str| words.get(&format!("kind.{kind}{id}")).to_owned();
            let mark = words.get(&format!("mark.{}", mark.code())).to_owned();
            let _ = writeln!(text, "[{mark}] {}. {} {}", of(""), of(".means"), of(".not"));
        }
        for question in Question::ALL {
            let _ = writeln!(
                text,
                "{} {}",
                words.get(&format!("question.{}", question.code())),
                answer(&verdict, question, words)
            );
        }
        if let Some(link) = verdict.link {
            let _ = writeln!(text, "⇄ {}", words.get(&format!("link.{}", link.code())));
        }
        let _ = writeln!(text, "→ {}", verdict.next_step(words));
    }
    text
}

/// Every table: its path, and its text as it would be written now.
fn tables() -> Vec<(std::path::PathBuf, String)> {
    let vectors: BTreeMap<String, Vector> = Vector::all()
        .into_iter()
        .filter(|vector| vector.folder == "credential")
        .map(|vector| (vector.file_name().to_owned(), vector))
        .collect();
    let of = |language: Language| {
        let words = Words::of(language);
        let path = |name: &str| here(&format!("tests/golden/{name}.{}.txt", language.tag()));
        [(path("worth"), worth(words, &vectors)), (path("verdict"), verdicts(words, &vectors))]
    };
    Language::ALL.into_iter().flat_map(of).collect()
}

#[test]
fn what_people_read_is_what_was_read_before() {
    let mut differ = Vec::new();
    for (path, text) in tables() {
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        if before != text {
            let line = before.lines().zip(text.lines()).find(|(before, now)| before != now);
            differ.push(format!("{}: {line:?}", path.display()));
        }
        // No table holds a gap, an identifier, or the name of a fact.
        assert!(!text.contains(['{', '}']) && !text.contains("reason."), "{}", path.display());
    }
    assert!(differ.is_empty(), "read what changed, then `cargo test --test all -- --ignored make_golden`: {differ:#?}");
}

/// Attendance never reads as certified: not in any line that speaks of it, in any language.
#[test]
fn attendance_never_reads_as_certified() {
    let certified = ["certif", "sètifye", "compet", "compét", "konpetan", "qualif", "kalifi"];
    for (path, text) in tables() {
        let tag = path.file_stem().unwrap().to_str().unwrap().rsplit_once('.').unwrap().1.to_owned();
        let language = Language::ALL.into_iter().find(|language| language.tag() == tag).unwrap();
        let words = Words::of(language);
        let kind = kind_word(Kind::Attendance, words);
        let lines = text.lines().filter(|line| line.starts_with(&format!("{kind}:")));
        for line in lines {
            // "the office that recognises certificates" speaks of the office.
            let line = line.replace(words.get("office.unknown"), "").to_lowercase();
            assert!(!certified.iter().any(|word| line.contains(word)), "{}: {line}", path.display());
        }
    }
}

/// Writes the tables. Run as `cargo test --test all -- --ignored make_golden`.
#[test]
#[ignore = "writes into tests/golden"]
fn make_golden() {
    for (path, text) in tables() {
        std::fs::write(path, text).unwrap();
    }
}
