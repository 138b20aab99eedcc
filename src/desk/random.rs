//! Randomness comes in as an argument: `main` draws it from the system, tests count it out.

/// A source of random bytes.
pub trait Randomness: Sync {
    /// Fills the bytes, all of them.
    ///
    /// # Errors
    /// [`NoRandomness`]; then nothing may be made of the bytes.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The source failed, or gave what no healthy source gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRandomness;

/// `N` random bytes. All zeros, or all alike, is what a broken source gives (threats.md A6): refused.
///
/// # Errors
/// [`NoRandomness`].
pub fn random<const N: usize>(source: &dyn Randomness) -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    source.fill(&mut bytes)?;
    // For N ≥ 16 a healthy source does this once in 2¹²⁰ draws.
    if N >= 16 && bytes.windows(2).all(|pair| pair[0] == pair[1]) {
        return Err(NoRandomness);
    }
    Ok(bytes)
}
