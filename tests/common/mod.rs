//! What the tests share: documents and packs made from fixed seeds and times, signed by an implementation of their own, and the
//! finder of the shared vectors.

pub mod countries;
pub mod curve;
pub mod documents;
pub mod lists;
pub mod packs;
pub mod shared;

use std::path::PathBuf;

/// A path inside the package.
pub fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
