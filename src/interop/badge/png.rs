//! PNG: an `iTXt` chunk with the keyword `openbadgecredential` (Open Badges 3.0 §5.3.1). Chunks are walked, pixels are not decoded.
//!
//! ```text
//! PNG = signature, chunk*              chunk = length u32, type 4 bytes, data, CRC-32 of type and data   (ISO/IEC 15948 §5)
//! iTXt = keyword 00 flag method language 00 keyword' 00 text                                            (§11.3.3.4)
//! ```

use std::io::Read as _;

use flate2::Crc;
use flate2::read::ZlibDecoder;

use super::{BAKED, BadgeError, Baked, Earlier, of_text};
use crate::base::limits::CREDENTIAL_BYTES;

/// The first eight bytes (ISO/IEC 15948 §5.2).
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The keyword of Open Badges 3.0.
const KEYWORD: &[u8] = b"openbadgecredential";
/// The keyword of Open Badges 1 and 2.
const OLD_KEYWORD: &[u8] = b"openbadges";
/// Length, type and CRC.
const FRAME: usize = 12;

struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    /// The whole chunk, to be copied as it is.
    whole: &'a [u8],
}

/// The chunks up to `IEND`. What stands after it is no part of the picture.
fn chunks(bytes: &[u8]) -> Result<Vec<Chunk<'_>>, BadgeError> {
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or(BadgeError::Damaged)?;
    let mut chunks = Vec::new();
    loop {
        let (length, after) = rest.split_first_chunk::<4>().ok_or(BadgeError::Damaged)?;
        let (kind, _) = after.split_first_chunk::<4>().ok_or(BadgeError::Damaged)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| BadgeError::Damaged)?;
        let end = length.checked_add(FRAME).ok_or(BadgeError::Damaged)?;
        let (whole, next) = rest.split_at_checked(end).ok_or(BadgeError::Damaged)?;
        let data = whole.get(8..8 + length).ok_or(BadgeError::Damaged)?;
        chunks.push(Chunk { kind: *kind, data, whole });
        if kind == b"IEND" {
            break;
        }
        rest = next;
    }
    // §5.6: the header comes first.
    if chunks.first().is_some_and(|first| first.kind == *b"IHDR") { Ok(chunks) } else { Err(BadgeError::Damaged) }
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Baked>, BadgeError> {
    // One more tells that there are too many; each may unpack to a thousand times its size.
    chunks(bytes)?.iter().filter(|chunk| is_badge(chunk)).take(BAKED + 1).map(read_one).collect()
}

/// Whether a chunk is a badge's, of whatever version.
fn is_badge(chunk: &Chunk<'_>) -> bool {
    let keyword = chunk.data.split(|byte| *byte == 0).next().unwrap_or_default();
    match &chunk.kind {
        b"iTXt" => keyword == KEYWORD || keyword == OLD_KEYWORD,
        b"tEXt" | b"zTXt" => keyword == OLD_KEYWORD,
        _ => false,
    }
}

fn read_one(chunk: &Chunk<'_>) -> Result<Baked, BadgeError> {
    let damaged = || BadgeError::Damaged;
    let (body, crc) = chunk.whole.split_last_chunk::<4>().ok_or_else(damaged)?;
    if crc_of(body.get(4..).unwrap_or_default()) != *crc {
        return Err(BadgeError::Damaged);
    }
    let Some(rest) = chunk.data.strip_prefix(KEYWORD).and_then(|rest| rest.strip_prefix(&[0])) else {
        return Ok(Baked::Old);
    };
    let ([flag, method], rest) = rest.split_first_chunk::<2>().ok_or_else(damaged)?;
    let mut fields = rest.splitn(3, |byte| *byte == 0);
    // The language and the translated keyword say nothing about the credential.
    let (_, _, text) = (fields.next(), fields.next(), fields.next().ok_or_else(damaged)?);
    let text = match (flag, method) {
        (0, _) => text.to_vec(),
        // Off-spec: the specification forbids compression, and some bakers compress. Bounded against bombs (threats.md I10).
        (1, 0) => inflated(text)?,
        _ => return Err(BadgeError::Damaged),
    };
    of_text(std::str::from_utf8(&text).map_err(|_| BadgeError::Damaged)?)
}

fn inflated(text: &[u8]) -> Result<Vec<u8>, BadgeError> {
    let mut out = Vec::new();
    let most = CREDENTIAL_BYTES as u64 + 1;
    ZlibDecoder::new(text).take(most).read_to_end(&mut out).map_err(|_| BadgeError::Damaged)?;
    if out.len() > CREDENTIAL_BYTES { Err(BadgeError::TooLarge) } else { Ok(out) }
}

pub(super) fn bake(picture: &[u8], credential: &str, earlier: Earlier) -> Result<Vec<u8>, BadgeError> {
    let chunks = chunks(picture)?;
    if earlier == Earlier::Keep && chunks.iter().any(is_badge) {
        return Err(BadgeError::Baked);
    }
    let mut out = SIGNATURE.to_vec();
    for (place, chunk) in chunks.iter().filter(|chunk| !is_badge(chunk)).enumerate() {
        out.extend_from_slice(chunk.whole);
        // Right after the header, where a reader that stops at the pixels still finds it.
        if place == 0 {
            write(&mut out, credential)?;
        }
    }
    Ok(out)
}

/// §5.3.1: no compression, no language, no translated keyword.
fn write(out: &mut Vec<u8>, credential: &str) -> Result<(), BadgeError> {
    let body = [b"iTXt", KEYWORD, &[0, 0, 0, 0, 0], credential.as_bytes()].concat();
    let length = u32::try_from(body.len() - 4).map_err(|_| BadgeError::TooLarge)?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&body);
    out.extend_from_slice(&crc_of(&body));
    Ok(())
}

fn crc_of(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_be_bytes()
}
