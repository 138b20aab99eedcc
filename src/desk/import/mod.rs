//! A clerk's register to rows that can be issued, and to problems that a clerk can mend.
//!
//! What is accepted, and what each problem is called, is written in `tests/registers/README.md` beside its samples. Nothing is
//! guessed: an encoding that does not fit, a date that reads two ways or a name that may be two people is a problem, not a value.
//! Every problem names its row as the clerk's spreadsheet does.

mod cells;
mod columns;
mod dates;
mod empty_sheet;
mod fold;
mod glimpse;
mod headings;
mod likely;
mod line;
mod mapping;
mod names;
mod problem;
mod reading;
mod row;
mod separated;
mod sex;
mod table;
mod text;
mod workbook;

use std::collections::BTreeSet;

pub(super) use cells::line;
pub use columns::Column;
pub use dates::DateOrder;
pub use empty_sheet::{NotWritten, SheetForm, empty_sheet};
pub use fold::{fold, names_in};
pub use glimpse::{FileColumn, columns_of_file};
pub use line::Line;
pub use mapping::{Mapping, Meaning, NameOrder, NamePart, NotAMapping};
pub use problem::{CellProblem, Code, Fix};
pub use reading::{Lines, Register};
pub use row::{Assessed, RegisterRow};
pub use sex::Sex;

use super::catalogue::Template;
use crate::base::timestamp::Date;
use crate::credential::achievement::Language;
use crate::credential::terms::{Method, Modality};

/// 134,217,728 bytes: a register. A million rows of 130 characters; with its decoded text it stays within design §11's memory.
pub const FILE_BYTES: usize = 128 * 1024 * 1024;
/// 65,536 bytes: one cell. More than any spreadsheet's cell holds (32,767 characters in Excel), so a quote closes far below.
pub const CELL_BYTES: usize = 64 * 1024;
/// 256 columns: a register. Samples have up to nine; exports of learning platforms some dozens.
pub const COLUMNS_MOST: usize = 256;
/// 10,000 semicolons, commas or tabs in one line: prose in a cell stays far below, and each could be a cell in memory.
const SEPARATORS_MOST: usize = 10_000;
/// 1,000,000 rows with those above and between them: a register (design §11).
pub const ROWS_MOST: u32 = 1_000_000;

/// What an import is told besides the file.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Today, where the clerk is.
    pub today: Date,
    /// The language of certificates whose row names none.
    pub default_language: Language,
    /// The clerk's answer to [`Code::AmbiguousDate`], for the whole file.
    pub date_order: Option<DateOrder>,
    /// Rows that the clerk says hold one person: the answer to [`Code::TwoPeople`].
    pub one_person: BTreeSet<u32>,
    /// Rows that the clerk says hold another person than the earlier row: the answer to [`Code::DuplicatePerson`]. It counts
    /// only for a row with a register id, without which the two could not be told apart when the register comes again.
    pub other_person: BTreeSet<u32>,
    /// What holds for every row whose own cell is empty or has no column.
    pub for_all: ForAll,
    /// The sheet of a workbook that is the register: the answer to [`Code::SeveralSheets`].
    pub sheet: Option<String>,
    /// What the clerk says of the file's columns; what it leaves out is recognised as without it.
    pub columns: Option<Mapping>,
    /// Whether the sex, where people gave it, is kept in the register for counts. Otherwise its column is forbidden.
    pub for_statistics: bool,
}

/// Values given once for the whole register. A row's own cell goes before them.
#[derive(Clone, Copy, Debug, Default)]
pub struct ForAll {
    /// The day of the award.
    pub awarded: Option<Date>,
    /// The last day of validity.
    pub valid_until: Option<Date>,
    /// Clock hours, 1 to 9,999. Without them a module has those of the catalogue; hours present are never assumed.
    pub hours: Option<u16>,
    /// How it was taught.
    pub modality: Option<Modality>,
    /// How it was assessed.
    pub method: Option<Method>,
}

/// A register that was read.
#[derive(Clone, Debug)]
pub struct Import {
    /// Rows that can be issued, in the order of the file.
    pub rows: Vec<RegisterRow>,
    /// What keeps other rows from it, in the order of row, then column.
    pub problems: Vec<CellProblem>,
    /// What the clerk should know, and keeps no row from being issued; in the same order.
    pub notes: Vec<CellProblem>,
    /// How the file was read, for the clerk to look at.
    pub form: FileForm,
}

/// How a file was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileForm {
    /// `UTF-8`, `windows-1252`, `UTF-16LE` or `UTF-16BE`; `XLSX`.
    pub encoding: &'static str,
    /// What separates its cells; `None` in a workbook.
    pub separator: Option<char>,
    /// The sheet that was read; `None` in a file of text.
    pub sheet: Option<String>,
    /// The order of day and month, if the file or the clerk settled one.
    pub date_order: Option<DateOrder>,
}

impl Settings {
    /// Nothing but what must be known: everything else is in the file or is asked.
    #[must_use]
    pub fn of(today: Date, default_language: Language) -> Self {
        Self {
            today,
            default_language,
            date_order: None,
            one_person: BTreeSet::new(),
            other_person: BTreeSet::new(),
            for_all: ForAll::default(),
            sheet: None,
            columns: None,
            for_statistics: false,
        }
    }
}

/// Reads a whole register for one achievement. For registers too long to hold, [`Register`] gives row after row.
///
/// # Errors
/// What keeps the whole file from being read: one problem, or one for each column that is missing.
pub fn read_register(bytes: &[u8], template: &Template, settings: &Settings) -> Result<Import, Vec<CellProblem>> {
    let register = Register::open(bytes, template, settings)?;
    let mut import =
        Import { rows: Vec::new(), problems: Vec::new(), notes: register.notes().to_vec(), form: register.form() };
    for line in register.lines() {
        import.notes.extend(line.notes);
        match line.read {
            Ok(row) => import.rows.push(row),
            Err(problems) => import.problems.extend(problems),
        }
    }
    Ok(import)
}
