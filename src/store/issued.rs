//! What was issued: records, their states, their slots and their log.

use super::acts::{Hand, What};
use super::award::{Award, AwardState};
use super::ledger::{Book, Shelf, counter, damaged};
use super::release::{Batch, StandingRelease, Warrant};
use super::{Issued, Record, State, StoreError, register};
use crate::base::multibase;
use crate::trust::status::RevocationReason;

/// The key under which an institution says that two people release whatever is signed.
pub(super) const TWO_PEOPLE: &[u8] = b"two-people";

/// Keeps a batch: all of it or nothing.
pub(super) fn commit(book: &Book<'_>, warrant: &Warrant, batch: &[Issued], by: &Hand) -> Result<(), StoreError> {
    require_warrant(book, warrant, batch, by)?;
    for issued in batch {
        if let Some(award) = &issued.award {
            certify(book, award, warrant, issued)?;
        }
        keep(book, issued)?;
    }
    if batch.is_empty() {
        return Ok(());
    }
    let of = match warrant {
        Warrant::Batch(id) | Warrant::Standing(id) => id.as_str(),
        Warrant::Pilot => "",
    };
    let digest = digest_of(batch.iter().map(|issued| issued.record.digest.as_slice()));
    let rebound = batch.iter().all(|issued| issued.record.is_delegation());
    book.act(if rebound { What::Rebound } else { What::Issued }, by, of, batch.len(), digest)
}

/// SHA-256 over what stands one after another, as multibase.
pub(super) fn digest_of<'d>(parts: impl Iterator<Item = &'d [u8]>) -> String {
    use sha2::{Digest as _, Sha256};
    let hash = parts.fold(Sha256::new(), |hash, part| hash.chain_update(part));
    multibase::digest(&hash.finalize().into())
}

/// Whether the warrant covers the batch, and what is left of it afterwards.
fn require_warrant(book: &Book<'_>, warrant: &Warrant, batch: &[Issued], by: &Hand) -> Result<(), StoreError> {
    let more = u32::try_from(batch.len()).unwrap_or(u32::MAX);
    match warrant {
        Warrant::Batch(id) => {
            let key = Shelf::Batches.key(&[id.as_bytes()]);
            let release: Batch = book.read(&key)?.ok_or(StoreError::NotReleased)?;
            let fits = |issued: &Issued| match &release.rebinding {
                // Every certificate of a released batch is of one of its rows, each once; `certify` sees to that.
                None => issued.award.is_some() && issued.record.achievement == release.achievement,
                // One delegation, and word for word the one that was released.
                Some(rebinding) => {
                    issued.award.is_none()
                        && issued.record.is_delegation()
                        && rebinding.is_said_by(&issued.record.document)
                }
            };
            if !batch.iter().all(fits) {
                return Err(StoreError::NotReleased);
            }
            book.write(&key, &release.with_signed(more)?)
        }
        Warrant::Pilot if book.get(&Shelf::Meta.key(&[TWO_PEOPLE]))?.is_some() => Err(StoreError::TwoPeople),
        Warrant::Pilot => Ok(()),
        Warrant::Standing(id) => {
            let key = Shelf::Standing.key(&[id.as_bytes()]);
            let release: StandingRelease = book.read(&key)?.ok_or(StoreError::NotReleased)?;
            let fits = |issued: &Issued| {
                let of_release = issued.record.achievement == release.achievement;
                // Nobody lets a program bind certificates to other keys.
                issued.award.is_none() && of_release && !issued.record.is_delegation()
            };
            // The token that it was given to, and no other.
            if release.token != by.who || !batch.iter().all(fits) {
                return Err(StoreError::NotReleased);
            }
            book.write(&key, &release.with_used(more, &by.at)?)
        }
    }
}

/// Ties a certificate to the row that it was issued for.
fn certify(book: &Book<'_>, id: &str, warrant: &Warrant, issued: &Issued) -> Result<(), StoreError> {
    let key = Shelf::Awards.key(&[id.as_bytes()]);
    let mut award: Award = book.read(&key)?.ok_or_else(|| StoreError::Unknown(id.to_owned()))?;
    let Warrant::Batch(batch) = warrant else { return Err(StoreError::NotReleased) };
    if award.state != AwardState::In(batch.clone()) {
        return Err(StoreError::NotReleased);
    }
    register::displace(book, &award)?;
    award.state = AwardState::Issued;
    // One that was issued before the row came into the register is the person's too, and is forgotten with them.
    if let Some(old) = issued.supersedes.as_ref().filter(|old| !award.serials.contains(old)) {
        award.serials.push(old.clone());
    }
    award.serials.push(issued.record.serial.clone());
    award.version += 1;
    book.write(&key, &award)
}

/// Keeps one record, with everything that hangs on it.
fn keep(book: &Book<'_>, Issued { record, supersedes, .. }: &Issued) -> Result<(), StoreError> {
    let person = Shelf::People.key(&[record.person.as_bytes()]);
    let current = book.get(&person)?.map(|serial| String::from_utf8(serial).map_err(|_| damaged(&person)));
    check_place(current.transpose()?.as_deref(), record, supersedes.as_deref())?;
    let key = Shelf::Records.key(&[record.serial.as_bytes()]);
    if book.get(&key)?.is_some() {
        return Err(StoreError::Taken);
    }
    if let Some(old) = supersedes {
        change_one(book, old, Change::Revoke(RevocationReason::Replaced))?;
    }
    book.put(&person, record.serial.as_bytes())?;
    book.write(&key, record)?;
    book.count(counter::RECORDS, 1)?;
    let position = book.count(counter::LOGGED, 1)? - 1;
    book.put(&Shelf::Log.key(&[&position.to_be_bytes()]), &record.digest)
}

/// A person has one current credential of an achievement: a new one either finds the place empty or names the one it replaces.
/// And nobody is superseded by themselves.
fn check_place(current: Option<&str>, new: &Record, supersedes: Option<&str>) -> Result<(), StoreError> {
    let right = current == supersedes && supersedes != Some(new.serial.as_str());
    if right { Ok(()) } else { Err(StoreError::Taken) }
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
    fn of(self, record: &Record) -> Result<Option<State>, StoreError> {
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

    fn what(self) -> What {
        match self {
            Change::Resume => What::Resumed,
            Change::Revoke(_) => What::Revoked,
            Change::Suspend => What::Suspended,
        }
    }
}

/// Changes several records: all of them or none. Of each whether that was news.
pub(super) fn change(book: &Book<'_>, serials: &[&str], change: Change, by: &Hand) -> Result<Vec<bool>, StoreError> {
    let news = serials.iter().map(|serial| change_one(book, serial, change)).collect::<Result<Vec<_>, _>>()?;
    let changed: Vec<&str> = serials.iter().zip(&news).filter(|(_, news)| **news).map(|(serial, _)| *serial).collect();
    if let Some(first) = changed.first() {
        let of = if changed.len() == 1 { *first } else { "" };
        // A serial and what ends it, so that no two lists of serials read alike.
        let parts = changed.iter().flat_map(|serial| [serial.as_bytes(), &[0][..]]);
        book.act(change.what(), by, of, changed.len(), digest_of(parts))?;
    }
    Ok(news)
}

fn change_one(book: &Book<'_>, serial: &str, change: Change) -> Result<bool, StoreError> {
    let key = Shelf::Records.key(&[serial.as_bytes()]);
    let mut record: Record = book.read(&key)?.ok_or_else(|| StoreError::Unknown(serial.to_owned()))?;
    let Some(state) = change.of(&record)? else { return Ok(false) };
    let place = [record.list.to_be_bytes(), record.index.to_be_bytes()].concat();
    match &state {
        State::Issued => book.remove(&Shelf::Suspended.key(&[&place]))?,
        State::Suspended => book.put(&Shelf::Suspended.key(&[&place]), &[])?,
        State::Revoked(reason) => {
            book.put(&Shelf::Revoked.key(&[&place]), reason.code().as_bytes())?;
            book.count(counter::REVOKED, 1)?;
        }
    }
    record.state = state;
    book.write(&key, &record)?;
    book.count(counter::CHANGES, 1)?;
    Ok(true)
}

/// Forgets whom a record was for: the document and the person's place go, what the log and the lists need stays.
pub(super) fn forget(book: &Book<'_>, serial: &str) -> Result<(), StoreError> {
    let key = Shelf::Records.key(&[serial.as_bytes()]);
    let Some(mut record) = book.read::<Record>(&key)? else { return Ok(()) };
    let place = Shelf::People.key(&[record.person.as_bytes()]);
    // Another certificate of the same person may have the place by now.
    if book.get(&place)?.as_deref() == Some(serial.as_bytes()) {
        book.remove(&place)?;
    }
    record.document.clear();
    record.person.clear();
    record.row.clear();
    book.write(&key, &record)
}
