//! Binding a certificate to a new key of its holder (design §7): any listed institution with the scope may, offline and without the first
//! school. What is signed names the certificate by its digest and says nothing about the person; it has a slot, a log line and a state of its
//! own, as a certificate has, so that it is published and withdrawn like one.

use sha2::{Digest as _, Sha256};

use super::institution::{DeskError, ISSUER, Institution};
use super::issue::new_serial;
use super::keyring::Keyring;
use super::random::{Randomness, random};
use crate::base::did::Did;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::credential::{About, Credential, CredentialId, StatusEntry};
use crate::credential::delegation::Delegation;
use crate::credential::document::Signed;
use crate::store::acts::Hand;
use crate::store::release::{Rebinding, Warrant};
use crate::store::{Issued, Record, State, Store, StoreError};
use crate::trust::accreditation::REBIND;
use crate::trust::status::REVOCATION;
use crate::verify::delegated::{among, scope_to_rebind, way};
use crate::verify::{Answer, Delegated, Evidence, Outcome, Policy, Verdict, verify};

/// Why a certificate is not bound to another key.
#[derive(Debug)]
pub enum NotRebound {
    /// It is not any more as it was when somebody proposed it.
    ChangedSince,
    /// Delegations that are at hand name two keys.
    Conflict,
    /// The desk or its store.
    Desk(DeskError),
    /// It does not count, or nobody can tell whether it does.
    NotAccepted(Box<Verdict>),
    /// By these trust files the institution may not, or not for this certificate.
    NotEntitled,
    /// The second person brought another certificate.
    Other,
    /// It belongs to this key already.
    Same,
    /// Whether a delegation that is at hand counts cannot be told.
    Unclear,
}

impl NotRebound {
    /// The code of answers and language tables: `rebind.CODE`; `None` for what has words of its own.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            NotRebound::ChangedSince => Some("changed-since"),
            NotRebound::Conflict => Some("conflict"),
            NotRebound::Desk(_) => None,
            NotRebound::NotAccepted(verdict) => Some(match verdict.outcome {
                Outcome::Reject(_) => "rejected",
                Outcome::Accept(_) | Outcome::Undecided(_) => "undecided",
            }),
            NotRebound::NotEntitled => Some("not-entitled"),
            NotRebound::Other => Some("other"),
            NotRebound::Same => Some("same"),
            NotRebound::Unclear => Some("unclear"),
        }
    }

    /// Every code.
    pub const CODES: [&'static str; 8] =
        ["changed-since", "conflict", "not-entitled", "other", "rejected", "same", "unclear", "undecided"];
}

impl<E: Into<DeskError>> From<E> for NotRebound {
    fn from(error: E) -> Self {
        NotRebound::Desk(error.into())
    }
}

/// What would be signed: after the certificate, the institution's own right, and every delegation at hand were looked at. Nothing is fetched.
///
/// # Errors
/// [`NotRebound`].
pub fn wanted(
    institution: &Institution,
    store: &dyn Store,
    certificate: &Signed<Credential>,
    new: &Did,
    evidence: &Evidence,
    policy: &Policy,
    now: Timestamp,
) -> Result<Rebinding, NotRebound> {
    may_bind(institution, certificate, evidence, policy, now)?;
    let subjects = certificate.claimed_subjects();
    let own = subjects.first().copied().flatten();
    let mut known: Vec<Delegated> = among(evidence.presented.documents())
        .filter_map(|json| Delegated::ask(&json, evidence, now))
        .filter(|it| it.claimed.about.digest == certificate.digest())
        .map(|it| it.about(certificate.claimed_issuer(), evidence))
        .collect();
    if known.iter().any(|it| it.answer == Answer::CannotTell) {
        return Err(NotRebound::Unclear);
    }
    known.retain(|it| it.answer == Answer::Yes);
    known.extend(ours(institution, store, certificate, &known)?);
    let way = way(own, &known).ok_or(NotRebound::Conflict)?;
    let old = way.into_iter().next_back().flatten();
    if old.as_deref() == Some(new.as_str()) {
        return Err(NotRebound::Same);
    }
    Ok(Rebinding {
        certificate: certificate.claimed_id().unwrap_or_default().to_owned(),
        digest: certificate.digest_multibase(),
        old,
        new: new.to_string(),
    })
}

/// Whether what was proposed can still be signed. Nobody has kept the certificate: whoever releases it brings it again, so that two people have
/// seen it, and all of it is asked anew but the delegations that were at hand the first time.
///
/// # Errors
/// [`NotRebound::ChangedSince`], [`NotRebound::Desk`], [`NotRebound::NotAccepted`], [`NotRebound::NotEntitled`], [`NotRebound::Other`].
pub fn still_wanted(
    institution: &Institution,
    store: &dyn Store,
    wanted: &Rebinding,
    certificate: &Signed<Credential>,
    evidence: &Evidence,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), NotRebound> {
    if certificate.digest_multibase() != wanted.digest {
        return Err(NotRebound::Other);
    }
    may_bind(institution, certificate, evidence, policy, now)?;
    if in_force(institution, store, wanted)?.is_some() {
        return Err(NotRebound::ChangedSince);
    }
    Ok(())
}

/// Whether the certificate counts, and the institution may bind it.
fn may_bind(
    institution: &Institution,
    certificate: &Signed<Credential>,
    evidence: &Evidence,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), NotRebound> {
    let verdict = verify(certificate, evidence, policy, now);
    let Some(backing) = verdict.backing.as_ref().filter(|_| matches!(verdict.outcome, Outcome::Accept(_))) else {
        return Err(NotRebound::NotAccepted(Box::new(verdict)));
    };
    let scope = scope_to_rebind(institution.did().as_str(), backing.environment, evidence, now);
    scope.map(|_| ()).ok_or(NotRebound::NotEntitled)
}

/// What the institution says in force of the certificate and the key that it belonged to.
fn in_force(institution: &Institution, store: &dyn Store, wanted: &Rebinding) -> Result<Option<Record>, StoreError> {
    let record = store.by_person(&place(institution, &wanted.digest, wanted.old.as_deref()))?;
    Ok(record.filter(|record| record.state == State::Issued))
}

/// The institution's own delegations of a certificate that are in force, whether or not somebody has brought them along.
fn ours(
    institution: &Institution,
    store: &dyn Store,
    certificate: &Signed<Credential>,
    known: &[Delegated],
) -> Result<Vec<Delegated>, DeskError> {
    let digest = certificate.digest_multibase();
    let own = certificate.claimed_subjects().first().copied().flatten().map(str::to_owned);
    // From the certificate's own key, and from each that somebody else has bound it to.
    let mut from: Vec<Option<String>> = vec![own];
    from.extend(known.iter().map(|it| Some(it.claimed.new.to_string())));
    let mut found: Vec<Delegated> = Vec::new();
    while let Some(key) = from.pop() {
        let place = place(institution, &digest, key.as_deref());
        let Some(record) = store.by_person(&place)?.filter(|record| record.state == State::Issued) else { continue };
        let document = Signed::<Delegation>::read(record.document.as_bytes()).ok();
        let said = document.and_then(|document| Delegation::of(&document.to_json()));
        // Of one that was forgotten nothing is left but its slot.
        let Some(claimed) = said.filter(|said| found.iter().all(|it| it.claimed != *said)) else { continue };
        from.push(Some(claimed.new.to_string()));
        let by = Some(institution.card().name.clone());
        found.push(Delegated { claimed, answer: Answer::Yes, reason: None, by, pilot: institution.is_pilot() });
    }
    found.retain(|it| known.iter().all(|other| other.claimed != it.claimed));
    Ok(found)
}

/// Under which name the store has what an institution says of a certificate and a key that it belongs to: one delegation, for from one key a
/// certificate goes to one other.
fn place(institution: &Institution, digest: &str, old: Option<&str>) -> String {
    let parts = ["skillpass rebind", institution.did().as_str(), digest, old.unwrap_or_default()];
    let hash = parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part).chain_update([0]));
    multibase::base64url(&hash.finalize())
}

/// The delegation that was signed for this, if it was and is in force.
///
/// # Errors
/// [`DeskError`].
pub fn signed(institution: &Institution, store: &dyn Store, wanted: &Rebinding) -> Result<Option<Record>, DeskError> {
    Ok(in_force(institution, store, wanted)?.filter(|record| record.row == wanted.digest()))
}

/// A desk that is about to bind certificates.
pub struct Rebinds<'a> {
    /// Who signs.
    pub institution: &'a Institution,
    /// With which keys.
    pub keyring: &'a Keyring,
    /// Where it is kept.
    pub store: &'a dyn Store,
    /// Randomness for identifiers.
    pub random: &'a dyn Randomness,
    /// The time of signing.
    pub now: Timestamp,
}

impl Rebinds<'_> {
    /// Signs and keeps a delegation; it is durable when this returns. In one step the same again is the one that is there. It takes the place
    /// of what is in force no more, and of nothing else: somebody was told that it is signed, and carries it.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when another is in force; [`DeskError`].
    pub fn sign(&self, wanted: &Rebinding, warrant: &Warrant, by: &Hand) -> Result<Record, DeskError> {
        if let Some(there) = signed(self.institution, self.store, wanted)?.filter(|_| *warrant == Warrant::Pilot) {
            return Ok(there);
        }
        if in_force(self.institution, self.store, wanted)?.is_some() {
            return Err(StoreError::Taken.into());
        }
        let key = self.keyring.key(ISSUER)?;
        let did = |text: &str| Did::parse(text).map_err(|_| DeskError::Value("holder"));
        let digest = multibase::digest_bytes(&wanted.digest).ok_or(DeskError::Value("digest"))?;
        let order = self.institution.slot_order(self.keyring)?;
        // Durable before signing: a slot that was signed is never given out again (storage.md §0.6).
        let slot = order.slot(self.store.lease_slots(1)?.start).ok_or(DeskError::Value("slot"))?;
        let delegation = Delegation {
            id: CredentialId::of_random(random(self.random)?),
            issuer: self.institution.did().clone(),
            date: self.now,
            about: About { id: wanted.certificate.clone(), digest },
            old: wanted.old.as_deref().map(did).transpose()?,
            new: did(&wanted.new)?,
            status: StatusEntry {
                purpose: REVOCATION.to_owned(),
                index: slot.index,
                list: self.institution.list_id(slot.list, REVOCATION),
            },
        };
        let document = delegation.sign(key, self.institution.method(), self.now);
        let document = document.map_err(|_| DeskError::Value("holder"))?;
        let person = place(self.institution, &wanted.digest, wanted.old.as_deref());
        let supersedes = self.store.by_person(&person)?.map(|before| before.serial);
        let record = Record {
            serial: new_serial(self.store, self.random)?,
            person,
            row: wanted.digest(),
            achievement: REBIND.to_owned(),
            signed_at: self.now.to_string(),
            list: slot.list,
            index: slot.index,
            state: State::Issued,
            document: String::from_utf8_lossy(document.bytes()).into_owned(),
            digest: document.digest(),
        };
        self.store.commit(warrant, &[Issued { record: record.clone(), supersedes, award: None }], by)?;
        Ok(record)
    }
}
