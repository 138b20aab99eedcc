//! Row after row of a register, each either complete or explained.

use std::collections::HashMap;

use csv::StringRecord;

use super::columns::Column;
use super::dates::DateOrder;
use super::likely::People;
use super::line::{Line, RowReader, fits};
use super::problem::{CellProblem, Code, Fix};
use super::row::{RegisterRow, id_in_file, person_in_file};
use super::sex::Letters;
use super::table::{Rows, Source, Table, has_text};
use super::workbook::Mark;
use super::{FILE_BYTES, FileForm, ROWS_MOST, Settings, text};
use crate::credential::achievement::Kind;
use crate::desk::catalogue::Template;

/// A register whose file, header and order of dates are understood.
pub struct Register<'a> {
    pub(super) table: Table<'a>,
    pub(super) template: &'a Template,
    pub(super) settings: &'a Settings,
    pub(super) date_order: Option<DateOrder>,
    pub(super) sexes: Letters,
    notes: Vec<CellProblem>,
}

/// The rows of a register. It remembers who came before, to find those who come twice: some 32 bytes a row, and 250 more for the
/// first 100,000, to find those who look alike.
pub struct Lines<'r> {
    register: &'r Register<'r>,
    rows: Rows<'r>,
    record: StringRecord,
    people: HashMap<u64, u32>,
    ids: HashMap<u64, u32>,
    alike: People,
    /// Columns of which it was said that they are calculated.
    calculated: Vec<Column>,
}

/// The columns of dates, which settle the order of day and month together.
const DATES: [Column; 2] = [Column::AwardDate, Column::ValidUntil];

impl<'a> Register<'a> {
    /// Understands the file: what it is by its first bytes, its encoding or sheet, its header, the order of its dates.
    ///
    /// # Errors
    /// What keeps the whole file from being read: one problem, or one for each column that is missing.
    pub fn open(bytes: &'a [u8], template: &'a Template, settings: &'a Settings) -> Result<Self, Vec<CellProblem>> {
        if bytes.len() > FILE_BYTES {
            return Err(vec![CellProblem::of_row(1, Code::FileTooLarge, Fix::Most(FILE_BYTES))]);
        }
        let (table, notes) = Table::open(bytes, template.kind(), &needed(template, settings), settings)?;
        let mut rows = table.rows();
        let mut record = StringRecord::new();
        let mut settled = None;
        let mut sexes = Letters::default();
        let mut any = false;
        while let Some(row) = rows.next_into(&mut record) {
            if row > ROWS_MOST {
                let most = usize::try_from(ROWS_MOST).unwrap_or(usize::MAX);
                return Err(vec![CellProblem::of_row(row, Code::TooManyRows, Fix::Most(most))]);
            }
            any |= has_text(&record);
            sexes.see(&table.cell(Column::Sex, &record));
            if settled.is_none() && fits(&record, table.header.len()) {
                settled =
                    DATES.iter().filter_map(|column| record.get(table.place(*column)?)).find_map(DateOrder::settled_by);
            }
        }
        if !any {
            return Err(vec![CellProblem::of_row(table.header_row, Code::NoRows, Fix::Nothing)]);
        }
        Ok(Self { table, template, settings, date_order: settings.date_order.or(settled), sexes, notes })
    }

    /// Notes on the file and its columns.
    #[must_use]
    pub fn notes(&self) -> &[CellProblem] {
        &self.notes
    }

    /// How the file was read.
    #[must_use]
    pub fn form(&self) -> FileForm {
        match &self.table.source {
            Source::Sheet(chosen) => FileForm {
                encoding: "XLSX",
                separator: None,
                sheet: Some(chosen.sheet.clone()),
                date_order: self.date_order,
            },
            Source::Text(separated) => FileForm {
                encoding: text::name(separated.encoding),
                separator: Some(char::from(separated.separator)),
                sheet: None,
                date_order: self.date_order,
            },
        }
    }

    /// The columns that are understood, each with its header as it stands in the file.
    #[must_use]
    pub fn columns(&self) -> Vec<(Column, &str)> {
        let header = |column: Column| self.table.header.get(self.table.place(column)?).map(String::as_str);
        Column::ALL.into_iter().filter_map(|column| Some((column, header(column)?))).collect()
    }

    /// The header's cells as they stand in the file: what a mapping is made for.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.table.header
    }

    /// Its rows, from the first.
    #[must_use]
    pub fn lines(&'a self) -> Lines<'a> {
        Lines {
            register: self,
            rows: self.table.rows(),
            record: StringRecord::new(),
            people: HashMap::new(),
            ids: HashMap::new(),
            alike: People::default(),
            calculated: Vec::new(),
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        loop {
            let row = self.rows.next_into(&mut self.record)?;
            if has_text(&self.record) {
                let register = self.register;
                let mut line = RowReader::of(register, row, &self.record).read();
                if let Ok(complete) = &line.read
                    && let Some(twice) = self.seen_before(complete)
                {
                    // One thing at a time about one cell.
                    line.notes.retain(|note| note.column != twice.column);
                    line.read = Err(vec![twice]);
                }
                let alike = self.like_another(&line);
                line.notes.extend(alike);
                line.notes.extend(self.newly_calculated(row));
                // The sort keeps what is said of one cell in its order.
                line.notes.sort_by_key(|note| self.place_of(note));
                return Some(line);
            }
        }
    }
}

impl Lines<'_> {
    /// Whether this person, or this register id, stood in an earlier row that can be issued.
    fn seen_before(&mut self, row: &RegisterRow) -> Option<CellProblem> {
        let person = person_in_file(&row.name, row.birth_year, row.awarded);
        let id = row.register_id.as_deref().map(id_in_file);
        let told_apart = id.is_some() && self.register.settings.other_person.contains(&row.row);
        let (earlier, column, code) = match (self.people.get(&person), id.and_then(|id| self.ids.get(&id))) {
            (Some(earlier), _) if !told_apart => (*earlier, Column::Name, Code::DuplicatePerson),
            (_, Some(earlier)) => (*earlier, Column::RegisterId, Code::DuplicateId),
            _ => {
                self.people.entry(person).or_insert(row.row);
                self.ids.extend(id.map(|id| (id, row.row)));
                return None;
            }
        };
        let reader = RowReader::of(self.register, row.row, &self.record);
        Some(reader.problem(column, code, Fix::EarlierRow(earlier)))
    }

    /// A note, if a person who can be issued looks like one in an earlier row. The clerk's answer about the row settles it.
    fn like_another(&mut self, line: &Line) -> Option<CellProblem> {
        let row = line.read.as_ref().ok()?;
        let earlier = self.alike.seen(row.row, row.name.as_str(), row.birth_year)?;
        if self.register.settings.other_person.contains(&row.row) {
            return None;
        }
        let reader = RowReader::of(self.register, row.row, &self.record);
        Some(reader.problem(Column::Name, Code::LikelyDuplicate, Fix::EarlierRow(earlier)))
    }

    /// One note for each column with calculated cells, at the first of them.
    fn newly_calculated(&mut self, row: u32) -> Vec<CellProblem> {
        let table = &self.register.table;
        let kind = self.register.template.kind();
        let mut notes = Vec::new();
        for column in Column::ALL {
            let read = column.is_of(kind) && !self.calculated.contains(&column);
            if read && table.mark(row, column) == Some(Mark::FormulaValue) {
                self.calculated.push(column);
                let reader = RowReader::of(self.register, row, &self.record);
                notes.push(reader.problem(column, Code::FormulaValue, Fix::Nothing));
            }
        }
        notes
    }

    /// Where the column of a note stands; one of the whole row is said first.
    fn place_of(&self, note: &CellProblem) -> Option<usize> {
        let header = note.column.as_ref()?;
        self.register.table.header.iter().position(|other| other == header)
    }
}

/// The columns without which no row could be issued.
fn needed(template: &Template, settings: &Settings) -> Vec<Column> {
    let given = &settings.for_all;
    let mut needed = vec![Column::Name, Column::BirthYear];
    let mut unless = |column: Column, given: bool| {
        if !given && column.is_of(template.kind()) {
            needed.push(column);
        }
    };
    unless(Column::AwardDate, given.awarded.is_some());
    unless(Column::Hours, given.hours.is_some() || template.kind() == Kind::ModuleCompletion);
    unless(Column::Modality, given.modality.is_some());
    unless(Column::Units, false);
    unless(Column::Method, given.method.is_some());
    unless(Column::Archive, false);
    needed
}
