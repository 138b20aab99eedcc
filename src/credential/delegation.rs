//! A delegation: an institution binds a certificate to another key of its holder (design §7). It is a W3C VC 2.0 document of a closed form of
//! its own, so that a presentation carries it like any credential, and no certificate is taken for it.
//!
//! ```text
//! {"@context": ["https://www.w3.org/ns/credentials/v2", {…}], "type": ["VerifiableCredential", "HolderKeyDelegation"],
//!  "id": "urn:uuid:…", "issuer": DID, "validFrom": TIME,
//!  "credentialSubject": {"id": NEW KEY, "formerKey": OLD KEY?},
//!  "relatedResource": [{"id": the certificate's, "digestMultibase": "uEi…"}],
//!  "credentialStatus": ENTRY, "proof": […]}
//! ```
//! It says nothing about the person: the certificate is named by its digest, and the keys are the holder's own.

use super::credential::{About, CredentialId, PURPOSE, StatusEntry};
use super::document::{Document, Signed, Unreadable};
use super::members::{Malformed, Members, Problem};
use crate::base::canonical::{Bounds, Json, Numbers, Object};
use crate::base::did::{Did, MethodId};
use crate::base::key::SecretKey;
use crate::base::limits::{DELEGATION_BYTES, TEXT_CHARACTERS, TITLE_CHARACTERS};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;

const CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";
/// The type that no other document of ours has.
pub const TYPE: &str = "HolderKeyDelegation";
/// 100 characters: a did:key of Ed25519 has 56.
const KEY_CHARACTERS: usize = 100;

/// What an institution says: from now on this certificate belongs to that key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// Its own identifier.
    pub id: CredentialId,
    /// Who signs.
    pub issuer: Did,
    /// Since when.
    pub date: Timestamp,
    /// Which certificate.
    pub about: About,
    /// The key that it belonged to until now; `None` when it named none.
    pub old: Option<Did>,
    /// The key that it belongs to from now on, a did:key.
    pub new: Did,
    /// Where its own status stands.
    pub status: StatusEntry,
}

impl Delegation {
    /// Whether a document claims to be one.
    #[must_use]
    pub fn is_claimed_by<T>(signed: &Signed<T>) -> bool {
        signed.claimed_types().contains(&TYPE)
    }

    /// Whether an object that stands in a presentation claims to be one.
    #[must_use]
    pub fn is_claimed_in(object: &Object) -> bool {
        let types = object.get("type").and_then(Json::list).unwrap_or_default();
        types.iter().any(|it| it.text() == Some(TYPE))
    }

    /// What an object claims, whoever signed it; `None` when it is not of the closed form.
    #[must_use]
    pub fn of(json: &Json) -> Option<Self> {
        Self::parse(json.object()?).ok()
    }

    /// Signs it as its institution.
    ///
    /// # Errors
    /// [`Unreadable`] never for one that its own type reads.
    pub fn sign(&self, key: &SecretKey, method: &MethodId, created: Timestamp) -> Result<Signed<Self>, Unreadable> {
        Signed::seal(self.to_json(), key, method, created)
    }

    /// The unsecured document.
    #[must_use]
    pub fn to_json(&self) -> Object {
        let mut subject = Object::from_iter([("id", Json::from(self.new.as_str()))]);
        if let Some(old) = &self.old {
            subject.set(FORMER_KEY, old.as_str().into());
        }
        let related = Object::from_iter([
            ("digestMultibase", Json::from(multibase::digest(&self.about.digest))),
            ("id", self.about.id.as_str().into()),
        ]);
        Object::from_iter([
            ("@context", contexts()),
            ("credentialStatus", self.status.to_json()),
            ("credentialSubject", subject.into()),
            ("id", self.id.as_str().into()),
            ("issuer", self.issuer.as_str().into()),
            ("relatedResource", Json::List(vec![related.into()])),
            ("type", Json::List(vec!["VerifiableCredential".into(), TYPE.into()])),
            ("validFrom", self.date.to_string().into()),
        ])
    }
}

const FORMER_KEY: &str = "formerKey";

/// What the members mean that the VC 2.0 context does not have.
fn contexts() -> Json {
    let term = |name: &str| Json::from(format!("urn:skillpass:delegation#{name}"));
    let former = Object::from_iter([("@id", term(FORMER_KEY)), ("@type", "@id".into())]);
    let own = Object::from_iter([(TYPE, term(TYPE)), (FORMER_KEY, former.into())]);
    Json::List(vec![CONTEXT.into(), own.into()])
}

impl Document for Delegation {
    const PURPOSE: &'static str = PURPOSE;
    const BOUNDS: Bounds =
        Bounds { bytes: DELEGATION_BYTES, depth: 8, string: TEXT_CHARACTERS * 4, numbers: Numbers::Whole };

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        if *members.need("@context")? != contexts() {
            return Err(members.fault("@context", Problem::WrongValue));
        }
        members.exactly("type", &["VerifiableCredential", TYPE])?;
        // The proofs were read when it came in.
        members.get("proof");
        let key = |of: &Members<'_>, name: &'static str, text: &str| {
            let did = Did::parse(text).ok().filter(|did| did.own_key().is_some());
            did.ok_or_else(|| of.fault(name, Problem::WrongValue))
        };
        let subject = members.inner("credentialSubject")?;
        let new = key(&subject, "id", subject.text("id", KEY_CHARACTERS)?)?;
        let old = subject.text_if_any(FORMER_KEY, KEY_CHARACTERS)?.map(|text| key(&subject, FORMER_KEY, text));
        let old = old.transpose()?;
        if old.as_ref() == Some(&new) {
            return Err(subject.fault(FORMER_KEY, Problem::WrongValue));
        }
        subject.nothing_else()?;
        let mut related = members.objects("relatedResource", 1)?;
        let entry = related.pop().ok_or_else(|| members.fault("relatedResource", Problem::Missing))?;
        let about = About {
            id: entry.text("id", TITLE_CHARACTERS)?.to_owned(),
            digest: multibase::digest_bytes(entry.text("digestMultibase", 64)?)
                .ok_or_else(|| entry.fault("digestMultibase", Problem::WrongValue))?,
        };
        entry.nothing_else()?;
        let wrong = |name: &'static str| members.fault(name, Problem::WrongValue);
        let delegation = Self {
            id: CredentialId::parse(members.text("id", 45)?).ok_or_else(|| wrong("id"))?,
            issuer: Did::parse(members.text("issuer", TITLE_CHARACTERS * 2)?).map_err(|_| wrong("issuer"))?,
            date: members.time("validFrom")?,
            about,
            old,
            new,
            status: StatusEntry::parse(members.inner("credentialStatus")?)?,
        };
        members.nothing_else()?;
        Ok(delegation)
    }
}
