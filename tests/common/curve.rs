//! Signatures that a lax verifier takes and a strict one must not: made by hand, since no library offers them.
//!
//! The 914 CCTV vectors (threats.md A1, A2) are not among the shared ones; these cases are of the same classes.

use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha512};

/// The eight points of small order, each in its canonical encoding (order 1, 2, 4, 4, 8, 8, 8, 8).
pub const SMALL_ORDER: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

/// L = 2²⁵² + 27742317777372353535851937790883648493, little endian: the order of the base point (RFC 8032 §5.1).
pub const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Every non-canonical encoding: y from p to 2²⁵⁵ − 1, with either sign.
pub fn non_canonical() -> impl Iterator<Item = [u8; 32]> {
    (0..19u8).flat_map(|above| {
        let mut bytes = [0xff; 32];
        // p = 2²⁵⁵ − 19 ends in 0xed.
        bytes[0] = 0xed + above;
        bytes[31] = 0x7f;
        let mut signed = bytes;
        signed[31] = 0xff;
        [bytes, signed]
    })
}

/// A number below 2²⁵⁶ in four 64-bit limbs, least first.
type Wide = [u64; 4];

/// `S = r + H(R ‖ A ‖ M)·a mod L`, for whatever encodings of R and A stand there.
pub fn response(r: &[u8; 32], shown_r: &[u8; 32], shown_a: &[u8; 32], a: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let k = challenge(shown_r, shown_a, message);
    write(add(times(k, reduce(a)), reduce(r)))
}

/// The secret scalar of a seed (RFC 8032 §5.1.5).
pub fn scalar(seed: &[u8; 32]) -> [u8; 32] {
    let mut half: [u8; 32] = Sha512::digest(seed)[..32].try_into().unwrap();
    half[0] &= 248;
    half[31] &= 127;
    half[31] |= 64;
    half
}

/// `S + L`: the same signature to whoever does not compare S with L.
pub fn plus_l(s: &[u8; 32]) -> [u8; 32] {
    let mut carry = 0;
    std::array::from_fn(|at| {
        let sum = u16::from(s[at]) + u16::from(L[at]) + carry;
        carry = sum >> 8;
        sum.to_le_bytes()[0]
    })
}

/// The sum of two encoded points, encoded; `None` when one is not a point.
pub fn point_sum(left: &[u8; 32], right: &[u8; 32]) -> Option<[u8; 32]> {
    let left = VerifyingKey::from_bytes(left).ok()?.to_edwards();
    let right = VerifyingKey::from_bytes(right).ok()?.to_edwards();
    Some((left + right).compress().to_bytes())
}

/// Whether the library's lax verification takes it: the proof that a forgery is one.
pub fn lax(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    use ed25519_dalek::Verifier as _;
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify(message, &signature).is_ok())
}

fn challenge(shown_r: &[u8; 32], shown_a: &[u8; 32], message: &[u8]) -> Wide {
    let digest = Sha512::new().chain_update(shown_r).chain_update(shown_a).chain_update(message).finalize();
    reduce(&digest)
}

fn order() -> Wide {
    std::array::from_fn(|at| u64::from_le_bytes(L[at * 8..at * 8 + 8].try_into().unwrap()))
}

/// Any little-endian number modulo L, bit by bit: slow, and plain to see.
fn reduce(bytes: &[u8]) -> Wide {
    let mut rest = [0; 4];
    for bit in (0..bytes.len() * 8).rev() {
        rest = add(rest, rest);
        if bytes[bit / 8] >> (bit % 8) & 1 == 1 {
            rest = add(rest, [1, 0, 0, 0]);
        }
    }
    rest
}

fn times(left: Wide, right: Wide) -> Wide {
    let mut product = [0; 4];
    for bit in (0..256).rev() {
        product = add(product, product);
        if left[bit / 64] >> (bit % 64) & 1 == 1 {
            product = add(product, right);
        }
    }
    product
}

/// Both are below L, so the sum stays below 2²⁵⁴.
fn add(left: Wide, right: Wide) -> Wide {
    let mut carry = 0u128;
    let sum: Wide = std::array::from_fn(|at| {
        let wide = u128::from(left[at]) + u128::from(right[at]) + carry;
        carry = wide >> 64;
        u64::try_from(wide & u128::from(u64::MAX)).unwrap()
    });
    let order = order();
    if sum.iter().rev().cmp(order.iter().rev()).is_lt() {
        return sum;
    }
    let mut borrow = 0i128;
    std::array::from_fn(|at| {
        let wide = i128::from(sum[at]) - i128::from(order[at]) + borrow;
        borrow = if wide < 0 { -1 } else { 0 };
        u64::try_from(wide.rem_euclid(1 << 64)).unwrap()
    })
}

fn write(wide: Wide) -> [u8; 32] {
    std::array::from_fn(|at| wide[at / 8].to_le_bytes()[at % 8])
}
