//! Withdrawing certificates for good, suspending them, and putting them in force again.

use super::institution::DeskError;
use crate::store::acts::Hand;
use crate::store::{Store, StoreError};
use crate::trust::status::RevocationReason;

/// 256 certificates in one transaction: storage.md §6, the size at which a commit's cost is shared.
const TRANSACTION: usize = 256;

/// What is done to certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A suspension ends.
    Resume,
    /// Withdrawn for good.
    Revoke(RevocationReason),
    /// They do not count for the time being.
    Suspend,
}

/// Does one act to every certificate of a list, and says of each whether that was news. No act is begun if it cannot be done to all of
/// them; a process that is stopped leaves whole transactions, and doing it again does the rest. What is done is public with the next
/// publication.
///
/// # Errors
/// [`DeskError::Store`] with `Unknown` for the first serial that was never issued, `Final` for the first that was revoked.
pub fn change(store: &dyn Store, serials: &[&str], act: Act, by: &Hand) -> Result<Vec<bool>, DeskError> {
    if serials.len() > TRANSACTION {
        serials.iter().try_for_each(|serial| possible(store, serial, act))?;
    }
    let mut news = Vec::with_capacity(serials.len());
    for batch in serials.chunks(TRANSACTION) {
        news.extend(match act {
            Act::Resume => store.resume(batch, by)?,
            Act::Revoke(reason) => store.revoke(batch, reason, by)?,
            Act::Suspend => store.suspend(batch, by)?,
        });
    }
    Ok(news)
}

fn possible(store: &dyn Store, serial: &str, act: Act) -> Result<(), StoreError> {
    use crate::store::State::Revoked;
    let record = store.by_serial(serial)?.ok_or_else(|| StoreError::Unknown(serial.to_owned()))?;
    match (record.state, act) {
        (Revoked(reason), Act::Resume | Act::Suspend) => Err(StoreError::Final(record.serial, reason)),
        _ => Ok(()),
    }
}
