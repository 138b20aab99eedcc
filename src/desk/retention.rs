//! How long the register keeps people. What is over is forgotten with the first publication of a month; log, lists and numbers stay whole,
//! for the salt of each row goes with it (domain.md P7).

use std::collections::BTreeSet;

use crate::base::timestamp::{Date, Timestamp};
use crate::store::acts::Hand;
use crate::store::award::{Award, AwardState};
use crate::store::beside::{is_case_due, is_due};
use crate::store::prior::{Case, is_unanswered};
use crate::store::{Record, Store, StoreError};

/// 128 rows in one transaction: each writes its own line into the log of acts.
const TRANSACTION: usize = 128;
/// 1,000 rows are looked at at a time.
const PAGE: usize = 1_000;

/// How many are forgotten, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Rows of the register, and cases of prior learning that came to none.
    pub rows: usize,
    /// Certificates that have no row: issued at the command line, or by a program.
    pub certificates: usize,
}

/// How many would be forgotten now, if rows were kept for so many months.
///
/// # Errors
/// [`StoreError`].
pub fn due(store: &dyn Store, months: u16, now: Timestamp) -> Result<Forgotten, StoreError> {
    let today = now.date();
    let mut due = Forgotten::default();
    let overdue = overdue(store, months, today)?;
    each_award(store, &mut |awards| {
        due.rows += over(store, awards, months, today, &overdue)?.len();
        Ok(())
    })?;
    each_case(store, &mut |cases| {
        due.rows += cases.iter().filter(|case| is_case_over(case, months, today)).count();
        Ok(())
    })?;
    let waiting = with_rows(store)?;
    // Whatever is forgotten with its row has one no more.
    each_record(store, &mut |records| {
        due.certificates += records.iter().filter(|record| is_alone(record, months, today, &waiting)).count();
        Ok(())
    })?;
    Ok(due)
}

/// Forgets whoever has been kept for as long as the institution's rule says; without a rule nobody. Appeals that nobody answered for half a
/// year are closed, with or without a rule. A row in a batch waits until that is
/// decided; a proposal that nobody decided for as long is given back. A process that is stopped leaves whole transactions, and doing it again does the rest.
///
/// # Errors
/// [`StoreError`].
pub fn forget(store: &dyn Store, by: &Hand, now: Timestamp) -> Result<Forgotten, StoreError> {
    let mut forgotten = Forgotten::default();
    close_unanswered(store, by, now)?;
    let Some(months) = store.retention()? else { return Ok(forgotten) };
    let today = now.date();
    for batch in overdue(store, months, today)? {
        store.give_back_due(&batch, today, by)?;
    }
    let none = BTreeSet::new();
    each_award(store, &mut |awards| {
        let ids = over(store, awards, months, today, &none)?;
        for some in ids.chunks(TRANSACTION) {
            forgotten.rows += store.forget_due(some, today, by)?;
        }
        Ok(())
    })?;
    each_case(store, &mut |cases| {
        let due = cases.iter().filter(|case| is_case_over(case, months, today));
        let ids: Vec<&str> = due.map(|case| case.id.as_str()).collect();
        for some in ids.chunks(TRANSACTION) {
            forgotten.rows += store.forget_due(some, today, by)?;
        }
        Ok(())
    })?;
    let waiting = with_rows(store)?;
    each_record(store, &mut |records| {
        let due = records.iter().filter(|record| is_alone(record, months, today, &waiting));
        let serials: Vec<&str> = due.map(|record| record.serial.as_str()).collect();
        for some in serials.chunks(TRANSACTION) {
            forgotten.certificates += store.forget_certificates(some, today, by)?;
        }
        Ok(())
    })?;
    Ok(forgotten)
}

/// Closes appeals that nobody answered for so long. Nobody is forgotten while an appeal is open; without this they never would be. From then on
/// the months count anew.
fn close_unanswered(store: &dyn Store, by: &Hand, now: Timestamp) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.cases_after(&after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.id);
        for case in page.iter().filter(|case| is_unanswered(case, now.date())) {
            store.close_unanswered(&case.id, by)?;
        }
    }
}

/// The proposals that nobody decided for longer than rows are kept.
fn overdue(store: &dyn Store, months: u16, today: Date) -> Result<BTreeSet<String>, StoreError> {
    let batches = store.batches()?.into_iter().filter(|batch| batch.is_overdue(months, today));
    Ok(batches.map(|batch| batch.id).collect())
}

/// The rows that have been kept for long enough. One in a batch waits, unless that is overdue itself, and one of a case for its case.
fn over<'a>(
    store: &dyn Store,
    awards: &'a [Award],
    months: u16,
    today: Date,
    overdue: &BTreeSet<String>,
) -> Result<Vec<&'a str>, StoreError> {
    let mut ids = Vec::new();
    for award in awards {
        let waits = matches!(&award.state, AwardState::In(batch) if !overdue.contains(batch));
        let is_over = award.content.is_some() && !waits && is_due(&award.facts.month, months, today);
        if is_over && store.case(&award.id)?.is_none_or(|case| is_case_due(&case, months, today)) {
            ids.push(award.id.as_str());
        }
    }
    Ok(ids)
}

/// Whether a case that came to no row has been kept for long enough. One that did is forgotten with its row.
fn is_case_over(case: &Case, months: u16, today: Date) -> bool {
    case.content.is_some() && is_case_due(case, months, today)
}

/// Whether a certificate without a row has been kept for long enough, by the month in which it was signed. What has a row is forgotten with
/// the row.
fn is_alone(record: &Record, months: u16, today: Date, with_rows: &[String]) -> bool {
    !record.document.is_empty()
        // It names keys and nobody.
        && !record.is_delegation()
        && is_due(&record.signed_at, months, today)
        && with_rows.binary_search(&record.serial).is_err()
}

/// The certificates of rows that are still there, sorted.
fn with_rows(store: &dyn Store) -> Result<Vec<String>, StoreError> {
    let mut serials = Vec::new();
    each_award(store, &mut |awards| {
        let there = awards.iter().filter(|award| award.content.is_some());
        serials.extend(there.flat_map(|award| award.serials.iter().cloned()));
        Ok(())
    })?;
    serials.sort_unstable();
    Ok(serials)
}

fn each_award(store: &dyn Store, look: &mut dyn FnMut(&[Award]) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.awards_after(&after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.id);
        look(&page)?;
    }
}

/// The cases without a row.
fn each_case(store: &dyn Store, look: &mut dyn FnMut(&[Case]) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let mut page = store.cases_after(&after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.id);
        let with_row =
            page.iter().map(|case| Ok(store.award(&case.id)?.is_some())).collect::<Result<Vec<_>, StoreError>>()?;
        let mut with_row = with_row.into_iter();
        page.retain(|_| !with_row.next().unwrap_or_default());
        look(&page)?;
    }
}

fn each_record(store: &dyn Store, look: &mut dyn FnMut(&[Record]) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.records_after(&after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.serial);
        look(&page)?;
    }
}
