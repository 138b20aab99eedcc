//! Tables of comma-separated values that people open in a spreadsheet.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use crate::desk::guard::{line, unguard};

/// A table whose first column names its rows.
#[derive(Debug)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// first cell → place
    places: HashMap<String, usize>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(header: &[&str]) -> Self {
        Self {
            header: header.iter().map(|name| (*name).to_owned()).collect(),
            rows: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// A table of an earlier run, or an empty one when there is none.
    ///
    /// # Errors
    /// What the disk says; [`io::ErrorKind::InvalidData`] for a file that is not this table.
    pub fn read_or_new(path: &Path, header: &[&str]) -> io::Result<Self> {
        let mut table = Self::new(header);
        let bytes = match std::fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(table),
            other => other?,
        };
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let other = || io::Error::new(io::ErrorKind::InvalidData, "another table");
        if reader.headers().map_err(|_| other())?.iter().ne(header.iter().copied()) {
            return Err(other());
        }
        for row in reader.records() {
            table.push(row.map_err(|_| other())?.iter().map(unguard).collect());
        }
        Ok(table)
    }

    /// Whether there is a row of this first cell.
    #[must_use]
    pub fn has(&self, first: &str) -> bool {
        self.places.contains_key(first)
    }

    /// Puts a row in, in the place of one of the same first cell.
    pub fn put(&mut self, row: Vec<String>) {
        let place = row.first().and_then(|first| self.places.get(first)).and_then(|place| self.rows.get_mut(*place));
        match place {
            Some(old) => *old = row,
            None => self.push(row),
        }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<String>) {
        if let Some(first) = row.first() {
            self.places.entry(first.clone()).or_insert(self.rows.len());
        }
        self.rows.push(row);
    }

    /// The rows, to change cells other than the first.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut Vec<String>> {
        self.rows.iter_mut()
    }

    /// The text, in which a spreadsheet finds nothing to calculate (threats.md J1).
    #[must_use]
    pub fn to_csv(&self) -> String {
        let rows = [&self.header].into_iter().chain(&self.rows);
        rows.map(|row| line(row.iter().map(String::as_str))).collect()
    }
}
