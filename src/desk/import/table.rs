//! A register as a table: where it comes from, its header, and which column stands where.

use std::borrow::Cow;

use csv::StringRecord;

use super::columns::Column;
use super::headings::{Heading, Told};
use super::mapping::{NameOrder, NamePart};
use super::names::mojibake;
use super::problem::{CellProblem, Code, Fix};
use super::separated::{Records, Separated};
use super::workbook::{Chosen, GridRows, Mark, is_workbook};
use super::{COLUMNS_MOST, Settings};
use crate::credential::achievement::Kind;

/// 200 characters: a header. The longest that clerks write are questions of web forms.
const HEADER_CHARACTERS: usize = 200;

/// A register as a table.
pub(super) struct Table<'a> {
    pub source: Source<'a>,
    /// The header's cells, trimmed, without empty ones at the end.
    pub header: Vec<String>,
    pub header_row: u32,
    /// Where each column stands.
    places: [Option<usize>; Column::ALL.len()],
    /// Where the rest of a name stands that has two columns.
    rest_of_name: Option<usize>,
}

/// Where the rows come from.
pub(super) enum Source<'a> {
    Sheet(Box<Chosen>),
    Text(Separated<'a>),
}

/// The rows under a header, whatever they come from.
pub(super) enum Rows<'t> {
    Sheet(GridRows<'t>),
    Text(Box<Records<'t>>),
}

impl<'a> Table<'a> {
    /// Understands a file and reads its header, for a register of a kind that needs `needed` columns.
    ///
    /// # Errors
    /// What keeps the whole file from being read; second, notes on the file and its columns.
    pub fn open(
        bytes: &'a [u8],
        kind: Kind,
        needed: &[Column],
        settings: &Settings,
    ) -> Result<(Self, Vec<CellProblem>), Vec<CellProblem>> {
        let (table, mut notes) = Self::unread(bytes, settings)?;
        let told = Told { mapping: settings.columns.as_ref(), for_statistics: settings.for_statistics };
        let (table, of_columns) = table.columns(kind, needed, told)?;
        notes.extend(of_columns);
        Ok((table, notes))
    }

    /// The same as far as the header, whatever its columns are.
    ///
    /// # Errors
    /// As [`Table::open`].
    pub fn unread(bytes: &'a [u8], settings: &Settings) -> Result<(Self, Vec<CellProblem>), Vec<CellProblem>> {
        let told = Told { mapping: settings.columns.as_ref(), for_statistics: settings.for_statistics };
        let (source, header, header_row, notes) = if is_workbook(bytes) {
            let know = |record: &StringRecord| told.known(&headers(record));
            let (chosen, notes) = Chosen::open(bytes, settings.sheet.as_deref(), &know).map_err(|stop| vec![stop])?;
            let (record, row) = chosen.header();
            (Source::Sheet(Box::new(chosen)), headers(&record), row, notes)
        } else {
            let know = |headers: &[String]| told.known(headers);
            let (separated, header, row) = Separated::open(bytes, &know).map_err(|stop| vec![stop])?;
            (Source::Text(separated), header, row, Vec::new())
        };
        let table = Self { source, header, header_row, places: [None; Column::ALL.len()], rest_of_name: None };
        Ok((table, notes))
    }

    /// Gives each column its place, and refuses what cannot be told apart or is not there.
    fn columns(
        mut self,
        kind: Kind,
        needed: &[Column],
        told: Told<'_>,
    ) -> Result<(Self, Vec<CellProblem>), Vec<CellProblem>> {
        let row = self.header_row;
        let at = |header: &str, code, fix| vec![CellProblem::of_cell(row, header, code, header, fix)];
        if let Some((header, fix)) = self.header.iter().find_map(|header| Some((header, mojibake(header)?))) {
            return Err(at(header, Code::Mojibake, fix));
        }
        if self.header.len() > COLUMNS_MOST {
            return Err(vec![CellProblem::of_row(row, Code::TooManyColumns, Fix::Most(COLUMNS_MOST))]);
        }
        // What a clerk says of a row of data is a person's, and is kept nowhere.
        if is_data(&self.header, told) {
            return Err(vec![CellProblem::of_row(row, Code::NoHeader, Fix::Nothing)]);
        }
        let mut headings = told.headings(&self.header);
        self.name_of_parts(&headings, told)?;
        let full_name = headings.contains(&Heading::Known(Column::Name)) || self.place(Column::Name).is_some();
        let parts = headings.iter().zip(&self.header).find(|(heading, _)| **heading == Heading::NamePart);
        if !full_name && let Some((_, part)) = parts {
            return Err(at(part, Code::NameInParts, Fix::Column(Column::Name)));
        }
        for heading in headings.iter_mut().filter(|heading| **heading == Heading::NameAlone) {
            *heading = if full_name { Heading::Unknown } else { Heading::Known(Column::Name) };
        }
        let ours = |heading: &Heading| matches!(heading, Heading::Known(_) | Heading::Mapped(_));
        if !headings.iter().any(ours) {
            return Err(vec![CellProblem::of_row(row, Code::NoHeader, Fix::Nothing)]);
        }
        let mut notes = Vec::new();
        for (place, (heading, header)) in headings.iter().zip(&self.header).enumerate() {
            let hidden = matches!(&self.source, Source::Sheet(chosen) if chosen.is_hidden_column(place));
            let code = match heading {
                Heading::Known(column) => {
                    if self.places[*column as usize].is_some() {
                        return Err(at(header, Code::DuplicateColumn, Fix::Column(*column)));
                    }
                    self.places[*column as usize] = Some(place);
                    if column.is_of(kind) { hidden.then_some(Code::ColumnHidden) } else { Some(Code::ColumnNotUsed) }
                }
                Heading::Mapped(_) => hidden.then_some(Code::ColumnHidden),
                Heading::Forbidden => Some(Code::ColumnForbidden),
                Heading::NameAlone | Heading::NamePart | Heading::Unknown => Some(Code::ColumnNotUsed),
            };
            if let Some(code) = code.filter(|_| !header.is_empty()) {
                notes.push(CellProblem::of_cell(row, header, code, "", Fix::Nothing));
            }
        }
        let missing: Vec<CellProblem> = needed
            .iter()
            .filter(|column| self.place(**column).is_none())
            .map(|column| CellProblem::of_row(row, Code::MissingColumn, Fix::Column(*column)))
            .collect();
        if missing.is_empty() { Ok((self, notes)) } else { Err(missing) }
    }

    /// The name's place where the clerk found its parts in two columns and said their order.
    fn name_of_parts(&mut self, headings: &[Heading], told: Told<'_>) -> Result<(), Vec<CellProblem>> {
        let of = |part| headings.iter().position(|heading| *heading == Heading::Mapped(part));
        let (given, family) = (of(NamePart::Given), of(NamePart::Family));
        let Some(place) = given.or(family) else { return Ok(()) };
        let header = self.header.get(place).map_or("", String::as_str);
        let order = told.mapping.and_then(|mapping| mapping.name_order());
        let (Some(given), Some(family), Some(order)) = (given, family, order) else {
            let fix = Fix::Column(Column::Name);
            return Err(vec![CellProblem::of_cell(self.header_row, header, Code::NameInParts, header, fix)]);
        };
        let (first, rest) = match order {
            NameOrder::FamilyFirst => (family, given),
            NameOrder::GivenFirst => (given, family),
        };
        self.places[Column::Name as usize] = Some(first);
        self.rest_of_name = Some(rest);
        Ok(())
    }

    /// Where a column stands, from 0.
    pub fn place(&self, column: Column) -> Option<usize> {
        self.places[column as usize]
    }

    /// A row's cell as it stands in the file; empty where there is no such column. A name in two columns is joined by a space.
    pub fn cell<'r>(&self, column: Column, record: &'r StringRecord) -> Cow<'r, str> {
        let at = |place: Option<usize>| place.and_then(|place| record.get(place)).unwrap_or_default();
        let cell = at(self.place(column));
        match self.rest_of_name.filter(|_| column == Column::Name) {
            Some(rest) => Cow::Owned(format!("{cell} {}", at(Some(rest)))),
            None => Cow::Borrowed(cell),
        }
    }

    /// What a row's cell is besides its text; of a name in two columns, either of them.
    pub fn mark(&self, row: u32, column: Column) -> Option<Mark> {
        let Source::Sheet(chosen) = &self.source else { return None };
        let rest = self.rest_of_name.filter(|_| column == Column::Name);
        let marks = [self.place(column), rest].into_iter().flatten().filter_map(|place| chosen.mark(row, place));
        // What keeps the row from being issued goes first.
        marks.max_by_key(|mark| *mark != Mark::FormulaValue)
    }

    /// Whether a row is hidden in the spreadsheet.
    pub fn is_hidden(&self, row: u32) -> bool {
        matches!(&self.source, Source::Sheet(chosen) if chosen.is_hidden(row))
    }

    /// The rows under the header.
    pub fn rows(&self) -> Rows<'_> {
        match &self.source {
            Source::Sheet(chosen) => Rows::Sheet(chosen.rows(self.header.len())),
            Source::Text(separated) => Rows::Text(Box::new(separated.rows(self.header_row))),
        }
    }
}

impl Rows<'_> {
    /// Reads the next row; its number, or `None` at the end.
    pub fn next_into(&mut self, record: &mut StringRecord) -> Option<u32> {
        match self {
            Rows::Sheet(rows) => rows.next_into(record),
            Rows::Text(records) => records.next_into(record),
        }
    }
}

/// Whether the first row is a person's already: no heading of it says anything to us, and a cell of it is figures alone, as every row has
/// a year.
pub(super) fn is_data(header: &[String], told: Told<'_>) -> bool {
    let figures = |cell: &String| {
        let (has, only) = (|c: char| c.is_ascii_digit(), |c: char| c.is_ascii_digit() || " ./-".contains(c));
        cell.chars().any(has) && cell.chars().all(only)
    };
    let says_something = header.iter().any(|header| told.of(header) != Heading::Unknown);
    !says_something && header.iter().any(figures)
}

/// Whether any cell holds more than spaces.
pub(super) fn has_text(record: &StringRecord) -> bool {
    record.iter().any(|cell| !cell.trim().is_empty())
}

/// Cells as headers: trimmed, no longer than one is, and without empty ones at the end.
pub(super) fn headers(record: &StringRecord) -> Vec<String> {
    let mut headers = cut(record);
    while headers.last().is_some_and(String::is_empty) {
        headers.pop();
    }
    headers
}

/// Cells as headers, with empty ones at the end.
pub(super) fn cut(record: &StringRecord) -> Vec<String> {
    record.iter().map(|cell| cell.trim().chars().take(HEADER_CHARACTERS).collect()).collect()
}
