//! How a credential travels on paper: document → packet → digits → QR symbol, and back.
//!
//! A packet carries the signed document itself (design §4): what comes out are the same canonical bytes that went in, so the same
//! proof verifies. Nothing here decides whether a credential is good; it only says what a code contains.

mod deflate;
pub mod dictionary;
pub mod digits;
mod model;
pub mod packet;
pub mod qr;
mod slots;

#[cfg(test)]
#[path = "dictionary/samples.rs"]
mod samples;

#[cfg(test)]
mod tests;

pub use packet::{Codec, Host, Packet, PacketError, Unpacked, unpack};
