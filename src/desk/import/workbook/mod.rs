//! Registers in XLSX (ECMA-376, Office Open XML): which sheet is the register, where its header stands, and its cells.

mod grid;
mod parts;
mod sheet;
mod shown;
mod strings;

use csv::StringRecord;
use quick_xml::events::Event;

use self::grid::Grid;
pub(super) use self::grid::Mark;
use self::parts::{Parts, attribute, is_archive};
use self::sheet::Made;
use self::shown::{Epoch, Styles};
use self::strings::SharedStrings;
use super::fold::fold;
use super::problem::{CellProblem, Code, Fix};

/// 20 rows that hold anything: how far down a header is looked for, under titles and logos.
const HEADER_WITHIN: usize = 20;
/// 256 sheets: a workbook. Clerks keep one for each month or course.
const SHEETS_MOST: usize = 256;
/// 2 columns that we know: less is a title that happens to be one of our words.
const KNOWN_LEAST: usize = 2;
/// How every file of the old compound format begins: old spreadsheets, and new ones behind a password ([MS-CFB] §2.2).
const COMPOUND_BEGINS: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The sheet of a workbook that is the register.
pub(super) struct Chosen {
    grid: Grid,
    /// Its name.
    pub sheet: String,
    /// The place of its header among the rows.
    header: usize,
}

/// The rows under a header.
pub(super) struct GridRows<'t> {
    grid: &'t Grid,
    width: usize,
    next: usize,
}

/// A sheet as the workbook lists it.
struct Listed {
    name: String,
    part: String,
}

/// Whether bytes are a spreadsheet's file and not text.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    is_archive(bytes) || bytes.starts_with(COMPOUND_BEGINS)
}

impl Chosen {
    /// Opens a workbook and finds the register in it, by how many of a row's cells are columns we `know`.
    ///
    /// # Errors
    /// What keeps the whole file from being read; second, notes on what was passed over.
    pub fn open(
        bytes: &[u8],
        wanted: Option<&str>,
        know: &dyn Fn(&StringRecord) -> usize,
    ) -> Result<(Self, Vec<CellProblem>), CellProblem> {
        let whole = |code| CellProblem::of_row(1, code, Fix::Nothing);
        if bytes.starts_with(COMPOUND_BEGINS) {
            return Err(whole(Code::OldSpreadsheet));
        }
        let mut parts = Parts::open(bytes).map_err(whole)?;
        if parts.any_ends_with("vbaproject.bin") {
            return Err(whole(Code::Macros));
        }
        let workbook = Workbook::read(&mut parts).map_err(whole)?;
        let strings = SharedStrings::read(&mut parts, &workbook.strings).map_err(whole)?;
        let styles = Styles::read(&mut parts, &workbook.styles, workbook.epoch).map_err(whole)?;
        let made = Made { strings: &strings, styles: &styles };
        let mut read = |listed: &Listed, rows: Option<usize>| match parts.xml(&listed.part).map_err(whole)? {
            Some(mut xml) => sheet::read(&mut xml, &made, rows),
            None => Err(whole(Code::DamagedWorkbook)),
        };
        // Of each sheet the beginning: whether it holds anything, and where its header stands.
        let mut looked = Vec::new();
        for listed in &workbook.sheets {
            let grid = read(listed, Some(HEADER_WITHIN))?;
            if grid.len() > 0 {
                looked.push((listed, header(&grid, know)));
            }
        }
        let names = || Fix::Sheets(workbook.sheets.iter().map(|listed| listed.name.clone()).collect());
        let (listed, found) = match wanted {
            Some(wanted) => {
                let same = |name: &str| fold(name) == fold(wanted);
                if !workbook.sheets.iter().any(|listed| same(&listed.name)) {
                    return Err(CellProblem { fix: names(), ..whole(Code::UnknownSheet) });
                }
                let named = looked.iter().find(|(listed, _)| same(&listed.name));
                *named.ok_or_else(|| whole(Code::EmptyFile))?
            }
            None => {
                let registers: Vec<_> = looked.iter().filter(|(_, header)| header.is_some()).collect();
                match registers.as_slice() {
                    [one] => **one,
                    [] => *looked.first().ok_or_else(|| whole(Code::EmptyFile))?,
                    several => {
                        let names = several.iter().map(|(listed, _)| listed.name.clone()).collect();
                        return Err(CellProblem { fix: Fix::Sheets(names), ..whole(Code::SeveralSheets) });
                    }
                }
            }
        };
        let mut notes = Vec::new();
        if looked.len() > 1 {
            notes.push(CellProblem { found: listed.name.clone(), ..whole(Code::OtherSheets) });
        }
        let header = found.unwrap_or(0);
        let grid = read(listed, None)?;
        if header > 0 {
            notes.push(CellProblem::of_row(grid.number(header).unwrap_or(1), Code::RowsAbove, Fix::Nothing));
        }
        Ok((Self { grid, sheet: listed.name.clone(), header }, notes))
    }

    /// The header's cells and the number of its row.
    pub fn header(&self) -> (StringRecord, u32) {
        let mut record = StringRecord::new();
        self.grid.fill(self.header, 0, &mut record);
        (record, self.grid.number(self.header).unwrap_or(1))
    }

    /// The rows under the header, each of at least `width` cells.
    pub fn rows(&self, width: usize) -> GridRows<'_> {
        GridRows { grid: &self.grid, width, next: self.header + 1 }
    }

    /// What a cell is besides its text.
    pub fn mark(&self, row: u32, column: usize) -> Option<Mark> {
        self.grid.mark(row, column)
    }

    /// Whether a row is hidden.
    pub fn is_hidden(&self, row: u32) -> bool {
        self.grid.is_hidden(row)
    }

    /// Whether a column is hidden.
    pub fn is_hidden_column(&self, column: usize) -> bool {
        self.grid.is_hidden_column(column)
    }
}

impl GridRows<'_> {
    /// Reads the next row that holds anything; its number.
    pub fn next_into(&mut self, record: &mut StringRecord) -> Option<u32> {
        let number = self.grid.number(self.next)?;
        self.grid.fill(self.next, self.width, record);
        self.next += 1;
        Some(number)
    }
}

/// The first row in which enough columns are known.
fn header(grid: &Grid, know: &dyn Fn(&StringRecord) -> usize) -> Option<usize> {
    let mut record = StringRecord::new();
    (0..grid.len()).find(|place| {
        grid.fill(*place, 0, &mut record);
        know(&record) >= KNOWN_LEAST
    })
}

/// What a workbook says of its parts.
struct Workbook {
    /// Sheets of cells that are shown, in the order of their tabs.
    sheets: Vec<Listed>,
    strings: String,
    styles: String,
    epoch: Epoch,
}

impl Workbook {
    fn read(parts: &mut Parts<'_>) -> Result<Self, Code> {
        let main = relations(parts, "_rels/.rels", "")?
            .into_iter()
            .find(|relation| relation.kind.ends_with("/officeDocument"))
            .map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.part);
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let relations = relations(parts, &join(folder, &format!("_rels/{file}.rels")), folder)?;
        let part = |kind: &str| relations.iter().find(|relation| relation.kind.ends_with(kind));
        let mut workbook = Self {
            sheets: Vec::new(),
            strings: part("/sharedStrings").map_or_else(String::new, |relation| relation.part.clone()),
            styles: part("/styles").map_or_else(String::new, |relation| relation.part.clone()),
            epoch: Epoch::Of1900,
        };
        // Text documents, presentations, OpenDocument, binary workbooks: archives all, and none of them is read.
        let mut xml = parts.xml(&main)?.filter(|_| main.ends_with(".xml")).ok_or(Code::OtherSpreadsheet)?;
        let mut is_workbook = false;
        loop {
            match xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "workbook" => is_workbook = true,
                    "workbookPr" => {
                        let of_1904 =
                            attribute(&tag, "date1904")?.is_some_and(|value| matches!(value.as_str(), "1" | "true"));
                        workbook.epoch = if of_1904 { Epoch::Of1904 } else { Epoch::Of1900 };
                    }
                    "sheet" => {
                        let name = attribute(&tag, "name")?.unwrap_or_default();
                        let id = attribute(&tag, "id")?.unwrap_or_default();
                        let shown = attribute(&tag, "state")?.is_none_or(|state| state == "visible");
                        let cells = |relation: &&Relation| relation.id == id && relation.kind.ends_with("/worksheet");
                        if let Some(relation) = relations.iter().find(cells).filter(|_| shown) {
                            // Two sheets of one part: no program writes that, and each would be read anew.
                            let part = &relation.part;
                            if workbook.sheets.iter().any(|listed| listed.part.eq_ignore_ascii_case(part)) {
                                return Err(Code::DamagedWorkbook);
                            }
                            workbook.sheets.push(Listed { name, part: relation.part.clone() });
                        }
                        if workbook.sheets.len() > SHEETS_MOST {
                            return Err(Code::WorkbookTooLarge);
                        }
                    }
                    _ => {}
                },
                Event::Eof if is_workbook => return Ok(workbook),
                Event::Eof => return Err(Code::OtherSpreadsheet),
                _ => {}
            }
        }
    }
}

/// What one part says of another (ECMA-376-2 §6.5).
struct Relation {
    id: String,
    kind: String,
    part: String,
}

/// The relations of a part to others of the same file; those that lead out of it are left out.
fn relations(parts: &mut Parts<'_>, name: &str, folder: &str) -> Result<Vec<Relation>, Code> {
    let mut relations = Vec::new();
    let Some(mut xml) = parts.xml(name)? else { return Ok(relations) };
    loop {
        match xml.next()? {
            Event::Start(tag) if tag.local_name().as_ref() == "Relationship" => {
                let text = |name| Ok(attribute(&tag, name)?.unwrap_or_default());
                let (id, kind, target, mode): (String, _, String, String) =
                    (text("Id")?, text("Type")?, text("Target")?, text("TargetMode")?);
                if mode != "External" {
                    let part = match target.strip_prefix('/') {
                        Some(absolute) => absolute.to_owned(),
                        None => join(folder, target.strip_prefix("./").unwrap_or(&target)),
                    };
                    relations.push(Relation { id, kind, part });
                }
                if relations.len() > SHEETS_MOST * 4 {
                    return Err(Code::WorkbookTooLarge);
                }
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

fn join(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}
