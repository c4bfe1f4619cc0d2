import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {recordDemo} from '../cli/recorded-demo.ts';
import {memtop} from '../e2e/live-screen.ts';
import {launch, run, type Workplace, workplace} from '../e2e/program.ts';
import {howMany, IS_FULL} from './depth.ts';

let recorded: readonly string[] = [];
const source = workplace();
beforeAll(async () => {
  recorded = (await recordDemo(source.folder, 240)).lines;
});
afterAll(() => source[Symbol.dispose]());

const JUNK: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  -1e308,
  1.5,
  '',
  'NaN',
  '1e999',
  '\u001b[2J',
  '\u202e',
  '<script>',
  [],
  {},
  [[]],
  {toString: 0},
  [null],
  'x'.repeat(5000),
  '9'.repeat(400),
  '2026-13-45T99:99:99Z',
  '0000-01-01T00:00:00Z',
];

type Place = (number | string)[];

/** Every value in a line, by the way that leads to it. */
function placesIn(value: unknown, way: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([key, part]) => placesIn(part, [...way, key]))];
}

function put(value: unknown, [key, ...rest]: Place, given: unknown): unknown {
  if (key === undefined) return given;
  const copy = Array.isArray(value) ? [...value] : {...(value as object)};
  Object.assign(copy, {[key]: put((value as Record<string, unknown>)[key], rest, given)});
  return copy;
}

const pick = <T>(items: readonly T[], at: number): T => {
  const item = items[at % items.length];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
};

/** One way to spoil a line; a line without a change is common, so that a log stays one. */
const spoil = fc
  .tuple(fc.nat(40), fc.nat(), fc.nat(), fc.string({unit: 'binary', maxLength: 5}))
  .map(([kind, a, b, text]) => (line: string): string => {
    switch (kind) {
      case 0:
        return line.slice(0, a % line.length);
      case 1:
        return line.slice(0, a % line.length) + text + line.slice(a % line.length);
      case 2:
        return `${line}\n${line}`;
      case 3:
        return line + line;
      case 4:
        return '';
      case 5:
        return `${'['.repeat(a % 20_000)}`;
      case 6:
        return line.replace(/\d+/g, (digits) => `${digits}${'0'.repeat(b % 12)}`);
      case 7:
        return line.replace('"percent"', '"percent":"99.9","percent"');
      case 8:
        return line.replace(/"timestamp":"[^"]*"/, `"timestamp":"${new Date(a % 4e12).toISOString()}"`);
      default: {
        if (kind > 25) return line;
        const whole: unknown = JSON.parse(line);
        const ways = placesIn(whole).filter((way) => way.length > 0);
        return JSON.stringify(put(whole, pick(ways, a), pick(JUNK, b)));
      }
    }
  });

const log = fc
  .array(spoil, {minLength: 60, maxLength: 60})
  .map((spoils) => Buffer.from(recorded.map((line, index) => pick(spoils, index * 7)(line)).join('\n')));

const COMMANDS = [
  ['report'],
  ['report', '--json'],
  ['report', '--format', 'html'],
  ['report', '--format', 'csv', '--from', '+1m'],
  ['export'],
  ['export', '--table', 'processes'],
  ['export', '--format', 'openmetrics'],
  ['export', '--format', 'parquet', '--output', 'x.parquet'],
] as const;

/** Told as what it is, or not at all; never a fault. */
function expectSound(
  what: string,
  {code, stderr}: {readonly code: number | null; readonly stderr: string},
): void {
  expect([what, code]).toEqual([what, code === 2 ? 2 : 0]);
  expect(stderr, what).not.toMatch(/\n\s+at \S+ \(|node:internal|a fault in memtop/);
  expect(stderr.replaceAll('\n', ''), what).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  if (code === 2) expect(stderr.trimEnd().split('\n').at(-1), what).toMatch(/^memtop: |^memtop [a-z]+: /);
}

describe('a log whose lines are spoilt', () => {
  test('is told of, exported and compared as far as it can be read', {timeout: 1_200_000}, async () => {
    using place = workplace();
    let number = 0;
    await fc.assert(
      fc.asyncProperty(log, fc.boolean(), async (bytes, isPacked) => {
        const name = isPacked ? 'run.jsonl.gz' : 'run.jsonl';
        writeFileSync(place.file(name), isPacked ? gzipSync(bytes) : bytes);
        writeFileSync(place.file('whole.jsonl'), `${recorded.join('\n')}\n`);
        number += 3;
        const commands = IS_FULL ? COMMANDS : [pick(COMMANDS, number), pick(COMMANDS, number + 1)];
        for (const words of commands) expectSound(words.join(' '), await run([...words, name], place));
        expectSound('diff', await run(['diff', 'whole.jsonl', name], place));
        for (const page of readdirSync(place.folder)) expect(page).not.toMatch(/^memtop-crash/);
      }),
      {numRuns: howMany(25, 1), endOnFailure: true},
    );
  });

  test('is played on the screen', {timeout: 600_000}, async () => {
    using place = workplace();
    await fc.assert(
      fc.asyncProperty(log, async (bytes) => {
        writeFileSync(place.file('run.jsonl'), bytes);
        await using screen = memtop(place, ['replay', 'run.jsonl']);
        await screen.waitFor(
          (program) => program.hasExited || /Processes/.test(program.screenText().join('\n')),
        );
        if (!screen.hasExited) {
          for (const key of [' ', 'n', 'a', 'o', ']', ']', ' ', ':50%\r']) screen.press(key);
          await new Promise((resolve) => setTimeout(resolve, 300));
          screen.press('q');
        }
        expect([0, 2]).toContain((await screen.waitForExit()).exitCode);
        expect(screen.raw).not.toContain('a fault in memtop');
      }),
      {numRuns: howMany(15, 1), endOnFailure: true},
    );
  });
});

describe('marks', () => {
  const note = fc.oneof(
    fc.string({unit: 'binary', minLength: 1, maxLength: 40}),
    fc.string({unit: 'grapheme', minLength: 1, maxLength: 300}),
    fc.constantFrom(
      '--',
      '-x',
      '--pid',
      '\u001b]0;hacked\u0007',
      '\u202egnp',
      'a\nb',
      '{"event_type":"STOP"}',
      'x'.repeat(100_000),
    ),
  );
  const watchMarks = async (place: Workplace) => {
    const watch = launch(['watch', '--interval', '100ms', '--log', 'run.jsonl'], place);
    await watch.said('memtop watch: every');
    return watch;
  };
  const marksIn = (place: Workplace) =>
    place.lines('run.jsonl').flatMap((line) => (line.event_type === 'MARK' ? [String(line.message)] : []));

  test('are put by mark whatever the note is, each as one line of the log', {timeout: 600_000}, async () => {
    using place = workplace();
    const watch = await watchMarks(place);
    let count = 0;
    try {
      await fc.assert(
        fc.asyncProperty(
          note.filter((text) => !text.includes('\0')),
          async (text) => {
            const {code, stdout, stderr} = await run(['mark', '--', text], place);
            const isEmpty = text.replace(/\s+/g, '') === '';
            if (isEmpty)
              expect([code, stderr]).toEqual([
                2,
                expect.stringMatching(/^memtop mark: expected a note|^memtop: memtop mark: expected a note/),
              ]);
            else expect([code, stdout.trimEnd().split('\n').length, stderr]).toEqual([0, 1, '']);
            count += isEmpty ? 0 : 1;
          },
        ),
        {numRuns: howMany(60, 2), endOnFailure: true},
      );
    } finally {
      watch.kill('SIGTERM');
    }
    expect((await watch.done).code).toBe(143);
    expect(Math.max(0, ...marksIn(place).map(({length}) => length))).toBeLessThanOrEqual(200);
    expect(marksIn(place)).toHaveLength(count);
  });

  test('written into the file by others, whatever they are, spoil neither the log nor the run', async () => {
    using place = workplace();
    const watch = await watchMarks(place);
    const find = () =>
      readdirSync(place.file('tmp'), {recursive: true, encoding: 'utf8'}).find((name) =>
        name.endsWith('.marks'),
      ) ?? '';
    const file = path.join(place.file('tmp'), find());
    const bytes = fc.sample(fc.uint8Array({minLength: 0, maxLength: 5000}), {
      numRuns: howMany(100, 5),
      seed: 1,
    });
    for (const [index, junk] of bytes.entries()) {
      writeFileSync(file, Buffer.concat([Buffer.from(junk), Buffer.from(`\nmark ${index}\n`)]), {
        flag: index % 5 === 4 ? 'w' : 'a',
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await expect.poll(() => marksIn(place).at(-1), {timeout: 10_000}).toBe(`mark ${bytes.length - 1}`);
    watch.kill('SIGTERM');
    expect((await watch.done).code).toBe(143);
    const text = readFileSync(place.file('run.jsonl'), 'utf8').replaceAll('\n', '');
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expectSound('report', await run(['report', 'run.jsonl'], place));
  });
});
