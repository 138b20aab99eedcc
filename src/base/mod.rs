//! What everything stands on: exact JSON, keys, identifiers, times, limits.

pub mod canonical;
pub mod did;
pub mod key;
pub mod limits;
pub mod multibase;
pub mod timestamp;
