import {chmodSync, readFileSync, writeFileSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {expectRestored} from '../e2e/live-screen.ts';
import {type Workplace, workplace} from '../e2e/program.ts';
import {start} from '../e2e/pty.ts';
import {howMany} from './depth.ts';
import {hasNamespaces, inNamespace, namespaceCommand} from './namespace.ts';

const MEMINFO = readFileSync('/proc/meminfo', 'utf8');
const SET_UP = 'mount --bind meminfo /proc/meminfo';

const FIGURES = fc.oneof(
  fc.constantFrom('0', '-1', '1', '', '-0', 'NaN', 'Infinity', '1e99', '0x10', '٣', '1 2', '9'.repeat(400)),
  fc.bigInt({min: -(2n ** 70n), max: 2n ** 70n}).map(String),
  fc.integer({min: 0, max: 2 ** 31 - 1}).map(String),
);
const NAMES = MEMINFO.split('\n').flatMap((line) => line.match(/^[^:]+/)?.[0] ?? []);

/** One or more things that are wrong with it at once. */
const damage: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc
    .tuple(fc.constantFrom('MemTotal', 'MemAvailable', 'MemFree', 'SwapTotal', 'SwapFree', ...NAMES), FIGURES)
    .map(
      ([name, figure]) =>
        (text: string) =>
          text.replace(new RegExp(`^(${name.replace(/[()]/g, '\\$&')}:).*$`, 'm'), `$1 ${figure} kB`),
    ),
  fc
    .constantFrom('MemTotal', 'MemAvailable', 'MemFree', 'SwapTotal', 'SwapFree')
    .map((name) => (text: string) => text.replace(new RegExp(`^${name}:.*\n`, 'm'), '')),
  fc.nat(MEMINFO.length).map((at) => (text: string) => text.slice(0, at)),
  fc.string({unit: 'binary', maxLength: 300}).map((junk) => (text: string) => junk + text.slice(junk.length)),
  fc.constantFrom(
    () => '',
    () => '\n'.repeat(5000),
    () => '\u001b[2J\u001b]0;owned\u0007',
    (text: string) => text + text,
    (text: string) => text.replaceAll(' kB', ' MB'),
    (text: string) => text.replaceAll('\n', '\r\n'),
    (text: string) => `${'MemTotal: 1 kB\n'.repeat(100)}${text}`,
  ),
);

const damaged = fc
  .array(damage, {minLength: 1, maxLength: 3})
  .map((steps) => steps.reduce((text, step) => step(text), MEMINFO));

/** What is told of kernels and containers, before what chance finds. */
const KNOWN = [
  ['MemAvailable', '99999999999 kB'],
  ['MemAvailable', '-5 kB'],
  ['MemTotal', '0 kB'],
  ['MemTotal', 'many'],
].map(([name, figure]) => MEMINFO.replace(new RegExp(`^${name}:.*$`, 'm'), `${name}: ${figure}`));

const samples = (count: number, seed: number) => [...KNOWN, ...fc.sample(damaged, {numRuns: count, seed})];

describe.skipIf(!hasNamespaces())(
  'a /proc/meminfo whose figures are missing, huge, negative or no figures',
  () => {
    test('once gives figures that can be, or says in one line why there are none', async () => {
      for (const text of samples(howMany(80, 1), 11)) {
        using place = workplace();
        writeFileSync(place.file('meminfo'), text);
        const {code, stdout, stderr} = await inNamespace(place, SET_UP, [
          'once',
          '--json',
          '--threshold',
          '100',
        ]);
        const shown = JSON.stringify(text.slice(0, 400));
        expect([0, 1, 3], `${stderr} of ${shown}`).toContain(code);
        if (code === 3) {
          expect(stderr, shown).toMatch(/^memtop: memory cannot be read: [^\n]+\n$/);
          continue;
        }
        expect(stderr, shown).toBe('');
        expectPossible(JSON.parse(stdout), shown);
      }
    });

    test('the screen goes on through all of them, and tells what it could not read', async () => {
      using place = workplace();
      const file = place.file('meminfo');
      writeFileSync(file, MEMINFO);
      chmodSync(place.folder, 0o777);
      const args = ['--log', 'run.jsonl', '--interval', '100ms'];
      await using program = start('unshare', [...namespaceCommand(SET_UP, args)], {
        cwd: place.folder,
        env: place.env,
      });
      await program.waitFor(/Processes \d+ of \d+/);
      for (const text of samples(howMany(400, 5), 12)) {
        writeFileSync(file, text);
        await pause(120);
        expect(program.hasExited, JSON.stringify(text.slice(0, 400))).toBe(false);
        expect(program.screenText().join('\n')).not.toMatch(/undefined|NaN|Infinity|owned/);
      }
      writeFileSync(file, MEMINFO);
      await program.waitFor(/RAM \d+\.\d%/);
      program.press('q');
      expect((await program.waitForExit()).exitCode).toBe(0);
      expectRestored(program);
      expectPossibleLog(place);
    });
  },
);

/** No figure that cannot be: a share outside 0 to 100, less than nothing, or more than there is. */
function expectPossible(reading: Record<string, unknown>, shown: string): void {
  const percent = Number(reading.percent);
  expect(percent, shown).toBeGreaterThanOrEqual(0);
  expect(percent, shown).toBeLessThanOrEqual(100);
  const numbers = JSON.stringify(reading).match(/"\w+_bytes":-?[\d.e+]+/g) ?? [];
  expect(
    numbers.filter((text) => !(Number(text.split(':')[1]) >= 0)),
    shown,
  ).toEqual([]);
}

function expectPossibleLog(place: Workplace): void {
  const lines = place.lines('run.jsonl');
  for (const line of lines) if (line.percent !== undefined) expectPossible(line, JSON.stringify(line));
  expect(lines.at(-1)).toMatchObject({event_type: 'STOP', reason: 'quit with q'});
  // What could not be read is told of, and never as nothing in use.
  expect(lines.some(({event_type}) => event_type === 'ERROR')).toBe(true);
}
