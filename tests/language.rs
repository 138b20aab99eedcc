//! The words, in five languages: the same identifiers and facts everywhere, a text for every code that the kernel can utter, and
//! nothing that makes "cannot tell" sound good or bad, accuses a person, or lets a course read as a competence.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};
use skillpass::base::timestamp::{Date, Timestamp};
use skillpass::credential::achievement::{Kind, Language};
use skillpass::credential::members::{Malformed, Problem};
use skillpass::credential::recognition::{Outcome as Decided, Purpose};
use skillpass::credential::terms::{Method, Modality};
use skillpass::desk::rebind::NotRebound;
use skillpass::desk::reprint::NotReprinted;
use skillpass::holder::backup::NotABackup;
use skillpass::holder::check::{State, Why};
use skillpass::holder::matching::Why as Unmet;
use skillpass::holder::vacancy::NotOpen;
use skillpass::interop::data_model::Code as DataModel;
use skillpass::trust::equivalence::Condition;
use skillpass::trust::status::RevocationReason;
use skillpass::verify::Link;
use skillpass::verify::message::{Fact, Words};
use skillpass::verify::receipt::NotAReceipt;
use skillpass::verify::report::{Mark, say};
use skillpass::verify::verdict::{Answer, Check, ProofState, Question, Reason};
use skillpass::verify::worth::{AppealUntil, Statement};
use unicode_normalization::is_nfc;

use crate::common::here;

type Texts = BTreeMap<String, String>;

/// Words that end up in front of a verifier stay this short (domain.md 4a).
const HEADLINE_WORDS: usize = 12;
/// Where a sentence holds several facts, 12 words cannot always be kept; a fact counts as one.
const SENTENCE_WORDS: usize = 15;

/// The reasons that go with a *yes*; every other one says what to do next.
const OF_YES: [&str; 21] = [
    "authority-accepted",
    "authority-recognised",
    "award-matches",
    "clock-plausible",
    "dates-hold",
    "evidence-fresh",
    "evidence-old",
    "foreign-form",
    "form-holds",
    "in-scope",
    "key-compromised-kept",
    "key-in-window",
    "no-status",
    "not-revoked",
    "not-suspended",
    "proofs-hold",
    "signature-holds",
    "standard-in-force",
    "worth-alternative",
    "worth-partial",
    "worth-recognised",
];

/// Why nothing could be read; the texts name no facts, because the page shows them as they are.
const NOT_READ: [&str; 28] = [
    "badge-damaged",
    "code-damaged",
    "code-too-long",
    "drawing-without-badge",
    "duplicate-member",
    "empty",
    "file-too-large",
    "image-damaged",
    "image-too-large",
    "jose",
    "no-code-in-image",
    "no-credential",
    "no-proof",
    "not-an-object",
    "not-canonical",
    "not-json",
    "not-our-code",
    "number-not-exact",
    "old-badge",
    "pdf-no-code",
    "proof",
    "receipt",
    "string-too-long",
    "too-deep",
    "too-long",
    "too-many-credentials",
    "too-many-proofs",
    "unknown-format",
];

const PACK: [&str; 15] = [
    "ambiguous",
    "from-the-future",
    "list-gone",
    "list-older",
    "mixed",
    "not-a-pack",
    "not-json",
    "other-root",
    "part",
    "rollback",
    "root-out-of-order",
    "split",
    "un-revoked",
    "unknown-root",
    "unsigned",
];

/// Why nothing came from an address.
const FETCH: [&str; 13] = [
    "certificates",
    "insecure",
    "not-an-address",
    "not-https",
    "not-public",
    "not-reached",
    "number-for-a-name",
    "odd-address",
    "status",
    "too-long",
    "too-many",
    "too-slow",
    "user-name",
];

/// Why an entry of a resource map is not used.
const RESOURCE: [&str; 9] =
    ["missing", "not-json", "of-another", "pinned", "secret", "too-large", "unknown", "unreadable", "unsigned-list"];

/// The codes of [`skillpass::desk::paper::PaperError`].
const PAPER: [&str; 8] =
    ["code-too-dense", "logo-damaged", "logo-too-large", "no-glyph", "no-room", "rule", "signatories", "write"];
/// Why no badge is read or baked.
const BADGE: [&str; 8] =
    ["active", "baked", "damaged", "document-type", "none", "not-a-picture", "too-large", "unbakeable"];

const NAME: [&str; 8] = ["control", "digit", "empty", "formula", "mixed-script", "stacked-marks", "symbol", "too-long"];

const DRAFT: [&str; 7] =
    ["already-issued", "award-in-future", "award-too-old", "code-too-big", "malformed", "schema", "too-young"];

/// Why a signature or what it covers does not hold, as VC-API tells it.
const SECURING: [&str; 23] = [
    "challenge",
    "context-unknown",
    "created-in-future",
    "domain",
    "ended",
    "key-not-of-issuer",
    "key-unknown",
    "malformed",
    "no-controller",
    "no-previous-proof",
    "not-covered",
    "not-yet",
    "proof-expired",
    "proof-member",
    "proof-missing",
    "proof-not-an-object",
    "proof-type",
    "proof-value",
    "signature",
    "suite-unknown",
    "too-many-proofs",
    "too-much-work",
    "wrong-purpose",
];

/// Why nothing was signed for a program.
const NOT_SIGNED: [&str; 13] = [
    "forbidden",
    "issuer-of-another",
    "not-of-version-2",
    "not-released",
    "other-order",
    "our-kind",
    "reserved-type",
    "signed",
    "status-given",
    "suite",
    "too-much-work",
    "undefined-term",
    "unknown-context",
];

/// What the desk refuses, by [`skillpass::store::StoreError::code`].
const STORE: [&str; 16] = [
    "last-administrator",
    "last-signatory",
    "not-allowed",
    "not-arrived",
    "not-now",
    "not-released",
    "own-candidate",
    "retired",
    "same-person",
    "stale",
    "too-early",
    "too-late",
    "too-long",
    "too-many-steps",
    "two-people",
    "unconfirmed",
];

/// What stands in the way of an answer over HTTP.
const HTTP: [&str; 42] = [
    "busy",
    "code-too-dense",
    "could-not-check",
    "cross-site",
    "disk-full",
    "final",
    "internal",
    "invalid",
    "invitation-over",
    "issues-here",
    "key-reused",
    "login-failed",
    "logo-damaged",
    "logo-too-large",
    "malformed",
    "media-type",
    "method",
    "no-glyph",
    "no-room",
    "no-successor",
    "not-found",
    "not-issuing",
    "not-readable",
    "passphrase-wrong",
    "password-weak",
    "refused",
    "request",
    "rows-open",
    "signatories",
    "signed-out",
    "still-kept",
    "store-busy",
    "store-failed",
    "taken",
    "timed-out",
    "token-expired",
    "token-missing",
    "token-of-another",
    "token-revoked",
    "token-unknown",
    "too-many",
    "too-many-tries",
];

/// What can be wrong with a link to fetch a certificate by: one advice for all.
const DELIVERY: [&str; 4] = ["delivery-ended", "delivery-unknown", "delivery-used", "delivery-withdrawn"];

/// Latin America and the Caribbean (UN M49 419 without places where nobody lives or applies), and where its people go.
const COUNTRIES: &str = "AG AI AR AW BB BL BM BO BQ BR BS BZ CA CH CL CO CR CU CW DE DM DO EC ES FK FR GB GD GF GP GT GY HN HT IT JM KN \
                         KY LC MF MQ MS MX NI NL PA PE PR PT PY SR SV SX TC TT US UY VC VE VG VI";

fn source(language: Language) -> String {
    let path = here(&format!("web/i18n/{}.json", language.tag()));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The texts of a language, read by somebody else's reader than the kernel's.
fn texts(language: Language) -> Texts {
    serde_json::from_str(&source(language)).unwrap_or_else(|error| panic!("{}: {error}", language.tag()))
}

fn each() -> impl Iterator<Item = (&'static str, Texts)> {
    Language::ALL.into_iter().map(|language| (language.tag(), texts(language)))
}

/// The names in braces, in order of the alphabet, each as often as it stands there.
fn facts(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> =
        text.split('{').skip(1).map(|rest| rest.split_once('}').map_or("unclosed", |(name, _)| name)).collect();
    names.sort_unstable();
    names
}

fn of_prefix<'a>(texts: &'a Texts, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    texts.iter().filter_map(move |(id, text)| Some((id.strip_prefix(prefix)?, text.as_str())))
}

/// Every problem and note that the sample registers are expected to give.
fn import_codes() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for folder in ["tests/registers", "tests/registers/bad", "tests/registers/xlsx"] {
        for entry in std::fs::read_dir(here(folder)).expect("the sample registers") {
            let path = entry.expect("an entry").path();
            if path.to_string_lossy().ends_with(".expect.json") {
                let text = std::fs::read_to_string(&path).expect("an expectation");
                let expected: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                let found = ["problems", "notes"].into_iter().filter_map(|name| expected[name].as_array()).flatten();
                codes.extend(found.filter_map(|it| it["code"].as_str().map(str::to_owned)));
            }
        }
    }
    assert!(codes.len() > 30, "the expectations were read");
    codes
}

/// One of every reason, with facts.
fn reasons() -> Vec<Reason> {
    let day = |text: &str| Timestamp::parse(text).expect("a time");
    let (from, then, now) = (day("2025-05-01T00:00:00Z"), day("2025-05-03T00:00:00Z"), day("2026-08-21T00:00:00Z"));
    let (awarded, signed, list, as_of, since, newest) = (then, then, now, now, then, now);
    let (last, until, days, most) = (now, None, 40, 30);
    let malformed = Malformed { at: "credentialSubject.name".to_owned(), problem: Problem::Missing };
    let (suite, purpose) = ("eddsa-rdfc-2022".to_owned(), "keyAgreement".to_owned());
    vec![
        Reason::Altered,
        Reason::AuthorityAccepted,
        Reason::AuthorityNotRecognisedThen { awarded, by: "Región".to_owned(), from, until },
        Reason::AuthorityRecognised { by: "Región".to_owned(), instrument: "Acuerdo".to_owned(), from, until },
        Reason::AwardAfterSigning { awarded, signed },
        Reason::AwardLongBefore { awarded, signed, days },
        Reason::AwardMatches { awarded, signed },
        Reason::AwardOutsideScope { awarded, from, until },
        Reason::ClockBehind { now, newest },
        Reason::ClockPlausible,
        Reason::ContextUnknown { url: "https://example.org/terms/v1".to_owned() },
        Reason::DatesHold { from, until },
        Reason::Ended { until: last },
        Reason::EvidenceFresh { as_of, days: 0 },
        Reason::EvidenceOld { as_of, days: 12 },
        Reason::EvidenceStale { as_of, days, most },
        Reason::ForeignForm,
        Reason::ForeignKind,
        Reason::FormHolds { kind: Kind::Competence },
        Reason::InScope { from, until },
        Reason::IntactOnly,
        Reason::IssuerUnknown,
        Reason::KeyCompromised { since, signed },
        Reason::KeyCompromisedKept { since, signed },
        Reason::KeyCompromisedLater { since, signed },
        Reason::KeyCompromisedUnlogged { since, signed },
        Reason::KeyCompromisedUnwitnessed { since, signed },
        Reason::KeyInWindow { from, until },
        Reason::KeyNewerThanList { signed, list },
        Reason::KeyNotListed { list },
        Reason::KeyOfAnother,
        Reason::KeyOutsideWindow { signed, from, until },
        Reason::KindDiffers { claimed: Kind::Competence, listed: Kind::ModuleCompletion },
        Reason::Malformed { malformed },
        Reason::NoCountry,
        Reason::NoRule { country: "PE".to_owned(), office: None },
        Reason::NoStatus,
        Reason::NotCovered { at: "credentialSubject.grade".to_owned() },
        Reason::NotReached,
        Reason::NotRevoked { as_of },
        Reason::NotSuspended { as_of },
        Reason::NotUnderstood,
        Reason::NotYet { from },
        Reason::OutOfScope { list },
        Reason::OwnCountry { country: "CO".to_owned() },
        Reason::ProofFailed { suite: suite.clone() },
        Reason::ProofsHold { count: 1 },
        Reason::Revoked { as_of, why: Some(RevocationReason::Error) },
        Reason::RuleNotInForce { country: "PE".to_owned(), office: None, from, until },
        Reason::RulesContradict { country: "PE".to_owned(), office: None },
        Reason::RulesStale { as_of, country: "PE".to_owned(), office: None },
        Reason::ScopeNewerThanList { awarded, list },
        Reason::SignatureHolds { signed },
        Reason::SignedInFuture { signed, now },
        Reason::StandardInForce { from, until },
        Reason::StandardNewerThanList { list },
        Reason::StandardNotInForce { awarded, from, until },
        Reason::StandardNotListed { list },
        Reason::StatusIndexOutside { index: 131_072 },
        Reason::StatusListEnded { until: last },
        Reason::StatusListForeign,
        Reason::StatusListMalformed,
        Reason::StatusListMissing,
        Reason::StatusUnknown { kind: "1EdTechRevocationList".to_owned() },
        Reason::SuiteNotChecked { suite },
        Reason::Suspended { as_of },
        Reason::TestCode,
        Reason::TooMuchWork,
        Reason::WithoutOurProof,
        worth(Decided::Alternative),
        worth(Decided::AssessmentOnly),
        worth(Decided::Conditional),
        worth(Decided::NotRecognised),
        worth(Decided::Partial),
        worth(Decided::Recognised),
        Reason::WrongPurpose { purpose },
    ]
}

/// What Peru says, with everything that can be said.
fn worth(outcome: Decided) -> Reason {
    let day = |text: &str| Timestamp::parse(text).expect("a time");
    let due = Some(day("2027-03-01T23:59:59Z"));
    let statement = Statement {
        country: "PE".to_owned(),
        by: "Ministerio".to_owned(),
        outcome,
        kind: Some(Kind::Attendance),
        purposes: vec![Purpose::Employment, Purpose::RegulatedPractice],
        instrument: "Acuerdo".to_owned(),
        instrument_date: Some(day("2026-02-20T00:00:00Z")),
        example: true,
        comparable_title: Some("Cocinero".to_owned()),
        comparable_level: Some("MNCP 3 (2021)".to_owned()),
        covers: vec!["Unidad 1".to_owned()],
        conditions: vec![Condition { text: "Examen".to_owned(), due }],
        reasons: vec!["Horas".to_owned()],
        appeal_body: Some("Tribunal".to_owned()),
        appeal_until: Some(AppealUntil::Days(30)),
        office: None,
        regulated: true,
        register: Some("Colegio".to_owned()),
        from: day("2026-02-20T00:00:00Z"),
        until: None,
        decision: false,
        now: Some(day("2027-06-01T00:00:00Z")),
    };
    Reason::Worth { statement: Box::new(statement) }
}

#[test]
fn every_language_has_the_same_identifiers_and_facts() {
    let spanish = texts(Language::Es);
    for (tag, texts) in each() {
        let ids: BTreeSet<&String> = texts.keys().collect();
        let missing: Vec<_> = spanish.keys().filter(|id| !ids.contains(id)).collect();
        let more: Vec<_> = texts.keys().filter(|id| !spanish.contains_key(*id)).collect();
        assert!(missing.is_empty() && more.is_empty(), "{tag}: without {missing:?}, with {more:?}");
        for (id, text) in &texts {
            assert_eq!(facts(text), facts(&spanish[id]), "{tag} {id}: {text}");
        }
    }
}

#[test]
fn files_are_sorted_one_text_a_line_and_plain() {
    for language in Language::ALL {
        let tag = language.tag();
        let texts = texts(language);
        let rows: Vec<String> = texts
            .iter()
            .map(|(id, text)| {
                format!("  {}: {}", serde_json::Value::from(id.as_str()), serde_json::Value::from(text.as_str()))
            })
            .collect();
        assert!(
            source(language) == format!("{{\n{}\n}}\n", rows.join(",\n")),
            "{tag}: not sorted, or not one text a line"
        );
        for (id, text) in &texts {
            assert!(!text.is_empty() && text.trim() == text && !text.contains("  "), "{tag} {id}: {text:?}");
            assert!(is_nfc(text), "{tag} {id}: not NFC");
            assert!(!text.chars().any(|c| c.is_control() || c == '<' || c == '>'), "{tag} {id}: {text:?}");
        }
        // The kernel's strict reader takes the file too, so nothing is shown as a bare identifier.
        assert_eq!(Words::of(language).language(), language);
        assert!(texts.keys().all(|id| Words::of(language).has(id)), "{tag}");
    }
}

#[test]
fn every_code_has_its_text() {
    let mut wanted: Vec<String> =
        ["accept", "accept.endorsement", "reject", "undecided"].map(|it| format!("outcome.{it}")).into();
    let mut want = |prefix: &str, codes: &mut dyn Iterator<Item = &str>| {
        wanted.extend(codes.map(|code| format!("{prefix}.{code}")));
    };
    want("answer", &mut [Answer::CannotTell, Answer::No, Answer::Yes].into_iter().map(Answer::code));
    want("question", &mut Question::ALL.into_iter().map(Question::code));
    want("check", &mut Check::ALL.into_iter().map(Check::code));
    want("modality", &mut Modality::ALL.iter().map(|it| it.code()));
    want("method", &mut Method::ALL.iter().map(|it| it.code()));
    want("recognition", &mut Decided::ALL.iter().map(|it| it.code()));
    want("purpose", &mut Purpose::ALL.iter().map(|it| it.code()));
    want("purpose.for", &mut Purpose::ALL.iter().map(|it| it.code()));
    want("http", &mut DELIVERY.into_iter().chain(["delivery.next"]));
    want("link", &mut Link::ALL.into_iter().map(Link::code));
    want("withdrawal", &mut RevocationReason::ALL.into_iter().map(RevocationReason::code));
    let of_worth =
        ["and", "appeal-days", "as", "condition-by", "condition-passed", "example", "instrument-of", "other-title"];
    want("worth", &mut of_worth.into_iter());
    want("vacancy.why", &mut Unmet::CODES.into_iter());
    want("receipt.line.outcome", &mut ["accept", "reject", "undecided"].into_iter());
    want("reason", &mut Reason::CODES.into_iter());
    want("mark", &mut [Mark::Authentic, Mark::Claims, Mark::Verified].into_iter().map(Mark::code));
    let states = [ProofState::Checked, ProofState::Failed, ProofState::NotChecked];
    want("presentation.state", &mut State::CODES.into_iter());
    want("proof", &mut states.into_iter().map(ProofState::code));
    let problems = [
        Problem::Forbidden,
        Problem::Missing,
        Problem::NotOfKind,
        Problem::TooLong,
        Problem::WrongType,
        Problem::WrongValue,
    ];
    want("problem", &mut problems.into_iter().map(Problem::code));
    want("datamodel", &mut DataModel::ALL.into_iter().map(DataModel::code));
    want("securing", &mut SECURING.into_iter());
    want("notsigned", &mut NOT_SIGNED.into_iter());
    want("request", &mut ["idempotency-key", "missing", "too-long", "type"].into_iter());
    want("token", &mut ["expired", "good", "revoked"].into_iter());
    want("country", &mut COUNTRIES.split_whitespace());
    want("name", &mut NAME.into_iter());
    want("part", &mut ["accreditation", "freshness", "root"].into_iter());
    for kind in Kind::ALL.map(Kind::code) {
        wanted.extend([
            format!("kind.{kind}"),
            format!("kind.{kind}.means"),
            format!("kind.{kind}.not"),
            format!("cert.kind.{kind}.line"),
        ]);
    }
    let advised = [
        ("notread", NOT_READ.as_slice()),
        ("pack", &PACK),
        ("fetch", &FETCH),
        ("draft", &DRAFT),
        ("resource", &RESOURCE),
        ("badge", &BADGE),
        ("paper", &PAPER),
        ("http", &HTTP),
        ("store", &STORE),
        ("backup", &NotABackup::ALL.map(NotABackup::code)),
        ("ask", &["audience", "challenge", "form", "kinds", "other"]),
        ("present", &["another-person", "empty", "expired", "not-for-a-code", "too-many", "unreadable"]),
        ("receipt", &NotAReceipt::CODES),
        ("receipt", &["too-many-lists"]),
        ("vacancy", &NotOpen::CODES),
        ("presentation", &["held", "proven"]),
        ("presentation", &Why::ALL.map(Why::code)),
        ("rebind", &NotRebound::CODES),
        ("reprint", &NotReprinted::CODES),
    ];
    for (prefix, codes) in advised {
        wanted.extend(codes.iter().flat_map(|code| [format!("{prefix}.{code}"), format!("{prefix}.{code}.next")]));
    }
    wanted.extend(Reason::CODES.iter().filter(|code| !OF_YES.contains(code)).map(|code| format!("reason.{code}.next")));
    wanted.extend(import_codes().into_iter().flat_map(|code| [format!("import.{code}"), format!("import.{code}.fix")]));
    wanted.extend((1..=12).map(|month| format!("month.{month}")));
    let single = "age.days age.today age.yesterday date day.first next.compare notread.file-missing notread.file-missing.next office.unknown pilot pilot.text regulated.warning \
                  testcode.text until.open until.text";
    wanted.extend(single.split_whitespace().map(str::to_owned));
    for (tag, texts) in each() {
        let missing: Vec<_> = wanted.iter().filter(|id| !texts.contains_key(*id)).collect();
        assert!(missing.is_empty(), "{tag}: {missing:?}");
    }
}

#[test]
fn a_code_that_nobody_utters_has_no_text() {
    let (spanish, reasons) = (texts(Language::Es), BTreeSet::from(Reason::CODES));
    let checks = Check::ALL.map(Check::code);
    for (id, _) in of_prefix(&spanish, "reason.") {
        let code = id.strip_suffix(".next").unwrap_or(id);
        assert!(reasons.contains(code), "reason.{id}");
        assert!(code == id || !OF_YES.contains(&code), "reason.{id}: a yes needs no advice");
    }
    assert!(of_prefix(&spanish, "check.").all(|(code, _)| checks.contains(&code)));
    assert!(of_prefix(&spanish, "datamodel.").all(|(code, _)| DataModel::ALL.map(DataModel::code).contains(&code)));
    assert!(of_prefix(&spanish, "securing.").all(|(code, _)| SECURING.contains(&code)));
    assert!(of_prefix(&spanish, "notsigned.").all(|(code, _)| NOT_SIGNED.contains(&code)));
    let of_http = |code: &str| {
        code == "delivery.next"
            || DELIVERY.contains(&code)
            || HTTP.contains(&code.strip_suffix(".next").unwrap_or(code))
    };
    assert!(of_prefix(&spanish, "http.").all(|(code, _)| of_http(code)));
}

#[test]
fn reasons_name_only_facts_they_have() {
    let all = reasons();
    assert_eq!(all.iter().map(Reason::code).collect::<Vec<_>>(), Reason::CODES);
    for language in Language::ALL {
        let words = Words::of(language);
        for reason in &all {
            let next = format!("reason.{}.next", reason.code());
            let advice = words.has(&next).then(|| words.say(&next, &reason.facts()));
            for text in [Some(say(reason, words)), advice].into_iter().flatten() {
                let at = format!("{} {}: {text}", language.tag(), reason.code());
                assert!(!text.contains(['{', '}']), "{at}");
                // A fact that is itself an identifier was found.
                let groups = [
                    "kind.",
                    "problem.",
                    "country.",
                    "office.",
                    "until.",
                    "month.",
                    "purpose.",
                    "worth.",
                    "withdrawal.",
                ];
                let bare = |word: &str| groups.iter().any(|group| word.starts_with(group) && word.len() > group.len());
                assert!(!text.split([' ', '(', ')']).any(bare), "{at}");
            }
        }
    }
}

#[test]
fn other_texts_name_only_facts_their_callers_have() {
    let spanish = texts(Language::Es);
    let only = |prefix: &str, allowed: &[&str]| {
        for (id, text) in of_prefix(&spanish, prefix) {
            assert!(facts(text).iter().all(|name| allowed.contains(name)), "{prefix}{id}: {text}");
        }
    };
    for code in NOT_READ {
        only(&format!("notread.{code}"), &[]);
    }
    only("notread.file-missing", &["path"]);
    only("pack.", &["dated", "here", "list", "now", "offered", "part"]);
    only("fetch.", &["status"]);
    only("badge.", &["path"]);
    only("paper.", &["character", "error", "found", "limit", "path", "serial"]);
    RESOURCE.iter().for_each(|code| only(&format!("resource.{code}"), &[]));
    only("securing.", &["created", "expires", "from", "member", "method", "purpose", "suite", "until", "url"]);
    only("draft.", &["at", "awarded", "field", "now", "problem", "years"]);
    let cell = "row column found character example expected got known most other perhaps wanted";
    only("import.", &cell.split(' ').collect::<Vec<_>>());
    only("sheet.", &["hours", "known"]);
    only("http.", &["name", "day"]);
    only("receipt.", &["day", "institutions", "most", "path", "withdrawals"]);
    only("vacancy.", &["asked", "awarded", "country", "has", "kind", "level", "name", "title", "until"]);
    for plain in [
        "name.",
        "kind.",
        "check.",
        "question.",
        "answer.",
        "outcome.",
        "country.",
        "problem.",
        "datamodel.",
        "notsigned.",
        "request.",
    ] {
        only(plain, &[]);
    }
}

#[test]
fn days_are_written_as_each_language_writes_them() {
    let day = |month, day| Date::of(2025, month, day).expect("a date");
    let expected = [
        (Language::Es, "1 de mayo de 2025", "3 de agosto de 2025"),
        (Language::Pt, "1º de maio de 2025", "3 de agosto de 2025"),
        (Language::En, "1 May 2025", "3 August 2025"),
        (Language::Fr, "1er mai 2025", "3 août 2025"),
        (Language::Ht, "1ye me 2025", "3 out 2025"),
    ];
    for (language, first, third) in expected {
        let words = Words::of(language);
        assert_eq!((words.day(day(5, 1)).as_str(), words.day(day(8, 3)).as_str()), (first, third));
        assert_eq!(words.say("until.text", &[("until", Fact::Until(None))]).matches('{').count(), 0);
    }
}

#[test]
fn what_a_verifier_reads_first_is_short() {
    let words = |text: &str| text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    for (tag, texts) in each() {
        for (id, text) in of_prefix(&texts, "outcome.") {
            assert!(words(text) <= HEADLINE_WORDS, "{tag} outcome.{id}: {text}");
        }
        let facts =
            ["reason.", "kind.", "notread.", "pack.", "next.", "securing.", "datamodel.", "notsigned.", "http."];
        let pages = ["page.", "wallet.", "scan.", "ask.", "backup.", "present.", "get."];
        let facts = facts.map(|prefix| (prefix, SENTENCE_WORDS));
        for (prefix, most) in facts.into_iter().chain(pages.map(|prefix| (prefix, HEADLINE_WORDS))) {
            for (id, text) in of_prefix(&texts, prefix) {
                for sentence in text.split_inclusive(['.', '?', '!', ':']) {
                    assert!(words(sentence) <= most, "{tag} {prefix}{id}: {sentence}");
                }
            }
        }
    }
}

/// A false red harms a person (domain.md 5b): a reason names what was found and accuses nobody.
#[test]
fn no_reason_accuses() {
    let accusing = [
        "fals", "fake", "forg", "fraud", "fwod", "faux", "truqu", "engañ", "mentir", "manti", "tromp", "twonp",
        "stolen", "robad", "roubad", "vole", "volé",
    ];
    for (tag, texts) in each() {
        for prefix in [
            "reason.",
            "outcome.",
            "answer.",
            "problem.",
            "mark.",
            "proof.",
            "notread.",
            "securing.",
            "datamodel.",
            "http.",
        ] {
            for (id, text) in of_prefix(&texts, prefix) {
                let low = text.to_lowercase();
                let accuses = |word: &str| accusing.iter().any(|begin| word.starts_with(begin));
                assert!(!low.split(|c: char| !c.is_alphabetic()).any(accuses), "{tag} {prefix}{id}: {text}");
            }
        }
    }
}

/// "Cannot tell" is not a weak yes and not a weak no.
#[test]
fn what_cannot_be_told_sounds_neither_good_nor_bad() {
    let cannot_tell = [
        "award-long-before",
        "clock-behind",
        "evidence-stale",
        "foreign-kind",
        "without-our-proof",
        "intact-only",
        "issuer-unknown",
        "key-compromised-later",
        "key-newer-than-list",
        "malformed",
        "no-country",
        "no-rule",
        "not-reached",
        "scope-newer-than-list",
        "signed-in-future",
        "standard-newer-than-list",
        "status-index-outside",
        "status-list-ended",
        "status-list-foreign",
        "status-list-malformed",
        "status-list-missing",
        "suite-not-checked",
        "test-code",
    ];
    // "valid" also stands in "invalid", "authentic" in "not authentic"; "reject" and "accept" would decide.
    let deciding = [
        "válid",
        "valid",
        "auténtic",
        "autêntic",
        "authenti",
        "otantik",
        "genuine",
        "rechaz",
        "rejeit",
        "reject",
        "rejet",
        "acept",
        "aceit",
        "accept",
        "aksept",
        "peligr",
        "danger",
        "sospech",
        "suspei",
        "suspect",
    ];
    for (tag, texts) in each() {
        for id in cannot_tell.map(|code| format!("reason.{code}")).iter().chain([&"outcome.undecided".to_owned()]) {
            let low = texts[id].to_lowercase();
            assert!(deciding.iter().all(|word| !low.contains(word)), "{tag} {id}: {low}");
        }
    }
}

/// Four different things are called "certificate", and employers mix them up (domain.md 0.2).
#[test]
fn attendance_and_modules_never_read_as_competence() {
    let certified = ["certif", "sètifi"];
    let competent = ["compet", "compét", "konpet", "able to", "qualif", "kalifi"];
    for (tag, texts) in each() {
        let lines = |kind: &str| {
            let ids = [
                format!("kind.{kind}"),
                format!("kind.{kind}.means"),
                format!("kind.{kind}.not"),
                format!("cert.kind.{kind}.line"),
            ];
            ids.map(|id| texts[&id].to_lowercase())
        };
        for text in lines("attendance") {
            assert!(certified.iter().chain(&competent).all(|word| !text.contains(word)), "{tag} attendance: {text}");
        }
        for text in lines("module-completion") {
            assert!(competent.iter().all(|word| !text.contains(word)), "{tag} module-completion: {text}");
        }
        // One line stands above every kind's own on paper, so it may certify nothing.
        let above = texts["cert.certifies"].to_lowercase();
        assert!(certified.iter().all(|word| !above.contains(word)), "{tag} cert.certifies: {above}");
        // An endorsement is shown apart.
        assert_ne!(texts["outcome.accept"], texts["outcome.accept.endorsement"], "{tag}");
    }
}

/// Words for ordinary people: "a certificate that can be checked", not "verifiable credential".
#[test]
fn no_jargon() {
    for (tag, texts) in each() {
        for (id, text) in &texts {
            let low = text.to_lowercase();
            for word in ["credencial", "credential", "verificable", "verifiable", "vérifiable"] {
                assert!(!low.contains(word), "{tag} {id}: {text}");
            }
        }
    }
}

/// Kreyòl has two letters with a mark (Académie of 1980: è, ò; à before a final n), and French accents that slip in are wrong.
#[test]
fn haitian_creole_is_written_with_its_own_letters() {
    let own = |c: char| c.is_ascii() || "èòàÈÒÀ«»…–".contains(c);
    for (id, text) in texts(Language::Ht) {
        assert!(text.chars().all(own), "{id}: {text}");
    }
}

/// `reviewed.json` says which sentences a native speaker has looked at: of each language, identifiers and the first 16 hexadecimal digits of the text's
/// SHA-256. A sentence that was changed since is reviewed no more, and README says how many are.
#[test]
fn a_review_holds_for_the_words_that_were_reviewed() {
    let file = std::fs::read(here("web/i18n/reviewed.json")).unwrap();
    let reviewed: BTreeMap<String, Texts> = serde_json::from_slice(&file).unwrap();
    assert_eq!(reviewed.keys().collect::<BTreeSet<_>>(), Language::ALL.map(|it| it.tag().to_owned()).iter().collect());
    let readme = std::fs::read_to_string(here("README.md")).unwrap();
    for language in Language::ALL {
        let all = texts(language);
        for (id, digest) in &reviewed[language.tag()] {
            let text = all.get(id).unwrap_or_else(|| panic!("{}: {id} is no text", language.tag()));
            let found: String = Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(*digest, found, "{}: {id} was changed since somebody reviewed it: {text}", language.tag());
        }
        let said = format!(" {} {}", language.tag(), reviewed[language.tag()].len());
        assert!(readme.contains(&said), "README, Limitations, *Words*: {said}");
    }
}
