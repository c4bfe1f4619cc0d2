/** A line of CSV (RFC 4180), its end among it. Cells are already safe for spreadsheets. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

/**
 * A text from outside as a cell: what a spreadsheet would take for a formula gets an apostrophe in front, as OWASP
 * advises. Numbers are not for this: -5 is one.
 */
export function csvText(text: string): string {
  return /^[\s\u0000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(text) ? `'${text}` : text;
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
