//! One-time links by which a person fetches a certificate (threats.md I7). The link's secret is shown once, to whoever makes it; what is kept is
//! its hash, and when it ends. It stands in the fragment, which browsers send to nobody: no log of any server has it.
//!
//! ```text
//! /get/#KEY.SECRET
//!   KEY      as in an invitation: which of a server's institutions
//!   SECRET   base64url of 16 random bytes
//! ```

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::house::House;
use super::institution::DeskError;
use super::invitation::LinkSecret;
use super::random::random;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::store::acts::Hand;
use crate::store::offer::{Offer, Taken};
use crate::store::{Record, State, Store, StoreError};

/// 72 hours: from a Friday afternoon to Monday (threats.md I7). Whoever comes later asks for another.
pub const DELIVERY_HOURS: i64 = 72;
/// 15 minutes: a telephone loses its network in the middle of a download, and the same person tries again.
pub const AGAIN_MINUTES: i64 = 15;
/// 16 bytes: 128 random bits cannot be guessed in 72 hours (threats.md I7).
const SECRET: usize = 16;
/// 60 seconds, and 3,600.
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// Where the page is served.
const PATH: &str = "/get/#";

/// A link that was made.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The link, without the host: `/get/#KEY.SECRET`. It is nowhere else.
    pub path: LinkSecret,
    /// When it ends.
    pub until: Timestamp,
}

/// Why a link gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotFetched {
    /// It ended at this time, or another was made in its place then.
    Ended(String),
    /// The store.
    Store(StoreError),
    /// Nobody made it, or so long ago that nobody knows.
    Unknown,
    /// It was used at this time.
    Used(String),
    /// The certificate does not count any more, or not now.
    Withdrawn,
}

impl From<StoreError> for NotFetched {
    fn from(error: StoreError) -> Self {
        NotFetched::Store(error)
    }
}

/// Makes a link to a certificate that is in force. One that was made before and is still open ends.
///
/// # Errors
/// [`StoreError::NotNow`] for one that is not in force, and as [`Store::offer`].
pub fn offer(house: &House, serial: &str, by: &Hand, now: Timestamp) -> Result<Delivery, DeskError> {
    // Of two who make one at the same moment, the later one's counts.
    let _alone = house.register();
    let store = house.store();
    let record = store.by_serial(serial)?.ok_or_else(|| StoreError::Unknown(serial.to_owned()))?;
    if record.state != State::Issued {
        return Err(StoreError::NotNow.into());
    }
    let secret: Zeroizing<[u8; SECRET]> = Zeroizing::new(random(house.random())?);
    let secret = Zeroizing::new(multibase::base64url(secret.as_slice()));
    let until = later(now, DELIVERY_HOURS * HOUR)?;
    let offer = Offer { hash: hash(&secret), serial: serial.to_owned(), until: until.to_string(), taken: None };
    store.offer(&offer, by)?;
    Ok(Delivery { path: Zeroizing::new(format!("{PATH}{}.{}", house.key(), secret.as_str())), until })
}

/// What a link's secret gives: once, and again for some minutes.
///
/// # Errors
/// [`NotFetched`].
pub fn fetch(store: &dyn Store, secret: &str, now: Timestamp) -> Result<Record, NotFetched> {
    let hash = hash(secret);
    let again_until = later(now, AGAIN_MINUTES * MINUTE).map_or_else(|_| now.to_string(), |time| time.to_string());
    let offer = store.offered(&hash)?.ok_or(NotFetched::Unknown)?;
    // One that does not count is not used up: what is only suspended may be fetched later.
    let record = store.by_serial(&offer.serial)?;
    if !record.as_ref().is_some_and(|record| record.state == State::Issued) {
        return Err(NotFetched::Withdrawn);
    }
    // Of somebody who was forgotten there is nothing to give, whatever the link's time.
    if record.is_some_and(|record| record.document.is_empty()) {
        return Err(NotFetched::Unknown);
    }
    let taken = Taken { at: now.to_string(), again_until };
    if let Some(record) = store.take_offer(&hash, &taken)? {
        return Ok(record);
    }
    // Whoever has the secret is whom it was sent to, or has their message: they may know why.
    Err(match store.offered(&hash)? {
        None => NotFetched::Unknown,
        Some(Offer { taken: Some(taken), .. }) => NotFetched::Used(taken.at),
        Some(Offer { until, .. }) => NotFetched::Ended(until),
    })
}

fn later(now: Timestamp, seconds: i64) -> Result<Timestamp, DeskError> {
    Timestamp::from_seconds(now.seconds() + seconds).ok_or(DeskError::Value("days"))
}

/// What is kept of a secret.
fn hash(secret: &str) -> String {
    multibase::digest(&Sha256::digest(secret).into())
}
