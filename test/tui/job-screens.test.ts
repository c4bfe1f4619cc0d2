import {describe, expect, test} from 'vitest';
import type {JobEnding} from '../../src/core/job/job-ending.ts';
import {endedJob, job, jobQuarterHour, NOW, sampleAt} from './machine.ts';
import {footer, kept, open, rowOf, screen} from './open-screen.ts';

const GIB = 2 ** 30;
const SIZES = [
  [120, 40],
  [80, 24],
  [60, 20],
  [40, 12],
] as const;

const epochs = (from: number, to: number) =>
  Array.from({length: to - from + 1}, (_, index) => `epoch ${from + index} loss 0.125\n`).join('');
/** 40 lines, then a bar that overwrites itself. */
const OUTPUT = `${epochs(1, 40)}step 811/1000 |###   |\rstep 812/1000 |####  |`;
const run = (columns: number, rows: number) =>
  open({columns, rows, samples: jobQuarterHour(), job: {output: OUTPUT, file: '/data/runs/train.log'}});

const ENDING: JobEnding = {
  name: 'python gateway',
  pid: 5210,
  exit: {at: NOW + 1000, code: 0},
  elapsedMs: 19_320_000,
  cpuMs: 41_400_000,
  moments: [],
  top: [],
  peak: {bytes: 36.7 * GIB, at: NOW},
};
const KILLED: JobEnding = {
  ...ENDING,
  exit: {at: NOW + 1000, signal: 'SIGKILL'},
  oom: {
    at: NOW + 900,
    kills: 1,
    isOwn: true,
    isVictim: true,
    victim: {pid: 5210, name: 'python gateway', bytes: 41 * GIB},
    limit: {name: 'llm.slice', bytes: 56 * GIB},
  },
  rise: {ratePerHour: 2.1 * GIB, sinceAt: NOW - 3_600_000},
};

/** The job ends a second later, and the screen stays. */
async function end(ending: JobEnding): Promise<void> {
  screen.isJobRunning = false;
  screen.jobEnding = ending;
  await screen.feed(sampleAt(NOW + 1000, {job: endedJob(ending.exit)}));
  screen.session.emit({kind: 'ended', at: ending.exit.at, what: 'job', ending});
  await screen.settle();
}

describe.each(SIZES)('a job that runs at %ix%i', (columns, rows) => {
  test('has its figures, its processes alone and what it writes', async () => {
    await run(columns, rows);
    const {text} = screen;
    for (const row of screen.rows) expect(row.length).toBeLessThanOrEqual(columns);
    expect(text).toMatch(
      columns === 40 ? /job +28\.7%.*16\.1\/56\.0 GiB/ : /job.* 28\.7%.*16\.1 \/ 56\.0 GiB/,
    );
    // RAM is full well before the job alone would have filled it.
    expect(text).toMatch(columns >= 80 ? /● NORMAL {2}RAM 73\.8%, growing/ : /● NORMAL {2}RAM growing/);
    // In proportional shares, where the table without a job has 15.2 GiB for the same process.
    expect(text).toMatch(/python gate\S* +5210.* 15\.0 GiB/);
    expect(text).toMatch(/python train +7000.* 90 MiB/);
    expect(text).not.toMatch(/llama-server|qdrant|postgres/);
    expect(rowOf('PSS▼')).toBeGreaterThan(0);
    if (rows >= 18) {
      expect(text).toContain('step 812/1000 |####  |');
      expect(text).not.toContain('811/1000');
      expect(rowOf(/^─ Output 41 lines ─+ all of it in \/data\/runs\/train\.log ─$/)).toBeGreaterThan(0);
    }
    if (rows >= 22)
      expect(screen.rows[2 + Number(rows < 22)]).toMatch(
        /^─ Job python gateway · pid 5210 · 13 processes ─+ running 5 h 22 m · CPU 214%/,
      );
    if (columns === 120) expect(text).toContain('CPU 214% · CPU time 11 h 30 m ─');
    await expect(text).toMatchFileSnapshot(`../screens/run-${columns}x${rows}.txt`);
  });

  test('is asked about at q', async () => {
    await run(columns, rows);
    await screen.press('q');
    const question = {
      120: ' Job still running: python gateway (5210).  y stop it and quit  l leave it running  Esc back',
      80: ' Job still running: python ga… (5210).  y stop it and quit  l leave it  Esc back',
      60: ' python gateway (5210).  y stop  l leave  Esc back',
      40: ' pyt… (5210)?  y stop  l leave  Esc back',
    };
    expect(footer()).toBe(question[columns]);
    expect(kept()).toEqual([]);
  });

  test('has ended and says how', async () => {
    await run(columns, rows);
    await end(KILLED);
    expect(screen.rows[columns === 40 ? 0 : 1]).toMatch(
      {
        120: /^ ■ ENDED {2}job killed by the OOM killer at \d\d:32:08: llm\.slice's limit of 56\.0 GiB; python gateway \(pid 5210\) held 41\.0 …$/,
        80: /^ ■ ENDED {2}job killed by the OOM killer at \d\d:32:08: llm\.slice's limit of 56\.0 G…$/,
        60: /^ ■ ENDED {2}job killed by the OOM killer at \d\d:32:08: llm.*…$/,
        40: /^ ■ ENDED {2}job killed by the OOM killer …$/,
      }[columns],
    );
    if (rows >= 22)
      expect(rowOf(/^─ Job python gateway · killed by SIGKILL at \d\d:32:08, OOM killer, limit 56\.0 /)).toBe(
        2,
      );
    expect(screen.text).toContain('the job has ended');
    await expect(screen.text).toMatchFileSnapshot(`../screens/ended-${columns}x${rows}.txt`);
  });
});

describe('the question at q', () => {
  test('y asks the job to stop, and memtop ends with it', async () => {
    await run(120, 40);
    await screen.press('q', 'y');
    expect(kept()).toEqual(['stop 1']);
    expect(footer()).toBe(' SIGTERM sent to the job · memtop ends with it');
  });

  test('asked again, y kills it', async () => {
    await run(120, 40);
    await screen.press('q', 'y', 'q');
    expect(footer()).toMatch(/ y kill it and quit {2}l leave it running {2}Esc back$/);
    await screen.press('y');
    expect(kept()).toEqual(['stop 1', 'stop 2']);
    expect(footer()).toMatch(/^ SIGKILL sent to the job/);
  });

  test('l leaves it running', async () => {
    await run(120, 40);
    await screen.press('q', 'l');
    expect(kept()).toEqual(['leave undefined']);
  });

  test('Esc goes back, and nothing has happened', async () => {
    await run(120, 40);
    await screen.press('q');
    await screen.escape();
    expect(kept()).toEqual([]);
    expect(footer()).toMatch(/^ \? help .* q quit/);
  });

  test('is not asked when the job is over', async () => {
    await run(120, 40);
    screen.isJobRunning = false;
    await screen.press('q');
    expect(kept()).toEqual(['quit key']);
  });

  test('does not stand between Ctrl-C and the job, which gets it; the second time it ends for certain', async () => {
    await run(120, 40);
    await screen.press('\u0003');
    expect(footer()).toBe(' SIGINT sent to the job · Ctrl-C again kills it');
    await screen.press('\u0003');
    expect(footer()).toBe(' SIGKILL sent to the job');
    expect(kept()).toEqual(['interrupt job 1', 'interrupt job 2']);
    screen.isJobRunning = false;
    await screen.press('\u0003');
    expect(kept().at(-1)).toBe('quit interrupt');
  });
});

describe('what the job writes', () => {
  /** The rows of the pane, without its rule. */
  const shown = () => {
    const from = rowOf(/^[─━] Output/) + 1;
    const until = screen.rows.findIndex((row, index) => index > from && /^[─━] Alerts| \? help/.test(row));
    return screen.rows.slice(from, until).map((row) => row.trim());
  };
  const write = async (text: string) => {
    screen.output.feed(text);
    await screen.feed(sampleAt(NOW + 1000, {job: job()}));
  };

  test('is followed at its end', async () => {
    await run(120, 40);
    expect(shown().at(-1)).toBe('step 812/1000 |####  |');
    await write(`\r${epochs(41, 43)}`);
    expect(shown().slice(-2)).toEqual(['epoch 42 loss 0.125', 'epoch 43 loss 0.125']);
    expect(screen.text).toContain('Output 43 lines');
  });

  test('is held where it was scrolled to, whatever comes, until End', async () => {
    await run(120, 40);
    await screen.press('5', 'k', 'k');
    expect(shown().at(-1)).toBe('epoch 39 loss 0.125');
    expect(rowOf(/^━ Output 41 lines ━+ held, End follows ━$/)).toBeGreaterThan(0);
    const before = shown();
    await write(`\n${epochs(42, 60)}`);
    expect(shown()).toEqual(before);
    await screen.press('G');
    expect(shown().at(-1)).toBe('epoch 60 loss 0.125');
    expect(rowOf('held, End follows')).toBe(-1);
  });

  test('is scrolled to its beginning and no further', async () => {
    await run(120, 40);
    await screen.press('5', '\u001b[H');
    expect(shown()[0]).toBe('epoch 1 loss 0.125');
    await screen.press('k', 'k');
    expect(shown()[0]).toBe('epoch 1 loss 0.125');
    await screen.press('j');
    expect(shown()[0]).toBe('epoch 2 loss 0.125');
    await screen.escape();
    expect(shown().at(-1)).toBe('step 812/1000 |####  |');
  });

  test('is enlarged by f or Enter to all rows between status and footer', async () => {
    await run(120, 40);
    for (const key of ['f', '\r']) {
      await screen.press('5', key);
      expect(rowOf(/^━ Output/)).toBe(2);
      expect(shown()).toHaveLength(36);
      expect(shown()[0]).toBe('epoch 6 loss 0.125');
      await screen.press(key);
      expect(rowOf(/^━ Output/)).toBeGreaterThan(20);
    }
  });

  test('takes the place of the processes in the lowest screens while the eyes are on it', async () => {
    await run(40, 12);
    expect(screen.text).not.toContain('step 812');
    await screen.press('5');
    expect(rowOf(/^━ Output 41 lines/)).toBe(6);
    expect(screen.text).toContain('step 812/1000 |####  |');
    expect(screen.text).not.toContain('Processes');
  });

  test('is nothing yet, and says so', async () => {
    await open({samples: jobQuarterHour(), job: {}});
    expect(screen.text).toContain('the job has written nothing yet');
    expect(screen.text).toContain('─ Output 0 lines ─');
  });

  test('stands still while the picture is frozen', async () => {
    await run(120, 40);
    await screen.press('p');
    await write(`\n${epochs(42, 60)}`);
    expect(shown().at(-1)).toBe('step 812/1000 |####  |');
    await screen.press('p');
    expect(shown().at(-1)).toBe('epoch 60 loss 0.125');
  });

  test('cannot reach the terminal as control sequences', async () => {
    await run(120, 40);
    const from = screen.written.length;
    await write('\n\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e{red-fg}日本\n');
    expect(shown().at(-1)).toMatch(/^(31m)?\{red-fg\}\?\?$/);
    expect(screen.written.slice(from)).not.toContain('owned');
  });

  // What is held scrolls out of the ten thousand lines that are kept while the job goes on writing.
  test('that is held and kept no longer gives way to the oldest that is', async () => {
    await run(120, 40);
    await screen.press('5', 'k', 'k');
    await write(`\n${'line\n'.repeat(25_000)}newest\n`);
    expect(new Set(shown())).toEqual(new Set(['line']));
  });
});

describe('a job that has ended', () => {
  test.each<[string, JobEnding, RegExp, boolean]>([
    ['well', ENDING, /^ ● ENDED {2}job ended with 0 at \d\d:32:08 after 5 h 22 m · peak 36\.7 GiB$/, false],
    ['badly', {...ENDING, exit: {at: NOW + 1000, code: 3}}, /^ ■ ENDED {2}job ended with 3 at /, true],
    [
      'by a signal',
      {...ENDING, exit: {at: NOW + 1000, signal: 'SIGSEGV'}},
      /^ ■ ENDED {2}job killed by SIGSEGV at /,
      true,
    ],
    [
      'nobody knows how',
      {...ENDING, exit: {at: NOW + 1000}},
      /^ ● ENDED {2}job ended, with which code is not known at /,
      false,
    ],
  ])('%s leads the status row', async (_, ending, status, isBad) => {
    await run(120, 40);
    await end(ending);
    expect(screen.rows[1]).toMatch(status);
    expect(screen.cell(100, 1).isInverse).toBe(isBad);
    expect(rowOf(/^[■●] \d\d:32:08 {2}ended +job/)).toBeGreaterThan(0);
    expect(screen.text).toMatch(/^ {2}job +28\.7%.* the job has ended/m);
  });

  test('keeps what it has written', async () => {
    await run(120, 40);
    await end(ENDING);
    expect(screen.text).toContain('step 812/1000 |####  |');
  });
});

test('a chart shows the job, with g RAM beside it', async () => {
  await run(120, 40);
  expect(rowOf(/ job$/)).toBeGreaterThan(0);
  expect(rowOf(/ RAM$/)).toBe(rowOf(/ 80% RAM$/));
  await screen.press('g');
  expect(footer()).toBe(' chart: job, RAM and VRAM');
  expect(screen.rows.filter((row) => /[^%] RAM$/.test(row)).length).toBeGreaterThan(0);
});
