//! The model's memory: one block of bytes in which every record is found by its offset.
//!
//! Text grows upwards from offset 0 and records fill the end; offset 0 is "nothing". Offsets instead of
//! references are what makes a primed model cheap to clone: copying the bytes copies the whole tree.
//!
//! ```text
//! state    6 bytes  symbol u8 · frequency u8 · successor u32
//! context 12 bytes  states held u16 · sum of frequencies u16 · offset of the states u32 · suffix context u32
//!                   with one state only, that state lies at bytes 2..8
//! free    12 bytes  next u32; while gluing: stamp u16 · units u16 · next u32
//! ```

/// A record's offset in bytes from the start of the memory; 0 is "nothing".
pub(super) type Offset = u32;

/// Bytes of one unit of allocation: a context, or two states.
pub(super) const UNIT: u32 = 12;

/// Bytes of one state.
pub(super) const STATE: u32 = 6;

/// The block itself; integers are little-endian.
#[derive(Clone)]
pub(super) struct Memory {
    bytes: Vec<u8>,
}

impl Memory {
    /// A block of `size` zero bytes.
    pub(super) fn new(size: u32) -> Self {
        Self { bytes: vec![0; size as usize] }
    }

    #[inline(always)]
    pub(super) fn u8(&self, at: Offset) -> u8 {
        self.bytes[at as usize]
    }

    #[inline(always)]
    pub(super) fn set_u8(&mut self, at: Offset, value: u8) {
        self.bytes[at as usize] = value;
    }

    #[inline(always)]
    fn u16(&self, at: Offset) -> u16 {
        let at = at as usize;
        let b = &self.bytes[at..at + 2];
        u16::from_le_bytes([b[0], b[1]])
    }

    #[inline(always)]
    fn set_u16(&mut self, at: Offset, value: u16) {
        let at = at as usize;
        self.bytes[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }

    #[inline(always)]
    fn u32(&self, at: Offset) -> u32 {
        let at = at as usize;
        let b = &self.bytes[at..at + 4];
        u32::from_le_bytes([b[0], b[1], b[2], b[3]])
    }

    #[inline(always)]
    fn set_u32(&mut self, at: Offset, value: u32) {
        let at = at as usize;
        self.bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    /// Copies `units` whole units; the ranges may overlap.
    pub(super) fn copy_units(&mut self, from: Offset, to: Offset, units: u32) {
        let from = from as usize;
        self.bytes.copy_within(from..from + (units * UNIT) as usize, to as usize);
    }

    // States.

    #[inline(always)]
    pub(super) fn symbol(&self, state: Offset) -> u8 {
        self.u8(state)
    }

    #[inline(always)]
    pub(super) fn set_symbol(&mut self, state: Offset, symbol: u8) {
        self.set_u8(state, symbol);
    }

    #[inline(always)]
    pub(super) fn frequency(&self, state: Offset) -> u32 {
        u32::from(self.u8(state + 1))
    }

    /// Frequencies stay below 256 by rescaling; the low byte is the value.
    #[inline(always)]
    pub(super) fn set_frequency(&mut self, state: Offset, frequency: u32) {
        self.set_u8(state + 1, frequency as u8);
    }

    #[inline(always)]
    pub(super) fn successor(&self, state: Offset) -> Offset {
        self.u32(state + 2)
    }

    #[inline(always)]
    pub(super) fn set_successor(&mut self, state: Offset, successor: Offset) {
        self.set_u32(state + 2, successor);
    }

    #[inline(always)]
    pub(super) fn state(&self, state: Offset) -> [u8; STATE as usize] {
        let at = state as usize;
        let mut copy = [0; STATE as usize];
        copy.copy_from_slice(&self.bytes[at..at + STATE as usize]);
        copy
    }

    #[inline(always)]
    pub(super) fn set_state(&mut self, state: Offset, value: [u8; STATE as usize]) {
        let at = state as usize;
        self.bytes[at..at + STATE as usize].copy_from_slice(&value);
    }

    #[inline(always)]
    pub(super) fn copy_state(&mut self, from: Offset, to: Offset) {
        let value = self.state(from);
        self.set_state(to, value);
    }

    #[inline(always)]
    pub(super) fn swap_states(&mut self, a: Offset, b: Offset) {
        let kept = self.state(a);
        self.copy_state(b, a);
        self.set_state(b, kept);
    }

    /// The `count` states from `first` on, as (symbol, frequency) pairs.
    #[inline(always)]
    pub(super) fn states(&self, first: Offset, count: u32) -> impl Iterator<Item = (u8, u32)> {
        let at = first as usize;
        self.bytes[at..at + (count * STATE) as usize]
            .chunks_exact(STATE as usize)
            .map(|state| (state[0], u32::from(state[1])))
    }

    // Contexts.

    #[inline(always)]
    pub(super) fn held(&self, context: Offset) -> u32 {
        u32::from(self.u16(context))
    }

    #[inline(always)]
    pub(super) fn set_held(&mut self, context: Offset, held: u32) {
        self.set_u16(context, held as u16);
    }

    #[inline(always)]
    pub(super) fn sum(&self, context: Offset) -> u32 {
        u32::from(self.u16(context + 2))
    }

    #[inline(always)]
    pub(super) fn set_sum(&mut self, context: Offset, sum: u32) {
        self.set_u16(context + 2, sum as u16);
    }

    #[inline(always)]
    pub(super) fn first_state(&self, context: Offset) -> Offset {
        self.u32(context + 4)
    }

    #[inline(always)]
    pub(super) fn set_first_state(&mut self, context: Offset, states: Offset) {
        self.set_u32(context + 4, states);
    }

    #[inline(always)]
    pub(super) fn suffix(&self, context: Offset) -> Offset {
        self.u32(context + 8)
    }

    #[inline(always)]
    pub(super) fn set_suffix(&mut self, context: Offset, suffix: Offset) {
        self.set_u32(context + 8, suffix);
    }

    // Free blocks.

    #[inline(always)]
    pub(super) fn next_free(&self, block: Offset) -> Offset {
        self.u32(block)
    }

    #[inline(always)]
    pub(super) fn set_next_free(&mut self, block: Offset, next: Offset) {
        self.set_u32(block, next);
    }

    pub(super) fn stamp(&self, block: Offset) -> u16 {
        self.u16(block)
    }

    pub(super) fn set_stamp(&mut self, block: Offset, stamp: u16) {
        self.set_u16(block, stamp);
    }

    pub(super) fn units(&self, block: Offset) -> u32 {
        u32::from(self.u16(block + 2))
    }

    pub(super) fn set_units(&mut self, block: Offset, units: u32) {
        self.set_u16(block + 2, units as u16);
    }

    pub(super) fn glued_next(&self, block: Offset) -> Offset {
        self.u32(block + 4)
    }

    pub(super) fn set_glued_next(&mut self, block: Offset, next: Offset) {
        self.set_u32(block + 4, next);
    }
}

/// The one state of a context that holds a single symbol.
#[inline(always)]
pub(super) fn only_state(context: Offset) -> Offset {
    context + 2
}
