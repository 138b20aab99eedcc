//! Text to rows: the separator, the header, and records under the numbers that a spreadsheet shows.

use std::borrow::Cow;
use std::io::{Chain, Read as _};

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::Encoding;

use super::problem::{CellProblem, Code, Fix};
use super::table::{cut, has_text};
use super::{COLUMNS_MOST, SEPARATORS_MOST, text};

/// What separates cells, in the order in which a tie is settled.
const SEPARATORS: [u8; 3] = *b";\t,";
/// Follows the text while it is read. A line end and a character that no text has (a NUL is refused as binary): standing alone it
/// is the end, and inside a cell it shows that a quote was never closed, which the csv crate does not tell.
const END: &[u8] = b"\n\0";

/// A file of separated values.
pub(super) struct Separated<'a> {
    text: Cow<'a, str>,
    /// Where the rows begin: behind a line `sep=;`.
    begin: usize,
    pub encoding: &'static Encoding,
    pub separator: u8,
}

impl<'a> Separated<'a> {
    /// Decodes a file and finds the separator that makes the most columns we `know`; with its header's cells and row.
    ///
    /// # Errors
    /// What keeps the whole file from being read.
    pub fn open(bytes: &'a [u8], know: &dyn Fn(&[String]) -> usize) -> Result<(Self, Vec<String>, u32), CellProblem> {
        let whole = |code, fix| CellProblem::of_row(1, code, fix);
        let (mut text, encoding) = text::decode(bytes)?;
        // A second byte mark, of a file joined from two.
        if text.starts_with('\u{feff}') {
            text = Cow::Owned(text.trim_start_matches('\u{feff}').to_owned());
        }
        let (begin, named) = separator_line(&text);
        if !text[begin..].contains(|character: char| !character.is_whitespace() && !";,\"".contains(character)) {
            return Err(whole(Code::EmptyFile, Fix::Nothing));
        }
        if too_wide(&text[begin..]) {
            return Err(whole(Code::TooManyColumns, Fix::Most(COLUMNS_MOST)));
        }
        let candidates: &[u8] = named.as_ref().map_or(&SEPARATORS, std::slice::from_ref);
        let headers = candidates.iter().map(|separator| Header::read(&text[begin..], *separator));
        // Of equals the first: the most known columns, then the most cells.
        let mut best: Option<(usize, Header)> = None;
        for header in headers {
            let known = know(header.cells.get(..COLUMNS_MOST).unwrap_or(&header.cells));
            if best.as_ref().is_none_or(|(most, best)| (known, header.wide) > (*most, best.wide)) {
                best = Some((known, header));
            }
        }
        let Some((_, header)) = best else { return Err(whole(Code::EmptyFile, Fix::Nothing)) };
        let separated = Self { begin, encoding, separator: header.separator, text };
        // A quote that never closes makes nonsense of the header too, so it is looked for first.
        if let Some(unclosed) = separated.unclosed_quote(&header) {
            return Err(unclosed);
        }
        if header.wide < 2 {
            return Err(whole(Code::WrongSeparator, Fix::Nothing));
        }
        Ok((separated, header.cells, header.row))
    }

    /// The rows under the header that hold any text.
    pub fn rows(&self, header_row: u32) -> Records<'_> {
        let mut records = Records::of(&self.text[self.begin..], self.separator);
        // The header again, and what stands above it.
        let mut passed = StringRecord::new();
        while records.row < header_row && records.next_into(&mut passed).is_some() {}
        records
    }

    fn unclosed_quote(&self, header: &Header) -> Option<CellProblem> {
        let mut records = Records::of(&self.text[self.begin..], self.separator);
        let mut record = StringRecord::new();
        while records.next_into(&mut record).is_some() {}
        let place = records.unclosed?;
        let found = record.get(place).unwrap_or_default();
        Some(CellProblem {
            column: header.cells.get(place).filter(|_| records.row > header.row).cloned(),
            ..CellProblem::of_cell(records.row, "", Code::UnclosedQuote, found, Fix::Nothing)
        })
    }
}

/// The first row with text, under one separator.
struct Header {
    separator: u8,
    row: u32,
    cells: Vec<String>,
    /// How many cells it has with the empty ones at the end.
    wide: usize,
}

impl Header {
    fn read(text: &str, separator: u8) -> Self {
        let mut records = Records::of(text, separator);
        let mut record = StringRecord::new();
        let mut cells: Vec<String> = Vec::new();
        // The first row of bare separators under one candidate is text under another.
        while cells.is_empty() && records.next_into(&mut record).is_some() {
            if has_text(&record) {
                cells = cut(&record);
            }
        }
        if cells.is_empty() && records.unclosed.is_some() {
            cells = cut(&record);
        }
        let wide = cells.len();
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        Self { separator, row: records.row, wide, cells }
    }
}

/// Records and the numbers of their rows, as a spreadsheet counts them: blank lines count, a cell of several lines does not.
pub(super) struct Records<'t> {
    text: &'t [u8],
    reader: csv::Reader<Chain<&'t [u8], &'static [u8]>>,
    /// The row last read, from 1; 0 before the first.
    pub row: u32,
    /// The cell, from 0, whose quote the text never closes; known at the end.
    pub unclosed: Option<usize>,
}

impl<'t> Records<'t> {
    fn of(text: &'t str, separator: u8) -> Self {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(text.as_bytes().chain(END));
        Self { text: text.as_bytes(), reader, row: 0, unclosed: None }
    }

    /// Reads the next record; its row, or `None` at the end and at a quote that never closes.
    pub fn next_into(&mut self, record: &mut StringRecord) -> Option<u32> {
        // The csv crate passes over empty lines in silence.
        let begin = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        let blank = empty_lines(self.text, begin);
        // Text in memory that is UTF-8 has no record that cannot be read.
        if !self.reader.read_record(record).unwrap_or(false) {
            return None;
        }
        let last = record.len().saturating_sub(1);
        if record.get(last).is_some_and(|cell| cell.ends_with('\0')) {
            if last != 0 || record.get(0) != Some("\0") {
                self.row = self.row.saturating_add(blank).saturating_add(1);
                self.unclosed = Some(last);
            }
            return None;
        }
        self.row = self.row.saturating_add(blank).saturating_add(1);
        Some(self.row)
    }
}

/// Line ends from `begin` on that end nothing. A CRLF whose CR ended the record before is the end of that record.
fn empty_lines(text: &[u8], begin: usize) -> u32 {
    let mut rest = text.get(begin..).unwrap_or_default();
    if begin > 0 && text.get(begin - 1) == Some(&b'\r') {
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    let mut lines = 0;
    while let [end @ (b'\r' | b'\n'), behind @ ..] = rest {
        rest = if *end == b'\r' { behind.strip_prefix(b"\n").unwrap_or(behind) } else { behind };
        lines += 1;
    }
    lines
}

/// Excel's own first line, `sep=;`: where the next line begins, and the separator that it names.
fn separator_line(text: &str) -> (usize, Option<u8>) {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    match text.as_bytes()[..end] {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator]
            if separator == b'\t' || separator == b' ' || (separator.is_ascii_punctuation() && separator != b'"') =>
        {
            let behind = &text.as_bytes()[end..];
            let line_end = if behind.starts_with(b"\r\n") { 2 } else { behind.len().min(1) };
            (end + line_end, Some(separator))
        }
        _ => (0, None),
    }
}

/// A line with thousands of separators is no register, and would cost memory by the cell.
fn too_wide(text: &str) -> bool {
    let count =
        |line: &[u8]| SEPARATORS.iter().any(|mark| line.iter().filter(|byte| *byte == mark).count() > SEPARATORS_MOST);
    text.as_bytes().split(|byte| matches!(byte, b'\r' | b'\n')).any(|line| line.len() > SEPARATORS_MOST && count(line))
}
