//! What was published, held against the store. A file that is whole and older than the store is no damage: a process was stopped between an
//! act and its publication, and the next publication does the rest.

use std::path::Path;

use crate::base::key::PublicKey;
use crate::base::limits::STATUS_ENTRIES_LEAST;
use crate::credential::document::{Document, Signed};
use crate::desk::institution::{DeskError, Institution, at};
use crate::desk::publish::{ACTS, STATUS_ENDING, bits_of, file_stem};
use crate::desk::successor;
use crate::desk::token::Tokens;
use crate::interop::rdfc::suites;
use crate::store::Store;
use crate::store::acts::{Act, BEGINNING};
use crate::store::audit::{Audited, Fault};
use crate::trust::checkpoint::{Acts, Checkpoint, read_log};
use crate::trust::pack::{Anchor, TrustPack};
use crate::trust::status::{Bits, MESSAGE, MESSAGE_BITS, REVOCATION, SUSPENSION, StatusList};

/// Goes through the published files; names those that are older than the store.
///
/// # Errors
/// [`DeskError::Io`] for one that cannot be read, [`DeskError::Store`].
pub(super) fn check(
    institution: &Institution,
    store: &dyn Store,
    audited: &mut Audited,
) -> Result<Vec<String>, DeskError> {
    let (mut older, keys) = (Vec::new(), Keys::of(institution)?);
    let folder = institution.publish_folder();
    let blocks = store.slots_given()?.div_ceil(STATUS_ENTRIES_LEAST as u64).max(1);
    for block in 0..u32::try_from(blocks).unwrap_or(u32::MAX) {
        for (purpose, bits) in bits_of(store, block)? {
            let stem = file_stem(block, purpose);
            let names = [format!("status/{stem}.json"), format!("publish/{stem}{STATUS_ENDING}")];
            for name in names {
                let bytes = read(&institution.folder().join(&name))?;
                match bytes.map(|bytes| list_says(institution, &bytes, &keys, block, purpose, &bits)) {
                    Some(Says::TheSame) => {}
                    Some(Says::Less) | None => older.push(name),
                    Some(Says::Other) => audited.find(Fault::Status, name),
                }
            }
        }
    }
    check_log(institution, store, &keys, &mut older, audited)?;
    check_acts(institution, store, &keys, audited)?;

    let card = institution.card().to_bytes()?;
    let own = read(&institution.folder().join("institution.json"))?;
    let handed_in = read(&folder.join("institution.json"))?;
    if own.as_ref() != Some(&card) || handed_in.as_ref().is_some_and(|bytes| *bytes != card) {
        audited.find(Fault::Card, "institution.json");
    }
    if handed_in.is_none() {
        older.push("publish/institution.json".to_owned());
    }
    if institution.is_pilot() {
        let pack = read(&institution.folder().join("trust.json"))?;
        let holds = pack.as_ref().is_some_and(|bytes| TrustPack::read(bytes, &Anchor::NamedByHand).is_ok());
        if !holds {
            audited.find(Fault::File, "trust.json");
        } else if pack != read(&institution.folder().join("pilot").join("trust.json"))? {
            // The pilot authority's own, copied; a process may have been stopped between the two.
            older.push("trust.json".to_owned());
        }
    }
    match Tokens::open(institution) {
        Err(DeskError::NotReadable(_)) => audited.find(Fault::File, "tokens.json"),
        other => drop(other?),
    }
    Ok(older)
}

/// What a published list says, beside what the store does.
enum Says {
    /// It knows less: it is older.
    Less,
    /// It is not a list of this institution, or says what the store does not know.
    Other,
    TheSame,
}

fn list_says(institution: &Institution, bytes: &[u8], keys: &Keys, block: u32, purpose: &str, expected: &Bits) -> Says {
    let (list, is_newest) = match whole(bytes, keys) {
        Some((list, is_newest)) => (Some(list), is_newest),
        None => (None, false),
    };
    let is_it = |list: &StatusList| {
        let revocation = institution.list_id(block, REVOCATION);
        list.id == institution.list_id(block, purpose)
            && list.issuer == *institution.did()
            && list.purpose == purpose
            && list.sibling_of == (purpose != REVOCATION).then_some(revocation)
    };
    let Some(list) = list.filter(is_it) else { return Says::Other };
    if list.bits == *expected {
        // What an earlier key signed says the same, and an authority does not take it any more.
        return if is_newest { Says::TheSame } else { Says::Less };
    }
    let known = match purpose {
        // A suspension that is over is not in the store any more.
        SUSPENSION => list.bits.len() == expected.len(),
        MESSAGE => list.bits.iter().all(|bit| {
            let entry = bit / u32::from(MESSAGE_BITS);
            list.bits.value(entry, MESSAGE_BITS) == expected.value(entry, MESSAGE_BITS)
        }),
        _ => list.bits.iter().all(|bit| expected.get(bit) == Some(true)),
    };
    if known { Says::Less } else { Says::Other }
}

/// The log as it was handed in, and the checkpoint over it: each a beginning of the store's log.
fn check_log(
    institution: &Institution,
    store: &dyn Store,
    keys: &Keys,
    older: &mut Vec<String>,
    audited: &mut Audited,
) -> Result<(), DeskError> {
    let log = store.log(0)?;
    let folder = institution.publish_folder();
    let text = read(&folder.join("log.txt"))?;
    if let Some(text) = text {
        match std::str::from_utf8(&text).ok().and_then(read_log) {
            Some(published) if published == log => {}
            Some(published) if log.starts_with(&published) => older.push("publish/log.txt".to_owned()),
            _ => audited.find(Fault::Checkpoint, "publish/log.txt"),
        }
    } else {
        older.push("publish/log.txt".to_owned());
    }
    let Some(bytes) = read(&folder.join("checkpoint.json"))? else {
        older.push("publish/checkpoint.json".to_owned());
        return Ok(());
    };
    // An authority's countersignature beside ours needs its key, and is not looked at.
    let checkpoint = Signed::<Checkpoint>::read(&bytes).ok().and_then(|signed| keys.ours(signed));
    match checkpoint.filter(|(it, _)| it.issuer == *institution.did() && it.is_of(&log)) {
        Some((checkpoint, true)) if checkpoint.size == log.len() as u64 => {}
        Some(_) => older.push("publish/checkpoint.json".to_owned()),
        None => audited.find(Fault::Checkpoint, "publish/checkpoint.json"),
    }
    Ok(())
}

/// The log of acts begins with what its signed checkpoint is of. That it has grown since is no finding: every act is not published.
fn check_acts(
    institution: &Institution,
    store: &dyn Store,
    keys: &Keys,
    audited: &mut Audited,
) -> Result<(), DeskError> {
    let name = format!("publish/{ACTS}");
    let Some(bytes) = read(&institution.folder().join(&name))? else { return Ok(()) };
    let checkpoint = Signed::<Checkpoint<Acts>>::read(&bytes).ok().and_then(|signed| keys.ours(signed));
    let checkpoint = checkpoint.map(|(it, _)| it).filter(|it| it.issuer == *institution.did());
    let holds = checkpoint.map(|it| begins_with(store, it.size, it.head)).transpose()?;
    if holds != Some(true) {
        audited.find(Fault::Checkpoint, name);
    }
    Ok(())
}

/// Whether so many first lines of the log of acts come to this head.
pub(super) fn begins_with(store: &dyn Store, size: u64, wanted: [u8; 32]) -> Result<bool, DeskError> {
    const LINES: usize = 10_000;
    let (mut at, mut head) = (0, BEGINNING);
    while at < size {
        let most = usize::try_from(size - at).map_or(LINES, |left| left.min(LINES));
        let lines = store.acts(at, most)?;
        if lines.is_empty() {
            return Ok(false);
        }
        head = lines.iter().fold(head, |head, (_, line)| Act::chain(&head, line));
        at += lines.len() as u64;
    }
    Ok(head == wanted)
}

/// The keys that may have signed what was published: the institution's, and its successor's when it has closed.
pub(super) struct Keys(Vec<PublicKey>, usize);

impl Keys {
    /// Those that sign now come first.
    pub(super) fn of(institution: &Institution) -> Result<Self, DeskError> {
        let successor = successor::card(institution)?;
        let mut keys: Vec<PublicKey> = successor.and_then(|card| card.key()).map(|key| key.key).into_iter().collect();
        // Before it closed, its own.
        let now = keys.len() + 1;
        keys.extend(institution.card().keys().into_iter().map(|key| key.key));
        Ok(Self(keys, now))
    }

    /// What one of them signed, and whether that one signs now.
    pub(super) fn ours<T: Document>(&self, signed: Signed<T>) -> Option<(T, bool)> {
        let at = self.0.iter().position(|key| signed.ours(key).is_ok())?;
        Some((signed.ours(self.0.get(at)?).ok()?, at < self.1))
    }
}

/// A list every proof of which is by one key of the institution's: a bit in the second one is found too.
fn whole(bytes: &[u8], keys: &Keys) -> Option<(StatusList, bool)> {
    let signed = Signed::<StatusList>::read(bytes).ok()?;
    let suites = suites();
    let at = keys.0.iter().position(|key| {
        !signed.proofs().is_empty()
            && signed.proofs().iter().all(|proof| signed.proof_holds(proof, key, &suites).is_ok())
    })?;
    Some((signed.ours(keys.0.get(at)?).ok()?, at < keys.1))
}

/// A file's bytes; `None` where there is none.
fn read(path: &Path) -> Result<Option<Vec<u8>>, DeskError> {
    match std::fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(at(path)),
    }
}
