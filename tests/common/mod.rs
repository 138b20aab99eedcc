//! What the tests share: documents and packs made from fixed seeds and times, signed by an implementation of their own, and the
//! finder of the shared vectors.

pub mod axe;
pub mod countries;
pub mod curve;
pub mod disk;
pub mod documents;
pub mod figures;
pub mod lists;
pub mod nquads;
pub mod packs;
pub mod shared;

use std::path::PathBuf;

use skillpass::desk::random::{NoRandomness, Randomness};

/// A path inside the package.
pub fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Dice that always fall the same way, from a seed.
pub struct Dice(pub std::sync::Mutex<u64>);

impl Randomness for Dice {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        let mut state = self.0.lock().unwrap();
        for byte in bytes {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (*state >> 56) as u8;
        }
        Ok(())
    }
}
