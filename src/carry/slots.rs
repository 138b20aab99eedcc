//! Typed strings as bytes: what is random or counted in a document leaves the text and goes into a binary blob.
//!
//! Canonical JSON escapes all control characters, so a raw one is free to say "here stood a …". A string is replaced only if its
//! bytes give back the identical characters; everything else stays text.
//!
//! | byte | stands for | bytes in the blob |
//! |---|---|---|
//! | 01 | a lower-case UUID, anywhere in a string | 16 |
//! | 02 | an Ed25519 Multikey `z6Mk…` (did:key and its fragment) | its 32 |
//! | 03 | `proofValue`, base58btc of exactly 64 bytes | 64 |
//! | 04 | a SHA-256 Multihash `uEi…` at the end of a string | its 32 |
//! | 05 | a time at `T00:00:00Z` | days since 1970, u16 |
//! | 06 | another time | seconds since 1970, u32 |
//! | 07 | `statusListIndex`, 1 to 999,999,999 | LEB128 |
//! | 08 | the previous UUID again: an ESCO code stands in its URL too | 0 |
//! | 09 | the previous Multikey again | 0 |
//! | 0A | `"id":"LIST#INDEX",` at the beginning of `credentialStatus`, whose next members are the list and the index | 0 |
//! | 0B-1F | reserved, refused | |
//!
//! Off-spec: 09 and 0A are ours, beyond qr.md §7.3. A did:key issuer stands three times in its credential (`issuer.id`, and before and
//! after the `#` of the verification method), which without 09 would cost 32 bytes each; and the identifier of a status entry, which Open
//! Badges asks for, repeats what stands beside it. Numbers are big-endian.

use super::packet::PacketError;
use crate::base::limits::PACKET_DOCUMENT_BYTES;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;

const UUID: u8 = 0x01;
const KEY: u8 = 0x02;
const SIGNATURE: u8 = 0x03;
const DIGEST: u8 = 0x04;
const DAY: u8 = 0x05;
const SECOND: u8 = 0x06;
const INDEX: u8 = 0x07;
const SAME_UUID: u8 = 0x08;
const SAME_KEY: u8 = 0x09;
const ENTRY: u8 = 0x0A;
/// From here on bytes are text.
const TEXT: u8 = 0x20;

/// Where an identifier of a status entry may stand, and the members that it repeats.
const STATUS: &[u8] = b"\"credentialStatus\":{";
const ID: &[u8] = b"\"id\":\"";
const LIST: &[u8] = b"\"statusListCredential\":\"";
const AND_INDEX: &[u8] = b"\",\"statusListIndex\":\"";

/// Characters of a UUID.
const UUID_LENGTH: usize = 36;
/// Where a UUID has hyphens.
const UUID_HYPHENS: [usize; 4] = [8, 13, 18, 23];
/// Characters of an Ed25519 Multikey: `z` and base58 of 34 bytes that begin with 0xED01.
const KEY_LENGTH: usize = 48;
/// Multicodec `ed25519-pub`, as a varint.
const ED25519: [u8; 2] = [0xED, 0x01];
/// Characters of a SHA-256 Multihash: `u` and base64url of 34 bytes.
const DIGEST_LENGTH: usize = 47;
/// Characters of a time.
const TIME_LENGTH: usize = 20;
/// Seconds of a day.
const SECONDS: i64 = 86_400;
/// 1,000,000,000: status indexes below it are slotted.
const INDEX_END: u32 = 1_000_000_000;

/// A canonical document's slot text and blob.
pub(super) fn fold(document: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut text = Vec::with_capacity(document.len());
    let mut blob = Vec::new();
    let mut last_uuid = None;
    let mut last_key = None;
    let mut has_entry = false;
    let mut at = 0;
    while at < document.len() {
        // Of several status entries (a presentation has one in each of its certificates) the first alone has a slot.
        let slot = slot_at(document, at).filter(|slot| slot.kind != ENTRY || !std::mem::replace(&mut has_entry, true));
        let Some(slot) = slot else {
            text.push(document[at]);
            at += 1;
            continue;
        };
        at += slot.length;
        match slot.kind {
            UUID if last_uuid.as_ref() == Some(&slot.bytes) => text.push(SAME_UUID),
            KEY if last_key.as_ref() == Some(&slot.bytes) => text.push(SAME_KEY),
            kind => {
                text.push(kind);
                blob.extend_from_slice(&slot.bytes);
                match kind {
                    UUID => last_uuid = Some(slot.bytes),
                    KEY => last_key = Some(slot.bytes),
                    _ => {}
                }
            }
        }
    }
    (text, blob)
}

/// The document of a slot text and its blob, which is used up exactly.
///
/// # Errors
/// [`PacketError::UnknownSlot`], [`PacketError::NothingBefore`], [`PacketError::BlobTooShort`], [`PacketError::BlobLeftOver`],
/// [`PacketError::BadLeb128`], [`PacketError::DocumentTooLong`].
pub(super) fn unfold(text: &[u8], blob: &[u8]) -> Result<Vec<u8>, PacketError> {
    let mut document = Vec::with_capacity(text.len() + 3 * blob.len());
    let mut blob = Blob(blob);
    let mut last_uuid: Option<String> = None;
    let mut last_key: Option<String> = None;
    let mut entry = None;
    for &byte in text {
        match byte {
            ENTRY if entry.is_none() => entry = Some(document.len()),
            UUID => document.extend_from_slice(last_uuid.insert(uuid(&blob.take::<16>()?)).as_bytes()),
            KEY => document.extend_from_slice(last_key.insert(key(&blob.take()?)).as_bytes()),
            SIGNATURE => document.extend_from_slice(multibase::base58btc(&blob.take::<64>()?).as_bytes()),
            DIGEST => document.extend_from_slice(multibase::digest(&blob.take()?).as_bytes()),
            DAY => document.extend_from_slice(time(i64::from(u16::from_be_bytes(blob.take()?)) * SECONDS).as_bytes()),
            SECOND => document.extend_from_slice(time(i64::from(u32::from_be_bytes(blob.take()?))).as_bytes()),
            INDEX => document.extend_from_slice(blob.index()?.to_string().as_bytes()),
            SAME_UUID | SAME_KEY => {
                let before = if byte == SAME_UUID { &last_uuid } else { &last_key };
                let before = before.as_ref().ok_or(PacketError::NothingBefore { byte })?;
                document.extend_from_slice(before.as_bytes());
            }
            TEXT.. => document.push(byte),
            _ => return Err(PacketError::UnknownSlot { byte }),
        }
        if document.len() > PACKET_DOCUMENT_BYTES {
            return Err(PacketError::DocumentTooLong);
        }
    }
    if let Some(at) = entry {
        // What it repeats is known only now.
        let id = entry_id(&document[at..]).filter(|_| document[..at].ends_with(STATUS));
        let id = id.ok_or(PacketError::NothingBefore { byte: ENTRY })?;
        document.splice(at..at, id);
    }
    match blob.0.len() {
        _ if document.len() > PACKET_DOCUMENT_BYTES => Err(PacketError::DocumentTooLong),
        0 => Ok(document),
        bytes => Err(PacketError::BlobLeftOver { bytes }),
    }
}

/// The member `"id":"LIST#INDEX",` of a status entry that goes on with these bytes: its list and its index.
fn entry_id(rest: &[u8]) -> Option<Vec<u8>> {
    let list = string(rest.strip_prefix(LIST)?)?;
    let index = string(rest[LIST.len() + list.len()..].strip_prefix(AND_INDEX)?)?;
    Some([ID, list, b"#", index, b"\","].concat())
}

/// A string's bytes up to its quotation mark; none that has an escape in it.
fn string(rest: &[u8]) -> Option<&[u8]> {
    let text = &rest[..rest.iter().position(|&byte| byte == b'"')?];
    (!text.contains(&b'\\')).then_some(text)
}

/// A canonical LEB128 number (no needless last zero byte) at the start of `bytes`, and its length.
///
/// # Errors
/// [`PacketError::BadLeb128`] when it ends early, is longer than 5 bytes or is padded.
pub(super) fn read_leb128(bytes: &[u8]) -> Result<(u32, usize), PacketError> {
    let mut number = 0_u64;
    for (position, &byte) in bytes.iter().take(5).enumerate() {
        number |= u64::from(byte & 0x7F) << (7 * position);
        if byte < 0x80 {
            let padded = byte == 0 && position > 0;
            let number = u32::try_from(number).ok().filter(|_| !padded).ok_or(PacketError::BadLeb128)?;
            return Ok((number, position + 1));
        }
    }
    Err(PacketError::BadLeb128)
}

/// The canonical LEB128 bytes of a number.
pub(super) fn write_leb128(mut number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7F {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// One string found in a document.
struct Slot {
    kind: u8,
    /// Characters it replaces.
    length: usize,
    bytes: Vec<u8>,
}

/// The slot that begins at a place in a canonical document, if one does.
fn slot_at(document: &[u8], at: usize) -> Option<Slot> {
    let (before, rest) = document.split_at(at);
    match rest.first()? {
        b'"' if before.ends_with(STATUS) => entry_at(rest),
        b'z' if before.ends_with(b"\"proofValue\":\"") => signature_at(rest).or_else(|| key_at(rest)),
        b'z' => key_at(rest),
        b'u' => digest_at(rest),
        b'0'..=b'9' if before.ends_with(b"\"statusListIndex\":\"") => index_at(rest),
        b'0'..=b'9' if before.ends_with(b"\"") => time_at(rest).or_else(|| uuid_at(rest)),
        b'0'..=b'9' | b'a'..=b'f' => uuid_at(rest),
        _ => None,
    }
}

/// The identifier of a status entry, where the members after it give it back.
fn entry_at(rest: &[u8]) -> Option<Slot> {
    let length = ID.len() + string(rest.strip_prefix(ID)?)?.len() + b"\",".len();
    let same = entry_id(rest.get(length..)?)? == rest[..length];
    same.then(|| Slot { kind: ENTRY, length, bytes: Vec::new() })
}

fn uuid_at(rest: &[u8]) -> Option<Slot> {
    let characters = rest.get(..UUID_LENGTH)?;
    let mut bytes = Vec::with_capacity(16);
    let mut half = None;
    for (position, &character) in characters.iter().enumerate() {
        if UUID_HYPHENS.contains(&position) {
            if character != b'-' {
                return None;
            }
            continue;
        }
        let digit = match character {
            b'0'..=b'9' => character - b'0',
            b'a'..=b'f' => character - b'a' + 10,
            _ => return None,
        };
        match half.take() {
            None => half = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    Some(Slot { kind: UUID, length: UUID_LENGTH, bytes })
}

fn key_at(rest: &[u8]) -> Option<Slot> {
    let characters = text(rest.get(..KEY_LENGTH)?).filter(|characters| characters.starts_with("z6Mk"))?;
    let bytes = multibase::base58btc_exact::<34>(characters)?;
    let raw: [u8; 32] = bytes.strip_prefix(&ED25519)?.try_into().ok()?;
    (key(&raw) == characters).then(|| Slot { kind: KEY, length: KEY_LENGTH, bytes: raw.to_vec() })
}

fn signature_at(rest: &[u8]) -> Option<Slot> {
    let characters = text(&rest[..rest.iter().position(|&byte| byte == b'"')?])?;
    let bytes = multibase::base58btc_exact::<64>(characters)?;
    let same = multibase::base58btc(&bytes) == characters;
    same.then(|| Slot { kind: SIGNATURE, length: characters.len(), bytes: bytes.to_vec() })
}

fn digest_at(rest: &[u8]) -> Option<Slot> {
    let characters = text(rest.get(..DIGEST_LENGTH)?).filter(|_| rest.get(DIGEST_LENGTH) == Some(&b'"'))?;
    let bytes = multibase::digest_bytes(characters)?;
    let same = multibase::digest(&bytes) == characters;
    same.then(|| Slot { kind: DIGEST, length: DIGEST_LENGTH, bytes: bytes.to_vec() })
}

fn time_at(rest: &[u8]) -> Option<Slot> {
    let characters = text(rest.get(..TIME_LENGTH)?).filter(|_| rest.get(TIME_LENGTH) == Some(&b'"'))?;
    let seconds = Timestamp::parse(characters).ok()?.seconds();
    let day = u16::try_from(seconds.div_euclid(SECONDS)).ok().filter(|_| seconds.rem_euclid(SECONDS) == 0);
    let (kind, bytes) = match day {
        Some(day) => (DAY, day.to_be_bytes().to_vec()),
        None => (SECOND, u32::try_from(seconds).ok()?.to_be_bytes().to_vec()),
    };
    Some(Slot { kind, length: TIME_LENGTH, bytes })
}

fn index_at(rest: &[u8]) -> Option<Slot> {
    let characters = text(&rest[..rest.iter().position(|&byte| byte == b'"')?])?;
    let index: u32 = characters.parse().ok().filter(|index| (1..INDEX_END).contains(index))?;
    let same = index.to_string() == characters;
    same.then(|| Slot { kind: INDEX, length: characters.len(), bytes: write_leb128(index) })
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn uuid(bytes: &[u8; 16]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(UUID_LENGTH);
    for byte in bytes {
        if UUID_HYPHENS.contains(&text.len()) {
            text.push('-');
        }
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn key(bytes: &[u8; 32]) -> String {
    multibase::base58btc(&[&ED25519[..], bytes].concat())
}

/// Any u32 of seconds is in the years 1970 to 2106.
fn time(seconds: i64) -> String {
    Timestamp::from_seconds(seconds).map(|time| time.to_string()).unwrap_or_default()
}

/// What is left of a blob.
struct Blob<'a>(&'a [u8]);

impl Blob<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], PacketError> {
        let (taken, left) = self.0.split_first_chunk::<N>().ok_or(PacketError::BlobTooShort)?;
        self.0 = left;
        Ok(*taken)
    }

    fn index(&mut self) -> Result<u32, PacketError> {
        let (index, length) = read_leb128(self.0)?;
        self.0 = &self.0[length..];
        if (1..INDEX_END).contains(&index) { Ok(index) } else { Err(PacketError::BadLeb128) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY_TEXT: &str = "z6MkivBYS5DSGDYyHtJe8tNa4hVoCu2euHMXHxrJEY9eTzuY";

    fn folded(document: &str) -> (Vec<u8>, usize) {
        let (text, blob) = fold(document.as_bytes());
        assert_eq!(unfold(&text, &blob), Ok(document.as_bytes().to_vec()), "{document}");
        (text, blob.len())
    }

    #[test]
    fn each_kind_of_string_becomes_its_slot() {
        let uuid = "3f0e2d4c-1111-4222-8333-123456789abc";
        assert_eq!(folded(&format!("\"urn:uuid:{uuid}\"")), (b"\"urn:uuid:\x01\"".to_vec(), 16));
        assert_eq!(
            folded(&format!("[\"{uuid}\",\"http://x/{uuid}\"]")),
            (b"[\"\x01\",\"http://x/\x08\"]".to_vec(), 16)
        );
        let did = format!("\"did:key:{KEY_TEXT}\",\"did:key:{KEY_TEXT}#{KEY_TEXT}\"");
        assert_eq!(folded(&did), (b"\"did:key:\x02\",\"did:key:\x09#\x09\"".to_vec(), 32));
        let signature = format!("{{\"proofValue\":\"{}\"}}", multibase::base58btc(&[9; 64]));
        assert_eq!(folded(&signature), (b"{\"proofValue\":\"\x03\"}".to_vec(), 64));
        assert_eq!(folded(&format!("\"{}\"", multibase::digest(&[7; 32]))), (b"\"\x04\"".to_vec(), 32));
        assert_eq!(folded("\"2026-03-14T00:00:00Z\""), (b"\"\x05\"".to_vec(), 2));
        assert_eq!(folded("\"2026-03-14T23:59:59Z\""), (b"\"\x06\"".to_vec(), 4));
        assert_eq!(folded("\"statusListIndex\":\"94567\""), (b"\"statusListIndex\":\"\x07\"".to_vec(), 3));
        let entry =
            r#"{"credentialStatus":{"id":"https://x/1#7","statusListCredential":"https://x/1","statusListIndex":"7"}}"#;
        let slotted =
            b"{\"credentialStatus\":{\x0a\"statusListCredential\":\"https://x/1\",\"statusListIndex\":\"\x07\"}}";
        assert_eq!(folded(entry), (slotted.to_vec(), 1));
    }

    #[test]
    fn what_would_not_come_back_stays_text() {
        for document in [
            "\"3F0E2D4C-1111-4222-8333-123456789ABC\"",
            "\"3f0e2d4c-1111-4222-8333-123456789abx\"",
            "\"2026-02-30T00:00:00Z\"",
            "\"1969-12-31T23:59:59Z\"",
            "\"2106-02-07T06:28:16Z\"",
            "\"2026-03-14T00:00:00Z!\"",
            "\"statusListIndex\":\"0\"",
            "\"statusListIndex\":\"007\"",
            "\"statusListIndex\":\"1000000000\"",
            r#"{"credentialStatus":{"id":"https://x/1#8","statusListCredential":"https://x/1","statusListIndex":"0"}}"#,
            r#"{"credentialStatus":{"id":"https://x/1","statusListCredential":"https://x/1","statusListIndex":"0"}}"#,
            r##"{"credentialStatus":{"id":"a\"#0","statusListCredential":"a\"","statusListIndex":"0"}}"##,
            "\"proofValue\":\"z111\"",
            "\"uEiXXXX\"",
            "\"z6MkivBYS5DSGDYyHtJe8tNa4hVoCu2euHMXHxrJEY9eTzu\"",
        ] {
            assert_eq!(folded(document), (document.as_bytes().to_vec(), 0));
        }
        // The last day of u16, and the day after it as seconds.
        assert_eq!(folded("\"2149-06-06T00:00:00Z\"").1, 2);
        assert_eq!(folded("\"2149-06-07T00:00:00Z\"").1, 0);
        assert_eq!(folded("\"2106-02-07T06:28:15Z\"").1, 4);
    }

    #[test]
    fn bad_slots_are_named() {
        assert_eq!(unfold(b"\x0b", b""), Err(PacketError::UnknownSlot { byte: 0x0B }));
        assert_eq!(unfold(b"\x0a", b""), Err(PacketError::NothingBefore { byte: 0x0A }));
        assert_eq!(
            unfold(b"{\"credentialStatus\":{\x0a\"type\":\"x\"}}", b""),
            Err(PacketError::NothingBefore { byte: 10 })
        );
        let twice = b"\"credentialStatus\":{\x0a\x0a\"statusListCredential\":\"x\",\"statusListIndex\":\"1\"";
        assert_eq!(unfold(twice, b""), Err(PacketError::UnknownSlot { byte: 0x0A }));
        assert_eq!(unfold(b"\x1f", b""), Err(PacketError::UnknownSlot { byte: 0x1F }));
        assert_eq!(unfold(b"\x08", b""), Err(PacketError::NothingBefore { byte: 8 }));
        assert_eq!(unfold(b"\x09", b""), Err(PacketError::NothingBefore { byte: 9 }));
        assert_eq!(unfold(b"\x01", &[0; 15]), Err(PacketError::BlobTooShort));
        assert_eq!(unfold(b"\x01", &[0; 17]), Err(PacketError::BlobLeftOver { bytes: 1 }));
        assert_eq!(unfold(&[b'a'; 8_193], b""), Err(PacketError::DocumentTooLong));
        for index in [
            &[0x00_u8][..],
            &[0x80, 0x00],
            &[0x85, 0x80, 0x00],
            &[0x80],
            &[],
            &[0xFF; 5],
            &[0x80, 0x94, 0xEB, 0xDC, 0x03],
        ] {
            assert_eq!(unfold(b"\x07", index), Err(PacketError::BadLeb128), "{index:?}");
        }
    }
}
