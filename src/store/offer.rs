//! One-time links with which a person fetches a certificate (threats.md I7). What is kept of a link is the hash of its secret.

use serde::{Deserialize, Serialize};

use super::acts::{Hand, What};
use super::ledger::{Book, Shelf};
use super::{Record, StoreError};
use crate::base::timestamp::Timestamp;

/// A certificate that waits to be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// SHA-256 of the link's secret, as multibase.
    pub hash: String,
    /// The certificate.
    pub serial: String,
    /// When the link ends, `YYYY-MM-DDThh:mm:ssZ`, exclusive.
    pub until: String,
    /// When it was used.
    pub taken: Option<Taken>,
}

/// A link that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// When, for the first time.
    pub at: String,
    /// Until when the same link may be used again: a telephone loses its network in the middle of a download.
    pub again_until: String,
}

/// 30 days: for so long a link that ended says so; then it is one that nobody made.
const REMEMBERED: i64 = 30 * 24 * 60 * 60;

/// Makes an offer of a certificate that was issued. Of those that were made before, one of the same certificate that is still open ends: who
/// makes another link does not trust the first. What ended long ago is taken away.
pub(super) fn make(book: &Book<'_>, offer: &Offer, before: &[Offer], by: &Hand) -> Result<(), StoreError> {
    let record: Option<Record> = book.read(&Shelf::Records.key(&[offer.serial.as_bytes()]))?;
    let record = record.ok_or_else(|| StoreError::Unknown(offer.serial.clone()))?;
    // One who was forgotten has nothing left to fetch.
    if record.document.is_empty() || offer.taken.is_some() {
        return Err(StoreError::NotNow);
    }
    let key = Shelf::Offers.key(&[offer.hash.as_bytes()]);
    if book.get(&key)?.is_some() {
        return Err(StoreError::Taken);
    }
    for old in before {
        let key = Shelf::Offers.key(&[old.hash.as_bytes()]);
        if is_long_past(&old.until, &by.at) {
            book.remove(&key)?;
        } else if old.serial == offer.serial && old.until > by.at {
            // Somebody may have fetched it by the old one meanwhile: what is written then is still there.
            let Some(was) = book.read::<Offer>(&key)? else { continue };
            book.write(&key, &Offer { until: by.at.clone(), ..was })?;
        }
    }
    book.write(&key, offer)?;
    book.act(What::Offered, by, &offer.serial, 1, String::new())
}

fn is_long_past(until: &str, now: &str) -> bool {
    let seconds = |text: &str| Timestamp::parse(text).map(Timestamp::seconds);
    matches!((seconds(until), seconds(now)), (Ok(until), Ok(now)) if now - until > REMEMBERED)
}

/// Takes what is offered, once; within the time for another try, again. `None` for a link that nobody made, that is over or was used: all
/// of them look alike.
pub(super) fn take(book: &Book<'_>, hash: &str, taken: &Taken) -> Result<Option<Record>, StoreError> {
    let key = Shelf::Offers.key(&[hash.as_bytes()]);
    let Some(mut offer) = book.read::<Offer>(&key)? else { return Ok(None) };
    let open = match &offer.taken {
        Some(before) => taken.at < before.again_until,
        None => true,
    };
    // Both are `YYYY-MM-DDThh:mm:ssZ`, which sort as they follow.
    if !open || taken.at >= offer.until {
        return Ok(None);
    }
    let record: Option<Record> = book.read(&Shelf::Records.key(&[offer.serial.as_bytes()]))?;
    let Some(record) = record.filter(|record| !record.document.is_empty()) else { return Ok(None) };
    if offer.taken.is_none() {
        offer.taken = Some(taken.clone());
        book.write(&key, &offer)?;
        // By whoever had the link: nobody knows who that is.
        book.act(What::Fetched, &Hand::of("", &taken.at), &offer.serial, 1, String::new())?;
    }
    Ok(Some(record))
}
