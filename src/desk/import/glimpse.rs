//! What stands in a file's columns, before anybody says what they are: their headers, some cells of each, and what we would take them for.

use csv::StringRecord;

use super::headings::{Heading, Told};
use super::mapping::{Mapping, Meaning};
use super::problem::CellProblem;
use super::table::{Table, has_text, is_data};
use super::{FILE_BYTES, Settings};

/// 3 cells of each column: enough to tell dates from numbers.
const CELLS: usize = 3;
/// 40 characters of a cell.
const CELL_CHARACTERS: usize = 40;

/// One column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileColumn {
    /// Its header, as it stands there.
    pub header: String,
    /// The beginnings of its first cells that hold anything.
    pub cells: Vec<String>,
    /// What it is read as; `None` for what is never kept, whatever anybody says.
    pub meaning: Option<Meaning>,
}

/// Looks at the columns of a file. Of what is never kept no cell is shown. A file that begins with a person has none that can be explained.
///
/// # Errors
/// What keeps the header from being read.
pub fn columns_of_file(bytes: &[u8], settings: &Settings) -> Result<Vec<FileColumn>, Vec<CellProblem>> {
    if bytes.len() > FILE_BYTES {
        return Ok(Vec::new());
    }
    let (table, _) = Table::unread(bytes, settings)?;
    let told = Told { mapping: settings.columns.as_ref(), for_statistics: settings.for_statistics };
    if is_data(&table.header, told) {
        return Ok(Vec::new());
    }
    let proposed = Mapping::propose(&table.header);
    let column = |header: &String| {
        let said = settings.columns.as_ref().and_then(|said| said.of_header(header));
        let own = || match told.of(header) {
            // Mappings propose nothing for what only counts are made of.
            Heading::Known(column) => Meaning::Column(column),
            _ => proposed.of_header(header).unwrap_or(Meaning::Ignored),
        };
        let meaning = (told.of(header) != Heading::Forbidden).then(|| said.unwrap_or_else(own));
        FileColumn { header: header.clone(), cells: Vec::new(), meaning }
    };
    let mut columns: Vec<FileColumn> = table.header.iter().map(column).collect();
    let (mut rows, mut record, mut seen) = (table.rows(), StringRecord::new(), 0);
    while seen < CELLS && rows.next_into(&mut record).is_some() {
        if !has_text(&record) {
            continue;
        }
        seen += 1;
        for (column, cell) in columns.iter_mut().zip(&record).filter(|(column, _)| column.meaning.is_some()) {
            let cell: String = cell.trim().chars().take(CELL_CHARACTERS).collect();
            if !cell.is_empty() {
                column.cells.push(cell);
            }
        }
    }
    Ok(columns)
}
