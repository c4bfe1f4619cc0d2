import {closeSync, mkdtempSync, openSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {liveSource} from '../../src/sources/live.ts';
import {realHost} from '../../src/sources/real-host.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-host-'));
});

afterEach(() => {
  rmSync(folder, {recursive: true, force: true});
});

function file(text: string, name = 'file'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function nextFreeDescriptor(): number {
  const descriptor = openSync(folder, 'r');
  closeSync(descriptor);
  return descriptor;
}

describe.skipIf(process.platform === 'win32')('reading', () => {
  test('gives whole files, of any length and with any letters', () => {
    const host = realHost();
    for (const text of ['', 'short\n', `${'é'.repeat(50_000)}end`, 'x'.repeat(16 * 1024)]) {
      expect(host.readNow(file(text))).toBe(text);
    }
  });

  test('leaves no file open, also after an error', () => {
    const host = realHost();
    const path = file('text');
    const before = nextFreeDescriptor();
    for (let round = 0; round < 5; round++) {
      host.readNow(path);
      expect(() => host.readNow(folder)).toThrow(/EISDIR/);
      expect(() => host.readAgain(folder)).toThrow(/EISDIR/);
    }
    expect(nextFreeDescriptor()).toBe(before);
  });

  test('reads a kept file from its start each time, with one descriptor, until closed', () => {
    const host = realHost();
    const path = file('one');
    const before = nextFreeDescriptor();
    expect(host.readAgain(path)).toBe('one');
    writeFileSync(path, 'second');
    expect(host.readAgain(path)).toBe('second');
    expect(nextFreeDescriptor()).toBe(before + 1);
    host.close();
    expect(nextFreeDescriptor()).toBe(before);
    expect(host.readAgain(path)).toBe('second');
    host.close();
  });

  test.runIf(process.platform === 'linux')(
    'opens a kept file anew when the process behind it is another one',
    async () => {
      const {spawn} = await import('node:child_process');
      const host = realHost();
      const child = spawn('sleep', ['60']);
      const path = `/proc/${child.pid}/stat`;
      expect(host.readAgain(path)).toContain('(sleep)');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      expect(() => host.readAgain(path)).toThrow(/ENOENT/);
      host.close();
    },
  );

  test('throws with the code of the system', () => {
    expect(() => realHost().readNow(join(folder, 'missing'))).toThrow(
      expect.objectContaining({code: 'ENOENT'}),
    );
  });
});

describe('run', () => {
  const node = (script: string, timeoutMs = 10_000) =>
    realHost().run(process.execPath, ['-e', script], {timeoutMs});

  test('gives what a program printed, with its exit code', async () => {
    expect(await node('console.log("out"); console.error("err"); process.exitCode = 3')).toEqual({
      status: 'exited',
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('gives arguments as they are, without a shell', async () => {
    const args = ['-p', 'process.argv[1]', '$(id); `id` "x" *'];
    const result = await realHost().run(process.execPath, args, {timeoutMs: 10_000});
    expect(result).toMatchObject({stdout: '$(id); `id` "x" *\n'});
  });

  test('ends a program that takes too long, even one that ignores SIGTERM', async () => {
    const result = await node('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)', 300);
    expect(result).toEqual({status: 'late', reason: 'no answer within 0.3 s'});
  });

  test('tells a missing program from a failed one', async () => {
    expect(await realHost().run(join(folder, 'no-such-program'), [], {timeoutMs: 1000})).toEqual({
      status: 'missing',
      reason: 'not installed',
    });
    expect(await realHost().run(process.execPath, ['a\0b'], {timeoutMs: 1000})).toMatchObject({
      status: 'failed',
    });
    expect(await node('process.kill(process.pid, "SIGKILL")')).toEqual({
      status: 'failed',
      reason: 'ended by SIGKILL',
    });
  });
});

test('after can be taken back', async () => {
  const calls: string[] = [];
  const host = realHost();
  const cancel = host.after(0, () => calls.push('taken back'));
  await new Promise<void>((resolve) => {
    host.after(1, () => {
      calls.push('kept');
      resolve();
    });
    cancel();
  });
  expect(calls).toEqual(['kept']);
});

test('systeminformation gives the figures that are read from it', async () => {
  const memory = await (await realHost().systemInformation()).mem();
  expect(memory.total).toBeGreaterThan(memory.available);
});

describe.runIf(process.platform === 'linux')('this machine', () => {
  test('shows this very process with its size, start, owner and arguments', async () => {
    const table = await liveSource(realHost(), {processes: 'scan'}).scanProcesses();
    const own =
      table.status === 'ok' ? table.value.processes.find(({pid}) => pid === process.pid) : undefined;
    const rss = process.memoryUsage().rss;
    expect(own?.rssBytes).toBeGreaterThan(rss * 0.7);
    expect(own?.rssBytes).toBeLessThan(rss * 1.3);
    const startedAt = Date.now() - process.uptime() * 1000;
    expect(Math.abs((own?.startedAt ?? 0) - startedAt)).toBeLessThan(2000);
    expect(own?.args?.[0]).toMatch(/node/);
    expect(own?.user).toMatch(/./);
  });

  test('gives memory and no more of it than there is', async () => {
    const source = liveSource(realHost(), {processes: 'never'});
    const {memory, limits, pressure, self} = await source.sample();
    const value = memory.status === 'ok' ? memory.value : undefined;
    expect(value?.totalBytes).toBeGreaterThan(value?.availableBytes ?? Number.POSITIVE_INFINITY);
    for (const {limitBytes} of limits) expect(limitBytes).toBeLessThan(value?.totalBytes ?? 0);
    expect(pressure?.status).not.toBe('failed');
    expect(self?.rssBytes).toBeGreaterThan(10_000_000);
    await source.close();
  });

  test('tells what this process is made of', async () => {
    const memory = await liveSource(realHost(), {processes: 'never'}).processMemory(process.pid);
    const value = memory.status === 'ok' ? memory.value : {};
    expect(value.rssAnonBytes).toBeLessThan(value.rssBytes ?? 0);
    expect(value.peakRssBytes).toBeGreaterThanOrEqual((value.rssBytes ?? 0) * 0.9);
    expect(value.threads).toBeGreaterThan(1);
  });

  test('ends a real process, and no other in its name', async () => {
    const {spawn} = await import('node:child_process');
    const child = spawn('sleep', ['60']);
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    const pid = child.pid ?? 0;
    const source = liveSource(realHost(), {processes: 'scan'});
    const table = await source.scanProcesses();
    const row =
      table.status === 'ok' ? table.value.processes.find((process) => process.pid === pid) : undefined;
    expect(await source.kill(pid, `${row?.startKey}0`, 'SIGTERM')).toEqual({status: 'gone'});
    expect(await source.kill(pid, row?.startKey ?? '', 'SIGTERM')).toEqual({status: 'sent'});
    expect(await ended).toBe('SIGTERM');
  });
});
