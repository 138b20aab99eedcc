//! PPMd variant H as 7-Zip uses it (PPMd7): which symbol may follow which context, and how likely.
//!
//! A port of `ppmd-rust` 1.5.2 by Nils Hasenbanck (CC0-1.0), itself a port of 7-Zip's C by Igor Pavlov after Dmitry Shkarin's
//! PPMd var.H (2001), all in the public domain. It is ported because a primed model must be cloned, which the crate does not
//! offer, and because paper outlives a crate with one maintainer. `model::tests` holds both to the same bytes.
//!
//! The model is driven by symbols alone, and every sequence of symbols is a text somebody may encode: no input to a decoder can
//! bring it into a state an encoder could not.

use super::blocks::SIZES;
use super::memory::{Memory, Offset, STATE, UNIT, only_state};
use super::range::{Decoder, Encoder};

/// Frequencies above this are halved.
pub(super) const MOST_FREQUENT: u32 = 124;
const INTEGER_BITS: u32 = 7;
const PERIOD_BITS: u32 = 7;
/// Probabilities of one-symbol contexts are parts of this.
const BINARY_BITS: u32 = INTEGER_BITS + PERIOD_BITS;
const BINARY_SCALE: u32 = 1 << BINARY_BITS;

const ESCAPE_BY_PROBABILITY: [u8; 16] = [25, 14, 9, 7, 5, 5, 4, 4, 4, 3, 3, 3, 2, 2, 2, 2];
const BINARY_ESCAPES: [u16; 8] = [0x3CDD, 0x1F3F, 0x59BF, 0x48F3, 0x64A1, 0x5ABC, 0x6632, 0x6051];
/// Classes of contexts by how many symbols they hold, less one.
const HELD_CLASS: [u8; 256] = held_classes();
/// Rows of the escape table by how many symbols are not excluded, less one.
const ESCAPE_ROW: [u8; 256] = escape_rows();

/// The stream cannot come from an encoder.
#[derive(Debug)]
pub(super) struct NotAStream;

/// The context tree and its counters.
#[derive(Clone)]
pub(super) struct Ppmd7 {
    order: u32,
    size: u32,
    pub(super) shortest: Offset,
    pub(super) longest: Offset,
    pub(super) found: Offset,
    pub(super) order_fall: u32,
    pub(super) escape_start: u32,
    succeeded: u32,
    high_bits: u32,
    run: i32,
    run_start: i32,
    pub(super) searches_left: u32,
    pub(super) low_unit: Offset,
    pub(super) high_unit: Offset,
    pub(super) text: Offset,
    pub(super) units_start: Offset,
    pub(super) free: [Offset; SIZES],
    escapes: [[Escape; 16]; 25],
    binary: [[u16; 64]; 128],
    pub(super) memory: Memory,
}

/// An adaptive estimate of how often a context is left (secondary escape estimation).
#[derive(Clone, Copy, Default)]
struct Escape {
    sum: u16,
    shift: u8,
    count: u8,
}

/// The symbols that a longer context has ruled out: mask 0, all others 0xFF.
type Mask = [u8; 256];

impl Ppmd7 {
    /// An untaught model with contexts of up to `order` (2 to 64) symbols in `size` bytes (a multiple of 4, at least 2,048).
    pub(super) fn new(order: u32, size: u32) -> Self {
        let mut model = Self {
            order,
            size,
            shortest: 0,
            longest: 0,
            found: 0,
            order_fall: 0,
            escape_start: 0,
            succeeded: 0,
            high_bits: 0,
            run: 0,
            run_start: 0,
            searches_left: 0,
            low_unit: 0,
            high_unit: 0,
            text: 0,
            units_start: 0,
            free: [0; SIZES],
            escapes: [[Escape::default(); 16]; 25],
            binary: [[0; 64]; 128],
            memory: Memory::new(size),
        };
        model.restart();
        model
    }

    /// Writes one symbol and learns it.
    pub(super) fn encode(&mut self, symbol: u8, coder: &mut Encoder) {
        let held = self.memory.held(self.shortest);
        let mut mask: Mask = [0xFF; 256];
        if held == 1 {
            let state = only_state(self.shortest);
            let bound = (coder.range >> BINARY_BITS) * u32::from(*self.binary_probability());
            if self.memory.symbol(state) == symbol {
                self.binary_hit();
                coder.take_lower(bound);
                self.update_binary(state);
                return;
            }
            self.binary_miss(state, &mut mask);
            coder.take_upper(bound);
        } else {
            let first = self.memory.first_state(self.shortest);
            let total = self.memory.sum(self.shortest);
            coder.divide(total);
            let mut start = 0;
            let mut hit = None;
            for (position, (candidate, frequency)) in self.memory.states(first, held).enumerate() {
                if candidate == symbol {
                    hit = Some((position as u32, frequency));
                    break;
                }
                start += frequency;
            }
            if let Some((position, frequency)) = hit {
                coder.take(start, frequency);
                coder.widen();
                self.update_found(first, position);
                return;
            }
            coder.take(start, total - start);
            self.miss(first, held, &mut mask);
        }
        loop {
            coder.widen();
            let Some((held, excluded)) = self.fall_back() else {
                // Not reached: the shortest context of all holds every symbol.
                return;
            };
            let first = self.memory.first_state(self.shortest);
            let (escape, estimate) = self.escape(excluded, held);
            let mut start = 0;
            let mut total = 0;
            let mut hit = None;
            for (position, (candidate, frequency)) in self.memory.states(first, held).enumerate() {
                let frequency = frequency & u32::from(mask[usize::from(candidate)]);
                if candidate == symbol {
                    hit = Some((position as u32, frequency));
                    start = total;
                }
                total += frequency;
            }
            coder.divide(total + estimate);
            if let Some((position, frequency)) = hit {
                coder.take(start, frequency);
                coder.widen();
                self.escape_hit(escape);
                self.update_after_escape(first + position * STATE);
                return;
            }
            coder.take(total, estimate);
            self.escape_miss(escape, total + estimate);
            self.exclude(first, held, &mut mask);
        }
    }

    /// Reads one symbol and learns it.
    pub(super) fn decode(&mut self, coder: &mut Decoder<'_>) -> Result<u8, NotAStream> {
        let held = self.memory.held(self.shortest);
        let mut mask: Mask = [0xFF; 256];
        if held == 1 {
            let state = only_state(self.shortest);
            let bound = (coder.range >> BINARY_BITS) * u32::from(*self.binary_probability());
            if coder.code < bound {
                self.binary_hit();
                coder.take_lower(bound);
                let symbol = self.memory.symbol(state);
                self.update_binary(state);
                return Ok(symbol);
            }
            self.binary_miss(state, &mut mask);
            coder.take_upper(bound);
        } else {
            let first = self.memory.first_state(self.shortest);
            let total = self.memory.sum(self.shortest);
            let part = coder.divide(total);
            let mut start = 0;
            let mut hit = None;
            for (position, (candidate, frequency)) in self.memory.states(first, held).enumerate() {
                if part < start + frequency {
                    hit = Some((position as u32, candidate, frequency));
                    break;
                }
                start += frequency;
            }
            if let Some((position, symbol, frequency)) = hit {
                coder.take(start, frequency);
                coder.widen();
                self.update_found(first, position);
                return Ok(symbol);
            }
            if part >= total {
                return Err(NotAStream);
            }
            coder.take(start, total - start);
            self.miss(first, held, &mut mask);
        }
        loop {
            coder.widen();
            // An escape from the shortest context is 7-Zip's end mark. A packet ends with a zero byte instead.
            let (held, excluded) = self.fall_back().ok_or(NotAStream)?;
            let first = self.memory.first_state(self.shortest);
            let (escape, estimate) = self.escape(excluded, held);
            let total: u32 = self
                .memory
                .states(first, held)
                .map(|(candidate, frequency)| frequency & u32::from(mask[usize::from(candidate)]))
                .sum();
            let part = coder.divide(total + estimate);
            let mut start = 0;
            let hit = self.memory.states(first, held).enumerate().find_map(|(position, (candidate, frequency))| {
                let frequency = frequency & u32::from(mask[usize::from(candidate)]);
                start += frequency;
                (part < start).then_some((position as u32, candidate, start - frequency, frequency))
            });
            if let Some((position, symbol, start, frequency)) = hit {
                coder.take(start, frequency);
                coder.widen();
                self.escape_hit(escape);
                self.update_after_escape(first + position * STATE);
                return Ok(symbol);
            }
            if part >= total + estimate {
                return Err(NotAStream);
            }
            coder.take(total, estimate);
            self.escape_miss(escape, total + estimate);
            self.exclude(first, held, &mut mask);
        }
    }

    /// Forgets everything; also what happens when the memory is used up.
    #[inline(never)]
    pub(super) fn restart(&mut self) {
        self.free = [0; SIZES];
        self.text = 0;
        self.high_unit = self.size;
        self.units_start = self.high_unit - self.size / 8 / UNIT * 7 * UNIT;
        self.low_unit = self.units_start;
        self.searches_left = 0;
        self.order_fall = self.order;
        self.run_start = -(self.order.min(12) as i32) - 1;
        self.run = self.run_start;
        self.succeeded = 0;

        self.high_unit -= UNIT;
        let root = self.high_unit;
        let states = self.low_unit;
        self.low_unit += 128 * UNIT;
        self.shortest = root;
        self.longest = root;
        self.found = states;
        self.memory.set_held(root, 256);
        self.memory.set_sum(root, 257);
        self.memory.set_first_state(root, states);
        self.memory.set_suffix(root, 0);
        for symbol in 0..=255 {
            self.memory.set_state(states + u32::from(symbol) * STATE, [symbol, 1, 0, 0, 0, 0]);
        }
        for (frequency, row) in self.binary.iter_mut().enumerate() {
            for (column, probability) in row.iter_mut().enumerate() {
                *probability = (BINARY_SCALE - u32::from(BINARY_ESCAPES[column % 8]) / (frequency as u32 + 2)) as u16;
            }
        }
        for (row, escapes) in self.escapes.iter_mut().enumerate() {
            let sum = (5 * row as u16 + 10) << (PERIOD_BITS - 4);
            *escapes = [Escape { sum, shift: (PERIOD_BITS - 4) as u8, count: 4 }; 16];
        }
    }

    // One symbol: what was found or not, and what that teaches.

    /// The probability, in parts of [`BINARY_SCALE`], that the one symbol of the shortest context comes next.
    fn binary_probability(&mut self) -> &mut u16 {
        let state = only_state(self.shortest);
        self.high_bits = high_bits(self.memory.symbol(self.found), 3);
        let suffix_held = self.memory.held(self.memory.suffix(self.shortest)) as usize;
        let column = self.succeeded
            + ((self.run as u32 >> 26) & 0x20)
            + u32::from(HELD_CLASS[suffix_held - 1])
            + high_bits(self.memory.symbol(state), 4)
            + self.high_bits;
        &mut self.binary[self.memory.frequency(state) as usize - 1][column as usize]
    }

    fn binary_hit(&mut self) {
        let probability = self.binary_probability();
        *probability = *probability - mean(*probability) + (1 << INTEGER_BITS);
    }

    fn binary_miss(&mut self, state: Offset, mask: &mut Mask) {
        let probability = self.binary_probability();
        *probability -= mean(*probability);
        let left = *probability;
        self.escape_start = u32::from(ESCAPE_BY_PROBABILITY[usize::from(left >> 10)]);
        mask[usize::from(self.memory.symbol(state))] = 0;
        self.succeeded = 0;
    }

    fn update_binary(&mut self, state: Offset) {
        let frequency = self.memory.frequency(state);
        self.found = state;
        self.succeeded = 1;
        self.run += 1;
        self.memory.set_frequency(state, frequency + u32::from(frequency < 128));
        self.next_context();
    }

    fn miss(&mut self, first: Offset, held: u32, mask: &mut Mask) {
        self.succeeded = 0;
        self.high_bits = high_bits(self.memory.symbol(self.found), 3);
        self.exclude(first, held, mask);
    }

    fn exclude(&self, first: Offset, held: u32, mask: &mut Mask) {
        for (symbol, _) in self.memory.states(first, held) {
            mask[usize::from(symbol)] = 0;
        }
    }

    /// Moves to the nearest shorter context that holds more symbols; gives their number and that of the symbols ruled out.
    fn fall_back(&mut self) -> Option<(u32, u32)> {
        let excluded = self.memory.held(self.shortest);
        let mut context = self.shortest;
        loop {
            self.order_fall += 1;
            context = self.memory.suffix(context);
            if context == 0 {
                return None;
            }
            let held = self.memory.held(context);
            if held != excluded {
                self.shortest = context;
                return Some((held, excluded));
            }
        }
    }

    /// How likely the context is left, in the measure of its frequencies; and where that estimate is kept.
    fn escape(&mut self, excluded: u32, held: u32) -> (Option<(usize, usize)>, u32) {
        if held == 256 {
            return (None, 1);
        }
        let open = held - excluded;
        let suffix_held = self.memory.held(self.memory.suffix(self.shortest));
        let row = usize::from(ESCAPE_ROW[open as usize - 1]);
        let column = usize::from(open < suffix_held - held)
            + 2 * usize::from(self.memory.sum(self.shortest) < 11 * held)
            + 4 * usize::from(excluded > open)
            + self.high_bits as usize;
        let escape = &mut self.escapes[row][column];
        let estimate = escape.sum >> escape.shift;
        escape.sum -= estimate;
        (Some((row, column)), u32::from(estimate.max(1)))
    }

    fn escape_hit(&mut self, at: Option<(usize, usize)>) {
        let Some((row, column)) = at else { return };
        let escape = &mut self.escapes[row][column];
        if u32::from(escape.shift) < PERIOD_BITS {
            escape.count = escape.count.wrapping_sub(1);
            if escape.count == 0 {
                escape.sum <<= 1;
                escape.count = (3_u32 << escape.shift) as u8;
                escape.shift += 1;
            }
        }
    }

    fn escape_miss(&mut self, at: Option<(usize, usize)>, total: u32) {
        let Some((row, column)) = at else { return };
        let escape = &mut self.escapes[row][column];
        escape.sum = escape.sum.wrapping_add(total as u16);
    }

    fn update_found(&mut self, first: Offset, position: u32) {
        let mut state = first + position * STATE;
        let context = self.shortest;
        let total = self.memory.sum(context);
        let mut frequency = self.memory.frequency(state);
        if position == 0 {
            self.succeeded = u32::from(2 * frequency > total);
            self.run += self.succeeded as i32;
        } else {
            self.succeeded = 0;
        }
        frequency += 4;
        self.memory.set_sum(context, total + 4);
        self.memory.set_frequency(state, frequency);
        self.found = state;
        if position == 0 {
            if frequency > MOST_FREQUENT {
                self.rescale();
            }
        } else if frequency > self.memory.frequency(state - STATE) {
            self.memory.swap_states(state, state - STATE);
            state -= STATE;
            self.found = state;
            if frequency > MOST_FREQUENT {
                self.rescale();
            }
        }
        self.next_context();
    }

    fn update_after_escape(&mut self, state: Offset) {
        let context = self.shortest;
        let frequency = self.memory.frequency(state) + 4;
        self.found = state;
        self.run = self.run_start;
        self.memory.set_sum(context, self.memory.sum(context) + 4);
        self.memory.set_frequency(state, frequency);
        if frequency > MOST_FREQUENT {
            self.rescale();
        }
        self.update_model();
    }

    fn next_context(&mut self) {
        let successor = self.memory.successor(self.found);
        if self.order_fall == 0 && successor >= self.units_start {
            self.shortest = successor;
            self.longest = successor;
        } else {
            self.update_model();
        }
    }
}

/// A running mean's step for a probability of one-symbol contexts.
const fn mean(probability: u16) -> u16 {
    ((probability as u32 + (1 << (PERIOD_BITS - 2))) >> PERIOD_BITS) as u16
}

/// Bit `bit` set for symbols from 0x40 on: letters and all bytes beyond ASCII.
const fn high_bits(symbol: u8, bit: u32) -> u32 {
    (symbol as u32 + 0xC0) >> (8 - bit) & (1 << bit)
}

const fn held_classes() -> [u8; 256] {
    let mut classes = [6; 256];
    classes[0] = 0;
    classes[1] = 2;
    let mut held = 2;
    while held < 11 {
        classes[held] = 4;
        held += 1;
    }
    classes
}

const fn escape_rows() -> [u8; 256] {
    let mut rows = [0; 256];
    let mut row = 0;
    let mut left = 1;
    let mut open = 0;
    while open < 256 {
        rows[open] = row;
        left -= 1;
        if left == 0 {
            row += 1;
            left = if row < 3 { 1 } else { row as u32 - 2 };
        }
        open += 1;
    }
    rows
}
