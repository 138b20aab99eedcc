//! What a certificate is worth in the country that the verifier chose: from the signed rules of that country's authorities, or from a
//! decision about this very certificate that was presented with it. Where nobody has said anything, nothing is said (design §2, answer 4).

use std::collections::HashMap;

use super::message::{Fact, Words, of_country};
use super::verdict::{Answer, Reason};
use crate::base::timestamp::{Date, Timestamp};
use crate::credential::achievement::Kind;
use crate::credential::credential::Credential;
use crate::credential::recognition::{Decision, Outcome, Purpose};
use crate::trust::equivalence::{Condition, Recognised, Rule};
use crate::trust::pack::{Standing, TrustPack};

/// What somebody who may say so has signed about the worth of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Where it is said, ISO 3166-1 alpha-2.
    pub country: String,
    /// Who says it.
    pub by: String,
    /// What it says.
    pub outcome: Outcome,
    /// As what, when a rule says it: attendance stays attendance. A decision names what it speaks about itself.
    pub kind: Option<Kind>,
    /// What for.
    pub purposes: Vec<Purpose>,
    /// The legal instrument's name.
    pub instrument: String,
    /// When the instrument was made.
    pub instrument_date: Option<Timestamp>,
    /// An example to try, not legal data.
    pub example: bool,
    /// The title it is comparable to.
    pub comparable_title: Option<String>,
    /// The level it is comparable to, as stated.
    pub comparable_level: Option<String>,
    /// What a partial recognition covers.
    pub covers: Vec<String>,
    /// What a conditional recognition asks.
    pub conditions: Vec<Condition>,
    /// Why.
    pub reasons: Vec<String>,
    /// Where to appeal.
    pub appeal_body: Option<String>,
    /// Until when, or within how many days.
    pub appeal_until: Option<AppealUntil>,
    /// Where people ask.
    pub office: Option<String>,
    /// Whether the profession is regulated.
    pub regulated: bool,
    /// Its register.
    pub register: Option<String>,
    /// In force from here on.
    pub from: Timestamp,
    /// In force until here.
    pub until: Option<Timestamp>,
    /// A decision about this one certificate, not a rule about many.
    pub decision: bool,
    /// The verifier's time, from which it follows what is over; `None` where it is only printed.
    pub now: Option<Timestamp>,
}

/// How long an appeal is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppealUntil {
    /// This many days from the decision on.
    Days(u32),
    /// Until this day.
    Day(Timestamp),
    /// As the decision writes it.
    AsWritten(String),
}

impl Statement {
    /// The answer that it gives: recognised, in part or as something else, is a *yes* that says so; a condition that this verifier cannot
    /// check, and an assessment that decides nothing, are *cannot tell*.
    #[must_use]
    pub fn answer(&self) -> Answer {
        match self.outcome {
            Outcome::Alternative | Outcome::Partial | Outcome::Recognised => Answer::Yes,
            Outcome::AssessmentOnly | Outcome::Conditional => Answer::CannotTell,
            Outcome::NotRecognised => Answer::No,
        }
    }

    fn of_rule(rule: &Rule, pack: &TrustPack, country: &str, now: Timestamp) -> Self {
        let authority = &pack.root().authority;
        Self {
            country: country.to_owned(),
            by: authority.name.clone(),
            outcome: rule.outcome,
            kind: Some(rule.subject.kind),
            purposes: rule.purposes.clone(),
            instrument: rule.instrument.title.clone(),
            instrument_date: rule.instrument.date,
            example: rule.instrument.example,
            comparable_title: rule.comparable_title.clone(),
            comparable_level: rule.comparable_level.as_ref().map(ToString::to_string),
            covers: rule.covers.clone(),
            conditions: rule.conditions.clone(),
            reasons: rule.reasons.clone(),
            appeal_body: rule.appeal.as_ref().map(|appeal| appeal.body.clone()),
            appeal_until: rule.appeal.as_ref().and_then(|appeal| appeal.days).map(AppealUntil::Days),
            office: rule.office.clone().or_else(|| authority.office.clone()),
            regulated: rule.regulated,
            register: rule.register.clone(),
            from: rule.from,
            until: rule.until,
            decision: false,
            now: Some(now),
        }
    }

    /// What a recognition credential decides, in the country of the body that decided.
    #[must_use]
    pub fn of_decision(
        decision: &Decision,
        credential: &Credential,
        by: &str,
        country: &str,
        office: Option<String>,
    ) -> Self {
        Self {
            country: country.to_owned(),
            by: by.to_owned(),
            outcome: decision.outcome,
            kind: None,
            purposes: vec![decision.purpose],
            instrument: decision.instrument.clone(),
            instrument_date: None,
            example: false,
            comparable_title: decision.comparable_title.clone(),
            comparable_level: decision.comparable_level.clone(),
            covers: decision.covers.clone(),
            conditions: decision.conditions.iter().map(|text| condition(text)).collect(),
            reasons: decision.reasons.clone(),
            appeal_body: decision.appeal_body.clone(),
            appeal_until: decision.appeal_deadline.as_deref().map(|text| match Date::parse(text) {
                Ok(day) => AppealUntil::Day(day.last_second()),
                Err(_) => AppealUntil::AsWritten(text.to_owned()),
            }),
            office,
            regulated: decision.regulated,
            register: None,
            from: credential.valid_from,
            until: credential.valid_until,
            decision: true,
            now: None,
        }
    }
}

impl Statement {
    /// All that it says, as labels (`detail.…` of the language files) and values in words.
    #[must_use]
    pub fn rows(&self, words: &Words) -> Vec<(&'static str, String)> {
        let mut rows = vec![("outcome", words.get(&format!("recognition.{}", self.outcome.code())).to_owned())];
        let mut row = |label, value: String| rows.push((label, value));
        self.purposes.iter().for_each(|it| row("purpose", words.get(&format!("purpose.{}", it.code())).to_owned()));
        row("instrument", words.fact(&self.instrument_fact()));
        self.comparable_title.iter().for_each(|title| row("comparable-title", title.clone()));
        self.comparable_level.iter().for_each(|level| row("comparable-level", level.clone()));
        self.covers.iter().for_each(|part| row("covers", part.clone()));
        self.conditions.iter().for_each(|condition| row("condition", words.fact(&condition.fact(self.now))));
        self.reasons.iter().for_each(|reason| row("reason", reason.clone()));
        self.appeal_body.iter().for_each(|body| row("appeal-body", body.clone()));
        match &self.appeal_until {
            Some(AppealUntil::AsWritten(text)) => row("appeal-deadline", text.clone()),
            Some(AppealUntil::Day(day)) => row("appeal-deadline", words.day(day.date())),
            Some(AppealUntil::Days(days)) => {
                row("appeal-deadline", words.say("worth.appeal-days", &[("days", Fact::Number(i64::from(*days)))]));
            }
            None => {}
        }
        if self.regulated {
            row("regulated", words.get("regulated.warning").to_owned());
        }
        self.register.iter().for_each(|register| row("register", register.clone()));
        rows
    }

    /// What the sentences about it speak of.
    pub(super) fn facts(&self) -> Vec<(&'static str, Fact)> {
        let texts = |texts: &[String]| Fact::List(texts.iter().cloned().map(Fact::Text).collect());
        let mut purposes = self.purposes.iter().map(|purpose| Fact::Id(format!("purpose.for.{}", purpose.code())));
        let first = purposes.next().unwrap_or_else(|| Fact::Text(String::new()));
        let purposes = purposes.fold(first, |one, other| Fact::Say("worth.and", vec![("one", one), ("other", other)]));
        let kind = |kind: Kind| Fact::Say("worth.as", vec![("kind", Fact::Id(format!("kind.{}", kind.code())))]);
        let title = self.comparable_title.clone().map_or_else(|| Fact::Id("worth.other-title".to_owned()), Fact::Text);
        vec![
            ("as", self.kind.map_or_else(|| Fact::Text(String::new()), kind)),
            ("conditions", Fact::List(self.conditions.iter().map(|condition| condition.fact(self.now)).collect())),
            ("country", of_country(&self.country)),
            ("covers", texts(&self.covers)),
            ("instrument", self.instrument_fact()),
            ("office", self.office.clone().map_or_else(|| Fact::Id("office.unknown".to_owned()), Fact::Text)),
            ("purposes", purposes),
            ("reasons", texts(&self.reasons)),
            ("title", title),
        ]
    }

    /// The instrument with its date; and that it is an example, wherever it is named.
    pub(super) fn instrument_fact(&self) -> Fact {
        let title = Fact::Text(self.instrument.clone());
        let dated = match self.instrument_date {
            Some(date) => Fact::Say("worth.instrument-of", vec![("title", title), ("date", Fact::Day(date))]),
            None => title,
        };
        if self.example { Fact::Say("worth.example", vec![("instrument", dated)]) } else { dated }
    }
}

impl Condition {
    /// The condition with its due date, and that it has passed. Whether the condition was met is for a later signed note to say.
    pub(super) fn fact(&self, now: Option<Timestamp>) -> Fact {
        let text = Fact::Text(self.text.clone());
        match self.due {
            Some(due) if now.is_some_and(|now| now.seconds() > due.ends()) => {
                Fact::Say("worth.condition-passed", vec![("text", text), ("due", Fact::Day(due))])
            }
            Some(due) => Fact::Say("worth.condition-by", vec![("text", text), ("due", Fact::Day(due))]),
            None => text,
        }
    }
}

/// A condition as a credential writes it: `YYYY-MM-DD: what`, or without a day.
#[must_use]
pub fn condition(text: &str) -> Condition {
    let dated = text.split_once(": ").and_then(|(day, rest)| Some((Date::parse(day).ok()?, rest)));
    match dated {
        Some((due, rest)) => Condition { text: rest.to_owned(), due: Some(due.last_second()) },
        None => Condition { text: text.to_owned(), due: None },
    }
}

/// What the rules of a country's authorities say about a credential that is valid under `home`; all that count, the one that answers
/// first.
pub(super) fn by_rules(
    credential: &Credential,
    home: &TrustPack,
    packs: &[&TrustPack],
    country: &str,
    now: Timestamp,
) -> (Vec<Statement>, (Answer, Reason)) {
    let authority = home.root().authority.id.as_str();
    let speaking = speaking(packs, country, now);
    // The country's own office first: a region's is further away.
    let office_of = |own: bool| {
        let mut those = speaking.iter().filter(|pack| (pack.root().authority.country == country) == own);
        those.find_map(|pack| pack.root().authority.office.clone())
    };
    let office = office_of(true).or_else(|| office_of(false));
    let none = |reason| (Vec::new(), (Answer::CannotTell, reason));
    let foreign = |pack: &&TrustPack| {
        let rules = &pack.accreditation().foreign_rules;
        rules.iter().any(|subject| subject.as_ref().is_none_or(|subject| subject.covers(authority, credential)))
    };
    if speaking.iter().any(foreign) {
        return none(Reason::NotUnderstood);
    }
    let about = |rule: &&Rule| {
        rule.subject.covers(authority, credential)
            && rule.awarded_from.is_none_or(|from| credential.awarded.date() >= from.date())
            && rule.awarded_until.is_none_or(|until| credential.awarded.date() <= until.date())
    };
    let rules: Vec<(&TrustPack, &Rule)> = speaking
        .iter()
        .flat_map(|pack| pack.accreditation().rules.iter().filter(about).map(|rule| (*pack, rule)))
        .filter(|(pack, rule)| {
            pack.root().authority.country == country || rule.instrument.parties.iter().any(|it| it == country)
        })
        .collect();
    let in_force = |rule: &Rule| now.is_day_within(rule.from, rule.until);
    // Of two rules for one purpose the narrower one counts.
    let mut narrowest: HashMap<&str, u8> = HashMap::new();
    for (_, rule) in rules.iter().filter(|(_, rule)| in_force(rule)) {
        for purpose in &rule.purposes {
            let most = narrowest.entry(purpose.code()).or_default();
            *most = rule.subject.narrowness().max(*most);
        }
    }
    if narrowest.is_empty() {
        let country = country.to_owned();
        return none(match rules.iter().max_by_key(|(_, rule)| rule.from) {
            Some((_, rule)) => Reason::RuleNotInForce { country, office, from: rule.from, until: rule.until },
            None if home.root().authority.country == country => Reason::OwnCountry { country },
            None => Reason::NoRule { country, office },
        });
    }
    let counts = |rule: &Rule, purpose: Purpose| narrowest.get(purpose.code()) == Some(&rule.subject.narrowness());
    let counting =
        |(_, rule): &&(&TrustPack, &Rule)| in_force(rule) && rule.purposes.iter().any(|purpose| counts(rule, *purpose));
    let mut said: Vec<Statement> = rules
        .iter()
        .filter(counting)
        .map(|(pack, rule)| {
            let mut said = Statement::of_rule(rule, pack, country, now);
            said.purposes.retain(|purpose| counts(rule, *purpose));
            said
        })
        .collect();
    // Who hires reads the first; then what is newest.
    said.sort_by_key(|it| (!it.purposes.contains(&Purpose::Employment), std::cmp::Reverse(it.from)));
    // One outcome for each purpose; a list may have 65,536 rules, so they are not held against each other two by two.
    let mut outcomes = HashMap::new();
    let mut of_purposes = said.iter().flat_map(|it| it.purposes.iter().map(|purpose| (*purpose, it.outcome)));
    if of_purposes.any(|(purpose, outcome)| *outcomes.entry(purpose.code()).or_insert(outcome) != outcome) {
        return (said, (Answer::CannotTell, Reason::RulesContradict { country: country.to_owned(), office }));
    }
    // A rule may have been withdrawn since: what is too old to say "in force" is too old to say "counts" (design §2 *Ages*).
    let stale = |pack: &&TrustPack| pack.is_stale(now);
    let of_stale = rules.iter().filter(counting).map(|(pack, _)| *pack).find(stale);
    if let Some(pack) = of_stale {
        let (as_of, country) = (pack.freshness().date, country.to_owned());
        return (said, (Answer::CannotTell, Reason::RulesStale { as_of, country, office }));
    }
    match said.first().cloned() {
        Some(first) => (said, (first.answer(), Reason::Worth { statement: Box::new(first) })),
        None => none(Reason::NoRule { country: country.to_owned(), office }),
    }
}

/// The authorities that may speak for a country: its own, and a region's that its own one recognises. One that is accepted by another's
/// word speaks while that word lasts.
pub(super) fn speaking<'a>(packs: &[&'a TrustPack], country: &str, now: Timestamp) -> Vec<&'a TrustPack> {
    let accepted = |pack: &TrustPack| match pack.standing() {
        Standing::Pinned => true,
        Standing::Recognised { from, until, .. } => now.is_day_within(*from, *until),
    };
    let own = |pack: &TrustPack| pack.root().authority.country == country && accepted(pack);
    let recognised = |pack: &TrustPack| {
        let names = |row: &Recognised| {
            row.authority == pack.root().authority.id
                && pack.root_digests().first() == Some(&row.root)
                && now.is_day_within(row.from, row.until)
        };
        packs.iter().any(|other| own(other) && other.accreditation().recognises.iter().any(names))
    };
    packs.iter().copied().filter(|pack| own(pack) || recognised(pack)).collect()
}
