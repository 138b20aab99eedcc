//! The sex that a person gave, for counts from the register alone (design §6). It is in no certificate, code or log.

use std::sync::LazyLock;

use super::cells::Words;
use super::fold::fold;

/// What a person says of their sex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Female
    Female,
    /// Male
    Male,
    /// Neither of the two
    Other,
}

impl Sex {
    /// Every value.
    pub const ALL: [Sex; 3] = [Sex::Female, Sex::Male, Sex::Other];

    /// The code of registers and counts: `female`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Sex::Female => "female",
            Sex::Male => "male",
            Sex::Other => "other",
        }
    }

    /// The sex of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sex| sex.code() == code)
    }
}

/// The letters that a file's column uses. `M` is *masculino* beside `F`, and *mujer* beside `H`: alone it says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Letters {
    f: bool,
    h: bool,
}

impl Letters {
    /// Looks at one cell of the column.
    pub fn see(&mut self, cell: &str) {
        match fold(cell).as_str() {
            "f" => self.f = true,
            "h" => self.h = true,
            _ => {}
        }
    }

    /// What a cell says; `None` when it cannot be told.
    pub fn read(self, cell: &str) -> Option<Sex> {
        match fold(cell).as_str() {
            "f" => Some(Sex::Female),
            "h" => Some(Sex::Male),
            "x" => Some(Sex::Other),
            "m" => match (self.f, self.h) {
                (true, false) => Some(Sex::Male),
                (false, true) => Some(Sex::Female),
                _ => None,
            },
            _ => SEXES.read(cell),
        }
    }
}

/// The words.
pub(super) static SEXES: LazyLock<Words<Sex>> = LazyLock::new(|| {
    Words::of(
        &[
            (
                Sex::Female,
                ["femenino", "feminino", "female", "féminin", "fi"],
                &["mujer", "mulher", "woman", "femme", "fanm", "femenina", "feminina", "féminine"],
            ),
            (
                Sex::Male,
                ["masculino", "masculino", "male", "masculin", "gason"],
                &["hombre", "homem", "man", "homme", "nonm", "varón", "masculina"],
            ),
            (
                Sex::Other,
                ["otro", "outro", "other", "autre", "lòt"],
                &[
                    "otra",
                    "outra",
                    "no binario",
                    "no binaria",
                    "não binário",
                    "não binária",
                    "non-binary",
                    "non binaire",
                ],
            ),
        ],
        Sex::code,
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_m_is_read_by_the_letters_beside_it() {
        let read = |cells: &[&str]| {
            let mut letters = Letters::default();
            cells.iter().for_each(|cell| letters.see(cell));
            letters.read("M")
        };
        assert_eq!(read(&["F", "M"]), Some(Sex::Male));
        assert_eq!(read(&["H", "M"]), Some(Sex::Female));
        assert_eq!(read(&["M", "X", ""]), None);
        assert_eq!(read(&["F", "H", "M"]), None);
        assert_eq!(Letters::default().read("Mujer"), Some(Sex::Female));
        assert_eq!(Letters::default().read("?"), None);
    }
}
