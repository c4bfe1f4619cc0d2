import {existsSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {OPTION_NAMES, OPTIONS} from '../src/config/options.ts';
import {PROCESS_COLUMNS} from '../src/core/export/process-columns.ts';
import {gpuColumns, READING_COLUMNS} from '../src/core/export/reading-columns.ts';
import {checkLine} from '../src/core/log-lines.ts';
import {Session} from '../src/core/session.ts';
import {METRIC_NAMES, METRICS} from '../src/sinks/prometheus/metrics.ts';
import {FLEET_KEY_TABLE} from '../src/tui/fleet/fleet-keymap.ts';
import {KEY_TABLE} from '../src/tui/keymap.ts';
import {ROLES} from '../src/tui/roles.ts';
import {TAPE_KEY_TABLE} from '../src/tui/tape-keymap.ts';
import {THEME_NAMES} from '../src/tui/theme.ts';
import {job, NOW, noGpu, sampleAt} from './tui/machine.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** What stands between `<!-- name -->` and its end. */
function part(name: string): string {
  const text = new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)<!-- /${name} -->`).exec(readme)?.[1];
  if (text === undefined) throw new Error(`the README has no part "${name}"`);
  return text;
}

const rows = (name: string) =>
  part(name)
    .split('\n')
    .slice(2)
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').replaceAll('`', '')));

test('the key list is the key table', () => {
  expect(rows('keys')).toEqual(KEY_TABLE.map(({label, help}) => [label, help]));
});

test('the key list of a fleet is its key table', () => {
  expect(rows('fleet-keys')).toEqual(FLEET_KEY_TABLE.map(({label, help}) => [label, help]));
});

test('the keys of a replay are those that its table has beside the live ones', () => {
  const own = TAPE_KEY_TABLE.filter(({group}) => group === 'REPLAY');
  expect(rows('tape-keys')).toEqual(own.map(({label, help}) => [label, help]));
});

test('every option stands there with its default', () => {
  const listed = rows('options').map(([flag = '', fallback]) => [flag.replace(/^--(\S+).*/, '$1'), fallback]);
  expect(listed.map(([name]) => name)).toEqual(OPTION_NAMES);
  for (const [name, fallback] of listed) {
    const option = OPTIONS[name as keyof typeof OPTIONS];
    if ('fallback' in option) expect(fallback, name).toBe(option.fallback);
  }
});

test('the metrics are the table of metrics', () => {
  expect(rows('metrics')).toEqual(
    METRIC_NAMES.map((name) => {
      const {type, labels, help} = METRICS[name];
      return [name, type, labels.join(' '), help];
    }),
  );
});

test('every field of a check stands there', () => {
  const since = {checks: 2, percentMin: 1, percentMean: 2, percentMax: 3};
  const shm = {usedBytes: 3, totalBytes: 4};
  const noted = {...sampleAt(NOW), gpuNotes: ['AMD: no driver'], job: job(), shm};
  const session = new Session();
  session.feed(sampleAt(NOW));
  // The wall clock is set back by an hour in between.
  const setBack = session.feed({...noted, at: NOW - 3_600_000});
  const fields = [setBack, new Session().feed(sampleAt(NOW, {gpus: noGpu}))].flatMap((frame) =>
    Object.keys(checkLine(frame, {processes: 5, since, gpusMissing: true})),
  );
  const documented = rows('log').flatMap(([names = '']) => names.split(' '));
  expect(documented.sort()).toEqual([...new Set(fields)].sort());
});

test('every column of an export stands there', () => {
  const documented = rows('export').flatMap(([names = '']) => names.split(' '));
  expect(documented).toEqual([...READING_COLUMNS, ...gpuColumns('0')].map(({name}) => name));
  for (const {name} of PROCESS_COLUMNS) expect(readme).toContain(`\`${name}\``);
});

test('every theme and role stands there', () => {
  for (const name of [...THEME_NAMES, ...ROLES.filter((role) => !role.startsWith('vram'))])
    expect(readme).toContain(`\`${name}\``);
});

test('it tells in order: what it is, the gif, the two commands, and so on', () => {
  const order = [
    '# memtop',
    '](demo.gif)',
    'npm ci && npm start',
    '## What it shows',
    '## Keys',
    '## Commands and options',
    '## The library',
    '## The log',
    '## Configuration and themes',
    '## Platforms and terminals',
    '## How it works',
    '## Development',
  ];
  const places = order.map((text) => readme.indexOf(text));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(existsSync(new URL('../demo.gif', import.meta.url))).toBe(true);
});

test('demo.gif is a film', () => {
  const gif = readFileSync(new URL('../demo.gif', import.meta.url));
  expect(gif.subarray(0, 6).toString()).toBe('GIF89a');
  // A graphic control extension stands before each picture.
  expect(gif.toString('latin1').split('\u0021\u00f9\u0004').length).toBeGreaterThan(100);
});
