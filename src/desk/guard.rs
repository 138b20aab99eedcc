//! Cells of tables that people open in a spreadsheet: no part of one is calculated there, whatever separator it was told (threats.md J1).

/// Where a spreadsheet may begin a new cell, besides at a comma, which is always between quotes here.
const BREAKS: [char; 4] = [';', '\t', '\n', '\r'];

/// What spreadsheets pass over before they look whether a cell is to be calculated.
const PASSED: [char; 3] = [' ', '\u{a0}', '"'];

/// What gets an apostrophe in front: what would be calculated, and an apostrophe, so that [`unguard`] knows ours.
const GUARDED: [char; 5] = ['=', '+', '-', '@', '\''];

/// A cell with an apostrophe before whatever a spreadsheet would calculate, at its beginning or where another separator would begin one.
#[must_use]
pub fn guard(cell: &str) -> String {
    let mut guarded = String::with_capacity(cell.len() + 1);
    if cell.starts_with(['\t', '\r']) {
        guarded.push('\'');
    }
    let mut begins = true;
    for character in cell.chars() {
        if begins && GUARDED.contains(&character) {
            guarded.push('\'');
        }
        begins = BREAKS.contains(&character) || begins && PASSED.contains(&character);
        guarded.push(character);
    }
    guarded
}

/// The cell that was guarded.
#[must_use]
pub fn unguard(guarded: &str) -> String {
    let mut cell = String::with_capacity(guarded.len());
    let mut characters = guarded.chars();
    let mut begins = true;
    while let Some(first) = characters.next() {
        let character = if begins && first == '\'' { characters.next() } else { Some(first) };
        let Some(character) = character else { break };
        begins = BREAKS.contains(&character) || begins && first != '\'' && PASSED.contains(&character);
        cell.push(character);
    }
    cell
}

/// A cell as a table has it (RFC 4180): guarded, and between quotes where it holds a quote, a line end or anything that separates.
#[must_use]
pub fn cell(text: &str) -> String {
    let guarded = guard(text);
    if guarded.contains([',', ';', '"', '\t', '\n', '\r']) { in_quotes(&guarded) } else { guarded }
}

/// The same, always between quotes.
#[must_use]
pub fn quoted(text: &str) -> String {
    in_quotes(&guard(text))
}

fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A line of cells, each as [`cell`] writes it.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\n", cells.join(","))
}
