//! The coder of packets: PPMd7 with a dictionary it has read beforehand.
//!
//! A stream is what any PPMd7 encoder (7-Zip's, order and memory as below) writes for dictionary ‖ text ‖ `0x00`, without the
//! bytes that every such stream begins with. Another implementation can so be checked, or replace this one, by putting
//! [`Primed::prefix`] back in front and dropping the dictionary from what comes out.

mod blocks;
mod memory;
mod ppmd7;
mod range;
mod tree;

use ppmd7::Ppmd7;
use range::{Encoder, Fork};

/// 16 symbols: the longest context. Longer ones gained nothing on certificates.
pub(super) const ORDER: u32 = 16;

/// 1 MiB: the model's memory, the smallest power of two that costs nothing: 2 MiB gives the same sizes, 512 KiB sizes larger by
/// more than a third, because the dictionary's contexts no longer fit (`examples/train.rs` prints the comparison).
pub(super) const MEMORY: u32 = 1 << 20;

/// Ends every text, so that its length need not be stored. Canonical JSON has no such byte.
const END: u8 = 0;

/// Why a stream does not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamError {
    /// No encoder writes these bytes.
    Broken,
    /// The stream ends before its text does.
    CutShort,
    /// Bytes are left over that change nothing.
    Surplus,
    /// The text is longer than the caller allows.
    TooLong,
}

/// A model that has read a dictionary; each use works on a copy.
pub(super) struct Primed {
    model: Ppmd7,
    encoder: Encoder,
    fork: Fork,
}

impl Primed {
    /// Reads the dictionary. None if streams after it have no common beginning, which a trainer avoids.
    pub(super) fn new(dictionary: &[u8], memory: u32) -> Option<Self> {
        let mut model = Ppmd7::new(ORDER, memory);
        let mut encoder = Encoder::new();
        for &symbol in dictionary {
            model.encode(symbol, &mut encoder);
        }
        let fork = encoder.fork()?;
        Some(Self { model, encoder, fork })
    }

    /// What every stream of a stock encoder begins with after this dictionary.
    pub(super) fn prefix(&self) -> &[u8] {
        &self.fork.prefix
    }

    /// The stream of a text without zero bytes. None if it does not begin as every stream should: then the caller
    /// takes another codec.
    pub(super) fn encode(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut model = self.model.clone();
        let mut encoder = self.encoder.clone();
        for &symbol in text {
            model.encode(symbol, &mut encoder);
        }
        model.encode(END, &mut encoder);
        let mut stream = encoder.finish();
        stream.resize(stream.len().max(self.prefix().len()), 0);
        stream.strip_prefix(self.prefix()).map(<[u8]>::to_vec)
    }

    /// The text of a stream, at most `most` bytes.
    pub(super) fn decode(&self, stream: &[u8], most: usize) -> Result<Vec<u8>, StreamError> {
        let mut decoder = self.fork.decoder(stream).ok_or(StreamError::Broken)?;
        let mut model = self.model.clone();
        let mut text = Vec::with_capacity(most);
        loop {
            let symbol = model.decode(&mut decoder).map_err(|_| StreamError::Broken)?;
            if decoder.is_cut_short() {
                return Err(StreamError::CutShort);
            }
            if symbol == END {
                break;
            }
            if text.len() == most {
                return Err(StreamError::TooLong);
            }
            text.push(symbol);
        }
        if decoder.has_surplus() { Err(StreamError::Surplus) } else { Ok(text) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::range::PADDING;
    use ppmd_rust::{Ppmd7Decoder, Ppmd7Encoder};

    use super::*;

    /// Text that repeats itself the way certificates do, with all byte values mixed in.
    fn text(seed: u64, length: usize) -> Vec<u8> {
        let mut random = crate::carry::samples::Random(seed);
        let words: Vec<Vec<u8>> =
            (0..40).map(|_| (0..2 + random.below(12)).map(|_| b'a' + random.below(26) as u8).collect()).collect();
        let mut text = Vec::new();
        while text.len() < length {
            match random.below(12) {
                0 => text.push(1 + random.below(255) as u8),
                _ => text.extend(random.of(&words)),
            }
        }
        text.truncate(length);
        text
    }

    fn stock(plain: &[u8], memory: u32) -> Vec<u8> {
        let mut encoder = Ppmd7Encoder::new(Vec::new(), ORDER, memory).unwrap();
        encoder.write_all(plain).unwrap();
        encoder.finish(false).unwrap()
    }

    /// The port writes the bytes of `ppmd-rust` and reads them, also where its memory runs out, is glued and starts again.
    /// Only the last bytes may differ: the stock encoder ends on the low end of its range, ours on its shortest number.
    #[test]
    fn streams_are_those_of_the_stock_encoder() {
        let sizes =
            [(0, MEMORY), (3_000, MEMORY), (60_000, MEMORY), (200_000, 1 << 18), (90_000, 1 << 14), (20_000, 1 << 12)];
        for (seed, (length, memory)) in (1..).zip(sizes) {
            let plain = text(seed, length);
            let mut model = Ppmd7::new(ORDER, memory);
            let mut encoder = Encoder::new();
            plain.iter().for_each(|&symbol| model.encode(symbol, &mut encoder));
            let (ours, stock) = (encoder.finish(), stock(&plain, memory));
            let same = ours.len().saturating_sub(6);
            assert_eq!(ours[..same], stock[..same], "{length} in {memory}");
            assert!(stock.len() - same < 12, "{length} in {memory}");

            let mut model = Ppmd7::new(ORDER, memory);
            let start = Encoder::new().fork().unwrap();
            let mut decoder = start.decoder(&stock[start.prefix.len()..]).unwrap();
            let read: Vec<u8> = plain.iter().map(|_| model.decode(&mut decoder).unwrap()).collect();
            assert!(read == plain, "{length} in {memory}");
        }
    }

    /// A stock decoder reads dictionary and text out of prefix and stream; ours reads what a stock encoder wrote.
    #[test]
    fn stock_and_port_read_each_other() {
        for seed in 10..40 {
            let dictionary: Vec<u8> = text(seed, 5_000).into_iter().filter(|&byte| byte != 0).collect();
            let Some(primed) = Primed::new(&dictionary, MEMORY) else { continue };
            let plain: Vec<u8> = text(seed, 7_000).split_off(5_000);
            let stream = primed.encode(&plain).unwrap();
            assert_eq!(primed.decode(&stream, plain.len()), Ok(plain.clone()));

            let whole = [primed.prefix(), &stream, &[0; PADDING]].concat();
            let mut read = vec![0; dictionary.len() + plain.len() + 1];
            Ppmd7Decoder::new(whole.as_slice(), ORDER, MEMORY).unwrap().read_exact(&mut read).unwrap();
            assert_eq!(read, [&dictionary[..], &plain, &[END]].concat());

            let mut foreign = stock(&read, MEMORY);
            while foreign.last() == Some(&0) {
                foreign.pop();
            }
            assert_eq!(primed.decode(&foreign[primed.prefix().len()..], plain.len()), Ok(plain));
        }
    }

    #[test]
    fn bad_streams_are_named() {
        let primed = Primed::new(b"a dictionary of few words", MEMORY).unwrap();
        let stream = primed.encode(b"a few words").unwrap();
        assert_eq!(primed.decode(&stream, 11), Ok(b"a few words".to_vec()));
        assert_eq!(primed.decode(&stream, 10), Err(StreamError::TooLong));
        assert_eq!(primed.decode(&[&stream[..], &[0]].concat(), 11), Err(StreamError::Surplus));
        assert_eq!(primed.decode(&[&stream[..], &[7; 9]].concat(), 11), Err(StreamError::Surplus));
        assert_eq!(primed.decode(&[0xFF; 12], 100), Err(StreamError::Broken));
        let long = primed.encode(&text(1, 2_000)).unwrap();
        assert_eq!(primed.decode(&long[..long.len() / 2], 1 << 16), Err(StreamError::CutShort));
    }
}
