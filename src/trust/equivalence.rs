//! Equivalence: what another authority's certificates are worth here, as this authority has signed it; and which other authorities it
//! recognises at all. A rule speaks in one direction only (domain.md D50): that A counts in B says nothing about B in A.

use super::accreditation::{entries, set_time};
use super::root::country;
use crate::base::canonical::{Json, Object};
use crate::base::did::Did;
use crate::base::limits::{ROWS, TEXT_CHARACTERS, TITLE_CHARACTERS};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::{AchievementId, Kind};
use crate::credential::credential::Credential;
use crate::credential::members::{Malformed, Members, Problem};
use crate::credential::recognition::{Outcome, Purpose};

/// 16 countries: more than any accord of the region has parties.
const PARTIES: usize = 16;

/// What certificates of another authority are worth in this authority's country.
///
/// ```text
/// {"id": URI, "subject": {"authority": ID, "kind": CODE, "issuer": DID?, "achievement": URI?},
///  "outcome": CODE, "purposes": [CODE…], "instrument": INSTRUMENT, "from": TIME, "until": TIME?,
///  "awardedFrom": TIME?, "awardedUntil": TIME?, "comparable": {"title": "…"?, "level": LEVEL?}?,
///  "covers": ["…"]?, "conditions": [{"text": "…", "due": TIME?}]?, "reasons": ["…"]?,
///  "appeal": {"body": "…", "days": 30?}?, "office": "…"?, "regulated": true?, "register": "…"?}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its identifier.
    pub id: String,
    /// Which certificates it speaks of.
    pub subject: Subject,
    /// What it says.
    pub outcome: Outcome,
    /// What for; at least one.
    pub purposes: Vec<Purpose>,
    /// What it rests on.
    pub instrument: Instrument,
    /// In force from this day on.
    pub from: Timestamp,
    /// In force until this day; `None` while it lasts.
    pub until: Option<Timestamp>,
    /// Speaks of certificates awarded from this day on; `None` for all earlier ones too.
    pub awarded_from: Option<Timestamp>,
    /// Speaks of certificates awarded until this day.
    pub awarded_until: Option<Timestamp>,
    /// The title it is comparable to.
    pub comparable_title: Option<String>,
    /// The level it is comparable to; never worked out, always stated.
    pub comparable_level: Option<Level>,
    /// What a partial recognition covers.
    pub covers: Vec<String>,
    /// What a conditional recognition asks.
    pub conditions: Vec<Condition>,
    /// Why; required for everything but [`Outcome::Recognised`].
    pub reasons: Vec<String>,
    /// Where to appeal, and within how many days.
    pub appeal: Option<Appeal>,
    /// Where people ask about it; else the authority's own office.
    pub office: Option<String>,
    /// Whether the profession is regulated: then this does not by itself permit practice (domain.md D52).
    pub regulated: bool,
    /// The register of a regulated profession.
    pub register: Option<String>,
}

/// Which certificates a rule speaks of: those of one kind under an authority, narrowed by what else is named. Compared exactly. The kind is
/// always named, so that a rule about competences never makes an attendance worth anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The authority under whose pack they are valid.
    pub authority: String,
    /// Of this kind.
    pub kind: Kind,
    /// Only of this body.
    pub issuer: Option<Did>,
    /// Only of this achievement.
    pub achievement: Option<AchievementId>,
}

/// A legal instrument: an accord, a table, a resolution. Data, never code (domain.md D49).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The countries it binds.
    pub parties: Vec<String>,
    /// When it was made.
    pub date: Option<Timestamp>,
    /// An example to try, not legal data: said wherever it is shown.
    pub example: bool,
}

/// A level of a qualifications framework. Opaque: compared by a signed table, never by arithmetic (design §3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// The framework: `CO-MNC`.
    pub framework: String,
    /// Its version.
    pub version: String,
    /// The level as it is written there.
    pub label: String,
}

/// What is still asked before a recognition counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What.
    pub text: String,
    /// Until when.
    pub due: Option<Timestamp>,
}

/// Where a decision can be contested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appeal {
    /// The body.
    pub body: String,
    /// Days from the decision on.
    pub days: Option<u32>,
}

/// Another authority that this one recognises: one hop, region to country to body (design §5).
///
/// ```text
/// {"authority": ID, "name": "…", "country": "CL", "root": DIGEST, "instrument": INSTRUMENT, "from": TIME, "until": TIME?}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Its identifier.
    pub authority: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// SHA-256 of its first root, without proofs.
    pub root: [u8; 32],
    /// What the recognition rests on.
    pub instrument: Instrument,
    /// Awards count from this day on.
    pub from: Timestamp,
    /// Awards count until this day; `None` while it lasts.
    pub until: Option<Timestamp>,
}

impl Subject {
    /// Whether a credential that is valid under an authority is one of these.
    #[must_use]
    pub fn covers(&self, authority: &str, credential: &Credential) -> bool {
        self.authority == authority
            && self.kind == credential.kind()
            && self.issuer.as_ref().is_none_or(|issuer| *issuer == credential.issuer)
            && self.achievement.as_ref().is_none_or(|id| *id == credential.achievement.id)
    }

    /// How narrow it is: of two rules that speak of a certificate, the narrower one counts.
    #[must_use]
    pub fn narrowness(&self) -> u8 {
        u8::from(self.achievement.is_some()) * 2 + u8::from(self.issuer.is_some())
    }

    fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        let fault = |name| move || members.fault(name, Problem::WrongValue);
        Ok(Self {
            authority: members.text("authority", TITLE_CHARACTERS)?.to_owned(),
            issuer: members
                .text_if_any("issuer", TITLE_CHARACTERS * 2)?
                .map(|text| Did::parse(text).map_err(|_| fault("issuer")()))
                .transpose()?,
            achievement: members
                .text_if_any("achievement", TITLE_CHARACTERS)?
                .map(|text| AchievementId::parse(text).ok_or_else(fault("achievement")))
                .transpose()?,
            kind: Kind::of_code(members.text("kind", 40)?).ok_or_else(fault("kind"))?,
        })
    }

    fn to_json(&self) -> Json {
        let mut object =
            Object::from_iter([("authority", Json::from(self.authority.as_str())), ("kind", self.kind.code().into())]);
        set_text(&mut object, "issuer", self.issuer.as_ref().map(Did::as_str));
        set_text(&mut object, "achievement", self.achievement.as_ref().map(AchievementId::as_str));
        object.into()
    }
}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// [`Malformed`] for a shape, an outcome or a purpose that this version does not know, and for a rule that does not say all that its
    /// outcome must say (domain.md 2c).
    pub fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        let coded = |name: &'static str| members.fault(name, Problem::WrongValue);
        let purposes = texts(members, "purposes", 40)?;
        let comparable = members.get("comparable").map(|_| members.inner("comparable")).transpose()?;
        let level = |inner: &Members<'_>| inner.get("level").map(|_| Level::parse(&inner.inner("level")?)).transpose();
        let rule = Self {
            id: members.text("id", TITLE_CHARACTERS)?.to_owned(),
            subject: Subject::parse(&members.inner("subject")?)?,
            outcome: Outcome::of_code(members.text("outcome", 40)?).ok_or_else(|| coded("outcome"))?,
            purposes: purposes
                .iter()
                .map(|code| Purpose::of_code(code).ok_or_else(|| coded("purposes")))
                .collect::<Result<_, _>>()?,
            instrument: Instrument::parse(&members.inner("instrument")?)?,
            from: members.time("from")?,
            until: members.time_if_any("until")?,
            awarded_from: members.time_if_any("awardedFrom")?,
            awarded_until: members.time_if_any("awardedUntil")?,
            comparable_title: match &comparable {
                Some(inner) => inner.text_if_any("title", TITLE_CHARACTERS)?.map(str::to_owned),
                None => None,
            },
            comparable_level: comparable.as_ref().map(level).transpose()?.flatten(),
            covers: texts(members, "covers", TITLE_CHARACTERS)?,
            conditions: entries(members, "conditions")?.iter().map(Condition::parse).collect::<Result<_, _>>()?,
            reasons: texts(members, "reasons", TEXT_CHARACTERS)?,
            appeal: members.get("appeal").map(|_| Appeal::parse(&members.inner("appeal")?)).transpose()?,
            office: members.text_if_any("office", TITLE_CHARACTERS)?.map(str::to_owned),
            regulated: members.get("regulated") == Some(&Json::Bool(true)),
            register: members.text_if_any("register", TITLE_CHARACTERS)?.map(str::to_owned),
        };
        match rule.lacks() {
            None => Ok(rule),
            Some(name) => Err(members.fault(name, Problem::Missing)),
        }
    }

    /// What its outcome must say and it does not (domain.md 2c).
    #[must_use]
    pub fn lacks(&self) -> Option<&'static str> {
        match self.outcome {
            _ if self.purposes.is_empty() => Some("purposes"),
            Outcome::Recognised => None,
            _ if self.reasons.is_empty() => Some("reasons"),
            Outcome::Partial if self.covers.is_empty() => Some("covers"),
            Outcome::Conditional if self.conditions.is_empty() => Some("conditions"),
            _ => None,
        }
    }

    /// As it stands in the pack.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let list = |texts: &[String]| Json::List(texts.iter().map(|text| text.as_str().into()).collect());
        let mut object = Object::from_iter([
            ("from", Json::from(self.from.to_string())),
            ("id", self.id.as_str().into()),
            ("instrument", self.instrument.to_json()),
            ("outcome", self.outcome.code().into()),
            ("purposes", Json::List(self.purposes.iter().map(|purpose| purpose.code().into()).collect())),
            ("subject", self.subject.to_json()),
        ]);
        set_time(&mut object, "until", self.until);
        set_time(&mut object, "awardedFrom", self.awarded_from);
        set_time(&mut object, "awardedUntil", self.awarded_until);
        let mut comparable = Object::new();
        set_text(&mut comparable, "title", self.comparable_title.as_deref());
        if let Some(level) = &self.comparable_level {
            comparable.set("level", level.to_json());
        }
        if !comparable.is_empty() {
            object.set("comparable", comparable.into());
        }
        for (name, texts) in [("covers", &self.covers), ("reasons", &self.reasons)] {
            if !texts.is_empty() {
                object.set(name, list(texts));
            }
        }
        if !self.conditions.is_empty() {
            object.set("conditions", Json::List(self.conditions.iter().map(Condition::to_json).collect()));
        }
        if let Some(appeal) = &self.appeal {
            object.set("appeal", appeal.to_json());
        }
        set_text(&mut object, "office", self.office.as_deref());
        set_text(&mut object, "register", self.register.as_deref());
        if self.regulated {
            object.set("regulated", Json::Bool(true));
        }
        object.into()
    }
}

/// The subject of a rule that is of a later version: what it says is not known, whom it speaks of may be.
pub(super) fn foreign_subject(members: &Members<'_>) -> Option<Subject> {
    members.inner("subject").and_then(|inner| Subject::parse(&inner)).ok()
}

impl Instrument {
    pub(super) fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        let parties = texts(members, "parties", 2)?;
        let codes = parties.iter().all(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
        if !codes || parties.len() > PARTIES {
            return Err(members.fault("parties", Problem::WrongValue));
        }
        Ok(Self {
            id: members.text("id", TITLE_CHARACTERS)?.to_owned(),
            title: members.text("title", TITLE_CHARACTERS)?.to_owned(),
            parties,
            date: members.time_if_any("date")?,
            example: members.get("example") == Some(&Json::Bool(true)),
        })
    }

    /// As it stands in the pack.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut object =
            Object::from_iter([("id", Json::from(self.id.as_str())), ("title", self.title.as_str().into())]);
        if !self.parties.is_empty() {
            object.set("parties", Json::List(self.parties.iter().map(|code| code.as_str().into()).collect()));
        }
        set_time(&mut object, "date", self.date);
        if self.example {
            object.set("example", Json::Bool(true));
        }
        object.into()
    }
}

impl Level {
    /// Reads a level.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            framework: members.text("framework", TITLE_CHARACTERS)?.to_owned(),
            version: members.text("version", 40)?.to_owned(),
            label: members.text("label", TITLE_CHARACTERS)?.to_owned(),
        })
    }

    pub(super) fn to_json(&self) -> Json {
        Object::from_iter([
            ("framework", Json::from(self.framework.as_str())),
            ("label", self.label.as_str().into()),
            ("version", self.version.as_str().into()),
        ])
        .into()
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {} ({})", self.framework, self.label, self.version)
    }
}

impl Condition {
    fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        Ok(Self { text: members.text("text", TEXT_CHARACTERS)?.to_owned(), due: members.time_if_any("due")? })
    }

    fn to_json(&self) -> Json {
        let mut object = Object::from_iter([("text", Json::from(self.text.as_str()))]);
        set_time(&mut object, "due", self.due);
        object.into()
    }
}

impl Appeal {
    fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        let days = members.get("days").map(|_| members.number("days")).transpose()?;
        let days = days.map(|days| u32::try_from(days).map_err(|_| members.fault("days", Problem::WrongValue)));
        Ok(Self { body: members.text("body", TITLE_CHARACTERS)?.to_owned(), days: days.transpose()? })
    }

    fn to_json(&self) -> Json {
        let mut object = Object::from_iter([("body", Json::from(self.body.as_str()))]);
        if let Some(days) = self.days {
            object.set("days", Json::Integer(i64::from(days)));
        }
        object.into()
    }
}

impl Recognised {
    pub(super) fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            authority: members.text("authority", TITLE_CHARACTERS)?.to_owned(),
            name: members.text("name", TITLE_CHARACTERS)?.to_owned(),
            country: country(members)?,
            root: multibase::digest_bytes(members.text("root", 64)?)
                .ok_or_else(|| members.fault("root", Problem::WrongValue))?,
            instrument: Instrument::parse(&members.inner("instrument")?)?,
            from: members.time("from")?,
            until: members.time_if_any("until")?,
        })
    }

    /// As it stands in the pack.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut object = Object::from_iter([
            ("authority", Json::from(self.authority.as_str())),
            ("country", self.country.as_str().into()),
            ("from", self.from.to_string().into()),
            ("instrument", self.instrument.to_json()),
            ("name", self.name.as_str().into()),
            ("root", multibase::digest(&self.root).into()),
        ]);
        set_time(&mut object, "until", self.until);
        object.into()
    }
}

/// Strings of an array that may be absent, each of 1 to `most` characters; at most 32.
fn texts(members: &Members<'_>, name: &'static str, most: usize) -> Result<Vec<String>, Malformed> {
    let Some(json) = members.get(name) else { return Ok(Vec::new()) };
    let list = json.list().ok_or_else(|| members.fault(name, Problem::WrongType))?;
    if list.len() > ROWS {
        return Err(members.fault(name, Problem::TooLong));
    }
    list.iter()
        .map(|json| json.text().filter(|text| (1..=most).contains(&text.chars().count())).map(str::to_owned))
        .collect::<Option<_>>()
        .ok_or_else(|| members.fault(name, Problem::WrongValue))
}

fn set_text(object: &mut Object, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        object.set(name, text.into());
    }
}
