//! Names as clerks write them, and what keeps one from being signed.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory as _};

use super::fold::fold;
use super::problem::{Code, Fix};
use crate::base::limits::NAME_CHARACTERS;
use crate::credential::holder::{HolderName, NameError};

/// Words that may join two people, or two surnames of one, in whatever case.
const JOINERS: [&str; 5] = ["y", "e", "et", "and", "ak"];
/// Words that make no second person: particles of surnames, and what follows a Brazilian surname. Folded.
const PARTICLES: [&str; 13] =
    ["de", "del", "la", "las", "los", "da", "do", "das", "dos", "junior", "filho", "neto", "sobrinho"];

/// The name in a cell, as it would be signed. `one_person` is the clerk's answer to [`Code::TwoPeople`].
///
/// # Errors
/// The first that applies, in the order of `tests/registers/README.md`, *Names*.
pub(super) fn read(cell: &str, one_person: bool) -> Result<HolderName, (Code, Fix)> {
    let name = tidy(cell);
    let first = |wanted: fn(char) -> bool| name.chars().find(|character| wanted(*character));
    if name.is_empty() {
        return Err((Code::EmptyName, Fix::Nothing));
    }
    if begins_formula(&name) {
        return Err((Code::Formula, Fix::Nothing));
    }
    if let Some(fix) = mojibake(cell) {
        return Err((Code::Mojibake, fix));
    }
    if let Some(character) = first(is_invisible) {
        return Err((Code::NameHasControl, Fix::Character(character)));
    }
    if name.chars().nth(NAME_CHARACTERS).is_some() {
        return Err((Code::NameTooLong, Fix::Most(NAME_CHARACTERS)));
    }
    if !one_person && may_be_two_people(cell) {
        return Err((Code::TwoPeople, Fix::Nothing));
    }
    if let Some(character) = first(is_digit) {
        return Err((Code::NameHasDigit, Fix::Character(character)));
    }
    if let Some(character) = first(|character| !belongs_in_name(character)) {
        return Err((Code::NameHasSymbol, Fix::Character(character)));
    }
    HolderName::from_clerk(&name).map_err(|error| match error {
        NameError::Control => (Code::NameHasControl, Fix::Nothing),
        NameError::Digit => (Code::NameHasDigit, Fix::Nothing),
        // Signs of names, and no letter among them.
        NameError::Empty => (Code::EmptyName, Fix::Nothing),
        NameError::Formula => (Code::Formula, Fix::Nothing),
        NameError::MixedScript => (Code::NameMixedScript, Fix::Nothing),
        NameError::StackedMarks | NameError::Symbol => (Code::NameHasSymbol, Fix::Nothing),
        NameError::TooLong => (Code::NameTooLong, Fix::Most(NAME_CHARACTERS)),
    })
}

/// Trimmed, every run of spaces and line ends one space, a plain apostrophe, NFC. Case is never changed.
pub(super) fn tidy(cell: &str) -> String {
    let spaced = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    spaced.replace('\u{2019}', "'").nfc().collect()
}

/// Whether a spreadsheet that opens our lists would calculate this (threats.md J1).
pub(super) fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@'])
}

/// Control and format characters: bidirectional controls, zero-width characters (threats.md H3).
pub(super) fn is_invisible(character: char) -> bool {
    match character.is_ascii() {
        true => character.is_ascii_control(),
        false => matches!(character.general_category(), GeneralCategory::Control | GeneralCategory::Format),
    }
}

/// Whether a cell was decoded wrongly once before, and what it probably was (threats.md J2).
pub(super) fn mojibake(cell: &str) -> Option<Fix> {
    if cell.is_ascii() {
        return None;
    }
    if cell.contains('\u{fffd}') {
        // The letter is lost; nobody can say which it was.
        return Some(Fix::Nothing);
    }
    // A no-break space is half of à here, and no space.
    let cell = cell.trim_matches(|character: char| character.is_ascii_whitespace());
    if let Some(whole) = decoded_again(cell) {
        return Some(Fix::Perhaps(whole));
    }
    let mended: Vec<Cow<'_, str>> =
        cell.split(' ').map(|word| decoded_again(word).map_or(Cow::Borrowed(word), Cow::Owned)).collect();
    mended.iter().any(|word| matches!(word, Cow::Owned(_))).then(|| Fix::Perhaps(mended.join(" ")))
}

/// The text whose UTF-8 bytes, read as Windows-1252, are this one; with a letter beyond ASCII, or it proves nothing.
fn decoded_again(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    if unmappable {
        return None;
    }
    let again = std::str::from_utf8(&bytes).ok()?;
    again.chars().any(|character| !character.is_ascii() && character.is_alphabetic()).then(|| again.to_owned())
}

fn is_digit(character: char) -> bool {
    match character.is_ascii() {
        true => character.is_ascii_digit(),
        false => character.general_category() == GeneralCategory::DecimalNumber,
    }
}

fn belongs_in_name(character: char) -> bool {
    character.is_ascii_alphabetic()
        || matches!(character, ' ' | '\'' | '.' | '-' | '·')
        || matches!(character.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
}

/// A question, not a verdict: two people stand in one row more often than one person has such a name.
fn may_be_two_people(cell: &str) -> bool {
    if cell.contains([';', '/', '&', '|', '+']) {
        return true;
    }
    // Each word, and whether a line ended before it.
    let words: Vec<(&str, bool)> = cell
        .split(['\r', '\n', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
        .flat_map(|line| line.split_whitespace().enumerate().map(|(position, word)| (word, position == 0)))
        .collect();
    let person = |words: &[(&str, bool)]| {
        words.iter().filter(|(word, _)| !PARTICLES.contains(&fold(word).as_str())).take(2).count() == 2
    };
    words.iter().enumerate().skip(1).any(|(position, (word, after_line_end))| {
        (*after_line_end && person(&words[position..]))
            || (JOINERS.iter().any(|joiner| word.eq_ignore_ascii_case(joiner)) && person(&words[position + 1..]))
    })
}
