//! Freshness: the date, and what is current on it. Signed by one online key; it can accredit nothing.

use super::accreditation::entries;
use super::root::{PART_BOUNDS, method_of, version, version_json};
use crate::base::canonical::{Bounds, Json, Object};
use crate::base::did::Did;
use crate::base::key::SecretKey;
use crate::base::limits::TITLE_CHARACTERS;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::document::{Document, Signed, Unreadable};
use crate::credential::members::{Malformed, Members, Problem};

/// What is current, as of a date.
///
/// ```text
/// {"type": "TrustFreshness", "version": 7, "date": TIME, "expires": TIME?,
///  "accreditation": {"version": 3, "digest": "uEi…"},
///  "lists": [{"id": URI, "issuer": DID, "purpose": "revocation", "version": 4, "digest": "uEi…", "date": TIME,
///             "siblingOf": URI?}],
///  "checkpoints": [{"issuer": DID, "size": 120, "head": "uEi…", "date": TIME}]?, "proof": […]}
/// ```
#[derive(Clone, Debug)]
pub struct Freshness {
    /// Grows with every publication.
    pub version: u64,
    /// The freshness date, from which evidence ages.
    pub date: Timestamp,
    /// The last moment it counts; it only lowers the age policy.
    pub expires: Option<Timestamp>,
    /// The version of the accreditation that is current.
    pub accreditation_version: u64,
    /// Its digest, so that parts of different publications are not mixed (threats.md F4).
    pub accreditation_digest: [u8; 32],
    /// The status lists that are current.
    pub lists: Vec<ListRow>,
    /// How far each institution's log has been countersigned: public, so that two people see whether they are shown the same
    /// (threats.md F20).
    pub checkpoints: Vec<CheckpointRow>,
}

/// The last checkpoint of an institution's log that the authority has countersigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointRow {
    /// The institution.
    pub issuer: Did,
    /// How many credentials were logged.
    pub size: u64,
    /// The head of the chain over them.
    pub head: [u8; 32],
    /// When the authority countersigned it.
    pub date: Timestamp,
}

/// A status list as the authority last saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// The list's identifier.
    pub id: String,
    /// The institution it belongs to.
    pub issuer: Did,
    /// `revocation`, `suspension` or `message`.
    pub purpose: String,
    /// Grows with every change.
    pub version: u64,
    /// SHA-256 of the list's canonical document without proofs.
    pub digest: [u8; 32],
    /// When the institution signed it.
    pub date: Timestamp,
    /// The revocation list whose positions it shares; `None` for a revocation list.
    pub sibling_of: Option<String>,
}

impl Freshness {
    /// Signs it with the online key.
    ///
    /// # Errors
    /// [`Unreadable`] never for a part that its own type reads.
    pub fn sign(&self, key: &SecretKey, created: Timestamp) -> Result<Signed<Self>, Unreadable> {
        Signed::seal(self.to_json(), key, &method_of(key), created)
    }

    fn to_json(&self) -> Object {
        let accreditation = Object::from_iter([
            ("digest", Json::from(multibase::digest(&self.accreditation_digest))),
            ("version", version_json(self.accreditation_version)),
        ]);
        let mut part = Object::from_iter([
            ("accreditation", accreditation.into()),
            ("date", self.date.to_string().into()),
            ("lists", Json::List(self.lists.iter().map(ListRow::to_json).collect())),
            ("type", "TrustFreshness".into()),
            ("version", version_json(self.version)),
        ]);
        if !self.checkpoints.is_empty() {
            part.set("checkpoints", Json::List(self.checkpoints.iter().map(CheckpointRow::to_json).collect()));
        }
        if let Some(expires) = self.expires {
            part.set("expires", expires.to_string().into());
        }
        part
    }
}

impl Document for Freshness {
    const PURPOSE: &'static str = "trustFreshness";
    const BOUNDS: Bounds = PART_BOUNDS;

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        members.equals("type", "TrustFreshness")?;
        let accreditation = members.inner("accreditation")?;
        Ok(Self {
            version: version(&members)?,
            date: members.time("date")?,
            expires: members.time_if_any("expires")?,
            accreditation_version: version(&accreditation)?,
            accreditation_digest: digest(&accreditation, "digest")?,
            lists: entries(&members, "lists")?.into_iter().map(ListRow::parse).collect::<Result<_, _>>()?,
            checkpoints: entries(&members, "checkpoints")?
                .iter()
                .map(CheckpointRow::parse)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl ListRow {
    fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            id: members.text("id", TITLE_CHARACTERS)?.to_owned(),
            issuer: Did::parse(members.text("issuer", TITLE_CHARACTERS * 2)?)
                .map_err(|_| members.fault("issuer", Problem::WrongValue))?,
            purpose: members.text("purpose", 40)?.to_owned(),
            version: version(&members)?,
            digest: digest(&members, "digest")?,
            date: members.time("date")?,
            sibling_of: members.text_if_any("siblingOf", TITLE_CHARACTERS)?.map(str::to_owned),
        })
    }

    fn to_json(&self) -> Json {
        let mut row = Object::from_iter([
            ("date", Json::from(self.date.to_string())),
            ("digest", multibase::digest(&self.digest).into()),
            ("id", self.id.as_str().into()),
            ("issuer", self.issuer.as_str().into()),
            ("purpose", self.purpose.as_str().into()),
            ("version", version_json(self.version)),
        ]);
        if let Some(sibling) = &self.sibling_of {
            row.set("siblingOf", sibling.as_str().into());
        }
        row.into()
    }
}

impl CheckpointRow {
    fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            issuer: Did::parse(members.text("issuer", TITLE_CHARACTERS * 2)?)
                .map_err(|_| members.fault("issuer", Problem::WrongValue))?,
            size: u64::try_from(members.number("size")?).map_err(|_| members.fault("size", Problem::WrongValue))?,
            head: digest(members, "head")?,
            date: members.time("date")?,
        })
    }

    fn to_json(&self) -> Json {
        Object::from_iter([
            ("date", Json::from(self.date.to_string())),
            ("head", multibase::digest(&self.head).into()),
            ("issuer", self.issuer.as_str().into()),
            ("size", version_json(self.size)),
        ])
        .into()
    }
}

fn digest(members: &Members<'_>, name: &'static str) -> Result<[u8; 32], Malformed> {
    multibase::digest_bytes(members.text(name, 64)?).ok_or_else(|| members.fault(name, Problem::WrongValue))
}
