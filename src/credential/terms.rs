//! What each kind says besides the achievement: hours, units, the decision of an authority. Closed, one set per kind.

use super::achievement::Kind;
use super::members::{Malformed, Members, Problem};
use super::recognition::Decision;
use crate::base::canonical::{Json, Object};
use crate::base::limits::{ROWS, TEXT_CHARACTERS, TITLE_CHARACTERS};
use crate::base::timestamp::Timestamp;

/// What a credential of each kind must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Terms {
    /// Hours present, and how.
    Attendance(Course),
    /// Units assessed, and how.
    Competence {
        /// Each unit as `CODE Name`, 1 to 32.
        units: Vec<String>,
        /// How it was assessed.
        method: Method,
    },
    /// The partner's words, 1 to 500 characters.
    Endorsement {
        /// What the partner says.
        statement: String,
    },
    /// Where the archive holds the award.
    FromArchive {
        /// Book, folio, act: as the body cites its archive.
        archive: String,
    },
    /// Hours of the module, and how.
    ModuleCompletion(Course),
    /// An authority's decision.
    Recognition(Decision),
    /// Work done, since when.
    WorkExperience {
        /// The post.
        role: String,
        /// First day.
        from: Timestamp,
        /// Last day, if it is over.
        until: Option<Timestamp>,
    },
}

/// Hours and modality of something taught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// Clock hours, 1 to 9,999.
    pub hours: u16,
    /// How it was taught.
    pub modality: Modality,
}

macro_rules! codes {
    ($(#[$outer:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$inner])* $variant,)* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The signed code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The value of a code.
            #[must_use]
            pub fn of_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
pub(super) use codes;

codes! {
    /// How something was taught.
    Modality {
        /// Partly in one place, partly at a distance.
        Blended = "blended",
        /// In one place.
        InPerson = "in-person",
        /// At a distance.
        Online = "online",
        /// At work.
        Workplace = "workplace",
    }
}

codes! {
    /// How competence was assessed (domain.md 2a).
    Method {
        /// A conversation with the assessor.
        Interview = "interview",
        /// A test of knowledge.
        KnowledgeTest = "knowledge-test",
        /// More than one of these.
        Mixed = "mixed",
        /// Seen at work.
        Observation = "observation",
        /// Evidence collected by the candidate.
        Portfolio = "portfolio",
        /// Seen in an arranged situation.
        Simulation = "simulation",
    }
}

/// The namespace of our result names; what each means is written in the crate docs and `schemas/credential.json`.
const RESULT: &str = "urn:skillpass:result:";

/// The `result` rows of a credential: name and value, in the order signed.
#[derive(Debug, Default)]
pub struct Rows(Vec<(String, String)>);

impl Rows {
    /// Reads the rows.
    ///
    /// # Errors
    /// [`Malformed`] for a row that is not `{type, resultDescription, value}` of our namespace.
    pub fn parse(subject: &Members<'_>) -> Result<Self, Malformed> {
        let mut rows = Vec::new();
        for entry in subject.objects("result", ROWS)? {
            entry.exactly("type", &["Result"])?;
            let name = entry
                .text("resultDescription", 80)?
                .strip_prefix(RESULT)
                .ok_or_else(|| entry.fault("resultDescription", Problem::WrongValue))?;
            rows.push((name.to_owned(), entry.text("value", TEXT_CHARACTERS)?.to_owned()));
            entry.nothing_else()?;
        }
        Ok(Self(rows))
    }

    /// A row.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Takes every row of a name.
    pub fn all(&mut self, name: &str) -> Vec<String> {
        let (taken, rest) = std::mem::take(&mut self.0).into_iter().partition(|(row, _)| row == name);
        self.0 = rest;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    /// Takes the one row of a name, if it stands there; two of them are a fault.
    ///
    /// # Errors
    /// [`Problem::WrongValue`].
    pub fn one_if_any(&mut self, name: &str) -> Result<Option<String>, Malformed> {
        let mut values = self.all(name);
        match values.len() {
            0 | 1 => Ok(values.pop()),
            _ => Err(fault(name, Problem::WrongValue)),
        }
    }

    /// Takes the one row of a name.
    ///
    /// # Errors
    /// [`Problem::Missing`], [`Problem::WrongValue`].
    pub fn one(&mut self, name: &str) -> Result<String, Malformed> {
        self.one_if_any(name)?.ok_or_else(|| fault(name, Problem::Missing))
    }

    /// Takes the one row of a name and reads its code.
    ///
    /// # Errors
    /// As [`Rows::one`], and [`Problem::WrongValue`] for an unknown code.
    pub fn code<T>(&mut self, name: &str, of_code: impl Fn(&str) -> Option<T>) -> Result<T, Malformed> {
        of_code(&self.one(name)?).ok_or_else(|| fault(name, Problem::WrongValue))
    }

    /// No row is left.
    ///
    /// # Errors
    /// [`Problem::NotOfKind`] for the first that is.
    pub fn nothing_else(self) -> Result<(), Malformed> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(fault(name, Problem::NotOfKind)),
        }
    }

    fn to_json(&self) -> Option<Json> {
        let row = |(name, value): &(String, String)| {
            Object::from_iter([
                ("resultDescription", Json::from(format!("{RESULT}{name}"))),
                ("type", Json::List(vec!["Result".into()])),
                ("value", value.as_str().into()),
            ])
            .into()
        };
        (!self.0.is_empty()).then(|| Json::List(self.0.iter().map(row).collect()))
    }
}

/// A result row is at fault.
pub(super) fn fault(name: &str, problem: Problem) -> Malformed {
    Malformed { at: format!("credentialSubject.result.{name}"), problem }
}

impl Terms {
    /// The kind these terms belong to.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Terms::Attendance(_) => Kind::Attendance,
            Terms::Competence { .. } => Kind::Competence,
            Terms::Endorsement { .. } => Kind::Endorsement,
            Terms::FromArchive { .. } => Kind::FromArchive,
            Terms::ModuleCompletion(_) => Kind::ModuleCompletion,
            Terms::Recognition(_) => Kind::Recognition,
            Terms::WorkExperience { .. } => Kind::WorkExperience,
        }
    }

    /// Reads the terms of a kind out of a credential's subject, and nothing that the kind does not have.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(kind: Kind, subject: &Members<'_>) -> Result<Self, Malformed> {
        let mut rows = Rows::parse(subject)?;
        let terms = match kind {
            Kind::Attendance => Terms::Attendance(Course::parse(&mut rows)?),
            Kind::ModuleCompletion => Terms::ModuleCompletion(Course::parse(&mut rows)?),
            Kind::Competence => {
                let units = rows.all("unit");
                if units.is_empty() {
                    return Err(fault("unit", Problem::Missing));
                }
                Terms::Competence { units, method: rows.code("method", Method::of_code)? }
            }
            Kind::Endorsement => Terms::Endorsement { statement: rows.one("statement")? },
            Kind::FromArchive => Terms::FromArchive { archive: rows.one("archive")? },
            Kind::Recognition => Terms::Recognition(Decision::parse(&mut rows)?),
            Kind::WorkExperience => Terms::WorkExperience {
                role: subject.text("role", TITLE_CHARACTERS)?.to_owned(),
                from: subject.time("activityStartDate")?,
                until: subject.time_if_any("activityEndDate")?,
            },
        };
        rows.nothing_else()?;
        Ok(terms)
    }

    /// Writes the terms into a credential's subject.
    pub fn write(&self, subject: &mut Object) {
        let mut rows = Rows::default();
        match self {
            Terms::Attendance(course) | Terms::ModuleCompletion(course) => {
                rows.push("hours", &course.hours.to_string());
                rows.push("modality", course.modality.code());
            }
            Terms::Competence { units, method } => {
                units.iter().for_each(|unit| rows.push("unit", unit));
                rows.push("method", method.code());
            }
            Terms::Endorsement { statement } => rows.push("statement", statement),
            Terms::FromArchive { archive } => rows.push("archive", archive),
            Terms::Recognition(decision) => decision.write(&mut rows),
            Terms::WorkExperience { role, from, until } => {
                subject.set("role", role.as_str().into());
                subject.set("activityStartDate", from.to_string().into());
                if let Some(until) = until {
                    subject.set("activityEndDate", until.to_string().into());
                }
            }
        }
        if let Some(rows) = rows.to_json() {
            subject.set("result", rows);
        }
    }
}

impl Course {
    fn parse(rows: &mut Rows) -> Result<Self, Malformed> {
        Ok(Self {
            hours: rows.code("hours", |text| {
                text.parse().ok().filter(|hours: &u16| (1..=9_999).contains(hours) && hours.to_string() == text)
            })?,
            modality: rows.code("modality", Modality::of_code)?,
        })
    }
}
