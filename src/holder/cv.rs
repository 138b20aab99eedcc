//! A verified CV: what an employment service takes in. Rows are a reading aid; whoever imports one verifies the certificates in it again, and
//! believes no row (domain.md D30).

use super::matching::is_of;
use crate::base::canonical::{Bounds, Json, Numbers, Object, read};
use crate::base::limits::{CREDENTIAL_STRING_BYTES, FILE_DEPTH, PRESENTED};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::{Achievement, Kind};
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::trust::root::Environment;
use crate::verify::{Outcome, Verdict};

const TYPE: &str = "skillpass-cv-1";
/// The classification that employment services code occupations by.
const ISCO: &str = "ISCO-08";
/// 8,388,608 bytes, as a list of certificates is read at most.
const BOUNDS: Bounds =
    Bounds { bytes: 8 * 1024 * 1024, depth: FILE_DEPTH + 3, string: CREDENTIAL_STRING_BYTES, numbers: Numbers::Any };

/// One certificate of a CV, as its verdict said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// SHA-256 of the certificate, as `uEi…`.
    pub digest: String,
    /// Its kind.
    pub kind: Kind,
    /// The holder's name and year of birth.
    pub holder: (String, i32),
    /// Its title, as signed.
    pub title: String,
    /// The achievement's identifier.
    pub achievement: String,
    /// The occupations it was aligned with, by their ISCO-08 codes.
    pub isco: Vec<String>,
    /// The institution's name in the trust file, and its country.
    pub issuer: (String, String),
    /// The day of the award.
    pub awarded: String,
    /// The last day, if there is one.
    pub until: Option<String>,
    /// The day of the data that it was held against.
    pub as_of: String,
    /// Whether it was issued in earnest.
    pub environment: Environment,
}

/// Why there is no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRow {
    /// It was not accepted.
    NotAccepted,
    /// It is not of our kinds, or only speaks about a person or another certificate.
    OtherKind,
}

/// The columns of a table of rows.
pub const COLUMNS: [&str; 13] = [
    "digest",
    "kind",
    "name",
    "birth_year",
    "title",
    "achievement",
    "isco_08",
    "issuer",
    "issuer_country",
    "awarded",
    "valid_until",
    "as_of",
    "environment",
];

impl Row {
    /// The row of a verdict that accepts.
    ///
    /// # Errors
    /// [`NoRow`].
    pub fn of(verdict: &Verdict) -> Result<Self, NoRow> {
        if !matches!(verdict.outcome, Outcome::Accept(_)) {
            return Err(NoRow::NotAccepted);
        }
        let ((credential, _), backing) = verdict.shown().zip(verdict.backing.as_ref()).ok_or(NoRow::OtherKind)?;
        // Who vouches and who decides about another certificate says nothing that the person has learned; a decision may be a refusal.
        if matches!(credential.kind(), Kind::Endorsement | Kind::Recognition) {
            return Err(NoRow::OtherKind);
        }
        Ok(Self {
            digest: multibase::digest(&verdict.digest),
            kind: credential.kind(),
            holder: (credential.holder.name.as_str().to_owned(), credential.holder.birth_year),
            title: credential.achievement.name.clone(),
            achievement: credential.achievement.id.as_str().to_owned(),
            isco: isco(&credential.achievement),
            issuer: (backing.issuer_name.clone(), backing.issuer_country.clone()),
            awarded: credential.awarded.date().to_string(),
            until: credential.valid_until.map(|until| until.date().to_string()),
            as_of: backing.as_of.date().to_string(),
            environment: backing.environment,
        })
    }

    /// Its cells, in the order of [`COLUMNS`].
    #[must_use]
    pub fn cells(&self) -> Vec<String> {
        vec![
            self.digest.clone(),
            self.kind.code().to_owned(),
            self.holder.0.clone(),
            self.holder.1.to_string(),
            self.title.clone(),
            self.achievement.clone(),
            self.isco.join(" "),
            self.issuer.0.clone(),
            self.issuer.1.clone(),
            self.awarded.clone(),
            self.until.clone().unwrap_or_default(),
            self.as_of.clone(),
            self.environment.code().to_owned(),
        ]
    }

    /// The same with names.
    #[must_use]
    pub fn to_json(&self) -> Object {
        let mut object: Object =
            COLUMNS.into_iter().zip(self.cells()).map(|(name, cell)| (name, Json::from(cell))).collect();
        object.set("isco_08", Json::List(self.isco.iter().map(|code| code.as_str().into()).collect()));
        object.set("birth_year", Json::Integer(i64::from(self.holder.1)));
        object
    }
}

/// The ISCO-08 codes of an achievement.
#[must_use]
pub fn isco(achievement: &Achievement) -> Vec<String> {
    let of_isco =
        achievement.alignments.iter().filter(|it| it.framework.as_deref().is_some_and(|name| is_of(name, ISCO)));
    of_isco.filter_map(|it| it.code.clone()).collect()
}

/// A CV: rows, and the certificates that they are of, byte for byte in the same order.
#[must_use]
pub fn write(rows: &[(Row, Signed<Credential>)], made: Timestamp) -> Object {
    Object::from_iter([
        ("certificates", Json::List(rows.iter().map(|(_, signed)| signed.to_json()).collect())),
        ("made", made.to_string().into()),
        ("rows", Json::List(rows.iter().map(|(row, _)| row.to_json().into()).collect())),
        ("type", TYPE.into()),
    ])
}

/// The certificates of a CV, as claims: each is to be verified. `None` when it is no CV.
#[must_use]
pub fn certificates(bytes: &[u8]) -> Option<Vec<Signed<Credential>>> {
    let Ok(Json::Object(object)) = read(bytes, BOUNDS) else { return None };
    let of_type = object.get("type").and_then(Json::text) == Some(TYPE);
    let list = object.get("certificates").and_then(Json::list).filter(|list| of_type && list.len() <= PRESENTED)?;
    list.iter().map(|json| Signed::read(&json.to_canonical()).ok()).collect()
}
