//! Withdrawing a certificate, and publishing that it is withdrawn.

use super::institution::{DeskError, Institution};
use super::keyring::Keyring;
use crate::base::timestamp::Timestamp;
use crate::credential::document::Signed;
use crate::store::Store;
use crate::trust::status::StatusList;

/// Withdraws a certificate for good and signs the new lists. `None` when it had been withdrawn before; then nothing changes.
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
) -> Result<Option<Vec<Signed<StatusList>>>, DeskError> {
    if !store.revoke(serial, reason)? {
        return Ok(None);
    }
    institution.sign_status_lists(store, keyring, now).map(Some)
}
