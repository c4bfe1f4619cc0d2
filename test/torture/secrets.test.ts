import {type ChildProcess, spawn} from 'node:child_process';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {get, urlIn} from '../e2e/exporter.ts';
import {isUp, memtop} from '../e2e/live-screen.ts';
import {launch, NODE, run, type Workplace, workplace} from '../e2e/program.ts';
import {howMany} from './depth.ts';

/** What must be nowhere, and beside it what must not be hidden. */
const SECRET = 'hunter2Qx77';
const ARGUMENTS = [
  `--password=${SECRET}`,
  '--hf-token',
  SECRET,
  `postgres://bob:${SECRET}@db/x`,
  `WANDB_API_KEY=${SECRET}`,
];
const INNOCENT = '--max-tokens=512';

/** A process whose command line has secrets in it, among the largest of this machine. */
let job: ChildProcess;
const folder = workplace();
const NAME = 'keeps-it';
const CODE = 'const held = Buffer.alloc(300e6, 1); setInterval(() => held[0], 1e6); console.log("held");';

beforeAll(async () => {
  writeFileSync(folder.file('hold.cjs'), CODE);
  const args = [folder.file('hold.cjs'), NAME, ...ARGUMENTS, INNOCENT];
  job = spawn(NODE, args, {stdio: ['ignore', 'pipe', 'inherit']});
  await new Promise((resolve) => job.stdout?.once('data', resolve));
});

afterAll(() => {
  job.kill('SIGKILL');
  folder[Symbol.dispose]();
});

/** All that was written into the place, by the names of the files. */
function written(place: Workplace): ReadonlyMap<string, string> {
  const files = readdirSync(place.folder, {recursive: true, withFileTypes: true}).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map(({parentPath, name}) => [name, readFileSync(path.join(parentPath, name), 'latin1')] as const),
  );
}

const HOOK = '#!/bin/sh\n{ cat; env; } >> hook.txt\n';

async function watched(place: Workplace, args: readonly string[]) {
  writeFileSync(place.file('hook.sh'), HOOK, {mode: 0o700});
  const program = launch(
    [
      'watch',
      '--interval',
      '200ms',
      '--top',
      '50',
      '--name',
      NAME,
      '--log',
      'run.jsonl',
      '--report',
      'run.html',
      '--json',
      ...args,
    ],
    place,
    {MEMTOP_PROMETHEUS: '0', MEMTOP_PROCESS_THRESHOLD: '250MB', MEMTOP_ON_ALERT: place.file('hook.sh')},
  );
  await expect.poll(() => program.errors(), {timeout: 20_000}).toContain('metrics on');
  await expect.poll(() => written(place).has('hook.txt'), {timeout: 20_000}).toBe(true);
  await expect.poll(() => written(place).get('run.jsonl'), {timeout: 20_000}).toContain('"processes":');
  const page = await get(urlIn(program.errors()));
  program.kill('SIGTERM');
  return {...(await program.done), metrics: page.body};
}

describe('secrets in the command line of a process', () => {
  test('are in nothing that a watch writes, streams, serves or hands on', async () => {
    using place = workplace();
    const {stdout, stderr, metrics} = await watched(place, []);
    const all = new Map([...written(place), ['stdout', stdout], ['stderr', stderr], ['metrics', metrics]]);
    expect([...all.keys()]).toEqual(expect.arrayContaining(['run.jsonl', 'run.html', 'hook.txt']));
    for (const [name, text] of all) expect(text.includes(SECRET), name).toBe(false);
    const line = `--password=[hidden] --hf-token [hidden] postgres://bob:[hidden]@db/x WANDB_API_KEY=[hidden] ${INNOCENT}`;
    for (const name of ['run.jsonl', 'stdout']) expect(all.get(name), name).toContain(line);
  });

  test('are told plainly where that was asked for, and hidden again by what reads such a log', async () => {
    using place = workplace();
    await watched(place, ['--no-redact']);
    expect(place.read('run.jsonl')).toContain(SECRET);
    for (const name of ['run.html', 'hook.txt']) expect(place.read(name), name).not.toContain(SECRET);
    const exported = ['export', '--table', 'processes', 'run.jsonl'];
    expect((await run(exported, place)).stdout).not.toContain(SECRET);
    expect((await run([...exported, '--no-redact'], place)).stdout).toContain(SECRET);
    for (const format of ['html', 'text', 'md', 'json', 'csv'].slice(0, howMany(5, 1))) {
      const {code, stdout} = await run(['report', '--format', format, 'run.jsonl'], place);
      expect([format, code, stdout.includes(SECRET)]).toEqual([format, 0, false]);
    }
  });

  test('are hidden by once in JSON, and in its text with --redact', async () => {
    using place = workplace();
    const once = async (...args: string[]) => (await run(['once', '--top', '50', ...args], place)).stdout;
    expect(await once('--json')).toContain('--password=[hidden]');
    expect(await once('--json')).not.toContain(SECRET);
    expect(await once('--json', '--no-redact')).toContain(SECRET);
    expect(await once('--redact')).not.toContain(SECRET);
  });

  test('stand on the screen as they are, and with --redact do not', async () => {
    using place = workplace();
    for (const [args, isThere] of [
      [[], true],
      [['--redact'], false],
    ] as const) {
      await using screen = memtop(place, ['--interval', '300ms', '--name', NAME, ...args], {
        cols: 230,
        rows: 60,
      });
      await screen.waitFor(isUp);
      await screen.waitFor(isThere ? SECRET : '--password=[hidden]');
      expect(screen.screenText().join('\n').includes(SECRET)).toBe(isThere);
      screen.press('q');
      await screen.waitForExit();
    }
  });

  test('of a job that memtop starts are in nothing that is left of it', async () => {
    using place = workplace();
    writeFileSync(place.file('wait.cjs'), 'setTimeout(() => {}, 1500)');
    const args = [
      'run',
      '--quiet',
      '--top',
      '50',
      '--interval',
      '100ms',
      '--log',
      'job.jsonl',
      '--report',
      'job.md',
    ];
    const {code, stderr} = await run([...args, '--', NODE, 'wait.cjs', ...ARGUMENTS, INNOCENT], place);
    expect(code).toBe(0);
    for (const [name, text] of [...written(place), ['stderr', stderr] as const])
      expect(text.includes(SECRET), name).toBe(false);
    expect(place.read('job.jsonl')).toContain('"job":true');
  });
});

test('a bad value says which are taken', async () => {
  using place = workplace();
  const {code, stderr} = await run(['once', '--redact=all'], place);
  expect([code, stderr]).toEqual([
    2,
    'memtop: redact: expected on, off or logs, got "all" (from --redact)\n',
  ]);
});
