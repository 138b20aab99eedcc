//! The counter of an institution: where programs hand in a document over HTTP and get it signed. One of our closed kinds becomes a
//! [`Draft`]; any other credential is signed as what it is. Whatever is signed has a slot in the status list, is in the store and in the log,
//! and can be revoked like all others.
//!
//! The store belongs to one process at a time, and clerks use it too: it is opened for each document and given back at once. In a server that
//! has the institution's desk, it is the desk's.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::catalogue::{Catalogue, Template};
use super::house::House;
use super::institution::{DeskError, ISSUER, Institution};
use super::issue::{Fault, Schema, new_serial};
use super::keyring::{Keyring, Secret};
use super::pilot;
use super::publish::publish;
use super::random::{Randomness, random};
use super::slot::StatusSlot;
use super::token::{NoEntry, Tokens};
use crate::base::canonical::{Json, Object};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::{Kind, Language};
use crate::credential::credential::{Credential, CredentialId, StatusEntry};
use crate::credential::document::{Document as _, Signed, Unsealed};
use crate::credential::draft::{Draft, NotComplete};
use crate::credential::foreign::{ForeignDraft, NotAllowed};
use crate::credential::proof::{NotCanonical, Suite, Suites};
use crate::interop::data_model::{self, Reading, Versions};
use crate::store::acts::Hand;
use crate::store::release::{StandingRelease, Warrant};
use crate::store::{Issued, Record, State, Store, StoreError};
use crate::trust::status::REVOCATION;

/// An institution that issues to programs.
pub struct Counter {
    institution: Institution,
    secret: Secret,
    keyring: Keyring,
    random: &'static dyn Randomness,
    suites: Suites,
    schema: Schema,
    /// The desk's store, where there is a desk in this server.
    held: Option<Arc<dyn Store>>,
    at_work: Arc<Mutex<()>>,
    unpublished: AtomicBool,
}

/// What is handed in.
#[derive(Clone, Debug)]
pub struct Order {
    /// The document to sign.
    pub document: Object,
    /// Which proofs the answer is to have.
    pub proofs: Proofs,
    /// The key under which the same order is the same credential (draft-ietf-httpapi-idempotency-key-header), with the token that sent it.
    pub once: Option<String>,
    /// The first characters of the token that sent it.
    pub token: String,
}

/// Which proofs of the set the answer has. What is kept always has the whole set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proofs {
    /// Every one.
    All,
    /// The one of this cryptosuite, as a single object.
    One(Suite),
}

/// What was issued.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The signed document.
    pub document: Object,
    /// Under which number the institution has it: what `skillpass revoke` takes.
    pub serial: String,
}

/// Why nothing was signed.
#[derive(Debug)]
pub enum NotSigned {
    /// The data model forbids it.
    DataModel(Vec<data_model::Fault>),
    /// The desk cannot work.
    Desk(DeskError),
    /// One of our kinds, and not complete.
    Fault(Fault),
    /// The issuer that it names is not this institution.
    IssuerOfAnother,
    /// This build cannot make the proof that is asked for.
    NoSuite,
    /// It may not be signed as somebody's own credential.
    NotAllowed(NotAllowed),
    /// It has no canonical RDF, so a proof would leave something out.
    NotCanonical(NotCanonical),
    /// The same idempotency key came with another order.
    OtherOrder,
    /// It names a status entry, and those of our kinds are given out here.
    StatusGiven,
}

impl From<Unsealed> for NotSigned {
    fn from(error: Unsealed) -> Self {
        match error {
            Unsealed::NotCanonical(error) => NotSigned::NotCanonical(error),
            Unsealed::NoSuite | Unsealed::Unreadable(_) => NotSigned::NoSuite,
        }
    }
}

impl From<DeskError> for NotSigned {
    fn from(error: DeskError) -> Self {
        NotSigned::Desk(error)
    }
}

impl From<StoreError> for NotSigned {
    fn from(error: StoreError) -> Self {
        NotSigned::Desk(error.into())
    }
}

impl fmt::Debug for Counter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Counter").field("institution", &self.institution.did()).finish_non_exhaustive()
    }
}

impl Counter {
    /// Opens the counter of an institution.
    ///
    /// # Errors
    /// Whatever keeps keys and store closed.
    pub fn open(
        institution: Institution,
        secret: Secret,
        random: &'static dyn Randomness,
        suites: Suites,
    ) -> Result<Self, DeskError> {
        let keyring = institution.keyring(&secret)?;
        keyring.key(ISSUER)?;
        let (schema, at_work, unpublished) = (Schema::read()?, Arc::default(), AtomicBool::new(false));
        Ok(Self { institution, secret, keyring, random, suites, schema, held: None, at_work, unpublished })
    }

    /// The same in a server that has the institution's desk: with its store, and never at work while it is.
    #[must_use]
    pub fn beside(self, house: &House) -> Self {
        Self { held: Some(Arc::clone(house.store())), at_work: Arc::clone(house.at_work()), ..self }
    }

    /// Whose it is.
    #[must_use]
    pub fn institution(&self) -> &Institution {
        &self.institution
    }

    /// Whether a token may have something issued here: its first characters, to tell who did.
    ///
    /// # Errors
    /// [`NoEntry`]; or [`DeskError`] when the tokens cannot be read.
    pub fn admit(&self, token: &str, now: Timestamp) -> Result<Result<String, NoEntry>, DeskError> {
        // Read each time: one that was withdrawn a moment ago opens nothing.
        let tokens = Tokens::open(&self.institution)?;
        Ok(tokens.admit(token, now).map(|token| token.prefix.clone()))
    }

    /// Signs what is handed in. It is durable when this returns. The same order under the same key gives the same credential.
    ///
    /// # Errors
    /// [`NotSigned`]; then nothing was.
    pub fn issue(&self, order: Order, resource: Reading<'_>, now: Timestamp) -> Result<Receipt, NotSigned> {
        let Order { document, proofs, once, token } = order;
        let faults = data_model::credential(&document, Reading { versions: Versions::Two, ..resource });
        if !faults.is_empty() {
            return Err(NotSigned::DataModel(faults));
        }
        let issuer = document.get("issuer");
        let issuer = issuer.and_then(|issuer| issuer.text().or_else(|| issuer.object()?.get("id")?.text()));
        if issuer != Some(self.institution.did().as_str()) {
            return Err(NotSigned::IssuerOfAnother);
        }
        let row = multibase::digest(&Sha256::digest(Json::Object(document.clone()).to_canonical()).into());
        let id = random(self.random).map_err(DeskError::from)?;
        if matches!(&proofs, Proofs::One(suite) if !self.suites.to_sign_with().contains(suite)) {
            return Err(NotSigned::NoSuite);
        }
        // What would be refused takes no slot, so it is signed once for nobody: some documents show only then that they cannot be.
        self.complete(document.clone(), id, &StatusSlot { list: 0, index: 0 }, now)?.sign(self, now)?;
        let nonce: [u8; 32] = random(self.random).map_err(DeskError::from)?;
        let person = self.person(once.as_deref(), &nonce);

        let _alone = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        let store = self.store()?;
        if let Some(record) = store.by_person(&person)? {
            return if record.row == row { receipt(&record, proofs) } else { Err(NotSigned::OtherOrder) };
        }
        // Before a slot is given out: whoever may not have anything signed takes none.
        let asked = self.complete(document.clone(), id, &StatusSlot { list: 0, index: 0 }, now)?;
        let warrant = self.warrant(&*store, &asked, &token, now)?;
        let order = self.institution.slot_order(&self.keyring).map_err(DeskError::from)?;
        // Durable before signing: a slot that was signed is never given out again (storage.md §0.6).
        let counter = store.lease_slots(1)?.start;
        let slot = order.slot(counter).ok_or(DeskError::Value("slot"))?;
        let achievement = achievement_of(&document);
        let complete = self.complete(document, id, &slot, now)?;
        let signed = complete.sign(self, now)?;
        let record = Record {
            serial: new_serial(&*store, self.random)?,
            person,
            row,
            achievement,
            signed_at: now.to_string(),
            list: slot.list,
            index: slot.index,
            state: State::Issued,
            document: String::from_utf8_lossy(signed.bytes()).into_owned(),
            digest: signed.digest(),
        };
        let by = Hand::of(&token, now);
        let issued = Issued { record: record.clone(), supersedes: None, award: None };
        store.commit(&warrant, &[issued], &by)?;
        self.unpublished.store(true, Ordering::Release);
        receipt(&record, proofs)
    }

    /// Publishes the log and the lists, if something was issued since; whether it was. Opening the keys of the pilot authority takes some
    /// tenths of a second: many documents share one publication.
    ///
    /// # Errors
    /// [`DeskError`]; then it is still to be done.
    pub fn publish_pending(&self, now: Timestamp) -> Result<bool, DeskError> {
        if !self.unpublished.load(Ordering::Acquire) {
            return Ok(false);
        }
        let _alone = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        // Held to the end: whoever waits for the store then waits for the pilot authority too, and not beside it.
        let store = self.store()?;
        let published = publish(&self.institution, &*store, &self.keyring, now)?;
        pilot::renew(&self.institution, published.lists.clone(), &self.secret, now)?;
        self.unpublished.store(false, Ordering::Release);
        published.forgot().map(|_| true)
    }

    fn store(&self) -> Result<Arc<dyn Store>, StoreError> {
        match &self.held {
            Some(store) => Ok(Arc::clone(store)),
            None => Ok(Arc::new(self.institution.store_in_turn()?)),
        }
    }

    /// By what right a token has something signed: a pilot's in one step, else a standing release that two people gave it. The store looks
    /// at it again when it commits. Two people released an achievement of the catalogue, so what is signed says of it what the catalogue does.
    fn warrant(
        &self,
        store: &dyn Store,
        complete: &Complete,
        token: &str,
        now: Timestamp,
    ) -> Result<Warrant, NotSigned> {
        if self.institution.is_pilot() && !store.requires_two_people()? {
            return Ok(Warrant::Pilot);
        }
        let Complete::Ours(draft) = complete else { return Err(StoreError::NotReleased.into()) };
        let achievement = &draft.credential().achievement;
        let as_catalogued = |template: &Template| {
            template.id == achievement.id
                && template.kind() == draft.credential().kind()
                && Language::ALL.into_iter().any(|language| template.achievement(language) == *achievement)
        };
        let catalogue = Catalogue::shipped();
        let catalogue = catalogue.map_err(|error| DeskError::NotReadable(PathBuf::from(error.file)))?;
        if !catalogue.templates().iter().any(as_catalogued) {
            return Err(StoreError::NotReleased.into());
        }
        let at = now.to_string();
        let covers = |release: &StandingRelease| {
            release.token == token
                && release.achievement == achievement.id.as_str()
                && release.clone().with_used(1, &at).is_ok()
        };
        let release = store.standing_releases()?.into_iter().find(covers);
        release.map(|release| Warrant::Standing(release.id)).ok_or(StoreError::NotReleased.into())
    }

    /// The document as it would be signed, with its identifier and its place in the status list.
    fn complete(
        &self,
        mut document: Object,
        id: [u8; 16],
        slot: &StatusSlot,
        now: Timestamp,
    ) -> Result<Complete, NotSigned> {
        if document.get("proof").is_some() {
            return Err(NotSigned::NotAllowed(NotAllowed::Signed));
        }
        let ours = kind_of(&document).is_some();
        if ours && document.get("credentialStatus").is_some() {
            return Err(NotSigned::StatusGiven);
        }
        if document.get("id").is_none() {
            document.set("id", CredentialId::of_random(id).as_str().into());
        }
        let list = self.institution.list_id(slot.list, REVOCATION);
        let entry = StatusEntry { purpose: REVOCATION.to_owned(), index: slot.index, list }.to_json();
        // An entry that came with it stays; ours beside it is what this institution can set.
        let status = match document.remove("credentialStatus") {
            None => entry,
            Some(Json::List(entries)) => Json::List(entries.into_iter().chain([entry]).collect()),
            Some(single) => Json::List(vec![single, entry]),
        };
        document.set("credentialStatus", status);
        if !ours {
            let draft = ForeignDraft::complete(document, self.institution.did()).map_err(NotSigned::NotAllowed)?;
            return Ok(Complete::Foreign(draft));
        }
        let not_complete = |error: NotComplete| NotSigned::Fault(Fault::NotComplete(error));
        let credential =
            Credential::parse(&document).map_err(|malformed| not_complete(NotComplete::Malformed(malformed)))?;
        let draft = Draft::complete(credential, now).map_err(not_complete)?;
        self.schema.check(draft.credential()).map_err(NotSigned::Fault)?;
        Ok(Complete::Ours(Box::new(draft)))
    }

    /// Under which name the store knows the order.
    fn person(&self, once: Option<&str>, nonce: &[u8; 32]) -> String {
        let mut hash = Sha256::new_with_prefix("skillpass order\0");
        hash.update(self.institution.did().as_str());
        match once {
            Some(key) => hash.update(["\0key\0", key].concat()),
            None => hash.update([&b"\0nonce\0"[..], nonce].concat()),
        }
        multibase::base64url(&hash.finalize())
    }
}

/// A document that may be signed.
enum Complete {
    Foreign(ForeignDraft),
    Ours(Box<Draft>),
}

impl Complete {
    fn sign(self, counter: &Counter, now: Timestamp) -> Result<Signed<Credential>, NotSigned> {
        let key = counter.keyring.key(ISSUER).map_err(DeskError::from)?;
        let method = counter.institution.method();
        match self {
            Complete::Ours(draft) => draft
                .sign(key, method, now, &counter.suites)
                .map_err(|error| NotSigned::Fault(Fault::NotComplete(error))),
            Complete::Foreign(draft) => {
                Ok(draft.sign(key, method, now, counter.suites.to_sign_with(), &counter.suites)?)
            }
        }
    }
}

/// The kind that a document claims to be of, if it is one of ours.
fn kind_of(document: &Object) -> Option<Kind> {
    let subject = document.get("credentialSubject")?.object()?;
    Kind::of_achievement_type(subject.get("achievement")?.object()?.get("achievementType")?.text()?)
}

/// What it says was achieved, for the institution's own record.
fn achievement_of(document: &Object) -> String {
    let subject = document.get("credentialSubject").and_then(Json::object);
    let achievement = subject.and_then(|subject| subject.get("achievement")).and_then(Json::object);
    achievement.and_then(|achievement| achievement.get("id")).and_then(Json::text).unwrap_or_default().to_owned()
}

fn receipt(record: &Record, proofs: Proofs) -> Result<Receipt, NotSigned> {
    let broken = || StoreError::Damaged(record.serial.clone());
    let signed = Signed::<Credential>::read(record.document.as_bytes()).map_err(|_| broken())?;
    let Json::Object(mut document) = signed.to_json() else { return Err(broken().into()) };
    if let Proofs::One(suite) = proofs {
        let of_suite = |proof: &&Json| {
            proof.object().and_then(|proof| proof.get("cryptosuite")).and_then(Json::text) == Some(suite.name())
        };
        let one = document.get("proof").and_then(Json::list).and_then(|set| set.iter().find(of_suite)).cloned();
        document.set("proof", one.ok_or_else(broken)?);
    }
    Ok(Receipt { document, serial: record.serial.clone() })
}
