//! What an import says: which row, which column, what is wrong, and what would mend it. Facts; the words are in `web/i18n`.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

use super::cells;
use super::columns::Column;
use super::dates::DateOrder;
use super::sex;
use crate::credential::achievement::Language;

/// 40 characters: as much of a cell as is shown beside its problem.
const EXCERPT_CHARACTERS: usize = 40;

/// One problem or note: where, what, and what helps to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellProblem {
    /// The number that the clerk sees beside the row in a spreadsheet, from 1.
    pub row: u32,
    /// The column's header as it stands in the file, trimmed; `None` when the whole row or file is meant.
    pub column: Option<String>,
    /// What is wrong, or worth saying.
    pub code: Code,
    /// The beginning of the cell, at most 40 characters, for the clerk's own screen. Personal data: it has no place in a log.
    pub found: String,
    /// What helps to mend it.
    pub fix: Fix,
}

/// What helps to mend a problem, where the code alone does not say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// The row has `got` cells, the header `expected`.
    Cells {
        /// Cells of the header.
        expected: usize,
        /// Cells of the row.
        got: usize,
    },
    /// The character that has no place here.
    Character(char),
    /// The column that is missing.
    Column(Column),
    /// The earlier row that says the same.
    EarlierRow(u32),
    /// The languages a certificate can be in.
    Languages,
    /// The methods of assessment that are understood.
    Methods,
    /// The modalities that are understood.
    Modalities,
    /// No more than this: characters, columns, rows or bytes, as the code says.
    Most(usize),
    /// The code says it all.
    Nothing,
    /// The order of day and month in this file.
    Order(DateOrder),
    /// What the text probably was before it was decoded wrongly.
    Perhaps(String),
    /// The words for the sex that are understood.
    Sexes,
    /// The sheets of the workbook.
    Sheets(Vec<String>),
    /// The units that the achievement has.
    Units(Vec<String>),
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// Every problem and note, by the code that `tests/registers/README.md` defines.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The code of files and language tables: `two-people`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Code::$variant => $code,)* }
            }
        }
    };
}

codes! {
    /// Day and month could stand in either order.
    AmbiguousDate = "ambiguous-date",
    /// Awarded later than today.
    AwardInFuture = "award-in-future",
    /// An archive reference with invisible characters, or longer than a credential takes.
    BadArchive = "bad-archive",
    /// No year of birth that can be believed.
    BadBirthYear = "bad-birth-year",
    /// No date, or none of the calendar.
    BadDate = "bad-date",
    /// Bytes that are no text.
    BadEncoding = "bad-encoding",
    /// Not an Ed25519 did:key.
    BadHolderKey = "bad-holder-key",
    /// Not a whole number from 1 to 9999.
    BadHours = "bad-hours",
    /// A language that certificates are not written in.
    BadLanguage = "bad-language",
    /// A word for no known method of assessment.
    BadMethod = "bad-method",
    /// A word for no known modality.
    BadModality = "bad-modality",
    /// Somebody's name or a place of evidence with invisible characters, or too long.
    BadReference = "bad-reference",
    /// A register id with invisible characters, or too long.
    BadRegisterId = "bad-register-id",
    /// Note: a word for the sex that is not understood; the row is kept, and not counted by it.
    BadSex = "bad-sex",
    /// A last day that is not after the award.
    BadValidUntil = "bad-valid-until",
    /// Not a text file.
    Binary = "binary",
    /// A cell longer than any register needs: a quote that closes far below.
    CellTooLong = "cell-too-long",
    /// Note: a column that must never be kept.
    ColumnForbidden = "column-forbidden",
    /// Note: a column that is read, and hidden in the spreadsheet.
    ColumnHidden = "column-hidden",
    /// Note: a column that is not known, or not used for this achievement.
    ColumnNotUsed = "column-not-used",
    /// A spreadsheet's file that cannot be read.
    DamagedWorkbook = "damaged-workbook",
    /// Two columns of one meaning.
    DuplicateColumn = "duplicate-column",
    /// The register id of an earlier row.
    DuplicateId = "duplicate-id",
    /// The name, birth year and award date of an earlier row.
    DuplicatePerson = "duplicate-person",
    /// No text in the file.
    EmptyFile = "empty-file",
    /// No name.
    EmptyName = "empty-name",
    /// More bytes than a register may have.
    FileTooLarge = "file-too-large",
    /// It begins as a spreadsheet's formula does.
    Formula = "formula",
    /// Note: calculated cells; the value last saved is taken.
    FormulaValue = "formula-value",
    /// A calculated cell without a saved value, or with one that changes by itself.
    FormulaWithoutValue = "formula-without-value",
    /// Note: very like the person of an earlier row.
    LikelyDuplicate = "likely-duplicate",
    /// A spreadsheet with programs in it.
    Macros = "macros",
    /// A cell joined with others: whose value it is cannot be told.
    MergedCell = "merged-cell",
    /// A column that is needed is not there.
    MissingColumn = "missing-column",
    /// Day and month in the other order than the rest of the file.
    MixedDateOrder = "mixed-date-order",
    /// Decoded wrongly once before.
    Mojibake = "mojibake",
    /// An invisible character in the name.
    NameHasControl = "name-has-control",
    /// A digit in the name.
    NameHasDigit = "name-has-digit",
    /// A character that names do not have.
    NameHasSymbol = "name-has-symbol",
    /// Note: the name has no small letter.
    NameInCapitals = "name-in-capitals",
    /// Given names and surnames stand in columns of their own.
    NameInParts = "name-in-parts",
    /// Letters of more than one script.
    NameMixedScript = "name-mixed-script",
    /// More than 120 characters.
    NameTooLong = "name-too-long",
    /// An award from the archive without its place there.
    NoArchive = "no-archive",
    /// No cell of the first row names a column.
    NoHeader = "no-header",
    /// No hours, where the row alone can say them.
    NoHours = "no-hours",
    /// A competence without its method of assessment.
    NoMethod = "no-method",
    /// A course without its modality.
    NoModality = "no-modality",
    /// A header and nothing under it.
    NoRows = "no-rows",
    /// A competence without a unit.
    NoUnits = "no-units",
    /// A spreadsheet of the old form, or behind a password.
    OldSpreadsheet = "old-spreadsheet",
    /// Note: which of several sheets was read.
    OtherSheets = "other-sheets",
    /// Another kind of file than XLSX.
    OtherSpreadsheet = "other-spreadsheet",
    /// More or fewer cells than the header.
    RaggedRow = "ragged-row",
    /// Note: a hidden row, which is read like any other.
    RowHidden = "row-hidden",
    /// Note: rows above the header, which were not read.
    RowsAbove = "rows-above",
    /// A spreadsheet's serial number of a day.
    SerialDate = "serial-date",
    /// Several sheets that could be the register.
    SeveralSheets = "several-sheets",
    /// More columns than a register may have.
    TooManyColumns = "too-many-columns",
    /// More rows than a register may have.
    TooManyRows = "too-many-rows",
    /// Too young for an occupational competence.
    TooYoung = "too-young",
    /// The same person taught and judged.
    TrainerAssesses = "trainer-assesses",
    /// A year of two digits.
    TwoDigitYear = "two-digit-year",
    /// Perhaps two people in one row.
    TwoPeople = "two-people",
    /// A quote opens and the file ends.
    UnclosedQuote = "unclosed-quote",
    /// No sheet of the name asked for.
    UnknownSheet = "unknown-sheet",
    /// A unit that the achievement does not have.
    UnknownUnit = "unknown-unit",
    /// A spreadsheet that unpacks to more than a register.
    WorkbookTooLarge = "workbook-too-large",
    /// No semicolon, comma or tab in the first row.
    WrongSeparator = "wrong-separator",
}

impl Code {
    /// Whether it is worth saying, and keeps no row from being issued.
    #[must_use]
    pub fn is_note(self) -> bool {
        matches!(
            self,
            Code::BadSex
                | Code::ColumnForbidden
                | Code::ColumnHidden
                | Code::ColumnNotUsed
                | Code::FormulaValue
                | Code::LikelyDuplicate
                | Code::NameInCapitals
                | Code::OtherSheets
                | Code::RowHidden
                | Code::RowsAbove
        )
    }

    /// The identifier of its words in `web/i18n`: `import.two-people`.
    #[must_use]
    pub fn message_id(self) -> String {
        format!("import.{}", self.code())
    }
}

impl CellProblem {
    /// Something about the whole file, or its whole row.
    pub(super) fn of_row(row: u32, code: Code, fix: Fix) -> Self {
        Self { row, column: None, code, found: String::new(), fix }
    }

    /// Something about one cell.
    pub(super) fn of_cell(row: u32, column: &str, code: Code, found: &str, fix: Fix) -> Self {
        Self { row, column: Some(column.to_owned()), code, found: excerpt(found), fix }
    }

    /// What the words of this problem may name in braces, in the clerk's language: `row`, `column` and `found` always, `most`,
    /// `other`, `known`, `wanted`, `expected`, `got`, `example`, `perhaps` and `character` where the code has it.
    #[must_use]
    pub fn placeholders(&self, language: Language) -> Vec<(&'static str, String)> {
        let mut values = vec![
            ("row", self.row.to_string()),
            ("column", self.column.clone().unwrap_or_default()),
            ("found", self.found.clone()),
        ];
        match &self.fix {
            Fix::Cells { expected, got } => {
                values.extend([("expected", expected.to_string()), ("got", got.to_string())]);
            }
            Fix::Character(character) => values.push(("character", name_of(*character))),
            Fix::Column(column) => values.push(("wanted", column.header(language).to_owned())),
            Fix::EarlierRow(row) => values.push(("other", row.to_string())),
            Fix::Languages => values.push(("known", Language::ALL.map(Language::tag).join(", "))),
            Fix::Methods => values.push(("known", cells::METHODS.words(language).join(", "))),
            Fix::Modalities => values.push(("known", cells::MODALITIES.words(language).join(", "))),
            Fix::Most(most) => values.push(("most", most.to_string())),
            Fix::Nothing => {}
            Fix::Order(order) => values.push(("example", order.example().to_owned())),
            Fix::Perhaps(text) => values.push(("perhaps", excerpt(text))),
            Fix::Sexes => values.push(("known", sex::SEXES.words(language).join(", "))),
            Fix::Sheets(names) => {
                values.push(("known", names.iter().map(|name| excerpt(name)).collect::<Vec<_>>().join(", ")))
            }
            Fix::Units(codes) => values.push(("known", codes.join(", "))),
        }
        values
    }
}

/// The beginning of a cell on one line. What cannot be seen, or would turn the line around, becomes U+FFFD.
fn excerpt(text: &str) -> String {
    let mut shown = String::new();
    for (position, character) in text.trim().chars().enumerate() {
        if position == EXCERPT_CHARACTERS {
            shown.push('…');
            break;
        }
        shown.push(match character {
            _ if character.is_whitespace() => ' ',
            _ if character.general_category_group() == GeneralCategoryGroup::Other => '\u{fffd}',
            _ => character,
        });
    }
    shown
}

/// A character as it can be said: itself if it can be seen, its number always.
fn name_of(character: char) -> String {
    let number = format!("U+{:04X}", u32::from(character));
    match character.general_category_group() {
        GeneralCategoryGroup::Other | GeneralCategoryGroup::Separator | GeneralCategoryGroup::Mark => number,
        _ => format!("{character} ({number})"),
    }
}
