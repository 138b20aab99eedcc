//! How a credential travels on paper: document → packet → digits → QR symbol, and back.
//!
//! A packet carries the signed document itself (design §4): what comes out are the same canonical bytes that went in, so the same
//! proof verifies. Nothing here decides whether a credential is good; it only says what a code contains.
//!
//! # The format, for another implementation
//! `tests/peers/packet.py` reads every known answer (`tests/vectors/packet-known-answers.json`) by these steps and nothing else of ours
//! but the dictionary. The codecs are drafts: their numbers, slots and dictionary may change until they are frozen.
//!
//! 1. **Address.** `https://HOST/#DIGITS`; the host says nothing, what counts are the decimal digits after `#`, at most 2,400.
//! 2. **Digits to payload.** From the left, each 17 digits are a number of 7 bytes, big-endian; a last group of 3, 5, 8, 10, 13 or 15
//!    digits is one of 1 to 6 bytes. A group of another length, or one whose number does not fit, is refused: one text, one payload.
//! 3. **Payload.** A byte whose high nibble is the format, 1, and whose low nibble is the codec; the length of the blob as LEB128 (no
//!    needless zero byte, at most 1,024); the blob; the stream.
//! 4. **Stream to slot text.** The text ends with a byte 0, which is not part of it; nothing may follow. *Codec 10*: PPMd7 (variant H,
//!    as 7-Zip has it: order 16, memory 1 MiB, 7-Zip's range coder) over dictionary ‖ text ‖ 0, without the bytes with which every stream
//!    after this dictionary begins; these are the common beginning of the streams of dictionary ‖ *s* over all symbols *s*, and put in
//!    front again the stream is one that any PPMd7 decoder reads, which gives dictionary and text. *Codec 9*: raw DEFLATE (RFC 1951) of
//!    text ‖ 0 with the dictionary as preset window. The dictionary is `src/carry/dictionary/d1.bin`, its SHA-256 beside it.
//! 5. **Slot text to document.** Bytes from 0x20 on are text. Below it stands a slot, which takes its bytes from the blob in order:
//!
//!    | slot | stands for | bytes |
//!    |---|---|---|
//!    | 01 | a lower-case UUID with hyphens | 16 |
//!    | 02 | an Ed25519 Multikey: `z` and base58 of ED 01 and the key | 32 |
//!    | 03 | a signature: `z` and base58 | 64 |
//!    | 04 | a SHA-256 Multihash: `u` and base64url without padding of 12 20 and the digest | 32 |
//!    | 05 | a time at midnight UTC, as days since 1970, big-endian | 2 |
//!    | 06 | a time, as seconds since 1970, big-endian | 4 |
//!    | 07 | a decimal number, LEB128 | 1 to 5 |
//!    | 08, 09 | the UUID, the Multikey before it again | 0 |
//!    | 0A | `"id":"LIST#INDEX",` where LIST and INDEX are the values of `statusListCredential` and `statusListIndex` that follow | 0 |
//!
//!    All other values are refused, and so is a blob that is not used up. The document has at most 8,192 bytes.
//! 6. **Document.** Strict JSON that equals its own canonical form (RFC 8785), at most 16 levels deep, whole numbers alone, no string longer
//!    than 1,024 bytes. Anything else is no packet.
//! 7. **What it is.** The credential with its `eddsa-jcs-2022` proofs. The file of the same credential may have other proofs, which a packet
//!    leaves out; SHA-256 of the canonical document without `proof` is the name of both.
//!
//! Packing is the same backwards: the writer replaces a string by a slot only where the slot gives back the identical characters, and
//! takes codec 9 where codec 10's stream does not begin as it should.

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
