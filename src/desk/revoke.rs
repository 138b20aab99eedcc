//! Withdrawing a certificate, and publishing that it is withdrawn.

use super::institution::{DeskError, Institution};
use super::keyring::Keyring;
use crate::base::timestamp::Timestamp;
use crate::credential::document::Signed;
use crate::store::Store;
use crate::trust::status::StatusList;

/// Withdraws a certificate for good and signs the new lists. `false` when it had been withdrawn before, with its own reason; the lists are
/// signed all the same, since the process that withdrew it may have been stopped before it published that.
///
/// # Errors
/// [`DeskError::Store`] with `Unknown` for a serial that was never issued.
pub fn revoke(
    institution: &Institution,
    keyring: &Keyring,
    store: &dyn Store,
    serial: &str,
    reason: &str,
    now: Timestamp,
) -> Result<(bool, Vec<Signed<StatusList>>), DeskError> {
    let news = store.revoke(serial, reason)?;
    Ok((news, institution.sign_status_lists(store, keyring, now)?))
}
