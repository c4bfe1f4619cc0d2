/** What stands under what it belongs to keeps that place; deeper than this it leaves too little room. */
const MOST_INDENT = 4;

/** Between words; a figure and its unit are one. */
const BREAKS = / +(?!(?:[KMGTP]i?B|[smhdB])(?![A-Za-z]))/;

/**
 * A text for a narrower terminal than it was laid out for: lines that are too long go on in the next one, broken between
 * words, so that no figure is cut in two.
 */
export function narrowText(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (line.length <= width ? [line] : narrowLine(line, width)))
    .join('\n');
}

function narrowLine(line: string, width: number): readonly string[] {
  const first = line.length - line.trimStart().length;
  const indent = ' '.repeat(Math.min(MOST_INDENT, first));
  const lines: string[] = [];
  let last = indent;
  let isEmpty = true;
  for (const word of line.trim().split(BREAKS)) {
    if (!isEmpty && last.length + 1 + word.length > width) {
      lines.push(last);
      last = `${indent}  `.slice(0, MOST_INDENT);
      isEmpty = true;
    }
    last += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, last];
}
