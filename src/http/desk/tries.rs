//! How often somebody may try a password: some times at once, then after waiting twice as long each time (threats.md I6).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::base::timestamp::Timestamp;

/// 5 tries at one account, or of one member at the institution's passphrase, without waiting: a person who mistypes needs three.
pub const FREE: u32 = 5;
/// 20 tries at one institution's passphrase without waiting, whoever makes them: four people who mistype at the same time.
pub const FREE_OF_INSTITUTION: u32 = 20;
/// 20 tries from one address without waiting: an office or a refuge with thirty people has one.
pub const FREE_OF_ADDRESS: u32 = 20;
/// 15 minutes is the longest anybody waits: 96 guesses a day.
const WAIT_MOST: i64 = 15 * 60;
/// 1 hour without a try, and the count begins anew.
const FORGOTTEN_AFTER: i64 = 60 * 60;
/// 10,000 accounts and addresses are remembered, some 100 bytes each; then the one that tried longest ago is forgotten.
const REMEMBERED: usize = 10_000;

/// Who tried how often.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<HashMap<[u8; 32], Tried>>);

#[derive(Clone, Copy, Debug, Default)]
struct Tried {
    count: u32,
    last: i64,
    not_before: i64,
}

/// A try that is under way: what it set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    /// How many there were with it.
    count: u32,
    /// Until when there was to be waited before it.
    not_before: i64,
}

impl Tries {
    /// Counts one more try, before it is known how it ends, so that tries at the same moment count each.
    ///
    /// # Errors
    /// How many seconds there are to wait; then it does not count.
    pub fn begin(&self, of: &str, free: u32, now: Timestamp) -> Result<Try, u32> {
        let now = now.seconds();
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key: [u8; 32] = Sha256::digest(of).into();
        if !tried.contains_key(&key) && tried.len() >= REMEMBERED {
            let oldest = tried.iter().min_by_key(|(_, tried)| tried.last).map(|(key, _)| *key);
            oldest.map(|key| tried.remove(&key));
        }
        let one = tried.entry(key).or_default();
        if now - one.last > FORGOTTEN_AFTER {
            *one = Tried::default();
        }
        if now < one.not_before {
            return Err(u32::try_from(one.not_before - now).unwrap_or(u32::MAX));
        }
        one.count = one.count.saturating_add(1);
        one.last = now;
        let tried = Try { count: one.count, not_before: one.not_before };
        if let Some(beyond) = one.count.checked_sub(free) {
            one.not_before = now + 1_i64.checked_shl(beyond).unwrap_or(WAIT_MOST).clamp(1, WAIT_MOST);
        }
        Ok(tried)
    }

    /// The try was a good one, of many who share an address: it does not count, and nobody waits for it. What others who tried since have
    /// brought upon the address stays: else a good try beside the bad ones would undo their waits.
    pub fn forgive(&self, of: &str, tried: Try) {
        let key: [u8; 32] = Sha256::digest(of).into();
        if let Some(one) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&key) {
            if one.count == tried.count {
                one.not_before = tried.not_before;
            }
            one.count = one.count.saturating_sub(1);
        }
    }

    /// The try was a good one: what was tried before is forgotten.
    pub fn clear(&self, of: &str) {
        let key: [u8; 32] = Sha256::digest(of).into();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_770_000_000 + seconds).unwrap()
    }

    #[test]
    fn five_are_free_and_then_each_wait_is_twice_as_long() {
        let tries = Tries::default();
        for _ in 0..FREE {
            assert!(tries.begin("ana", FREE, at(0)).is_ok());
        }
        let (mut now, mut waits) = (0, Vec::new());
        for _ in 0..13 {
            let wait = tries.begin("ana", FREE, at(now)).unwrap_err();
            assert_eq!(tries.begin("ana", FREE, at(now + i64::from(wait) - 1)), Err(1), "waiting is not trying");
            waits.push(wait);
            now += i64::from(wait);
            assert!(tries.begin("ana", FREE, at(now)).is_ok());
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        assert!(tries.begin("bea", FREE, at(now)).is_ok(), "nobody else waits");
        assert!(tries.begin("ana", FREE, at(now + 3_601)).is_ok(), "it is forgotten");
        tries.clear("ana");
        for _ in 0..FREE {
            assert!(tries.begin("ana", FREE, at(now + 3_602)).is_ok());
        }
    }

    /// How many bad tries an address gets in half an hour, with so many good ones before each.
    fn bad_tries(good: usize) -> usize {
        let (tries, mut bad) = (Tries::default(), 0);
        for second in 0..30 * 60 {
            loop {
                for _ in 0..good {
                    if let Ok(tried) = tries.begin("address", FREE, at(second)) {
                        tries.forgive("address", tried);
                    }
                }
                if tries.begin("address", FREE, at(second)).is_err() {
                    break;
                }
                bad += 1;
            }
        }
        bad
    }

    #[test]
    fn good_tries_buy_no_bad_ones_and_nobody_waits_for_them() {
        let alone = bad_tries(0);
        assert!(alone > FREE as usize && alone < 20, "{alone}");
        assert_eq!((bad_tries(1), bad_tries(7)), (alone, alone));
        let tries = Tries::default();
        for _ in 0..100 {
            let tried = tries.begin("office", FREE, at(0)).unwrap();
            tries.forgive("office", tried);
        }
    }

    /// Checking a password takes its time: what others do meanwhile is theirs.
    #[test]
    fn a_good_try_undoes_no_wait_that_a_bad_one_brought_beside_it() {
        let tries = Tries::default();
        let good = tries.begin("address", FREE, at(0)).unwrap();
        for _ in 1..FREE {
            tries.begin("address", FREE, at(0)).unwrap();
        }
        assert_eq!(tries.begin("address", FREE, at(0)), Err(1));
        tries.forgive("address", good);
        assert_eq!(tries.begin("address", FREE, at(0)), Err(1));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let tries = Tries::default();
        for who in 0..REMEMBERED + 500 {
            tries.begin(&format!("{who}"), FREE, at(0)).unwrap();
        }
        assert_eq!(tries.0.lock().unwrap().len(), REMEMBERED);
    }
}
