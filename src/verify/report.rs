//! A verdict as JSON with its words: what the command line prints with `--json`, the server answers, and the browser shows.

use super::message::{Fact, Words};
use super::verdict::{Answer, Check, Content, Guest, Outcome, Question, Reason, Verdict};
use super::worth::Statement;
use crate::base::canonical::{Json, Object};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::Kind;
use crate::credential::credential::Credential;
use crate::credential::foreign::Foreign;
use crate::credential::terms::{Course, Terms};
use crate::trust::pack::Standing;
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

    /// The content of somebody else's credential that may be shown, and how far it may be believed.
    #[must_use]
    pub fn guest(&self) -> Option<(&Foreign, Mark)> {
        self.guest.as_ref().map(|guest| match guest {
            Guest::Authentic(document) => (document.content(), Mark::Authentic),
            Guest::Claimed(document) => (document.claimed(), Mark::Claims),
        })
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

    /// The warning that goes with a regulated profession: no certificate alone permits practice (domain.md D52).
    #[must_use]
    pub fn regulated<'a>(&self, words: &'a Words) -> Option<&'a str> {
        let by_list = self.backing.as_ref().is_some_and(|backing| backing.regulated);
        let by_statement = self.worth.iter().any(|statement| statement.regulated);
        (by_list || by_statement).then(|| words.get("regulated.warning"))
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
                    ("countryName", words.country(country).into()),
                    ("name", name.into()),
                ])
                .into()
            };
            object.set("issuer", party(&backing.issuer_name, &backing.issuer_country));
            if let Some(successor) = &backing.successor {
                let text = words.say("page.successor", &[("name", Fact::Text(successor.clone()))]);
                object.set("successor", text.into());
            }
            object.set("authority", party(&backing.authority_name, &backing.authority_country));
            if let Standing::Recognised { by, country, .. } = &backing.standing {
                object.set("authorityRecognisedBy", party(by, country));
            }
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
        if let Some((guest, mark)) = self.guest() {
            object.set("foreign", guest_json(guest, mark, words));
        }
        if let Some(link) = self.link {
            let text = words.get(&format!("link.{}", link.code())).to_owned();
            object.set("link", Object::from_iter([("state", Json::from(link.code())), ("text", text.into())]).into());
        }
        if let Some(warning) = self.regulated(words) {
            object.set("regulated", warning.into());
        }
        if self.test_code {
            object.set("testCode", words.get("testcode.text").into());
        }
        if !self.worth.is_empty() {
            object.set("worth", Json::List(self.worth.iter().map(|it| statement_json(it, words)).collect()));
        }
        object
    }

    fn answer_json(&self, question: Question, words: &Words) -> Json {
        let finding = self.findings.deciding(question);
        let reason = self.reason(question);
        let mut object = Object::from_iter([
            ("answer", Json::from(finding.answer.code())),
            ("question", question.code().into()),
            ("reason", reason.code().into()),
            ("text", say(reason, words).into()),
            ("title", words.get(&format!("question.{}", question.code())).into()),
            ("word", words.get(&format!("answer.{}", finding.answer.code())).into()),
        ]);
        if let Some(next) = self.next_of(question, words) {
            object.set("next", next.into());
        }
        object.into()
    }

    /// What to do about a question that is not answered with yes, where there is something to do.
    #[must_use]
    pub fn next_of(&self, question: Question, words: &Words) -> Option<String> {
        let finding = self.findings.deciding(question);
        let next = format!("reason.{}.next", finding.reason.code());
        let asks = finding.answer != Answer::Yes && words.has(&next);
        asks.then(|| words.say(&next, &finding.reason.facts()))
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

fn statement_json(statement: &Statement, words: &Words) -> Json {
    Object::from_iter([
        ("by", Json::from(statement.by.as_str())),
        ("country", statement.country.as_str().into()),
        ("countryName", words.country(&statement.country).into()),
        ("decision", Json::Bool(statement.decision)),
        ("details", Json::List(statement.rows(words).into_iter().map(|row| labelled(row, words)).collect())),
        ("example", Json::Bool(statement.example)),
        ("from", statement.from.to_string().into()),
        ("outcome", statement.outcome.code().into()),
        ("outcomeWord", words.get(&format!("recognition.{}", statement.outcome.code())).into()),
        ("purposes", Json::List(statement.purposes.iter().map(|purpose| purpose.code().into()).collect())),
        ("until", statement.until.map_or(Json::Null, |until| until.to_string().into())),
    ])
    .into()
}

fn guest_json(guest: &Foreign, mark: Mark, words: &Words) -> Json {
    let rows = guest_rows(guest, mark, words);
    let mut object = Object::from_iter([
        ("claimedIssuer", Json::from(guest.issuer.as_str())),
        ("details", Json::List(rows.into_iter().map(|row| labelled(row, words)).collect())),
        ("mark", mark.code().into()),
        ("types", Json::List(guest.types.iter().map(|kind| kind.as_str().into()).collect())),
    ]);
    let texts = [
        ("achievementId", guest.achievement.clone()),
        ("id", guest.id.clone()),
        ("name", guest.holder_name.clone()),
        ("title", guest.title.clone()),
        ("validFrom", guest.valid_from.map(|time| time.to_string())),
        ("validUntil", guest.valid_until.map(|time| time.to_string())),
    ];
    for (name, text) in texts {
        text.map(|text| object.set(name, text.into()));
    }
    object.into()
}

/// What somebody else's credential says, as labels (`detail.…` of the language files) and values. A name that an issuer gives itself is a
/// claim; under a listed key the pack's name stands in its place.
#[must_use]
pub fn guest_rows(guest: &Foreign, mark: Mark, words: &Words) -> Vec<(&'static str, String)> {
    let day = |time: Timestamp| words.day(time.date());
    let claimed = (mark == Mark::Claims).then(|| guest.issuer_name.clone()).flatten();
    let rows = [
        ("title", guest.title.clone()),
        ("name", guest.holder_name.clone()),
        ("claimed-issuer", claimed),
        ("issuer-id", Some(guest.issuer.clone())),
        ("from", guest.valid_from.map(day)),
        ("until", guest.valid_until.map(day)),
    ];
    rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

fn labelled((label, value): (&str, String), words: &Words) -> Json {
    Object::from_iter([("label", Json::from(words.get(&format!("detail.{label}")))), ("value", value.into())]).into()
}

/// What the kind says besides, as labels (`detail.…` of the language files) and values in words.
#[must_use]
pub fn of_kind(credential: &Credential, words: &Words) -> Vec<(&'static str, String)> {
    let coded = |group: &str, code: &str| words.get(&format!("{group}.{code}")).to_owned();
    match &credential.terms {
        Terms::Attendance(Course { hours, modality }) | Terms::ModuleCompletion(Course { hours, modality }) => {
            vec![("hours", hours.to_string()), ("modality", coded("modality", modality.code()))]
        }
        Terms::Competence { units, method } => {
            let method = ("method", coded("method", method.code()));
            units.iter().map(|unit| ("unit", unit.clone())).chain([method]).collect()
        }
        Terms::Endorsement { statement } => vec![("statement", statement.clone())],
        Terms::FromArchive { archive } => vec![("archive", archive.clone())],
        Terms::Recognition(decision) => Statement::of_decision(decision, credential, "", "", None).rows(words),
        Terms::WorkExperience { role, from, until } => {
            let day = |time: Timestamp| words.day(time.date());
            let until = until.map_or_else(|| words.get("until.open").to_owned(), day);
            vec![("role", role.clone()), ("from", day(*from)), ("until", until)]
        }
    }
}

fn details(credential: &Credential, words: &Words) -> Vec<Json> {
    let mut rows = of_kind(credential, words);
    if let Some(standard) = &credential.achievement.standard {
        rows.push(("standard", format!("{} ({})", standard.code, standard.version)));
    }
    for alignment in &credential.achievement.alignments {
        let code = [alignment.framework.as_deref(), alignment.code.as_deref()];
        let code = code.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let named = if code.is_empty() { alignment.name.clone() } else { format!("{} ({code})", alignment.name) };
        rows.push(("alignment", named));
    }
    rows.into_iter().map(|row| labelled(row, words)).collect()
}
