//! What kind of character stands in a name, and in which script: a table a hundredth of the size of Unicode's own, for it is sent to every browser.

use std::sync::OnceLock;

/// Runs of characters of one kind, from U+0000 on: the byte of the kind, then how many, in LEB128. Made from the crates
/// `unicode-properties` and `unicode-script`; a test holds it against them.
const RUNS: &[u8] = include_bytes!("letters.bin");

/// What a character is, as far as names ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Character {
    /// A control, a separator, one that is unseen or belongs to nobody (UAX 44: C, Z).
    Control,
    /// A letter (L).
    Letter(Script),
    /// A mark on a letter (M).
    Mark,
    /// A digit or another number (N).
    Number,
    /// Any other (P, S).
    Symbol,
}

/// A script, by its place in the table (UAX 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script(u8);

impl Script {
    /// Letters that stand with any script: Common and Inherited.
    pub const ANY: Self = Self(0);
    /// Chinese, Japanese and Korean characters.
    pub const HAN: Self = Self(1);
    /// Japanese.
    pub const HIRAGANA: Self = Self(2);
    /// Japanese.
    pub const KATAKANA: Self = Self(3);
    /// Korean.
    pub const HANGUL: Self = Self(4);
    /// Chinese.
    pub const BOPOMOFO: Self = Self(5);
}

impl Character {
    /// What this character is.
    #[must_use]
    pub fn of(character: char) -> Self {
        /// Where each run begins, and its kind.
        static TABLE: OnceLock<Vec<(u32, u8)>> = OnceLock::new();
        let table = TABLE.get_or_init(table);
        let after = table.partition_point(|(first, _)| *first <= u32::from(character));
        match after.checked_sub(1).map(|at| table[at].1) {
            None | Some(0) => Self::Control,
            Some(1) => Self::Mark,
            Some(2) => Self::Number,
            Some(3) => Self::Symbol,
            Some(kind) => Self::Letter(Script(kind - FIRST_SCRIPT)),
        }
    }
}

/// The kinds below it are no letters.
const FIRST_SCRIPT: u8 = 4;

fn table() -> Vec<(u32, u8)> {
    let mut table = Vec::new();
    let (mut first, mut rest) = (0, RUNS);
    while let Some((kind, after)) = rest.split_first() {
        table.push((first, *kind));
        let (mut length, mut shift) = (0_u32, 0);
        rest = after;
        while let Some((byte, after)) = rest.split_first() {
            length |= u32::from(byte & 0x7f) << shift;
            shift += 7;
            rest = after;
            if byte & 0x80 == 0 {
                break;
            }
        }
        first += length;
    }
    table
}

#[cfg(test)]
mod tests {
    use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};
    use unicode_script::{Script as Full, UnicodeScript as _};

    use super::*;

    /// The byte of a character. Scripts beyond our own six get the next number as they turn up.
    fn kind(character: char, scripts: &mut Vec<Full>) -> u8 {
        match character.general_category_group() {
            GeneralCategoryGroup::Other | GeneralCategoryGroup::Separator => 0,
            GeneralCategoryGroup::Mark => 1,
            GeneralCategoryGroup::Number => 2,
            GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Symbol => 3,
            GeneralCategoryGroup::Letter => {
                let script =
                    Some(character.script()).filter(|script| *script != Full::Inherited).unwrap_or(Full::Common);
                let at = scripts.iter().position(|known| *known == script).unwrap_or_else(|| {
                    scripts.push(script);
                    scripts.len() - 1
                });
                FIRST_SCRIPT + u8::try_from(at).unwrap()
            }
        }
    }

    /// The table as the crates have it: for a surrogate, which is no character, nothing.
    fn made() -> Vec<u8> {
        let mut scripts = vec![Full::Common, Full::Han, Full::Hiragana, Full::Katakana, Full::Hangul, Full::Bopomofo];
        let mut runs: Vec<(u8, u32)> = Vec::new();
        for code in 0..=u32::from(char::MAX) {
            let kind = char::from_u32(code).map_or(0, |character| kind(character, &mut scripts));
            match runs.last_mut() {
                Some((last, length)) if *last == kind => *length += 1,
                _ => runs.push((kind, 1)),
            }
        }
        let mut bytes = Vec::new();
        for (kind, mut length) in runs {
            bytes.push(kind);
            while length > 0x7f {
                bytes.push((length & 0x7f) as u8 | 0x80);
                length >>= 7;
            }
            bytes.push(length as u8);
        }
        bytes
    }

    #[test]
    fn the_table_is_unicodes() {
        // With LETTERS set, the table is written anew: after a newer Unicode.
        if std::env::var_os("LETTERS").is_some() {
            std::fs::write("src/credential/letters.bin", made()).unwrap();
        }
        assert!(RUNS == made(), "cargo test --lib letters with LETTERS=1, and look at the difference");
    }

    #[test]
    fn each_is_what_it_is() {
        assert_eq!(Character::of('\0'), Character::Control);
        assert_eq!(Character::of('\u{202e}'), Character::Control);
        assert_eq!(Character::of('7'), Character::Number);
        assert_eq!(Character::of('\u{301}'), Character::Mark);
        assert_eq!(Character::of('☺'), Character::Symbol);
        assert_eq!(Character::of('ー'), Character::Letter(Script::ANY));
        assert_eq!(Character::of('漢'), Character::Letter(Script::HAN));
        assert_eq!(Character::of('a'), Character::of('ñ'));
        assert_ne!(Character::of('a'), Character::of('а')); // the second is Cyrillic
        assert_eq!(Character::of(char::MAX), Character::Control);
    }
}
