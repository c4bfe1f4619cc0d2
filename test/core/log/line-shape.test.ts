import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {LineShape} from '../../../src/core/log/line-shape.ts';
import {timeOf} from '../../../src/core/log/log-fields.ts';

const bytesOf = (text: string) => Buffer.from(text);

/** The shape of a line whose bytes are used for something else at once. */
function shapeOf(template: string): LineShape {
  const bytes = bytesOf(template);
  const shape = LineShape.of(bytes);
  if (shape === undefined) throw new Error('expected a shape');
  bytes.fill('x');
  return shape;
}

function matched(template: string, line: string, wanted?: readonly number[]): readonly number[] | undefined {
  const shape = shapeOf(template);
  if (wanted !== undefined) shape.want(new Set(wanted));
  const figures = new Float64Array(64).fill(-1);
  const bytes = bytesOf(`x${line}y`);
  const isMatch = shape.match(LineShape.bytes(bytes), 1, bytes.length - 1, figures);
  return isMatch ? [...figures.subarray(0, shape.paths.length)] : undefined;
}

describe('a shape', () => {
  const TEMPLATE = '{"a":1,"b":{"c":"2.5"},"d":[3,"x1"],"e":null}';

  test('names its figures, also those in strings and lists', () => {
    expect(LineShape.of(bytesOf(TEMPLATE))?.paths).toEqual(['a', 'b.c', 'd.0']);
  });

  test('matches lines that differ in figures alone, and reads these', () => {
    expect(matched(TEMPLATE, '{"a":10,"b":{"c":"0.25"},"d":[0,"x1"],"e":null}')).toEqual([10, 0.25, 0]);
  });

  test.each([
    '{"a":10,"b":{"c":"0.25"},"d":[0,"x2"],"e":null}',
    '{"a":10,"b":{"c":0.25},"d":[0,"x1"],"e":null}',
    '{"a":-1,"b":{"c":"2.5"},"d":[3,"x1"],"e":null}',
    '{"a":1e3,"b":{"c":"2.5"},"d":[3,"x1"],"e":null}',
    '{"a":01,"b":{"c":"2.5"},"d":[3,"x1"],"e":null}',
    '{"a":1.,"b":{"c":"2.5"},"d":[3,"x1"],"e":null}',
    '{"a":.5,"b":{"c":"2.5"},"d":[3,"x1"],"e":null}',
    '{"a":1,"b":{"c":""},"d":[3,"x1"],"e":null}',
    '{"a":1,"b":{"c":"2.5"},"d":[3,"x1"],"e":null',
    '{"a":1,"b":{"c":"2.5"},"d":[3,"x1"],"e":null} ',
    '{"a":1,"b"',
    '',
  ])('does not match %s', (line) => {
    expect(matched(TEMPLATE, line)).toBeUndefined();
  });

  test('says NaN of a figure that has too many digits to be exact', () => {
    expect(matched('{"a":1,"b":2}', '{"a":1234567890123456,"b":0.12345678901234567}')).toEqual([NaN, NaN]);
    expect(matched('{"a":1,"b":2}', '{"a":123456789012345,"b":0.12345678901234}')).toEqual([
      123456789012345, 0.12345678901234,
    ]);
  });

  test('is none where two figures have one name, or a key is written with escapes or a dot', () => {
    for (const line of ['{"a":1,"a":2}', '{"\\u0061":1}', '{"a.b":1}'])
      expect(LineShape.of(bytesOf(line))).toBeUndefined();
  });

  test('of whatever JSON there is matches that itself, with its figures', () => {
    const lines = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.jsonValue({maxDepth: 3}));
    fc.assert(
      fc.property(lines, (value) => {
        const text = JSON.stringify(value);
        const shape = LineShape.of(bytesOf(text));
        if (shape === undefined) return;
        const figures = new Float64Array(Math.max(1, shape.paths.length));
        expect(shape.match(LineShape.bytes(bytesOf(text)), 0, bytesOf(text).length, figures)).toBe(true);
        for (const [slot, path] of shape.paths.entries()) {
          const told = path
            .split('.')
            .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], JSON.parse(text));
          const figure = typeof told === 'string' && timeOf(told) !== undefined ? timeOf(told) : Number(told);
          if (!Number.isNaN(figures[slot])) expect(figures[slot]).toBe(figure);
        }
      }),
      {numRuns: 500},
    );
  });

  test('of amounts reads every line as JSON.parse does, and takes none that this refuses', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '0',
        '1',
        '9',
        '.',
        '12',
        '305.25',
        '1234',
        '98765432',
        '123:',
        '12/4',
        '-',
        'e',
        '"',
        ' ',
        ',',
      ),
      {
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(pieces, pieces, (one, other) => {
        const line = `{"a":${one.join('')},"b":"x","c":${other.join('')}}`;
        const figures = matched('{"a":1,"b":"x","c":2}', line);
        // Whether its figures are asked for or not, a line has this shape or it has not.
        expect(matched('{"a":1,"b":"x","c":2}', line, []) === undefined).toBe(figures === undefined);
        if (figures === undefined) return;
        const parsed = JSON.parse(line);
        expect(figures.map((figure) => (Number.isNaN(figure) ? 'long' : figure))).toEqual(
          [parsed.a, parsed.c].map((figure, index) => (Number.isNaN(figures[index]) ? 'long' : figure)),
        );
      }),
      {numRuns: 2000},
    );
  });
});

describe('a moment in a shape', () => {
  const FORMS = [
    (at: string) => `${at}Z`,
    (at: string) => at,
    (at: string) => at.replace('T', ' '),
    (at: string) => `${at}251`,
    (at: string) => at.slice(0, 19),
    (at: string) => `${at.slice(0, 19)}+05:30`,
  ];

  test('is read as it is everywhere else, in whatever form and zone', () => {
    const moment = fc.integer({min: 2 * 86_400_000, max: Date.UTC(2199, 0)});
    fc.assert(
      fc.property(
        fc.constantFrom(...FORMS),
        moment,
        fc.array(moment, {minLength: 1, maxLength: 5}),
        (form, first, others) => {
          const write = (at: number) => form(new Date(at).toISOString().slice(0, 23));
          const shape = shapeOf(`{"t":"${write(first)}"}`);
          expect(shape.paths).toEqual(['t']);
          const figures = new Float64Array(1);
          for (const at of others.flatMap((one) =>
            [one, one + 1000, one - 60_000].filter((time) => time > 0),
          )) {
            const line = bytesOf(`{"t":"${write(at)}"}`);
            expect(shape.match(LineShape.bytes(line), 0, line.length, figures)).toBe(true);
            expect(figures[0]).toBe(timeOf(write(at)));
          }
        },
      ),
    );
  });

  test.each([
    '2026-11-22T12:60:00.000Z',
    '2026-11-22T12:00:61.000Z',
    '2026-11-22T25:00:00.000Z',
    '2026-13-22T12:00:00.000Z',
    '2026-11-22T12:00:00.0x0Z',
    '2026-11-22T12:00:00.000',
    '2026-11-22 12:00:00.000Z',
    '2026/11/22T12:00:00.000Z',
  ])('is none where it cannot be: %s', (time) => {
    expect(matched('{"t":"2026-11-22T12:15:00.000Z"}', `{"t":"${time}"}`)).toBeUndefined();
  });
});
