import {appendFileSync, copyFileSync, readFileSync, writeFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {expectRestored, isUp, memtop} from './live-screen.ts';
import {CLI, launch, NODE, run, type Workplace, workplace} from './program.ts';
import {KEYS, type PtyProgram, start} from './pty.ts';

const DEMO = ['--demo', '--gpus', '2', '--threshold', '60'];
let runs: Workplace;

/** A recorded run, real or of the demo, with its live report. */
async function record(name: string, options: readonly string[]): Promise<void> {
  const all = [
    'watch',
    '--interval',
    '200ms',
    '--log',
    `${name}.jsonl`,
    '--report',
    `${name}.json`,
    ...options,
  ];
  const program = launch(all, runs);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  program.kill('SIGTERM');
  await program.done;
}

beforeAll(async () => {
  runs = workplace();
  await Promise.all([record('demo', DEMO), record('real', [])]);
});
afterAll(() => runs[Symbol.dispose]());

/** A place with one of the runs. @returns its live report */
function recorded(place: Workplace, name: 'demo' | 'real' = 'demo') {
  copyFileSync(runs.file(`${name}.jsonl`), place.file('run.jsonl'));
  return JSON.parse(runs.read(`${name}.json`));
}

const screenOf = (program: PtyProgram) => program.screenText().join('\n');
const header = (program: PtyProgram) => program.screenText()[0] ?? '';

/** Goes to a place, and waits for what is to be seen there. */
async function wound(program: PtyProgram, to: string, seen: RegExp): Promise<void> {
  program.press(':');
  await program.waitFor(/go to:/);
  // Many letters at once are taken for a paste.
  for (const key of to) {
    program.press(key);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  program.press(KEYS.enter);
  await program.waitFor(seen);
}

/** Figures of a pool as the report has them, as the screen writes them. */
const percentText = (percent: number) => `${percent.toFixed(1)}%`;

describe.each(['demo', 'real'] as const)('a replay of a %s run', (name) => {
  test('ends with the figures that were live, which are those of the report', async () => {
    using place = workplace();
    const live = recorded(place, name);
    const told = JSON.parse((await run(['report', '--json', 'run.jsonl'], place)).stdout);
    for (const [index, pool] of live.pools.entries()) {
      const {id, current, peak, threshold_percent: threshold, alerts} = told.pools[index];
      expect({id, current, threshold, alerts, at: peak.at, percent: peak.percent}).toEqual({
        id: pool.id,
        current: pool.current,
        threshold: pool.threshold_percent,
        alerts: pool.alerts,
        at: pool.peak.at,
        percent: pool.peak.percent,
      });
    }
    await using program = memtop(place, ['replay', 'run.jsonl']);
    await program.waitFor(isUp);
    program.press(' ');
    await wound(program, '100%', / · 100% · /);
    for (const {id, current} of live.pools) {
      const label = id === 'ram' ? /^.\s?RAM/m : id === 'swap' ? /^.\s?swap/m : /^.\s?GPU \d/m;
      expect(screenOf(program)).toMatch(label);
      expect(screenOf(program)).toContain(percentText(current.percent));
    }
    program.press('e');
    await program.waitFor(/report up to here written to/);
    program.press('q');
    expect(await program.waitForExit()).toEqual({exitCode: 0, signal: 0});
    expectRestored(program);
    const ram = live.pools.find(({id}: {id: string}) => id === 'ram');
    const written = screenOf(program);
    expect(written).not.toContain('memtop: ');
    expect(ram.current.percent).toBeGreaterThan(0);
  });
});

describe('memtop replay', () => {
  test('plays, pauses, changes its speed, jumps and tells the end of the log', async () => {
    using place = workplace();
    recorded(place);
    await using program = memtop(place, ['replay', 'run.jsonl']);
    await program.waitFor(isUp);
    expect(header(program)).toMatch(/memtop {2}run\.jsonl · .* · \d+% · ×1 · demo .* PLAY/);
    program.press(' ');
    await program.waitFor((seen) => header(seen).includes('PAUSED'));
    program.press(']');
    await program.waitFor(/×2/);
    await wound(program, 'alert', /raised +RAM/);
    expect(screenOf(program)).toMatch(/▲ HIGH/);
    await wound(program, 'nowhere', /no place "nowhere": 03:12:00, 42%/);
    program.press('x');
    await program.waitFor(/x does nothing in a replay/);
    program.press('?');
    await program.waitFor(/nothing can be killed/);
    expect(screenOf(program)).toContain('REPLAY');
    expect(screenOf(program)).not.toContain('kill, asks first');
    program.press(KEYS.escape);
    program.press(' ');
    await program.waitFor((seen) => header(seen).includes('END OF LOG'));
    program.press('q');
    expect(await program.waitForExit()).toEqual({exitCode: 0, signal: 0});
  });

  test('shows the first reading where it goes to the very start, and its keys answer', async () => {
    using place = workplace();
    recorded(place);
    await using program = memtop(place, ['replay', 'run.jsonl']);
    await program.waitFor(isUp);
    program.press(' ');
    for (const to of ['start', '-1h']) {
      await wound(program, '100%', / · 100% · /);
      // Its first reading is a little behind its first line.
      await wound(program, to, / · [1-9]?\d% · /);
      expect(screenOf(program)).toMatch(/RAM .*%/);
    }
    program.press(',');
    program.press('?');
    await program.waitFor(/REPLAY/);
    program.press(KEYS.escape);
    program.press('q');
    expect(await program.waitForExit()).toEqual({exitCode: 0, signal: 0});
  });

  test('shows a job with its processes, and how long it has run', async () => {
    using place = workplace();
    const job = [NODE, '-e', 'const held = Buffer.alloc(3e8, 1); setTimeout(() => held, 4000)'];
    const options = ['--quiet', '--interval', '500ms', '--top', '50', '--log', 'job.jsonl'];
    expect(await run(['run', ...options, '--', ...job], place)).toMatchObject({code: 0});
    await using program = memtop(place, ['replay', 'job.jsonl']);
    await program.waitFor(/ Job .* pid \d+ · /);
    program.press(' ');
    await wound(program, '80%', / · 1 process .* running \d+ s /);
    expect(screenOf(program)).toMatch(/Processes (1 of 1|as of) /);
    expect(screenOf(program)).toMatch(/^ {2}node -e +\d+ /m);
    program.press('q');
    expect(await program.waitForExit()).toEqual({exitCode: 0, signal: 0});
  });

  test('shows what is packed and what came through a pipe, with the keys of the terminal', async () => {
    using place = workplace();
    recorded(place);
    writeFileSync(place.file('run.jsonl.gz'), gzipSync(readFileSync(place.file('run.jsonl'))));
    const command = `zcat run.jsonl.gz | '${NODE}' '${CLI}' replay -`;
    await using program = start('sh', ['-c', command], {cwd: place.folder, env: place.env});
    await program.waitFor(isUp);
    expect(header(program)).toContain('standard input');
    program.press('q');
    expect(await program.waitForExit()).toMatchObject({exitCode: 0});
    await using packed = memtop(place, ['replay', 'run.jsonl.gz']);
    await packed.waitFor(isUp);
    packed.press('q');
    expect(await packed.waitForExit()).toMatchObject({exitCode: 0});
  });

  test('names the log of several that the moment is in', async () => {
    using place = workplace();
    recorded(place);
    const lines = place.read('run.jsonl').trimEnd().split('\n');
    const half = Math.floor(lines.length / 2);
    writeFileSync(place.file('run.jsonl.1'), `${lines.slice(0, half).join('\n')}\n`);
    writeFileSync(place.file('run.jsonl'), `${lines.slice(half).join('\n')}\n`);
    await using program = memtop(place, ['replay', 'run.jsonl', 'run.jsonl.1']);
    await program.waitFor(isUp);
    program.press(' ');
    await wound(program, 'start', /memtop {2}run\.jsonl\.1, 1 of 2 · /);
    await wound(program, 'end', /memtop {2}run\.jsonl, 2 of 2 · /);
    program.press('q');
    expect(await program.waitForExit()).toEqual({exitCode: 0, signal: 0});
  });

  test('follows a log that is still written', async () => {
    using place = workplace();
    recorded(place);
    const lines = place.read('run.jsonl').trimEnd().split('\n');
    const half = Math.floor(lines.length / 2);
    writeFileSync(place.file('run.jsonl'), `${lines.slice(0, half).join('\n')}\n`);
    await using program = memtop(place, ['replay', '--follow', 'run.jsonl']);
    await program.waitFor(isUp);
    const before = header(program);
    appendFileSync(place.file('run.jsonl'), `${lines.slice(half, -1).join('\n')}\n`);
    await program.waitFor((seen) => header(seen) !== before && header(seen).includes('PLAY'));
    appendFileSync(place.file('run.jsonl'), `${lines.at(-1)}\n`);
    await program.waitFor((seen) => header(seen).includes('END OF LOG'));
    program.press(KEYS.ctrlC);
    expect(await program.waitForExit()).toMatchObject({exitCode: 130});
    expectRestored(program);
  });

  test('plays standard input as it comes', async () => {
    using place = workplace();
    recorded(place);
    const lines = place.read('run.jsonl').trimEnd().split('\n');
    writeFileSync(place.file('live.jsonl'), `${lines[0]}\n`);
    const command = `tail -n +1 -f live.jsonl | '${NODE}' '${CLI}' replay --follow -`;
    await using program = start('sh', ['-c', command], {cwd: place.folder, env: place.env});
    await program.waitFor(/waiting for the first reading on standard input, q leaves/);
    appendFileSync(place.file('live.jsonl'), `${lines.slice(1, -1).join('\n')}\n`);
    await program.waitFor((seen) => /standard input · .* PLAY/.test(header(seen)));
    appendFileSync(place.file('live.jsonl'), `${lines.at(-1)}\n`);
    await program.waitFor((seen) => header(seen).includes('END OF LOG'));
    program.press('q');
    await program.waitFor((seen) => !seen.isAltScreen());
  });

  test.each([
    ['q', 'q', [], 0],
    ['Ctrl-C', KEYS.ctrlC, [], 130],
    ['q', 'q', ['--follow'], 0],
  ] as const)('ends with %s while standard input is waited for', async (_, key, options, code) => {
    using place = workplace();
    const command = `(sleep 30 & echo $! >pid; wait) | '${NODE}' '${CLI}' replay ${options.join(' ')} -; echo "code $?"; kill $(cat pid)`;
    await using program = start('bash', ['-c', command], {cwd: place.folder, env: place.env});
    await program.waitFor(/standard input.*, q leaves/);
    program.press(key);
    await program.waitFor((seen) => !screenOf(seen).includes('q leaves'));
    // The shell tells it once what feeds the pipe has ended too.
    process.kill(Number(place.read('pid')));
    await program.waitFor(new RegExp(`^code ${code}`, 'm'));
  });

  test.each([
    [['replay'], /expected a log, as memtop replay run\.jsonl, got nothing/],
    [
      ['replay', 'nowhere.jsonl'],
      /^memtop: memtop replay: expected a log with readings, got no such file \(in "nowhere\.jsonl"\)$/,
    ],
    [
      ['replay', '--follow', 'nowhere.jsonl'],
      /^memtop: memtop replay: expected a log with readings, got no such file \(in "nowhere\.jsonl"\)$/,
    ],
    [['replay', 'empty.jsonl'], /got nothing/],
    [['replay', 'foreign.txt'], /1 line and no reading in them, the first not read "not json/],
    [
      ['replay', '--follow', 'run.jsonl.gz'],
      /--follow: expected a log that is still written, got "run\.jsonl\.gz"/,
    ],
  ])('says in one line what is wrong: %j', async (args, message) => {
    using place = workplace();
    writeFileSync(place.file('empty.jsonl'), '');
    writeFileSync(place.file('foreign.txt'), 'not json \u001b[31m\n');
    await using program = memtop(place, args);
    expect(await program.waitForExit()).toMatchObject({exitCode: 2});
    const said = program
      .screenText()
      .filter((row) => row.trim() !== '')
      .join('');
    expect(said).toMatch(/^memtop: /);
    expect(said.replace(/\s+/g, ' ')).toMatch(message);
  });
});
