//! Status lists (W3C Bitstring Status List 1.0): one bit a credential, the same bytes for everyone.

use std::io::{Read as _, Write as _};

use crate::base::canonical::{Bounds, Json, Object};
use crate::base::did::{Did, MethodId};
use crate::base::key::SecretKey;
use crate::base::limits::{STATUS_ENTRIES_LEAST, STATUS_ENTRIES_MOST, TITLE_CHARACTERS};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::document::{Document, Signed, Unreadable};
use crate::credential::members::{Malformed, Members, Problem};

use super::root::PART_BOUNDS;

const CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";

/// A status list as its issuer signs it.
#[derive(Clone, Debug)]
pub struct StatusList {
    /// Its identifier; a credential names exactly this.
    pub id: String,
    /// The institution.
    pub issuer: Did,
    /// `revocation` or `suspension`.
    pub purpose: String,
    /// When it was signed.
    pub valid_from: Timestamp,
    /// The last moment it counts, if it says one.
    pub valid_until: Option<Timestamp>,
    /// The bits.
    pub bits: Bits,
}

/// The bits of a list, at least 131,072 (§6.1).
#[derive(Clone, PartialEq, Eq)]
pub struct Bits(Vec<u8>);

impl std::fmt::Debug for Bits {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Bits({})", self.len())
    }
}

impl Bits {
    /// A list of the least length, nothing set.
    #[must_use]
    pub fn clear() -> Self {
        Self(vec![0; STATUS_ENTRIES_LEAST / 8])
    }

    /// How many entries it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len() * 8
    }

    /// Whether it has no entries; no list that was read has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an entry is set; `None` past the end. Index 0 is the first byte's most significant bit (§4.1).
    #[must_use]
    pub fn get(&self, index: u32) -> Option<bool> {
        let index = usize::try_from(index).ok()?;
        self.0.get(index / 8).map(|byte| byte >> (7 - index % 8) & 1 == 1)
    }

    /// Sets an entry. `false` when it is past the end.
    pub fn set(&mut self, index: u32) -> bool {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        match self.0.get_mut(index / 8) {
            None => false,
            Some(byte) => {
                *byte |= 1 << (7 - index % 8);
                true
            }
        }
    }

    /// Clears an entry: of a suspension that ended. `false` when it is past the end.
    pub fn unset(&mut self, index: u32) -> bool {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        match self.0.get_mut(index / 8) {
            None => false,
            Some(byte) => {
                *byte &= !(1 << (7 - index % 8));
                true
            }
        }
    }

    /// `encodedList`: multibase base64url of the gzipped bits (§4.1).
    #[must_use]
    pub fn encode(&self) -> String {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        // Writing into memory cannot fail.
        let compressed = gzip.write_all(&self.0).and_then(|()| gzip.finish()).unwrap_or_default();
        multibase::base64url(&compressed)
    }

    /// The bits of an `encodedList`. `None` when it is not gzip, too short (§6.1), too long, or has bytes after its end.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let compressed = multibase::base64url_bytes(text)?;
        let most = STATUS_ENTRIES_MOST / 8;
        let mut bits = Vec::new();
        let mut gzip = flate2::bufread::GzDecoder::new(compressed.as_slice());
        // One byte more than may be there tells a bomb from a full list (threats.md E9).
        gzip.by_ref().take(most as u64 + 1).read_to_end(&mut bits).ok()?;
        let whole = gzip.into_inner().is_empty();
        (whole && (STATUS_ENTRIES_LEAST / 8..=most).contains(&bits.len())).then_some(Self(bits))
    }
}

impl StatusList {
    /// Signs it as its issuer.
    ///
    /// # Errors
    /// [`Unreadable`] never for a list that its own type reads.
    pub fn sign(&self, key: &SecretKey, method: &MethodId, created: Timestamp) -> Result<Signed<Self>, Unreadable> {
        Signed::seal(self.to_json(), key, method, created)
    }

    fn to_json(&self) -> Object {
        let subject = Object::from_iter([
            ("encodedList", Json::from(self.bits.encode())),
            ("id", format!("{}#list", self.id).into()),
            ("statusPurpose", self.purpose.as_str().into()),
            ("type", "BitstringStatusList".into()),
        ]);
        let mut document = Object::from_iter([
            ("@context", Json::List(vec![CONTEXT.into()])),
            ("credentialSubject", subject.into()),
            ("id", self.id.as_str().into()),
            ("issuer", self.issuer.as_str().into()),
            ("type", Json::List(vec!["VerifiableCredential".into(), "BitstringStatusListCredential".into()])),
            ("validFrom", self.valid_from.to_string().into()),
        ]);
        if let Some(until) = self.valid_until {
            document.set("validUntil", until.to_string().into());
        }
        document
    }
}

impl Document for StatusList {
    const PURPOSE: &'static str = crate::credential::credential::PURPOSE;
    const BOUNDS: Bounds = PART_BOUNDS;

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        members.exactly("type", &["VerifiableCredential", "BitstringStatusListCredential"])?;
        let subject = members.inner("credentialSubject")?;
        subject.equals("type", "BitstringStatusList")?;
        Ok(Self {
            id: members.text("id", TITLE_CHARACTERS)?.to_owned(),
            issuer: Did::parse(members.text("issuer", TITLE_CHARACTERS * 2)?)
                .map_err(|_| members.fault("issuer", Problem::WrongValue))?,
            purpose: subject.text("statusPurpose", 40)?.to_owned(),
            valid_from: members.time("validFrom")?,
            valid_until: members.time_if_any("validUntil")?,
            bits: subject
                .need("encodedList")?
                .text()
                .and_then(Bits::decode)
                .ok_or_else(|| subject.fault("encodedList", Problem::WrongValue))?,
        })
    }
}
