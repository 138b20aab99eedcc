//! The checkpoint of an institution's log: how many lines it has and where the hash chain over them ends, signed. The authority
//! countersigns and keeps it, so whoever rewrites a log afterwards does not come to the head that it keeps (threats.md L3). There are two
//! logs, and a checkpoint of one is never taken for one of the other: each has its own `type` and its own proof purpose.
//!
//! ```text
//! {"type": "LogCheckpoint" or "ActsCheckpoint", "issuer": DID, "size": N, "head": "uEi…", "date": TIME,
//!  "proof": [the institution's, then the authority's freshness key's]}
//! ```
//! *Credentials*, in the order in which they were issued: one that is not under a countersigned checkpoint cannot be slipped in later, when a
//! key has leaked (design §5).
//! ```text
//! head(0)   = SHA-256("skillpass log" ‖ 00 ‖ issuer's DID)
//! head(n+1) = SHA-256(head(n) ‖ digest of credential n+1)
//! ```
//! The log goes with it as text: one credential digest a line, `uEi…`, in the order committed, since the beginning. A digest says nothing
//! about the person: a credential has a random identifier of 128 bits.
//!
//! *Acts*: what was done at the desk. The lines themselves stay with the institution: they say who works there, and nobody else needs that.
//! ```text
//! head(0)   = 32 zero bytes
//! head(n+1) = SHA-256(head(n) ‖ line n+1)
//! ```

use std::marker::PhantomData;

use sha2::{Digest as _, Sha256};

use super::root::{PART_BOUNDS, version_json};
use crate::base::canonical::{Bounds, Json, Object};
use crate::base::did::{Did, MethodId};
use crate::base::key::SecretKey;
use crate::base::limits::TITLE_CHARACTERS;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::document::{Document, Signed, Unreadable};
use crate::credential::members::{Malformed, Members, Problem};

/// 48 bytes: a line of the log as text, `uEi` and 43 further characters, a line feed at its end.
const LINE_BYTES: usize = 48;

/// Of which log a checkpoint is.
pub trait Log {
    /// The document's `type`.
    const TYPE: &'static str;
    /// The proof purpose: a signature over one log's checkpoint is none over the other's (threats.md A16).
    const PURPOSE: &'static str;
}

/// The log of what was done at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acts {}

/// The log of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials {}

impl Log for Acts {
    const TYPE: &'static str = "ActsCheckpoint";
    const PURPOSE: &'static str = "actsCheckpoint";
}

impl Log for Credentials {
    const TYPE: &'static str = "LogCheckpoint";
    const PURPOSE: &'static str = "logCheckpoint";
}

/// What an institution says one of its logs is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint<L = Credentials> {
    /// The institution.
    pub issuer: Did,
    /// How many credentials or acts are in the log.
    pub size: u64,
    /// The head of the chain over them.
    pub head: [u8; 32],
    /// When it was made.
    pub date: Timestamp,
    of: PhantomData<L>,
}

impl Checkpoint {
    /// The checkpoint of a whole log.
    #[must_use]
    pub fn of_log(issuer: Did, digests: &[[u8; 32]], date: Timestamp) -> Self {
        let head = digests.iter().fold(first_head(&issuer), chain);
        Self::of(issuer, digests.len() as u64, head, date)
    }

    /// Whether a log begins with what this checkpoint is of.
    #[must_use]
    pub fn is_of(&self, digests: &[[u8; 32]]) -> bool {
        let until = usize::try_from(self.size).ok();
        let logged = until.and_then(|until| digests.get(..until));
        logged.is_some_and(|logged| logged.iter().fold(first_head(&self.issuer), chain) == self.head)
    }
}

impl<L: Log> Checkpoint<L> {
    /// The checkpoint of a log of this size and head.
    #[must_use]
    pub fn of(issuer: Did, size: u64, head: [u8; 32], date: Timestamp) -> Self {
        Self { issuer, size, head, date, of: PhantomData }
    }

    /// Signs it: as the institution. The authority countersigns.
    ///
    /// # Errors
    /// [`Unreadable`] never for a checkpoint that its own type reads.
    pub fn sign(&self, key: &SecretKey, method: &MethodId, created: Timestamp) -> Result<Signed<Self>, Unreadable> {
        let document = Object::from_iter([
            ("date", Json::from(self.date.to_string())),
            ("head", multibase::digest(&self.head).into()),
            ("issuer", self.issuer.as_str().into()),
            ("size", version_json(self.size)),
            ("type", L::TYPE.into()),
        ]);
        Signed::seal(document, key, method, created)
    }
}

impl<L: Log> Document for Checkpoint<L> {
    const PURPOSE: &'static str = L::PURPOSE;
    const BOUNDS: Bounds = PART_BOUNDS;

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        members.equals("type", L::TYPE)?;
        let wrong = |name: &'static str| members.fault(name, Problem::WrongValue);
        let issuer = Did::parse(members.text("issuer", TITLE_CHARACTERS * 2)?).map_err(|_| wrong("issuer"))?;
        let size = u64::try_from(members.number("size")?).map_err(|_| wrong("size"))?;
        let head = multibase::digest_bytes(members.text("head", 64)?).ok_or_else(|| wrong("head"))?;
        Ok(Self::of(issuer, size, head, members.time("date")?))
    }
}

/// The head of an empty log.
#[must_use]
pub fn first_head(issuer: &Did) -> [u8; 32] {
    Sha256::new().chain_update("skillpass log\0").chain_update(issuer.as_str()).finalize().into()
}

/// The head after one more credential.
#[must_use]
pub fn chain(head: [u8; 32], digest: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update(head).chain_update(digest).finalize().into()
}

/// Every head of a log, from the empty one on: one more than it has credentials.
pub fn heads<'a>(issuer: &Did, digests: &'a [[u8; 32]]) -> impl Iterator<Item = [u8; 32]> + use<'a> {
    let first = first_head(issuer);
    let later = digests.iter().scan(first, |head, digest| {
        *head = chain(*head, digest);
        Some(*head)
    });
    std::iter::once(first).chain(later)
}

/// A log as text.
#[must_use]
pub fn log_text(digests: &[[u8; 32]]) -> String {
    let mut text = String::with_capacity(digests.len() * LINE_BYTES);
    for digest in digests {
        text.push_str(&multibase::digest(digest));
        text.push('\n');
    }
    text
}

/// The digests of a log as text; `None` when a line is not one.
#[must_use]
pub fn read_log(text: &str) -> Option<Vec<[u8; 32]>> {
    text.lines().map(multibase::digest_bytes).collect()
}
