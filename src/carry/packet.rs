//! The packet: a signed document as a line of digits behind an address, and back (design §4, qr.md §7).
//!
//! ```text
//! https://HOST/#<digits>      digits: see `digits`
//! payload  0     1            format (high nibble, 1) and codec (low nibble)
//!          1     1-2          length of the blob, canonical LEB128, at most 1,024
//!          .     .            blob: what the slots stand for, in their order
//!          .     rest         the codec's stream of slot text ‖ 0x00
//! ```
//!
//! Codec numbers 0 to 3 are kept for the codecs that will be frozen (stored, DEFLATE, model, model with a pack's dictionary).
//! Until then packets carry the draft numbers 9 and 10, which a verifier accepts only under pilot roots.
//!
//! Unpacking proves nothing about the document but that it is canonical JSON. Several packets may carry one document: key nothing
//! by a packet's bytes.

use super::model::StreamError;
use super::slots::{fold, read_leb128, unfold, write_leb128};
use super::{deflate, dictionary, digits};
use crate::base::canonical::{Bounds, Numbers, ReadError, read};
use crate::base::limits::{PACKET_BLOB_BYTES, PACKET_DEPTH, PACKET_DIGITS, PACKET_DOCUMENT_BYTES, PACKET_STRING_BYTES};

/// The layout above.
const FORMAT: u8 = 1;

/// 253 characters: the longest name in the DNS (RFC 1035 §2.3.4), and a colon with a port of five digits.
const HOST_LENGTH: usize = 253 + 6;

/// What a packet's document is read with.
const BOUNDS: Bounds =
    Bounds { bytes: PACKET_DOCUMENT_BYTES, depth: PACKET_DEPTH, string: PACKET_STRING_BYTES, numbers: Numbers::Whole };

/// A packed document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    payload: Vec<u8>,
    codec: Codec,
}

/// What came out of a packet. Nothing about it is checked but its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// The canonical bytes (RFC 8785) of one JSON document.
    pub document: Vec<u8>,
    /// How it was coded.
    pub codec: Codec,
}

/// How a packet's text is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// 9: raw DEFLATE with the draft dictionary.
    DraftDeflate,
    /// 10: PPMd7 with the draft dictionary.
    DraftModel,
}

/// The host in a printed address. The checker ignores it; a phone's camera opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(String);

/// Not `name` or `name:port` in lower-case ASCII letters, digits, dots and hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAHost;

/// Why a document does not go into a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackError {
    /// Not the canonical bytes of a JSON document, or beyond a packet's bounds; what a reader would answer.
    Document(PacketError),
    /// Longer than a packet may be.
    TooLong {
        /// Digits it would need; 2,400 are the most.
        digits: usize,
    },
}

/// Why a text is not a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketError {
    /// A group of digits stands for more than its bytes hold.
    BadChunk {
        /// Which group, from 0.
        position: usize,
    },
    /// A number is cut, padded or out of range.
    BadLeb128,
    /// The stream cannot come from an encoder.
    BadStream,
    /// No byte string makes this many last digits.
    BadTail {
        /// Digits after the last whole group.
        digits: usize,
    },
    /// Slots used less than the blob holds.
    BlobLeftOver {
        /// Bytes left.
        bytes: usize,
    },
    /// The blob is longer than 1,024 bytes.
    BlobTooLong {
        /// Bytes it claims.
        bytes: usize,
    },
    /// The payload ends inside its blob, or slots need more than it holds.
    BlobTooShort,
    /// The document is longer than 8,192 bytes.
    DocumentTooLong,
    /// Not JSON within a packet's bounds.
    NotAPacketDocument(ReadError),
    /// JSON, but not in its canonical form.
    NotCanonical,
    /// Something other than a digit where digits should stand.
    NotDigits {
        /// Where, in bytes from the first digit.
        at: usize,
    },
    /// Not `https://HOST/#…` and not digits: some other text.
    NotOurs,
    /// A slot repeats what has not stood before.
    NothingBefore {
        /// The slot.
        byte: u8,
    },
    /// Bytes are left over that change nothing.
    Surplus,
    /// More than 2,400 digits.
    TooManyDigits {
        /// How many.
        digits: usize,
    },
    /// The payload or its stream ends too early.
    Truncated,
    /// A codec that this program does not know: a newer program may.
    UnknownCodec {
        /// Its number.
        number: u8,
    },
    /// A format that this program does not know, or other digits altogether.
    UnknownFormat {
        /// Its number.
        number: u8,
    },
    /// A control byte that stands for nothing.
    UnknownSlot {
        /// The byte.
        byte: u8,
    },
}

/// Reads a packet out of a scanned or typed text: an address with any host, or the digits alone. Nothing is trimmed.
///
/// # Errors
/// [`PacketError`]; [`PacketError::is_foreign`] tells other people's codes from damaged ones of ours.
pub fn unpack(text: &str) -> Result<Unpacked, PacketError> {
    let payload = digits::read(digits_in(text)?)?;
    let (&head, rest) = payload.split_first().ok_or(PacketError::NotOurs)?;
    if head >> 4 != FORMAT {
        return Err(PacketError::UnknownFormat { number: head >> 4 });
    }
    let number = head & 0x0F;
    let codec = Codec::of(number).ok_or(PacketError::UnknownCodec { number })?;
    let (length, used) = if rest.is_empty() { Err(PacketError::Truncated) } else { read_leb128(rest) }?;
    let length = length as usize;
    if length > PACKET_BLOB_BYTES {
        return Err(PacketError::BlobTooLong { bytes: length });
    }
    let (blob, stream) = rest[used..].split_at_checked(length).ok_or(PacketError::BlobTooShort)?;
    let document = unfold(&codec.decode(stream)?, blob)?;
    require_canonical(&document)?;
    Ok(Unpacked { document, codec })
}

impl Packet {
    /// Packs the canonical bytes of a document: with the model, or with DEFLATE should the model's stream not come back.
    /// Photographs and all proofs but one are the caller's to leave out first.
    ///
    /// # Errors
    /// [`PackError`].
    pub fn of(document: &[u8]) -> Result<Self, PackError> {
        match Self::with(document, Codec::DraftModel) {
            Err(PackError::Document(PacketError::BadStream)) => Self::with(document, Codec::DraftDeflate),
            packed => packed,
        }
    }

    /// Packs with the codec given. The result has been unpacked again and compared.
    ///
    /// # Errors
    /// [`PackError`]; [`PacketError::BadStream`] in it when this codec does not give the document back.
    pub fn with(document: &[u8], codec: Codec) -> Result<Self, PackError> {
        if document.len() > PACKET_DOCUMENT_BYTES {
            return Err(PackError::Document(PacketError::DocumentTooLong));
        }
        require_canonical(document).map_err(PackError::Document)?;
        let (text, blob) = fold(document);
        if blob.len() > PACKET_BLOB_BYTES {
            return Err(PackError::Document(PacketError::BlobTooLong { bytes: blob.len() }));
        }
        let stream = codec.encode(&text).ok_or(PackError::Document(PacketError::BadStream))?;
        let mut payload = vec![FORMAT << 4 | codec.number()];
        payload.extend(write_leb128(blob.len() as u32));
        payload.extend(blob);
        payload.extend(stream);
        let packet = Self { payload, codec };
        let digits = digits::digits_of(packet.payload.len());
        if digits > PACKET_DIGITS {
            return Err(PackError::TooLong { digits });
        }
        match unpack(&packet.digits()) {
            Ok(unpacked) if unpacked.document == document => Ok(packet),
            _ => Err(PackError::Document(PacketError::BadStream)),
        }
    }

    /// The digits alone: what a checker's own page can be given.
    #[must_use]
    pub fn digits(&self) -> String {
        digits::write(&self.payload)
    }

    /// The text to print: `https://HOST/#<digits>`.
    #[must_use]
    pub fn to_text(&self, host: &Host) -> String {
        format!("https://{}/#{}", host.0, self.digits())
    }

    /// How it is coded.
    #[must_use]
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// The payload's size in bytes, before it is written as digits.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.payload.len()
    }
}

impl Codec {
    /// Whether packets of this codec are tests, accepted only under pilot roots. All are, until the codecs are frozen.
    #[must_use]
    pub fn is_draft(self) -> bool {
        match self {
            Codec::DraftDeflate | Codec::DraftModel => true,
        }
    }

    fn of(number: u8) -> Option<Self> {
        [Codec::DraftDeflate, Codec::DraftModel].into_iter().find(|codec| codec.number() == number)
    }

    fn number(self) -> u8 {
        match self {
            Codec::DraftDeflate => 0x9,
            Codec::DraftModel => 0xA,
        }
    }

    fn encode(self, text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Codec::DraftDeflate => deflate::encode(dictionary::DRAFT, text),
            Codec::DraftModel => dictionary::primed()?.encode(text),
        }
    }

    fn decode(self, stream: &[u8]) -> Result<Vec<u8>, PacketError> {
        let decoded = match self {
            Codec::DraftDeflate => deflate::decode(dictionary::DRAFT, stream, PACKET_DOCUMENT_BYTES),
            Codec::DraftModel => {
                dictionary::primed().ok_or(PacketError::BadStream)?.decode(stream, PACKET_DOCUMENT_BYTES)
            }
        };
        decoded.map_err(|error| match error {
            StreamError::Broken => PacketError::BadStream,
            StreamError::CutShort => PacketError::Truncated,
            StreamError::Surplus => PacketError::Surplus,
            StreamError::TooLong => PacketError::DocumentTooLong,
        })
    }
}

impl PacketError {
    /// Whether the text is not one of our codes at all, as opposed to one that is damaged or forged.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        matches!(
            self,
            PacketError::NotDigits { .. }
                | PacketError::NotOurs
                | PacketError::TooManyDigits { .. }
                | PacketError::UnknownCodec { .. }
                | PacketError::UnknownFormat { .. }
        )
    }
}

impl Host {
    /// A host name, with a port if need be.
    ///
    /// # Errors
    /// [`NotAHost`].
    pub fn parse(text: &str) -> Result<Self, NotAHost> {
        let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
        let label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        };
        let port_is_one = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number.to_string() == port));
        if text.len() <= HOST_LENGTH && name.split('.').all(label) && port_is_one {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAHost)
        }
    }

    /// `skillpass.invalid`, which no network resolves (RFC 2606 §2): what is printed when nobody promised to keep a domain.
    #[must_use]
    pub fn none() -> Self {
        Self("skillpass.invalid".to_owned())
    }

    /// The host as printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn digits_in(text: &str) -> Result<&str, PacketError> {
    if text.bytes().next().is_some_and(|first| first.is_ascii_digit()) {
        return Ok(text);
    }
    let (host, digits) =
        text.strip_prefix("https://").and_then(|rest| rest.split_once("/#")).ok_or(PacketError::NotOurs)?;
    // Any host will do, but `https://a/b/#1` or `https://a?b/#1` is another kind of address.
    let is_host = |byte: u8| byte.is_ascii_graphic() && !b"/?#@\\".contains(&byte);
    if host.is_empty() || host.len() > HOST_LENGTH || !host.bytes().all(is_host) || digits.is_empty() {
        return Err(PacketError::NotOurs);
    }
    Ok(digits)
}

fn require_canonical(document: &[u8]) -> Result<(), PacketError> {
    let json = read(document, BOUNDS).map_err(PacketError::NotAPacketDocument)?;
    if json.to_canonical() == document { Ok(()) } else { Err(PacketError::NotCanonical) }
}
