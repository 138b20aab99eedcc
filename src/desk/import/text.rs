//! Bytes to text: which encoding a register is in, and where it is not text at all.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::problem::{CellProblem, Code, Fix};

/// Bytes that Windows-1252 leaves without a letter. Browsers read them as control characters; a clerk never meant one.
const NO_LETTERS: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/// The text of a file: by its byte mark, else UTF-8 if all of it is, else Windows-1252. Nothing is ever replaced.
///
/// # Errors
/// [`Code::BadEncoding`] and [`Code::Binary`], at the number of line feeds before the place, plus one.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static Encoding), CellProblem> {
    let (encoding, marked) = Encoding::for_bom(bytes)
        .unwrap_or_else(|| (if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 }, 0));
    let body = bytes.get(marked..).unwrap_or_default();
    let text = if encoding == WINDOWS_1252 {
        // A picture has both; that it is no text says more than which letter is missing.
        if let Some(at) = body.iter().position(|byte| *byte == 0) {
            return Err(at_line(&body[..at], Code::Binary));
        }
        if let Some(at) = body.iter().position(|byte| NO_LETTERS.contains(byte)) {
            return Err(at_line(&body[..at], Code::BadEncoding));
        }
        encoding.decode_without_bom_handling(body).0
    } else {
        strict(encoding, body)?
    };
    match text.find('\0') {
        Some(at) => Err(at_line(&text.as_bytes()[..at], Code::Binary)),
        None => Ok((text, encoding)),
    }
}

/// The name of an encoding as a clerk may have seen it.
pub(super) fn name(encoding: &'static Encoding) -> &'static str {
    [UTF_8, UTF_16LE, UTF_16BE].into_iter().find(|known| *known == encoding).unwrap_or(WINDOWS_1252).name()
}

fn strict<'a>(encoding: &'static Encoding, body: &'a [u8]) -> Result<Cow<'a, str>, CellProblem> {
    if encoding == UTF_8
        && let Ok(text) = std::str::from_utf8(body)
    {
        return Ok(Cow::Borrowed(text));
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let most = decoder.max_utf8_buffer_length_without_replacement(body.len());
    let mut text = String::with_capacity(most.unwrap_or_default());
    match decoder.decode_to_string_without_replacement(body, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(Cow::Owned(text)),
        // The buffer holds the longest outcome, so it is never full.
        (DecoderResult::Malformed(..) | DecoderResult::OutputFull, _) => {
            Err(at_line(text.as_bytes(), Code::BadEncoding))
        }
    }
}

fn at_line(before: &[u8], code: Code) -> CellProblem {
    let line_feeds = before.iter().filter(|byte| **byte == b'\n').count();
    CellProblem::of_row(u32::try_from(line_feeds).unwrap_or(u32::MAX).saturating_add(1), code, Fix::Nothing)
}
