import {existsSync, writeFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {launch, NODE, type Workplace, workplace} from './program.ts';

const MIB = 2 ** 20;
const MINUTES = 60_000;

/** Programs by what they hold after so many seconds, in MiB; every page of it is written to. */
const PROGRAMS = {
  /** 2 MB a second, for ever. */
  leak: 'seconds * 2',
  /** A cache that is full after 20 s. */
  cache: 'Math.min(160, seconds * 8)',
  /** Filled within 9 s and given back, again and again. */
  saw: '20 + (seconds % 9) * 15',
} as const;

type Name = keyof typeof PROGRAMS;

function program(place: Workplace, name: Name): string {
  const file = place.file(`${name}.mjs`);
  writeFileSync(
    file,
    `const held = [];
     const startedAt = performance.now();
     setInterval(() => {
       const seconds = (performance.now() - startedAt) / 1000;
       const wanted = ${PROGRAMS[name]};
       while (held.length < wanted) held.push(Buffer.alloc(${MIB}, 1));
       if (held.length > wanted + 1) { held.length = Math.floor(wanted); globalThis.gc?.(); }
     }, 200);`,
  );
  return file;
}

/** Runs a program as a job at the screen's own interval. */
function follow(place: Workplace, name: Name) {
  const log = `${name}.jsonl`;
  const options = ['run', '--quiet', '--interval', '1s', '--log', log, '--report', `${name}.json`];
  const job = launch([...options, '--', NODE, '--expose-gc', program(place, name)], place);
  /** What was said of the job at each check so far. */
  const verdicts = () =>
    (existsSync(place.file(log)) ? place.lines(log) : []).flatMap((line) => verdictOf(line) ?? []);
  const stop = async () => {
    job.kill('SIGINT');
    await job.done;
  };
  return {verdicts, stop};
}

interface Verdict {
  readonly verdict: string;
  readonly limit_in_seconds?: number;
  readonly growth_bytes_per_hour?: number;
}

function verdictOf({leak}: Record<string, unknown>): Verdict | undefined {
  return (leak as {job?: Verdict} | undefined)?.job;
}

test('a program that leaks grows with a time to the limit within 3 minutes; a cache and a saw-tooth never leak', {
  timeout: 4 * MINUTES,
}, async () => {
  using place = workplace();
  const [leak, cache, saw] = [follow(place, 'leak'), follow(place, 'cache'), follow(place, 'saw')];
  try {
    const found = () =>
      leak
        .verdicts()
        .find(({verdict, limit_in_seconds: ahead}) => verdict === 'growing' && ahead !== undefined);
    await expect.poll(found, {timeout: 3 * MINUTES, interval: 500}).toBeDefined();
    expect((found()?.growth_bytes_per_hour ?? 0) / MIB / 3600).toBeCloseTo(2, 0);
    // Long after the cache is full, and after many turns of the saw.
    await expect
      .poll(() => cache.verdicts().length, {timeout: 3 * MINUTES, interval: 500})
      .toBeGreaterThan(110);
  } finally {
    await Promise.all([leak, cache, saw].map(({stop}) => stop()));
  }
  for (const {verdicts} of [cache, saw]) {
    expect(verdicts().length).toBeGreaterThan(100);
    expect(verdicts().map(({verdict}) => verdict)).not.toContain('leak');
  }
  const report = JSON.parse(place.read('leak.json'));
  expect(report.series.job).toMatchObject({verdict: 'growing', firstLeakAt: null});
  expect(report.series.job.forecast.toLimit.seconds).toBeGreaterThan(0);
});
