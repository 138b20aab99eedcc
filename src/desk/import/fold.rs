//! Texts made comparable: without capitals, marks and runs of spaces. For finding and for duplicates alone: what is folded is
//! never shown and never signed (domain.md 4b), since Ñ is not N on anyone's certificate.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

/// Case folded, marks stripped (Ñ becomes n), runs of spaces as one.
#[must_use]
pub fn fold(text: &str) -> String {
    // Upper, then lower, is case folding for every letter of a name: ß becomes ss, ς becomes σ.
    let folded: String = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        let even = text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
        even.nfd().filter(|character| character.general_category_group() != GeneralCategoryGroup::Mark).collect()
    };
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands between two names in one cell.
const BETWEEN: [char; 6] = [',', ';', '/', '&', '+', '|'];
/// The same as a word of our languages.
const AND: [&str; 5] = ["ak", "and", "e", "et", "y"];

/// The folded names in a cell that may name several people: the whole of it, for *Ortega y Gasset* is one name, and each part.
#[must_use]
pub fn names_in(cell: &str) -> BTreeSet<String> {
    let whole = fold(cell);
    let mut names = BTreeSet::new();
    for part in whole.split(BETWEEN) {
        let words: Vec<&str> = part.split_whitespace().collect();
        names.extend(words.split(|word| AND.contains(word)).map(|name| name.join(" ")));
        names.insert(words.join(" "));
    }
    names.insert(whole);
    names.remove("");
    names
}

/// [`fold`], and anything that is no letter and no digit is a space: `Libro/Folio/Acta` is `libro folio acta`.
#[must_use]
pub fn fold_words(text: &str) -> String {
    let spaced: String =
        fold(text).chars().map(|character| if character.is_alphanumeric() { character } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_names_one_or_several() {
        let has = |cell: &str, name: &str| names_in(cell).contains(name);
        for cell in [
            "Ana López, Beto Ruiz",
            "Beto Ruiz; ANA LOPEZ",
            "Ana  López y Beto Ruiz",
            "Ana López e Inés Gil, Beto Ruiz",
            "Ana López / Beto Ruiz",
            "Ana López & Beto Ruiz",
            "Ana López+Beto Ruiz",
            "Ana López and Beto Ruiz",
            "Ana López et Beto Ruiz",
            "Ana López ak Beto Ruiz",
            "Beto Ruiz | Ana López",
        ] {
            assert!(has(cell, "ana lopez") && has(cell, "beto ruiz"), "{cell}: {:?}", names_in(cell));
        }
        assert!(has("José Ortega y Gasset, Ana López", "jose ortega y gasset"));
        assert!(has("José Ortega y Gasset", "jose ortega y gasset"));
        // No part of a word is a name.
        assert_eq!(names_in("Yolanda Etxea"), BTreeSet::from(["yolanda etxea".to_owned()]));
        assert_eq!(names_in(" , y "), BTreeSet::from([", y".to_owned(), "y".to_owned()]));
        assert_eq!(names_in(""), BTreeSet::new());
    }
}
