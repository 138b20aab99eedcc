//! The few operations behind one trait, and their twin in memory. What an operation acknowledges is on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::ops::{Range, RangeInclusive};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::base::multibase;
use crate::trust::status::RevocationReason;

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
    /// Its digest, under which the log has it.
    #[serde(with = "as_multibase")]
    pub digest: [u8; 32],
}

/// What became of an issued credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In force as far as the institution is concerned.
    Issued,
    /// Withdrawn for good, for this public reason.
    Revoked(#[serde(with = "as_code")] RevocationReason),
    /// It does not count for the time being.
    Suspended,
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
    /// This serial was revoked, for this reason: that is for good, so there is nothing to suspend or resume.
    Final(String, RevocationReason),
    /// No space is left on the disk.
    Full,
    /// Another process has it open.
    Locked,
    /// A credential for this person and achievement, or of this serial, is there already: another process was quicker.
    Taken,
    /// No record of this serial.
    Unknown(String),
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

    /// Withdraws credentials for good: all of them or none. Of each whether that is news; one that was withdrawn before keeps its
    /// reason.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] with the first serial that is not here, and any other.
    fn revoke(&self, serials: &[&str], reason: RevocationReason) -> Result<Vec<bool>, StoreError>;

    /// Suspends credentials: all of them or none. Of each whether that is news.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Final`] with the first that was revoked, and any other.
    fn suspend(&self, serials: &[&str]) -> Result<Vec<bool>, StoreError>;

    /// Puts suspended credentials in force again: all of them or none. Of each whether that is news.
    ///
    /// # Errors
    /// As [`Store::suspend`].
    fn resume(&self, serials: &[&str]) -> Result<Vec<bool>, StoreError>;

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

    /// The positions that are set in a revocation list, ascending, each with its reason.
    ///
    /// # Errors
    /// [`StoreError`].
    fn revoked(&self, list: u32) -> Result<Vec<(u32, RevocationReason)>, StoreError>;

    /// The positions that are set in a suspension list, ascending. What was suspended when it was revoked stays set: whoever has only
    /// one of the two new lists is not told that it counts.
    ///
    /// # Errors
    /// [`StoreError`].
    fn suspended(&self, list: u32) -> Result<Vec<u32>, StoreError>;

    /// The digests of all credentials ever committed, in their order, without the first `from`.
    ///
    /// # Errors
    /// [`StoreError`].
    fn log(&self, from: u64) -> Result<Vec<[u8; 32]>, StoreError>;

    /// How many credentials were ever committed.
    ///
    /// # Errors
    /// [`StoreError`].
    fn log_size(&self) -> Result<u64, StoreError>;

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

/// The twin in memory: for tests, and the contract that every store is held to.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    next_slot: u64,
    records: BTreeMap<String, Record>,
    people: BTreeMap<String, String>,
    revoked: BTreeMap<(u32, u32), RevocationReason>,
    suspended: BTreeSet<(u32, u32)>,
    log: Vec<[u8; 32]>,
}

impl MemoryStore {
    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        // A panic elsewhere cannot have left a half-made change: each act changes last.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Memory {
    /// One change to several records: found to be possible for all before the first is made.
    fn change(&mut self, serials: &[&str], change: Change) -> Result<Vec<bool>, StoreError> {
        for serial in serials {
            let record = self.records.get(*serial).ok_or_else(|| StoreError::Unknown((*serial).to_owned()))?;
            change.of(record)?;
        }
        serials.iter().map(|serial| self.change_one(serial, change)).collect()
    }

    fn change_one(&mut self, serial: &str, change: Change) -> Result<bool, StoreError> {
        let record = self.records.get_mut(serial).ok_or_else(|| StoreError::Unknown(serial.to_owned()))?;
        let Some(state) = change.of(record)? else { return Ok(false) };
        let place = (record.list, record.index);
        match &state {
            State::Issued => drop(self.suspended.remove(&place)),
            State::Revoked(reason) => drop(self.revoked.insert(place, *reason)),
            State::Suspended => drop(self.suspended.insert(place)),
        }
        record.state = state;
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
                    memory.change_one(old, Change::Revoke(RevocationReason::Replaced))?;
                }
                memory.log.push(record.digest);
                memory.people.insert(record.person.clone(), record.serial.clone());
                memory.records.insert(record.serial.clone(), record.clone());
            }
            Ok(())
        })
    }

    fn revoke(&self, serials: &[&str], reason: RevocationReason) -> Result<Vec<bool>, StoreError> {
        self.with(|memory| memory.change(serials, Change::Revoke(reason)))
    }

    fn suspend(&self, serials: &[&str]) -> Result<Vec<bool>, StoreError> {
        self.with(|memory| memory.change(serials, Change::Suspend))
    }

    fn resume(&self, serials: &[&str]) -> Result<Vec<bool>, StoreError> {
        self.with(|memory| memory.change(serials, Change::Resume))
    }

    fn by_serial(&self, serial: &str) -> Result<Option<Record>, StoreError> {
        Ok(self.with(|memory| memory.records.get(serial).cloned()))
    }

    fn by_person(&self, person: &str) -> Result<Option<Record>, StoreError> {
        Ok(self.with(|memory| memory.people.get(person).and_then(|serial| memory.records.get(serial)).cloned()))
    }

    fn revoked(&self, list: u32) -> Result<Vec<(u32, RevocationReason)>, StoreError> {
        Ok(self
            .with(|memory| memory.revoked.range(whole(list)).map(|((_, index), reason)| (*index, *reason)).collect()))
    }

    fn suspended(&self, list: u32) -> Result<Vec<u32>, StoreError> {
        Ok(self.with(|memory| memory.suspended.range(whole(list)).map(|(_, index)| *index).collect()))
    }

    fn log(&self, from: u64) -> Result<Vec<[u8; 32]>, StoreError> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        Ok(self.with(|memory| memory.log.get(from..).unwrap_or_default().to_vec()))
    }

    fn log_size(&self) -> Result<u64, StoreError> {
        Ok(self.with(|memory| memory.log.len() as u64))
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

/// The places of a list.
fn whole(list: u32) -> RangeInclusive<(u32, u32)> {
    (list, 0)..=(list, u32::MAX)
}

/// A change of a credential's state.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Resume,
    Revoke(RevocationReason),
    Suspend,
}

impl Change {
    /// The state that a record comes to; `None` when it is in it already. A revocation is final (threats.md E12).
    pub(super) fn of(self, record: &Record) -> Result<Option<State>, StoreError> {
        match (self, &record.state) {
            (Change::Revoke(_), State::Revoked(_))
            | (Change::Suspend, State::Suspended)
            | (Change::Resume, State::Issued) => Ok(None),
            (Change::Suspend | Change::Resume, State::Revoked(reason)) => {
                Err(StoreError::Final(record.serial.clone(), *reason))
            }
            (Change::Revoke(reason), State::Issued | State::Suspended) => Ok(Some(State::Revoked(reason))),
            (Change::Suspend, State::Issued) => Ok(Some(State::Suspended)),
            (Change::Resume, State::Suspended) => Ok(Some(State::Issued)),
        }
    }
}

/// A digest as `uEi…`.
mod as_multibase {
    use super::{Deserialize as _, multibase};

    pub fn serialize<S: serde::Serializer>(digest: &[u8; 32], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&multibase::digest(digest))
    }

    pub fn deserialize<'a, D: serde::Deserializer<'a>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        multibase::digest_bytes(&text).ok_or_else(|| serde::de::Error::custom("digest"))
    }
}

/// A reason as its code.
mod as_code {
    use super::{Deserialize as _, RevocationReason};

    pub fn serialize<S: serde::Serializer>(reason: &RevocationReason, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(reason.code())
    }

    pub fn deserialize<'a, D: serde::Deserializer<'a>>(from: D) -> Result<RevocationReason, D::Error> {
        let code = String::deserialize(from)?;
        RevocationReason::of_code(&code).ok_or_else(|| serde::de::Error::custom("reason"))
    }
}
