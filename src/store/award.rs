//! A row of the register: one person's award, before and after it is certified.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::acts::Hand;
use crate::base::multibase;

/// One person's award in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Award {
    /// 128 bits, base64url. Random: it stays in the log when the person is forgotten, and says nothing of them then.
    pub id: String,
    /// What was achieved.
    pub achievement: String,
    /// What is said of the person; gone when the person is forgotten.
    pub content: Option<Content>,
    /// What counts in statistics, and stays.
    pub facts: Facts,
    /// SHA-256 of the content's salt and text, as multibase; stays, and says nothing without the salt.
    pub hash: String,
    /// Where it stands.
    pub state: AwardState,
    /// The serials of the certificates that were issued for it, the one that counts last.
    pub serials: Vec<String>,
    /// Who brought it in or changed it last.
    pub by: Hand,
    /// Everybody who brought it in, changed it, left it out, took it in again or proposed it: none of them is its second person.
    pub touched_by: BTreeSet<String>,
    /// The members who taught or judged the person, as the row names them: none of them is its second person either (domain.md D29).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub assessed_by: BTreeSet<String>,
    /// Counts the changes: a change names the version that it was made upon.
    pub version: u32,
}

/// What is said of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// 128 random bits, base64url: destroyed with the rest, so that no hash of it can be guessed back to a person (domain.md P7).
    pub salt: String,
    /// The row, as the desk writes it.
    pub row: String,
    /// The folded words under which the person is found.
    pub words: Vec<String>,
    /// By which import and as which of its rows it came, see [`Content::of_import`]; `None` of what came another way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<String>,
}

/// What of an award counts in statistics. Names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The month of the award, `YYYY-MM`.
    pub month: String,
    /// The kind's code.
    pub kind: String,
    /// Self-declared, if at all.
    pub sex: Option<String>,
    /// The occupation's ISCO-08 major group, if the achievement has one.
    pub isco: Option<String>,
    /// A number of the same person's in this register; random, and without meaning elsewhere (domain.md D36).
    pub person: String,
}

/// Where an award stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AwardState {
    /// In a batch: which.
    In(String),
    /// A certificate was issued for it as it stands.
    Issued,
    /// Left out by a clerk.
    Left,
    /// Free to be proposed.
    Open,
}

impl AwardState {
    /// The code of files and language tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            AwardState::In(_) => "in-batch",
            AwardState::Issued => "issued",
            AwardState::Left => "left",
            AwardState::Open => "open",
        }
    }
}

impl Content {
    /// What an award's hash must be.
    #[must_use]
    pub fn hash(&self) -> String {
        let digest = Sha256::new_with_prefix(&self.salt).chain_update([0]).chain_update(&self.row).finalize();
        multibase::digest(&digest.into())
    }

    /// What is kept of the import that brings this, so that the same import is known again: SHA-256 of the salt, its key and the row's number,
    /// as multibase. A key may be the digest of a file, or have a person's number in it; with the salt gone nobody finds it again.
    #[must_use]
    pub fn of_import(&self, once: &str, row: u32) -> String {
        let digest = Sha256::new_with_prefix("skillpass import\0")
            .chain_update(&self.salt)
            .chain_update([0])
            .chain_update(once)
            .chain_update([0])
            .chain_update(row.to_be_bytes())
            .finalize();
        multibase::digest(&digest.into())
    }
}
