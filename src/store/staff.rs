//! Who works at an institution.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What somebody may do (design §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Says who works here. Neither proposes nor releases.
    Administrator,
    /// Judges prior learning.
    Assessor,
    /// Reads everything and changes nothing.
    Auditor,
    /// Brings in the register and proposes batches.
    Clerk,
    /// Releases batches, with the institution's key; suspends and withdraws.
    Signatory,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] = [Role::Administrator, Role::Assessor, Role::Auditor, Role::Clerk, Role::Signatory];

    /// The code of files and language tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Assessor => "assessor",
            Role::Auditor => "auditor",
            Role::Clerk => "clerk",
            Role::Signatory => "signatory",
        }
    }

    /// The role of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Somebody who works here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// 128 random bits, base64url.
    pub id: String,
    /// What they sign in with, in small letters.
    pub login: String,
    /// What colleagues see, and certificates do not.
    pub name: String,
    /// What they may do.
    pub roles: BTreeSet<Role>,
    /// Their password's Argon2id hash (PHC string); `None` until the invitation is taken up.
    pub password: Option<String>,
    /// A one-time link that is still open.
    pub invitation: Option<Invitation>,
    /// Whether they may come in.
    pub standing: Standing,
    /// That their signature waits for another signatory's word. No caller says it: the store finds it out, see [`super::signing`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waiting>,
    /// Counts the changes: a change names the version that it was made upon.
    pub version: u32,
}

/// Whether somebody may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// They may.
    Active,
    /// They may not any more.
    Closed,
}

/// A one-time link to choose a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// SHA-256 of the link's secret, as multibase.
    pub hash: String,
    /// When it ends.
    pub until: String,
    /// Who made it; the store says so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
}

/// A signatory whom another signatory has yet to confirm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// Everybody who gave them the role, or the link by which they came in: none of them is the one who confirms it.
    pub given_by: BTreeSet<String>,
    /// `YYYY-MM-DDThh:mm:ssZ`.
    pub since: String,
}

impl Member {
    /// Whether they may do what a role may. A signatory who waits may not sign.
    #[must_use]
    pub fn may(&self, role: Role) -> bool {
        self.has(role) && (role != Role::Signatory || self.waits.is_none())
    }

    /// Whether they come in with a role, be it one that waits.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.standing == Standing::Active && self.roles.contains(&role)
    }

    /// Whether they can sign at this moment: they may, and have come in.
    #[must_use]
    pub fn signs(&self) -> bool {
        self.may(Role::Signatory) && self.password.is_some()
    }
}
