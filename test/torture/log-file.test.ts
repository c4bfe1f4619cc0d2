import {spawn, spawnSync} from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  lchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {afterEach, describe, expect, test} from 'vitest';
import {injected, launch, type RunningProgram, run, type Workplace, workplace} from '../e2e/program.ts';
import {howMany, IS_FULL} from './depth.ts';
import {CAN_MOUNT, smallDisk} from './mounts.ts';

/** What takes its seconds is left to the suite in full. */
const inFull = (name: string, work: () => Promise<void>) => {
  if (IS_FULL) test(name, work);
};

const EVERY = ['--interval', '100ms'];

const started = new Set<RunningProgram>();

afterEach(() => {
  for (const program of started) program.kill('SIGKILL');
  started.clear();
});

/** Ended with its test, however that ends. */
function begun(place: Workplace, args: readonly string[]): RunningProgram {
  const program = launch(args, place);
  started.add(program);
  void program.done.then(() => started.delete(program));
  return program;
}

async function watching(
  place: Workplace,
  log: string,
  args: readonly string[] = [],
): Promise<RunningProgram> {
  const watch = begun(place, ['watch', ...EVERY, '--log', log, ...args]);
  await watch.said('memtop watch: every');
  return watch;
}

async function ended(watch: RunningProgram) {
  watch.kill('SIGTERM');
  const outcome = await watch.done;
  expect(outcome.code).toBe(143);
  expect(outcome.stderr).not.toMatch(/\n\s+at \S+ \(|node:internal/);
  return outcome;
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(
      (line) =>
        JSON.parse(line) as {
          readonly timestamp: string;
          readonly percent?: string;
          readonly event_type?: string;
        },
    );

/** Every check from the first to the last is there: none of them comes much later than the one before. */
function expectNothingLost(texts: readonly string[]): void {
  const lines = texts.flatMap(linesOf);
  expect(lines[0]?.event_type).toBe('START');
  expect(lines.at(-1)?.event_type).toBe('STOP');
  const times = lines
    .filter(({percent}) => percent !== undefined)
    .map(({timestamp}) => Date.parse(timestamp));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(new Set(times).size).toBe(times.length);
  const length = (times.at(-1) ?? 0) - (times[0] ?? 0);
  // A machine that is busy makes fewer checks; those that it makes are all written.
  expect(times.length).toBeGreaterThan(length / 100 / 2);
  expect(Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toBeLessThan(1500);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const grows = async (file: string) => {
  const before = existsSync(file) ? statSync(file).size : 0;
  await expect.poll(() => existsSync(file) && statSync(file).size, {timeout: 10_000}).toBeGreaterThan(before);
};

describe.skipIf(!CAN_MOUNT)('a log on a small disk', () => {
  test('that is full waits in memory and follows when there is room', async () => {
    using place = workplace();
    using disk = smallDisk(place.file('disk'), '1m');
    const watch = await watching(place, 'disk/run.jsonl');
    await grows(place.file('disk/run.jsonl'));
    fill(`${disk.folder}/full`);
    await watch.said(': disk full');
    await pause(howMany(4000, 700));
    rmSync(`${disk.folder}/full`);
    await watch.said('the log is written again');
    const {stderr} = await ended(watch);
    expect(stderr).toMatch(/could not be written for a while: disk full, nothing lost/);
    expectNothingLost([place.read('disk/run.jsonl')]);
  });

  inFull('that stays full says how much is lost', async () => {
    using place = workplace();
    using disk = smallDisk(place.file('disk'), '64k');
    const watch = await watching(place, 'disk/run.jsonl');
    fill(`${disk.folder}/full`);
    await watch.said(': disk full');
    const {stderr} = await ended(watch);
    expect(stderr).toMatch(/cannot be written: disk full, \d+ lines lost/);
    for (const line of place.read('disk/run.jsonl').split('\n').slice(0, -1))
      expect(() => JSON.parse(line)).not.toThrow();
  });

  test('that is pulled out and put in again goes on there', async () => {
    using place = workplace();
    using disk = smallDisk(place.file('disk'), '1m');
    const watch = await watching(place, 'disk/run.jsonl');
    await grows(place.file('disk/run.jsonl'));
    const first = place.read('disk/run.jsonl');
    disk.unmount();
    await pause(300);
    disk.mount();
    await grows(place.file('disk/run.jsonl'));
    await ended(watch);
    const rest = linesOf(place.read('disk/run.jsonl'));
    expect(linesOf(first)[0]?.event_type).toBe('START');
    expect(rest.some((line) => JSON.stringify(line).includes('moved away'))).toBe(true);
    expect(rest.at(-1)?.event_type).toBe('STOP');
  });

  inFull('that becomes read-only waits, and follows when it is not', async () => {
    using place = workplace();
    using disk = smallDisk(place.file('disk'), '1m');
    const watch = await watching(place, 'disk/run.jsonl');
    await grows(place.file('disk/run.jsonl'));
    renameSync(place.file('disk/run.jsonl'), place.file('disk/run.1'));
    await grows(place.file('disk/run.jsonl'));
    await ended(watch);
    const again = await watching(place, 'disk/again.jsonl').then(ended);
    expect(again.code).toBe(143);
    disk.remount('ro');
    const refused = begun(place, ['watch', ...EVERY, '--log', 'disk/new.jsonl']);
    await refused.said(': file system is read-only');
    disk.remount('rw');
    await refused.said('the log is written again');
    await ended(refused);
    expectNothingLost([place.read('disk/new.jsonl')]);
  });
});

function fill(file: string): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(1024, 1), {flag: 'a'});
  } catch {
    // As full as it gets.
  }
}

describe('a log whose', () => {
  test('file is moved away under it, again and again, goes on in a new one, nothing lost', async () => {
    using place = workplace();
    const watch = await watching(place, 'run.jsonl');
    const parts = Array.from({length: howMany(20, 1)}, (_, index) => `part.${index}`);
    for (const part of parts) {
      await grows(place.file('run.jsonl'));
      renameSync(place.file('run.jsonl'), place.file(part));
      await expect.poll(() => existsSync(place.file('run.jsonl')), {timeout: 10_000}).toBe(true);
    }
    await ended(watch);
    expectNothingLost([...parts, 'run.jsonl'].map(place.read));
  });

  test('folder is removed is made anew with it', async () => {
    using place = workplace();
    const watch = await watching(place, 'deep/er/run.jsonl');
    await grows(place.file('deep/er/run.jsonl'));
    rmSync(place.file('deep'), {recursive: true});
    await grows(place.file('deep/er/run.jsonl'));
    await ended(watch);
    expect(linesOf(place.read('deep/er/run.jsonl')).at(-1)?.event_type).toBe('STOP');
  });

  inFull('file is cut to nothing, as copytruncate does, has whole lines alone', async () => {
    using place = workplace();
    const watch = await watching(place, 'run.jsonl');
    for (let turn = 0; turn < howMany(10, 2); turn += 1) {
      await grows(place.file('run.jsonl'));
      writeFileSync(place.file('run.jsonl'), '');
    }
    await grows(place.file('run.jsonl'));
    await ended(watch);
    expect(linesOf(place.read('run.jsonl')).at(-1)?.event_type).toBe('STOP');
  });

  inFull('file is written by two at once has the lines of both, each whole', async () => {
    using place = workplace();
    const both = await Promise.all([watching(place, 'run.jsonl'), watching(place, 'run.jsonl')]);
    await pause(howMany(3000, 500));
    await Promise.all(both.map(ended));
    const lines = linesOf(place.read('run.jsonl'));
    for (const kind of ['START', 'STOP'])
      expect(lines.filter(({event_type}) => event_type === kind)).toHaveLength(2);
  });
});

describe.skipIf(process.platform === 'win32')('a log into a FIFO', () => {
  const fifo = (place: Workplace) => expect(spawnSync('mkfifo', [place.file('pipe')]).status).toBe(0);

  test('reaches its reader whole', async () => {
    using place = workplace();
    fifo(place);
    const reader = spawn('cat', [place.file('pipe')], {stdio: ['ignore', 'pipe', 'ignore']});
    const isRead = new Promise((resolve) => reader.on('close', resolve));
    let text = '';
    reader.stdout.on('data', (data) => {
      text += data;
    });
    const watch = await watching(place, 'pipe');
    await expect.poll(() => text.length, {timeout: 10_000}).toBeGreaterThan(3000);
    await ended(watch);
    await isRead;
    expectNothingLost([text]);
  });

  test('that nobody reads holds nothing up, and says so', async () => {
    using place = workplace();
    fifo(place);
    const watch = begun(place, ['watch', ...EVERY, '--log', 'pipe']);
    await watch.said(': a pipe that nobody reads');
    await ended(watch);
  });
});

describe.skipIf(process.platform === 'win32')('a log behind a link', () => {
  test('is written where that leads', async () => {
    using place = workplace();
    writeFileSync(place.file('aim.jsonl'), '');
    symlinkSync('aim.jsonl', place.file('run.jsonl'));
    await watching(place, 'run.jsonl').then(ended);
    expectNothingLost([place.read('aim.jsonl')]);
  });

  inFull('of one’s own is, also in a folder that all may write to', async () => {
    using place = workplace();
    shared(place);
    symlinkSync(place.file('aim.jsonl'), place.file('shared/run.jsonl'));
    await watching(place, 'shared/run.jsonl').then(ended);
    expect(place.read('aim.jsonl')).toContain('STOP');
  });

  test.skipIf(process.getuid?.() !== 0)(
    'of another user there is not followed: no log, no report, no output',
    async () => {
      using place = workplace();
      shared(place);
      for (const name of ['run.jsonl', 'run.md', 'out.txt']) {
        symlinkSync(place.file('victim'), place.file(`shared/${name}`));
        lchownSync(place.file(`shared/${name}`), 12_345, 12_345);
      }
      const watch = begun(place, [
        'watch',
        ...EVERY,
        '--log',
        'shared/run.jsonl',
        '--report',
        'shared/run.md',
      ]);
      await watch.said(': it is a link that another user made in a shared folder');
      const {stderr} = await ended(watch);
      expect(stderr).toContain('report not written to shared/run.md: it is a link that another user made');
      const job = await run(['run', '--quiet', '--output', 'shared/out.txt', '--', 'echo', 'x'], place);
      expect(job).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('it is a link that another user made'),
      });
      expect(existsSync(place.file('victim'))).toBe(false);
    },
  );

  function shared(place: Workplace): void {
    mkdirSync(place.file('shared'));
    chmodSync(place.file('shared'), 0o1777);
  }
});

describe('a log that is huge, with a hole in its middle', () => {
  const BYTES = howMany(10 * 2 ** 30, 100 * 2 ** 20);
  const line = (second: number) =>
    `${JSON.stringify({timestamp: new Date(1_700_000_000_000 + second * 1000).toISOString(), percent: '40.0', used_mb: '400', available_mb: '600', total_mb: '1000', trend: 'stable'})}\n`;
  const lines = (from: number) => Array.from({length: 100}, (_, index) => line(from + index)).join('');
  /** Tells how much memory it took at most, in KiB. */
  const MEASURE = `import {writeFileSync} from 'node:fs'; process.on('exit', () => writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));`;

  test('is appended to at once, and reported in bounded memory with a word on what could not be read', async () => {
    using place = workplace();
    const file = openSync(place.file('run.jsonl'), 'w');
    writeSync(file, lines(0));
    ftruncateSync(file, BYTES);
    writeSync(file, `\n${lines(100)}`, BYTES);
    closeSync(file);
    const env = {...injected(place, MEASURE), PEAK: place.file('peak')};
    const {code, stdout} = await run(['report', 'run.jsonl'], place, env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/checks +200 /);
    expect(stdout).toMatch(/1 line not read \(101\)/);
    expect(Number(place.read('peak'))).toBeLessThan(250 * 1024);
    await watching(place, 'run.jsonl').then(ended);
    const end = readEnd(place.file('run.jsonl'));
    expect(end).toContain('"STOP"');
    expect(statSync(place.file('run.jsonl')).blocks * 512).toBeLessThan(2 ** 20);
  });

  function readEnd(name: string): string {
    return spawnSync('tail', ['-c', '20000', name], {encoding: 'utf8'}).stdout;
  }
});

test('nothing of all that is left behind', () => {
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain('memtop-torture');
});
