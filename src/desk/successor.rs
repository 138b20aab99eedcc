//! An institution that has closed: the one that its authority names as the successor signs its status lists and checkpoints from then on, out
//! of the closed one's folder, with its own key. It issues nothing in its name.

use super::institution::{Card, DeskError, ISSUER, Institution, at};
use super::keyring::Keyring;
use super::publish::{Publication, Signer, publish_as};
use crate::base::timestamp::Timestamp;
use crate::store::Store;
use crate::store::acts::{Hand, What};
use crate::store::files::{Readers, write_whole};

/// The successor's card in the closed institution's folder.
const CARD: &str = "successor.json";

/// Publishes a closed institution's lists and checkpoints, signed by its successor.
///
/// # Errors
/// [`DeskError::Value`] when the two are one; else as [`super::publish::publish`].
pub fn publish(
    closed: &Institution,
    store: &dyn Store,
    successor: &Institution,
    keyring: &Keyring,
    by: &Hand,
    now: Timestamp,
) -> Result<Publication, DeskError> {
    if closed.did() == successor.did() {
        return Err(DeskError::Value("successor"));
    }
    let path = closed.folder().join(CARD);
    write_whole(&path, &successor.card().to_bytes()?, Readers::Everybody).map_err(at(&path))?;
    store.note(What::SuccessorSigned, successor.did().as_str(), by)?;
    publish_as(closed, store, &Signer { key: keyring.key(ISSUER)?, method: successor.method() }, now)
}

/// The card of whoever signs for an institution that has closed.
///
/// # Errors
/// [`DeskError::NotReadable`], [`DeskError::Io`].
pub fn card(institution: &Institution) -> Result<Option<Card>, DeskError> {
    let path = institution.folder().join(CARD);
    match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => {
            let card = Card::read(&read.map_err(at(&path))?);
            card.map(Some).ok_or(DeskError::NotReadable(path))
        }
    }
}
