//! One sheet's part, read as a stream: values only. Nothing is calculated, and nothing outside the file is asked (threats.md J8).

use std::collections::BTreeSet;

use quick_xml::events::{BytesStart, Event};

use super::grid::{Grid, Mark};
use super::parts::{Xml, add_text, attribute};
use super::shown::Styles;
use super::strings::{SharedStrings, unescaped, written};
use crate::desk::import::problem::{CellProblem, Code, Fix};
use crate::desk::import::{CELL_BYTES, COLUMNS_MOST, ROWS_MOST};

/// 10,000 merged regions, and as many hidden ranges of columns. A clerk merges by hand.
const RANGES_MOST: usize = 10_000;
/// 1,048,576 rows, with those that hold nothing (ECMA-376-1 §18.17.2.2): no sheet has more.
const LAST_ROW: u32 = 1_048_576;
/// 16,384 columns: the last is XFD (ECMA-376-1 §18.17.2.2).
const LAST_COLUMN: u32 = 16_384;
/// What changes by itself between two looks, or comes from another file or the network: its saved value is nobody's.
const UNSTABLE: [&str; 8] = ["TODAY(", "NOW(", "RAND", "INDIRECT(", "OFFSET(", "WEBSERVICE(", "DDE", "["];

/// What a sheet's cells are made with.
pub(super) struct Made<'w> {
    pub strings: &'w SharedStrings,
    pub styles: &'w Styles,
}

/// Reads a sheet, or its first `rows` rows that hold anything.
///
/// # Errors
/// [`Code::DamagedWorkbook`], [`Code::TooManyColumns`], [`Code::TooManyRows`], [`Code::WorkbookTooLarge`].
pub(super) fn read(xml: &mut Xml<'_, '_>, made: &Made<'_>, rows: Option<usize>) -> Result<Grid, CellProblem> {
    let mut reading =
        Reading { made, grid: Grid::default(), row: 0, begun: 0, column: 0, ranges: 0, unstable: BTreeSet::new() };
    reading.run(xml, rows)?;
    reading.grid.end();
    Ok(reading.grid)
}

struct Reading<'w> {
    made: &'w Made<'w>,
    grid: Grid,
    /// The number of the row being read, from 1.
    row: u32,
    /// How many rows were begun, whatever they hold.
    begun: u32,
    /// The column of the cell read last, from 1.
    column: u32,
    ranges: usize,
    /// Shared formulas whose value nobody can rely on: the cells that share one do not repeat it.
    unstable: BTreeSet<String>,
}

/// A cell's own tags.
#[derive(Default)]
struct Said {
    kind: String,
    style: Option<usize>,
    /// `None` where there is no formula.
    formula: Option<String>,
    unstable: bool,
    /// `None` where no value was saved.
    value: Option<String>,
    inline: Option<String>,
}

impl Reading<'_> {
    fn run(&mut self, xml: &mut Xml<'_, '_>, rows: Option<usize>) -> Result<(), CellProblem> {
        loop {
            let row = self.row;
            let at_row = |code| CellProblem::of_row(row.max(1), code, Fix::Nothing);
            match xml.next().map_err(at_row)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "row" => {
                        if rows.is_some_and(|rows| self.grid.len() >= rows) {
                            return Ok(());
                        }
                        self.begin_row(&tag).map_err(at_row)?;
                    }
                    "c" => {
                        let mut said = self.begin_cell(&tag).map_err(at_row)?;
                        self.cell(xml, &mut said).map_err(at_row)?;
                        self.end_cell(said)?;
                    }
                    "mergeCell" => self.merge(&tag).map_err(at_row)?,
                    "col" => self.hide(&tag).map_err(at_row)?,
                    _ => {}
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn begin_row(&mut self, tag: &BytesStart<'_>) -> Result<(), Code> {
        self.row = match attribute(tag, "r")? {
            Some(number) => number.parse().map_err(|_| Code::DamagedWorkbook)?,
            None => self.row.saturating_add(1),
        };
        self.column = 0;
        self.begun = self.begun.saturating_add(1);
        if self.begun > LAST_ROW {
            return Err(Code::WorkbookTooLarge);
        }
        let hidden = is_true(attribute(tag, "hidden")?);
        self.grid.begin_row(self.row, hidden).filter(|()| self.row > 0).ok_or(Code::DamagedWorkbook)
    }

    fn begin_cell(&mut self, tag: &BytesStart<'_>) -> Result<Said, Code> {
        let mut said = Said::default();
        self.column = self.column.saturating_add(1);
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|_| Code::DamagedWorkbook)?;
            // None of these has a character that is escaped.
            let value: &str = &attribute.value;
            match attribute.key.local_name().as_ref() {
                "r" => {
                    let (column, row) = place(value).ok_or(Code::DamagedWorkbook)?;
                    if row != self.row {
                        return Err(Code::DamagedWorkbook);
                    }
                    self.column = column;
                }
                "s" => said.style = value.parse().ok(),
                "t" => value.clone_into(&mut said.kind),
                _ => {}
            }
        }
        Ok(said)
    }

    /// What stands between a cell's tags.
    fn cell(&mut self, xml: &mut Xml<'_, '_>, said: &mut Said) -> Result<(), Code> {
        loop {
            match xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "f" => {
                        let shared = attribute(&tag, "si")?;
                        let formula = plain(xml, "f")?;
                        let upper = formula.to_ascii_uppercase();
                        said.unstable = UNSTABLE.iter().any(|word| upper.contains(word))
                            || shared.as_ref().is_some_and(|shared| self.unstable.contains(shared));
                        if said.unstable && self.unstable.len() < RANGES_MOST {
                            self.unstable.extend(shared);
                        }
                        said.formula = Some(formula);
                    }
                    "v" => said.value = Some(plain(xml, "v")?),
                    "is" => said.inline = Some(written(xml, "is")?),
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == "c" => return Ok(()),
                Event::Eof => return Err(Code::DamagedWorkbook),
                _ => {}
            }
        }
    }

    fn end_cell(&mut self, said: Said) -> Result<(), CellProblem> {
        let stop = |code, fix| CellProblem::of_row(self.row, code, fix);
        let damaged = || stop(Code::DamagedWorkbook, Fix::Nothing);
        let value = said.value.unwrap_or_default();
        let text = match said.kind.as_str() {
            "s" if value.is_empty() => String::new(),
            "s" => {
                let number = value.trim().parse().map_err(|_| damaged())?;
                self.made.strings.get(number).ok_or_else(damaged)?.to_owned()
            }
            "inlineStr" => said.inline.unwrap_or_default(),
            "str" => unescaped(&value).into_owned(),
            "e" => value,
            "b" => if is_true(Some(value)) { "TRUE" } else { "FALSE" }.to_owned(),
            // ISO 8601; a time of day is left out.
            "d" => value.split('T').next().unwrap_or_default().to_owned(),
            _ if value.trim().is_empty() => String::new(),
            _ => self.made.styles.show(&value, said.style),
        };
        let (text, mark) = match said.formula {
            None => (text, None),
            // `=IF(A2="","",…)`, filled down far below the last person, shows nothing and is nothing.
            Some(_) if said.kind == "str" && text.is_empty() && !said.unstable => (text, None),
            Some(formula) if text.is_empty() || said.kind == "e" || said.unstable => {
                (format!("={formula}"), Some(Mark::FormulaWithoutValue))
            }
            Some(_) => (text, Some(Mark::FormulaValue)),
        };
        if text.is_empty() {
            return Ok(());
        }
        if self.row > ROWS_MOST {
            return Err(stop(Code::TooManyRows, Fix::Most(usize::try_from(ROWS_MOST).unwrap_or(usize::MAX))));
        }
        let column = u16::try_from(self.column.saturating_sub(1)).unwrap_or(u16::MAX);
        if usize::from(column) >= COLUMNS_MOST {
            return Err(stop(Code::TooManyColumns, Fix::Most(COLUMNS_MOST)));
        }
        self.grid.push(column, &text, mark).map_err(|code| stop(code, Fix::Nothing))
    }

    /// A merged region. Of one row, what its first cell shows is that cell's; the others are covered. Of several rows, whose value it
    /// is nobody can tell.
    fn merge(&mut self, tag: &BytesStart<'_>) -> Result<(), Code> {
        self.count_range()?;
        let range = attribute(tag, "ref")?.ok_or(Code::DamagedWorkbook)?;
        let (from, to) = range.split_once(':').unwrap_or((&range, &range));
        let ((left, top), (right, bottom)) = place(from).zip(place(to)).ok_or(Code::DamagedWorkbook)?;
        let covered_from = if top == bottom { left.saturating_add(1) } else { left };
        for column in covered_from..=right.min(u32::try_from(COLUMNS_MOST).unwrap_or(u32::MAX)) {
            self.grid.merge(u16::try_from(column - 1).unwrap_or(u16::MAX), top, bottom);
        }
        Ok(())
    }

    fn hide(&mut self, tag: &BytesStart<'_>) -> Result<(), Code> {
        if is_true(attribute(tag, "hidden")?) {
            self.count_range()?;
            let number = |name| Ok(attribute(tag, name)?.and_then(|number| number.parse::<u32>().ok()).unwrap_or(0));
            let (first, last): (u32, u32) = (number("min")?, number("max")?);
            self.grid.hide_columns(first.saturating_sub(1), last.saturating_sub(1));
        }
        Ok(())
    }

    fn count_range(&mut self) -> Result<(), Code> {
        self.ranges += 1;
        if self.ranges > RANGES_MOST { Err(Code::WorkbookTooLarge) } else { Ok(()) }
    }
}

/// The text up to the end of a tag that holds nothing else.
fn plain(xml: &mut Xml<'_, '_>, end: &str) -> Result<String, Code> {
    let mut text = String::new();
    loop {
        match xml.next()? {
            Event::End(tag) if tag.local_name().as_ref() == end => return Ok(text),
            Event::Eof => return Err(Code::DamagedWorkbook),
            event => add_text(&event, &mut text, CELL_BYTES)?,
        }
    }
}

/// `BC12`, or `$BC$12`: column and row, from 1.
fn place(reference: &str) -> Option<(u32, u32)> {
    let reference = reference.replace('$', "");
    let digits = reference.find(|character: char| character.is_ascii_digit())?;
    let (letters, number) = reference.split_at_checked(digits)?;
    let mut column: u32 = 0;
    for letter in letters.bytes() {
        if !letter.is_ascii_alphabetic() || column > LAST_COLUMN {
            return None;
        }
        column = column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    let row = number.parse().ok().filter(|row| *row > 0)?;
    (1..=LAST_COLUMN).contains(&column).then_some((column, row))
}

/// `xsd:boolean`.
fn is_true(value: Option<String>) -> bool {
    value.is_some_and(|value| matches!(value.trim(), "1" | "true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_columns_and_rows() {
        for (reference, column, row) in
            [("A1", 1, 1), ("Z9", 26, 9), ("$AA$10", 27, 10), ("XFD1048576", 16_384, 1_048_576)]
        {
            assert_eq!(place(reference), Some((column, row)));
        }
        for reference in ["", "A", "1", "A0", "XFE1", "ÁA1", "A-1", "AAAAAAAAAAAAAAAAAA1", "A99999999999"] {
            assert_eq!(place(reference), None, "{reference}");
        }
    }
}
