//! Two people release what is signed (design §6, threats.md I3, L3). The rules here are plain functions; every store calls them inside the
//! transaction that they guard.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::StoreError;
use super::acts::Hand;
use super::beside::is_due;
use super::staff::{Member, Role};
use crate::base::timestamp::Date;
use crate::base::{canonical, multibase};
use crate::credential::delegation::Delegation;
use crate::credential::document::Document as _;

/// 10,000 register rows in a batch: one transaction proposes them all. A larger register is several batches.
pub const BATCH_AWARDS: usize = 10_000;
/// 500 characters: why a batch is given back.
pub const NOTE_CHARACTERS: usize = 500;
/// 100,000 certificates under one standing release.
pub const STANDING_MOST: u32 = 100_000;

/// Rows that are to be signed together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// 128 bits, base64url.
    pub id: String,
    /// The achievement of all its rows.
    pub achievement: String,
    /// How many rows.
    pub count: u32,
    /// SHA-256 over its rows' hashes, in the order of their identifiers, as multibase: what is proposed is what is released.
    pub digest: String,
    /// SHA-256 over its rows' identifiers in their order, as multibase: the same rows proposed under its name again are the same proposal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rows: String,
    /// Everybody who had a hand in one of its rows ([`super::award::Award::touched_by`]), or taught or judged one of its people.
    pub touched_by: BTreeSet<String>,
    /// Who proposed it.
    pub proposed: Hand,
    /// Who released it or gave it back.
    pub decided: Option<Hand>,
    /// Why it was given back.
    pub note: String,
    /// What became of it.
    pub state: BatchState,
    /// How many of its rows are signed.
    pub signed: u32,
    /// What is to be bound to another key. Such a batch has no rows, and one document: the delegation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rebinding: Option<Rebinding>,
}

/// A certificate that is to be bound to another key of its holder (design §7). It says nothing about the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rebinding {
    /// The certificate's identifier.
    pub certificate: String,
    /// Its digest, `uEi…`.
    pub digest: String,
    /// The did:key that it belongs to; `None` when it names none.
    pub old: Option<String>,
    /// The did:key that it is to belong to.
    pub new: String,
}

impl Rebinding {
    /// SHA-256 over what it says, as multibase: what is proposed is what is released and what is signed.
    #[must_use]
    pub fn digest(&self) -> String {
        let old = self.old.as_deref().unwrap_or_default();
        let parts = [self.certificate.as_str(), &self.digest, old, &self.new];
        let hash = parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part).chain_update([0]));
        multibase::digest(&hash.finalize().into())
    }

    /// Whether a signed delegation says this and nothing else.
    #[must_use]
    pub fn is_said_by(&self, document: &str) -> bool {
        let said = canonical::read(document.as_bytes(), Delegation::BOUNDS).ok().and_then(|json| Delegation::of(&json));
        said.is_some_and(|said| {
            let of = Self {
                certificate: said.about.id,
                digest: multibase::digest(&said.about.digest),
                old: said.old.map(|old| old.to_string()),
                new: said.new.to_string(),
            };
            of.digest() == self.digest()
        })
    }
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BatchState {
    /// Every row is signed.
    Done,
    /// It waits for a second person.
    Proposed,
    /// A second person released it; rows are being signed, or wait for the key after an interruption.
    Released,
    /// It was given back; its rows are open again.
    Returned,
}

/// What the second person decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is given back, and why.
    GiveBack(String),
    /// It may be signed. Names the digest that the person saw.
    Release(String),
}

/// A permission for a program to have certificates signed, which two people gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingRelease {
    /// 128 bits, base64url.
    pub id: String,
    /// What may be awarded.
    pub achievement: String,
    /// The first characters of the token that may use it.
    pub token: String,
    /// How many in all.
    pub count: u32,
    /// How many were signed.
    pub used: u32,
    /// Until when, exclusive.
    pub until: String,
    /// Who proposed it.
    pub proposed: Hand,
    /// Who approved it.
    pub approved: Option<Hand>,
    /// Who ended it early.
    pub ended: Option<Hand>,
}

/// By what right something is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warrant {
    /// A batch that a second person released.
    Batch(String),
    /// One step, as only a pilot may that does not require two people.
    Pilot,
    /// A standing release.
    Standing(String),
}

impl Batch {
    /// What the second person's decision makes of it.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] when it was decided before, [`StoreError::NotAllowed`] for somebody who is no signatory,
    /// [`StoreError::SamePerson`] for one who had a hand in it, [`StoreError::Stale`] when another digest was seen.
    pub fn decided(mut self, decision: &Decision, member: Option<&Member>, by: &Hand) -> Result<Self, StoreError> {
        // What was released and cannot be signed any more is given back too, as far as it is not signed.
        let rest = self.state == BatchState::Released && matches!(decision, Decision::GiveBack(_));
        if self.state != BatchState::Proposed && !rest {
            return Err(StoreError::NotNow);
        }
        let member = member.filter(|member| member.id == by.who).ok_or(StoreError::NotAllowed)?;
        match decision {
            Decision::GiveBack(note) => {
                // Whoever proposed it may take it back.
                if !member.may(Role::Signatory) && (rest || self.proposed.who != member.id) {
                    return Err(StoreError::NotAllowed);
                }
                self.note.clone_from(note);
                self.state = BatchState::Returned;
            }
            Decision::Release(seen) => {
                if !member.may(Role::Signatory) {
                    return Err(StoreError::NotAllowed);
                }
                if self.proposed.who == member.id || self.touched_by.contains(&member.id) {
                    return Err(StoreError::SamePerson);
                }
                if *seen != self.digest {
                    return Err(StoreError::Stale);
                }
                self.state = BatchState::Released;
            }
        }
        self.decided = Some(by.clone());
        Ok(self)
    }

    /// Whether nobody decided it for longer than so many months.
    #[must_use]
    pub fn is_overdue(&self, months: u16, today: Date) -> bool {
        self.state == BatchState::Proposed && is_due(&self.proposed.at, months, today)
    }

    /// The batch with so many more rows signed.
    ///
    /// # Errors
    /// [`StoreError::NotReleased`]; [`StoreError::Damaged`] when that is more than it has.
    pub fn with_signed(mut self, more: u32) -> Result<Self, StoreError> {
        if self.state != BatchState::Released {
            return Err(StoreError::NotReleased);
        }
        let signed = self.signed.checked_add(more).filter(|signed| *signed <= self.count);
        self.signed = signed.ok_or_else(|| StoreError::Damaged("batch".to_owned()))?;
        if self.signed == self.count {
            self.state = BatchState::Done;
        }
        Ok(self)
    }
}

impl StandingRelease {
    /// What a second person's approval makes of it.
    ///
    /// # Errors
    /// As [`Batch::decided`].
    pub fn approved(mut self, member: Option<&Member>, by: &Hand) -> Result<Self, StoreError> {
        if self.approved.is_some() || self.ended.is_some() {
            return Err(StoreError::NotNow);
        }
        let member = member.filter(|member| member.id == by.who && member.may(Role::Signatory));
        let member = member.ok_or(StoreError::NotAllowed)?;
        if self.proposed.who == member.id {
            return Err(StoreError::SamePerson);
        }
        self.approved = Some(by.clone());
        Ok(self)
    }

    /// The release after so many more were signed under it, at a time.
    ///
    /// # Errors
    /// [`StoreError::NotReleased`] when it was not approved, is over, or has no more to give.
    pub fn with_used(mut self, more: u32, at: &str) -> Result<Self, StoreError> {
        // Both are `YYYY-MM-DDThh:mm:ssZ`, which sort as they follow.
        let open = self.approved.is_some() && self.ended.is_none() && at < self.until.as_str();
        let used = self.used.checked_add(more).filter(|used| open && *used <= self.count);
        self.used = used.ok_or(StoreError::NotReleased)?;
        Ok(self)
    }
}
