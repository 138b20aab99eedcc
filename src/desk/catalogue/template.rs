//! One achievement as a catalogue holds it, and what a credential says of it in one language.

use super::CatalogueFault;
use crate::base::canonical::{self, Bounds, Json, Numbers};
use crate::base::limits::{ROWS, TEXT_CHARACTERS, TITLE_CHARACTERS};
use crate::base::timestamp::Date;
use crate::credential::achievement::{Achievement, AchievementId, Alignment, Kind, Language, Standard};
use crate::credential::members::{Malformed, Members, Problem};
use crate::trust::equivalence::Level;

/// 65,536 bytes: one catalogue file. Ours are under 5 KB; a standard of 32 units with its texts is some 15 KB.
pub const CATALOGUE_FILE_BYTES: usize = 64 * 1024;
/// 8 levels of nesting; ours use 4.
const CATALOGUE_DEPTH: usize = 8;
/// Clock hours of an achievement: 1 to 9,999, as a credential says them.
const HOURS: std::ops::RangeInclusive<i64> = 1..=9_999;
/// One row of each of these classifications goes into a credential, in this order: the QR has little room.
pub(super) const SIGNED_FRAMEWORKS: [&str; 3] = ["ISCO-08", "ESCO", "ISCED-F"];

/// One achievement as a catalogue holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The file it came from, without folder and ending: `gin`.
    pub file: String,
    /// Its identifier.
    pub id: AchievementId,
    /// The version of the programme or standard behind it.
    pub version: String,
    /// What kind of thing it is, with what that kind needs.
    pub form: Form,
    /// The body's own short code: `GIN`.
    pub code: String,
    /// Its title.
    pub name: Texts,
    /// What it is about.
    pub description: Texts,
    /// What has to be done for it.
    pub criteria: Texts,
    /// Clock hours that it is made for, 1 to 9,999.
    pub hours: u16,
    /// Where it stands in a framework of levels; opaque, never calculated with (design §3).
    pub level: Option<Level>,
    /// Where it stands in public classifications, at most 32.
    pub alignments: Vec<Alignment>,
    /// The achievements that make up this package; none for a single one.
    pub requires: Vec<AchievementId>,
    /// Whose programme or standard it is.
    pub owner: String,
    /// What whoever issues it must know first.
    pub notice: Option<String>,
    /// Whether it is of a regulated profession.
    pub regulated: bool,
    /// Whether it is of a green occupation.
    pub green: bool,
}

/// The kinds that a register can award; the others are acts of their own, not rows of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// The person was there.
    Attendance,
    /// Assessed against a published standard.
    Competence {
        /// The standard.
        standard: Published,
        /// Its units, 1 to 32, of different codes.
        units: Vec<Unit>,
    },
    /// An old paper award, attested.
    FromArchive {
        /// The standard, if the award was of a competence.
        standard: Option<Published>,
    },
    /// A module was completed.
    ModuleCompletion,
}

/// A published standard and the days on which it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Whose it is: `SENA NSCL`.
    pub framework: String,
    /// Its code there.
    pub code: String,
    /// Its version.
    pub version: String,
    /// Its first day.
    pub from: Date,
    /// Its last day; `None` while it is in force.
    pub until: Option<Date>,
}

/// One unit of a standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its code, as registers write it.
    pub code: String,
    /// Its title.
    pub name: Texts,
}

/// One text in every language of [`Language::ALL`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts([String; 5]);

impl Template {
    /// What kind of thing it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.form.kind()
    }

    /// The standard it is assessed against, if it has one.
    #[must_use]
    pub fn standard(&self) -> Option<&Published> {
        match &self.form {
            Form::Competence { standard, .. } => Some(standard),
            Form::FromArchive { standard } => standard.as_ref(),
            Form::Attendance | Form::ModuleCompletion => None,
        }
    }

    /// The standard as certificates and packs cite it.
    #[must_use]
    pub fn cited_standard(&self) -> Option<Standard> {
        self.standard().map(|published| Standard {
            code: format!("{} {}", published.framework, published.code),
            version: published.version.clone(),
        })
    }

    /// The units of its standard; none unless it is a competence.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        match &self.form {
            Form::Competence { units, .. } => units,
            _ => &[],
        }
    }

    /// The same achievement, attested from the archive: an old award whose paper the body holds (design §3 `from-archive`).
    #[must_use]
    pub fn from_archive(&self) -> Self {
        Self { form: Form::FromArchive { standard: self.standard().cloned() }, ..self.clone() }
    }

    /// What a credential says about it, in one language; of its alignments the first in each of ISCO-08, ESCO and ISCED-F.
    #[must_use]
    pub fn achievement(&self, language: Language) -> Achievement {
        let first = |framework: &&str| {
            self.alignments.iter().find(|row| row.framework.as_deref().is_some_and(|name| name.starts_with(framework)))
        };
        Achievement {
            id: self.id.clone(),
            kind: self.kind(),
            name: self.name.in_language(language).to_owned(),
            description: self.description.in_language(language).to_owned(),
            criteria: self.criteria.in_language(language).to_owned(),
            code: Some(self.code.clone()),
            version: self.version.clone(),
            language,
            standard: self.cited_standard(),
            alignments: SIGNED_FRAMEWORKS.iter().filter_map(first).cloned().collect(),
        }
    }

    pub(super) fn parse(file: &str, bytes: &[u8]) -> Result<Self, CatalogueFault> {
        let bounds = Bounds {
            bytes: CATALOGUE_FILE_BYTES,
            depth: CATALOGUE_DEPTH,
            // Four bytes are the longest character.
            string: 4 * TEXT_CHARACTERS,
            numbers: Numbers::Whole,
        };
        let json = canonical::read(bytes, bounds).map_err(CatalogueFault::Json)?;
        Self::of_json(file, &json).map_err(CatalogueFault::Malformed)
    }

    fn of_json(file: &str, json: &Json) -> Result<Self, Malformed> {
        let members = Members::within(json, String::new())?;
        let wrong = |name: &str| members.fault(name, Problem::WrongValue);
        let template = Self {
            file: file.to_owned(),
            id: AchievementId::parse(members.text("id", TITLE_CHARACTERS)?).ok_or_else(|| wrong("id"))?,
            version: members.text("version", 40)?.to_owned(),
            form: Form::parse(&members)?,
            code: members.text("code", 40)?.to_owned(),
            name: Texts::parse(&members, "name", TITLE_CHARACTERS)?,
            description: Texts::parse(&members, "description", TEXT_CHARACTERS)?,
            criteria: Texts::parse(&members, "criteria", TEXT_CHARACTERS)?,
            hours: Some(members.number("hours")?)
                .filter(|hours| HOURS.contains(hours))
                .and_then(|hours| u16::try_from(hours).ok())
                .ok_or_else(|| wrong("hours"))?,
            level: inner_if_any(&members, "level")?.map(level).transpose()?,
            alignments: list(&members, "alignments")?.into_iter().map(alignment).collect::<Result<_, _>>()?,
            requires: requires(&members)?,
            owner: members.text("owner", TITLE_CHARACTERS)?.to_owned(),
            notice: members.text_if_any("notice", TEXT_CHARACTERS)?.map(str::to_owned),
            regulated: truth(&members, "regulated")?,
            green: truth(&members, "green")?,
        };
        members.nothing_else()?;
        Ok(template)
    }
}

impl Form {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Form::Attendance => Kind::Attendance,
            Form::Competence { .. } => Kind::Competence,
            Form::FromArchive { .. } => Kind::FromArchive,
            Form::ModuleCompletion => Kind::ModuleCompletion,
        }
    }

    fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        let kind = Kind::of_code(members.text("kind", 40)?);
        // What a kind does not ask for here is refused as a member that nobody asked for.
        match kind {
            Some(Kind::Attendance) => Ok(Form::Attendance),
            Some(Kind::Competence) => {
                let units: Vec<Unit> =
                    list(members, "units")?.into_iter().map(Unit::parse).collect::<Result<_, _>>()?;
                let twice = (1..units.len())
                    .any(|end| units[..end].iter().any(|unit| unit.code.eq_ignore_ascii_case(&units[end].code)));
                if units.is_empty() || twice {
                    return Err(members.fault("units", Problem::WrongValue));
                }
                Ok(Form::Competence { standard: Published::parse(members.inner("standard")?)?, units })
            }
            Some(Kind::FromArchive) => {
                let standard = inner_if_any(members, "standard")?.map(Published::parse).transpose()?;
                Ok(Form::FromArchive { standard })
            }
            Some(Kind::ModuleCompletion) => Ok(Form::ModuleCompletion),
            Some(Kind::Endorsement | Kind::Recognition | Kind::WorkExperience) | None => {
                Err(members.fault("kind", Problem::WrongValue))
            }
        }
    }
}

impl Published {
    fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        let day =
            |name: &'static str, text: &str| Date::parse(text).map_err(|_| members.fault(name, Problem::WrongValue));
        let from = day("from", members.text("from", 10)?)?;
        let until = match members.get("until") {
            None | Some(Json::Null) => None,
            Some(_) => Some(day("until", members.text("until", 10)?)?),
        };
        if until.is_some_and(|until| until < from) {
            return Err(members.fault("until", Problem::WrongValue));
        }
        let published = Self {
            framework: members.text("framework", TITLE_CHARACTERS / 2)?.to_owned(),
            code: members.text("code", TITLE_CHARACTERS / 2 - 1)?.to_owned(),
            version: members.text("version", 40)?.to_owned(),
            from,
            until,
        };
        members.nothing_else()?;
        Ok(published)
    }
}

impl Unit {
    fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        let unit = Self {
            code: members.text("code", 40)?.to_owned(),
            name: Texts::parse(&members, "name", TITLE_CHARACTERS)?,
        };
        members.nothing_else()?;
        // A register separates units with bars, and a code ends where the title begins.
        if unit.code.contains(|character: char| character == '|' || character.is_whitespace()) {
            return Err(Malformed { at: "units.code".to_owned(), problem: Problem::WrongValue });
        }
        Ok(unit)
    }
}

/// In a file of ours nothing else stands beside a level.
fn level(members: Members<'_>) -> Result<Level, Malformed> {
    let level = Level::parse(&members)?;
    members.nothing_else()?;
    Ok(level)
}

impl Texts {
    /// The text in one language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        let [es, pt, en, fr, ht] = &self.0;
        match language {
            Language::Es => es,
            Language::Pt => pt,
            Language::En => en,
            Language::Fr => fr,
            Language::Ht => ht,
        }
    }

    fn parse(members: &Members<'_>, name: &'static str, most: usize) -> Result<Self, Malformed> {
        let texts = members.inner(name)?;
        let mut read = [const { String::new() }; 5];
        for (text, language) in read.iter_mut().zip(Language::ALL) {
            texts.text(language.tag(), most)?.clone_into(text);
        }
        texts.nothing_else()?;
        Ok(Self(read))
    }
}

fn alignment(members: Members<'_>) -> Result<Alignment, Malformed> {
    let alignment = Alignment {
        framework: Some(members.text("framework", TITLE_CHARACTERS)?.to_owned()),
        code: Some(members.text("code", 64)?.to_owned()),
        name: members.text("name", TITLE_CHARACTERS)?.to_owned(),
        url: members.text("url", TEXT_CHARACTERS)?.to_owned(),
    };
    members.nothing_else()?;
    Ok(alignment)
}

fn requires(members: &Members<'_>) -> Result<Vec<AchievementId>, Malformed> {
    let wrong = || members.fault("requires", Problem::WrongValue);
    let list = members.need("requires")?.list().ok_or_else(wrong)?;
    if list.len() > ROWS {
        return Err(members.fault("requires", Problem::TooLong));
    }
    list.iter().map(|json| json.text().and_then(AchievementId::parse).ok_or_else(wrong)).collect()
}

/// The objects of a list that may be empty, which a signed document's may not.
fn list<'a>(members: &Members<'a>, name: &'static str) -> Result<Vec<Members<'a>>, Malformed> {
    match members.get(name).and_then(Json::list) {
        Some([]) => Ok(Vec::new()),
        _ => members.objects(name, ROWS),
    }
}

/// An object that may be absent or `null`.
fn inner_if_any<'a>(members: &Members<'a>, name: &'static str) -> Result<Option<Members<'a>>, Malformed> {
    match members.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(_) => members.inner(name).map(Some),
    }
}

fn truth(members: &Members<'_>, name: &'static str) -> Result<bool, Malformed> {
    match members.need(name)? {
        Json::Bool(truth) => Ok(*truth),
        _ => Err(members.fault(name, Problem::WrongType)),
    }
}
