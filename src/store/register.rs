//! The register's rows: brought in, changed, left out, forgotten.

use super::acts::{Hand, What};
use super::award::{Award, AwardState, Content, Facts};
use super::issued::{digest_of, forget};
use super::ledger::{Book, Shelf, damaged};
use super::release::{Batch, BatchState};
use super::{Record, StoreError, prior};

/// Brings rows in: all of them or none. One that is there already is passed over, so that an import can be repeated. How many are new.
pub(super) fn enrol(book: &Book<'_>, awards: &[Award], by: &Hand) -> Result<usize, StoreError> {
    let mut hashes = Vec::new();
    for award in awards {
        let key = Shelf::Awards.key(&[award.id.as_bytes()]);
        if book.get(&key)?.is_some() {
            continue;
        }
        // Only rows that nobody else has handled yet come in.
        let alone = award.by == *by && award.touched_by.iter().eq([&by.who]);
        let fresh = match award.serials.as_slice() {
            [] => alone && award.state == AwardState::Open,
            // What was issued before there was a register of it: as it is, or to be corrected.
            [serial] => {
                alone
                    && matches!(award.state, AwardState::Issued | AwardState::Open)
                    && is_current(book, serial, &award.achievement)?
            }
            _ => false,
        };
        let content = award.content.as_ref().filter(|content| fresh && content.hash() == award.hash);
        index(book, &award.id, content.ok_or(StoreError::NotNow)?)?;
        place(book, award)?;
        book.write(&key, award)?;
        hashes.push(award.hash.as_str());
    }
    if !hashes.is_empty() {
        let digest = digest_of(hashes.iter().map(|hash| hash.as_bytes()));
        book.act(What::AwardsEnrolled, by, "", hashes.len(), digest)?;
    }
    Ok(hashes.len())
}

/// Whether a certificate is of an achievement, and the one that its person has.
fn is_current(book: &Book<'_>, serial: &str, achievement: &str) -> Result<bool, StoreError> {
    let record: Option<Record> = book.read(&Shelf::Records.key(&[serial.as_bytes()]))?;
    let Some(record) = record.filter(|record| record.achievement == achievement) else { return Ok(false) };
    let place = book.get(&Shelf::People.key(&[record.person.as_bytes()]))?;
    Ok(place.as_deref() == Some(serial.as_bytes()))
}

/// Puts a row as it is to be in the place of what it was; what it is not for the caller to say stays.
pub(super) fn change(book: &Book<'_>, changed: &Award, by: &Hand) -> Result<(), StoreError> {
    let (key, was) = current(book, &changed.id, changed.version)?;
    if matches!(was.state, AwardState::In(_)) {
        return Err(StoreError::NotNow);
    }
    let old = was.content.as_ref().ok_or(StoreError::NotNow)?;
    let new = changed.content.as_ref().filter(|content| content.hash() == changed.hash).ok_or(StoreError::NotNow)?;
    unindex(book, &was.id, old)?;
    index(book, &was.id, new)?;
    displace(book, &was)?;
    // What fell with its decision is corrected for whoever asks what is kept, and not certified anew.
    let stays_out = was.state == AwardState::Left || !prior::pages::row_stands(book, &was.id)?;
    let now = Award {
        content: changed.content.clone(),
        facts: changed.facts.clone(),
        hash: changed.hash.clone(),
        // A changed row of an issued certificate is a correction, and free to be proposed as one. What was left out stays so.
        state: if stays_out { AwardState::Left } else { AwardState::Open },
        by: by.clone(),
        touched_by: was.touched_by.iter().chain([&by.who]).cloned().collect(),
        // Who was named once does not come to release it by being named no more.
        assessed_by: was.assessed_by.union(&changed.assessed_by).cloned().collect(),
        version: was.version + 1,
        ..was
    };
    place(book, &now)?;
    book.write(&key, &now)?;
    book.act(What::AwardChanged, by, &now.id, 1, now.hash)
}

/// Leaves open rows out, or takes what was left out in again: all of them or none. `to` is what they come to.
pub(super) fn leave(book: &Book<'_>, ids: &[&str], to: AwardState, by: &Hand) -> Result<(), StoreError> {
    let from = if to == AwardState::Left { AwardState::Open } else { AwardState::Left };
    for id in ids {
        let key = Shelf::Awards.key(&[id.as_bytes()]);
        let mut award: Award = book.read(&key)?.ok_or_else(|| StoreError::Unknown((*id).to_owned()))?;
        let stands = to != AwardState::Open || prior::pages::row_stands(book, id)?;
        if award.state != from || award.content.is_none() || !stands {
            return Err(StoreError::NotNow);
        }
        displace(book, &award)?;
        award.state = to.clone();
        award.touched_by.insert(by.who.clone());
        award.version += 1;
        place(book, &award)?;
        book.write(&key, &award)?;
    }
    let of = if let [one] = ids { *one } else { "" };
    let digest = digest_of(ids.iter().flat_map(|id| [id.as_bytes(), &[0][..]]));
    if ids.is_empty() { Ok(()) } else { book.act(What::AwardLeft, by, of, ids.len(), digest) }
}

/// Opens rows again that have a certificate, as they stand, so that they are certified anew: all of them or none. One that is open or in a
/// batch already is passed over, so that it can be repeated; and one whose decision fell. How many are news.
pub(super) fn reopen(book: &Book<'_>, ids: &[&str], by: &Hand) -> Result<usize, StoreError> {
    let mut opened = Vec::new();
    for id in ids {
        let key = Shelf::Awards.key(&[id.as_bytes()]);
        let mut award: Award = book.read(&key)?.ok_or_else(|| StoreError::Unknown((*id).to_owned()))?;
        match award.state {
            AwardState::In(_) | AwardState::Open => continue,
            AwardState::Issued if !prior::pages::row_stands(book, id)? => continue,
            AwardState::Issued if award.content.is_some() => {}
            AwardState::Issued | AwardState::Left => return Err(StoreError::NotNow),
        }
        award.state = AwardState::Open;
        award.touched_by.insert(by.who.clone());
        award.version += 1;
        place(book, &award)?;
        book.write(&key, &award)?;
        opened.push(*id);
    }
    if !opened.is_empty() {
        let of = if let [one] = opened.as_slice() { *one } else { "" };
        let digest = digest_of(opened.iter().flat_map(|id| [id.as_bytes(), &[0][..]]));
        book.act(What::AwardReopened, by, of, opened.len(), digest)?;
    }
    Ok(opened.len())
}

/// Puts in the row that a decision on prior learning makes; decided anew, it comes in the place of what it was.
pub(super) fn put_decided(book: &Book<'_>, row: Award, by: &Hand) -> Result<(), StoreError> {
    let key = Shelf::Awards.key(&[row.id.as_bytes()]);
    let new = row.content.clone().filter(|content| content.hash() == row.hash).ok_or(StoreError::NotNow)?;
    let (row, what) = match book.read::<Award>(&key)? {
        None => (row, What::AwardsEnrolled),
        Some(was) => {
            let old = was.content.as_ref().ok_or(StoreError::NotNow)?;
            if matches!(was.state, AwardState::In(_)) {
                return Err(StoreError::NotNow);
            }
            unindex(book, &was.id, old)?;
            displace(book, &was)?;
            let row = Award {
                serials: was.serials,
                touched_by: was.touched_by.union(&row.touched_by).cloned().collect(),
                assessed_by: was.assessed_by.union(&row.assessed_by).cloned().collect(),
                // The same case is the same person, whatever their name was then.
                facts: Facts { person: was.facts.person, ..row.facts },
                version: was.version + 1,
                ..row
            };
            (row, What::AwardChanged)
        }
    };
    index(book, &row.id, &new)?;
    place(book, &row)?;
    book.write(&key, &row)?;
    let of = if what == What::AwardChanged { row.id.as_str() } else { "" };
    let digest = if of.is_empty() { digest_of([row.hash.as_bytes()].into_iter()) } else { row.hash.clone() };
    book.act(what, by, of, 1, digest)
}

/// Forgets the persons of rows and of the cases behind them, or of cases that came to no row: all of them or none. What was issued stays in
/// the log and in the status lists. Of `noted` batches, which were given back with words, those of the same achievement lose their words: a
/// row does not say in which it was, and they may name its person.
pub(super) fn erase(book: &Book<'_>, ids: &[&str], noted: &[Batch], by: &Hand) -> Result<(), StoreError> {
    for id in ids {
        let key = Shelf::Awards.key(&[id.as_bytes()]);
        let was_case = prior::pages::erase(book, id, by)?;
        let Some(mut award) = book.read::<Award>(&key)? else {
            if was_case {
                continue;
            }
            return Err(StoreError::Unknown((*id).to_owned()));
        };
        if matches!(award.state, AwardState::In(_)) {
            return Err(StoreError::NotNow);
        }
        let Some(content) = award.content.take() else { continue };
        unindex(book, id, &content)?;
        displace(book, &award)?;
        for batch in noted.iter().filter(|batch| batch.achievement == award.achievement) {
            let key = Shelf::Batches.key(&[batch.id.as_bytes()]);
            let batch = book.read::<Batch>(&key)?.filter(|batch| !batch.note.is_empty());
            if let Some(batch) = batch {
                book.write(&key, &Batch { note: String::new(), ..batch })?;
            }
        }
        for serial in &award.serials {
            forget(book, serial)?;
        }
        if award.state == AwardState::Open {
            award.state = if award.serials.is_empty() { AwardState::Left } else { AwardState::Issued };
        }
        award.version += 1;
        book.write(&key, &award)?;
        book.act(What::AwardErased, by, id, 1, award.hash)?;
    }
    Ok(())
}

/// Proposes open rows of one achievement as a batch.
pub(super) fn propose(book: &Book<'_>, batch: &Batch, ids: &[&str], by: &Hand) -> Result<Batch, StoreError> {
    let key = Shelf::Batches.key(&[batch.id.as_bytes()]);
    if batch.rebinding.is_some() {
        return Err(StoreError::NotAllowed);
    }
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let rows = digest_of(ids.iter().flat_map(|id| [id.as_bytes(), &[0][..]]));
    if let Some(there) = book.read::<Batch>(&key)? {
        // The same again, by the same person: a click that was repeated. Of one without names, all that were open then is meant.
        let same_rows = ids.is_empty() || there.rows.is_empty() || there.rows == rows;
        return if there.proposed.who == by.who && there.achievement == batch.achievement && same_rows {
            Ok(there)
        } else {
            Err(StoreError::Taken)
        };
    }
    let (mut hashes, mut touched_by) = (Vec::new(), std::collections::BTreeSet::new());
    for id in &ids {
        let key = Shelf::Awards.key(&[id.as_bytes()]);
        let mut award: Award = book.read(&key)?.ok_or_else(|| StoreError::Unknown((*id).to_owned()))?;
        if award.state != AwardState::Open || award.achievement != batch.achievement || award.content.is_none() {
            return Err(StoreError::NotNow);
        }
        if !prior::pages::row_stands(book, id)? {
            return Err(StoreError::NotNow);
        }
        displace(book, &award)?;
        touched_by.extend(award.touched_by.iter().chain(&award.assessed_by).cloned());
        award.state = AwardState::In(batch.id.clone());
        award.version += 1;
        place(book, &award)?;
        book.write(&key, &award)?;
        hashes.push(award.hash);
    }
    let batch = Batch {
        count: u32::try_from(ids.len()).unwrap_or(u32::MAX),
        digest: digest_of(hashes.iter().map(String::as_bytes)),
        rows,
        touched_by,
        proposed: by.clone(),
        decided: None,
        note: String::new(),
        state: BatchState::Proposed,
        signed: 0,
        ..batch.clone()
    };
    book.write(&key, &batch)?;
    book.act(What::BatchProposed, by, &batch.id, ids.len(), batch.digest.clone())?;
    Ok(batch)
}

/// Frees the rows of a batch that was given back. Whoever proposed it had a hand in them, whoever proposes them next.
pub(super) fn free(book: &Book<'_>, ids: &[String], batch: &Batch) -> Result<(), StoreError> {
    for id in ids {
        let key = Shelf::Awards.key(&[id.as_bytes()]);
        let mut award: Award = book.read(&key)?.ok_or_else(|| damaged(&key))?;
        if award.state != AwardState::In(batch.id.clone()) {
            continue;
        }
        displace(book, &award)?;
        award.state = AwardState::Open;
        award.touched_by.insert(batch.proposed.who.clone());
        award.version += 1;
        place(book, &award)?;
        book.write(&key, &award)?;
    }
    Ok(())
}

/// The row as it is, if it is of the version that a change was made upon.
fn current(book: &Book<'_>, id: &str, version: u32) -> Result<(Vec<u8>, Award), StoreError> {
    let key = Shelf::Awards.key(&[id.as_bytes()]);
    let award: Award = book.read(&key)?.ok_or_else(|| StoreError::Unknown(id.to_owned()))?;
    if award.version == version { Ok((key, award)) } else { Err(StoreError::Stale) }
}

/// Where the rows that can be proposed stand, and those of a batch.
pub(super) fn place_key(state: &AwardState, achievement: &str, id: &str) -> Option<Vec<u8>> {
    let (of, which) = match state {
        AwardState::In(batch) => (b"in", batch.as_str()),
        AwardState::Open => (b"op", achievement),
        AwardState::Issued | AwardState::Left => return None,
    };
    Some(Shelf::Places.key(&[of, which.as_bytes(), &[0], id.as_bytes()]))
}

fn place(book: &Book<'_>, award: &Award) -> Result<(), StoreError> {
    place_key(&award.state, &award.achievement, &award.id).map_or(Ok(()), |key| book.put(&key, &[]))
}

/// Takes a row from the place where it stands.
pub(super) fn displace(book: &Book<'_>, award: &Award) -> Result<(), StoreError> {
    place_key(&award.state, &award.achievement, &award.id).map_or(Ok(()), |key| book.remove(&key))
}

fn index(book: &Book<'_>, id: &str, content: &Content) -> Result<(), StoreError> {
    content.words.iter().try_for_each(|word| book.put(&word_key(word, id), &[]))
}

fn unindex(book: &Book<'_>, id: &str, content: &Content) -> Result<(), StoreError> {
    content.words.iter().try_for_each(|word| book.remove(&word_key(word, id)))
}

pub(super) fn word_key(word: &str, id: &str) -> Vec<u8> {
    Shelf::Found.key(&[word.as_bytes(), &[0], id.as_bytes()])
}
