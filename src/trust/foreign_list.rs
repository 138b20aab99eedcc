//! Somebody else's status list, in either form that people have: Bitstring Status List 1.0 and its predecessor Status List 2021 (W3C
//! Community Group draft), under VC 2.0 or 1.1. Read leniently: a member that is not known is passed over, a bit is never guessed.

use super::bits::Bits;
use super::root::PART_BOUNDS;
use crate::base::canonical::{Bounds, Json, Numbers, Object};
use crate::base::limits::{STATUS_ENTRIES_LEAST, TITLE_CHARACTERS};
use crate::base::timestamp::Timestamp;
use crate::credential::document::Document;
use crate::credential::members::{Malformed, Members, Problem};

/// A list as its issuer signed it.
#[derive(Clone, Debug)]
pub struct ForeignList {
    /// Its identifier: an entry names exactly this.
    pub id: String,
    /// Who signs it.
    pub issuer: String,
    /// What its bits are about: `revocation`, `suspension`, or another purpose.
    pub purpose: String,
    /// From when on it counts, if it says so.
    pub valid_from: Option<Timestamp>,
    /// The last moment it counts, if it says so.
    pub valid_until: Option<Timestamp>,
    /// One bit an entry, at least 131,072.
    pub bits: Bits,
}

impl Document for ForeignList {
    const PURPOSE: &'static str = crate::credential::credential::PURPOSE;
    const BOUNDS: Bounds = Bounds { numbers: Numbers::Any, ..PART_BOUNDS };

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        let has_type = |json: Option<&Json>, wanted: &str| match json {
            Some(Json::Text(text)) => text == wanted,
            Some(Json::List(list)) => list.iter().any(|it| it.text() == Some(wanted)),
            _ => false,
        };
        let subject = members.inner("credentialSubject")?;
        let of = |credential: &str, list: &str| {
            has_type(members.get("type"), credential) && has_type(subject.get("type"), list)
        };
        let bitstring = of("BitstringStatusListCredential", "BitstringStatusList");
        let status_2021 = of("StatusList2021Credential", "StatusList2021");
        if !bitstring && !status_2021 {
            return Err(members.fault("type", Problem::WrongValue));
        }
        // Entries of more than one bit are messages; nothing is decided by them here.
        if subject.get("statusSize").is_some_and(|size| size.integer() != Some(1)) {
            return Err(subject.fault("statusSize", Problem::WrongValue));
        }
        let encoded = subject.need("encodedList")?.text();
        // Status List 2021 §4.1 has no multibase prefix: base64url, and many encoders pad it.
        let bits = match encoded {
            Some(text) if status_2021 => Bits::decode(&format!("u{}", text.trim_end_matches('='))),
            Some(text) => Bits::decode(text),
            None => None,
        };
        let issuer = members.need("issuer")?;
        let issuer = issuer.text().or_else(|| issuer.object()?.get("id")?.text());
        let time = |new: &'static str, old: &'static str| match (members.get(new), members.get(old)) {
            (None, None) => Ok(None),
            (Some(json), _) | (None, Some(json)) => {
                let time = json.text().and_then(|text| Timestamp::parse_any(text).ok());
                time.map(Some).ok_or_else(|| members.fault(new, Problem::WrongValue))
            }
        };
        Ok(Self {
            id: members.text("id", TITLE_CHARACTERS)?.to_owned(),
            issuer: issuer.ok_or_else(|| members.fault("issuer", Problem::WrongValue))?.to_owned(),
            purpose: subject.text("statusPurpose", 40)?.to_owned(),
            valid_from: time("validFrom", "issuanceDate")?,
            valid_until: time("validUntil", "expirationDate")?,
            bits: bits
                .filter(|bits| bits.len() >= STATUS_ENTRIES_LEAST)
                .ok_or_else(|| subject.fault("encodedList", Problem::WrongValue))?,
        })
    }
}
