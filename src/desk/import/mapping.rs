//! What a clerk says of a file's columns: said once, and remembered for the next register with the same headers (design §6).

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::columns::Column;
use super::fold::fold_words;
use super::headings::{Heading, Told};

/// 256 headers: as many as a register has columns.
const HEADERS_MOST: usize = super::COLUMNS_MOST;

/// What one header means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A column of ours.
    Column(Column),
    /// Nothing that is read.
    Ignored,
    /// A part of the name.
    Name(NamePart),
}

/// Which part of a name stands in a column of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// Surnames.
    Family,
    /// Given names.
    Given,
}

/// In which order the parts of a name are shown. Nobody but the body itself can say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameOrder {
    /// Pérez Rojas Ana María
    FamilyFirst,
    /// Ana María Pérez Rojas
    GivenFirst,
}

/// What the clerk says of the headers of one kind of file. No two headers have one meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Mapping {
    columns: BTreeMap<String, Meaning>,
    name_order: Option<NameOrder>,
    /// The same headers, folded.
    folded: HashMap<String, Meaning>,
}

/// Why a mapping is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAMapping {
    /// Two headers of one meaning, or of one text.
    Twice(String),
    /// More headers than a register has columns.
    TooMany,
    /// A word for no column.
    Unknown(String),
}

impl Meaning {
    /// Every meaning.
    pub fn all() -> impl Iterator<Item = Meaning> {
        let parts = [NamePart::Given, NamePart::Family].map(Meaning::Name);
        Column::ALL.map(Meaning::Column).into_iter().chain(parts).chain([Meaning::Ignored])
    }

    /// The code of files and the command line: `award-date`, `given-names`, `ignored`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Meaning::Column(column) => column.code(),
            Meaning::Ignored => "ignored",
            Meaning::Name(NamePart::Family) => "family-names",
            Meaning::Name(NamePart::Given) => "given-names",
        }
    }

    /// The meaning of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::all().find(|meaning| meaning.code() == code)
    }
}

impl Mapping {
    /// What the clerk says: headers as they stand in the file, and what each means.
    ///
    /// # Errors
    /// [`NotAMapping`].
    pub fn of(
        columns: impl IntoIterator<Item = (String, Meaning)>,
        name_order: Option<NameOrder>,
    ) -> Result<Self, NotAMapping> {
        let mut mapping = Self { name_order, ..Self::default() };
        for (header, meaning) in columns {
            let taken = meaning != Meaning::Ignored && mapping.columns.values().any(|other| *other == meaning);
            let folded = mapping.folded.insert(key(&header), meaning);
            if taken || folded.is_some() || mapping.columns.insert(header.clone(), meaning).is_some() {
                return Err(NotAMapping::Twice(header));
            }
            if mapping.columns.len() > HEADERS_MOST {
                return Err(NotAMapping::TooMany);
            }
        }
        Ok(mapping)
    }

    /// What the clerk says of a header, compared without capitals and marks.
    #[must_use]
    pub fn of_header(&self, header: &str) -> Option<Meaning> {
        self.folded.get(&key(header)).copied()
    }

    /// Whether what it names are titles. The first row of a file without titles is a person's, and has a year of birth in it: a mapping of that is
    /// of use for the one file, and is not to be remembered (G-14).
    #[must_use]
    pub fn is_of_titles(&self) -> bool {
        let is_title = |header: &str| {
            let is_number = header.chars().any(char::is_numeric) && !header.chars().any(char::is_alphabetic);
            !is_number && !header.contains('@')
        };
        self.columns.keys().all(|header| is_title(header))
    }

    /// The headers and their meanings, in the order of the alphabet.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Meaning)> {
        self.columns.iter().map(|(header, meaning)| (header.as_str(), *meaning))
    }

    /// In which order the parts of a name are shown.
    #[must_use]
    pub fn name_order(&self) -> Option<NameOrder> {
        self.name_order
    }

    /// What is recognised without the clerk, to begin from. Parts of a name are proposed where there is one column of each; their
    /// order is never proposed. What is forbidden is ignored.
    #[must_use]
    pub fn propose(headers: &[String]) -> Self {
        let headings = Told::default().headings(headers);
        let full = headings.contains(&Heading::Known(Column::Name));
        let parts: Vec<Option<NamePart>> = headings
            .iter()
            .zip(headers)
            .map(|(heading, header)| match heading {
                Heading::NamePart => Some(part_of(header)),
                // Beside surnames of their own, it is half of the name.
                Heading::NameAlone if headings.contains(&Heading::NamePart) => Some(NamePart::Given),
                _ => None,
            })
            .collect();
        let once = |part: NamePart| parts.iter().filter(|other| **other == Some(part)).count() == 1;
        let in_parts = !full && once(NamePart::Given) && once(NamePart::Family);
        let has_parts = parts.iter().any(Option::is_some);
        let mut mapping = Self::default();
        for ((heading, header), part) in headings.iter().zip(headers).zip(parts) {
            let meaning = match (heading, part) {
                (_, Some(part)) if in_parts => Meaning::Name(part),
                (Heading::Known(column), _) => Meaning::Column(*column),
                (Heading::NameAlone, None) if !full && !has_parts => Meaning::Column(Column::Name),
                _ => Meaning::Ignored,
            };
            let taken = mapping.columns.values().any(|other| *other == meaning);
            let meaning = if taken { Meaning::Ignored } else { meaning };
            if !header.is_empty() && !mapping.folded.contains_key(&key(header)) {
                mapping.folded.insert(key(header), meaning);
                mapping.columns.insert(header.clone(), meaning);
            }
        }
        mapping
    }
}

/// How headers are compared. One of signs alone (`№`) is itself.
fn key(header: &str) -> String {
    let folded = fold_words(header);
    if folded.is_empty() { header.trim().to_owned() } else { folded }
}

fn part_of(header: &str) -> NamePart {
    let folded = fold_words(header);
    let family = ["apellido", "sobrenome", "ultimo", "surname", "last", "family", "famille", "siyati", "fanmi"];
    if family.iter().any(|word| folded.contains(word)) { NamePart::Family } else { NamePart::Given }
}

/// A mapping as it is stored: `{"columns":{"Fecha de fin":"award-date"},"nameOrder":"given-first"}`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Stored {
    columns: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name_order: Option<NameOrder>,
}

impl TryFrom<Stored> for Mapping {
    type Error = NotAMapping;

    fn try_from(stored: Stored) -> Result<Self, NotAMapping> {
        let columns: Result<Vec<_>, _> = stored
            .columns
            .into_iter()
            .map(|(header, code)| {
                Meaning::of_code(&code).map(|meaning| (header, meaning)).ok_or(NotAMapping::Unknown(code))
            })
            .collect();
        Self::of(columns?, stored.name_order)
    }
}

impl From<Mapping> for Stored {
    fn from(mapping: Mapping) -> Self {
        let columns = mapping.columns.into_iter().map(|(header, meaning)| (header, meaning.code().to_owned()));
        Self { columns: columns.collect(), name_order: mapping.name_order }
    }
}

impl std::fmt::Display for NotAMapping {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{self:?}")
    }
}

impl std::error::Error for NotAMapping {}
