import fc from 'fast-check';
import {expect, test} from 'vitest';
import {csvLine, csvText} from '../../src/sinks/csv.ts';

/** The cells of one line, as RFC 4180 has it. */
function cellsOf(line: string): readonly string[] {
  const cell = /"((?:[^"]|"")*)"|([^,]*)/y;
  const cells: string[] = [];
  const text = line.slice(0, -2);
  do {
    const [, quoted, plain = ''] = cell.exec(text) ?? [];
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    cell.lastIndex += 1;
  } while (cell.lastIndex <= text.length && text[cell.lastIndex - 1] === ',');
  return cells;
}

test('a line has back what was put into it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({unit: fc.constantFrom(...'ab,"\r\n ;')}), {minLength: 1, maxLength: 5}),
      (cells) => {
        expect(cellsOf(csvLine(cells))).toEqual(cells);
      },
    ),
  );
  expect(csvLine(['a', 'b c', '1,5', 'say "x"'])).toBe('a,b c,"1,5","say ""x"""\r\n');
});

test('a text from outside is no formula', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\uff1dcmd'])
    expect(csvText(text)).toBe(`'${text}`);
  for (const text of ['python train', 'a=b', 'RAM', '5']) expect(csvText(text)).toBe(text);
});
