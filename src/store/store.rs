//! The few operations behind one trait, and their twin in memory. What an operation acknowledges is on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// One issued credential, as the register keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The short random name of its files.
    pub serial: String,
    /// Institution, achievement and register person, hashed: who it is the same credential for (design §6 *Re-import*).
    pub person: String,
    /// Hash of the register row's signed cells: a changed row is a correction.
    pub row: String,
    /// The achievement's identifier.
    pub achievement: String,
    /// When it was signed, `YYYY-MM-DDThh:mm:ssZ`.
    pub signed_at: String,
    /// Its status list, counted from 0.
    pub list: u32,
    /// Its position in the list.
    pub index: u32,
    /// What became of it.
    pub state: State,
    /// The signed document, canonical JSON.
    pub document: String,
}

/// What became of an issued credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In force as far as the institution is concerned.
    Issued,
    /// Withdrawn for good, with the public reason's code.
    Revoked(String),
}

/// A record to be committed, and the one it takes the place of.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The new record.
    pub record: Record,
    /// The serial of the credential that it corrects; that one is revoked in the same act.
    pub supersedes: Option<String>,
}

/// Why an operation did not happen. Nothing of it did; or all of it, when the disk failed in its last step, before it was
/// acknowledged. Whoever repeats a command finds out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The store's files are damaged, or not a store.
    Damaged(String),
    /// No space is left on the disk.
    Full,
    /// Another process has it open.
    Locked,
    /// A credential for this person and achievement, or of this serial, is there already: another process was quicker.
    Taken,
    /// No record of this serial.
    Unknown,
    /// The disk failed otherwise.
    Unwritable(String),
}

impl StoreError {
    /// What the disk says, in the store's terms.
    pub(super) fn of_io(error: &std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
            ErrorKind::WouldBlock => StoreError::Locked,
            // sled 0.34 wraps the lock's refusal in words.
            _ if error.to_string().contains("could not acquire lock") => StoreError::Locked,
            _ => StoreError::Unwritable(error.to_string()),
        }
    }
}

/// The operations.
pub trait Store: Send + Sync {
    /// Gives out the next `count` slot numbers. They are durable before this returns, and never given out again.
    ///
    /// # Errors
    /// [`StoreError`].
    fn lease_slots(&self, count: u32) -> Result<Range<u64>, StoreError>;

    /// Keeps a batch: all of it or nothing. Each superseded credential is revoked in the same act.
    ///
    /// # Errors
    /// [`StoreError`].
    fn commit(&self, batch: &[Issued]) -> Result<(), StoreError>;

    /// Withdraws a credential for good. `false` when it was withdrawn before; its reason stays.
    ///
    /// # Errors
    /// [`StoreError`].
    fn revoke(&self, serial: &str, reason: &str) -> Result<bool, StoreError>;

    /// The record of a serial.
    ///
    /// # Errors
    /// [`StoreError`].
    fn by_serial(&self, serial: &str) -> Result<Option<Record>, StoreError>;

    /// The current record for a person and achievement.
    ///
    /// # Errors
    /// [`StoreError`].
    fn by_person(&self, person: &str) -> Result<Option<Record>, StoreError>;

    /// The positions that are set in a revocation list.
    ///
    /// # Errors
    /// [`StoreError`].
    fn revoked(&self, list: u32) -> Result<Vec<u32>, StoreError>;

    /// How many slots have been given out.
    ///
    /// # Errors
    /// [`StoreError`].
    fn slots_given(&self) -> Result<u64, StoreError>;

    /// Every record, by serial.
    ///
    /// # Errors
    /// [`StoreError`].
    fn records(&self) -> Result<Vec<Record>, StoreError>;
}

/// The public reason of a credential that a corrected one took the place of.
pub const REPLACED: &str = "replaced";

/// The twin in memory: for tests, and the contract that every store is held to.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    next_slot: u64,
    records: BTreeMap<String, Record>,
    people: BTreeMap<String, String>,
    revoked: BTreeSet<(u32, u32)>,
}

impl MemoryStore {
    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        // A panic elsewhere cannot have left a half-made change: each act changes last.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Memory {
    fn revoke(&mut self, serial: &str, reason: &str) -> Result<bool, StoreError> {
        let record = self.records.get_mut(serial).ok_or(StoreError::Unknown)?;
        if record.state != State::Issued {
            return Ok(false);
        }
        record.state = State::Revoked(reason.to_owned());
        self.revoked.insert((record.list, record.index));
        Ok(true)
    }
}

impl Store for MemoryStore {
    fn lease_slots(&self, count: u32) -> Result<Range<u64>, StoreError> {
        self.with(|memory| {
            let from = memory.next_slot;
            memory.next_slot += u64::from(count);
            Ok(from..memory.next_slot)
        })
    }

    fn commit(&self, batch: &[Issued]) -> Result<(), StoreError> {
        self.with(|memory| {
            let (mut people, mut serials) = (BTreeMap::new(), BTreeSet::new());
            for issued in batch {
                let record = &issued.record;
                let current = people.get(&record.person).copied().or(memory.people.get(&record.person));
                check_place(current.map(String::as_str), record, issued.supersedes.as_deref())?;
                if memory.records.contains_key(&record.serial) || !serials.insert(&record.serial) {
                    return Err(StoreError::Taken);
                }
                people.insert(&record.person, &record.serial);
            }
            for Issued { record, supersedes } in batch {
                if let Some(old) = supersedes {
                    // It is there: it is the one that the person's place names.
                    memory.revoke(old, REPLACED)?;
                }
                memory.people.insert(record.person.clone(), record.serial.clone());
                memory.records.insert(record.serial.clone(), record.clone());
            }
            Ok(())
        })
    }

    fn revoke(&self, serial: &str, reason: &str) -> Result<bool, StoreError> {
        self.with(|memory| memory.revoke(serial, reason))
    }

    fn by_serial(&self, serial: &str) -> Result<Option<Record>, StoreError> {
        Ok(self.with(|memory| memory.records.get(serial).cloned()))
    }

    fn by_person(&self, person: &str) -> Result<Option<Record>, StoreError> {
        Ok(self.with(|memory| memory.people.get(person).and_then(|serial| memory.records.get(serial)).cloned()))
    }

    fn revoked(&self, list: u32) -> Result<Vec<u32>, StoreError> {
        let range = (list, 0)..=(list, u32::MAX);
        Ok(self.with(|memory| memory.revoked.range(range).map(|(_, index)| *index).collect()))
    }

    fn slots_given(&self) -> Result<u64, StoreError> {
        Ok(self.with(|memory| memory.next_slot))
    }

    fn records(&self) -> Result<Vec<Record>, StoreError> {
        Ok(self.with(|memory| memory.records.values().cloned().collect()))
    }
}

/// A person has one current credential of an achievement: a new one either finds the place empty or names the one it replaces.
/// And nobody is superseded by themselves.
pub(super) fn check_place(current: Option<&str>, new: &Record, supersedes: Option<&str>) -> Result<(), StoreError> {
    let right = current == supersedes && supersedes != Some(new.serial.as_str());
    if right { Ok(()) } else { Err(StoreError::Taken) }
}
