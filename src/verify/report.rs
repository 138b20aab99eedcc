//! A verdict as JSON with its words: what the command line prints with `--json`, the server answers, and the browser shows.

use super::message::{Fact, Words};
use super::verdict::{Answer, Check, Content, Outcome, Question, Reason, Verdict};
use crate::base::canonical::{Json, Object};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::Kind;
use crate::credential::credential::Credential;
use crate::credential::recognition::Decision;
use crate::credential::terms::{Course, Terms};
use crate::trust::root::Environment;

/// How far shown content may be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Signed by a listed issuer; the outcome says whether it counts.
    Authentic,
    /// Unaltered, signed by we do not know whom.
    Claims,
    /// Accepted.
    Verified,
}

impl Verdict {
    /// The content that may be shown, and how far it may be believed.
    #[must_use]
    pub fn shown(&self) -> Option<(&Credential, Mark)> {
        match &self.outcome {
            Outcome::Accept(verified) => Some((verified.content(), Mark::Verified)),
            Outcome::Reject(Some(document)) | Outcome::Undecided(Content::Authentic(document)) => {
                Some((document.content(), Mark::Authentic))
            }
            Outcome::Undecided(Content::Claimed(document)) => Some((document.claimed(), Mark::Claims)),
            Outcome::Reject(None) | Outcome::Undecided(Content::Nothing) => None,
        }
    }

    /// Whether everything here is a trial: the pack is a pilot's.
    #[must_use]
    pub fn is_pilot(&self) -> bool {
        self.backing.as_ref().is_some_and(|backing| backing.environment == Environment::Pilot)
    }

    /// The finding that decides the outcome: of the first question among 1 to 3 that is answered *no*, else *cannot tell*.
    #[must_use]
    pub fn deciding(&self) -> Option<&super::verdict::Finding> {
        let first_three = [Question::Genuine, Question::Entitled, Question::InForce];
        let with = |answer: Answer| {
            first_three.map(|question| self.findings.deciding(question)).into_iter().find(|it| it.answer == answer)
        };
        with(Answer::No).or_else(|| with(Answer::CannotTell))
    }

    /// The headline, at most 12 words: an endorsement is never said to be verified like a certificate.
    #[must_use]
    pub fn headline(&self, words: &Words) -> String {
        let endorsed = self.shown().is_some_and(|(credential, _)| credential.kind() == Kind::Endorsement);
        match &self.outcome {
            Outcome::Accept(_) if endorsed => words.get("outcome.accept.endorsement").to_owned(),
            outcome => words.get(&format!("outcome.{}", outcome.code())).to_owned(),
        }
    }

    /// The reason to tell for a question: of the finding that decides it; and of a certificate in force, how old that news is
    /// (design §2 *Ages*).
    #[must_use]
    pub fn reason(&self, question: Question) -> &Reason {
        let finding = self.findings.deciding(question);
        match (question, finding.answer) {
            (Question::InForce, Answer::Yes) => &self.findings.get(Check::Freshness).reason,
            _ => &finding.reason,
        }
    }

    /// The one next step.
    #[must_use]
    pub fn next_step(&self, words: &Words) -> String {
        match self.deciding() {
            None => words.get("next.compare").to_owned(),
            Some(finding) => words.say(&format!("reason.{}.next", finding.reason.code()), &finding.reason.facts()),
        }
    }

    /// Everything as JSON, with words in one language.
    #[must_use]
    pub fn to_json(&self, words: &Words) -> Object {
        let answers = Question::ALL.map(|question| self.answer_json(question, words)).into();
        let findings = self.findings.iter().map(|finding| {
            Object::from_iter([
                ("answer", Json::from(finding.answer.code())),
                ("check", finding.check.code().into()),
                ("reason", finding.reason.code().into()),
                ("text", say(&finding.reason, words).into()),
            ])
            .into()
        });
        let proofs = self.proofs.iter().map(|proof| {
            Object::from_iter([
                ("cryptosuite", Json::from(proof.suite.as_str())),
                ("state", proof.state.code().into()),
                ("verificationMethod", proof.method.as_str().into()),
            ])
            .into()
        });
        let mut object = Object::from_iter([
            ("answers", Json::List(answers)),
            ("checkedAt", self.now.to_string().into()),
            ("digest", multibase::digest(&self.digest).into()),
            ("findings", Json::List(findings.collect())),
            ("headline", self.headline(words).into()),
            ("language", words.language().tag().into()),
            ("next", self.next_step(words).into()),
            ("outcome", self.outcome.code().into()),
            ("pilot", Json::Bool(self.is_pilot())),
            ("proofs", Json::List(proofs.collect())),
        ]);
        if let Some(issuer) = &self.claimed_issuer {
            object.set("claimedIssuer", issuer.as_str().into());
        }
        if let Some(backing) = &self.backing {
            let party = |name: &str, country: &str| -> Json {
                Object::from_iter([
                    ("country", Json::from(country)),
                    ("countryName", words.get(&format!("country.{country}")).into()),
                    ("name", name.into()),
                ])
                .into()
            };
            object.set("issuer", party(&backing.issuer_name, &backing.issuer_country));
            object.set("authority", party(&backing.authority_name, &backing.authority_country));
            let evidence = Object::from_iter([
                ("accreditationVersion", count(backing.accreditation_version)),
                ("age", words.age(backing.age_days).into()),
                ("ageDays", Json::Integer(backing.age_days)),
                ("asOf", backing.as_of.to_string().into()),
                ("asOfText", words.day(backing.as_of.date()).into()),
                ("freshnessVersion", count(backing.freshness_version)),
            ]);
            object.set("evidence", evidence.into());
        }
        if let Some((credential, mark)) = self.shown() {
            object.set("credential", self.credential_json(credential, mark, words));
        }
        object
    }

    fn answer_json(&self, question: Question, words: &Words) -> Json {
        let finding = self.findings.deciding(question);
        let facts = finding.reason.facts();
        let reason = self.reason(question);
        let mut object = Object::from_iter([
            ("answer", Json::from(finding.answer.code())),
            ("question", question.code().into()),
            ("reason", reason.code().into()),
            ("text", say(reason, words).into()),
            ("title", words.get(&format!("question.{}", question.code())).into()),
            ("word", words.get(&format!("answer.{}", finding.answer.code())).into()),
        ]);
        let next = format!("reason.{}.next", finding.reason.code());
        if finding.answer != Answer::Yes && words.has(&next) {
            object.set("next", words.say(&next, &facts).into());
        }
        object.into()
    }

    fn credential_json(&self, credential: &Credential, mark: Mark, words: &Words) -> Json {
        let kind = credential.kind().code();
        let catalogue_title = self.backing.as_ref().and_then(|backing| {
            backing.titles.iter().find(|(language, _)| *language == words.language()).map(|(_, title)| title.as_str())
        });
        let achievement = &credential.achievement;
        let mut object = Object::from_iter([
            ("achievement", Json::from(achievement.name.as_str())),
            ("achievementId", achievement.id.as_str().into()),
            ("achievementLanguage", achievement.language.tag().into()),
            ("awarded", credential.awarded.date().to_string().into()),
            ("awardedText", words.day(credential.awarded.date()).into()),
            ("birthYear", credential.holder.birth_year.to_string().into()),
            ("criteria", achievement.criteria.as_str().into()),
            ("description", achievement.description.as_str().into()),
            ("details", Json::List(details(credential, words))),
            ("id", credential.id.as_str().into()),
            ("kind", kind.into()),
            ("kindWord", words.get(&format!("kind.{kind}")).into()),
            ("mark", mark.code().into()),
            ("meansNot", words.get(&format!("kind.{kind}.not")).into()),
            ("means", words.get(&format!("kind.{kind}.means")).into()),
            ("name", credential.holder.name.as_str().into()),
        ]);
        // The signed text is authoritative; the pack's title in the reader's language stands beside it.
        if let Some(title) = catalogue_title.filter(|title| *title != achievement.name) {
            object.set("achievementTranslated", title.into());
        }
        if mark == Mark::Claims {
            object.set("claimedIssuerName", credential.issuer_name.as_str().into());
        }
        let until = Fact::Until(credential.valid_until);
        object.set("validUntilText", words.say("until.text", &[("until", until)]).into());
        if let Some(until) = credential.valid_until {
            object.set("validUntil", until.date().to_string().into());
        }
        object.into()
    }
}

impl Mark {
    /// The code of files and language tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Mark::Authentic => "authentic",
            Mark::Claims => "claims",
            Mark::Verified => "verified",
        }
    }
}

/// The sentence of a reason.
#[must_use]
pub fn say(reason: &Reason, words: &Words) -> String {
    words.say(&format!("reason.{}", reason.code()), &reason.facts())
}

fn count(number: u64) -> Json {
    Json::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// What the kind says besides, as label and value in words.
fn details(credential: &Credential, words: &Words) -> Vec<Json> {
    let mut rows = Vec::new();
    let mut row = |label: &str, value: String| {
        let label = words.get(&format!("detail.{label}")).to_owned();
        rows.push(Object::from_iter([("label", Json::from(label)), ("value", value.into())]).into());
    };
    let coded = |group: &str, code: &str| words.get(&format!("{group}.{code}")).to_owned();
    match &credential.terms {
        Terms::Attendance(Course { hours, modality }) | Terms::ModuleCompletion(Course { hours, modality }) => {
            row("hours", hours.to_string());
            row("modality", coded("modality", modality.code()));
        }
        Terms::Competence { units, method } => {
            units.iter().for_each(|unit| row("unit", unit.clone()));
            row("method", coded("method", method.code()));
        }
        Terms::Endorsement { statement } => row("statement", statement.clone()),
        Terms::FromArchive { archive } => row("archive", archive.clone()),
        Terms::Recognition(decision) => decision_rows(decision, words, &mut row),
        Terms::WorkExperience { role, from, until } => {
            row("role", role.clone());
            let day = |time: Timestamp| words.day(time.date());
            row("from", day(*from));
            row("until", until.map_or_else(|| words.get("until.open").to_owned(), day));
        }
    }
    if let Some(standard) = &credential.achievement.standard {
        row("standard", format!("{} ({})", standard.code, standard.version));
    }
    for alignment in &credential.achievement.alignments {
        let code = [alignment.framework.as_deref(), alignment.code.as_deref()];
        let code = code.into_iter().flatten().collect::<Vec<_>>().join(" ");
        row("alignment", if code.is_empty() { alignment.name.clone() } else { format!("{} ({code})", alignment.name) });
    }
    rows
}

fn decision_rows(decision: &Decision, words: &Words, row: &mut impl FnMut(&str, String)) {
    row("outcome", words.get(&format!("recognition.{}", decision.outcome.code())).to_owned());
    row("purpose", words.get(&format!("purpose.{}", decision.purpose.code())).to_owned());
    row("instrument", decision.instrument.clone());
    decision.comparable_title.iter().for_each(|title| row("comparable-title", title.clone()));
    decision.comparable_level.iter().for_each(|level| row("comparable-level", level.clone()));
    decision.covers.iter().for_each(|part| row("covers", part.clone()));
    decision.conditions.iter().for_each(|condition| row("condition", condition.clone()));
    decision.reasons.iter().for_each(|reason| row("reason", reason.clone()));
    decision.appeal_body.iter().for_each(|body| row("appeal-body", body.clone()));
    decision.appeal_deadline.iter().for_each(|deadline| row("appeal-deadline", deadline.clone()));
    if decision.regulated {
        row("regulated", words.get("regulated.warning").to_owned());
    }
}
