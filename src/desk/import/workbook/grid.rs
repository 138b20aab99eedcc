//! A sheet's cells as a clerk sees them: rows under their own numbers, and what a cell is besides its text.

use csv::StringRecord;

use crate::desk::import::problem::Code;

/// What a cell is besides its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::desk::import) enum Mark {
    /// Calculated; the text is what was last saved.
    FormulaValue,
    /// Calculated, and no value was saved that can be relied on; the text is the formula.
    FormulaWithoutValue,
    /// Joined with cells of other rows, or covered by the cell to its left.
    Merged,
}

/// The cells of one sheet that hold anything, in the order of rows, then columns.
#[derive(Default)]
pub(in crate::desk::import) struct Grid {
    text: String,
    cells: Vec<Cell>,
    rows: Vec<Row>,
    /// For each column the rows, first to last, in which it is merged: sorted, and apart from each other.
    merged: Vec<Vec<(u32, u32)>>,
    /// Columns that are not shown, first to last, from 0.
    hidden_columns: Vec<(u32, u32)>,
}

#[derive(Clone, Copy)]
struct Cell {
    /// Where its text ends; it begins where that of the cell before ends.
    end: u32,
    column: u16,
    mark: Option<Mark>,
}

#[derive(Clone, Copy)]
struct Row {
    number: u32,
    first_cell: u32,
    hidden: bool,
}

impl Grid {
    /// 268,435,456 bytes: the text of all cells. With the shared texts it is copied from, a register stays within design §11's memory.
    pub const TEXT_BYTES: usize = 256 * 1024 * 1024;

    /// Begins a row; its number is higher than those before. `None` when it is not, or too much came before.
    pub fn begin_row(&mut self, number: u32, hidden: bool) -> Option<()> {
        // A row that turned out to hold nothing leaves no trace.
        if self.rows.last().is_some_and(|last| last.first_cell as usize == self.cells.len()) {
            self.rows.pop();
        }
        if self.rows.last().is_some_and(|last| last.number >= number) {
            return None;
        }
        self.rows.push(Row { number, first_cell: u32::try_from(self.cells.len()).ok()?, hidden });
        Some(())
    }

    /// Adds a cell to the row begun last; its column is higher than those before.
    ///
    /// # Errors
    /// [`Code::DamagedWorkbook`] when it is not, or no row was begun; [`Code::WorkbookTooLarge`] when the text is too much: one shared
    /// text, named by every cell, is small in the file.
    pub fn push(&mut self, column: u16, text: &str, mark: Option<Mark>) -> Result<(), Code> {
        let row = self.rows.last().and_then(|row| self.cells.get(row.first_cell as usize..));
        let before = row.ok_or(Code::DamagedWorkbook)?.last();
        if before.is_some_and(|before| before.column >= column) {
            return Err(Code::DamagedWorkbook);
        }
        if self.text.len() + text.len() > Self::TEXT_BYTES {
            return Err(Code::WorkbookTooLarge);
        }
        self.text.push_str(text);
        let end = u32::try_from(self.text.len()).map_err(|_| Code::WorkbookTooLarge)?;
        self.cells.push(Cell { end, column, mark });
        Ok(())
    }

    /// Says that a column is merged from one row to another.
    pub fn merge(&mut self, column: u16, first: u32, last: u32) {
        let column = usize::from(column);
        if self.merged.len() <= column {
            self.merged.resize_with(column + 1, Vec::new);
        }
        if let Some(rows) = self.merged.get_mut(column) {
            rows.push((first, last));
        }
    }

    /// Says that columns are not shown.
    pub fn hide_columns(&mut self, first: u32, last: u32) {
        self.hidden_columns.push((first, last));
    }

    /// Ends the sheet: regions that touch are one.
    pub fn end(&mut self) {
        if self.rows.last().is_some_and(|last| last.first_cell as usize == self.cells.len()) {
            self.rows.pop();
        }
        for rows in &mut self.merged {
            rows.sort_unstable();
            let mut apart: Vec<(u32, u32)> = Vec::new();
            for (first, last) in rows.drain(..) {
                match apart.last_mut() {
                    Some(before) if first <= before.1 => before.1 = before.1.max(last),
                    _ => apart.push((first, last)),
                }
            }
            *rows = apart;
        }
    }

    /// How many rows hold anything.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The number of the row at a place, from 0.
    pub fn number(&self, place: usize) -> Option<u32> {
        self.rows.get(place).map(|row| row.number)
    }

    /// The cells of the row at a place, as a record of at least `width` cells.
    pub fn fill(&self, place: usize, width: usize, record: &mut StringRecord) {
        record.clear();
        for index in self.cells_of(place) {
            let Some(cell) = self.cells.get(index) else { break };
            while record.len() < usize::from(cell.column) {
                record.push_field("");
            }
            record.push_field(self.text_of(index));
        }
        while record.len() < width {
            record.push_field("");
        }
    }

    /// What the cell of a row's number and a column is besides its text.
    pub fn mark(&self, row: u32, column: usize) -> Option<Mark> {
        let merged = self.merged.get(column).is_some_and(|rows| {
            let behind = rows.partition_point(|(first, _)| *first <= row);
            behind.checked_sub(1).and_then(|at| rows.get(at)).is_some_and(|(_, last)| row <= *last)
        });
        if merged {
            return Some(Mark::Merged);
        }
        let place = self.rows.binary_search_by_key(&row, |row| row.number).ok()?;
        let cells = self.cells.get(self.cells_of(place))?;
        let cell = cells.binary_search_by_key(&column, |cell| usize::from(cell.column)).ok()?;
        cells.get(cell)?.mark
    }

    /// Whether a row is hidden, by a filter or by hand.
    pub fn is_hidden(&self, row: u32) -> bool {
        let place = self.rows.binary_search_by_key(&row, |row| row.number);
        place.ok().and_then(|place| self.rows.get(place)).is_some_and(|row| row.hidden)
    }

    /// Whether a column is hidden.
    pub fn is_hidden_column(&self, column: usize) -> bool {
        self.hidden_columns.iter().any(|(first, last)| (*first as usize..=*last as usize).contains(&column))
    }

    fn cells_of(&self, place: usize) -> std::ops::Range<usize> {
        let first = |place: usize| self.rows.get(place).map(|row| row.first_cell as usize);
        first(place).unwrap_or(self.cells.len())..first(place + 1).unwrap_or(self.cells.len())
    }

    fn text_of(&self, index: usize) -> &str {
        let begin = index.checked_sub(1).and_then(|before| self.cells.get(before)).map_or(0, |cell| cell.end);
        let end = self.cells.get(index).map_or(begin, |cell| cell.end);
        self.text.get(begin as usize..end as usize).unwrap_or_default()
    }
}
