//! Ed25519 keys (RFC 8032), verified strictly: no small-order points, no malleable signatures.
//!
//! No function takes a secret key and a public key together (threats.md A5: that is how a public half supplied by somebody else
//! leaks the secret one).

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::multibase;

/// Multicodec `ed25519-pub`, 0xed, as a varint.
const ED25519_PUB: [u8; 2] = [0xed, 0x01];

/// A public key: a canonical point of the curve that is not of small order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Why bytes are not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Not a Multikey of Ed25519 (`z6Mk…`).
    NotAMultikey,
    /// Not a point of the curve, or not in its one canonical encoding.
    NotAPoint,
    /// A point of small order, under which signatures hold for many messages (threats.md A1).
    Weak,
}

impl PublicKey {
    /// From its 32 bytes.
    ///
    /// # Errors
    /// [`KeyError::NotAPoint`], [`KeyError::Weak`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        // A non-canonical y (p ≤ y < 2²⁵⁵) decodes, and encodes back differently (threats.md A2). The other encoding that does is
        // the sign bit of x = 0, and those two points are weak.
        if !is_canonical_y(bytes) {
            return Err(KeyError::NotAPoint);
        }
        Ok(Self(key))
    }

    /// Whether a text is a Multikey of another type than Ed25519: not ours to judge.
    #[must_use]
    pub fn is_foreign_multikey(text: &str) -> bool {
        multibase::base58btc_bytes(text).is_some_and(|bytes| !bytes.starts_with(&ED25519_PUB))
    }

    /// From a Multikey, `z6Mk…` (W3C Controlled Identifiers 1.0 §2.2.2).
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        let bytes: [u8; 34] = multibase::base58btc_exact(text).ok_or(KeyError::NotAMultikey)?;
        match bytes.split_first_chunk::<2>() {
            Some((&ED25519_PUB, rest)) => {
                let mut key = [0; 32];
                key.copy_from_slice(rest);
                Self::from_bytes(&key)
            }
            _ => Err(KeyError::NotAMultikey),
        }
    }

    /// As a Multikey, `z6Mk…`.
    #[must_use]
    pub fn to_multikey(&self) -> String {
        let mut bytes = ED25519_PUB.to_vec();
        bytes.extend_from_slice(self.0.as_bytes());
        multibase::base58btc(&bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Whether `signature` is this key's over `message` (RFC 8032 §5.1.7, strict).
    #[must_use]
    pub fn holds(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

/// Whether y, the lower 255 bits in little-endian, is below p = 2²⁵⁵ − 19: all but its first byte (from 0xed) are ones otherwise.
fn is_canonical_y(bytes: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = bytes;
    *first < 0xed || *last & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_multikey())
    }
}

impl std::hash::Hash for PublicKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.as_bytes().hash(state);
    }
}

/// A secret key. It leaves memory when dropped and never shows itself.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// From its 32-byte seed (RFC 8032 §5.1.5).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The seed, for sealing into a key file.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// A signature over `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SecretKey({:?})", self.public())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quick look agrees with encoding the point again, on every y near the modulus and on many others, with either sign.
    #[test]
    fn canonical_encodings_are_those_that_come_back() {
        let near = (0..=255_u8).flat_map(|first| {
            [0x7e, 0x7f, 0xfe, 0xff].map(|last| {
                let mut bytes = [0xff; 32];
                (bytes[0], bytes[31]) = (first, last);
                bytes
            })
        });
        let others = (0..2_000_u64).map(|seed| {
            let mut bytes = [0; 32];
            for (at, byte) in bytes.iter_mut().enumerate() {
                *byte = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(at as u32 * 7) >> 56) as u8;
            }
            bytes
        });
        let mut points = 0;
        for bytes in near.chain(others) {
            let Ok(key) = VerifyingKey::from_bytes(&bytes) else { continue };
            points += 1;
            let comes_back = !key.is_weak() && key.to_edwards().compress().to_bytes() == bytes;
            assert_eq!(PublicKey::from_bytes(&bytes).is_ok(), comes_back, "{bytes:02x?}");
        }
        assert!(points > 1_000, "{points}");
    }
}
