import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {expect, test} from 'vitest';
import {KeptErrors} from '../../src/cli/kept-errors.ts';
import {KeptEvents} from '../../src/cli/kept-events.ts';
import {buildReport} from '../../src/core/report.ts';
import {buildChart} from '../../src/core/report-chart.ts';
import {failed, ok, type ProcessReading, type Sample} from '../../src/core/sample.ts';
import {Session} from '../../src/core/session.ts';
import {LogFile} from '../../src/sinks/jsonl.ts';
import {LogSink} from '../../src/sinks/log.ts';
import {reportHtml} from '../../src/sinks/report/html.ts';
import {isUp, memtop} from '../e2e/live-screen.ts';
import {injected, launch, type Workplace, workplace} from '../e2e/program.ts';
import {gpu, job, NOW, process as processOf, sampleAt} from '../tui/machine.ts';
import {howMany, IS_FULL} from './depth.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const DAY_S = 86_400;
const DAYS = howMany(30, 2);
const EVERY_S = howMany(60, 240);
const LOG_BYTES = howMany(2 ** 20, 2 ** 17);

/** What goes on in a month: days and nights, a leak that is restarted, workers that come and go, failures, alerts. */
function sampleOf(index: number): Sample {
  const second = index * EVERY_S;
  const day = Math.sin((second / DAY_S) * 2 * Math.PI);
  const leak = (second % (3 * DAY_S)) / (3 * DAY_S);
  const at = NOW + second * 1000;
  const isFailed = index % 400 < 3;
  const worker = (slot: number): ProcessReading => {
    const epoch = Math.floor((second + slot * 77) / 600);
    return processOf({
      pid: 10_000 + ((epoch * 30 + slot) % 50_000),
      startKey: String(epoch),
      name: 'python',
      args: ['python', 'train.py', '--epoch', String(epoch), '--token', `secret${epoch}`],
      rssBytes: (200 + slot * 5 + (epoch % 50)) * 2 ** 20,
    });
  };
  const sample = sampleAt(at, {
    ramPercent: 45 + 15 * day + 30 * leak,
    vramPercent: 50 + 45 * Math.abs(Math.sin(second / 7000)),
    gpus: ok([gpu(50 + 45 * Math.abs(Math.sin(second / 7000))), gpu(40, 1)]),
    job: job(),
    processes: ok({
      at,
      processes: [
        ...Array.from({length: 30}, (_, slot) => worker(slot)),
        processOf({pid: 4, name: 'big', rssBytes: (1 + leak * 20) * 2 ** 30}),
      ],
    }),
    ...(isFailed && {memory: failed(`torn ${index}`)}),
  });
  return {...sample, at, monotonicMs: second * 1000};
}

interface Measured {
  readonly day: number;
  readonly heapBytes: number;
  readonly files: number;
  readonly points: number;
}

test(`${DAYS} days in memory, in the log and in the report stay within bounds`, {
  timeout: 1_500_000,
}, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'memtop-soak-'));
  let clock = 0;
  const session = new Session({
    keepHistory: true,
    timing: {holdSeconds: 0, remindSeconds: [60, 300], everySeconds: 3600},
  });
  const [events, errors] = [new KeptEvents(), new KeptErrors()];
  const file = new LogFile(path.join(folder, 'run.jsonl'), {clock: () => clock, maxBytes: LOG_BYTES});
  const facts = {version: '1.2.3', host: 'soak', platform: 'linux', pid: 1, options: {}};
  const leakOf = session.processLeaks?.verdictOf;
  const sink = new LogSink(file, {
    facts,
    processes: 5,
    intervalMs: 0,
    ...(leakOf !== undefined && {leakOf}),
  });
  session.onEvent((event) => {
    events.add(event);
    sink.event(event);
  });
  sink.start(NOW, sampleOf(0));
  const measured: Measured[] = [];
  const perDay = DAY_S / EVERY_S;
  for (let index = 0; index < perDay * DAYS; index += 1) {
    clock = index * EVERY_S * 1000;
    const frame = session.feed(sampleOf(index));
    sink.write(frame);
    if (frame.ram.reading.status !== 'ok') errors.add('RAM', frame.ram.reading.reason);
    if (index % 50 === 0) session.emit({kind: 'mark', at: frame.at, note: `epoch ${index}`});
    if ((index + 1) % (perDay / 2) === 0) measured.push(await measure((index + 1) / perDay));
  }
  sink.stop(NOW + clock, 'the end');
  file.close();
  const report = buildReport(session, {
    version: '1.2.3',
    hostName: 'soak',
    platform: 'linux',
    startedAt: NOW,
    endedAt: NOW + clock,
    uptimeMs: clock,
    intervalMs: EVERY_S * 1000,
    reason: 'the end',
    isOver: true,
    errors: errors.items,
    events: events.items,
    eventsDropped: events.dropped,
    self: {rssBytes: 1, cpuMs: 1},
  });
  const page = reportHtml(report, buildChart(session, events.items));

  const [early, late] = [measured[howMany(3, 1)], measured.at(-1)];
  if (early === undefined || late === undefined) throw new Error('nothing was measured');
  process.stderr.write(
    `${measured
      .filter(({day}) => [0.5, 1, 2, 10, 20, 30].includes(day))
      .map(
        ({day, heapBytes, points}) => `day ${day}: ${(heapBytes / 2 ** 20).toFixed(1)} MiB, ${points} points`,
      )
      .join('; ')}\n`,
  );
  // The coarsest tiers of each history fill for a month: at most 33 KB a series.
  expect(late.heapBytes - early.heapBytes).toBeLessThan(12 * 2 ** 20);
  expect(late.files).toBe(early.files);
  expect(late.points).toBeLessThan(4000);
  const parts = readdirSync(folder);
  expect(parts.sort()).toEqual(
    ['run.jsonl', ...[1, 2, 3, 4, 5].map((part) => `run.jsonl.${part}`)].slice(0, parts.length),
  );
  expect(parts.length).toBe(6);
  for (const part of parts) expect(statSync(path.join(folder, part)).size).toBeLessThanOrEqual(LOG_BYTES);
  expect(readFileSync(path.join(folder, 'run.jsonl'), 'utf8')).toMatch(/"STOP"[^\n]*\n$/);
  expect(page.length).toBeLessThan(3_000_000);
  expect(page).not.toMatch(/secret\d/);
  rmSync(folder, {recursive: true});

  async function measure(day: number): Promise<Measured> {
    // What is only weakly held goes after a turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    return {
      day,
      heapBytes: process.memoryUsage().heapUsed,
      files: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0,
      points: session.ram.history?.points().length ?? 0,
    };
  }
});

/** Time goes by so many times as fast for memtop, and what is left after a collection is told now and then. */
const FASTER = 500;
const FAST_CLOCK = `
import {appendFileSync, readdirSync} from 'node:fs';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const [began, now] = [Date.now(), Date.now.bind(Date)];
Date.now = () => began + (now() - began) * ${FASTER};
const {bigint} = process.hrtime;
const ticks = () => bigint() * ${FASTER}n;
process.hrtime = Object.assign(() => [Number(ticks() / 1_000_000_000n), Number(ticks() % 1_000_000_000n)], {bigint: ticks});
for (const name of ['setTimeout', 'setInterval']) {
  const original = globalThis[name];
  globalThis[name] = (work, ms = 0, ...args) => original(work, Math.max(1, ms / ${FASTER}), ...args);
}
const real = setTimeout;
const tell = () => {
  collect();
  appendFileSync(process.env.MEASURED, JSON.stringify({heap: process.memoryUsage().heapUsed, files: readdirSync('/proc/self/fd').length}) + '\\n');
};
setInterval(tell, ${howMany(5000, 450)} * ${FASTER}).unref();
`;

const LOG_MOST = `${howMany(200, 100)}KB`;

const SECONDS = howMany(240, 4);

function expectSteady(place: Workplace): void {
  const told = place.lines('measured').map(({heap, files}) => ({heap: Number(heap), files: Number(files)}));
  expect(told.length).toBeGreaterThan(4);
  const [early, late] = [told.slice(1, 1 + told.length / 3), told.slice(-told.length / 3)];
  const least = (all: typeof told) => Math.min(...all.map(({heap}) => heap));
  // Histories fill first for hours, then for days.
  expect(least(late) - least(early)).toBeLessThan(8 * 2 ** 20);
  expect(Math.min(...late.map(({files}) => files))).toBeLessThanOrEqual(
    Math.max(...early.map(({files}) => files)) + 1,
  );
}

test.skipIf(process.platform !== 'linux')(
  `the built watch runs ${SECONDS} s at ${FASTER} times the pace`,
  {timeout: 600_000},
  async () => {
    using place = workplace();
    const env = {...injected(place, FAST_CLOCK), MEASURED: place.file('measured')};
    const args = [
      'watch',
      '--interval',
      '10s',
      '--log',
      'run.jsonl',
      '--log-max-size',
      LOG_MOST,
      '--report',
      'run.md',
      '--threshold',
      '1',
    ];
    const watch = launch(args, place, env);
    const partsOf = () => readdirSync(place.folder).filter((name) => name.startsWith('run.jsonl'));
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    // A busy machine is not through with as much in the same time.
    await expect.poll(() => partsOf().length, {timeout: 60_000}).toBeGreaterThan(1);
    watch.kill('SIGTERM');
    const {code, stderr} = await watch.done;
    expect(code).toBe(143);
    expect(stderr).not.toContain('a fault in memtop');
    const parts = partsOf();
    expect(parts.length).toBeLessThanOrEqual(6);
    for (const part of parts) expect(statSync(place.file(part)).size).toBeLessThanOrEqual(200_000);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP'});
    expectSteady(place);
  },
);

// The quick part has the screen elsewhere.
if (IS_FULL)
  test.skipIf(process.platform !== 'linux')(
    `the built screen runs ${SECONDS} s at ${FASTER} times the pace`,
    {timeout: 600_000},
    async () => {
      using place = workplace();
      const env = {...injected(place, FAST_CLOCK), MEASURED: place.file('measured')};
      await using screen = memtop(
        place,
        ['--interval', '10s', '--log', 'run.jsonl', '--log-max-size', LOG_MOST],
        {env},
      );
      await screen.waitFor(isUp);
      await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
      expect(screen.hasExited).toBe(false);
      screen.press('q');
      expect(await screen.waitForExit()).toEqual({exitCode: 0, signal: 0});
      expectSteady(place);
    },
  );
