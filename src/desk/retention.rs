//! How long the register keeps people. What is over is forgotten with the first publication of a month; log, lists and numbers stay whole,
//! for the salt of each row goes with it (domain.md P7).

use super::institution::DeskError;
use crate::base::timestamp::{Date, Timestamp};
use crate::store::Store;
use crate::store::acts::Hand;
use crate::store::award::AwardState;
use crate::store::beside::is_due;

/// 128 rows in one transaction: each writes its own line into the log of acts.
const TRANSACTION: usize = 128;
/// 1,000 rows are looked at at a time.
const PAGE: usize = 1_000;

/// How many were forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Rows of the register.
    pub rows: usize,
    /// Certificates that have no row: issued at the command line, or by a program.
    pub certificates: usize,
}

/// Forgets whoever has been kept for as long as the institution's rule says; without a rule nobody. A row in a batch waits until that is
/// decided. A process that is stopped leaves whole transactions, and doing it again does the rest.
///
/// # Errors
/// [`DeskError::Store`].
pub fn forget(store: &dyn Store, now: Timestamp) -> Result<Forgotten, DeskError> {
    let mut forgotten = Forgotten::default();
    let Some(months) = store.retention()? else { return Ok(forgotten) };
    let (today, by) = (now.date(), Hand::program(now));
    let mut after = String::new();
    loop {
        let page = store.awards_after(&after, PAGE)?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        let due = page.iter().filter(|award| {
            let waits = matches!(award.state, AwardState::In(_));
            award.content.is_some() && !waits && is_due(&award.facts.month, months, today)
        });
        let ids: Vec<&str> = due.map(|award| award.id.as_str()).collect();
        for some in ids.chunks(TRANSACTION) {
            forgotten.rows += store.forget_due(some, today, &by)?;
        }
    }
    forgotten.certificates = forget_certificates(store, months, today, &by)?;
    Ok(forgotten)
}

/// What a row has is forgotten with the row; what has none, by the month in which it was signed.
fn forget_certificates(store: &dyn Store, months: u16, today: Date, by: &Hand) -> Result<usize, DeskError> {
    let mut forgotten = 0;
    let waiting = with_rows(store)?;
    let mut after = String::new();
    loop {
        let page = store.records_after(&after, PAGE)?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.serial);
        let due = page.iter().filter(|record| {
            !record.document.is_empty()
                && is_due(&record.signed_at, months, today)
                && waiting.binary_search(&record.serial).is_err()
        });
        let serials: Vec<&str> = due.map(|record| record.serial.as_str()).collect();
        for some in serials.chunks(TRANSACTION) {
            forgotten += store.forget_certificates(some, today, by)?;
        }
    }
    Ok(forgotten)
}

/// The certificates of rows that are still there, sorted.
fn with_rows(store: &dyn Store) -> Result<Vec<String>, DeskError> {
    let (mut serials, mut after) = (Vec::new(), String::new());
    loop {
        let page = store.awards_after(&after, PAGE)?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        serials.extend(page.into_iter().filter(|award| award.content.is_some()).flat_map(|award| award.serials));
    }
    serials.sort_unstable();
    Ok(serials)
}
