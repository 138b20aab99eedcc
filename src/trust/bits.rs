//! The bits of a status list, kept as small as they are rare: 65,536 bits at a time, each block either the sorted positions of what is set
//! or, where more is set, the bits themselves (the two containers of Roaring bitmaps, arXiv:1402.6407 §2).

use std::io::{self, Read as _};

use crate::base::limits::{STATUS_ENTRIES_LEAST, STATUS_ENTRIES_MOST};
use crate::base::multibase;

/// 65,536 bits: a position inside a block fits two bytes.
const BLOCK_BITS: usize = 1 << 16;
const BLOCK_BYTES: usize = BLOCK_BITS / 8;
/// 8 bytes: a block is searched in words of 64 bits.
const WORD_BYTES: usize = 8;
/// 8 bits: the widest entry that [`Bits::value`] reads. Ours have 1 or 4.
const VALUE_BITS: u8 = 8;

/// The bits of a list, at least 131,072 (W3C Bitstring Status List 1.0 §2.2: 16 KB).
#[derive(Clone, PartialEq, Eq)]
pub struct Bits {
    /// How many there are, a multiple of 8.
    length: usize,
    /// One for each 65,536 bits begun. Two lists of the same bits have the same blocks.
    blocks: Vec<Block>,
}

/// Up to 65,536 bits.
#[derive(Clone, PartialEq, Eq)]
enum Block {
    /// Ascending positions, at most half as many as the bits would take bytes: then they are the smaller.
    Sparse(Vec<u16>),
    /// The bits themselves.
    Dense(Box<[u8]>),
}

impl std::fmt::Debug for Bits {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Bits({})", self.length)
    }
}

impl Bits {
    /// A list of the least length, nothing set.
    #[must_use]
    pub fn clear() -> Self {
        Self::clear_of(STATUS_ENTRIES_LEAST)
    }

    /// A list of so many bits, rounded up to whole bytes, nothing set. It is never longer than what is read: 16,777,216.
    #[must_use]
    pub fn clear_of(length: usize) -> Self {
        let length = length.min(STATUS_ENTRIES_MOST).next_multiple_of(8);
        Self { length, blocks: vec![Block::Sparse(Vec::new()); length.div_ceil(BLOCK_BITS)] }
    }

    /// How many bits it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether it has no bits; no list that was read has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether a bit is set; `None` past the end. Index 0 is the first byte's most significant bit (§2.2: "the first index, with a value
    /// of zero (0), is located at the left-most bit").
    #[must_use]
    pub fn get(&self, index: u32) -> Option<bool> {
        let (block, within) = self.place(index as usize)?;
        Some(self.blocks.get(block)?.get(within))
    }

    /// The entry at an index in a list whose entries have `size` bits, 1 to 8, the most significant first; `None` past the end and for
    /// other sizes (§3.2 step 10: the position is the index multiplied by the size).
    #[must_use]
    pub fn value(&self, index: u32, size: u8) -> Option<u8> {
        let first = self.first_bit(index, size)?;
        (first..first + u32::from(size)).try_fold(0, |value, at| Some(value << 1 | u8::from(self.get(at)?)))
    }

    /// Sets a bit. `false` when it is past the end.
    pub fn set(&mut self, index: u32) -> bool {
        self.put(index, true)
    }

    /// Clears a bit: of a suspension that ended. `false` when it is past the end.
    pub fn unset(&mut self, index: u32) -> bool {
        self.put(index, false)
    }

    /// Sets the entry at an index in a list whose entries have `size` bits. `false`, and nothing changes, when it is past the end, the
    /// size is not 1 to 8, or the value has more bits.
    pub fn set_value(&mut self, index: u32, size: u8, value: u8) -> bool {
        let Some(first) = self.first_bit(index, size) else { return false };
        if u32::from(value) >> size != 0 {
            return false;
        }
        (0..u32::from(size)).all(|bit| self.put(first + bit, value >> (u32::from(size) - 1 - bit) & 1 == 1))
    }

    /// The set positions, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.blocks.iter().enumerate().flat_map(|(block, bits)| {
            // The longest list ends below 2³².
            let begins = u32::try_from(block * BLOCK_BITS).unwrap_or(u32::MAX);
            bits.positions().map(move |within| begins + u32::from(within))
        })
    }

    /// Bytes that it takes in memory beside its own few words.
    #[must_use]
    pub fn bytes_held(&self) -> usize {
        let held = |block: &Block| match block {
            Block::Sparse(positions) => positions.capacity() * 2,
            Block::Dense(bytes) => bytes.len(),
        };
        self.blocks.iter().map(|block| held(block) + size_of::<Block>()).sum()
    }

    /// `encodedList`: multibase base64url of the gzipped bits (§2.2). The same bits give the same text: the gzip header has no date.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        // Writing into memory cannot fail.
        let compressed = self.write(&mut gzip).and_then(|()| gzip.finish()).unwrap_or_default();
        multibase::base64url(&compressed)
    }

    /// The bits of an `encodedList`. `None` when it is not gzip, too short (§2.2), too long, or has bytes after its end. A block is
    /// unpacked at a time, so the bits are never in memory at their full length unless that is their smallest form.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let compressed = multibase::base64url_bytes(text)?;
        let mut gzip = flate2::bufread::GzDecoder::new(compressed.as_slice());
        let mut bits = Self { length: 0, blocks: Vec::new() };
        let mut buffer = Vec::with_capacity(BLOCK_BYTES);
        loop {
            buffer.clear();
            gzip.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut buffer).ok()?;
            bits.length += buffer.len() * 8;
            // A bomb is left alone one block after the longest list (threats.md E9).
            if bits.length > STATUS_ENTRIES_MOST {
                return None;
            }
            if !buffer.is_empty() {
                bits.blocks.push(Block::of(&buffer));
            }
            if buffer.len() < BLOCK_BYTES {
                break;
            }
        }
        (gzip.into_inner().is_empty() && bits.length >= STATUS_ENTRIES_LEAST).then_some(bits)
    }

    fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        let mut rest = self.length / 8;
        for block in &self.blocks {
            let bytes = rest.min(BLOCK_BYTES);
            rest -= bytes;
            match block {
                Block::Dense(dense) => out.write_all(dense)?,
                Block::Sparse(positions) => out.write_all(&unpacked(positions, bytes))?,
            }
        }
        Ok(())
    }

    /// The block that a bit is in, and where in it; `None` past the end.
    fn place(&self, index: usize) -> Option<(usize, u16)> {
        let within = u16::try_from(index % BLOCK_BITS).ok()?;
        (index < self.length).then_some((index / BLOCK_BITS, within))
    }

    /// The first bit of an entry that is whole within the list.
    fn first_bit(&self, index: u32, size: u8) -> Option<u32> {
        let first = index.checked_mul(u32::from(size)).filter(|_| (1..=VALUE_BITS).contains(&size))?;
        let end = usize::try_from(first).ok()?.checked_add(usize::from(size))?;
        (end <= self.length).then_some(first)
    }

    fn put(&mut self, index: u32, bit: bool) -> bool {
        let Some((block, within)) = self.place(index as usize) else { return false };
        let bytes = (self.length / 8 - block * BLOCK_BYTES).min(BLOCK_BYTES);
        let Some(block) = self.blocks.get_mut(block) else { return false };
        block.put(within, bit, bytes);
        true
    }
}

impl Block {
    /// A block of these bytes, in its smaller form.
    fn of(bytes: &[u8]) -> Self {
        let set = ones(bytes);
        if !is_sparse(set, bytes.len()) {
            return Block::Dense(bytes.into());
        }
        let mut positions = Vec::with_capacity(set);
        positions.extend(set_in(bytes));
        Block::Sparse(positions)
    }

    fn get(&self, at: u16) -> bool {
        match self {
            Block::Sparse(positions) => positions.binary_search(&at).is_ok(),
            Block::Dense(bytes) => bytes.get(usize::from(at / 8)).is_some_and(|byte| byte & mask(at) != 0),
        }
    }

    /// Writes one bit. `length` bytes is the block as bits.
    fn put(&mut self, at: u16, bit: bool, length: usize) {
        match self {
            Block::Sparse(positions) => match (positions.binary_search(&at), bit) {
                (Ok(found), false) => drop(positions.remove(found)),
                (Err(place), true) if is_sparse(positions.len() + 1, length) => positions.insert(place, at),
                (Err(_), true) => {
                    let mut bytes = unpacked(positions, length);
                    bytes[usize::from(at / 8)] |= mask(at);
                    *self = Block::Dense(bytes.into());
                }
                (Ok(_), true) | (Err(_), false) => {}
            },
            Block::Dense(bytes) => {
                let Some(byte) = bytes.get_mut(usize::from(at / 8)) else { return };
                let was = *byte;
                *byte = if bit { was | mask(at) } else { was & !mask(at) };
                // What was cleared may have been the one too many.
                if *byte < was && is_sparse(ones(bytes), length) {
                    *self = Block::of(bytes);
                }
            }
        }
    }

    fn positions(&self) -> Box<dyn Iterator<Item = u16> + '_> {
        match self {
            Block::Sparse(positions) => Box::new(positions.iter().copied()),
            Block::Dense(bytes) => Box::new(set_in(bytes)),
        }
    }
}

fn ones(bytes: &[u8]) -> usize {
    words(bytes).map(|(_, word)| word.count_ones() as usize).sum()
}

/// Eight bytes at a time, those that have a bit set, with where they begin; the last are filled up with zeros. Where one credential in a
/// hundred is withdrawn, most words are empty.
fn words(bytes: &[u8]) -> impl Iterator<Item = (usize, u64)> + '_ {
    let word = |chunk: &[u8]| {
        let mut word = [0; WORD_BYTES];
        word[..chunk.len()].copy_from_slice(chunk);
        u64::from_be_bytes(word)
    };
    let (whole, rest) = bytes.as_chunks::<WORD_BYTES>();
    let whole = whole.iter().map(|chunk| u64::from_be_bytes(*chunk));
    let all = whole.chain((!rest.is_empty()).then(|| word(rest)));
    all.enumerate().filter(|(_, word)| *word != 0).map(|(at, word)| (at * WORD_BYTES, word))
}

/// Two bytes a position against one for eight bits.
fn is_sparse(set: usize, bytes: usize) -> bool {
    set * 2 <= bytes
}

fn mask(at: u16) -> u8 {
    1 << (7 - at % 8)
}

fn unpacked(positions: &[u16], length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    for at in positions {
        if let Some(byte) = bytes.get_mut(usize::from(at / 8)) {
            *byte |= mask(*at);
        }
    }
    bytes
}

/// The set positions of a block's bytes, ascending.
fn set_in(bytes: &[u8]) -> impl Iterator<Item = u16> + '_ {
    // A block ends at 2¹⁶, so no position is cut.
    let position = |at: usize, bit: u32| u16::try_from(at * 8 + bit as usize).unwrap_or(u16::MAX);
    words(bytes).flat_map(move |(at, word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            let bit = rest.leading_zeros();
            rest &= !(1_u64 << 63).checked_shr(bit)?;
            Some(position(at, bit))
        })
    })
}
