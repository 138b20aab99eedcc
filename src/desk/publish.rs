//! What an institution publishes: its signed status lists and the checkpoint of its log, and the folder that it hands to its authority on
//! a stick or through a synced folder.
//!
//! ```text
//! DIR/status/1.json, 1-suspension.json, 1-message.json   the signed lists of each block of 131,072 credentials, counted from 1
//! DIR/publish/1.status.json, …                           the same lists, to hand in
//! DIR/publish/institution.json                           who it is
//! DIR/publish/did.json                                   its keys, for its own web server at /.well-known/did.json; of a did:web alone
//! DIR/publish/log.txt                                    the log: one credential digest a line
//! DIR/publish/acts.json                                  the same of the log of acts, whose lines stay here
//! DIR/publish/checkpoint.json                            how long the log is and where its chain ends, signed
//! ```
//! Nothing in it names a person. Everything is signed anew with each publication; an encoded list stays the same to the byte unless an
//! entry of it changed.

use std::path::{Path, PathBuf};

use super::did_document;
use super::institution::{DeskError, ISSUER, Institution, at};
use super::keyring::Keyring;
use super::retention::{self, Forgotten};
use crate::base::canonical::Json;
use crate::base::did::MethodId;
use crate::base::key::SecretKey;
use crate::base::limits::STATUS_ENTRIES_LEAST;
use crate::base::timestamp::Timestamp;
use crate::credential::document::Signed;
use crate::interop::rdfc::suites;
use crate::store::acts::{Act, BEGINNING, Hand};
use crate::store::custody;
use crate::store::files::{Readers, write_all_whole};
use crate::store::{Store, StoreError};
use crate::trust::checkpoint::{Acts, Checkpoint, log_text};
use crate::trust::pack::{Anchor, TrustPack};
use crate::trust::status::{Bits, MESSAGE, MESSAGE_BITS, REVOCATION, SUSPENSION, StatusList};

/// How the names of signed status lists end in the folder that is handed in.
pub const STATUS_ENDING: &str = ".status.json";

/// The checkpoint of the log of acts in the folder that is handed in.
pub const ACTS: &str = "acts.json";
/// The checkpoint of the log there.
pub(super) const CHECKPOINT: &str = "checkpoint.json";
/// 10,000 lines of the log of acts are chained at a time.
const LINES: usize = 10_000;

/// What was published.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The status lists: of each block its revocation list, then the suspension and the message list beside it.
    pub lists: Vec<Signed<StatusList>>,
    /// The checkpoint of the log.
    pub checkpoint: Signed<Checkpoint>,
    /// The folder to hand in.
    pub folder: PathBuf,
    /// Who was forgotten with it, whose time was over.
    pub forgotten: Result<Forgotten, StoreError>,
}

impl Publication {
    /// Who was forgotten with it.
    ///
    /// # Errors
    /// [`DeskError::StillKept`]; everything is published all the same.
    pub fn forgot(&self) -> Result<Forgotten, DeskError> {
        self.forgotten.clone().map_err(DeskError::StillKept)
    }

    /// The same; and nothing of whoever was forgotten until now stays in the store's files. For a process that has the store to itself: whoever
    /// wants to write waits for as long as it takes.
    ///
    /// # Errors
    /// [`DeskError::StillKept`]; everything is published all the same.
    pub fn forgot_whole(&self, store: &dyn Store) -> Result<Forgotten, DeskError> {
        let forgotten = self.forgot()?;
        store.sweep().map_err(DeskError::StillKept)?;
        Ok(forgotten)
    }
}

/// Whose key signs.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The key.
    pub key: &'a SecretKey,
    /// Its verification method: the institution's own, or its successor's.
    pub method: &'a MethodId,
}

/// Signs the lists of every block that has slots given out, and at least the first, and the checkpoint of the log; and writes them.
///
/// # Errors
/// [`DeskError`]. Each file is the old one or the new one, whole; publishing again does the rest.
pub fn publish(
    institution: &Institution,
    store: &dyn Store,
    keyring: &Keyring,
    now: Timestamp,
) -> Result<Publication, DeskError> {
    publish_as(institution, store, &Signer { key: keyring.key(ISSUER)?, method: institution.method() }, now)
}

/// The same with any key: a closed institution's lists are signed by its successor's, and the authority takes them.
///
/// # Errors
/// As [`publish`].
pub fn publish_as(
    institution: &Institution,
    store: &dyn Store,
    signer: &Signer<'_>,
    now: Timestamp,
) -> Result<Publication, DeskError> {
    // An older copy would say that what was withdrawn since is in force (threats.md I16).
    custody::must_work(store)?;
    // A row that cannot be read keeps no withdrawal from being told.
    let forgotten = retention::forget(store, &Hand::program(now), now);
    let (key, method) = (signer.key, signer.method);
    let blocks = store.slots_given()?.div_ceil(STATUS_ENTRIES_LEAST as u64).max(1);
    let (mut lists, mut kept, mut handed_in) = (Vec::new(), Vec::new(), Vec::new());
    let (own, folder) = (institution.folder().join("status"), institution.publish_folder());
    for block in 0..u32::try_from(blocks).unwrap_or(u32::MAX) {
        for (purpose, bits) in bits_of(store, block)? {
            let revocation = institution.list_id(block, REVOCATION);
            let content = StatusList {
                id: institution.list_id(block, purpose),
                issuer: institution.did().clone(),
                purpose: purpose.to_owned(),
                sibling_of: (purpose != REVOCATION).then_some(revocation),
                valid_from: now,
                valid_until: None,
                bits,
            };
            let name = file_stem(block, purpose);
            let path = own.join(format!("{name}.json"));
            let signed = content.sign(key, method, now, &suites());
            let signed = signed.map_err(|_| DeskError::NotReadable(path.clone()))?;
            handed_in.push((folder.join(format!("{name}{STATUS_ENDING}")), signed.bytes().to_vec()));
            kept.push((path, signed.bytes().to_vec()));
            lists.push(signed);
        }
    }
    let log = store.log(0)?;
    let path = folder.join(CHECKPOINT);
    let checkpoint = Checkpoint::of_log(institution.did().clone(), &log, now);
    let checkpoint = checkpoint.sign(key, method, now);
    let checkpoint = checkpoint.map_err(|_| DeskError::NotReadable(path.clone()))?;
    handed_in.push((folder.join("institution.json"), institution.card().to_bytes()?));
    if let Some((_, document)) = did_document::of(institution.card(), &own_packs(institution)) {
        handed_in.push((folder.join("did.json"), Json::Object(document).to_canonical()));
    }
    // The log before its checkpoint: what names more credentials than are there would look like a lie.
    handed_in.push((folder.join("log.txt"), log_text(&log).into_bytes()));
    handed_in.push((path, checkpoint.bytes().to_vec()));
    let path = folder.join(ACTS);
    let (size, head) = acts_head(store)?;
    let acts = Checkpoint::<Acts>::of(institution.did().clone(), size, head, now);
    let acts = acts.sign(key, method, now).map_err(|_| DeskError::NotReadable(path.clone()))?;
    handed_in.push((path, acts.bytes().to_vec()));
    write(&own, &kept)?;
    write(&folder, &handed_in)?;
    Ok(Publication { lists, checkpoint, folder, forgotten })
}

/// The checkpoint that was published last; `None` where none is, or it is not signed with a key of the card.
///
/// # Errors
/// [`DeskError::Io`].
pub fn last_checkpoint(institution: &Institution) -> Result<Option<Checkpoint>, DeskError> {
    let path = institution.publish_folder().join(CHECKPOINT);
    let bytes = match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(at(&path))?,
    };
    let signed = Signed::<Checkpoint>::read(&bytes).ok();
    let keys = institution.card().keys();
    Ok(signed.and_then(|signed| keys.iter().find_map(|key| signed.ours(&key.key).ok())))
}

/// How many lines the log of acts has, and the head of its chain: recomputed, so that no line that was changed is signed for.
fn acts_head(store: &dyn Store) -> Result<(u64, [u8; 32]), DeskError> {
    let (mut size, mut head) = (0, BEGINNING);
    loop {
        let lines = store.acts(size, LINES)?;
        if lines.is_empty() {
            return Ok((size, head));
        }
        head = lines.iter().fold(head, |head, (_, line)| Act::chain(&head, line));
        size += lines.len() as u64;
    }
}

/// The pack beside the institution, if it is a pilot: what is known there of its keys.
fn own_packs(institution: &Institution) -> Vec<TrustPack> {
    let bytes = std::fs::read(institution.folder().join("trust.json")).unwrap_or_default();
    // Nothing is believed of it but which keys this institution itself has had.
    TrustPack::read(&bytes, &Anchor::NamedByHand).into_iter().collect()
}

/// The bits of a block's three lists.
pub(super) fn bits_of(store: &dyn Store, block: u32) -> Result<[(&'static str, Bits); 3], DeskError> {
    let mut revocation = Bits::clear();
    let mut suspension = Bits::clear();
    let mut message = Bits::clear_of(STATUS_ENTRIES_LEAST * usize::from(MESSAGE_BITS));
    let outside = || DeskError::Value("slot");
    for (index, reason) in store.revoked(block)? {
        let set = revocation.set(index) && message.set_value(index, MESSAGE_BITS, reason.value());
        set.then_some(()).ok_or_else(outside)?;
    }
    for index in store.suspended(block)? {
        suspension.set(index).then_some(()).ok_or_else(outside)?;
    }
    Ok([(REVOCATION, revocation), (SUSPENSION, suspension), (MESSAGE, message)])
}

/// `1`, `1-suspension`, `1-message`.
pub(super) fn file_stem(block: u32, purpose: &str) -> String {
    let number = u64::from(block) + 1;
    if purpose == REVOCATION { number.to_string() } else { format!("{number}-{purpose}") }
}

fn write(folder: &Path, files: &[(PathBuf, Vec<u8>)]) -> Result<(), DeskError> {
    std::fs::create_dir_all(folder).map_err(at(folder))?;
    write_all_whole(files, Readers::Everybody).map_err(|(path, error)| DeskError::Io(path, error))
}
