//! One row that can be issued, and how it is known again when the register comes a second time (design §6).

use sha2::{Digest as _, Sha256};

use super::fold::{fold, names_in};
use super::sex::Sex;
use crate::base::canonical::{Json, Object};
use crate::base::did::Did;
use crate::base::timestamp::Date;
use crate::credential::achievement::{AchievementId, Language};
use crate::credential::holder::HolderName;
use crate::credential::terms::Terms;

/// One person's award, complete: what the register says of it, ready for a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    /// The number that the clerk sees beside the row in a spreadsheet, from 1.
    pub row: u32,
    /// The name as it would be signed.
    pub name: HolderName,
    /// Year of birth.
    pub birth_year: i32,
    /// The day of the award.
    pub awarded: Date,
    /// The last day of validity, later than the award; `None` for no end.
    pub valid_until: Option<Date>,
    /// Hours and modality, units and method, or the place in the archive: what the achievement's kind needs.
    pub terms: Terms,
    /// The language of the certificate.
    pub language: Language,
    /// The holder's own key, a did:key.
    pub holder_key: Option<Did>,
    /// The body's own number for the award; never signed.
    pub register_id: Option<String>,
    /// Who taught and who judged, and by what; never signed, and no part of [`RegisterRow::digest`].
    pub assessed: Assessed,
    /// What the person says of their sex, for counts from the register; never signed, and no part of [`RegisterRow::digest`].
    pub sex: Option<Sex>,
}

/// How a competence was come to, as the institution's own record has it (design §6, domain.md 2b): one who teaches does not judge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assessed {
    /// Who taught or accompanied the person.
    pub trainer: Option<String>,
    /// Who judged.
    pub assessor: Option<String>,
    /// Where the evidence lies.
    pub evidence: Option<String>,
}

impl Assessed {
    /// Whether somebody taught and judged.
    #[must_use]
    pub fn is_by_one(&self) -> bool {
        let both = self.trainer.as_deref().zip(self.assessor.as_deref());
        both.is_some_and(|(trainer, assessor)| !names_in(trainer).is_disjoint(&names_in(assessor)))
    }
}

impl RegisterRow {
    /// The SHA-256 over everything in the row that is signed. A second import skips a person whose digest is the same and shows
    /// any other as a correction. Titles come from the catalogue, not from the row, and are left out: a reworded one corrects
    /// nobody. The digest is made of a name and a year, which can be guessed: it stays inside the register.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let terms: Json = match &self.terms {
            Terms::Competence { units, method } => {
                // `CODE Title`, and a code has no space.
                let codes = units.iter().filter_map(|unit| unit.split(' ').next()).map(Json::from).collect();
                Object::from_iter([("method", Json::from(method.code())), ("units", Json::List(codes))]).into()
            }
            terms => {
                let mut subject = Object::default();
                terms.write(&mut subject);
                subject.into()
            }
        };
        let mut said = Object::from_iter([
            ("awarded", Json::from(self.awarded.to_string())),
            ("birthYear", Json::Integer(self.birth_year.into())),
            ("kind", self.terms.kind().code().into()),
            ("language", self.language.tag().into()),
            ("name", self.name.as_str().into()),
            ("terms", terms),
        ]);
        if let Some(until) = self.valid_until {
            said.set("validUntil", until.to_string().into());
        }
        if let Some(key) = &self.holder_key {
            said.set("holderKey", key.as_str().into());
        }
        Sha256::digest(Json::from(said).to_canonical()).into()
    }

    /// Who and what this row is, to a register: the same institution, achievement and register person, which is the register's
    /// own id, else the folded name, birth year and award date. So without an id a corrected name is a new person. As guessable
    /// as [`RegisterRow::digest`], and as private.
    #[must_use]
    pub fn same_person_key(&self, institution: &Did, achievement: &AchievementId) -> [u8; 32] {
        let person: Json = match &self.register_id {
            Some(id) => Object::from_iter([("id", Json::from(id.as_str()))]).into(),
            None => Object::from_iter([
                ("awarded", Json::from(self.awarded.to_string())),
                ("birthYear", Json::Integer(self.birth_year.into())),
                ("name", fold(self.name.as_str()).into()),
            ])
            .into(),
        };
        let key = Json::List(vec![institution.as_str().into(), achievement.as_str().into(), person]);
        Sha256::digest(key.to_canonical()).into()
    }
}

/// A person in this file: folded name, birth year, award date, as 64 bits of a digest, since a million of them are kept.
/// Two people of one digest, once in ten million such files, would be asked about and lost to nobody.
pub(super) fn person_in_file(name: &HolderName, birth_year: i32, awarded: Date) -> u64 {
    short_digest(&[&fold(name.as_str()), &birth_year.to_string(), &awarded.to_string()])
}

/// A register id in this file, likewise.
pub(super) fn id_in_file(id: &str) -> u64 {
    short_digest(&[id])
}

fn short_digest(texts: &[&str]) -> u64 {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text);
        // No text has a NUL, so two rows never run into the same bytes.
        hash.update([0]);
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}
