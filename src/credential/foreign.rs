//! Somebody else's credential: any W3C Verifiable Credential (2.0 or 1.1) that is not of our closed kinds. Read leniently, for showing what it
//! claims and for asking its dates and its status; never taken for one of ours.

use super::achievement::Kind;
use super::credential::{Credential, PURPOSE};
use super::delegation;
use super::document::{Document, Signed, Unsealed};
use super::members::{Malformed, Members, Problem, is_forbidden};
use super::proof::{Suite, Suites};
use crate::base::canonical::{Bounds, Json, Object};
use crate::base::did::{Did, MethodId};
use crate::base::key::SecretKey;
use crate::base::limits::{ROWS, TITLE_CHARACTERS};
use crate::base::timestamp::Timestamp;

/// The first context of VC 2.0 (§4.3): what is issued here begins with it.
const CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";

/// What it claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Its identifier, if it has one.
    pub id: Option<String>,
    /// Its types.
    pub types: Vec<String>,
    /// Who claims to have issued it: a DID or a URL.
    pub issuer: String,
    /// What that one calls itself.
    pub issuer_name: Option<String>,
    /// Whom it speaks of, where it says a name.
    pub holder_name: Option<String>,
    /// Its title: the achievement's name, else its own.
    pub title: Option<String>,
    /// The achievement's identifier.
    pub achievement: Option<String>,
    /// From when on it is in force: `validFrom`, of VC 1.1 `issuanceDate`; where both are signed, the later.
    pub valid_from: Option<Timestamp>,
    /// Until when it is in force: `validUntil`, of VC 1.1 `expirationDate`; where both are signed, the sooner.
    pub valid_until: Option<Timestamp>,
    /// Where its status stands. Every entry is asked.
    pub status: Vec<ForeignStatus>,
}

/// An entry of `credentialStatus`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForeignStatus {
    /// `BitstringStatusListEntry` or `StatusList2021Entry`, which say the same.
    Bit {
        /// `revocation`, `suspension`, or another purpose.
        purpose: String,
        /// The position.
        index: u32,
        /// The list's identifier.
        list: String,
    },
    /// An entry of a known type, or of none, that does not say what such an entry says: no list can be asked about it.
    Malformed {
        /// Its type, as far as it says one.
        kind: String,
    },
    /// An entry that this version cannot ask: of another type, or of several bits.
    Unknown {
        /// Its type.
        kind: String,
    },
}

impl Foreign {
    /// Whether a document claims to be of one of our kinds.
    #[must_use]
    pub fn claims_our_kind(signed: &Signed<Credential>) -> Option<Kind> {
        signed.claimed_achievement_type().and_then(Kind::of_achievement_type)
    }
}

impl Document for Foreign {
    const PURPOSE: &'static str = PURPOSE;
    const BOUNDS: Bounds = Credential::BOUNDS;

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        let types = texts(members.need("type")?);
        if !types.iter().any(|it| it == "VerifiableCredential") {
            return Err(members.fault("type", Problem::WrongValue));
        }
        let issuer = members.need("issuer")?;
        let issuer_id = issuer.text().or_else(|| issuer.object()?.get("id")?.text());
        let time = |name: &'static str| match members.get(name) {
            None => Ok(None),
            Some(json) => {
                let time = json.text().and_then(|text| Timestamp::parse_any(text).ok());
                time.map(Some).ok_or_else(|| members.fault(name, Problem::WrongValue))
            }
        };
        let valid_from = time("validFrom")?.max(time("issuanceDate")?);
        let valid_until = time("validUntil")?.into_iter().chain(time("expirationDate")?).min();
        let (subject, alone) = match members.need("credentialSubject")? {
            Json::List(list) => (list.first().and_then(Json::object), list.len() == 1),
            single => (single.object(), true),
        };
        let subject = subject.ok_or_else(|| members.fault("credentialSubject", Problem::WrongType))?;
        let achievement = subject.get("achievement").and_then(Json::object).filter(|_| alone);
        let status = match members.get("credentialStatus") {
            None => Vec::new(),
            Some(Json::List(list)) if list.len() > ROWS => {
                return Err(members.fault("credentialStatus", Problem::TooLong));
            }
            Some(Json::List(list)) => list.iter().map(ForeignStatus::read).collect(),
            Some(single) => vec![ForeignStatus::read(single)],
        };
        Ok(Self {
            id: members.get("id").and_then(Json::text).map(str::to_owned),
            issuer: issuer_id.ok_or_else(|| members.fault("issuer", Problem::WrongValue))?.to_owned(),
            issuer_name: issuer.object().and_then(|issuer| issuer.get("name")).and_then(words),
            // Of several, which one stands first is not signed (RDF is a set): whoever holds the file could choose.
            holder_name: name_of(subject).filter(|_| alone),
            title: achievement.and_then(|it| it.get("name")).or_else(|| members.get("name")).and_then(words),
            achievement: achievement.and_then(|it| it.get("id")).and_then(Json::text).map(str::to_owned),
            types,
            valid_from,
            valid_until,
            status,
        })
    }
}

impl ForeignStatus {
    fn read(json: &Json) -> Self {
        let object = json.object();
        let text = |name: &str| object.and_then(|object| object.get(name)).and_then(Json::text);
        let kind = object.and_then(|object| object.get("type")).map(texts).unwrap_or_default();
        let first = || kind.first().cloned().unwrap_or_default();
        let known = kind.iter().any(|it| it == "BitstringStatusListEntry" || it == "StatusList2021Entry");
        // An entry of several bits has a meaning of its own.
        let one_bit = object.and_then(|object| object.get("statusSize")).is_none_or(|size| size.integer() == Some(1));
        // One spelling, and a number in some implementations (threats.md E2).
        let index = match object.and_then(|object| object.get("statusListIndex")) {
            Some(Json::Text(text)) => text.parse().ok().filter(|index: &u32| index.to_string() == *text),
            Some(json) => json.integer().and_then(|index| u32::try_from(index).ok()),
            None => None,
        };
        match (text("statusPurpose"), index, text("statusListCredential")) {
            (Some(purpose), Some(index), Some(list)) if known && one_bit => {
                Self::Bit { purpose: purpose.to_owned(), index, list: list.to_owned() }
            }
            _ if kind.is_empty() || known && one_bit => Self::Malformed { kind: first() },
            _ => Self::Unknown { kind: first() },
        }
    }
}

/// A text, or a list's texts.
fn texts(json: &Json) -> Vec<String> {
    match json {
        Json::Text(text) => vec![text.clone()],
        Json::List(list) => list.iter().filter_map(Json::text).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// A name in whatever language comes first: a text, or a language value object (VC 2.0 §11.1), or a list of them.
fn words(json: &Json) -> Option<String> {
    let text = match json {
        Json::Text(text) => text.as_str(),
        Json::Object(value) => value.get("@value")?.text()?,
        Json::List(list) => return list.first().and_then(words),
        _ => return None,
    };
    Some(text.chars().take(TITLE_CHARACTERS).collect())
}

/// The subject's name, where it says one: `name`, or the Open Badges identifier of type `name` that is not hashed.
fn name_of(subject: &Object) -> Option<String> {
    let identifiers = match subject.get("identifier") {
        Some(Json::List(list)) => list.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    let is_name = |entry: &&Object| {
        entry.get("identityType").and_then(Json::text) == Some("name")
            && entry.get("hashed") == Some(&Json::Bool(false))
    };
    let named = identifiers.iter().filter_map(Json::object).find(is_name);
    subject.get("name").or_else(|| named?.get("identityHash")).and_then(words)
}

/// Somebody else's composition that an institution is about to sign: not of our kinds, and nothing that would be taken for another of its
/// signatures.
#[derive(Clone, Debug)]
pub struct ForeignDraft {
    document: Object,
    issuer: Did,
}

/// Why an institution does not sign it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAllowed {
    /// Its subject holds what people's safety forbids (design §3 *Forbidden*): where.
    Forbidden {
        /// Member names and positions joined by dots.
        at: String,
    },
    /// It does not begin with the context of VC 2.0, the one version that is issued.
    NotOfVersion2,
    /// It names another issuer.
    OtherIssuer,
    /// It claims one of our kinds, which are signed by the desk from complete drafts alone.
    OurKind,
    /// It is of a type that has a meaning in a verifier's lists: a status list, a presentation, a part of a trust pack, a delegation.
    ReservedType {
        /// The type.
        kind: String,
    },
    /// It has a proof already.
    Signed,
    /// It is no credential.
    Malformed(Malformed),
}

impl ForeignDraft {
    /// A draft that can be signed.
    ///
    /// # Errors
    /// [`NotAllowed`].
    pub fn complete(document: Object, issuer: &Did) -> Result<Self, NotAllowed> {
        if document.get("proof").is_some() {
            return Err(NotAllowed::Signed);
        }
        let contexts = document.get("@context").and_then(Json::list).unwrap_or_default();
        if contexts.first().and_then(Json::text) != Some(CONTEXT) {
            return Err(NotAllowed::NotOfVersion2);
        }
        let read = Foreign::parse(&document).map_err(NotAllowed::Malformed)?;
        if read.issuer != issuer.as_str() {
            return Err(NotAllowed::OtherIssuer);
        }
        // A signature over a list or a trust part is worth more than one over a credential (threats.md A16).
        let reserved = |kind: &&String| {
            kind.contains("StatusList")
                || kind.starts_with("Trust")
                || [delegation::TYPE, "VerifiablePresentation"].contains(&kind.as_str())
        };
        if let Some(kind) = read.types.iter().find(reserved) {
            return Err(NotAllowed::ReservedType { kind: kind.clone() });
        }
        let subjects = match document.get("credentialSubject") {
            Some(Json::List(list)) => list.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        let of_our_kind = |subject: &Json| {
            let kinds = subject.object()?.get("achievement")?.object()?.get("achievementType")?;
            texts(kinds).iter().find_map(|kind| Kind::of_achievement_type(kind))
        };
        if subjects.iter().any(|subject| of_our_kind(subject).is_some()) {
            return Err(NotAllowed::OurKind);
        }
        for subject in subjects {
            forbidden_in(subject, "credentialSubject").map_or(Ok(()), |at| Err(NotAllowed::Forbidden { at }))?;
        }
        Ok(Self { document, issuer: issuer.clone() })
    }

    /// Signs it with each of some suites.
    ///
    /// # Errors
    /// [`Unsealed`]; a method of another issuer is one that this build has no suite for.
    pub fn sign(
        self,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
        of_suites: &[Suite],
        suites: &Suites,
    ) -> Result<Signed<Credential>, Unsealed> {
        if method.did() != self.issuer || method.did().own_key().is_some_and(|own| own != key.public()) {
            return Err(Unsealed::NoSuite);
        }
        Signed::seal_with(self.document, key, method, created, of_suites, suites)
    }
}

/// The first member that people's safety forbids.
fn forbidden_in(json: &Json, at: &str) -> Option<String> {
    match json {
        Json::Object(object) => object.iter().find_map(|(name, value)| {
            let at = format!("{at}.{name}");
            if is_forbidden(name) { Some(at) } else { forbidden_in(value, &at) }
        }),
        Json::List(list) => {
            list.iter().enumerate().find_map(|(position, value)| forbidden_in(value, &format!("{at}.{position}")))
        }
        _ => None,
    }
}
