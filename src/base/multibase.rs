//! Multibase texts: base58btc (`z…`) for keys and signatures, base64url without padding (`u…`) for digests and lists
//! (W3C Controlled Identifiers 1.0 §2.4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Base58btc with its `z`.
#[must_use]
pub fn base58btc(bytes: &[u8]) -> String {
    let mut text = String::from("z");
    text.push_str(&bs58::encode(bytes).into_string());
    text
}

/// The bytes of a base58btc text of any length. `None` when it is not one.
#[must_use]
pub fn base58btc_bytes(text: &str) -> Option<Vec<u8>> {
    bs58::decode(text.strip_prefix('z')?).into_vec().ok()
}

/// Exactly `N` bytes out of a `z…` text; `None` when it is anything else.
#[must_use]
pub fn base58btc_exact<const N: usize>(text: &str) -> Option<[u8; N]> {
    // 138 characters hold 100 bytes; the bound keeps base58's quadratic work small.
    let digits = text.strip_prefix('z').filter(|digits| digits.len() <= 2 * N)?;
    bs58::decode(digits).into_vec().ok()?.try_into().ok()
}

/// Base64url without padding, with its `u`.
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    let mut text = String::from("u");
    text.push_str(&URL_SAFE_NO_PAD.encode(bytes));
    text
}

/// The bytes of a `u…` text; `None` on padding, other alphabets or non-zero trailing bits (threats.md C7).
#[must_use]
pub fn base64url_bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.strip_prefix('u')?).ok()
}

/// The Multihash prefix of SHA-256: code 0x12, length 32.
const SHA2_256: [u8; 2] = [0x12, 0x20];

/// A SHA-256 digest as `digestMultibase` writes it: `uEi…`.
#[must_use]
pub fn digest(sha256: &[u8; 32]) -> String {
    let mut bytes = SHA2_256.to_vec();
    bytes.extend_from_slice(sha256);
    base64url(&bytes)
}

/// The digest of an `uEi…` text.
#[must_use]
pub fn digest_bytes(text: &str) -> Option<[u8; 32]> {
    base64url_bytes(text)?.strip_prefix(&SHA2_256)?.try_into().ok()
}
