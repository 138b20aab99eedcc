//! What a packet's coder has read beforehand, so that a certificate costs only what is its own.
//!
//! A dictionary is frozen with the codec that names it: paper does not update. This one is a draft; the frozen ones will stand
//! beside it under their own numbers.

use std::sync::OnceLock;

use super::model::{MEMORY, Primed};
use super::slots::{fold, write_leb128};

/// The draft dictionary, made by `cargo run --release --example train`.
pub const DRAFT: &[u8] = include_bytes!("d1.bin");

/// SHA-256 of [`DRAFT`]; a test holds it.
pub const DRAFT_SHA256: &str = include_str!("d1.sha256");

/// 27,648 bytes: the longest dictionary. With an 8 KiB document it all but fills the 32 KiB window of DEFLATE.
pub const DICTIONARY_BYTES: usize = 27 * 1024;

/// The model that has read the draft dictionary; read once, then shared.
pub(super) fn primed() -> Option<&'static Primed> {
    static PRIMED: OnceLock<Option<Primed>> = OnceLock::new();
    PRIMED.get_or_init(|| Primed::new(DRAFT, MEMORY)).as_ref()
}

/// Makes a dictionary: vocabulary, then canonical credentials as the coder will see them, that is slotted.
///
/// What is later in either list stands later in the dictionary, and the beginning is left out when it is longer than
/// [`DICTIONARY_BYTES`]. The same input gives the same bytes.
#[must_use]
pub fn compose(vocabulary: &[String], samples: &[String]) -> Vec<u8> {
    let mut dictionary: Vec<u8> = vocabulary.concat().into_bytes();
    for sample in samples {
        dictionary.extend(fold(sample.as_bytes()).0);
    }
    dictionary.drain(..dictionary.len().saturating_sub(DICTIONARY_BYTES));
    while Primed::new(&dictionary, MEMORY).is_none() && dictionary.pop().is_some() {}
    dictionary
}

/// How many bytes the payloads of canonical documents would have with a dictionary and a model memory (bytes, a multiple of 4,
/// at least 2,048) that are on trial; 0 for a document that the model would not carry.
#[must_use]
pub fn trial(dictionary: &[u8], memory: u32, documents: &[String]) -> Vec<usize> {
    // Streams after a dictionary need a common beginning; where a carry could reach it, a byte or two less will do.
    let primed = (0..dictionary.len()).find_map(|less| Primed::new(&dictionary[..dictionary.len() - less], memory));
    let bytes = |document: &String| {
        let (text, blob) = fold(document.as_bytes());
        let head = 1 + write_leb128(blob.len() as u32).len() + blob.len();
        primed.as_ref().and_then(|primed| primed.encode(&text)).map_or(0, |stream| head + stream.len())
    };
    documents.iter().map(bytes).collect()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn the_dictionary_is_the_one_that_is_named() {
        let sha256: String = Sha256::digest(DRAFT).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sha256, DRAFT_SHA256);
        assert!(DRAFT.len() <= DICTIONARY_BYTES);
        assert!(primed().is_some());
    }
}
