//! What a store stands on: pages, each a key and a value, that change together or not at all. The rules of the desk are written once above it;
//! sled and the twin in memory only keep pages.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::StoreError;
use super::acts::{Act, BEGINNING, Hand, What};

/// 65,536 bytes: a page with the documents of a certificate, and so few that no node of the store is kept outside its log (sled_store.rs,
/// `SEGMENT_BYTES`).
pub(super) const VALUE_BYTES: usize = 64 * 1024;
/// 16 bytes of a SHA-256 before each value: what the disk changed is not taken for what was written (storage.md §2, bit rot).
const CHECK_BYTES: usize = 16;

/// The pages of one transaction.
pub trait Pages {
    /// A page's value.
    ///
    /// # Errors
    /// [`StoreError`].
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Writes a page.
    ///
    /// # Errors
    /// [`StoreError`].
    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), StoreError>;

    /// Takes a page away.
    ///
    /// # Errors
    /// [`StoreError`].
    fn remove(&self, key: &[u8]) -> Result<(), StoreError>;
}

/// A page: its key and its value.
pub type Page = (Vec<u8>, Vec<u8>);

/// Where pages are kept.
pub trait Ledger: Send + Sync {
    /// Runs one act alone: all that it writes is durable when this returns, or nothing is written. The act may be run more than once.
    ///
    /// # Errors
    /// What the act says, or [`StoreError`].
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError>;

    /// A page's value.
    ///
    /// # Errors
    /// [`StoreError`].
    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The first `most` pages whose keys are at least `from` and less than `until`, in the order of keys.
    ///
    /// # Errors
    /// [`StoreError`].
    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError>;

    /// Looks at pages while no act is run, so that all that is seen belongs together. Whoever keeps pages that several threads change holds
    /// their acts back meanwhile; nothing is done here for pages that nobody else changes.
    ///
    /// # Errors
    /// What the look says, or [`StoreError`].
    fn still(&self, look: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        look()
    }

    /// Whether there is room for more, and the disk did what was asked of it last.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Unwritable`].
    fn room(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// The same for an act that takes something out which is not to lie in the files for long: that it may is durable before it is out.
    ///
    /// # Errors
    /// As [`Ledger::transact`].
    fn transact_forgetting(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.transact(act)
    }

    /// Whether something of the kind may lie in the files still.
    ///
    /// # Errors
    /// [`StoreError`].
    fn has_forgotten(&self) -> Result<bool, StoreError> {
        Ok(false)
    }

    /// Leaves nothing in its files of pages that are gone. Nothing is to be done for pages that are in no file.
    ///
    /// # Errors
    /// [`StoreError`]; then everything is as it was.
    fn rewrite(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Whether a page stands beside all shelves and is as it should be: what whoever keeps the pages needs for itself.
    fn is_beside(&self, _key: &[u8], _sealed: &[u8]) -> bool {
        false
    }
}

/// The shelves on which pages stand, by the first byte of their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Shelf {
    /// number, big-endian → a line of the acts' log
    Acts = b'A',
    /// batch → the batch
    Batches = b'B',
    /// word, 0, award → nothing
    Found = b'F',
    /// case → the case of prior learning
    Cases = b'K',
    /// position in the log, big-endian → digest
    Log = b'L',
    /// login → member
    Logins = b'N',
    /// name → counter, or what else there is one of
    Meta = b'M',
    /// hash of a link's secret → the offer
    Offers = b'G',
    /// award → the award
    Awards = b'W',
    /// person → serial
    People = b'P',
    /// `open`, achievement or `in`, batch; 0, award → nothing
    Places = b'O',
    /// serial → record
    Records = b'R',
    /// list and index, big-endian → the reason's code
    Revoked = b'V',
    /// name → what was settled
    Settings = b'C',
    /// member → the member
    Staff = b'S',
    /// release → the standing release
    Standing = b'D',
    /// list and index, big-endian → nothing
    Suspended = b'U',
}

/// Counters, by name. None of them ever falls.
pub(super) mod counter {
    /// Lines of the acts' log.
    pub const ACTS: &[u8] = b"acts";
    /// Changes of a certificate's state.
    pub const CHANGES: &[u8] = b"changes";
    /// Certificates in the log.
    pub const LOGGED: &[u8] = b"logged";
    /// Records kept.
    pub const RECORDS: &[u8] = b"records";
    /// Of them, withdrawn.
    pub const REVOKED: &[u8] = b"revoked";
    /// Slots given out.
    pub const SLOTS: &[u8] = b"next-slot";
}

/// The chain after the last line of the acts' log.
pub(super) const HEAD: &[u8] = b"head";

impl Shelf {
    /// A key on this shelf.
    pub fn key(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut key = vec![self as u8];
        parts.iter().for_each(|part| key.extend_from_slice(part));
        key
    }

    /// The name of what is damaged, for a message.
    pub fn name(key: &[u8]) -> String {
        let name = match key.first() {
            Some(b'A') => "acts",
            Some(b'B' | b'D') => "releases",
            Some(b'C') => "settings",
            Some(b'F' | b'O' | b'W') => "register",
            Some(b'G') => "offers",
            Some(b'K') => "cases",
            Some(b'L') => "log",
            Some(b'M') => "counters",
            Some(b'N' | b'S') => "staff",
            Some(b'P') => "people",
            Some(b'R') => "record",
            Some(b'U') => "suspended",
            Some(b'V') => "revoked",
            _ => "store",
        };
        name.to_owned()
    }
}

/// A value with its check in front.
pub(super) fn seal(key: &[u8], value: &[u8]) -> Vec<u8> {
    [&check_value(key, value)[..], value].concat()
}

/// A value without its check.
///
/// # Errors
/// [`StoreError::Damaged`] when it is not what was written.
pub(super) fn unseal(key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let parts = sealed.split_at_checked(CHECK_BYTES).filter(|(check, value)| *check == check_value(key, value));
    parts.map(|(_, value)| value.to_vec()).ok_or_else(|| damaged(key))
}

/// That a page is not what was written.
pub(super) fn damaged(key: &[u8]) -> StoreError {
    StoreError::Damaged(Shelf::name(key))
}

fn check_value(key: &[u8], value: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Sha256::new().chain_update(key).chain_update([0]).chain_update(value).finalize();
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&digest[..CHECK_BYTES]);
    check
}

/// A counter's value. One that cannot be read is never taken for zero: that would give slots out twice.
pub(super) fn counter_of(value: Option<Vec<u8>>) -> Result<u64, StoreError> {
    let damaged = || StoreError::Damaged("counters".to_owned());
    value.map_or(Ok(0), |bytes| bytes.try_into().map(u64::from_be_bytes).map_err(|_| damaged()))
}

/// What a page says, in JSON.
pub(super) fn said<T: DeserializeOwned>(key: &[u8], value: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(value).map_err(|_| damaged(key))
}

/// The pages of one transaction, sealed and unsealed.
pub(super) struct Book<'p>(pub &'p dyn Pages);

impl Book<'_> {
    /// A page's value, checked.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(key)?.map(|sealed| unseal(key, &sealed)).transpose()
    }

    /// Writes a page.
    pub fn put(&self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let sealed = seal(key, value);
        if sealed.len() > VALUE_BYTES {
            return Err(StoreError::TooLong);
        }
        self.0.put(key, &sealed)
    }

    /// Takes a page away.
    pub fn remove(&self, key: &[u8]) -> Result<(), StoreError> {
        self.0.remove(key)
    }

    /// What a page says.
    pub fn read<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.get(key)?.map(|value| said(key, &value)).transpose()
    }

    /// Writes what a page is to say.
    pub fn write<T: Serialize>(&self, key: &[u8], content: &T) -> Result<(), StoreError> {
        let json = serde_json::to_vec(content).map_err(|_| damaged(key))?;
        self.put(key, &json)
    }

    /// Adds to a counter, and says what it is now.
    pub fn count(&self, name: &[u8], more: u64) -> Result<u64, StoreError> {
        let key = Shelf::Meta.key(&[name]);
        let now = counter_of(self.get(&key)?)?.checked_add(more).ok_or_else(|| damaged(&key))?;
        self.put(&key, &now.to_be_bytes())?;
        Ok(now)
    }

    /// Adds a line to the acts' log.
    pub fn act(&self, what: What, by: &Hand, of: &str, count: usize, digest: String) -> Result<(), StoreError> {
        let head = Shelf::Meta.key(&[HEAD]);
        let before: [u8; 32] =
            self.get(&head)?.map_or(Ok(BEGINNING), |bytes| bytes.try_into().map_err(|_| damaged(&head)))?;
        let number = self.count(counter::ACTS, 1)? - 1;
        let act = Act {
            number,
            what,
            by: by.clone(),
            of: of.to_owned(),
            count: u32::try_from(count).unwrap_or(u32::MAX),
            digest,
            before: hex(&before),
        };
        let key = Shelf::Acts.key(&[&number.to_be_bytes()]);
        let line = serde_json::to_vec(&act).map_err(|_| damaged(&key))?;
        self.put(&key, &line)?;
        self.put(&head, &Act::chain(&before, &line))
    }
}

/// Bytes as lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
