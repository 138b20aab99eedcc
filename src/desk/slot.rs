//! Slots of the status lists. A slot is a secret keyed permutation of a counter over the whole list, so neither order nor date of
//! issuing can be read from an index (design §8, threats.md E11).

use sha2::{Digest as _, Sha256};

use crate::base::limits::STATUS_ENTRIES_LEAST;

/// 131,072 entries a list: the least length is also ours.
const ENTRIES: u64 = STATUS_ENTRIES_LEAST as u64;
/// The Feistel network works on 18 bits, the next even number above 17; what falls outside walks on.
const HALF_BITS: u32 = 9;
const ROUNDS: u8 = 8;

/// One position in one list, for one credential. Not `Clone`: it is used once.
#[derive(Debug, PartialEq, Eq)]
pub struct StatusSlot {
    /// The list, counted from 0.
    pub list: u32,
    /// The position in it.
    pub index: u32,
}

/// The secret order in which slots are given out.
#[derive(Clone)]
pub struct SlotOrder([u8; 32]);

impl std::fmt::Debug for SlotOrder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("SlotOrder")
    }
}

impl SlotOrder {
    /// The order that a secret gives.
    #[must_use]
    pub fn of_secret(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The slot of a counter that the store has leased. `None` past list 2³².
    #[must_use]
    pub fn slot(&self, counter: u64) -> Option<StatusSlot> {
        let list = u32::try_from(counter / ENTRIES).ok()?;
        let mut position = counter % ENTRIES;
        // Cycle walking: a permutation of 2¹⁸ restricted to 2¹⁷ by walking until inside; two steps on average.
        loop {
            position = self.permute(list, position);
            if position < ENTRIES {
                return Some(StatusSlot { list, index: u32::try_from(position).ok()? });
            }
        }
    }

    fn permute(&self, list: u32, position: u64) -> u64 {
        let mask = (1 << HALF_BITS) - 1;
        let (mut left, mut right) = (position >> HALF_BITS & mask, position & mask);
        for round in 0..ROUNDS {
            let mut hash = Sha256::new();
            hash.update(self.0);
            hash.update(list.to_be_bytes());
            hash.update([round]);
            hash.update(right.to_be_bytes());
            let digest = hash.finalize();
            let mixed = u64::from(u16::from_be_bytes([digest[0], digest[1]])) & mask;
            (left, right) = (right, left ^ mixed);
        }
        left << HALF_BITS | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_of_two_lists_is_given_once_and_in_no_order() {
        let order = SlotOrder::of_secret([7; 32]);
        let mut seen = vec![false; 2 * STATUS_ENTRIES_LEAST];
        let (mut with_time, mut before) = (0_i64, 0);
        for counter in 0..2 * ENTRIES {
            let slot = order.slot(counter).unwrap();
            let at = slot.list as usize * STATUS_ENTRIES_LEAST + slot.index as usize;
            assert!(!std::mem::replace(&mut seen[at], true), "slot {at} twice");
            with_time += i64::from(slot.index > before) * 2 - 1;
            before = slot.index;
        }
        // As many steps up as down, within five standard deviations of chance.
        assert!(with_time.abs() < 5 * 300, "{with_time}");
    }
}
