//! What is done beside the pages and has to stand in the log of acts all the same: keys, tokens, copies, paper of others. And how long the register keeps
//! people.

use super::acts::{Hand, What};
use super::award::{Award, AwardState};
use super::issued::{digest_of, forget};
use super::ledger::{Book, Shelf};
use super::prior::Case;
use super::prior::progress::Progress;
use super::register;
use super::release::{Batch, BatchState};
use super::{Record, StoreError};
use crate::base::timestamp::Date;

/// Since which act of a sort: `last-` and its code.
const LAST: &[u8] = b"last-";
/// How many months rows are kept.
pub(super) const RETENTION: &[u8] = b"retention";
/// 1,200 months: longer than a person works.
pub const RETENTION_MONTHS: u16 = 1_200;

/// The acts that are done beside the pages.
pub const BESIDE: [What; 8] = [
    What::BackedUp,
    What::KeyRotated,
    What::PassphraseChanged,
    What::PilotEnded,
    What::Reprinted,
    What::SuccessorSigned,
    What::TokenEnded,
    What::TokenMade,
];

/// The page that says when an act was done last.
pub(super) fn last_key(what: What) -> Vec<u8> {
    Shelf::Meta.key(&[LAST, what.code().as_bytes()])
}

/// Whether a name is that of a page of this room.
pub(super) fn is_ours(name: &[u8]) -> bool {
    let last = name.strip_prefix(LAST);
    name == RETENTION || last.is_some_and(|code| BESIDE.iter().any(|what| what.code().as_bytes() == code))
}

/// Leaves a line of something that was done beside the pages.
pub(super) fn note(book: &Book<'_>, what: What, of: &str, by: &Hand) -> Result<(), StoreError> {
    if !BESIDE.contains(&what) {
        return Err(StoreError::NotAllowed);
    }
    book.write(&last_key(what), by)?;
    book.act(what, by, of, 1, String::new())
}

/// Says how many months rows are kept from the month of their award on; `None` without an end.
pub(super) fn set_retention(book: &Book<'_>, months: Option<u16>, by: &Hand) -> Result<(), StoreError> {
    let key = Shelf::Meta.key(&[RETENTION]);
    match months {
        None => book.remove(&key)?,
        Some(months) if (1..=RETENTION_MONTHS).contains(&months) => book.write(&key, &months)?,
        Some(_) => return Err(StoreError::TooLong),
    }
    book.act(What::RetentionSet, by, "", usize::from(months.unwrap_or_default()), String::new())
}

/// Whether what is of a month, `YYYY-MM`, has been kept for long enough on a day.
#[must_use]
pub fn is_due(month: &str, months: u16, today: Date) -> bool {
    let number = |text: &str| {
        let (year, month) = text.get(..7)?.split_once('-')?;
        Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()?)
    };
    // The month itself is kept whole, and so many after it.
    let of = number(month).zip(number(&today.to_string()));
    of.is_some_and(|(of, now)| now - of > i32::from(months))
}

/// Whether a case has been kept for long enough: its last step is, nobody waits for an appeal to be answered, and no day for a next step is to
/// come. One whose steps cannot be read is not: it is looked at, and not forgotten.
#[must_use]
pub fn is_case_due(case: &Case, months: u16, today: Date) -> bool {
    let is_worked_on = |progress: &Progress| {
        // Both are `YYYY-MM-DD`, which sort as they follow.
        progress.appeal.is_some() || progress.due.as_ref().is_some_and(|due| *due >= today.to_string())
    };
    is_due(case.month(), months, today) && case.progress().is_ok_and(|progress| !is_worked_on(&progress))
}

/// Forgets rows that have been kept for long enough: those of them that are. The policy and the month are looked at here, so that nobody
/// forgets more by it than it says. How many.
pub(super) fn forget_due(
    book: &Book<'_>,
    ids: &[&str],
    noted: &[Batch],
    today: Date,
    by: &Hand,
) -> Result<usize, StoreError> {
    let Some(months) = book.read::<u16>(&Shelf::Meta.key(&[RETENTION]))? else { return Ok(0) };
    let mut due = Vec::new();
    for id in ids {
        let award: Option<Award> = book.read(&Shelf::Awards.key(&[id.as_bytes()]))?;
        let is_due_row = |award: &Award| {
            award.content.is_some()
                && !matches!(award.state, AwardState::In(_))
                && is_due(&award.facts.month, months, today)
        };
        let case: Option<Case> = book.read(&Shelf::Cases.key(&[id.as_bytes()]))?;
        let is_over = match &award {
            // A row of March is kept while its case goes on.
            Some(award) => is_due_row(award) && case.is_none_or(|case| is_case_due(&case, months, today)),
            None => case.is_some_and(|case| case.content.is_some() && is_case_due(&case, months, today)),
        };
        due.extend(is_over.then_some(*id));
    }
    register::erase(book, &due, noted, by)?;
    Ok(due.len())
}

/// Gives a proposal back that nobody decided for as long as rows are kept: its people could not be forgotten else. Whether it was.
pub(super) fn give_back_due(
    book: &Book<'_>,
    batch: &str,
    rows: &[String],
    today: Date,
    by: &Hand,
) -> Result<bool, StoreError> {
    let Some(months) = book.read::<u16>(&Shelf::Meta.key(&[RETENTION]))? else { return Ok(false) };
    let key = Shelf::Batches.key(&[batch.as_bytes()]);
    let Some(batch) = book.read::<Batch>(&key)?.filter(|batch| batch.is_overdue(months, today)) else {
        return Ok(false);
    };
    register::free(book, rows, &batch)?;
    let batch = Batch { state: BatchState::Returned, decided: Some(by.clone()), ..batch };
    book.write(&key, &batch)?;
    book.act(What::BatchReturned, by, &batch.id, batch.count as usize, batch.digest.clone())?;
    Ok(true)
}

/// Forgets the persons of certificates without a row, that have been kept for long enough. How many.
pub(super) fn forget_certificates(
    book: &Book<'_>,
    serials: &[&str],
    today: Date,
    by: &Hand,
) -> Result<usize, StoreError> {
    let Some(months) = book.read::<u16>(&Shelf::Meta.key(&[RETENTION]))? else { return Ok(0) };
    forget_those(book, serials, by, |record| is_due(&record.signed_at, months, today))
}

/// Forgets the persons of certificates that have no row, on their request. How many.
pub(super) fn erase_certificates(book: &Book<'_>, serials: &[&str], by: &Hand) -> Result<usize, StoreError> {
    forget_those(book, serials, by, |_| true)
}

fn forget_those(
    book: &Book<'_>,
    serials: &[&str],
    by: &Hand,
    is_to_be: impl Fn(&Record) -> bool,
) -> Result<usize, StoreError> {
    let mut forgotten = Vec::new();
    for serial in serials {
        let record: Option<Record> = book.read(&Shelf::Records.key(&[serial.as_bytes()]))?;
        let record = record.ok_or_else(|| StoreError::Unknown((*serial).to_owned()))?;
        // A delegation names keys and nobody, and is in force for as long as its certificate is carried.
        if !record.document.is_empty() && !record.is_delegation() && is_to_be(&record) {
            forget(book, serial)?;
            forgotten.push(*serial);
        }
    }
    if !forgotten.is_empty() {
        let digest = digest_of(forgotten.iter().flat_map(|serial| [serial.as_bytes(), &[0][..]]));
        book.act(What::CertificatesForgotten, by, "", forgotten.len(), digest)?;
    }
    Ok(forgotten.len())
}
