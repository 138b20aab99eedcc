//! What a register's columns hold, and the headers that clerks write over them, in five languages.

use crate::credential::achievement::{Kind, Language};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Where the archive holds the award.
    Archive,
    /// Who judged it; never signed.
    Assessor,
    /// The day of the award.
    AwardDate,
    /// The year of birth.
    BirthYear,
    /// Where the evidence lies that was judged; never signed.
    Evidence,
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
    /// The sex that the person gave, for counts alone. Never kept unless the caller asked for it.
    Sex,
    /// Who taught or accompanied the person; never signed.
    Trainer,
    /// The codes of the units assessed, between bars.
    Units,
    /// The last day of validity.
    ValidUntil,
}

impl Column {
    /// Every column.
    pub const ALL: [Column; 16] = [
        Column::Name,
        Column::BirthYear,
        Column::AwardDate,
        Column::Hours,
        Column::Modality,
        Column::Units,
        Column::Method,
        Column::Trainer,
        Column::Assessor,
        Column::Evidence,
        Column::Archive,
        Column::RegisterId,
        Column::ValidUntil,
        Column::Language,
        Column::HolderKey,
        Column::Sex,
    ];

    /// The code of remembered mappings and the command line: `award-date`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Column::Archive => "archive",
            Column::Assessor => "assessor",
            Column::AwardDate => "award-date",
            Column::BirthYear => "birth-year",
            Column::Evidence => "evidence",
            Column::HolderKey => "holder-key",
            Column::Hours => "hours",
            Column::Language => "language",
            Column::Method => "method",
            Column::Modality => "modality",
            Column::Name => "name",
            Column::RegisterId => "register-id",
            Column::Sex => "sex",
            Column::Trainer => "trainer",
            Column::Units => "units",
            Column::ValidUntil => "valid-until",
        }
    }

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
    #[must_use]
    pub fn is_of(self, kind: Kind) -> bool {
        match self {
            Column::Archive => kind == Kind::FromArchive,
            Column::Hours | Column::Modality => matches!(kind, Kind::Attendance | Kind::ModuleCompletion),
            Column::Assessor | Column::Evidence | Column::Method | Column::Trainer | Column::Units => {
                kind == Kind::Competence
            }
            _ => true,
        }
    }

    /// The header in es, pt, en, fr, ht, and others that clerks write.
    pub(super) fn headers(self) -> ([&'static str; 5], &'static [&'static str]) {
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
            Column::Assessor => (
                ["Evaluador", "Avaliador", "Assessor", "Évaluateur", "Evalyatè"],
                &[
                    "Evaluadora",
                    "Evaluador/a",
                    "Nombre del evaluador",
                    "Avaliadora",
                    "Avaliador(a)",
                    "Assessor name",
                    "Assessed by",
                    "Évaluatrice",
                    "Évalué par",
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
            Column::Evidence => (
                ["Evidencia", "Evidência", "Evidence", "Preuve", "Prèv"],
                &[
                    "Evidencias",
                    "Referencia de evidencia",
                    "Portafolio",
                    "Portafolio de evidencias",
                    "Evidências",
                    "Portfólio",
                    "Evidence reference",
                    "Portfolio",
                    "Preuves",
                    "Portefeuille de preuves",
                ],
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
            Column::Sex => (
                ["Sexo", "Sexo", "Sex", "Sexe", "Sèks"],
                &["Género", "Gênero", "Gender", "Genre", "Sexo (autodeclarado)", "Sexo (opcional)"],
            ),
            Column::Trainer => (
                ["Formador", "Formador", "Trainer", "Formateur", "Fòmatè"],
                &[
                    "Formadora",
                    "Formador/a",
                    "Nombre del formador",
                    "Facilitador",
                    "Facilitadora",
                    "Formador(a)",
                    "Trainer name",
                    "Trained by",
                    "Formatrice",
                    "Formé par",
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
