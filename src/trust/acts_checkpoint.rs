//! The checkpoint of an institution's log of acts: how many lines it has and where its chain ends, signed. The authority countersigns and
//! keeps it; whoever rewrites the log afterwards does not come to the head that it keeps (threats.md L3). The lines themselves stay with
//! the institution: they say who works there, and nobody else needs that.
//!
//! ```text
//! {"type": "ActsCheckpoint", "issuer": DID, "size": N, "head": "uEi…", "date": TIME,
//!  "proof": [the institution's, then the authority's freshness key's]}
//!
//! head(0)   = 32 zero bytes
//! head(n+1) = SHA-256(head(n) ‖ line n+1)
//! ```

use super::root::{PART_BOUNDS, version_json};
use crate::base::canonical::{Bounds, Json, Object};
use crate::base::did::{Did, MethodId};
use crate::base::key::SecretKey;
use crate::base::limits::TITLE_CHARACTERS;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::document::{Document, Signed, Unreadable};
use crate::credential::members::{Malformed, Members, Problem};

/// What an institution says its log of acts is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActsCheckpoint {
    /// The institution.
    pub issuer: Did,
    /// How many lines the log has.
    pub size: u64,
    /// The head of the chain over them.
    pub head: [u8; 32],
    /// When it was made.
    pub date: Timestamp,
}

impl ActsCheckpoint {
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
            ("type", "ActsCheckpoint".into()),
        ]);
        Signed::seal(document, key, method, created)
    }
}

impl Document for ActsCheckpoint {
    const PURPOSE: &'static str = "actsCheckpoint";
    const BOUNDS: Bounds = PART_BOUNDS;

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        members.equals("type", "ActsCheckpoint")?;
        let wrong = |name: &'static str| members.fault(name, Problem::WrongValue);
        Ok(Self {
            issuer: Did::parse(members.text("issuer", TITLE_CHARACTERS * 2)?).map_err(|_| wrong("issuer"))?,
            size: u64::try_from(members.number("size")?).map_err(|_| wrong("size"))?,
            head: multibase::digest_bytes(members.text("head", 64)?).ok_or_else(|| wrong("head"))?,
            date: members.time("date")?,
        })
    }
}
