//! The texts that cells share (ECMA-376-1 §18.4), and texts written into a cell itself.

use std::borrow::Cow;

use quick_xml::events::Event;

use super::parts::{Parts, Xml, add_text};
use crate::desk::import::CELL_BYTES;
use crate::desk::import::problem::Code;

/// 5,000,000 texts: five of its own for each of a million rows.
const TEXTS_MOST: usize = 5_000_000;
/// 268,435,456 bytes: all texts that a workbook's cells share.
const SHARED_BYTES: usize = 256 * 1024 * 1024;

/// The texts that cells name by number.
#[derive(Default)]
pub(super) struct SharedStrings {
    text: String,
    ends: Vec<u32>,
}

impl SharedStrings {
    /// Reads the part of shared texts; a workbook may have none.
    ///
    /// # Errors
    /// As [`Parts::open`].
    pub fn read(parts: &mut Parts<'_>, name: &str) -> Result<Self, Code> {
        let mut strings = Self::default();
        let Some(mut xml) = parts.xml(name)? else { return Ok(strings) };
        loop {
            match xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "si" => {}
                Event::Eof => return Ok(strings),
                _ => continue,
            }
            let text = written(&mut xml, "si")?;
            strings.text.push_str(&text);
            let end = u32::try_from(strings.text.len()).ok().filter(|_| strings.text.len() <= SHARED_BYTES);
            strings.ends.push(end.ok_or(Code::WorkbookTooLarge)?);
            if strings.ends.len() > TEXTS_MOST {
                return Err(Code::WorkbookTooLarge);
            }
        }
    }

    /// The text of a number, from 0.
    pub fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)? as usize;
        let begin = number.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.text.get(begin..end)
    }
}

/// The text up to the end of a tag: its runs joined, and without the readings beside East Asian characters (`rPh`).
///
/// # Errors
/// As [`Parts::open`].
pub(super) fn written(xml: &mut Xml<'_, '_>, end: &str) -> Result<String, Code> {
    let mut text = String::new();
    let (mut said, mut reading) = (false, false);
    loop {
        match xml.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "t" => said = !reading,
                "rPh" => reading = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => said = false,
                "rPh" => reading = false,
                name if name == end => return Ok(unescaped(&text).into_owned()),
                _ => {}
            },
            event if said => add_text(&event, &mut text, CELL_BYTES)?,
            Event::Eof => return Err(Code::DamagedWorkbook),
            _ => {}
        }
    }
}

/// Characters that XML cannot hold, written `_x000D_` (ECMA-376-1 §22.9.2.19, ST_Xstring).
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let digits = from.get(2..6).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let closed = from.get(6..7) == Some("_");
        let character = digits.filter(|_| closed).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match character.and_then(char::from_u32) {
            Some(character) => {
                plain.push(character);
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                plain.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_cannot_hold() {
        assert_eq!(unescaped("Ana_x000D_\nLuz"), "Ana\r\nLuz");
        assert_eq!(unescaped("_x005F_x000D_"), "_x000D_");
        assert_eq!(unescaped("a_x"), "a_x");
        assert_eq!(unescaped("a_x00ñ_ b_xD800_"), "a_x00ñ_ b_xD800_");
    }
}
