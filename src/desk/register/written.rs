//! A row as the register keeps it, JSON of our own, and as somebody types it.

use crate::base::canonical::{Bounds, Json, Numbers, Object, read as read_json};
use crate::base::did::Did;
use crate::base::limits::{NAME_CHARACTERS, TEXT_CHARACTERS};
use crate::base::timestamp::Date;
use crate::credential::achievement::{Kind, Language};
use crate::credential::holder::HolderName;
use crate::credential::members::Members;
use crate::credential::terms::{Course, Terms};
use crate::desk::import::{Assessed, Column, RegisterRow, Sex};
use crate::store::StoreError;
use crate::store::award::Award;

/// 32,768 bytes: a row of ours with 32 units of the longest titles; what the store takes is twice that.
const ROW_BOUNDS: Bounds = Bounds { bytes: 32 * 1024, depth: 8, string: 4 * TEXT_CHARACTERS, numbers: Numbers::Whole };

/// A row as the register keeps it.
#[must_use]
pub fn write(row: &RegisterRow) -> String {
    let mut terms = Object::new();
    row.terms.write(&mut terms);
    let mut object = Object::from_iter([
        ("awarded", Json::from(row.awarded.to_string())),
        ("birthYear", Json::Integer(row.birth_year.into())),
        ("kind", row.terms.kind().code().into()),
        ("language", row.language.tag().into()),
        ("name", row.name.as_str().into()),
        ("row", Json::Integer(row.row.into())),
        ("terms", terms.into()),
    ]);
    let more = [
        ("assessor", row.assessed.assessor.clone()),
        ("evidence", row.assessed.evidence.clone()),
        ("holderKey", row.holder_key.as_ref().map(ToString::to_string)),
        ("registerId", row.register_id.clone()),
        ("sex", row.sex.map(|sex| sex.code().to_owned())),
        ("trainer", row.assessed.trainer.clone()),
        ("validUntil", row.valid_until.map(|date| date.to_string())),
    ];
    for (name, text) in more {
        if let Some(text) = text {
            object.set(name, text.into());
        }
    }
    String::from_utf8_lossy(&Json::Object(object).to_canonical()).into_owned()
}

/// A row that the register kept. `None` when it is not one.
#[must_use]
pub fn read(text: &str) -> Option<RegisterRow> {
    let json = read_json(text.as_bytes(), ROW_BOUNDS).ok()?;
    let members = Members::within(&json, String::new()).ok()?;
    let text = |name: &'static str, most: usize| members.text(name, most).ok();
    let kind = Kind::of_code(text("kind", 40)?)?;
    let terms = members.inner("terms").ok()?;
    let date = |text: &str| Date::parse(text).ok();
    let if_any = |name: &'static str| Some(members.text_if_any(name, TEXT_CHARACTERS).ok()?.map(str::to_owned));
    let row = RegisterRow {
        row: u32::try_from(members.number("row").ok()?).ok()?,
        name: HolderName::from_clerk(text("name", NAME_CHARACTERS)?).ok()?,
        birth_year: i32::try_from(members.number("birthYear").ok()?).ok()?,
        awarded: date(text("awarded", 10)?)?,
        valid_until: members.text_if_any("validUntil", 10).ok()?.map(date).map_or(Some(None), |date| date.map(Some))?,
        terms: Terms::parse(kind, &terms).ok()?,
        language: Language::of_tag(text("language", 10)?)?,
        holder_key: match members.text_if_any("holderKey", TEXT_CHARACTERS).ok()? {
            Some(key) => Some(Did::parse(key).ok()?),
            None => None,
        },
        register_id: if_any("registerId")?,
        assessed: Assessed {
            trainer: if_any("trainer")?,
            assessor: if_any("assessor")?,
            evidence: if_any("evidence")?,
        },
        sex: match members.text_if_any("sex", 10).ok()? {
            Some(code) => Some(Sex::of_code(code)?),
            None => None,
        },
    };
    members.nothing_else().ok()?;
    Some(row)
}

/// The row of an award.
///
/// # Errors
/// [`StoreError::NotNow`] for a person who was forgotten, [`StoreError::Damaged`].
pub fn row_of(award: &Award) -> Result<RegisterRow, StoreError> {
    let content = award.content.as_ref().ok_or(StoreError::NotNow)?;
    read(&content.row).ok_or_else(|| StoreError::Damaged("register".to_owned()))
}

/// The name of a column in the programming interface.
#[must_use]
pub fn column_code(column: Column) -> &'static str {
    match column {
        Column::Archive => "archive",
        Column::Assessor => "assessor",
        Column::AwardDate => "awarded",
        Column::BirthYear => "birthYear",
        Column::Evidence => "evidence",
        Column::HolderKey => "holderKey",
        Column::Hours => "hours",
        Column::Language => "language",
        Column::Method => "method",
        Column::Modality => "modality",
        Column::Name => "name",
        Column::RegisterId => "registerId",
        Column::Sex => "sex",
        Column::Trainer => "trainer",
        Column::Units => "units",
        Column::ValidUntil => "validUntil",
    }
}

/// The columns that registers of a kind can say something in.
pub(super) fn columns_of(kind: Kind) -> impl Iterator<Item = Column> {
    Column::ALL.into_iter().filter(move |column| column.is_of(kind))
}

/// What a row says in a column, as somebody would type it.
#[must_use]
pub fn cell(row: &RegisterRow, column: Column) -> String {
    let course = |say: fn(&Course) -> String| match &row.terms {
        Terms::Attendance(course) | Terms::ModuleCompletion(course) => say(course),
        _ => String::new(),
    };
    match column {
        Column::Archive => match &row.terms {
            Terms::FromArchive { archive } => archive.clone(),
            _ => String::new(),
        },
        Column::Assessor => row.assessed.assessor.clone().unwrap_or_default(),
        Column::AwardDate => row.awarded.to_string(),
        Column::BirthYear => row.birth_year.to_string(),
        Column::Evidence => row.assessed.evidence.clone().unwrap_or_default(),
        Column::HolderKey => row.holder_key.as_ref().map(ToString::to_string).unwrap_or_default(),
        Column::Hours => course(|course| course.hours.to_string()),
        Column::Language => row.language.tag().to_owned(),
        Column::Method => match &row.terms {
            Terms::Competence { method, .. } => method.code().to_owned(),
            _ => String::new(),
        },
        Column::Modality => course(|course| course.modality.code().to_owned()),
        Column::Name => row.name.as_str().to_owned(),
        Column::RegisterId => row.register_id.clone().unwrap_or_default(),
        Column::Sex => row.sex.map(|sex| sex.code().to_owned()).unwrap_or_default(),
        Column::Trainer => row.assessed.trainer.clone().unwrap_or_default(),
        // `CODE Title`, and a code has no space.
        Column::Units => match &row.terms {
            Terms::Competence { units, .. } => {
                units.iter().filter_map(|unit| unit.split(' ').next()).collect::<Vec<_>>().join("|")
            }
            _ => String::new(),
        },
        Column::ValidUntil => row.valid_until.map(|date| date.to_string()).unwrap_or_default(),
    }
}
