import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {LoggedRun} from '../../src/cli/logged-run.ts';
import {isoTime} from '../../src/core/format.ts';
import {checkLine} from '../../src/core/log-lines.ts';
import {processKey} from '../../src/core/process-series.ts';
import {Session} from '../../src/core/session.ts';
import {GIB, processReading, START, sampleAt} from '../core/samples.ts';
import {recordDemo, shown} from './recorded-demo.ts';
import {settingsOf} from './settings.ts';

const {values} = settingsOf({}, 'replay');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'memtop-test-'));
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

function openRun(): LoggedRun {
  return new LoggedRun({values, ownThreshold: false, isShown: true});
}

/** All that is shown of a moment. */
function momentOf({session: {frame, leakOf}}: LoggedRun) {
  const processes = frame?.processes?.status === 'ok' ? frame.processes.value.processes : [];
  return {
    ...shown(frame),
    leaks: frame?.pools.map(({id, leak}) => ({id, leak})),
    processes: processes.map((process) => ({...process, leak: leakOf?.(processKey(process))})),
    job: frame?.job,
  };
}

/** The moment of each line, as they come one after another. */
function played(lines: readonly string[]) {
  const run = openRun();
  // A screen looks before there is anything to see.
  void run.session;
  return lines.map((line) => {
    run.lines.take(Buffer.from(line));
    run.lines.finish();
    return momentOf(run);
  });
}

/** The moment of one line, gone to from the beginning. */
function soughtAt(lines: readonly string[], index: number) {
  const run = openRun();
  for (const line of lines.slice(0, index + 1)) run.lines.take(Buffer.from(line));
  run.lines.finish();
  return momentOf(run);
}

/** What a line says of leaks. */
function toldIn(line = '') {
  const {leak = {}} = JSON.parse(line) as {
    leak?: Record<string, {verdict: string; growth_bytes_per_hour?: number}>;
  };
  return Object.entries(leak).map(([id, told]) => ({
    id,
    verdict: told.verdict,
    rate: told.growth_bytes_per_hour,
  }));
}

describe('a moment of a log of our own', () => {
  // Of a thinned log the verdicts rest on more readings than there are.
  test.each([0, 5000])('is the same however it was come to, of a line each %i ms', async (everyMs) => {
    const {lines, frames: live} = await recordDemo(folder, 1500, everyMs);
    const moments = played(lines);
    const states = new Set<string | undefined>();
    const every = Math.max(1, Math.round(lines.length / 60));
    for (let index = 1; index < lines.length; index += every) {
      const moment = moments[index];
      expect(soughtAt(lines, index)).toEqual(moment);
      for (const {verdict} of moment?.pools ?? []) states.add(verdict);
      if (!lines[index]?.includes('"leak"')) continue;
      const pools = moment?.pools?.flatMap(({id, verdict, rate}) =>
        verdict === undefined ? [] : {id, verdict, rate},
      );
      expect(pools?.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
        toldIn(lines[index]).toSorted((a, b) => a.id.localeCompare(b.id)),
      );
      if (everyMs === 0) expect(moment).toMatchObject({...shown(live.find(({at}) => at === moment?.at))});
    }
    expect(states).toContain('growing');
  });

  test('has the leaks that its line tells since they were told, also where lines between were not looked at', () => {
    const verdicts = ['learning', 'leak', 'leak', 'steady', 'leak'];
    const lines = [
      {timestamp: isoTime(START), event_type: 'START', memtop: '9.8.7', options: {interval_seconds: 1}},
      ...Array.from({length: 250}, (_, second) => {
        const line = checkLine(new Session().feed(sampleAt(second, 50)), {processes: 0});
        const verdict = verdicts[Math.floor(second / 50)];
        return {...line, leak: {ram: {verdict, growth_bytes_per_hour: 1e9 + second}}};
      }),
    ].map((line) => JSON.stringify(line));
    const moments = played(lines);
    for (let index = 1; index < lines.length; index += 7)
      expect(soughtAt(lines, index)).toEqual(moments[index]);
    expect(moments[150]?.alerts).toMatchObject([{what: 'RAM leak', firingMs: 99_000}]);
  });

  test('has the CPU of a job as it was, also where lines between were not looked at', () => {
    const session = new Session();
    const lines = Array.from({length: 120}, (_, half) => {
      const member = processReading(7, GIB);
      const cpuMs = 70 * Math.floor(half / 2) + (half > 60 ? 500 * Math.floor((half - 60) / 2) : 0);
      const job = {name: 'train', pid: 7, state: 'running', members: [member], cpuMs} as const;
      return JSON.stringify(checkLine(session.feed(sampleAt(half / 2, 50, {job})), {processes: 0}));
    });
    const moments = played(lines);
    for (let index = 0; index < lines.length; index += 3)
      expect(soughtAt(lines, index)).toEqual(moments[index]);
    expect(moments.slice(4, 60).every((moment) => Math.round(moment.job?.cpuPercent ?? 0) === 7)).toBe(true);
    expect(moments.at(-1)?.job?.cpuPercent).toBeCloseTo(57);
  });
});
