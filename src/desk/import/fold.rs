//! Texts made comparable: without capitals, marks and runs of spaces. For finding and for duplicates alone: what is folded is
//! never shown and never signed (domain.md 4b), since Ñ is not N on anyone's certificate.

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

/// [`fold`], and anything that is no letter and no digit is a space: `Libro/Folio/Acta` is `libro folio acta`.
#[must_use]
pub fn fold_words(text: &str) -> String {
    let spaced: String =
        fold(text).chars().map(|character| if character.is_alphanumeric() { character } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
