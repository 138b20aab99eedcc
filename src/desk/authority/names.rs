//! Names that could be taken for one another (threats.md F10): "SENA" and "SЕNA" with a Cyrillic letter, "5ENA", "Sena ".

use std::collections::HashMap;

use unicode_security::confusable_detection::skeleton;

use super::error::AuthorityError;
use crate::desk::import::fold;
use crate::trust::accreditation::{Accreditation, Issuer};

/// What two names have in common that a person reads alike: the UTS 39 skeleton of the name without capitals, accents and doubled
/// spaces; digits that stand for letters become those. Every i is an l, since a capital I and a small l are drawn alike: two names that
/// differ in nothing else are asked about once too often rather than once too seldom.
#[must_use]
pub fn likeness(name: &str) -> String {
    let letter = |character: char| match character {
        '0' => 'o',
        '1' | 'i' => 'l',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        other => other,
    };
    let plain: String = skeleton(&fold(name)).collect();
    let plain: String = fold(&plain).chars().map(letter).collect();
    fold(&skeleton(&plain).collect::<String>())
}

/// A name that can be printed as it is and read as it stands.
///
/// # Errors
/// [`AuthorityError::Unseen`] for one with zero-width or direction characters, or blanks at its ends.
pub fn seen(name: &str) -> Result<(), AuthorityError> {
    if name.trim() == name && !name.is_empty() && !name.chars().any(is_unseen) {
        return Ok(());
    }
    Err(AuthorityError::Unseen(made_visible(name)))
}

/// The institutions of a list by the likeness of their names: of each likeness the first two, so that one is always another's.
#[derive(Debug)]
pub struct Likenesses<'a>(HashMap<String, Vec<&'a Issuer>>);

impl<'a> Likenesses<'a> {
    /// Those of a list.
    #[must_use]
    pub fn of(list: &'a Accreditation) -> Self {
        let mut alike: HashMap<String, Vec<&Issuer>> = HashMap::with_capacity(list.issuers.len());
        for issuer in &list.issuers {
            let those = alike.entry(likeness(&issuer.name)).or_default();
            // One identifier twice is one institution.
            if those.len() < 2 && those.iter().all(|it| it.id != issuer.id) {
                those.push(issuer);
            }
        }
        Self(alike)
    }

    /// As [`look_alike`].
    #[must_use]
    pub fn of_name(&self, name: &str, own_id: &str) -> Option<&'a str> {
        let those = self.0.get(&likeness(name))?;
        those.iter().find(|issuer| issuer.id.as_str() != own_id).map(|issuer| issuer.name.as_str())
    }
}

/// Another institution of the list whose name could be taken for this one's.
#[must_use]
pub fn look_alike<'a>(list: &'a Accreditation, name: &str, own_id: &str) -> Option<&'a str> {
    let likeness_of_name = likeness(name);
    list.issuers
        .iter()
        .filter(|issuer| issuer.id.as_str() != own_id)
        .map(|issuer| issuer.name.as_str())
        .find(|other| likeness(other) == likeness_of_name)
}

/// Zero-width and joining characters, direction marks, controls, blanks of odd widths and what is drawn as nothing.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || character != ' ' && character.is_whitespace()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// The name with what cannot be seen shown as its number.
fn made_visible(name: &str) -> String {
    let shown = |character: char| match is_unseen(character) {
        true => format!("[U+{:04X}]", u32::from(character)),
        false => character.to_string(),
    };
    name.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_alike_is_alike_and_the_rest_is_not() {
        let alike = ["SENA", "sena", "S\u{415}NA", "5ENA", "Séna", "ЅЕNА", " SENA  "];
        for one in &alike {
            assert_eq!(likeness(one), likeness("SENA"), "{one}");
        }
        for other in ["SENA Perú", "SENAI", "SENATI", "SENAC", "Centro Formar", "INA"] {
            assert_ne!(likeness(other), likeness("SENA"), "{other}");
        }
        assert_eq!(likeness("Instituto Ilo"), likeness("lnstituto llo"));
        assert_eq!(likeness("CENTRO  FORMAR"), likeness("Centro Formar"));
    }

    #[test]
    fn what_cannot_be_seen_is_refused() {
        for name in
            ["SENA\u{200b}", "SE\u{2060}NA", "\u{202e}ANES", "SENA ", " SENA", "SE\u{a0}NA", "SE\tNA", "", "A\u{feff}B"]
        {
            assert!(seen(name).is_err(), "{name:?}");
        }
        for name in ["SENA", "Instituto Ñandú (Perú) – Sede 2", "Lekòl Nò"] {
            assert!(seen(name).is_ok(), "{name}");
        }
        assert!(matches!(seen("SE\u{200b}NA"), Err(AuthorityError::Unseen(text)) if text == "SE[U+200B]NA"));
    }
}
