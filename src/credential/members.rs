//! Reading a closed object: every member is asked for by name, and one that nobody asked for is refused (threats.md B11, B13).

use std::cell::Cell;

use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;

/// A document is not of its closed shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where, as member names and positions joined by dots: `credentialSubject.achievement.name`.
    pub at: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It may not stand in a credential at all (design §3 *Forbidden*).
    Forbidden,
    /// It is required and absent.
    Missing,
    /// It stands there, and this kind of document has no such member.
    NotOfKind,
    /// It is longer, or there are more of it, than the limit allows.
    TooLong,
    /// Its value is not one of the values it may have.
    WrongValue,
    /// It is not of its JSON type.
    WrongType,
}

/// Members that people's safety forbids in any credential, whatever the kind (design §3, domain.md P3), in lower case.
pub const FORBIDDEN: [&str; 40] = [
    "address",
    "asylumstatus",
    "birthcountry",
    "birthdate",
    "birthplace",
    "citizenship",
    "cohort",
    "dateofbirth",
    "disability",
    "documentnumber",
    "documenttype",
    "donor",
    "email",
    "ethnicity",
    "family",
    "gender",
    "geo",
    "health",
    "idcountry",
    "idnumber",
    "idtype",
    "maritalstatus",
    "migrationstatus",
    "migratorystatus",
    "nationalid",
    "nationalidentitynumber",
    "nationality",
    "passport",
    "passportnumber",
    "phone",
    "placeofbirth",
    "programme",
    "race",
    "refugeestatus",
    "religion",
    "residence",
    "sex",
    "sexualorientation",
    "telephone",
    "visa",
];

/// Whether a member name is one of [`FORBIDDEN`], whatever its case, hyphens and underscores.
#[must_use]
pub fn is_forbidden(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect();
    FORBIDDEN.binary_search(&plain.strip_prefix("ext:").unwrap_or(&plain)).is_ok()
}

/// One object being read.
pub struct Members<'a> {
    object: &'a Object,
    at: String,
    /// One bit for each of the first 64 members. No closed object has as many, so one beyond them is always one too many.
    asked: Cell<u64>,
}

impl<'a> Members<'a> {
    /// Begins to read the outermost object.
    #[must_use]
    pub fn of(object: &'a Object) -> Self {
        Self { object, at: String::new(), asked: Cell::default() }
    }

    /// Begins to read `json` as an object that stands at `at`.
    ///
    /// # Errors
    /// [`Problem::WrongType`] when it is none.
    pub fn within(json: &'a Json, at: String) -> Result<Self, Malformed> {
        match json.object() {
            Some(object) => Ok(Self { object, at, asked: Cell::default() }),
            None => Err(Malformed { at, problem: Problem::WrongType }),
        }
    }

    /// The path of a member.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        if self.at.is_empty() { name.to_owned() } else { [&self.at, ".", name].concat() }
    }

    /// This member is at fault.
    #[must_use]
    pub fn fault(&self, name: &str, problem: Problem) -> Malformed {
        Malformed { at: self.path(name), problem }
    }

    /// A member that may be absent.
    pub fn get(&self, name: &'static str) -> Option<&'a Json> {
        let (position, json) = self.object.find(name)?;
        self.asked.set(self.asked.get() | bit(position));
        Some(json)
    }

    /// A member that must be there.
    ///
    /// # Errors
    /// [`Problem::Missing`].
    pub fn need(&self, name: &'static str) -> Result<&'a Json, Malformed> {
        self.get(name).ok_or_else(|| self.fault(name, Problem::Missing))
    }

    /// A string of 1 to `most` characters that may be absent.
    ///
    /// # Errors
    /// [`Problem::WrongType`], [`Problem::WrongValue`] when empty, [`Problem::TooLong`].
    pub fn text_if_any(&self, name: &'static str, most: usize) -> Result<Option<&'a str>, Malformed> {
        self.get(name).map(|json| self.as_text(name, json, most)).transpose()
    }

    /// A string of 1 to `most` characters.
    ///
    /// # Errors
    /// As [`Members::text_if_any`], and [`Problem::Missing`].
    pub fn text(&self, name: &'static str, most: usize) -> Result<&'a str, Malformed> {
        self.as_text(name, self.need(name)?, most)
    }

    /// A time of the strict profile.
    ///
    /// # Errors
    /// As [`Members::text`], and [`Problem::WrongValue`].
    pub fn time(&self, name: &'static str) -> Result<Timestamp, Malformed> {
        Timestamp::parse(self.text(name, 20)?).map_err(|_| self.fault(name, Problem::WrongValue))
    }

    /// A time of the strict profile that may be absent.
    ///
    /// # Errors
    /// As [`Members::time`].
    pub fn time_if_any(&self, name: &'static str) -> Result<Option<Timestamp>, Malformed> {
        let text = self.text_if_any(name, 20)?;
        text.map(|text| Timestamp::parse(text).map_err(|_| self.fault(name, Problem::WrongValue))).transpose()
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`Problem::Missing`], [`Problem::WrongType`].
    pub fn number(&self, name: &'static str) -> Result<i64, Malformed> {
        self.need(name)?.integer().ok_or_else(|| self.fault(name, Problem::WrongType))
    }

    /// An object that must be there.
    ///
    /// # Errors
    /// [`Problem::Missing`], [`Problem::WrongType`].
    pub fn inner(&self, name: &'static str) -> Result<Members<'a>, Malformed> {
        Members::within(self.need(name)?, self.path(name))
    }

    /// The objects of an array of at most `most`; none when the member is absent.
    ///
    /// # Errors
    /// [`Problem::WrongType`], [`Problem::TooLong`], [`Problem::WrongValue`] for an empty array.
    pub fn objects(&self, name: &'static str, most: usize) -> Result<Vec<Members<'a>>, Malformed> {
        let Some(json) = self.get(name) else { return Ok(Vec::new()) };
        let list = json.list().ok_or_else(|| self.fault(name, Problem::WrongType))?;
        if list.is_empty() {
            return Err(self.fault(name, Problem::WrongValue));
        }
        if list.len() > most {
            return Err(self.fault(name, Problem::TooLong));
        }
        list.iter()
            .enumerate()
            .map(|(position, entry)| Members::within(entry, format!("{}.{position}", self.path(name))))
            .collect()
    }

    /// The member is an array of exactly these strings, in this order.
    ///
    /// # Errors
    /// [`Problem::Missing`], [`Problem::WrongValue`].
    pub fn exactly(&self, name: &'static str, texts: &[&str]) -> Result<(), Malformed> {
        let list = self.need(name)?.list().unwrap_or_default();
        let equal = list.len() == texts.len() && list.iter().zip(texts).all(|(json, text)| json.text() == Some(text));
        if equal { Ok(()) } else { Err(self.fault(name, Problem::WrongValue)) }
    }

    /// The member is exactly this string.
    ///
    /// # Errors
    /// [`Problem::Missing`], [`Problem::WrongValue`].
    pub fn equals(&self, name: &'static str, text: &str) -> Result<(), Malformed> {
        if self.need(name)?.text() == Some(text) { Ok(()) } else { Err(self.fault(name, Problem::WrongValue)) }
    }

    /// Nothing stands here that was not asked for.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] or [`Problem::NotOfKind`] for the first member nobody asked for.
    pub fn nothing_else(self) -> Result<(), Malformed> {
        let asked = self.asked.get();
        match self.object.iter().enumerate().find(|(position, _)| asked & bit(*position) == 0) {
            None => Ok(()),
            Some((_, (name, _))) if is_forbidden(name) => Err(self.fault(name, Problem::Forbidden)),
            Some((_, (name, _))) => Err(self.fault(name, Problem::NotOfKind)),
        }
    }

    fn as_text(&self, name: &str, json: &'a Json, most: usize) -> Result<&'a str, Malformed> {
        let text = json.text().ok_or_else(|| self.fault(name, Problem::WrongType))?;
        if text.is_empty() {
            return Err(self.fault(name, Problem::WrongValue));
        }
        // Bytes bound characters, so that short texts are not counted twice.
        if text.len() > most && text.chars().count() > most {
            return Err(self.fault(name, Problem::TooLong));
        }
        Ok(text)
    }
}

/// The bit of a member's position; none from 64 on.
fn bit(position: usize) -> u64 {
    u32::try_from(position).ok().and_then(|position| 1_u64.checked_shl(position)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes_that_nobody_asked_for() {
        let names: Vec<String> = (0..70).map(|number| format!("{number:02}")).collect();
        let object: Object = names.iter().map(|name| (name, Json::Null)).collect();
        let members = Members::of(&object);
        assert_eq!(members.get("absent"), None);
        for name in ["00", "01", "63", "64", "69"] {
            assert!(members.get(name).is_some());
        }
        assert_eq!(members.nothing_else().unwrap_err().at, "02");

        let few: Object = ["a", "email"].into_iter().map(|name| (name, Json::Null)).collect();
        let members = Members::of(&few);
        members.get("a");
        assert_eq!(members.nothing_else().unwrap_err().problem, Problem::Forbidden);
        let members = Members::of(&few);
        members.get("email");
        members.get("a");
        assert_eq!(members.nothing_else(), Ok(()));
    }
}
