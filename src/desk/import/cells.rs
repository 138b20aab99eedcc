//! Words and small values in cells: modality, method, language, hours, year, identifiers.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fold::{fold, fold_words};
use super::names::{is_invisible, tidy};
use crate::base::limits::{BIRTH_YEAR_LEAST, NAME_CHARACTERS, TITLE_CHARACTERS};
use crate::credential::achievement::Language;
use crate::credential::terms::{Method, Modality};

/// Clock hours of one award: 1 to 9,999, as a credential says them.
const HOURS: std::ops::RangeInclusive<u16> = 1..=9_999;
/// 64 characters: a register id. Ours and our samples' are under 20.
pub(super) const REGISTER_ID_CHARACTERS: usize = 64;
/// 120 characters: somebody's name, as a certificate's own, or where a folder stands.
pub(super) const REFERENCE_CHARACTERS: usize = NAME_CHARACTERS;
/// 200 characters: book, folio and act, as they stand on the printed page.
pub(super) const ARCHIVE_CHARACTERS: usize = TITLE_CHARACTERS;

/// A value, its word in es, pt, en, fr and ht, and other words that clerks write.
type Entry<T> = (T, [&'static str; 5], &'static [&'static str]);

/// The words of a closed list.
pub(super) struct Words<T: 'static> {
    entries: &'static [Entry<T>],
    folded: HashMap<String, T>,
}

impl<T: Copy> Words<T> {
    pub(super) fn of(entries: &'static [Entry<T>], code: fn(T) -> &'static str) -> Self {
        let folded = entries.iter().flat_map(|(value, ours, others)| {
            ours.iter()
                .chain(others.iter())
                .chain([&code(*value)])
                .map(|word| (fold_words(word), *value))
                .collect::<Vec<_>>()
        });
        Self { entries, folded: folded.collect() }
    }

    /// The value of a word, compared without capitals and marks.
    pub fn read(&self, cell: &str) -> Option<T> {
        self.folded.get(&fold_words(cell)).copied()
    }

    /// One word for each value, in one language.
    pub fn words(&self, language: Language) -> Vec<&'static str> {
        let place = Language::ALL.into_iter().position(|other| other == language).unwrap_or_default();
        self.entries.iter().filter_map(|(_, ours, _)| ours.get(place).copied()).collect()
    }
}

/// The modalities.
pub(super) static MODALITIES: LazyLock<Words<Modality>> = LazyLock::new(|| {
    Words::of(
        &[
            (
                Modality::InPerson,
                ["presencial", "presencial", "in person", "en présentiel", "an pèsòn"],
                &["face to face", "présentiel", "sur place", "nan sal"],
            ),
            (
                Modality::Online,
                ["virtual", "a distância", "online", "en ligne", "sou entènèt"],
                &["en línea", "on line", "on-line", "remoto", "e-learning", "EAD", "à distance", "a distans", "remote"],
            ),
            (
                Modality::Blended,
                ["mixta", "híbrida", "blended", "hybride", "melanje"],
                &["mixto", "híbrido", "semipresencial", "mista", "misto", "hybrid", "b-learning", "mixte"],
            ),
            (
                Modality::Workplace,
                ["en el trabajo", "no trabalho", "at work", "au travail", "nan travay"],
                &["en el lugar de trabajo", "en la empresa", "no local de trabalho", "sur le lieu de travail"],
            ),
        ],
        Modality::code,
    )
});

/// The methods of assessment.
pub(super) static METHODS: LazyLock<Words<Method>> = LazyLock::new(|| {
    Words::of(
        &[
            (Method::Observation, ["observación", "observação", "observation", "observation", "obsèvasyon"], &[]),
            (Method::Simulation, ["simulación", "simulação", "simulation", "simulation", "similasyon"], &[]),
            (
                Method::KnowledgeTest,
                [
                    "prueba de conocimientos",
                    "prova de conhecimentos",
                    "knowledge test",
                    "test de connaissances",
                    "tès konesans",
                ],
                &[
                    "prueba",
                    "prueba escrita",
                    "examen",
                    "examen escrito",
                    "prova",
                    "prova escrita",
                    "exam",
                    "written test",
                    "test",
                    "examen écrit",
                    "tès",
                ],
            ),
            (
                Method::Portfolio,
                ["portafolio", "portfólio", "portfolio", "portfolio", "pòtfolyo"],
                &["portafolio de evidencias"],
            ),
            (Method::Interview, ["entrevista", "entrevista", "interview", "entretien", "entretyen"], &[]),
            (Method::Mixed, ["mixta", "mista", "mixed", "mixte", "melanje"], &["mixto", "misto", "combinada"]),
        ],
        Method::code,
    )
});

/// Names that languages have besides their tags, folded.
const LANGUAGE_NAMES: [(&str, Language); 16] = [
    ("espanol", Language::Es),
    ("castellano", Language::Es),
    ("spanish", Language::Es),
    ("espanhol", Language::Es),
    ("portugues", Language::Pt),
    ("portuguese", Language::Pt),
    ("ingles", Language::En),
    ("english", Language::En),
    ("frances", Language::Fr),
    ("francais", Language::Fr),
    ("french", Language::Fr),
    ("kreyol", Language::Ht),
    ("kreyol ayisyen", Language::Ht),
    ("creole", Language::Ht),
    ("creole haitien", Language::Ht),
    ("criollo haitiano", Language::Ht),
];

/// The language of a tag (`pt`, `pt-BR`) or of a name.
pub(super) fn language(cell: &str) -> Option<Language> {
    let folded = fold(cell);
    let named = LANGUAGE_NAMES.iter().find(|(name, _)| *name == folded).map(|(_, language)| *language);
    named.or_else(|| Language::of_tag(&folded))
}

/// A whole number of hours, and nothing beside it.
pub(super) fn hours(cell: &str) -> Option<u16> {
    let digits = (1..=4).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_digit());
    cell.parse().ok().filter(|hours| digits && HOURS.contains(hours))
}

/// A year of four digits from 1900 to `latest`.
pub(super) fn birth_year(cell: &str, latest: i32) -> Option<i32> {
    let digits = cell.len() == 4 && cell.bytes().all(|byte| byte.is_ascii_digit());
    cell.parse().ok().filter(|year| digits && (BIRTH_YEAR_LEAST..=latest).contains(year))
}

/// A short text of one line: spaces tidied, NFC; `None` when it holds something invisible or is longer than `most` characters.
pub(in crate::desk) fn line(cell: &str, most: usize) -> Option<String> {
    let line = tidy(cell);
    let plain = line.chars().nth(most).is_none() && !line.chars().any(is_invisible);
    plain.then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_words_and_no_word_two_values() {
        for modality in Modality::ALL {
            assert_eq!(MODALITIES.read(modality.code()), Some(*modality));
        }
        for method in Method::ALL {
            assert_eq!(METHODS.read(method.code()), Some(*method));
        }
        for (value, ours, others) in MODALITIES.entries {
            assert!(ours.iter().chain(*others).all(|word| MODALITIES.read(word) == Some(*value)), "{value:?}");
        }
        for (value, ours, others) in METHODS.entries {
            assert!(ours.iter().chain(*others).all(|word| METHODS.read(word) == Some(*value)), "{value:?}");
        }
    }
}
