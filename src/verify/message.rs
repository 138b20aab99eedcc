//! Words for what was found. All of them live in `web/i18n/*.json`, which the browser reads too; here they are only filled in.

use std::collections::HashMap;
#[cfg(feature = "edges")]
use std::sync::OnceLock;

use super::verdict::{Answer, Outcome, Question, Reason};
use crate::base::canonical::{Bounds, Json, Numbers, read};
use crate::base::timestamp::{Date, Timestamp};
use crate::credential::achievement::{Kind, Language};
use crate::credential::members::Problem;
use crate::credential::recognition::Outcome as Decided;

/// The language files are our own, so these bounds only keep a slip of the pen from going unnoticed.
const BOUNDS: Bounds = Bounds { bytes: 1 << 20, depth: 2, string: 4096, numbers: Numbers::Whole };

/// One language's words, by identifier.
#[derive(Debug)]
pub struct Words {
    language: Language,
    texts: HashMap<String, String>,
}

/// A fact that stands in a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A day, written as the language writes days.
    Day(Timestamp),
    /// Another text of the language, by its identifier.
    Id(String),
    /// A whole number.
    Number(i64),
    /// Several, one after the other.
    List(Vec<Fact>),
    /// A sentence of the language with facts of its own, by its identifier.
    Say(&'static str, Vec<(&'static str, Fact)>),
    /// A text as it is.
    Text(String),
    /// A last day, or that there is none.
    Until(Option<Timestamp>),
}

impl Words {
    /// The words of a language, from the text of its file or of a part of it. `None` when that is no object.
    #[must_use]
    pub fn read(language: Language, text: &[u8]) -> Option<Self> {
        let Ok(Json::Object(object)) = read(text, BOUNDS) else { return None };
        let texts = object.iter().filter_map(|(id, text)| Some((id.to_owned(), text.text()?.to_owned())));
        Some(Self { language, texts: texts.collect() })
    }

    /// The words of a language, as they are compiled in. A browser loads those of the one language that its reader chose.
    #[cfg(feature = "edges")]
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        static ALL: [OnceLock<Words>; 5] = [const { OnceLock::new() }; 5];
        let (slot, source) = match language {
            Language::Es => (0, include_str!("../../web/i18n/es.json")),
            Language::Pt => (1, include_str!("../../web/i18n/pt.json")),
            Language::En => (2, include_str!("../../web/i18n/en.json")),
            Language::Fr => (3, include_str!("../../web/i18n/fr.json")),
            Language::Ht => (4, include_str!("../../web/i18n/ht.json")),
        };
        // A test reads every file; a broken one shows identifiers instead of sentences.
        let broken = || Self { language, texts: HashMap::new() };
        ALL[slot].get_or_init(|| Self::read(language, source.as_bytes()).unwrap_or_else(broken))
    }

    /// The language.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether there is a text of this identifier.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.texts.contains_key(id)
    }

    /// The text of an identifier; the identifier itself when there is none, which a policy test forbids.
    #[must_use]
    pub fn get<'a>(&'a self, id: &'a str) -> &'a str {
        self.texts.get(id).map_or(id, String::as_str)
    }

    /// A text with its facts filled in: `{until}` stands for the fact of that name.
    #[must_use]
    pub fn say(&self, id: &str, facts: &[(&str, Fact)]) -> String {
        let mut text = self.get(id).to_owned();
        for (name, fact) in facts {
            let place = format!("{{{name}}}");
            if text.contains(&place) {
                text = text.replace(&place, &self.fact(fact));
            }
        }
        // A last fact may have had nothing to say.
        text.truncate(text.trim_end().len());
        text
    }

    /// A country's name; its two letters where the tables have none, never an identifier of a text.
    #[must_use]
    pub fn country<'a>(&'a self, code: &'a str) -> &'a str {
        self.texts.get(&format!("country.{code}")).map_or(code, String::as_str)
    }

    /// A day in words: `3 de mayo de 2025`.
    #[must_use]
    pub fn day(&self, date: Date) -> String {
        let month = format!("month.{}", date.month());
        // French says "1er", and only for the first.
        let day = if date.day() == 1 { self.get("day.first").to_owned() } else { date.day().to_string() };
        self.get("date")
            .replace("{day}", &day)
            .replace("{month}", self.get(&month))
            .replace("{year}", &date.year().to_string())
    }

    /// An age in whole days, in words: `today`, `yesterday`, `12 days ago`.
    #[must_use]
    pub fn age(&self, days: i64) -> String {
        match days {
            ..=0 => self.get("age.today").to_owned(),
            1 => self.get("age.yesterday").to_owned(),
            _ => self.get("age.days").replace("{days}", &days.to_string()),
        }
    }

    pub(super) fn fact(&self, fact: &Fact) -> String {
        match fact {
            Fact::Day(time) | Fact::Until(Some(time)) => self.day(time.date()),
            Fact::Id(id) => {
                id.strip_prefix("country.").map_or_else(|| self.get(id), |code| self.country(code)).to_owned()
            }
            Fact::Number(number) => number.to_string(),
            Fact::List(facts) => facts.iter().map(|fact| self.fact(fact)).collect::<Vec<_>>().join("; "),
            Fact::Say(id, facts) => self.say(id, facts),
            Fact::Text(text) => text.clone(),
            Fact::Until(None) => self.get("until.open").to_owned(),
        }
    }
}

impl Answer {
    /// The code of files and language tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Answer::CannotTell => "cannot-tell",
            Answer::No => "no",
            Answer::Yes => "yes",
        }
    }
}

impl Question {
    /// Every question, in order.
    pub const ALL: [Question; 4] = [Question::Genuine, Question::Entitled, Question::InForce, Question::WorthHere];

    /// The code of files and language tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Question::Genuine => "genuine",
            Question::Entitled => "entitled",
            Question::InForce => "in-force",
            Question::WorthHere => "worth-here",
        }
    }
}

impl Outcome {
    /// The code of files and language tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Outcome::Accept(_) => "accept",
            Outcome::Reject(_) => "reject",
            Outcome::Undecided(_) => "undecided",
        }
    }
}

impl Problem {
    /// The code of files and language tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Problem::Forbidden => "forbidden",
            Problem::Missing => "missing",
            Problem::NotOfKind => "not-of-kind",
            Problem::TooLong => "too-long",
            Problem::WrongType => "wrong-type",
            Problem::WrongValue => "wrong-value",
        }
    }
}

impl Reason {
    /// Every code, for the policy test that each has its words in every language and its vector.
    pub const CODES: [&'static str; 76] = [
        "altered",
        "authority-accepted",
        "authority-not-recognised-then",
        "authority-recognised",
        "award-after-signing",
        "award-long-before",
        "award-matches",
        "award-outside-scope",
        "clock-behind",
        "clock-plausible",
        "context-unknown",
        "dates-hold",
        "ended",
        "evidence-fresh",
        "evidence-old",
        "evidence-stale",
        "foreign-form",
        "foreign-kind",
        "form-holds",
        "in-scope",
        "intact-only",
        "issuer-unknown",
        "key-compromised",
        "key-compromised-kept",
        "key-compromised-later",
        "key-compromised-unlogged",
        "key-compromised-unwitnessed",
        "key-in-window",
        "key-newer-than-list",
        "key-not-listed",
        "key-of-another",
        "key-outside-window",
        "kind-differs",
        "malformed",
        "no-country",
        "no-rule",
        "no-status",
        "not-covered",
        "not-reached",
        "not-revoked",
        "not-suspended",
        "not-understood",
        "not-yet",
        "out-of-scope",
        "own-country",
        "proof-failed",
        "proofs-hold",
        "revoked",
        "rule-not-in-force",
        "rules-contradict",
        "rules-stale",
        "scope-newer-than-list",
        "signature-holds",
        "signed-in-future",
        "standard-in-force",
        "standard-newer-than-list",
        "standard-not-in-force",
        "standard-not-listed",
        "status-index-outside",
        "status-list-ended",
        "status-list-foreign",
        "status-list-malformed",
        "status-list-missing",
        "status-unknown",
        "suite-not-checked",
        "suspended",
        "test-code",
        "too-much-work",
        "without-our-proof",
        "worth-alternative",
        "worth-assessment-only",
        "worth-conditional",
        "worth-not-recognised",
        "worth-partial",
        "worth-recognised",
        "wrong-purpose",
    ];

    /// The code of files and language tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Altered => "altered",
            Reason::AuthorityAccepted => "authority-accepted",
            Reason::AuthorityNotRecognisedThen { .. } => "authority-not-recognised-then",
            Reason::AuthorityRecognised { .. } => "authority-recognised",
            Reason::AwardAfterSigning { .. } => "award-after-signing",
            Reason::AwardLongBefore { .. } => "award-long-before",
            Reason::AwardMatches { .. } => "award-matches",
            Reason::AwardOutsideScope { .. } => "award-outside-scope",
            Reason::ClockBehind { .. } => "clock-behind",
            Reason::ClockPlausible => "clock-plausible",
            Reason::ContextUnknown { .. } => "context-unknown",
            Reason::DatesHold { .. } => "dates-hold",
            Reason::Ended { .. } => "ended",
            Reason::EvidenceFresh { .. } => "evidence-fresh",
            Reason::EvidenceOld { .. } => "evidence-old",
            Reason::EvidenceStale { .. } => "evidence-stale",
            Reason::ForeignForm => "foreign-form",
            Reason::ForeignKind => "foreign-kind",
            Reason::FormHolds { .. } => "form-holds",
            Reason::InScope { .. } => "in-scope",
            Reason::IntactOnly => "intact-only",
            Reason::IssuerUnknown => "issuer-unknown",
            Reason::KeyCompromised { .. } => "key-compromised",
            Reason::KeyCompromisedKept { .. } => "key-compromised-kept",
            Reason::KeyCompromisedLater { .. } => "key-compromised-later",
            Reason::KeyCompromisedUnlogged { .. } => "key-compromised-unlogged",
            Reason::KeyCompromisedUnwitnessed { .. } => "key-compromised-unwitnessed",
            Reason::KeyInWindow { .. } => "key-in-window",
            Reason::KeyNewerThanList { .. } => "key-newer-than-list",
            Reason::KeyNotListed { .. } => "key-not-listed",
            Reason::KeyOfAnother => "key-of-another",
            Reason::KeyOutsideWindow { .. } => "key-outside-window",
            Reason::KindDiffers { .. } => "kind-differs",
            Reason::Malformed { .. } => "malformed",
            Reason::NoCountry => "no-country",
            Reason::NoRule { .. } => "no-rule",
            Reason::NoStatus => "no-status",
            Reason::NotCovered { .. } => "not-covered",
            Reason::NotReached => "not-reached",
            Reason::NotRevoked { .. } => "not-revoked",
            Reason::NotSuspended { .. } => "not-suspended",
            Reason::NotUnderstood => "not-understood",
            Reason::NotYet { .. } => "not-yet",
            Reason::OutOfScope { .. } => "out-of-scope",
            Reason::OwnCountry { .. } => "own-country",
            Reason::ProofFailed { .. } => "proof-failed",
            Reason::ProofsHold { .. } => "proofs-hold",
            Reason::Revoked { .. } => "revoked",
            Reason::RuleNotInForce { .. } => "rule-not-in-force",
            Reason::RulesContradict { .. } => "rules-contradict",
            Reason::RulesStale { .. } => "rules-stale",
            Reason::ScopeNewerThanList { .. } => "scope-newer-than-list",
            Reason::SignatureHolds { .. } => "signature-holds",
            Reason::SignedInFuture { .. } => "signed-in-future",
            Reason::StandardInForce { .. } => "standard-in-force",
            Reason::StandardNewerThanList { .. } => "standard-newer-than-list",
            Reason::StandardNotInForce { .. } => "standard-not-in-force",
            Reason::StandardNotListed { .. } => "standard-not-listed",
            Reason::StatusIndexOutside { .. } => "status-index-outside",
            Reason::StatusListEnded { .. } => "status-list-ended",
            Reason::StatusListForeign => "status-list-foreign",
            Reason::StatusListMalformed => "status-list-malformed",
            Reason::StatusListMissing => "status-list-missing",
            Reason::StatusUnknown { .. } => "status-unknown",
            Reason::SuiteNotChecked { .. } => "suite-not-checked",
            Reason::Suspended { .. } => "suspended",
            Reason::TestCode => "test-code",
            Reason::TooMuchWork => "too-much-work",
            Reason::Worth { statement } => match statement.outcome {
                Decided::Alternative => "worth-alternative",
                Decided::AssessmentOnly => "worth-assessment-only",
                Decided::Conditional => "worth-conditional",
                Decided::NotRecognised => "worth-not-recognised",
                Decided::Partial => "worth-partial",
                Decided::Recognised => "worth-recognised",
            },
            Reason::WithoutOurProof => "without-our-proof",
            Reason::WrongPurpose { .. } => "wrong-purpose",
        }
    }

    /// The facts on both sides of the comparison, by the names that the sentences use.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, Fact)> {
        use Fact::{Day, Id, Number, Say, Text, Until};
        let kind = |kind: Kind| Id(format!("kind.{}", kind.code()));
        let office = |asked: Option<String>| asked.map_or_else(|| Id("office.unknown".to_owned()), Text);
        match self.clone() {
            Reason::AuthorityNotRecognisedThen { awarded, by, from, until } => {
                vec![("awarded", Day(awarded)), ("by", Text(by)), ("from", Day(from)), ("until", Until(until))]
            }
            Reason::AuthorityRecognised { by, instrument, from, until } => {
                vec![("by", Text(by)), ("instrument", Text(instrument)), ("from", Day(from)), ("until", Until(until))]
            }
            Reason::AwardAfterSigning { awarded, signed } | Reason::AwardMatches { awarded, signed } => {
                vec![("awarded", Day(awarded)), ("signed", Day(signed))]
            }
            Reason::AwardLongBefore { awarded, signed, days } => {
                vec![("awarded", Day(awarded)), ("signed", Day(signed)), ("days", Number(days))]
            }
            Reason::AwardOutsideScope { awarded, from, until }
            | Reason::StandardNotInForce { awarded, from, until } => {
                vec![("awarded", Day(awarded)), ("from", Day(from)), ("until", Until(until))]
            }
            Reason::ClockBehind { now, newest } => vec![("now", Day(now)), ("newest", Day(newest))],
            Reason::DatesHold { from, until }
            | Reason::InScope { from, until }
            | Reason::KeyInWindow { from, until }
            | Reason::StandardInForce { from, until } => vec![("from", Day(from)), ("until", Until(until))],
            Reason::Ended { until } | Reason::StatusListEnded { until } => vec![("until", Day(until))],
            Reason::EvidenceFresh { as_of, days } | Reason::EvidenceOld { as_of, days } => {
                vec![("asOf", Day(as_of)), ("days", Number(days))]
            }
            Reason::EvidenceStale { as_of, days, most } => {
                vec![("asOf", Day(as_of)), ("days", Number(days)), ("most", Number(most))]
            }
            Reason::FormHolds { kind: of } => vec![("kind", kind(of))],
            Reason::KeyCompromised { since, signed }
            | Reason::KeyCompromisedKept { since, signed }
            | Reason::KeyCompromisedLater { since, signed }
            | Reason::KeyCompromisedUnlogged { since, signed }
            | Reason::KeyCompromisedUnwitnessed { since, signed } => {
                vec![("since", Day(since)), ("signed", Day(signed))]
            }
            Reason::KeyNewerThanList { signed, list } => vec![("signed", Day(signed)), ("list", Day(list))],
            Reason::KeyNotListed { list }
            | Reason::OutOfScope { list }
            | Reason::StandardNewerThanList { list }
            | Reason::StandardNotListed { list } => vec![("list", Day(list))],
            Reason::KeyOutsideWindow { signed, from, until } => {
                vec![("signed", Day(signed)), ("from", Day(from)), ("until", Until(until))]
            }
            Reason::KindDiffers { claimed, listed } => vec![("claimed", kind(claimed)), ("listed", kind(listed))],
            Reason::Malformed { malformed } => {
                let problem = format!("problem.{}", malformed.problem.code());
                vec![("at", Text(malformed.at)), ("problem", Id(problem))]
            }
            Reason::NoRule { country, office: asked } | Reason::RulesContradict { country, office: asked } => {
                vec![("country", of_country(&country)), ("office", office(asked))]
            }
            Reason::RuleNotInForce { country, office: asked, from, until } => vec![
                ("country", of_country(&country)),
                ("office", office(asked)),
                ("from", Day(from)),
                ("until", Until(until)),
            ],
            Reason::RulesStale { as_of, country, office: asked } => {
                vec![("asOf", Day(as_of)), ("country", of_country(&country)), ("office", office(asked))]
            }
            Reason::OwnCountry { country } => vec![("country", of_country(&country))],
            Reason::Worth { statement } => statement.facts(),
            Reason::Revoked { as_of, why } => {
                let why = why.map_or(Text(String::new()), |why| {
                    Say("revoked.why", vec![("reason", Id(format!("withdrawal.{}", why.code())))])
                });
                vec![("asOf", Day(as_of)), ("why", why)]
            }
            Reason::NotRevoked { as_of } | Reason::NotSuspended { as_of } | Reason::Suspended { as_of } => {
                vec![("asOf", Day(as_of))]
            }
            Reason::NotYet { from } => vec![("from", Day(from))],
            Reason::ProofFailed { suite } | Reason::SuiteNotChecked { suite } => vec![("suite", Text(suite))],
            Reason::ProofsHold { count } => vec![("count", Number(i64::try_from(count).unwrap_or(i64::MAX)))],
            Reason::ScopeNewerThanList { awarded, list } => vec![("awarded", Day(awarded)), ("list", Day(list))],
            Reason::SignatureHolds { signed } => vec![("signed", Day(signed))],
            Reason::SignedInFuture { signed, now } => vec![("signed", Day(signed)), ("now", Day(now))],
            Reason::StatusIndexOutside { index } => vec![("index", Number(i64::from(index)))],
            Reason::ContextUnknown { url } => vec![("url", Text(url))],
            Reason::NotCovered { at } => vec![("at", Text(at))],
            Reason::StatusUnknown { kind } => vec![("kind", Text(kind))],
            Reason::WrongPurpose { purpose } => vec![("purpose", Text(purpose))],
            Reason::Altered
            | Reason::AuthorityAccepted
            | Reason::ClockPlausible
            | Reason::ForeignForm
            | Reason::ForeignKind
            | Reason::WithoutOurProof
            | Reason::IntactOnly
            | Reason::IssuerUnknown
            | Reason::KeyOfAnother
            | Reason::NoCountry
            | Reason::NoStatus
            | Reason::NotReached
            | Reason::NotUnderstood
            | Reason::StatusListForeign
            | Reason::StatusListMalformed
            | Reason::StatusListMissing
            | Reason::TestCode
            | Reason::TooMuchWork => Vec::new(),
        }
    }
}

/// A country by its name in the language.
pub(super) fn of_country(code: &str) -> Fact {
    Fact::Id(format!("country.{code}"))
}
