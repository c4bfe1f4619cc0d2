import {spawn} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {type AlertNotice, noticeFields} from '../../../src/core/notice.ts';
import {parseCommand} from '../../../src/sinks/hooks/command.ts';
import {CommandHook, type CommandHookOptions} from '../../../src/sinks/hooks/command-hook.ts';
import {HOSTILE, RAISED, until} from './notices.ts';

vi.mock('node:child_process', {spy: true});

const clock = () => performance.now();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-hook-'));
});

afterEach(() => {
  rmSync(folder, {recursive: true, force: true});
});

/** A program of Node's; `OUT` is a file beside it. */
function program(code: string, name = 'hook'): string {
  const path = join(folder, name);
  const head = `#!${process.execPath}\nconst fs = require('fs'); const OUT = ${JSON.stringify(`${path}.out`)};\n`;
  writeFileSync(path, head + code);
  chmodSync(path, 0o755);
  return path;
}

const out = (name = 'hook') => readFileSync(join(folder, `${name}.out`), 'utf8');

function call(command: string, notice: AlertNotice = RAISED, more: Partial<CommandHookOptions> = {}) {
  return new CommandHook({command, clock, ...more}).deliver(notice);
}

const ECHO = `
  fs.writeFileSync(OUT, JSON.stringify({
    argv: process.argv.slice(2), env: process.env, stdin: fs.readFileSync(0, 'utf8'),
  }));
`;

interface Echo {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
}

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    // A zombie whose parent died too waits for whoever reaps it here.
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
};

describe.skipIf(process.platform === 'win32')('a program', () => {
  test('finds the facts in its variables and as one line of JSON', async () => {
    const result = await call(program(ECHO));
    expect(result.text).toMatch(/^ended with 0 in \d+\.\d s$/);
    expect(result.ok).toBe(true);
    const {argv, env, stdin}: Echo = JSON.parse(out());
    expect(argv).toEqual([]);
    expect(env).toMatchObject({
      MEMTOP_ALERT_EVENT: 'raised',
      MEMTOP_ALERT_TOP_PID: '812',
      HOME: process.env.HOME,
    });
    expect(stdin).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(stdin)).toEqual(noticeFields(RAISED));
  });

  test('gets hostile names as they are, in the JSON, and nothing of them as an argument', async () => {
    const notice = {...RAISED, what: HOSTILE, message: HOSTILE, top: {pid: 1, name: HOSTILE, rssBytes: 1}};
    await call(`${program(ECHO)} --urgent $HOME "a b"`, notice);
    const {argv, env, stdin}: Echo = JSON.parse(out());
    expect(argv).toEqual(['--urgent', '$HOME', '"a', 'b"']);
    expect(JSON.parse(stdin)).toMatchObject({what: HOSTILE, message: HOSTILE, top_process: {name: HOSTILE}});
    expect(env.MEMTOP_ALERT_WHAT).toBe('$(touch x); `touch y` "quotes"  ]0;x  <!channel> \' \\');
    expect([existsSync('x'), existsSync('y'), existsSync(join(folder, 'x'))]).toEqual([false, false, false]);
  });

  test('finds nothing of another alert', async () => {
    await call(program(ECHO), RAISED, {
      env: {...process.env, MEMTOP_ALERT_LOG: 'old', MEMTOP_THRESHOLD: '70'},
    });
    const {env}: Echo = JSON.parse(out());
    expect(env).not.toHaveProperty('MEMTOP_ALERT_LOG');
    expect(env.MEMTOP_THRESHOLD).toBe('70');
  });

  test('that fails is told with its code and its last line, made safe and short', async () => {
    const result = await call(
      program(
        `process.stderr.write('first\\n\\u001b[31mno such\\u0007 channel\\n\\n'); process.exitCode = 3;`,
      ),
    );
    expect(result.ok).toBe(false);
    expect(result.text).toMatch(/^ended with 3 in \d+\.\d s: no such channel$/);
    const long = await call(program(`process.stderr.write('x'.repeat(5000))`));
    expect(long.text).toMatch(/: x{199}…$/);
  });

  test('that is killed is told with the signal', async () => {
    const result = await call(program(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);`));
    expect(result).toEqual({ok: false, text: expect.stringMatching(/^ended by SIGTERM in /)});
  });

  test('need not read its input, nor may it stop us by what it writes', async () => {
    const notice = {...RAISED, message: 'x'.repeat(2 ** 20)};
    expect(await call(program(''), notice)).toMatchObject({ok: true});
    expect(await call(program(`process.stdout.write('y'.repeat(2 ** 20))`))).toMatchObject({ok: true});
  });

  test('that ignores SIGTERM and does not end is killed, with what it started', async () => {
    const path = program(`
      process.on('SIGTERM', () => {});
      const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'inherit'});
      fs.writeFileSync(OUT, process.pid + ' ' + child.pid);
      process.stderr.write('waiting\\n');
      setInterval(() => {}, 1000);
    `);
    const result = await call(path, RAISED, {timeoutMs: 600});
    expect(result).toEqual({ok: false, text: 'no end within 0.6 s, killed: waiting'});
    const pids = out().split(' ').map(Number);
    expect(pids).toHaveLength(2);
    await until(() => pids.every(isGone));
  });

  test('that ends well is not waited for longer because a child of it keeps the pipes open', async () => {
    const path = program(`
      const child = require('child_process').spawn('sleep', ['60'], {stdio: 'inherit'});
      fs.writeFileSync(OUT, String(child.pid));
      process.exit(0);
    `);
    const result = await call(path);
    expect(result).toMatchObject({ok: true});
    const child = Number(out());
    expect(isGone(child)).toBe(false);
    process.kill(child, 'SIGKILL');
  });

  test('that floods its errors is read slowly and to its last line', async () => {
    const flood = `
      const lines = ('e'.repeat(99) + '\\n').repeat(1000);
      for (;;) {
        fs.writeSync(2, lines);
        fs.appendFileSync(OUT, '.');
      }
    `;
    const result = await call(program(flood), RAISED, {timeoutMs: 600});
    expect(result.text).toMatch(/^no end within 0\.6 s, killed: e{1,99}$/);
    expect(out().length).toBeGreaterThan(0);
    expect(out().length * 100_000).toBeLessThan(2 ** 23);
  });

  test('is killed with its group when memtop ends, and none begins afterwards', async () => {
    const hook = new CommandHook({
      command: program(`fs.writeFileSync(OUT, String(process.pid)); setInterval(() => {}, 1000);`),
      clock,
    });
    const result = hook.deliver(RAISED);
    await until(() => existsSync(join(folder, 'hook.out')) && out() !== '');
    hook.close();
    expect(await result).toEqual({ok: false, text: 'killed, memtop ends'});
    await until(() => isGone(Number(out())));
    expect(await hook.deliver(RAISED)).toEqual({ok: false, text: 'not begun, memtop ends'});
  });
});

describe.skipIf(process.platform === 'win32')('a program that cannot be started', () => {
  test('is told: not there, not in PATH, not executable, its interpreter gone', async () => {
    const plain = join(folder, 'plain');
    writeFileSync(plain, 'text');
    const astray = join(folder, 'astray');
    writeFileSync(astray, '#!/no/such/interpreter\n');
    chmodSync(astray, 0o755);
    const texts = await Promise.all(
      ['/no/such/hook.sh', 'no-such-memtop-hook', plain, astray, folder, ''].map((command) => call(command)),
    );
    expect(texts).toEqual([
      {ok: false, text: 'not found'},
      {ok: false, text: 'not found'},
      {ok: false, text: 'not permitted to run it'},
      {ok: false, text: 'its interpreter was not found'},
      {ok: false, text: 'not permitted to run it'},
      {ok: false, text: 'not started: ERR_INVALID_ARG_VALUE'},
    ]);
  });

  test('because memory is short, is told', async () => {
    vi.mocked(spawn).mockImplementationOnce(() => {
      throw Object.assign(new Error('spawn ENOMEM'), {code: 'ENOMEM'});
    });
    expect(await call(program(''))).toEqual({ok: false, text: 'not started: ENOMEM'});
  });
});

describe('a command', () => {
  test('is a file whole where its path names one, else a program and arguments', () => {
    mkdirSync(join(folder, 'my hooks'));
    const path = program('', join('my hooks', 'call me'));
    expect(parseCommand(path)).toEqual({file: path, args: []});
    expect(parseCommand(` ${path}  `)).toEqual({file: path, args: []});
    expect(parseCommand(`${path} now`)).toEqual({
      file: join(folder, 'my'),
      args: [join('hooks', 'call'), 'me', 'now'],
    });
    expect(parseCommand('notify-send  memtop\tfull')).toEqual({
      file: 'notify-send',
      args: ['memtop', 'full'],
    });
  });

  test('without a slash is never taken from the working folder', async () => {
    expect(existsSync('package.json')).toBe(true);
    expect(parseCommand('package.json')).toEqual({file: 'package.json', args: []});
    expect(parseCommand('./package.json')).toEqual({file: join(process.cwd(), 'package.json'), args: []});
    expect(await call('package.json')).toEqual({
      ok: false,
      text: 'not found in PATH; ./package.json names the file here',
    });
  });

  test('is called by the name of its file, safe and short', () => {
    const name = (command: string) => new CommandHook({command, clock}).name;
    expect(name('/home/me/notify.sh --token secret')).toBe('notify.sh');
    expect(name(`/x/${'n\u001b[31m'.repeat(100)}`)).toBe(`${'n'.repeat(39)}…`);
  });
});
