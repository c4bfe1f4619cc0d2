import {spawn, spawnSync} from 'node:child_process';
import {chmodSync, existsSync, rmdirSync, writeFileSync} from 'node:fs';
import {afterAll, describe, expect, test} from 'vitest';
import {MIB, makeCgroup} from './cgroups.ts';
import {jobProgram} from './jobs.ts';
import {CLI, launch, NODE, run, type Workplace, workplace} from './program.ts';
import {cleanEnvironment, start} from './pty.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const LIMIT_MIB = 160;
const cgroup = hasPython ? makeCgroup(LIMIT_MIB) : undefined;
if (cgroup === undefined)
  process.stderr.write(
    'not run here: no cgroup with a limit can be made on this machine, so no job is killed for real\n',
  );
afterAll(() => {
  if (cgroup !== undefined) rmdirSync(cgroup.folder);
});

/** Grows by 10 MiB every 50 ms until something stops it. */
const GROW = `
import time
held = []
while True:
    held.append(bytearray(b'x' * (10 << 20)))
    print(f'{len(held) * 10} MiB', flush=True)
    time.sleep(0.05)
`;

async function until(condition: () => boolean, what: string, timeout = 15_000): Promise<void> {
  await expect.poll(condition, {timeout, message: what, interval: 20}).toBe(true);
}

// Elsewhere the recorded files of such a kill stand in for it, in the unit tests of counters and kernel log.
describe.skipIf(cgroup === undefined)('a job killed by a real cgroup limit', () => {
  const options = ['--interval', '100ms', '--cgroup', cgroup?.folder ?? '', '--log', 'run.jsonl'];

  test('is told as killed by the OOM killer, with the limit, who held what, and the last samples', async () => {
    using place = workplace();
    writeFileSync(place.file('grow.py'), GROW);
    const report = ['--report', 'end.json'];
    const job = launch(['run', '--quiet', ...options, ...report, '--', 'python3', 'grow.py'], place);
    const {code, stderr} = await job.done;
    expect(code).toBe(137);
    const story =
      /killed by the OOM killer at \d\d:\d\d:\d\d: memtop-test-\S+'s limit of 160 MiB; python grow \(pid \d+\) held 1[0-6]\d MiB/;
    expect(stderr).toMatch(story);
    expect(stderr).toMatch(
      /^\S+ \S+ OOM KILL: python grow \(\d+\) held 1\d\d MiB, limit 160 MiB of memtop-test-/m,
    );
    const lines = place.lines('run.jsonl');
    expect(lines.find(({event_type, what}) => event_type === 'ALERT' && what === 'OOM kill')).toMatchObject({
      alert: {status: 'CRITICAL', value: 1, unit: 'count'},
    });
    expect(lines.find(({event_type}) => event_type === 'JOB_END')).toMatchObject({
      signal: 'SIGKILL',
      oom: {killed_the_job: true, limit: {bytes: LIMIT_MIB * MIB}},
    });
    const {job: told} = JSON.parse(place.read('end.json'));
    expect(told.ending.text).toMatch(story);
    expect(told.ending.last_samples.length).toBeGreaterThanOrEqual(3);
    expect(told.ending.last_samples.at(-1).percent).toBeGreaterThan(50);
    expect(told.ending.largest[0]).toMatchObject({name: 'python grow'});
    expect(lines.at(-1)).toMatchObject({event_type: 'STOP'});
  });

  test('the screen follows it under its own limit, and gives the terminal back', async () => {
    using place = workplace();
    writeFileSync(place.file('grow.py'), GROW.replace('0.05', '0.25'));
    await using screen = start(NODE, [CLI, 'run', ...options, '--stay', '--', 'python3', 'grow.py'], {
      cwd: place.folder,
      env: place.env,
    });
    await screen.waitFor(/limit 160 MiB of .* \(memtop-test-/);
    await screen.waitFor(/ENDED {2}job killed by the OOM killer at/, {timeout: 20_000});
    await screen.waitFor(
      /Job python3?( grow)? · killed by SIGKILL at \d\d:\d\d:\d\d, OOM killer, limit 160 MiB/,
    );
    expect(screen.screenText().join('\n')).toMatch(/■ \d\d:\d\d:\d\d {2}raised {4}OOM kill/);
    screen.press('q');
    expect((await screen.waitForExit()).exitCode).toBe(137);
    expect(screen.isAltScreen()).toBe(false);
  });

  test('a worker that is killed is told, where the job itself goes on to fail', async () => {
    using place = workplace();
    writeFileSync(
      place.file('parent.py'),
      `import subprocess, sys\ncode = subprocess.run([sys.executable, 'grow.py']).returncode\nsys.exit(1 if code else 0)\n`,
    );
    writeFileSync(place.file('grow.py'), GROW);
    const job = launch(['run', '--quiet', ...options, '--', 'python3', 'parent.py'], place);
    const {code, stderr} = await job.done;
    expect(code).toBe(1);
    expect(stderr).toMatch(/ended with 1 at \S+, after the OOM killer had struck at/);
    expect(stderr).toMatch(/python grow \(pid \d+\) held/);
  });
});

describe.skipIf(!hasPython)('what runs already', () => {
  function startJob(
    place: Workplace,
    ...args: Parameters<typeof jobProgram> extends [unknown, ...infer A] ? A : never
  ) {
    const [command = '', ...rest] = jobProgram(place, ...args);
    return spawn(command, rest, {cwd: place.folder, stdio: 'ignore'});
  }

  test('--pid follows it and all that it starts, and tells its end', async () => {
    using place = workplace();
    const job = startJob(place, 'workers.py', 3);
    const pid = String(job.pid);
    await using screen = start(NODE, [CLI, '--pid', pid, '--interval', '100ms'], {
      cwd: place.folder,
      env: place.env,
    });
    await screen.waitFor(new RegExp(`Job python workers · pid ${pid} · 4 processes`));
    await screen.waitFor(/Processes 4 of 4/);
    spawnSync('pkill', ['-KILL', '-P', pid]);
    job.kill('SIGKILL');
    await screen.waitFor(/ENDED {2}job ended, with which code is not known at/);
    screen.press('q');
    expect((await screen.waitForExit()).exitCode).toBe(0);
  });

  test('--name follows all that match, and watch ends with them', async () => {
    using place = workplace();
    const jobs = [startJob(place, 'stubborn.py'), startJob(place, 'stubborn.py')];
    const options = ['--name', 'stubborn\\.py$', '--interval', '100ms', '--log', 'run.jsonl'];
    const watch = launch(['watch', ...options], place);
    const followed = () =>
      existsSync(place.file('run.jsonl')) &&
      place
        .lines('run.jsonl')
        .some((line) => (line.job as {processes?: number} | undefined)?.processes === 2);
    await until(followed, 'both are followed');
    for (const job of jobs) job.kill('SIGKILL');
    const {code, stderr} = await watch.done;
    expect(code).toBe(0);
    expect(stderr).toMatch(/job ended, with which code is not known/);
    expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP'});
  });

  test('a pid that is nobody, and a name that nothing bears, are told in one line', async () => {
    using place = workplace();
    const outcomes = await Promise.all([
      run(['watch', '--pid', '4194303'], place),
      run(['watch', '--pid', 'python'], place),
      run(['watch', '--name', 'no-process-is-called-so-9317$'], place),
      run(['watch', '--name', '('], place),
      run(['watch', '--pid', '1', '--name', 'x'], place),
    ]);
    for (const {code, stderr} of outcomes) {
      expect(code).toBe(2);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toMatch(/expected/);
    }
  });
});

describe('marks', () => {
  test('from another shell and from inside the job stand in log, report and on the screen', async () => {
    using place = workplace();
    const options = ['--interval', '100ms', '--log', 'run.jsonl', '--report', 'end.json', '--stay'];
    const script = 'echo "from inside" >> "$MEMTOP_MARK"; while [ ! -e done ]; do sleep 0.05; done';
    await using screen = start(NODE, [CLI, 'run', ...options, '--', 'sh', '-c', script], {
      cwd: place.folder,
      env: {...place.env, XDG_RUNTIME_DIR: place.folder},
    });
    await screen.waitFor(/◆ \S+ {2}mark {6}from inside/);
    const mark = await run(['mark', 'epoch', '3'], place, {XDG_RUNTIME_DIR: place.folder});
    expect(mark).toMatchObject({code: 0, stdout: 'marked: epoch 3\n', stderr: ''});
    await screen.waitFor(/◆ \S+ {2}mark {6}epoch 3/);
    writeFileSync(place.file('done'), '');
    await screen.waitFor('ENDED');
    screen.press('q');
    await screen.waitForExit();
    const marks = place.lines('run.jsonl').filter(({event_type}) => event_type === 'MARK');
    expect(marks.map(({message}) => message)).toEqual(['from inside', 'epoch 3']);
    expect(JSON.parse(place.read('end.json')).marks).toMatchObject([
      {note: 'from inside'},
      {note: 'epoch 3'},
    ]);
  });

  test('without a monitor there is nobody to mark, and without a note nothing', async () => {
    using place = workplace();
    const env = {XDG_RUNTIME_DIR: place.folder};
    expect(await run(['mark', 'x'], place, env)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'memtop: no monitor is running\n',
    });
    expect((await run(['mark'], place, env)).code).toBe(2);
  });
});

describe('whoever is called', () => {
  const hook = (code: string) => `#!${NODE}\n${code}\n`;

  test('gets the facts of an alert and of its end, and what came of it is told', async () => {
    using place = workplace();
    writeFileSync(
      place.file('hook'),
      hook(`const fs = require('fs');
      const facts = JSON.parse(fs.readFileSync(0, 'utf8'));
      fs.appendFileSync('calls.jsonl', JSON.stringify({facts, event: process.env.MEMTOP_ALERT_EVENT, argv: process.argv.slice(2)}) + '\\n');
      console.error('told the pager'); process.exit(facts.event === 'raised' ? 3 : 0);`),
    );
    chmodSync(place.file('hook'), 0o755);
    const options = ['--interval', '100ms', '--threshold', '1', '--on-alert', './hook page'];
    const watch = launch(['watch', ...options, '--log', 'run.jsonl'], place);
    await watch.said('ended with 3');
    watch.kill('SIGTERM');
    const {stderr} = await watch.done;
    expect(stderr).toMatch(/RAM hook hook ended with 3 in \S+ s: told the pager/);
    expect(place.lines('calls.jsonl')).toMatchObject([
      {event: 'raised', argv: ['page'], facts: {event: 'raised', rule: 'ram', what: 'RAM', threshold: 1}},
    ]);
    const hooks = place.lines('run.jsonl').filter(({event_type}) => event_type === 'HOOK');
    expect(hooks).toMatchObject([{what: 'RAM', ok: false}]);
  });

  test('an alert that lasts is logged once as ALERT, and its reminders as ALERT_REPEAT', async () => {
    using place = workplace();
    const options = ['--interval', '100ms', '--threshold', '1', '--repeat', '1s,2s'];
    const watch = launch(['watch', ...options, '--log', 'run.jsonl', '--report', 'end.json'], place);
    const types = () =>
      existsSync(place.file('run.jsonl'))
        ? place
            .lines('run.jsonl')
            .flatMap(({event_type}) => (/^ALERT/.test(String(event_type)) ? [event_type] : []))
        : [];
    await until(() => types().length === 3, 'both reminders');
    watch.kill('SIGTERM');
    await watch.done;
    expect(types()).toEqual(['ALERT', 'ALERT_REPEAT', 'ALERT_REPEAT']);
    expect(JSON.parse(place.read('end.json')).pools[0].alert_count).toBe(1);
  });

  test('test-alert fires a sample through all that is configured, and fails where one fails', async () => {
    using place = workplace();
    writeFileSync(place.file('good'), hook(`process.stdin.resume(); process.exit(0)`));
    chmodSync(place.file('good'), 0o755);
    const fine = await run(['test-alert', '--on-alert', './good'], place);
    expect(fine.code).toBe(0);
    expect(fine.stdout).toMatch(/^good: ended with 0 in \S+ s$/m);
    const bad = await run(
      ['test-alert', '--on-alert', './missing', '--webhook', 'http://127.0.0.1:9/'],
      place,
    );
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/not found/);
    expect(bad.stdout).toMatch(/^webhook 127\.0\.0\.1:9: /m);
    const none = await run(['test-alert'], place);
    expect(none).toMatchObject({code: 2, stdout: ''});
    const secret = await run(['test-alert', '--webhook', 'http://hooks.example/T0/secret'], place);
    expect(secret).toMatchObject({code: 2});
    expect(secret.stderr).not.toContain('secret');
  });
});

test('following a job changes nothing for who does not: no job in the log of a plain watch', async () => {
  using place = workplace();
  const {stdout} = spawnSync(NODE, [CLI, 'once', '--json'], {
    cwd: place.folder,
    env: {...cleanEnvironment(), ...place.env},
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).not.toHaveProperty('job');
});
