//! How the model's memory is handed out: blocks of whole units, freed blocks kept in lists by size.

use super::memory::{Memory, Offset, UNIT};
use super::ppmd7::Ppmd7;

/// The sizes blocks come in: 1, 2, 3, 4, then steps of 2, 3 and 4 up to 128 units.
pub(super) const SIZES: usize = 38;

/// Units of each size of block.
const UNITS: [u8; SIZES] = units();
/// The smallest size that holds so many units, less one.
const SIZE_OF: [u8; 128] = sizes();

/// After so many failed searches freed neighbours are glued together again.
const SEARCHES_BEFORE_GLUING: u32 = 255;
/// Marks a record that is not free, where gluing must stop.
const GUARD: u16 = 1;

impl Ppmd7 {
    /// A block of `size`, or None when the memory is used up.
    pub(super) fn allocate(&mut self, size: usize) -> Option<Offset> {
        if self.free[size] != 0 {
            return Some(self.take_free(size));
        }
        let bytes = bytes_of(size);
        if self.high_unit - self.low_unit >= bytes {
            let block = self.low_unit;
            self.low_unit += bytes;
            return Some(block);
        }
        self.allocate_rarely(size)
    }

    /// A block for one context, or None when the memory is used up.
    pub(super) fn allocate_context(&mut self) -> Option<Offset> {
        if self.high_unit != self.low_unit {
            self.high_unit -= UNIT;
            Some(self.high_unit)
        } else if self.free[0] != 0 {
            Some(self.take_free(0))
        } else {
            self.allocate_rarely(0)
        }
    }

    /// Puts a block into the list of its size.
    pub(super) fn release(&mut self, block: Offset, size: usize) {
        self.memory.set_next_free(block, self.free[size]);
        self.free[size] = block;
    }

    /// Moves the first `units` of a block into a smaller one, or cuts the rest off where it lies; gives the block that holds them.
    pub(super) fn shrink(&mut self, block: Offset, old_size: usize, new_size: usize, units: u32) -> Offset {
        if self.free[new_size] == 0 {
            self.split(block, old_size, new_size);
            return block;
        }
        let smaller = self.take_free(new_size);
        self.memory.copy_units(block, smaller, units);
        self.release(block, old_size);
        smaller
    }

    /// The list must not be empty.
    fn take_free(&mut self, size: usize) -> Offset {
        let block = self.free[size];
        self.free[size] = self.memory.next_free(block);
        block
    }

    /// Frees what a block of `old_size` has beyond `new_size`.
    fn split(&mut self, block: Offset, old_size: usize, new_size: usize) {
        let rest = u32::from(UNITS[old_size]) - u32::from(UNITS[new_size]);
        self.release_units(block + bytes_of(new_size), rest);
    }

    /// Frees `units` (1 to 128) units, in two blocks if no one size fits.
    fn release_units(&mut self, block: Offset, units: u32) {
        let mut size = size_for(units);
        if u32::from(UNITS[size]) != units {
            size -= 1;
            let held = u32::from(UNITS[size]);
            self.release(block + held * UNIT, size_for(units - held));
        }
        self.release(block, size);
    }

    #[inline(never)]
    fn allocate_rarely(&mut self, size: usize) -> Option<Offset> {
        if self.searches_left == 0 {
            self.glue();
            if self.free[size] != 0 {
                return Some(self.take_free(size));
            }
        }
        if let Some(larger) = (size + 1..SIZES).find(|&larger| self.free[larger] != 0) {
            let block = self.take_free(larger);
            self.split(block, larger, size);
            return Some(block);
        }
        self.searches_left -= 1;
        let bytes = bytes_of(size);
        if self.units_start - self.text <= bytes {
            return None;
        }
        self.units_start -= bytes;
        Some(self.units_start)
    }

    /// Collects all free blocks, glues neighbours, and sorts them into their lists again.
    fn glue(&mut self) {
        self.searches_left = SEARCHES_BEFORE_GLUING;
        if self.low_unit != self.high_unit {
            self.memory.set_stamp(self.low_unit, GUARD);
        }
        let mut head = 0;
        for (list, units) in self.free.iter_mut().zip(UNITS) {
            let mut next = std::mem::take(list);
            while next != 0 {
                let block = next;
                next = self.memory.next_free(block);
                self.memory.set_stamp(block, 0);
                self.memory.set_units(block, u32::from(units));
                self.memory.set_glued_next(block, head);
                head = block;
            }
        }
        let mut next = join_neighbours(&mut self.memory, head);
        while next != 0 {
            let mut block = next;
            let mut units = self.memory.units(block);
            next = self.memory.glued_next(block);
            if units == 0 {
                continue;
            }
            while units > 128 {
                self.release(block, SIZES - 1);
                units -= 128;
                block += 128 * UNIT;
            }
            self.release_units(block, units);
        }
    }
}

/// Lets each free block swallow the free blocks behind it, which then hold 0 units; gives the list's new head.
fn join_neighbours(memory: &mut Memory, first: Offset) -> Offset {
    let mut head = first;
    let mut next = first;
    let mut before = None;
    while next != 0 {
        let block = next;
        let mut units = memory.units(block);
        next = memory.glued_next(block);
        if units == 0 {
            match before {
                None => head = next,
                Some(before) => memory.set_glued_next(before, next),
            }
            continue;
        }
        before = Some(block);
        loop {
            let neighbour = block + units * UNIT;
            units += memory.units(neighbour);
            if memory.stamp(neighbour) != 0 || units >= 0x10000 {
                break;
            }
            memory.set_units(block, units);
            memory.set_units(neighbour, 0);
        }
    }
    head
}

/// The smallest size that holds `units` (1 to 128).
pub(super) fn size_for(units: u32) -> usize {
    usize::from(SIZE_OF[units as usize - 1])
}

fn bytes_of(size: usize) -> u32 {
    u32::from(UNITS[size]) * UNIT
}

const fn units() -> [u8; SIZES] {
    let mut units = [0; SIZES];
    let mut total = 0;
    let mut size = 0;
    while size < SIZES {
        total += if size >= 12 { 4 } else { size / 4 + 1 };
        units[size] = total as u8;
        size += 1;
    }
    units
}

const fn sizes() -> [u8; 128] {
    let mut sizes = [0; 128];
    let mut size = 0;
    let mut held = 0;
    while held < 128 {
        if held == UNITS[size] as usize {
            size += 1;
        }
        sizes[held] = size as u8;
        held += 1;
    }
    sizes
}
