//! An empty register to download, for one achievement in one language: the columns that it needs, and how each is filled in. What
//! is filled in there is read back without a question.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime, Format, Formula, Note,
    Workbook, Worksheet, XlsxError,
};

use super::cells::{METHODS, MODALITIES};
use super::columns::Column;
use super::sex::SEXES;
use crate::base::limits::BIRTH_YEAR_LEAST;
use crate::credential::achievement::Language;
use crate::desk::catalogue::Template;
use crate::verify::message::{Fact, Words};

/// 5,000 rows have lists and formats prepared: ten times a large graduation (domain.md 5c).
const ROWS_PREPARED: u32 = 5_000;
/// 255 characters: a list in a cell's rule (ECMA-376-1 §18.3.1.32; Excel refuses longer ones).
const LIST_CHARACTERS: usize = 255;
/// Spreadsheets take a file for UTF-8 when it begins so.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// 2100: a year of birth beyond it is a slip of the hand for as long as this program lives.
const BIRTH_YEAR_MOST: i32 = 2100;

/// What an empty register is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetForm {
    /// A header alone, in UTF-8, with the separator that the language's spreadsheets expect.
    Csv,
    /// A workbook: formats, lists to choose from, notes on the header, and a sheet that says how.
    Xlsx,
}

/// The empty register could not be written. In memory this does not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotWritten;

impl From<XlsxError> for NotWritten {
    fn from(_: XlsxError) -> Self {
        NotWritten
    }
}

/// An empty register. `for_statistics` adds the column of the sex, which only a desk that counts it keeps.
///
/// # Errors
/// [`NotWritten`].
pub fn empty_sheet(
    template: &Template,
    language: Language,
    form: SheetForm,
    for_statistics: bool,
) -> Result<Vec<u8>, NotWritten> {
    let columns = columns(template, for_statistics);
    match form {
        SheetForm::Csv => Ok(csv(&columns, language)),
        SheetForm::Xlsx => xlsx(&columns, template, language),
    }
}

/// The columns in the order of the sheet. The holder's own key is left out: no clerk types one.
fn columns(template: &Template, for_statistics: bool) -> Vec<Column> {
    let asked = |column: &Column| match column {
        Column::HolderKey => false,
        Column::Sex => for_statistics,
        column => column.is_of(template.kind()),
    };
    Column::ALL.into_iter().filter(asked).collect()
}

fn csv(columns: &[Column], language: Language) -> Vec<u8> {
    // Where a comma divides the decimals, spreadsheets expect semicolons between cells.
    let separator = if language == Language::En { "," } else { ";" };
    let headers: Vec<&str> = columns.iter().map(|column| column.header(language)).collect();
    format!("{BYTE_ORDER_MARK}{}\r\n", headers.join(separator)).into_bytes()
}

fn xlsx(columns: &[Column], template: &Template, language: Language) -> Result<Vec<u8>, NotWritten> {
    let words = Words::of(language);
    let mut workbook = Workbook::new();
    // A day of its own, not of the clock: the same register is the same bytes.
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new().set_creation_datetime(&made).set_title(template.name.in_language(language)),
    );
    let bold = Format::new().set_bold().set_text_wrap();
    let sheet = workbook.add_worksheet();
    sheet.set_name(words.say("sheet.tab", &[]))?.set_freeze_panes(1, 0)?;
    for (place, column) in (0u16..).zip(columns) {
        prepare(sheet, place, *column, template, language)?;
        sheet.write_string_with_format(0, place, column.header(language), &bold)?;
        let note = Note::new(how(*column, template, words)).add_author_prefix(false).set_width(320).set_height(120);
        sheet.insert_note(0, place, &note)?;
    }
    explain(workbook.add_worksheet(), columns, template, words)?;
    Ok(workbook.save_to_buffer()?)
}

/// The cells under a header: their width, format and what may stand in them. A list helps and refuses nothing; the import says what
/// is wrong in words.
fn prepare(
    sheet: &mut Worksheet,
    place: u16,
    column: Column,
    template: &Template,
    language: Language,
) -> Result<(), NotWritten> {
    let list = |words: Vec<String>| {
        let fits = words.iter().map(|word| word.chars().count() + 1).sum::<usize>() <= LIST_CHARACTERS;
        fits.then(|| DataValidation::new().allow_list_strings(&words)).transpose()
    };
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect::<Vec<String>>();
    let day = || Formula::new(format!("=DATE({BIRTH_YEAR_LEAST},1,1)"));
    let (width, format, rule) = match column {
        Column::Name => (36, None, None),
        Column::AwardDate | Column::ValidUntil => {
            let rule = DataValidation::new().allow_date_formula(DataValidationRule::GreaterThan(day()));
            (20, Some("yyyy-mm-dd"), Some(rule))
        }
        Column::BirthYear => {
            let years = DataValidationRule::Between(BIRTH_YEAR_LEAST, BIRTH_YEAR_MOST);
            (20, Some("0"), Some(DataValidation::new().allow_whole_number(years)))
        }
        Column::Hours => {
            (12, Some("0"), Some(DataValidation::new().allow_whole_number(DataValidationRule::Between(1, 9_999))))
        }
        Column::Language => (12, None, list(owned(Language::ALL.map(Language::tag).to_vec()))?),
        Column::Method => (24, None, list(owned(METHODS.words(language)))?),
        Column::Modality => (24, None, list(owned(MODALITIES.words(language)))?),
        Column::Sex => (16, None, list(owned(SEXES.words(language)))?),
        Column::Units => {
            let codes: Vec<String> = template.units().iter().map(|unit| unit.code.clone()).collect();
            let all = codes.join("|");
            let several = (codes.len() > 1).then_some(all);
            (30, Some("@"), list(codes.into_iter().chain(several).collect())?)
        }
        // As text, a number keeps the zeros before it.
        Column::Archive
        | Column::Assessor
        | Column::Evidence
        | Column::HolderKey
        | Column::RegisterId
        | Column::Trainer => (24, Some("@"), None),
    };
    sheet.set_column_width(place, width)?;
    if let Some(format) = format {
        sheet.set_column_format(place, &Format::new().set_num_format(format))?;
    }
    if let Some(rule) = rule {
        let rule = rule.set_error_style(DataValidationErrorStyle::Information);
        sheet.add_data_validation(1, place, ROWS_PREPARED, place, &rule)?;
    }
    Ok(())
}

/// The second sheet: in words, with an example for each column.
fn explain(sheet: &mut Worksheet, columns: &[Column], template: &Template, words: &Words) -> Result<(), NotWritten> {
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap());
    let language = words.language();
    sheet.set_name(words.say("sheet.how", &[]))?;
    sheet.set_column_width(0, 30)?.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, template.name.in_language(language), &bold)?;
    sheet.write_string_with_format(1, 1, words.say("sheet.rows", &[]), &wrapped)?;
    for (row, column) in (3u32..).zip(columns) {
        sheet.write_string_with_format(row, 0, column.header(language), &bold)?;
        sheet.write_string_with_format(row, 1, how(*column, template, words), &wrapped)?;
    }
    Ok(())
}

/// How a column is filled in, in one language.
fn how(column: Column, template: &Template, words: &Words) -> String {
    let language = words.language();
    let known = match column {
        Column::Language => Language::ALL.map(Language::tag).join(", "),
        Column::Method => METHODS.words(language).join(", "),
        Column::Modality => MODALITIES.words(language).join(", "),
        Column::Sex => SEXES.words(language).join(", "),
        Column::Units => {
            let unit =
                |unit: &crate::desk::catalogue::Unit| format!("{} {}", unit.code, unit.name.in_language(language));
            template.units().iter().map(unit).collect::<Vec<_>>().join("; ")
        }
        _ => String::new(),
    };
    let facts = [("hours", Fact::Number(i64::from(template.hours))), ("known", Fact::Text(known))];
    words.say(&format!("sheet.column.{}", column.code()), &facts)
}
