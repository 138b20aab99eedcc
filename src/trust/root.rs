//! The root of a pack: whose keys, and how many of them, make each part true. Signed offline, m of n.

use std::collections::HashSet;

use crate::base::canonical::{Bounds, Json, Numbers, Object};
use crate::base::did::MethodId;
use crate::base::key::{PublicKey, SecretKey};
use crate::base::limits::{EVIDENCE_DAYS_GREEN, FILE_DEPTH, PACK_BYTES, PACK_STRING_BYTES, TITLE_CHARACTERS};
use crate::base::timestamp::Timestamp;
use crate::credential::document::{Authentic, Document, Signed, Unproven, Unreadable, VouchedKey};
use crate::credential::members::{Malformed, Members, Problem};

/// How much of a pack's part is read.
pub const PART_BOUNDS: Bounds =
    Bounds { bytes: PACK_BYTES, depth: FILE_DEPTH, string: PACK_STRING_BYTES, numbers: Numbers::Whole };

/// The keys and thresholds of an authority.
///
/// ```text
/// {"type": "TrustRoot", "version": 1, "environment": "pilot", "issued": TIME,
///  "authority": {"id": "…", "name": "…", "country": "CO", "office": "where people ask"},
///  "roles": {"root": ROLE, "accreditation": ROLE, "freshness": ROLE}, ROLE = {"keys": ["z6Mk…"], "threshold": 1},
///  "agePolicy": {"greenDays": 30}, "proof": […]}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Grows by one with every root.
    pub version: u64,
    /// Pilot roots are a separate set; anything under them says PILOT.
    pub environment: Environment,
    /// When it was made.
    pub issued: Timestamp,
    /// Who the authority is.
    pub authority: Authority,
    /// Who signs the next root.
    pub root: Role,
    /// Who signs accreditation.
    pub accreditation: Role,
    /// Who signs freshness.
    pub freshness: Role,
    /// Days that evidence answers "in force"; at most 30.
    pub green_days: i64,
}

/// Whether a pack is for real.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// A trial: nothing under it counts outside it.
    Pilot,
    /// For real.
    Production,
}

/// The authority that makes a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Its identifier: a DID or an address, compared exactly.
    pub id: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Where people ask.
    pub office: Option<String>,
}

/// Keys of which a threshold must sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The keys, distinct.
    pub keys: Vec<PublicKey>,
    /// How many distinct ones must sign; at least 1, at most all.
    pub threshold: usize,
}

/// Why a part of a pack does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsigned {
    /// Not of its shape.
    Malformed(Malformed),
    /// Fewer distinct keys signed than the threshold asks.
    TooFew {
        /// Distinct keys whose proof holds.
        signed: usize,
        /// Distinct keys needed.
        threshold: usize,
    },
}

impl Environment {
    /// The signed code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Environment::Pilot => "pilot",
            Environment::Production => "production",
        }
    }
}

impl Role {
    /// One key alone.
    #[must_use]
    pub fn of_one(key: PublicKey) -> Self {
        Self { keys: vec![key], threshold: 1 }
    }

    fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        let list = members.need("keys")?.list().ok_or_else(|| members.fault("keys", Problem::WrongType))?;
        let keys: Vec<PublicKey> = list
            .iter()
            .map(|key| key.text().and_then(|text| PublicKey::from_multikey(text).ok()))
            .collect::<Option<_>>()
            .ok_or_else(|| members.fault("keys", Problem::WrongValue))?;
        let distinct = keys.iter().collect::<HashSet<_>>().len();
        let threshold = usize::try_from(members.number("threshold")?).unwrap_or(0);
        if threshold == 0 || threshold > distinct || distinct != keys.len() {
            return Err(members.fault("threshold", Problem::WrongValue));
        }
        Ok(Self { keys, threshold })
    }

    fn to_json(&self) -> Json {
        Object::from_iter([
            ("keys", Json::List(self.keys.iter().map(|key| key.to_multikey().into()).collect())),
            ("threshold", Json::Integer(i64::try_from(self.threshold).unwrap_or(i64::MAX))),
        ])
        .into()
    }

    /// The part, when enough distinct keys of this role have signed it with the part's own purpose. Other proofs are ignored;
    /// the same key twice counts once (threats.md F6).
    ///
    /// # Errors
    /// [`Unsigned`].
    pub fn require<T: Document>(&self, part: &Signed<T>) -> Result<Authentic<T>, Unsigned> {
        let mut signers = HashSet::new();
        let mut held = None;
        for proof in part.proofs() {
            let Ok(method) = MethodId::parse(&proof.claimed_method) else { continue };
            let Some(key) = method.did().own_key().filter(|key| self.keys.contains(key)) else { continue };
            let vouched = VouchedKey::from_pack(key);
            // Read once, however many have signed it.
            let tried = match &held {
                None => part.authentic(proof, &vouched).map(|authentic| held = Some(authentic)),
                Some(_) => part.also_signed(proof, &vouched),
            };
            match tried {
                Ok(()) => {
                    signers.insert(key);
                }
                Err(Unproven::Malformed(malformed)) => return Err(Unsigned::Malformed(malformed)),
                Err(
                    Unproven::Broken
                    | Unproven::NoPrevious
                    | Unproven::NotCanonical(_)
                    | Unproven::NotChecked
                    | Unproven::WrongPurpose,
                ) => {}
            }
        }
        match held {
            Some(part) if signers.len() >= self.threshold => Ok(part),
            _ => Err(Unsigned::TooFew { signed: signers.len(), threshold: self.threshold }),
        }
    }
}

impl Root {
    /// Signs it with the first of its keys; the others add theirs with [`add_signature`].
    ///
    /// # Errors
    /// [`Unreadable`] never for a root that its own type reads.
    pub fn sign(&self, key: &SecretKey, created: Timestamp) -> Result<Signed<Self>, Unreadable> {
        Signed::seal(self.to_json(), key, &method_of(key), created)
    }

    /// The document before anybody has signed it: what a proposal carries.
    #[must_use]
    pub fn to_json(&self) -> Object {
        let mut authority = Object::from_iter([
            ("country", Json::from(self.authority.country.as_str())),
            ("id", self.authority.id.as_str().into()),
            ("name", self.authority.name.as_str().into()),
        ]);
        if let Some(office) = &self.authority.office {
            authority.set("office", office.as_str().into());
        }
        Object::from_iter([
            ("agePolicy", Json::Object(Object::from_iter([("greenDays", Json::Integer(self.green_days))]))),
            ("authority", authority.into()),
            ("environment", self.environment.code().into()),
            ("issued", self.issued.to_string().into()),
            (
                "roles",
                Object::from_iter([
                    ("accreditation", self.accreditation.to_json()),
                    ("freshness", self.freshness.to_json()),
                    ("root", self.root.to_json()),
                ])
                .into(),
            ),
            ("type", "TrustRoot".into()),
            ("version", version_json(self.version)),
        ])
    }
}

impl Document for Root {
    const PURPOSE: &'static str = "trustRoot";
    const BOUNDS: Bounds = PART_BOUNDS;

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        members.equals("type", "TrustRoot")?;
        let roles = members.inner("roles")?;
        let authority = members.inner("authority")?;
        let green_days = members.inner("agePolicy")?.number("greenDays")?;
        Ok(Self {
            version: version(&members)?,
            environment: match members.text("environment", 20)? {
                "pilot" => Environment::Pilot,
                "production" => Environment::Production,
                _ => return Err(members.fault("environment", Problem::WrongValue)),
            },
            issued: members.time("issued")?,
            authority: Authority {
                id: authority.text("id", TITLE_CHARACTERS)?.to_owned(),
                name: authority.text("name", TITLE_CHARACTERS)?.to_owned(),
                country: country(&authority)?,
                office: authority.text_if_any("office", TITLE_CHARACTERS)?.map(str::to_owned),
            },
            root: Role::parse(&roles.inner("root")?)?,
            accreditation: Role::parse(&roles.inner("accreditation")?)?,
            freshness: Role::parse(&roles.inner("freshness")?)?,
            // An authority may set it lower, never higher (design §2 *Ages*).
            green_days: green_days.clamp(0, EVIDENCE_DAYS_GREEN),
        })
    }
}

/// Adds a person's signature to a part.
///
/// # Errors
/// [`Unreadable::TooManyProofs`].
pub fn add_signature<T: Document>(
    part: &Signed<T>,
    key: &SecretKey,
    created: Timestamp,
) -> Result<Signed<T>, Unreadable> {
    part.countersign(key, &method_of(key), created)
}

/// The verification method of a key that stands for itself: its did:key.
pub(super) fn method_of(key: &SecretKey) -> MethodId {
    MethodId::of_key(&key.public())
}

/// A part's version: a whole number from 1.
pub(super) fn version(members: &Members<'_>) -> Result<u64, Malformed> {
    let number = members.number("version")?;
    u64::try_from(number)
        .ok()
        .filter(|version| *version > 0)
        .ok_or_else(|| members.fault("version", Problem::WrongValue))
}

/// A version as JSON.
pub(super) fn version_json(version: u64) -> Json {
    Json::Integer(i64::try_from(version).unwrap_or(crate::base::canonical::LARGEST_EXACT))
}

/// An ISO 3166-1 alpha-2 code in upper case.
pub(super) fn country(members: &Members<'_>) -> Result<String, Malformed> {
    let text = members.text("country", 2)?;
    let code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if code { Ok(text.to_owned()) } else { Err(members.fault("country", Problem::WrongValue)) }
}
