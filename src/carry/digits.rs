//! Bytes as decimal digits: QR's numeric mode is the densest text that every scanner hands on unchanged (qr.md §2).
//!
//! Seven bytes make 17 digits, big-endian and zero-padded; a last chunk of 1 to 6 bytes makes 3, 5, 8, 10, 13 or 15. Each byte
//! string has one spelling and each spelling that is read has one byte string (threats.md C7).

use super::packet::PacketError;
use crate::base::limits::PACKET_DIGITS;

/// Bytes of a whole chunk.
const CHUNK: usize = 7;

/// Digits that so many bytes (0 to 7) make: the least n with 10ⁿ ≥ 256ᵇʸᵗᵉˢ.
const WIDTH: [usize; CHUNK + 1] = [0, 3, 5, 8, 10, 13, 15, 17];

/// How many digits so many bytes make.
#[must_use]
pub fn digits_of(bytes: usize) -> usize {
    bytes / CHUNK * WIDTH[CHUNK] + WIDTH[bytes % CHUNK]
}

/// The digits of a byte string.
#[must_use]
pub fn write(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut digits = String::with_capacity(digits_of(bytes.len()));
    for chunk in bytes.chunks(CHUNK) {
        let number = chunk.iter().fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
        // Writing into a String cannot fail.
        let _ = write!(digits, "{number:0width$}", width = WIDTH[chunk.len()]);
    }
    digits
}

/// The bytes that digits spell.
///
/// # Errors
/// [`PacketError::NotDigits`], [`PacketError::TooManyDigits`], [`PacketError::BadTail`], [`PacketError::BadChunk`].
pub fn read(digits: &str) -> Result<Vec<u8>, PacketError> {
    if let Some(at) = digits.bytes().position(|byte| !byte.is_ascii_digit()) {
        return Err(PacketError::NotDigits { at });
    }
    if digits.len() > PACKET_DIGITS {
        return Err(PacketError::TooManyDigits { digits: digits.len() });
    }
    let tail = digits.len() % WIDTH[CHUNK];
    if !WIDTH.contains(&tail) {
        return Err(PacketError::BadTail { digits: tail });
    }
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for (position, chunk) in digits.as_bytes().chunks(WIDTH[CHUNK]).enumerate() {
        let size = WIDTH.iter().position(|&width| width == chunk.len()).unwrap_or(CHUNK);
        let number = chunk.iter().fold(0_u64, |number, &digit| number * 10 + u64::from(digit - b'0'));
        if number >> (8 * size) != 0 {
            return Err(PacketError::BadChunk { position });
        }
        bytes.extend_from_slice(&number.to_be_bytes()[8 - size..]);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_comes_back() {
        for length in 0..100_usize {
            for fill in [0_u8, 1, 0x7F, 0xFF] {
                let bytes: Vec<u8> = (0..length).map(|at| fill.wrapping_mul(at as u8 | 1)).collect();
                let digits = write(&bytes);
                assert_eq!(digits.len(), digits_of(length));
                assert_eq!(read(&digits), Ok(bytes));
            }
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        assert_eq!(read("12a"), Err(PacketError::NotDigits { at: 2 }));
        assert_eq!(read("12\u{664}"), Err(PacketError::NotDigits { at: 2 }));
        assert_eq!(read("1234"), Err(PacketError::BadTail { digits: 4 }));
        assert_eq!(read("256"), Err(PacketError::BadChunk { position: 0 }));
        assert_eq!(read("72057594037927936"), Err(PacketError::BadChunk { position: 0 }));
        assert_eq!(read("72057594037927935"), Ok(vec![0xFF; 7]));
        assert_eq!(read(&"0".repeat(2_401)), Err(PacketError::TooManyDigits { digits: 2_401 }));
    }
}
