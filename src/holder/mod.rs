//! The holder's side: a key of their own, certificates shown to one place on one occasion, and what a checker may say of that.
//!
//! Pure like the kernel: time, randomness and keys come in as arguments. `backup` reads what a wallet saves, and belongs to the edges.

pub mod ask;
#[cfg(feature = "edges")]
pub mod backup;
pub mod check;
pub mod cv;
pub mod key;
pub mod matching;
pub mod present;
pub mod vacancy;
