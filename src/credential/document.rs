//! The states of a signed document. Bytes from outside are [`Signed`]: they claim, and their content cannot be read. A signature
//! that holds under a key from the pack makes them [`Authentic`]; one that holds under a key nobody vouches for, [`Intact`].

use std::marker::PhantomData;

use sha2::{Digest as _, Sha256};

use super::members::Malformed;
use super::proof::{Canonicalise, NotCanonical, Proof, ProofProblem, Suite, Suites, hash_data};
use crate::base::canonical::{Bounds, Json, Object, ReadError, read};
use crate::base::did::MethodId;
use crate::base::key::{PublicKey, SecretKey};
use crate::base::limits::{PROOFS, RDF_PROOFS};
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
    /// It stands upon a proof that the document does not have.
    NoPrevious,
    /// What it signs cannot be told here.
    NotCanonical(NotCanonical),
    /// The proof is of another suite than this build checks, or has a member whose meaning it does not check.
    NotChecked,
    /// The proof is for another purpose.
    WrongPurpose,
}

/// Why a document was not signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsealed {
    /// This build cannot make proofs of the suite.
    NoSuite,
    /// It has no canonical RDF, so no proof can cover it.
    NotCanonical(NotCanonical),
    /// What came out cannot be read.
    Unreadable(Unreadable),
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
    expires: Option<Timestamp>,
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

    /// Until when the signature says that it may be relied upon, if it says so (Data Integrity 1.0 §2.1 `expires`).
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
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

    /// The holder that the document claims: `holder`, or `holder.id` (of a presentation).
    #[must_use]
    pub fn claimed_holder(&self) -> Option<&str> {
        let holder = self.document.get("holder")?;
        holder.text().or_else(|| holder.object()?.get("id")?.text())
    }

    /// The subjects that the document claims, each with its identifier if it has one: `credentialSubject`, or each of its entries.
    #[must_use]
    pub fn claimed_subjects(&self) -> Vec<Option<&str>> {
        let subjects = match self.document.get("credentialSubject") {
            None => &[][..],
            Some(Json::List(list)) => list.as_slice(),
            Some(single) => std::slice::from_ref(single),
        };
        // An identifier that is no text is nobody's.
        subjects.iter().map(|it| it.object()?.get("id").map(|id| id.text().unwrap_or_default())).collect()
    }

    fn holds(&self, proof: &Proof, purpose: &str, key: &PublicKey, suites: &Suites) -> Result<(), Unproven> {
        let Some(value) = proof.value.as_ref().filter(|_| suites.can_check(&proof.suite)) else {
            return Err(Unproven::NotChecked);
        };
        if proof.claimed_purpose != purpose {
            return Err(Unproven::WrongPurpose);
        }
        let (options_digest, document_digest, pinned) = match (&proof.suite, suites.rdf()) {
            (Suite::EddsaJcs2022, _) => {
                let (digest, pinned) = self.jcs_digest(proof)?;
                (proof.options_digest, digest, pinned)
            }
            (_, Some(rdf)) => {
                let (options, digest) = self.rdf_digests(proof, rdf)?;
                (options, digest, true)
            }
            (_, None) => return Err(Unproven::NotChecked),
        };
        if !key.holds(&hash_data(&options_digest, &document_digest), value) {
            return Err(Unproven::Broken);
        }
        // Off-spec: with contexts added after signing, what is shown is not what was signed (threats.md B10); and what a further member
        // of the proof means, this build does not know.
        if pinned && proof.unchecked_member.is_none() { Ok(()) } else { Err(Unproven::NotChecked) }
    }

    /// The digest of the document that a jcs proof speaks of, and whether its contexts are all the document's.
    fn jcs_digest(&self, proof: &Proof) -> Result<([u8; 32], bool), Unproven> {
        let previous = self.with_previous(proof)?;
        let document = previous.as_ref().unwrap_or(&self.document);
        let digest = || previous.as_ref().map_or(self.digest, digest_with_proofs);
        match (&proof.context, document.get("@context")) {
            (None, _) => Ok((digest(), true)),
            (Some(theirs), Some(ours)) if theirs == ours => Ok((digest(), true)),
            // Data Integrity EdDSA 1.0 §3.3.2 step 4: a document's contexts may begin with the proof's, which are what is signed.
            (Some(Json::List(theirs)), Some(Json::List(ours))) if ours.starts_with(theirs) => {
                let mut signed = document.clone();
                signed.set("@context", Json::List(theirs.clone()));
                Ok((if previous.is_some() { digest_with_proofs(&signed) } else { digest_of(&signed) }, false))
            }
            _ => Err(Unproven::Broken),
        }
    }

    /// The digests of a proof's options and of the document, as RDF (Data Integrity EdDSA 1.0 §3.2.2).
    fn rdf_digests(&self, proof: &Proof, rdf: &dyn Canonicalise) -> Result<([u8; 32], [u8; 32]), Unproven> {
        // Each costs a canonicalisation, which may be bounded and still be long.
        if proof.position >= RDF_PROOFS {
            return Err(Unproven::NotChecked);
        }
        let ours = self.document.get("@context");
        // §3.2.5 step 5 gives the options the document's contexts. A proof that brings others was signed under those by some, and not by
        // others: which, nobody can tell.
        if proof.context.as_ref().is_some_and(|theirs| Some(theirs) != ours) {
            return Err(Unproven::NotChecked);
        }
        let mut options = self.proof_object(proof).cloned().ok_or(Unproven::NotChecked)?;
        options.remove("proofValue");
        if let Some(context) = ours {
            options.set("@context", context.clone());
        }
        let document = match self.with_previous(proof)? {
            Some(document) => document,
            None => {
                let mut document = self.document.clone();
                document.remove("proof");
                document
            }
        };
        let digest = |object: &Object| rdf.digest(object).map_err(Unproven::NotCanonical);
        Ok((digest(&options)?, digest(&document)?))
    }

    /// The document with the proofs that a proof stands upon, in place of all: what such a proof signs (Data Integrity 1.0 §4.3 step 3).
    /// `None` when it stands upon none. Whether those hold is asked of each of them.
    fn with_previous(&self, proof: &Proof) -> Result<Option<Object>, Unproven> {
        if proof.claimed_previous.is_empty() {
            return Ok(None);
        }
        let named = |id: &String| {
            let mut of_id = self.proofs.iter().filter(|other| other.claimed_id.as_ref() == Some(id));
            // One identifier, one proof; and none stands upon itself.
            let found = of_id.next().filter(|found| found.position != proof.position);
            if of_id.next().is_some() { None } else { found }
        };
        let mut previous = Vec::with_capacity(proof.claimed_previous.len());
        for id in &proof.claimed_previous {
            let found = named(id).and_then(|found| self.proof_object(found)).ok_or(Unproven::NoPrevious)?;
            previous.push(Json::Object(found.clone()));
        }
        let mut document = self.document.clone();
        document.set("proof", Json::List(previous));
        Ok(Some(document))
    }

    fn proof_object(&self, proof: &Proof) -> Option<&Object> {
        match self.document.get("proof")? {
            Json::List(list) => list.get(proof.position)?.object(),
            single => single.object(),
        }
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
            Some(Json::List(list)) => {
                let read = list.iter().enumerate().map(|(position, proof)| Proof::read(position, proof));
                read.collect::<Result<Vec<_>, _>>()
            }
            Some(single) => Proof::read(0, single).map(|proof| vec![proof]),
        };
        let proofs = proofs.map_err(Unreadable::Proof)?;
        if proofs.is_empty() {
            return Err(Unreadable::Proof(ProofProblem::None));
        }
        Ok(Self { bytes, document, digest, proofs, claim: PhantomData })
    }

    /// Signs an unsecured document that its own type reads, with `eddsa-jcs-2022`. Only drafts and the authorities' parts come here.
    pub(crate) fn seal(
        mut document: Object,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
    ) -> Result<Self, Unreadable> {
        document.remove("proof");
        Self::seal_again(document, key, method, created)
    }

    /// Signs an unsecured document with one `eddsa-jcs-2022` proof that has further members: whom it is for, and until when (Data Integrity
    /// 1.0 §2.1 `domain`, `challenge`, `expires`).
    pub(crate) fn seal_addressed(
        mut document: Object,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
        addressed: &Object,
    ) -> Result<Self, Unreadable> {
        document.remove("proof");
        let digest = digest_of(&document);
        let suite = &Suite::EddsaJcs2022;
        let mut proof = Proof::options(suite, document.get("@context"), method.as_str(), T::PURPOSE, created);
        for (name, value) in addressed.iter() {
            proof.set(name, value.clone());
        }
        let data = hash_data(&Sha256::digest(proof.to_canonical()).into(), &digest);
        proof.set("proofValue", multibase::base58btc(&key.sign(&data)).into());
        document.set("proof", proof.into());
        Self::of_document(document.to_canonical(), document, digest)
    }

    /// Signs an unsecured document with several suites: a proof set, each proof over the same document (interop.md 2.1).
    pub(crate) fn seal_with(
        mut document: Object,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
        of_suites: &[Suite],
        suites: &Suites,
    ) -> Result<Self, Unsealed> {
        document.remove("proof");
        let digest = digest_of(&document);
        let sign = |suite| Self::signature(&document, &digest, suite, key, method, created, suites);
        let proofs = of_suites.iter().map(sign).collect::<Result<Vec<_>, _>>()?;
        document.set("proof", Json::List(proofs));
        Self::of_document(document.to_canonical(), document, digest).map_err(Unsealed::Unreadable)
    }

    /// Adds a signature to those a document already has: one of several people signing the same part.
    pub(crate) fn seal_again(
        mut document: Object,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
    ) -> Result<Self, Unreadable> {
        let mut proofs = match document.remove("proof") {
            Some(Json::List(list)) => list,
            Some(single) => vec![single],
            None => Vec::new(),
        };
        let digest = digest_of(&document);
        let suite = &Suite::EddsaJcs2022;
        let proof = Self::signature(&document, &digest, suite, key, method, created, &Suites::default());
        // Every build makes proofs of this suite.
        proofs.extend(proof.ok());
        document.set("proof", Json::List(proofs));
        Self::of_document(document.to_canonical(), document, digest)
    }

    /// One proof over a document without its proofs, whose digest this is.
    fn signature(
        document: &Object,
        digest: &[u8; 32],
        suite: &Suite,
        key: &SecretKey,
        method: &MethodId,
        created: Timestamp,
        suites: &Suites,
    ) -> Result<Json, Unsealed> {
        let mut options = Proof::options(suite, document.get("@context"), method.as_str(), T::PURPOSE, created);
        let data = match (suite, suites.rdf()) {
            (Suite::EddsaJcs2022, _) => hash_data(&Sha256::digest(options.to_canonical()).into(), digest),
            (Suite::EddsaRdfc2022, Some(rdf)) => {
                let options_digest = rdf.digest(&options).map_err(Unsealed::NotCanonical)?;
                options.remove("@context");
                hash_data(&options_digest, &rdf.digest(document).map_err(Unsealed::NotCanonical)?)
            }
            _ => return Err(Unsealed::NoSuite),
        };
        options.set("proofValue", multibase::base58btc(&key.sign(&data)).into());
        Ok(options.into())
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
        plain(proof)?;
        self.holds(proof, T::PURPOSE, &key.0, &Suites::default())
    }

    /// The document, when a plain jcs proof of it holds under a key that a pack vouches for: what the parts of packs, lists and checkpoints
    /// are signed with.
    ///
    /// # Errors
    /// [`Unproven`].
    pub(crate) fn authentic(&self, proof: &Proof, key: &VouchedKey) -> Result<Authentic<T>, Unproven> {
        plain(proof)?;
        self.authentic_as(proof, key, &Suites::default())
    }

    /// The document read as another type, when a proof of it holds under a key that a pack vouches for.
    ///
    /// # Errors
    /// [`Unproven`]; [`Unproven::NotChecked`] for a proof that does not say when it was made.
    pub(crate) fn authentic_as<U: Document>(
        &self,
        proof: &Proof,
        key: &VouchedKey,
        suites: &Suites,
    ) -> Result<Authentic<U>, Unproven> {
        self.holds(proof, U::PURPOSE, &key.0, suites)?;
        // A key's window and what was compromised are compared with it (design §2 *Which date*).
        let created = proof.claimed_created.ok_or(Unproven::NotChecked)?;
        let content = U::parse(&self.document).map_err(Unproven::Malformed)?;
        Ok(Authentic { content, digest: self.digest, created, expires: proof.claimed_expires })
    }

    /// The content of a document that the caller has signed with its own key, for printing it.
    ///
    /// # Errors
    /// [`Unproven`] when no proof of it holds under this key.
    pub fn ours(&self, key: &PublicKey) -> Result<T, Unproven> {
        let jcs = Suites::default();
        let held = self.proofs.iter().map(|proof| self.intact_as::<T>(proof, key, &jcs)).find(Result::is_ok);
        held.unwrap_or(Err(Unproven::Broken)).map(|intact| intact.content)
    }

    /// The document read as another type, when a proof of it holds under a key that nobody vouches for.
    ///
    /// # Errors
    /// [`Unproven`].
    pub(crate) fn intact_as<U: Document>(
        &self,
        proof: &Proof,
        key: &PublicKey,
        suites: &Suites,
    ) -> Result<Intact<U>, Unproven> {
        self.holds(proof, U::PURPOSE, key, suites)?;
        let content = U::parse(&self.document).map_err(Unproven::Malformed)?;
        Ok(Intact { content })
    }

    /// Its content read as another type, for asking it about dates and status once its proofs were asked.
    pub(crate) fn read_as<U: Document>(&self) -> Result<U, Malformed> {
        U::parse(&self.document)
    }

    /// Whether a proof of it holds under a key, whatever its form: of a proof beside the one that its content was read by.
    ///
    /// # Errors
    /// [`Unproven`], never for its form.
    pub(crate) fn proof_holds(&self, proof: &Proof, key: &PublicKey, suites: &Suites) -> Result<(), Unproven> {
        self.holds(proof, T::PURPOSE, key, suites)
    }
}

/// A proof that says nothing besides: neither an end, nor whom it is for, nor what it stands upon.
fn plain(proof: &Proof) -> Result<(), Unproven> {
    let plain = proof.claimed_expires.is_none() && proof.claimed_previous.is_empty() && !proof.is_addressed();
    if plain { Ok(()) } else { Err(Unproven::NotChecked) }
}

/// SHA-256 of the canonical document without its proofs.
fn digest_of(document: &Object) -> [u8; 32] {
    Sha256::digest(document.to_canonical_without("proof")).into()
}

/// SHA-256 of the canonical document with the proofs that it has.
fn digest_with_proofs(document: &Object) -> [u8; 32] {
    Sha256::digest(document.to_canonical()).into()
}
