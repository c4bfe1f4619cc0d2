import fc from 'fast-check';
import {expect, test} from 'vitest';
import {LineCutter} from '../../src/cli/line-cutter.ts';

function linesOf(chunks: readonly Buffer[]): readonly (string | undefined)[] {
  const lines: (string | undefined)[] = [];
  const cutter = new LineCutter((bytes, start, end) => lines.push(bytes?.toString('utf8', start, end)));
  for (const chunk of chunks) cutter.push(chunk);
  cutter.end();
  return lines;
}

test('lines are the same however they are cut into chunks', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '😀', '{"x":1}', '\n', '\n\n', '\r\n'), {maxLength: 40});
  fc.assert(
    fc.property(text, fc.array(fc.nat(9), {maxLength: 30}), (parts, sizes) => {
      const whole = Buffer.from(parts.join(''));
      const chunks: Buffer[] = [];
      let from = 0;
      for (const size of sizes) {
        chunks.push(whole.subarray(from, from + size));
        from += size;
      }
      const lines = whole.toString().split('\n');
      if (lines.at(-1) === '') lines.pop();
      expect(linesOf([...chunks, whole.subarray(from)])).toEqual(lines);
    }),
  );
});

test('a line of more than 1 MiB is told as too long, and the next is read', () => {
  const long = Buffer.alloc(10 * 2 ** 20, 'x');
  const chunks = [
    Buffer.from('a\n'),
    long,
    Buffer.from('\nb\n'),
    long.subarray(0, 2 ** 20),
    Buffer.from('\nc'),
  ];
  const [first, tooLong, second, longest, last] = linesOf(chunks);
  expect([first, tooLong, second, longest?.length, last]).toEqual(['a', undefined, 'b', 2 ** 20, 'c']);
  expect(linesOf([Buffer.concat([long, Buffer.from('\nb')])])).toEqual([undefined, 'b']);
});

test('nothing has no line', () => {
  expect(linesOf([])).toEqual([]);
  expect(linesOf([Buffer.from('\n')])).toEqual(['']);
});
