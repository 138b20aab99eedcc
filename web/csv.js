// Tables for spreadsheets, as `src/desk/guard.rs` writes them; both are held to tests/cells.json.

/**
 * A cell of which no part is calculated, whatever separator a spreadsheet was told (threats.md J1): where a part can begin, behind spaces and quotes too,
 * an apostrophe goes before what would be, and before an apostrophe. @param {string} cell
 */
export const guarded = (cell) => cell.replace(/(^|[;\t\r\n])([ \u00a0"]*)(?=[=+\-@'])/g, "$1$2'").replace(/^[\t\r]/, "'$&");

/** @param {string} cell */
const quoted = (cell) => (/[",;\t\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell);

/** A whole table; the mark in front tells spreadsheets that it is UTF-8. @param {string[][]} rows the first names the columns */
export const csv = (rows) => `\ufeff${rows.map((row) => row.map((cell) => quoted(guarded(cell))).join(",")).join("\n")}\n`;
