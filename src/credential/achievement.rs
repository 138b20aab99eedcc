//! What was achieved: its kind, names, standard, and its alignment with public classifications.

use std::fmt;

use super::members::{Malformed, Members, Problem};
use crate::base::canonical::{Json, Object};
use crate::base::limits::{ROWS, TEXT_CHARACTERS, TITLE_CHARACTERS};

/// What a credential is, as a signed and closed code: the first line a verifier shows (design §3, domain.md 0.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The person was there.
    Attendance,
    /// Assessed against a published standard, by training or prior learning.
    Competence,
    /// A partner vouches. Shown apart, never under the green mark.
    Endorsement,
    /// An old paper award, attested; award and signing dates differ.
    FromArchive,
    /// A module was completed. Not a certificate of competence.
    ModuleCompletion,
    /// An authority's decision about another certificate.
    Recognition,
    /// Signed by an employer.
    WorkExperience,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 7] = [
        Kind::Attendance,
        Kind::Competence,
        Kind::Endorsement,
        Kind::FromArchive,
        Kind::ModuleCompletion,
        Kind::Recognition,
        Kind::WorkExperience,
    ];

    /// The code of files, flags and language tables: `module-completion`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Kind::Attendance => "attendance",
            Kind::Competence => "competence",
            Kind::Endorsement => "endorsement",
            Kind::FromArchive => "from-archive",
            Kind::ModuleCompletion => "module-completion",
            Kind::Recognition => "recognition",
            Kind::WorkExperience => "work-experience",
        }
    }

    /// The signed `achievementType`: an extension value of Open Badges 3.0 (§B.1.3, `ext:`).
    #[must_use]
    pub fn achievement_type(self) -> &'static str {
        match self {
            Kind::Attendance => "ext:Attendance",
            Kind::Competence => "ext:Competence",
            Kind::Endorsement => "ext:Endorsement",
            Kind::FromArchive => "ext:FromArchive",
            Kind::ModuleCompletion => "ext:ModuleCompletion",
            Kind::Recognition => "ext:Recognition",
            Kind::WorkExperience => "ext:WorkExperience",
        }
    }

    /// The kind of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The kind of a signed `achievementType`.
    #[must_use]
    pub fn of_achievement_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.achievement_type() == text)
    }
}

/// The languages that everything is said in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English
    En,
    /// Spanish, neutral Latin American
    #[default]
    Es,
    /// French
    Fr,
    /// Haitian Creole
    Ht,
    /// Portuguese, Brazilian
    Pt,
}

impl Language {
    /// Every language.
    pub const ALL: [Language; 5] = [Language::Es, Language::Pt, Language::En, Language::Fr, Language::Ht];

    /// Its BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Es => "es",
            Language::Fr => "fr",
            Language::Ht => "ht",
            Language::Pt => "pt",
        }
    }

    /// The language of a tag, by its first subtag: `pt-BR` is Portuguese.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let first = tag.split(['-', '_']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.tag() == first)
    }
}

/// An achievement's identifier: an absolute URI, compared exactly (threats.md F15).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AchievementId(String);

impl AchievementId {
    /// An absolute URI of at most 200 plain ASCII characters; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let scheme = text.split(':').next()?;
        let plain = text.len() <= TITLE_CHARACTERS
            && text.len() > scheme.len() + 1
            && scheme.starts_with(|first: char| first.is_ascii_lowercase())
            && scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte))
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
        plain.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AchievementId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What was achieved, as a credential says it, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Achievement {
    /// Its identifier; a scope names exactly this.
    pub id: AchievementId,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Its title, 1 to 200 characters.
    pub name: String,
    /// What it is about, 1 to 500 characters.
    pub description: String,
    /// What had to be done for it, 1 to 500 characters.
    pub criteria: String,
    /// The body's own short code, `GIN`.
    pub code: Option<String>,
    /// The version of the programme or standard behind it.
    pub version: String,
    /// The language of the texts.
    pub language: Language,
    /// The published standard it was assessed against: required for [`Kind::Competence`].
    pub standard: Option<Standard>,
    /// Where it stands in public classifications, at most 32.
    pub alignments: Vec<Alignment>,
}

/// A published standard of competence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standard {
    /// Framework and code, as the body cites them: `SENA NSCL 280601040`.
    pub code: String,
    /// The standard's version.
    pub version: String,
}

/// A row of a public classification (ISCO-08, ESCO, ISCED-F) that the achievement corresponds to. A display aid: the signed text
/// is authoritative, an unknown code is shown as unknown (domain.md 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alignment {
    /// The classification and its version: `ISCO-08`.
    pub framework: Option<String>,
    /// The code in it: `5120`.
    pub code: Option<String>,
    /// The row's title.
    pub name: String,
    /// The row's address.
    pub url: String,
}

const STANDARD: &str = "ext:standard";
const STANDARD_VERSION: &str = "ext:standardVersion";

impl Achievement {
    /// Reads the closed shape.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        members.exactly("type", &["Achievement"])?;
        let id = AchievementId::parse(members.text("id", TITLE_CHARACTERS)?)
            .ok_or_else(|| members.fault("id", Problem::WrongValue))?;
        let kind = Kind::of_achievement_type(members.text("achievementType", 40)?)
            .ok_or_else(|| members.fault("achievementType", Problem::WrongValue))?;
        let language = Language::ALL
            .into_iter()
            .find(|language| members.get("inLanguage").and_then(Json::text) == Some(language.tag()))
            .ok_or_else(|| members.fault("inLanguage", Problem::WrongValue))?;
        let criteria = members.inner("criteria")?;
        let narrative = criteria.text("narrative", TEXT_CHARACTERS)?.to_owned();
        criteria.nothing_else()?;
        let achievement = Self {
            id,
            kind,
            name: members.text("name", TITLE_CHARACTERS)?.to_owned(),
            description: members.text("description", TEXT_CHARACTERS)?.to_owned(),
            criteria: narrative,
            code: members.text_if_any("humanCode", 40)?.map(str::to_owned),
            version: members.text("version", 40)?.to_owned(),
            language,
            standard: read_standard(&members)?,
            alignments: members
                .objects("alignment", ROWS)?
                .into_iter()
                .map(Alignment::parse)
                .collect::<Result<_, _>>()?,
        };
        members.nothing_else()?;
        Ok(achievement)
    }

    /// The JSON object that stands in a credential.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut object: Object = [
            ("achievementType", Json::from(self.kind.achievement_type())),
            ("criteria", Object::from_iter([("narrative", Json::from(self.criteria.as_str()))]).into()),
            ("description", self.description.as_str().into()),
            ("id", self.id.as_str().into()),
            ("inLanguage", self.language.tag().into()),
            ("name", self.name.as_str().into()),
            ("type", Json::List(vec!["Achievement".into()])),
            ("version", self.version.as_str().into()),
        ]
        .into_iter()
        .collect();
        if let Some(code) = &self.code {
            object.set("humanCode", code.as_str().into());
        }
        if !self.alignments.is_empty() {
            object.set("alignment", Json::List(self.alignments.iter().map(Alignment::to_json).collect()));
        }
        if let Some(standard) = &self.standard {
            let entries = [(&standard.code, STANDARD), (&standard.version, STANDARD_VERSION)];
            object
                .set("otherIdentifier", Json::List(entries.map(|(value, name)| identifier_entry(value, name)).into()));
        }
        object.into()
    }
}

fn identifier_entry(value: &str, name: &str) -> Json {
    Object::from_iter([
        ("identifier", Json::from(value)),
        ("identifierType", name.into()),
        ("type", "IdentifierEntry".into()),
    ])
    .into()
}

/// The standard's code and version stand as two typed identifiers, in this order, both or neither.
fn read_standard(members: &Members<'_>) -> Result<Option<Standard>, Malformed> {
    let entries = members.objects("otherIdentifier", 2)?;
    let mut values = Vec::with_capacity(2);
    for (entry, name) in entries.into_iter().zip([STANDARD, STANDARD_VERSION]) {
        entry.equals("type", "IdentifierEntry")?;
        entry.equals("identifierType", name)?;
        values.push(entry.text("identifier", TITLE_CHARACTERS)?.to_owned());
        entry.nothing_else()?;
    }
    let mut values = values.into_iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(code), Some(version)) => Ok(Some(Standard { code, version })),
        (Some(_), None) => Err(members.fault("otherIdentifier", Problem::Missing)),
    }
}

impl Alignment {
    fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        members.exactly("type", &["Alignment"])?;
        let alignment = Self {
            framework: members.text_if_any("targetFramework", TITLE_CHARACTERS)?.map(str::to_owned),
            code: members.text_if_any("targetCode", 64)?.map(str::to_owned),
            name: members.text("targetName", TITLE_CHARACTERS)?.to_owned(),
            url: members.text("targetUrl", TEXT_CHARACTERS)?.to_owned(),
        };
        members.nothing_else()?;
        Ok(alignment)
    }

    fn to_json(&self) -> Json {
        let mut object = Object::from_iter([
            ("targetName", Json::from(self.name.as_str())),
            ("targetUrl", self.url.as_str().into()),
            ("type", Json::List(vec!["Alignment".into()])),
        ]);
        if let Some(framework) = &self.framework {
            object.set("targetFramework", framework.as_str().into());
        }
        if let Some(code) = &self.code {
            object.set("targetCode", code.as_str().into());
        }
        object.into()
    }
}
