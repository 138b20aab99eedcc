//! Status lists (W3C Bitstring Status List 1.0): one entry a credential, the same bytes for everyone.
//!
//! An institution publishes three lists for each 131,072 credentials: *revocation* and *suspension* of one bit, and *message* of four,
//! the public reason of a revocation. A credential signs the entry of its revocation list alone, so that its code stays small; the other
//! two name that list, and a credential has the same index in all three.
//!
//! ```text
//! {"@context": […], "type": ["VerifiableCredential", "BitstringStatusListCredential"],
//!  "id": URI, "issuer": DID, "validFrom": TIME, "validUntil": TIME?,
//!  "credentialSubject": {"id": URI#list, "type": "BitstringStatusList", "statusPurpose": "message", "encodedList": "u…",
//!                        "siblingOf": URI?,           of a suspension or message list: the revocation list whose indices it shares
//!                        "statusSize": 4?,            bits of an entry; 1 where it is absent
//!                        "statusMessages": […]?},     what each value of a message list means, for other readers; ours know
//!  "proof": […]}
//! ```
//! `statusSize` and `statusMessages` stand where §2.2 asks for them in a list of messages. Off-spec: `siblingOf` is ours. None of the
//! three is a term of the VC 2.0 context, so an inline context defines them for JSON-LD processors.

pub use super::bits::Bits;
use super::root::PART_BOUNDS;
use crate::base::canonical::{Bounds, Json, Object};
use crate::base::did::{Did, MethodId};
use crate::base::key::SecretKey;
use crate::base::limits::{STATUS_ENTRIES_LEAST, TITLE_CHARACTERS};
use crate::base::timestamp::Timestamp;
use crate::credential::document::{Document, Signed, Unsealed};
use crate::credential::members::{Malformed, Members, Problem};
use crate::credential::proof::Suites;

const CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";
/// The purpose of a list of final withdrawals.
pub const REVOCATION: &str = "revocation";
/// The purpose of a list of what does not count for the time being.
pub const SUSPENSION: &str = "suspension";
/// The purpose of a list of reasons.
pub const MESSAGE: &str = "message";
/// 4 bits an entry of a message list: room for 15 reasons.
pub const MESSAGE_BITS: u8 = 4;

/// A status list as its issuer signs it.
#[derive(Clone, Debug)]
pub struct StatusList {
    /// Its identifier; a credential names exactly this.
    pub id: String,
    /// The institution.
    pub issuer: Did,
    /// [`REVOCATION`], [`SUSPENSION`], [`MESSAGE`], or one that this version does not know.
    pub purpose: String,
    /// The revocation list whose indices it shares; `None` for a revocation list.
    pub sibling_of: Option<String>,
    /// When it was signed.
    pub valid_from: Timestamp,
    /// The last moment it counts, if it says one.
    pub valid_until: Option<Timestamp>,
    /// The bits: one an entry, four of a message list; at least 131,072 entries (§3.2 step 9).
    pub bits: Bits,
}

/// Why a credential was withdrawn, as far as the public is told (domain.md P10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RevocationReason {
    /// It should not have been issued as it is.
    Error,
    /// Fraud was confirmed.
    FraudConfirmed,
    /// A corrected one took its place. Which one is not said (design §6).
    Replaced,
    /// The holder asked for it.
    WithdrawnByHolder,
}

impl RevocationReason {
    /// Every reason, by code.
    pub const ALL: [Self; 4] = [Self::Error, Self::FraudConfirmed, Self::Replaced, Self::WithdrawnByHolder];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::FraudConfirmed => "fraud-confirmed",
            Self::Replaced => "replaced",
            Self::WithdrawnByHolder => "withdrawn-by-holder",
        }
    }

    /// The reason of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// Its value in a message list. 0 there says that there is none.
    #[must_use]
    pub fn value(self) -> u8 {
        match self {
            Self::Error => 1,
            Self::Replaced => 2,
            Self::FraudConfirmed => 3,
            Self::WithdrawnByHolder => 4,
        }
    }

    /// The reason of a value in a message list; `None` for 0 and for one that this version does not know.
    #[must_use]
    pub fn of_value(value: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.value() == value)
    }
}

impl StatusList {
    /// How many bits an entry has, by the list's purpose.
    #[must_use]
    pub fn entry_bits(purpose: &str) -> u8 {
        if purpose == MESSAGE { MESSAGE_BITS } else { 1 }
    }

    /// The reason at an index of a message list; `None` where it says none, or is no message list.
    #[must_use]
    pub fn reason(&self, index: u32) -> Option<RevocationReason> {
        let value = (self.purpose == MESSAGE).then(|| self.bits.value(index, MESSAGE_BITS))??;
        RevocationReason::of_value(value)
    }

    /// Signs it as its issuer, with the suites that a credential has: whoever can check that one can ask its list.
    ///
    /// # Errors
    /// [`Unsealed`] never for a list that its own type reads.
    pub fn sign(
        &self,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
        suites: &Suites,
    ) -> Result<Signed<Self>, Unsealed> {
        Signed::seal_with(self.to_json(), key, method, created, suites.to_sign_with(), suites)
    }

    fn to_json(&self) -> Object {
        let mut subject = Object::from_iter([
            ("encodedList", Json::from(self.bits.encode())),
            ("id", format!("{}#list", self.id).into()),
            ("statusPurpose", self.purpose.as_str().into()),
            ("type", "BitstringStatusList".into()),
        ]);
        let mut context = vec![CONTEXT.into()];
        if let Some(sibling) = &self.sibling_of {
            subject.set("siblingOf", sibling.as_str().into());
            context.push(own_terms());
        }
        if self.purpose == MESSAGE {
            subject.set("statusMessages", status_messages());
            subject.set("statusSize", Json::Integer(i64::from(MESSAGE_BITS)));
        }
        let mut document = Object::from_iter([
            ("@context", Json::List(context)),
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

/// What each value says, as §2.1 writes messages.
fn status_messages() -> Json {
    let message = |value: u8, message: &str| {
        Object::from_iter([("message", Json::from(message)), ("status", format!("0x{value:x}").into())]).into()
    };
    let mut reasons = RevocationReason::ALL;
    reasons.sort_by_key(|reason| reason.value());
    let of_reasons = reasons.iter().map(|reason| message(reason.value(), reason.code()));
    Json::List(std::iter::once(message(0, "none")).chain(of_reasons).collect())
}

/// What the members mean that the VC 2.0 context does not have in a list.
fn own_terms() -> Json {
    let w3c = |name: &str| Json::from(format!("https://www.w3.org/ns/credentials/status#{name}"));
    let messages = ["message", "status"].map(|name| (name, w3c(name)));
    let term = |id: Json, kind: &str| Object::from_iter([("@id", id), ("@type", kind.into())]).into();
    Object::from_iter([
        ("siblingOf", term("urn:skillpass:status#siblingOf".into(), "@id")),
        (
            "statusMessages",
            Object::from_iter([("@context", Object::from_iter(messages).into()), ("@id", w3c("statusMessage"))]).into(),
        ),
        ("statusSize", term(w3c("statusSize"), "http://www.w3.org/2001/XMLSchema#integer")),
    ])
    .into()
}

impl Document for StatusList {
    const PURPOSE: &'static str = crate::credential::credential::PURPOSE;
    const BOUNDS: Bounds = PART_BOUNDS;

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        members.exactly("type", &["VerifiableCredential", "BitstringStatusListCredential"])?;
        let subject = members.inner("credentialSubject")?;
        subject.equals("type", "BitstringStatusList")?;
        let purpose = subject.text("statusPurpose", 40)?.to_owned();
        let entry_bits = Self::entry_bits(&purpose);
        let said = subject.get("statusSize").map_or(Some(1), Json::integer);
        if said != Some(i64::from(entry_bits)) {
            return Err(subject.fault("statusSize", Problem::WrongValue));
        }
        let bits = subject.need("encodedList")?.text().and_then(Bits::decode);
        // §3.2 step 9 counts entries (threats.md E8).
        let long_enough = |bits: &Bits| bits.len() >= STATUS_ENTRIES_LEAST * usize::from(entry_bits);
        Ok(Self {
            id: members.text("id", TITLE_CHARACTERS)?.to_owned(),
            issuer: Did::parse(members.text("issuer", TITLE_CHARACTERS * 2)?)
                .map_err(|_| members.fault("issuer", Problem::WrongValue))?,
            purpose,
            sibling_of: subject.text_if_any("siblingOf", TITLE_CHARACTERS)?.map(str::to_owned),
            valid_from: members.time("validFrom")?,
            valid_until: members.time_if_any("validUntil")?,
            bits: bits.filter(long_enough).ok_or_else(|| subject.fault("encodedList", Problem::WrongValue))?,
        })
    }
}
