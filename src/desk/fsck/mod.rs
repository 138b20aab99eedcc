//! Recomputes an institution's whole folder: its store, page by page; each certificate's document against the log, the institution's key and
//! its slot; what was published against what the store says. Changes nothing.
//!
//! What it cannot see: a token's hash or a password's that was exchanged in a page or a file that was written anew with its check value; and,
//! without the keys, which slots of a list were given out. With the keys it sees that too.

mod published;

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::institution::{DeskError, ISSUER, Institution};
use super::keyring::Keyring;
use super::slot::SlotOrder;
use crate::base::canonical::Json;
use crate::base::limits::STATUS_ENTRIES_LEAST;
use crate::base::timestamp::Timestamp;
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::credential::proof::Suites;
use crate::interop::rdfc::suites;
use crate::store::audit::{Audited, Fault, audit};
use crate::store::custody::Custody;
use crate::store::ledger::Ledger;
use crate::store::{Record, Store};
use crate::trust::accreditation::IssuerKey;
use crate::trust::status::REVOCATION;

/// What was found.
#[derive(Clone, Debug)]
pub struct Checkup {
    /// What was gone through, and what is not as it should be.
    pub audited: Audited,
    /// Published files that are whole and older than the store: a process was stopped before it published. Publishing does the rest.
    pub unpublished: Vec<String>,
    /// Whether it is the store that the institution works with.
    pub custody: Custody,
}

/// Goes through everything. With a keyring, the keys and the order of slots too.
///
/// # Errors
/// [`DeskError`] when something cannot be read on; what is wrong with what was read is the result.
pub fn fsck<S: Ledger>(
    institution: &Institution,
    store: &S,
    keyring: Option<&Keyring>,
    progress: &dyn Fn(u64),
) -> Result<Checkup, DeskError> {
    let keys = institution.card().keys();
    let first = keys.first().ok_or_else(|| DeskError::NotReadable(institution.folder().join("institution.json")))?;
    let mut slots: BTreeMap<u32, Vec<(u32, String)>> = BTreeMap::new();
    let with_rdf = suites();
    let mut look = |records: &[Record], audited: &mut Audited| {
        let faulty = |record: &&Record| !holds(record, institution, &keys, &with_rdf);
        let faulty: Vec<&Record> = records.par_iter().filter(faulty).collect();
        faulty.into_iter().for_each(|record| audited.find(Fault::Document, &record.serial));
        if keyring.is_some() {
            records.iter().for_each(|it| slots.entry(it.list).or_default().push((it.index, it.serial.clone())));
        }
    };
    let mut audited = audit(store, &mut look, progress)?;
    if let Some(keyring) = keyring {
        if keyring.key(ISSUER)?.public() != first.key {
            audited.find(Fault::Card, "keys.age");
        }
        check_slots(&institution.slot_order(keyring)?, store.slots_given()?, &slots, &mut audited);
    }
    let unpublished = published::check(institution, store, &mut audited)?;
    Ok(Checkup { audited, unpublished, custody: store.custody()? })
}

/// Whether everything that the store says is published as it says it.
///
/// # Errors
/// [`DeskError`].
pub(super) fn is_published(institution: &Institution, store: &dyn Store) -> Result<bool, DeskError> {
    Ok(published::check(institution, store, &mut Audited::default())?.is_empty())
}

/// Whether a record's document is the one that was logged, signed by the institution when the record says, for the record's slot. One whose
/// person was forgotten has none.
fn holds(record: &Record, institution: &Institution, keys: &[IssuerKey], with_rdf: &Suites) -> bool {
    if record.document.is_empty() {
        return true;
    }
    let Ok(signed) = Signed::<Credential>::read(record.document.as_bytes()) else { return false };
    let signed_at = Timestamp::parse(&record.signed_at).ok();
    let jcs = Suites::default();
    // A key signs within its own window.
    let in_window =
        |key: &&IssuerKey| signed_at.is_some_and(|at| key.from <= at && key.until.is_none_or(|until| at <= until));
    let is_ours = |suites: &Suites| {
        let mut proofs = signed.proofs().iter().filter(|proof| proof.claimed_created == signed_at);
        proofs.any(|proof| {
            let mut keys = keys.iter().filter(in_window);
            keys.any(|key| signed.proof_holds(proof, &key.key, suites).is_ok())
        })
    };
    signed.digest() == record.digest
        && signed.claimed_issuer() == Some(institution.did().as_str())
        && names_slot(&signed.to_json(), &institution.list_id(record.list, REVOCATION), record.index)
        // Most have a jcs proof, which costs a tenth of what the other does.
        && (is_ours(&jcs) || is_ours(with_rdf))
}

/// Whether one of a document's status entries is this one.
fn names_slot(document: &Json, list: &str, index: u32) -> bool {
    let status = document.object().and_then(|document| document.get("credentialStatus"));
    let entries = match status {
        Some(Json::List(entries)) => entries.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    let text = |entry: &Json, name: &str| {
        entry.object().and_then(|entry| entry.get(name)).and_then(Json::text).map(str::to_owned)
    };
    entries.iter().any(|entry| {
        text(entry, "statusListCredential").as_deref() == Some(list)
            && text(entry, "statusListIndex") == Some(index.to_string())
    })
}

/// That every slot is one that the counter has given out.
fn check_slots(order: &SlotOrder, given: u64, used: &BTreeMap<u32, Vec<(u32, String)>>, audited: &mut Audited) {
    let list_length = STATUS_ENTRIES_LEAST as u64;
    for (list, used) in used {
        let mut open = vec![false; STATUS_ENTRIES_LEAST];
        let begins = u64::from(*list) * list_length;
        for counter in begins..given.min(begins + list_length) {
            if let Some(open) = order.slot(counter).and_then(|slot| open.get_mut(slot.index as usize)) {
                *open = true;
            }
        }
        for (index, serial) in used {
            if !open.get(*index as usize).copied().unwrap_or(false) {
                audited.find(Fault::Slot, serial);
            }
        }
    }
}
