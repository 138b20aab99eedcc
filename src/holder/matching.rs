//! What a vacancy asks for, held against what the verifier accepted: for each requirement met, not met or cannot tell, with the certificate
//! and the code by which. A certificate that is not accepted never meets anything.

use super::vacancy::{Asked, Framework, Needs, Open, Requirement, Signer, Vacancy};
use crate::base::canonical::{Json, Object};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::{Alignment, Kind};
use crate::credential::credential::Credential;
use crate::trust::equivalence::Level;
use crate::trust::pack::TrustPack;
use crate::verify::message::{Fact, Words};
use crate::verify::report::{Mark, say};
use crate::verify::{Answer, Evidence, Outcome, Verdict};

/// What a vacancy came to.
#[derive(Clone, Debug)]
pub struct Matched {
    /// For the vacancy as a whole.
    pub answer: Answer,
    /// For each requirement, in its order.
    pub rows: Vec<Row>,
}

/// What a requirement came to.
#[derive(Clone, Debug)]
pub struct Row {
    /// For the requirement.
    pub answer: Answer,
    /// For each code, in its order.
    pub codes: Vec<ByCode>,
}

/// What a code came to.
#[derive(Clone, Debug, PartialEq)]
pub struct ByCode {
    /// Its answer.
    pub answer: Answer,
    /// Why.
    pub why: Why,
    /// The certificate that decides it, by its place from 0.
    pub certificate: Option<usize>,
}

/// Why a code is met, not met, or cannot be told.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// Met: the certificate is of this very achievement.
    Achievement,
    /// Cannot tell: the certificate has only a wider group.
    Broader {
        /// The group.
        has: String,
    },
    /// Not met: it ends before the day that is asked.
    EndsEarly {
        /// Its end.
        until: Timestamp,
    },
    /// Met: this very code.
    Exact {
        /// Whether the authority's list says so, and not the certificate itself.
        listed: bool,
    },
    /// Met: a code that belongs to the group that is asked.
    Narrower {
        /// The code.
        has: String,
        /// As of [`Why::Exact`].
        listed: bool,
    },
    /// Cannot tell: no level is listed for it.
    NoLevel,
    /// Not met: no certificate here has it.
    None,
    /// Not met: of an institution of another country.
    OtherCountry {
        /// Which.
        country: String,
    },
    /// Not met: of a kind that is not asked.
    OtherKind {
        /// Which.
        kind: Kind,
    },
    /// Cannot tell: it has another level, and nobody calculates between levels.
    OtherLevel {
        /// As it is written.
        level: String,
    },
    /// Not met: the certificate is not good, as its verdict says.
    Refused,
    /// Not met: awarded before the day that is asked.
    TooEarly {
        /// The award.
        awarded: Timestamp,
    },
    /// Cannot tell: nobody could decide about the certificate.
    Undecided,
    /// Cannot tell: there is no such code in its list.
    UnknownCode,
}

/// Holds verdicts against a vacancy. What a catalogue says besides is the word of the list that the verdict stands on.
#[must_use]
pub fn matched(vacancy: &Vacancy, verdicts: &[Verdict], evidence: &Evidence) -> Matched {
    let packs = evidence.counting();
    let held: Vec<Option<Held<'_>>> = verdicts.iter().map(|verdict| Held::of(verdict, &packs)).collect();
    let rows: Vec<Row> = vacancy
        .requirements
        .iter()
        .map(|requirement| {
            let codes: Vec<ByCode> = requirement.codes.iter().map(|asked| by_code(requirement, asked, &held)).collect();
            Row { answer: together(requirement.needs, codes.iter().map(|code| code.answer)), codes }
        })
        .collect();
    Matched { answer: together(vacancy.needs, rows.iter().map(|row| row.answer)), rows }
}

fn together(needs: Needs, answers: impl Iterator<Item = Answer>) -> Answer {
    let answers: Vec<Answer> = answers.collect();
    let first = match needs {
        Needs::All => Answer::No,
        Needs::Any => Answer::Yes,
    };
    let last = if first == Answer::No { Answer::Yes } else { Answer::No };
    [first, Answer::CannotTell].into_iter().find(|answer| answers.contains(answer)).unwrap_or(last)
}

/// A certificate whose content may be looked at.
struct Held<'a> {
    verdict: &'a Verdict,
    credential: &'a Credential,
    /// What the authority's catalogue says besides: of one that nobody lists, nothing.
    listed: &'a [Alignment],
    level: Option<&'a Level>,
}

impl<'a> Held<'a> {
    fn of(verdict: &'a Verdict, packs: &[&'a TrustPack]) -> Option<Self> {
        let (credential, mark) = verdict.shown()?;
        let achievement = &credential.achievement;
        let backing = verdict.backing.as_ref().filter(|_| mark != Mark::Claims);
        let entry = backing.and_then(|backing| {
            let of = |pack: &&&TrustPack| {
                pack.first_root() == backing.first_root && pack.issuer(credential.issuer.as_str()).is_some()
            };
            packs.iter().filter(of).find_map(|pack| pack.achievement(&achievement.id, &achievement.version))
        });
        let listed = entry.map(|entry| entry.alignments.as_slice()).unwrap_or_default();
        Some(Self { verdict, credential, listed, level: entry.and_then(|entry| entry.level.as_ref()) })
    }

    /// How it stands to a code; `None` when it has nothing to do with it.
    fn hit(&self, asked: &Asked) -> Option<Why> {
        if asked.framework == Framework::Achievement {
            return (self.credential.achievement.id.as_str() == asked.code).then_some(Why::Achievement);
        }
        let own = self.credential.achievement.alignments.iter().map(|row| (row, false));
        let mut best: Option<Why> = None;
        for (row, listed) in own.chain(self.listed.iter().map(|row| (row, true))) {
            let name = row.framework.as_deref().unwrap_or_default();
            let Some(has) = row.code.as_deref().filter(|_| is_of(name, asked.framework.code())) else { continue };
            let narrower = asked.framework == Framework::Isco && has.starts_with(&asked.code);
            let broader = asked.framework == Framework::Isco && asked.code.starts_with(has);
            let why = match () {
                () if has == asked.code => Why::Exact { listed },
                () if narrower => Why::Narrower { has: has.to_owned(), listed },
                () if broader => Why::Broader { has: has.to_owned() },
                () => continue,
            };
            let is_exact = matches!(why, Why::Exact { .. });
            if is_exact {
                return Some(why);
            }
            if best.is_none() || matches!((&best, &why), (Some(Why::Broader { .. }), Why::Narrower { .. })) {
                best = Some(why);
            }
        }
        best
    }

    /// What it comes to for a requirement, once it has the code.
    fn weigh(&self, requirement: &Requirement, hit: Why) -> (Answer, Why) {
        let credential = self.credential;
        match self.verdict.outcome {
            Outcome::Accept(_) => {}
            Outcome::Reject(_) => return (Answer::No, Why::Refused),
            Outcome::Undecided(_) => return (Answer::CannotTell, Why::Undecided),
        }
        if !requirement.kinds.contains(&credential.kind()) {
            return (Answer::No, Why::OtherKind { kind: credential.kind() });
        }
        let country = self.verdict.backing.as_ref().map(|backing| backing.issuer_country.clone()).unwrap_or_default();
        if !requirement.countries.is_empty() && !requirement.countries.contains(&country) {
            return (Answer::No, Why::OtherCountry { country });
        }
        let awarded = credential.awarded;
        // Days are compared as days, whatever moment of them is written.
        if requirement.awarded_from.is_some_and(|from| awarded.date() < from.date()) {
            return (Answer::No, Why::TooEarly { awarded });
        }
        let ends =
            credential.valid_until.zip(requirement.valid_until).filter(|(until, asked)| until.date() < asked.date());
        if let Some((until, _)) = ends {
            return (Answer::No, Why::EndsEarly { until });
        }
        if matches!(hit, Why::Broader { .. }) {
            return (Answer::CannotTell, hit);
        }
        match (&requirement.level, self.level) {
            (None, _) => (Answer::Yes, hit),
            (Some(asked), Some(has)) if asked == has => (Answer::Yes, hit),
            (Some(_), Some(has)) => {
                let level = format!("{} {}", has.framework, has.label);
                (Answer::CannotTell, Why::OtherLevel { level })
            }
            (Some(_), None) => (Answer::CannotTell, Why::NoLevel),
        }
    }
}

/// Whether a framework's name is that of a classification, as it is or with words after it: "ISCO-08 (CIUO-08)".
#[must_use]
pub fn is_of(name: &str, classification: &str) -> bool {
    name.strip_prefix(classification).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn by_code(requirement: &Requirement, asked: &Asked, held: &[Option<Held<'_>>]) -> ByCode {
    if !asked.is_known() {
        return ByCode { answer: Answer::CannotTell, why: Why::UnknownCode, certificate: None };
    }
    let mut found = ByCode { answer: Answer::No, why: Why::None, certificate: None };
    let says_more = |answer: Answer| match answer {
        Answer::Yes => 2,
        Answer::CannotTell => 1,
        Answer::No => 0,
    };
    for (place, one) in held.iter().enumerate() {
        let Some((one, hit)) = one.as_ref().and_then(|one| Some((one, one.hit(asked)?))) else { continue };
        let (answer, why) = one.weigh(requirement, hit);
        if found.why == Why::None || says_more(answer) > says_more(found.answer) {
            found = ByCode { answer, why, certificate: Some(place) };
        }
    }
    found
}

impl Why {
    /// Every code.
    pub const CODES: [&'static str; 14] = [
        "achievement",
        "broader",
        "ends-early",
        "exact",
        "narrower",
        "no-level",
        "none",
        "other-country",
        "other-kind",
        "other-level",
        "refused",
        "too-early",
        "undecided",
        "unknown-code",
    ];

    /// The code of files and language tables: `vacancy.why.CODE`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Why::Achievement => "achievement",
            Why::Broader { .. } => "broader",
            Why::EndsEarly { .. } => "ends-early",
            Why::Exact { .. } => "exact",
            Why::Narrower { .. } => "narrower",
            Why::NoLevel => "no-level",
            Why::None => "none",
            Why::OtherCountry { .. } => "other-country",
            Why::OtherKind { .. } => "other-kind",
            Why::OtherLevel { .. } => "other-level",
            Why::Refused => "refused",
            Why::TooEarly { .. } => "too-early",
            Why::Undecided => "undecided",
            Why::UnknownCode => "unknown-code",
        }
    }

    fn facts(&self) -> Vec<(&'static str, Fact)> {
        match self {
            Why::Broader { has } | Why::Narrower { has, .. } => vec![("has", Fact::Text(has.clone()))],
            Why::EndsEarly { until } => vec![("until", Fact::Day(*until))],
            Why::OtherCountry { country } => vec![("country", Fact::Id(format!("country.{country}")))],
            Why::OtherKind { kind } => vec![("kind", Fact::Id(format!("kind.{}", kind.code())))],
            Why::OtherLevel { level } => vec![("level", Fact::Text(level.clone()))],
            Why::TooEarly { awarded } => vec![("awarded", Fact::Day(*awarded))],
            Why::Achievement
            | Why::Exact { .. }
            | Why::NoLevel
            | Why::None
            | Why::Refused
            | Why::Undecided
            | Why::UnknownCode => Vec::new(),
        }
    }

    fn is_listed(&self) -> bool {
        matches!(self, Why::Exact { listed: true } | Why::Narrower { listed: true, .. })
    }
}

impl Matched {
    /// Everything as JSON, with words in one language.
    #[must_use]
    pub fn to_json(&self, open: &Open, verdicts: &[Verdict], words: &Words) -> Object {
        let vacancy = &open.vacancy;
        let rows = vacancy.requirements.iter().zip(&self.rows).map(|(requirement, row)| {
            let codes = requirement.codes.iter().zip(&row.codes);
            let codes = codes.map(|(asked, found)| found.to_json(asked, verdicts, words).into()).collect();
            let mut object = answered(row.answer, words);
            object.set("codes", Json::List(codes));
            object.set("name", requirement.name.as_str().into());
            object.set("needs", requirement.needs.code().into());
            object.set("needsText", needs_text(requirement.needs, requirement.codes.len(), "code", words));
            Json::Object(object)
        });
        let mut object = answered(self.answer, words);
        let headline = format!("vacancy.{}", self.answer.code());
        let (name, signer, country, pilot) = match &open.signer {
            Signer::Claimed => (&vacancy.issuer_name, "claims", None, false),
            Signer::Listed { name, country, pilot } => (name, "listed", Some(country), *pilot),
        };
        let signed = words.say(&format!("vacancy.signer.{signer}"), &[("name", Fact::Text(name.clone()))]);
        let country = country.map_or(Json::Null, |country| words.country(country).into());
        let signer =
            [("country", country), ("name", name.as_str().into()), ("state", signer.into()), ("text", signed.into())];
        for (member, value) in [
            ("country", Json::from(words.country(&vacancy.country))),
            ("headline", words.get(&headline).into()),
            ("id", vacancy.id.as_str().into()),
            ("language", vacancy.language.tag().into()),
            ("needs", vacancy.needs.code().into()),
            ("needsText", needs_text(vacancy.needs, vacancy.requirements.len(), "requirement", words)),
            ("pilot", Json::Bool(pilot)),
            ("requirements", Json::List(rows.collect())),
            ("signer", Object::from_iter(signer).into()),
            ("title", vacancy.title.as_str().into()),
            ("until", vacancy.until.to_string().into()),
            ("untilText", words.say("vacancy.until", &[("until", Fact::Day(vacancy.until))]).into()),
        ] {
            object.set(member, value);
        }
        for (member, text) in [("apply", &vacancy.apply), ("place", &vacancy.place), ("text", &vacancy.text)] {
            if let Some(text) = text {
                object.set(member, text.as_str().into());
            }
        }
        object
    }
}

impl ByCode {
    fn to_json(&self, asked: &Asked, verdicts: &[Verdict], words: &Words) -> Object {
        let verdict = self.certificate.and_then(|place| verdicts.get(place));
        let shown = verdict.and_then(Verdict::shown).map(|(credential, _)| credential);
        let title = shown.map(|credential| credential.achievement.name.clone());
        // Whoever holds several people's against one vacancy sees whose each is.
        let holder = shown.map(|credential| credential.holder.name.as_str()).unwrap_or_default();
        let mut facts = self.why.facts();
        facts.push(("asked", Fact::Text(asked.code.clone())));
        facts.push(("title", Fact::Text(title.clone().unwrap_or_default())));
        let mut text = words.say(&format!("vacancy.why.{}", self.why.code()), &facts);
        if self.why.is_listed() {
            text = format!("{text} {}", words.get("vacancy.listed"));
        }
        // Why it is not good, or cannot be decided, is its verdict's word.
        let because = verdict.filter(|_| matches!(self.why, Why::Refused | Why::Undecided)).and_then(Verdict::deciding);
        if let Some(finding) = because {
            text = format!("{text} {}", say(&finding.reason, words));
        }
        let mut object = answered(self.answer, words);
        object.set("code", asked.code.as_str().into());
        object.set("framework", asked.framework.code().into());
        object.set("reason", self.why.code().into());
        object.set("text", text.into());
        if let (Some(place), Some(verdict)) = (self.certificate, verdict) {
            let place = i64::try_from(place + 1).unwrap_or(i64::MAX);
            let certificate = [
                ("digest", Json::from(multibase::digest(&verdict.digest))),
                ("holder", holder.into()),
                ("pilot", Json::Bool(verdict.is_pilot())),
                ("place", Json::Integer(place)),
                ("title", title.unwrap_or_default().into()),
            ];
            object.set("certificate", Object::from_iter(certificate).into());
        }
        object
    }
}

fn answered(answer: Answer, words: &Words) -> Object {
    let word = words.get(&format!("vacancy.answer.{}", answer.code())).to_owned();
    Object::from_iter([("answer", Json::from(answer.code())), ("word", word.into())])
}

/// One alone needs no "all" or "any".
fn needs_text(needs: Needs, count: usize, of: &str, words: &Words) -> Json {
    if count == 1 {
        return Json::Null;
    }
    words.get(&format!("vacancy.{of}s.{}", needs.code())).into()
}
