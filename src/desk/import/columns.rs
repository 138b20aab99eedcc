//! Which column means what: the headers that clerks write, in five languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fold::fold_words;
use crate::credential::achievement::{Kind, Language};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Where the archive holds the award.
    Archive,
    /// The day of the award.
    AwardDate,
    /// The year of birth.
    BirthYear,
    /// The holder's own key.
    HolderKey,
    /// Clock hours.
    Hours,
    /// The language of the certificate.
    Language,
    /// How it was assessed.
    Method,
    /// How it was taught.
    Modality,
    /// The full name.
    Name,
    /// The body's own number for the award.
    RegisterId,
    /// The codes of the units assessed, between bars.
    Units,
    /// The last day of validity.
    ValidUntil,
}

/// How one header is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// A column of ours.
    Known(Column),
    /// Very often the full name; half of it when surnames have a column of their own.
    NameAlone,
    /// Given names or surnames alone.
    NamePart,
    /// Never kept.
    Forbidden,
    /// Anything else.
    Unknown,
}

impl Column {
    /// Every column.
    pub const ALL: [Column; 12] = [
        Column::Name,
        Column::BirthYear,
        Column::AwardDate,
        Column::Hours,
        Column::Modality,
        Column::Units,
        Column::Method,
        Column::Archive,
        Column::RegisterId,
        Column::ValidUntil,
        Column::Language,
        Column::HolderKey,
    ];

    /// A header that is understood, in the clerk's language: what to write where a column is missing.
    #[must_use]
    pub fn header(self, language: Language) -> &'static str {
        let [es, pt, en, fr, ht] = self.headers().0;
        match language {
            Language::Es => es,
            Language::Pt => pt,
            Language::En => en,
            Language::Fr => fr,
            Language::Ht => ht,
        }
    }

    /// Whether registers of this kind say anything in it.
    pub(super) fn is_of(self, kind: Kind) -> bool {
        match self {
            Column::Archive => kind == Kind::FromArchive,
            Column::Hours | Column::Modality => matches!(kind, Kind::Attendance | Kind::ModuleCompletion),
            Column::Method | Column::Units => kind == Kind::Competence,
            _ => true,
        }
    }

    /// The header in es, pt, en, fr, ht, and others that clerks write.
    fn headers(self) -> ([&'static str; 5], &'static [&'static str]) {
        match self {
            Column::Archive => (
                [
                    "Referencia de archivo",
                    "Referência de arquivo",
                    "Archive reference",
                    "Référence d'archive",
                    "Referans achiv",
                ],
                &[
                    "Libro/Folio/Acta",
                    "Libro, folio y acta",
                    "Libro, folio, acta",
                    "Ubicación en archivo",
                    "Livro/Folha/Ata",
                    "Livro, folha e ata",
                    "Book/Folio/Act",
                    "Registre/Folio/Acte",
                    "Liv/Fèy/Ak",
                ],
            ),
            Column::AwardDate => (
                [
                    "Fecha de certificación",
                    "Data de certificação",
                    "Award date",
                    "Date de certification",
                    "Dat sètifikasyon",
                ],
                &[
                    "Fecha certificación",
                    "Fecha del certificado",
                    "Fecha de otorgamiento",
                    "Fecha de grado",
                    "Fecha de graduación",
                    "Data da certificação",
                    "Data do certificado",
                    "Date of award",
                    "Awarded on",
                    "Date d'obtention",
                    "Date d'attribution",
                    "Dat sètifika",
                ],
            ),
            Column::BirthYear => (
                ["Año de nacimiento", "Ano de nascimento", "Year of birth", "Année de naissance", "Ane nesans"],
                &["Año nacimiento", "Año nac", "Ano nascimento", "Ano nasc", "Birth year", "Ane li fèt"],
            ),
            Column::HolderKey => (
                ["Clave del titular", "Chave do titular", "Holder key", "Clé du titulaire", "Kle pòtè a"],
                &["Llave del titular", "did:key"],
            ),
            Column::Hours => (
                ["Horas", "Carga horária", "Hours", "Heures", "Kantite èdtan"],
                &[
                    "Intensidad horaria",
                    "Número de horas",
                    "Total de horas",
                    "Horas totales",
                    "Horas cursadas",
                    "Duración en horas",
                    "Number of hours",
                    "Total hours",
                    "Nombre d'heures",
                    "Volume horaire",
                    "Durée en heures",
                    "Èdtan",
                ],
            ),
            Column::Language => {
                (["Idioma", "Idioma", "Language", "Langue", "Lang"], &["Lengua", "Língua", "Idioma del certificado"])
            }
            Column::Method => (
                [
                    "Método de evaluación",
                    "Método de avaliação",
                    "Assessment method",
                    "Méthode d'évaluation",
                    "Metòd evalyasyon",
                ],
                &["Método", "Method", "Method of assessment", "Méthode", "Metòd"],
            ),
            Column::Modality => (
                ["Modalidad", "Modalidade", "Modality", "Modalité", "Fason kou a fèt"],
                &["Modalidad de formación", "Mode of delivery", "Modalité de formation"],
            ),
            Column::Name => (
                ["Nombre completo", "Nome completo", "Full name", "Nom complet", "Non konplè"],
                &[
                    "Nombres y apellidos",
                    "Nombre y apellidos",
                    "Nombre y apellido",
                    "Nombres y apellido",
                    "Nombre del participante",
                    "Nome e sobrenome",
                    "Nome do participante",
                    "Name and surname",
                    "Participant name",
                    "Prénom et nom",
                    "Prénoms et nom",
                    "Nom du participant",
                    "Non ak siyati",
                ],
            ),
            Column::RegisterId => (
                ["ID interno", "Matrícula", "Register ID", "Numéro de registre", "Nimewo rejis"],
                &[
                    "Código de registro",
                    "Número de registro",
                    "Código interno",
                    "Número interno",
                    "Código de matrícula",
                    "Número de matrícula",
                    "Register number",
                    "Internal ID",
                    "Numéro interne",
                    "Code interne",
                ],
            ),
            Column::Units => (
                ["Unidades", "Unidades", "Units", "Unités", "Inite"],
                &[
                    "Unidades aprobadas",
                    "Unidades de competencia",
                    "Unidades aprovadas",
                    "Unidades de competência",
                    "Units passed",
                    "Units of competence",
                    "Unités validées",
                    "Unités de compétence",
                    "Inite konpetans",
                ],
            ),
            Column::ValidUntil => (
                ["Válido hasta", "Válido até", "Valid until", "Valable jusqu'au", "Valab jiska"],
                &[
                    "Vigente hasta",
                    "Fecha de vencimiento",
                    "Vence",
                    "Data de validade",
                    "Validade",
                    "Expiry date",
                    "Expires",
                    "Date d'expiration",
                    "Date de fin de validité",
                    "Dat ekspirasyon",
                ],
            ),
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
    let known = Column::ALL.into_iter().flat_map(|column| {
        let (ours, others) = column.headers();
        let all: Vec<&str> = ours.into_iter().chain(others.iter().copied()).collect();
        all.into_iter().map(move |header| (fold_words(header), Heading::Known(column)))
    });
    parts.chain(alone).chain(known).collect()
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

const NAME_PARTS: [&str; 28] = [
    "Apellido",
    "Apellidos",
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
     passeport paspo identidad identidade identificacion identificacao identite idantite",
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
        let known = Column::ALL.into_iter().flat_map(|column| {
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
}
