import {existsSync, readdirSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {expectRestored, isUp, memtop} from '../e2e/live-screen.ts';
import {injected, run, workplace} from '../e2e/program.ts';
import {IS_FULL} from './depth.ts';

/** A fault where nobody waits for it, with a secret in its message and more lines than one. */
const FAULT = "new Error('torture\\nmore --token=hunter2Qx77')";
const WAYS = {
  thrown: `setTimeout(() => { throw ${FAULT}; }, 150);`,
  rejected: `setTimeout(() => { Promise.reject(${FAULT}); }, 150);`,
  'not an error': "setTimeout(() => { throw 'torture'; }, 150);",
  'thrown while it is told': `const e = ${FAULT}; Object.defineProperty(e, 'stack', {get() { throw new Error('again'); }}); setTimeout(() => { throw e; }, 150);`,
} as const;

/** Each takes a moment, so that the fault comes while it runs. */
const COMMANDS = {
  once: ['once'],
  watch: ['watch', '--interval', '100ms', '--log', 'run.jsonl'],
  serve: ['serve', '--prometheus', '0'],
  run: ['run', '--quiet', '--', 'sleep', '2'],
  top: ['top', '--json', '192.0.2.1'],
  report: ['report', '-'],
  export: ['export', '-'],
  doctor: ['doctor'],
} as const;

const cases = Object.entries(COMMANDS).flatMap(([name, args]) =>
  Object.entries(WAYS).map(([way, code]) => [name, way, args, code] as const),
);

/** The quick part: each command once, each way once. */
const chosen = IS_FULL
  ? cases
  : cases.filter(([name, way]) => (name === 'once' || name === 'report') && way === 'thrown');

describe('a fault in memtop', () => {
  test.each(chosen)(
    'in %s, %s, is one line that says what to report and where its details are, and 70',
    async (_, way, args, code) => {
      using place = workplace();
      // A command that is over sooner than the fault comes would prove nothing.
      const env = injected(
        place,
        `${code} setTimeout(() => {}, 1000); const {exit} = process; process.exit = (code) => code === 70 ? exit(code) : undefined;`,
      );
      const {code: exit, stderr} = await run(args, place, env);
      expect(exit).toBe(70);
      const told = stderr.split('\n').filter((line) => line.startsWith('memtop: a fault'));
      expect(told).toHaveLength(1);
      expect(stderr).not.toMatch(/\n\s+at \S+ \(|node:internal|hunter2Qx77/);
      if (way === 'thrown while it is told') return;
      const [, file = ''] =
        /^memtop: a fault in memtop itself: .*torture.*; details are in (\S+), please report them$/.exec(
          told[0] ?? '',
        ) ?? [];
      expect(existsSync(file)).toBe(true);
      expect(readdirSync(place.folder).filter((name) => name.startsWith('memtop-crash-'))).toHaveLength(1);
      const details = place.read(file.slice(place.folder.length + 1));
      expect(details).toMatch(/^memtop \d+\.\d+\.\d+, node v\d+/);
      expect(details).not.toContain('hunter2Qx77');
    },
  );

  test('on the screen gives the terminal back first', async () => {
    using place = workplace();
    const env = injected(place, `setTimeout(() => { throw ${FAULT}; }, 1500);`);
    await using screen = memtop(place, ['--interval', '100ms'], {env, cols: 200});
    await screen.waitFor(isUp);
    expect(await screen.waitForExit()).toEqual({exitCode: 70, signal: 0});
    expectRestored(screen);
    expect(screen.screenText().join('\n')).toMatch(
      /memtop: a fault in memtop itself: Error: torture; details are in/,
    );
    expect(screen.raw).not.toContain('hunter2Qx77');
  });
});
