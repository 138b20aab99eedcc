//! How a header is taken: as one of our columns, as part of a name, or as what must never be kept.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::columns::Column;
use super::fold::fold_words;
use super::mapping::{Mapping, Meaning, NamePart};

/// How one header is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// A column of ours.
    Known(Column),
    /// Very often the full name; half of it when surnames have a column of their own.
    NameAlone,
    /// Given names or surnames alone.
    NamePart,
    /// Given names or surnames, as the clerk said.
    Mapped(NamePart),
    /// Never kept.
    Forbidden,
    /// Anything else.
    Unknown,
}

/// What a reader of headers is told besides the headers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told<'s> {
    /// What the clerk says of them.
    pub mapping: Option<&'s Mapping>,
    /// Whether the column of the sex is read, for counts.
    pub for_statistics: bool,
}

impl Told<'_> {
    /// How each header of a file is taken. What the clerk says goes before what we recognise, and never before what is forbidden.
    pub fn headings(&self, headers: &[String]) -> Vec<Heading> {
        // What is forbidden is not even looked at, so nothing else gives way to it.
        let said = |header: &String| self.mapping.and_then(|mapping| mapping.of_header(header));
        let said: Vec<Option<Meaning>> =
            headers.iter().map(|header| said(header).filter(|_| self.of(header) != Heading::Forbidden)).collect();
        let has = |meaning: Meaning| said.contains(&Some(meaning));
        let parts = has(Meaning::Name(NamePart::Family)) || has(Meaning::Name(NamePart::Given));
        // A column that the clerk found elsewhere is not looked for again.
        let named = parts || has(Meaning::Column(Column::Name));
        let headings = headers.iter().zip(&said).map(|(header, said)| match (self.of(header), said) {
            (Heading::Forbidden, _) => Heading::Forbidden,
            (_, Some(Meaning::Column(Column::Sex))) if !self.for_statistics => Heading::Forbidden,
            (_, Some(Meaning::Column(column))) => Heading::Known(*column),
            (_, Some(Meaning::Ignored)) => Heading::Unknown,
            (_, Some(Meaning::Name(part))) => Heading::Mapped(*part),
            (Heading::Known(Column::Name) | Heading::NameAlone | Heading::NamePart, None) if named => Heading::Unknown,
            (Heading::Known(column), None) if has(Meaning::Column(column)) => Heading::Unknown,
            (heading, None) => heading,
        });
        headings.collect()
    }

    /// How many cells of a row are columns that we know, or the clerk does.
    pub fn known(&self, headers: &[String]) -> usize {
        let ours = |heading: &&Heading| !matches!(heading, Heading::Unknown | Heading::Forbidden);
        self.headings(headers).iter().filter(ours).count()
    }

    /// How a header is taken by itself.
    pub fn of(&self, header: &str) -> Heading {
        match Heading::of(header) {
            Heading::Forbidden if self.for_statistics && SEX.contains(&fold_words(header)) => {
                Heading::Known(Column::Sex)
            }
            heading => heading,
        }
    }
}

impl Heading {
    /// What a header's text means.
    pub(super) fn of(header: &str) -> Self {
        let folded = fold_words(header);
        if folded.is_empty() {
            return Heading::Unknown;
        }
        if let Some(heading) = HEADINGS.get(&folded) {
            return *heading;
        }
        // A word is enough: `N.º de documento`, `Dirección actual`. Better a useful column named than a harmful one kept.
        let forbidden =
            folded.split(' ').any(is_forbidden) || FORBIDDEN_PHRASES.iter().any(|phrase| folded.contains(phrase));
        if forbidden { Heading::Forbidden } else { Heading::Unknown }
    }
}

fn is_forbidden(word: &str) -> bool {
    FORBIDDEN_WORDS.iter().any(|words| words.split(' ').any(|forbidden| forbidden == word))
}

static HEADINGS: LazyLock<HashMap<String, Heading>> = LazyLock::new(|| {
    let parts = NAME_PARTS.iter().map(|header| (fold_words(header), Heading::NamePart));
    let alone = NAMES_ALONE.iter().map(|header| (fold_words(header), Heading::NameAlone));
    let kept = Column::ALL.into_iter().filter(|column| *column != Column::Sex);
    let known = kept.flat_map(|column| {
        let (ours, others) = column.headers();
        let all: Vec<&str> = ours.into_iter().chain(others.iter().copied()).collect();
        all.into_iter().map(move |header| (fold_words(header), Heading::Known(column)))
    });
    parts.chain(alone).chain(known).collect()
});

/// The headers of the sex, folded: forbidden unless it is asked for.
static SEX: LazyLock<Vec<String>> = LazyLock::new(|| {
    let (ours, others) = Column::Sex.headers();
    ours.iter().chain(others).map(|header| fold_words(header)).collect()
});

const NAMES_ALONE: [&str; 16] = [
    "Nombre",
    "Nombres",
    "Participante",
    "Participantes",
    "Estudiante",
    "Aprendiz",
    "Alumno",
    "Nome",
    "Aluno",
    "Name",
    "Participant",
    "Student",
    "Nom",
    "Non",
    "Patisipan",
    "Titular",
];

const NAME_PARTS: [&str; 31] = [
    "Apellido",
    "Apellidos",
    "Apellido(s)",
    "Nombre(s) de pila",
    "Nombres de pila",
    "Primer apellido",
    "Segundo apellido",
    "Apellido paterno",
    "Apellido materno",
    "Primer nombre",
    "Segundo nombre",
    "Sobrenome",
    "Sobrenomes",
    "Último nome",
    "Primeiro nome",
    "Surname",
    "Surnames",
    "Last name",
    "First name",
    "Middle name",
    "Family name",
    "Given name",
    "Given names",
    "Nom de famille",
    "Prénom",
    "Prénoms",
    "Siyati",
    "Prenon",
    "Non fanmi",
    "Premye non",
    "Ti non",
];

/// What must never be kept (design §3 *Forbidden*), as words of headers, folded, between spaces.
const FORBIDDEN_WORDS: [&str; 5] = [
    // nationality, birthplace, migratory status
    "nacionalidad nacionalidade nationality nationalite nasyonalite ciudadania cidadania citizenship citoyennete \
     naturalidade birthplace migratorio migratoria migratory migratoire migratwa migrante migrant refugiado \
     refugiada refugee refugie refijye asilo asylum asile visa visado visto ppt",
    // documents
    "documento documentos document dokiman cedula dni cpf rg rut curp cin nif nit pasaporte passaporte passport \
     passeport paspo identidad identidade identificacion identificacao identification identifikasyon identite \
     idantite",
    // sex, family, health, origin, belief
    "sexo sex sexe seks genero gender genre hijos filhos children enfants familia family famille fanmi salud \
     saude health sante discapacidad deficiencia disability handicap andikap etnia ethnicity ethnie raza raca \
     race religion religiao relijyon",
    // where a person can be found
    "direccion endereco address adresse adres domicilio residencia residence telefono telefone telephone telefon \
     phone tel celular cel movil mobile whatsapp correo email mail courriel imel",
    // programme, cohort, donor
    "programa programme program pwogram cohorte coorte cohort donante doador donor donateur",
];

/// The same, where one word is not enough.
const FORBIDDEN_PHRASES: &[&str] = &[
    "fecha de nacimiento",
    "fecha nacimiento",
    "data de nascimento",
    "data nascimento",
    "date of birth",
    "birth date",
    "birthdate",
    "date de naissance",
    "dat nesans",
    "lugar de nacimiento",
    "local de nascimento",
    "place of birth",
    "lieu de naissance",
    "pais de origen",
    "pais de nacimiento",
    "pais de origem",
    "country of origin",
    "country of birth",
    "pays d origine",
    "peyi orijin",
    "estado civil",
    "marital status",
    "etat civil",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_means_two_things() {
        let mut seen: HashMap<String, Heading> = HashMap::new();
        let kept = Column::ALL.into_iter().filter(|column| *column != Column::Sex);
        let known = kept.flat_map(|column| {
            let (ours, others) = column.headers();
            ours.into_iter().chain(others.iter().copied()).map(move |header| (header, Heading::Known(column)))
        });
        let alone = NAMES_ALONE.iter().map(|header| (*header, Heading::NameAlone));
        let parts = NAME_PARTS.iter().map(|header| (*header, Heading::NamePart));
        for (header, heading) in known.chain(alone).chain(parts) {
            let earlier = seen.insert(fold_words(header), heading);
            assert!(earlier.is_none_or(|earlier| earlier == heading), "{header}: {earlier:?} and {heading:?}");
            assert_eq!(Heading::of(header), heading, "{header}");
        }
    }

    #[test]
    fn forbidden_words_are_folded() {
        let words = FORBIDDEN_WORDS.iter().flat_map(|words| words.split(' '));
        for word in words.chain(FORBIDDEN_PHRASES.iter().copied()) {
            assert_eq!(fold_words(word), word);
            assert_eq!(Heading::of(word), Heading::Forbidden, "{word}");
        }
    }

    #[test]
    fn the_sex_is_forbidden_unless_it_is_asked_for() {
        let asked = Told { for_statistics: true, ..Told::default() };
        for header in SEX.iter() {
            assert_eq!(Told::default().of(header), Heading::Forbidden, "{header}");
            assert_eq!(asked.of(header), Heading::Known(Column::Sex), "{header}");
        }
        assert_eq!(asked.of("Nacionalidad"), Heading::Forbidden);
    }
}
