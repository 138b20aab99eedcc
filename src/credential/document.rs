//! The states of a signed document. Bytes from outside are [`Signed`]: they claim, and their content cannot be read. A signature
//! that holds under a key from the pack makes them [`Authentic`]; one that holds under a key nobody vouches for, [`Intact`].

use std::marker::PhantomData;

use sha2::{Digest as _, Sha256};

use super::members::Malformed;
use super::proof::{Proof, ProofProblem, Suite, hash_data};
use crate::base::canonical::{Bounds, Json, Object, ReadError, read};
use crate::base::did::MethodId;
use crate::base::key::{PublicKey, SecretKey};
use crate::base::limits::PROOFS;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;

/// What can stand inside a signature. Each type has its own purpose or its own required `type`, so that a signature over one is
/// never taken for another (threats.md A16).
pub trait Document: Sized {
    /// The proof purpose that such a document is signed with.
    const PURPOSE: &'static str;
    /// How much of it is read.
    const BOUNDS: Bounds;

    /// Reads the closed shape. Called on bytes whose signature holds, and by whoever is about to sign.
    ///
    /// # Errors
    /// [`Malformed`].
    fn parse(document: &Object) -> Result<Self, Malformed>;
}

/// Exact bytes with a claim. Nothing here has been checked, so nothing of the content can be read.
#[derive(Clone, Debug)]
pub struct Signed<T> {
    bytes: Vec<u8>,
    document: Object,
    digest: [u8; 32],
    proofs: Vec<Proof>,
    claim: PhantomData<fn() -> T>,
}

/// Why bytes are not even a signed document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not JSON, or ambiguous JSON.
    Json(ReadError),
    /// JSON, and not an object.
    NotAnObject,
    /// A proof that cannot be read.
    Proof(ProofProblem),
    /// More than 32 proofs.
    TooManyProofs,
}

/// Why a proof does not make a document authentic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unproven {
    /// The signature does not hold under this key.
    Broken,
    /// It holds, and the document is not of its closed shape.
    Malformed(Malformed),
    /// The proof is of another suite than this build checks, or has a member whose meaning it does not check.
    NotChecked,
    /// The proof is for another purpose.
    WrongPurpose,
}

/// A public key that a trust pack gives to an issuer. Only `trust` makes one.
#[derive(Clone, Copy, Debug)]
pub struct VouchedKey(PublicKey);

impl VouchedKey {
    pub(crate) fn from_pack(key: PublicKey) -> Self {
        Self(key)
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.0
    }
}

/// A document whose signature holds under a key from the pack.
#[derive(Clone, Debug)]
pub struct Authentic<T> {
    content: T,
    digest: [u8; 32],
    created: Timestamp,
}

/// A document whose signature holds under a key nobody vouches for: unaltered, signed by we do not know whom.
#[derive(Clone, Debug)]
pub struct Intact<T> {
    content: T,
}

impl<T> Authentic<T> {
    /// What was signed.
    #[must_use]
    pub fn content(&self) -> &T {
        &self.content
    }

    /// What was signed, alone.
    #[must_use]
    pub fn into_content(self) -> T {
        self.content
    }

    /// SHA-256 of the canonical document without its proofs.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The signing time: the issuer's word (design §2 *Which date*).
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }
}

impl<T> Intact<T> {
    /// What the file claims; to be shown as "claims", never under a tick.
    #[must_use]
    pub fn claimed(&self) -> &T {
        &self.content
    }
}

impl<T> Signed<T> {
    /// The bytes as received.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the canonical document without its proofs: the name under which caches, status and log know it. The packet and
    /// the file of one credential have the same (threats.md C11), whatever proofs they carry.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The digest as `digestMultibase` writes it.
    #[must_use]
    pub fn digest_multibase(&self) -> String {
        multibase::digest(&self.digest)
    }

    /// The proofs, as they claim.
    #[must_use]
    pub fn proofs(&self) -> &[Proof] {
        &self.proofs
    }

    /// The issuer that the document claims: `issuer`, or `issuer.id`.
    #[must_use]
    pub fn claimed_issuer(&self) -> Option<&str> {
        let issuer = self.document.get("issuer")?;
        issuer.text().or_else(|| issuer.object()?.get("id")?.text())
    }

    /// The document's `type` member, as it claims: a text, or a list's texts.
    #[must_use]
    pub fn claimed_types(&self) -> Vec<&str> {
        match self.document.get("type") {
            Some(Json::Text(text)) => vec![text],
            Some(Json::List(list)) => list.iter().filter_map(Json::text).collect(),
            _ => Vec::new(),
        }
    }

    /// The `id` that the document claims.
    #[must_use]
    pub fn claimed_id(&self) -> Option<&str> {
        self.document.get("id")?.text()
    }

    /// The whole document as JSON, for writing it into a larger file.
    #[must_use]
    pub fn to_json(&self) -> Json {
        Json::Object(self.document.clone())
    }

    /// The `achievementType` that the document claims.
    #[must_use]
    pub fn claimed_achievement_type(&self) -> Option<&str> {
        let subject = self.document.get("credentialSubject")?.object()?;
        subject.get("achievement")?.object()?.get("achievementType")?.text()
    }

    /// The digest of the first related resource, as the document claims it (`relatedResource`, W3C VC 2.0 §5.3).
    #[must_use]
    pub fn claimed_related(&self) -> Option<&str> {
        self.document.get("relatedResource")?.list()?.first()?.object()?.get("digestMultibase")?.text()
    }

    /// The canonical bytes of the document with only its `eddsa-jcs-2022` proofs: what a packet carries. `None` when it has none.
    #[must_use]
    pub fn to_packet_document(&self) -> Option<Vec<u8>> {
        let carried = |json: &&Json| {
            json.object().and_then(|proof| proof.get("cryptosuite")).and_then(Json::text)
                == Some(Suite::EddsaJcs2022.name())
        };
        let proofs: Vec<Json> = match self.document.get("proof")? {
            Json::List(list) => list.iter().filter(carried).cloned().collect(),
            single => Some(single).into_iter().filter(carried).cloned().collect(),
        };
        if proofs.is_empty() {
            return None;
        }
        let mut document = self.document.clone();
        document.set("proof", Json::List(proofs));
        Some(Json::Object(document).to_canonical())
    }

    fn holds(&self, proof: &Proof, purpose: &str, key: &PublicKey) -> Result<(), Unproven> {
        let (Suite::EddsaJcs2022, Some(value)) = (&proof.suite, &proof.value) else { return Err(Unproven::NotChecked) };
        if proof.claimed_purpose != purpose {
            return Err(Unproven::WrongPurpose);
        }
        let (document_digest, pinned) = match (&proof.context, self.document.get("@context")) {
            (None, _) => (self.digest, true),
            (Some(theirs), Some(ours)) if theirs == ours => (self.digest, true),
            // Data Integrity EdDSA 1.0 §3.3.2 step 4: a document's contexts may begin with the proof's, which are what is signed.
            (Some(Json::List(theirs)), Some(Json::List(ours))) if ours.starts_with(theirs) => {
                let mut document = self.document.clone();
                document.set("@context", Json::List(theirs.clone()));
                (digest_of(&document), false)
            }
            _ => return Err(Unproven::Broken),
        };
        if !key.holds(&hash_data(&proof.options_digest, &document_digest), value) {
            return Err(Unproven::Broken);
        }
        // Off-spec: with contexts added after signing, what is shown is not what was signed (threats.md B10); and what a further member
        // of the proof means, this build does not know.
        if pinned && proof.unchecked_member.is_none() { Ok(()) } else { Err(Unproven::NotChecked) }
    }
}

impl<T: Document> Signed<T> {
    /// Reads bytes from outside.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let json = read(bytes, T::BOUNDS).map_err(Unreadable::Json)?;
        Self::of_json(bytes.to_vec(), json)
    }

    /// From a document that stood inside another one, read under that one's bounds.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub(crate) fn of_member(json: Json) -> Result<Self, Unreadable> {
        Self::of_json(json.to_canonical(), json)
    }

    fn of_json(bytes: Vec<u8>, json: Json) -> Result<Self, Unreadable> {
        let Json::Object(document) = json else { return Err(Unreadable::NotAnObject) };
        let digest = digest_of(&document);
        Self::of_document(bytes, document, digest)
    }

    /// `digest` is the document's own.
    fn of_document(bytes: Vec<u8>, document: Object, digest: [u8; 32]) -> Result<Self, Unreadable> {
        let proofs = match document.get("proof") {
            None => return Err(Unreadable::Proof(ProofProblem::None)),
            Some(Json::List(list)) if list.len() > PROOFS => return Err(Unreadable::TooManyProofs),
            Some(Json::List(list)) => list.iter().map(Proof::read).collect::<Result<Vec<_>, _>>(),
            Some(single) => Proof::read(single).map(|proof| vec![proof]),
        };
        let proofs = proofs.map_err(Unreadable::Proof)?;
        if proofs.is_empty() {
            return Err(Unreadable::Proof(ProofProblem::None));
        }
        Ok(Self { bytes, document, digest, proofs, claim: PhantomData })
    }

    /// Signs an unsecured document that its own type reads. Only drafts and the authorities' parts come here.
    pub(crate) fn seal(
        mut document: Object,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
    ) -> Result<Self, Unreadable> {
        document.remove("proof");
        Self::seal_again(document, key, method, created)
    }

    /// Adds a signature to those a document already has: one of several people signing the same part.
    pub(crate) fn seal_again(
        mut document: Object,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
    ) -> Result<Self, Unreadable> {
        let mut options = Proof::options(document.get("@context"), method.as_str(), T::PURPOSE, created);
        let options_digest: [u8; 32] = Sha256::digest(options.to_canonical_without("proofValue")).into();
        let digest = digest_of(&document);
        let value = key.sign(&hash_data(&options_digest, &digest));
        options.set("proofValue", multibase::base58btc(&value).into());
        let mut proofs = match document.remove("proof") {
            Some(Json::List(list)) => list,
            Some(single) => vec![single],
            None => Vec::new(),
        };
        proofs.push(options.into());
        document.set("proof", Json::List(proofs));
        Self::of_document(document.to_canonical(), document, digest)
    }

    /// Adds a signature of another person to this document.
    ///
    /// # Errors
    /// [`Unreadable::TooManyProofs`].
    pub(crate) fn countersign(
        &self,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
    ) -> Result<Self, Unreadable> {
        Self::seal_again(self.document.clone(), key, method, created)
    }

    /// Whether a proof of it holds under a key that a pack vouches for; of one more signature, when the document has been read already.
    ///
    /// # Errors
    /// [`Unproven`], never for its form.
    pub(crate) fn also_signed(&self, proof: &Proof, key: &VouchedKey) -> Result<(), Unproven> {
        self.holds(proof, T::PURPOSE, &key.0)
    }

    /// The document, when a proof of it holds under a key that a pack vouches for.
    ///
    /// # Errors
    /// [`Unproven`].
    pub(crate) fn authentic(&self, proof: &Proof, key: &VouchedKey) -> Result<Authentic<T>, Unproven> {
        self.holds(proof, T::PURPOSE, &key.0)?;
        let content = T::parse(&self.document).map_err(Unproven::Malformed)?;
        Ok(Authentic { content, digest: self.digest, created: proof.claimed_created })
    }

    /// The content of a document that the caller has signed with its own key, for printing it.
    ///
    /// # Errors
    /// [`Unproven`] when no proof of it holds under this key.
    pub fn ours(&self, key: &PublicKey) -> Result<T, Unproven> {
        let held = self.proofs.iter().map(|proof| self.intact(proof, key)).find(Result::is_ok);
        held.unwrap_or(Err(Unproven::Broken)).map(|intact| intact.content)
    }

    /// The document, when a proof of it holds under a key that nobody vouches for.
    ///
    /// # Errors
    /// [`Unproven`].
    pub(crate) fn intact(&self, proof: &Proof, key: &PublicKey) -> Result<Intact<T>, Unproven> {
        self.holds(proof, T::PURPOSE, key)?;
        let content = T::parse(&self.document).map_err(Unproven::Malformed)?;
        Ok(Intact { content })
    }
}

/// SHA-256 of the canonical document without its proofs.
fn digest_of(document: &Object) -> [u8; 32] {
    Sha256::digest(document.to_canonical_without("proof")).into()
}
