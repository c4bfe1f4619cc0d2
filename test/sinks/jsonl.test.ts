import {execFileSync} from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {LogFile, type LogFileOptions, type LogState} from '../../src/sinks/jsonl.ts';

vi.mock('node:fs', {spy: true});

const windows = process.platform === 'win32';
let folder = '';
let now = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-jsonl-'));
  now = 0;
});

afterEach(() => {
  vi.mocked(writeSync).mockClear();
  rmSync(folder, {recursive: true, force: true});
});

function open(path: string, more: Partial<LogFileOptions> = {}) {
  const states: LogState[] = [];
  const newFiles: string[] = [];
  const file = new LogFile(path, {
    clock: () => now,
    onChange: (state) => states.push(state),
    onNewFile: (why) => newFiles.push(why),
    ...more,
  });
  return {file, states, newFiles};
}

const numbers = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line).n);

describe('a line', () => {
  test('is appended whole, in one write, and is with the kernel when append returns', () => {
    const path = join(folder, 'run.jsonl');
    const {file} = open(path);
    for (const n of [1, 2, 3]) {
      file.append({n, text: 'a\nb "ü"'});
      expect(numbers(path).at(-1)).toBe(n);
    }
    const written = vi.mocked(writeSync).mock.calls.map(([, data]) => String(data));
    expect(written).toHaveLength(3);
    for (const text of written) expect(text).toMatch(/^\{.*\}\n$/);
    expect(file.state).toEqual({status: 'ok'});
    file.close();
  });

  test('goes behind what is there', () => {
    const path = join(folder, 'run.jsonl');
    writeFileSync(path, '{"n":1}\n');
    const {file} = open(path);
    file.append({n: 2});
    file.close();
    expect(readFileSync(path, 'utf8')).toBe('{"n":1}\n{"n":2}\n');
  });

  test('is parted from one that a killed writer left unfinished', () => {
    const path = join(folder, 'run.jsonl');
    writeFileSync(path, '{"n":1}\n{"n":2,"te');
    const {file} = open(path);
    file.append({n: 3});
    file.append({n: 4});
    file.close();
    expect(readFileSync(path, 'utf8')).toBe('{"n":1}\n{"n":2,"te\n{"n":3}\n{"n":4}\n');
  });
});

describe('the file', () => {
  test.skipIf(windows)('is made for its owner alone, with its folder', () => {
    const path = join(folder, 'a', 'b', 'run.jsonl');
    const {file} = open(path);
    expect(existsSync(path)).toBe(false);
    file.append({n: 1});
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(numbers(path)).toEqual([1]);
    file.close();
  });

  test.skipIf(windows)('is made again, with its folder, when that is removed', () => {
    const path = join(folder, 'logs', 'run.jsonl');
    const {file, newFiles, states} = open(path);
    file.append({n: 1});
    rmSync(join(folder, 'logs'), {recursive: true});
    now = 1000;
    file.append({n: 2});
    expect(numbers(path)).toEqual([2]);
    expect([newFiles, states]).toEqual([['moved'], []]);
    file.close();
  });

  test.skipIf(windows)('is opened anew when it was moved away, and is looked at once a second', () => {
    const path = join(folder, 'run.jsonl');
    const {file, newFiles} = open(path);
    file.append({n: 1});
    file.append({n: 2});
    renameSync(path, `${path}.old`);
    file.append({n: 3});
    now = 1000;
    file.append({n: 4});
    file.append({n: 5});
    expect([numbers(`${path}.old`), numbers(path)]).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(newFiles).toEqual(['moved']);
    file.close();
  });

  test('can be written again after it was closed', () => {
    const path = join(folder, 'run.jsonl');
    const {file} = open(path);
    file.append({n: 1});
    file.close();
    file.close();
    file.append({n: 2});
    file.close();
    expect(numbers(path)).toEqual([1, 2]);
  });
});

describe('rotation by size', () => {
  const line = (n: number) => ({n, pad: 'x'.repeat(80)});

  test('loses no line, keeps as many parts as asked for, and none is too large', () => {
    const path = join(folder, 'run.jsonl');
    const {file, newFiles} = open(path, {maxBytes: 500, keep: 3});
    for (let n = 0; n < 19; n++) file.append(line(n));
    const parts = [`${path}.3`, `${path}.2`, `${path}.1`, path];
    expect(parts.flatMap(numbers)).toEqual(Array.from({length: 19}, (_, n) => n));
    for (const part of parts) expect(statSync(part).size).toBeLessThanOrEqual(500);
    expect(newFiles).toEqual(['rotated', 'rotated', 'rotated']);
    for (let n = 19; n < 24; n++) file.append(line(n));
    expect(existsSync(`${path}.4`)).toBe(false);
    expect(parts.flatMap(numbers)).toEqual(Array.from({length: 19}, (_, n) => n + 5));
    file.close();
  });

  test('counts what the file held before', () => {
    const path = join(folder, 'run.jsonl');
    writeFileSync(path, `${JSON.stringify(line(0))}\n`.repeat(5));
    const {file} = open(path, {maxBytes: 500});
    file.append(line(1));
    expect([numbers(`${path}.1`), numbers(path)]).toEqual([[0, 0, 0, 0, 0], [1]]);
    file.close();
  });

  test('writes a line that is larger than any file, alone', () => {
    const path = join(folder, 'run.jsonl');
    const {file} = open(path, {maxBytes: 500});
    file.append(line(1));
    file.append({n: 2, pad: 'x'.repeat(2000)});
    file.append(line(3));
    expect([numbers(`${path}.2`), numbers(`${path}.1`), numbers(path)]).toEqual([[1], [2], [3]]);
    file.close();
  });

  test('may be told in the log itself: no line comes twice', () => {
    const path = join(folder, 'run.jsonl');
    const {file} = open(path, {maxBytes: 500, onNewFile: () => file.append({n: 'note'})});
    for (let n = 0; n < 8; n++) file.append(line(n));
    expect([`${path}.1`, path].flatMap(numbers)).toEqual([0, 1, 2, 3, 4, 5, 'note', 6, 7]);
    file.close();
  });
});

describe('what cannot be written', () => {
  test.skipIf(windows).each([
    ['a folder in its place', (at: string) => mkdirSync(at), 'it is a folder'],
    ['a file on its way', (at: string) => writeFileSync(at, ''), 'part of its path is a file'],
  ])('because of %s is told once and kept, and written in order when that is gone', (_, block, reason) => {
    const at = join(folder, 'place');
    block(at);
    const path = reason === 'it is a folder' ? at : join(at, 'run.jsonl');
    const {file, states} = open(path);
    for (let n = 0; n < 5; n++) {
      now = n * 1000;
      file.append({n});
    }
    expect(states).toEqual([{status: 'failing', reason, kept: 1, lost: 0}]);
    expect(file.state).toEqual({status: 'failing', reason, kept: 5, lost: 0});
    rmSync(at, {recursive: true});
    now = 4500;
    file.append({n: 5});
    expect(existsSync(path)).toBe(false);
    now = 5000;
    file.append({n: 6});
    expect(numbers(path)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(states.slice(1)).toEqual([{status: 'ok'}]);
    file.close();
  });

  test.skipIf(windows)('is tried again each second, also where no further line comes', () => {
    const path = join(folder, 'place');
    mkdirSync(path);
    const due: {work: () => void; ms: number}[] = [];
    const later = (work: () => void, ms: number) => {
      const entry = {work, ms};
      due.push(entry);
      return () => void due.splice(due.indexOf(entry), 1);
    };
    const {file, states} = open(path, {later});
    file.append({n: 1});
    due[0]?.work();
    expect(due).toMatchObject([{ms: 1000}]);
    rmSync(path, {recursive: true});
    due[0]?.work();
    expect(numbers(path)).toEqual([1]);
    expect([states.map(({status}) => status), due]).toEqual([['failing', 'ok'], []]);
    rmSync(path);
    mkdirSync(path);
    now = 1000;
    file.append({n: 2});
    expect(due).toHaveLength(1);
    file.close();
    expect(due).toEqual([]);
  });

  test.skipIf(windows)('is tried once more when the log is closed', () => {
    const path = join(folder, 'place');
    mkdirSync(path);
    const {file, states} = open(path);
    file.append({n: 1});
    file.append({n: 2});
    rmSync(path, {recursive: true});
    file.close();
    expect(numbers(path)).toEqual([1, 2]);
    expect(states.map(({status}) => status)).toEqual(['failing', 'ok']);
  });

  test.skipIf(!existsSync('/dev/full'))('because the disk is full is told and never thrown', () => {
    const {file, states} = open('/dev/full');
    for (let n = 0; n < 3; n++) {
      now = n * 1000;
      expect(() => file.append({n})).not.toThrow();
    }
    expect(states).toEqual([{status: 'failing', reason: 'disk full', kept: 1, lost: 0}]);
    expect(() => file.close()).not.toThrow();
  });

  test('of a line that a full disk took only half of, follows when there is room', () => {
    const path = join(folder, 'run.jsonl');
    const {file} = open(path);
    file.append({n: 1});
    vi.mocked(writeSync).mockImplementationOnce((fd, data) => {
      appendFileSync(fd, String(data).slice(0, 4));
      return 4;
    });
    file.append({n: 22});
    // No reader ever sees a cut line.
    expect(readFileSync(path, 'utf8')).toBe('{"n":1}\n');
    expect(file.state).toMatchObject({reason: 'disk full', kept: 1});
    now = 1000;
    file.append({n: 3});
    expect(readFileSync(path, 'utf8')).toBe('{"n":1}\n{"n":22}\n{"n":3}\n');
    file.close();
  });

  test('is told again when the reason changes', () => {
    const {file, states} = open(join(folder, 'run.jsonl'));
    for (const code of ['ENOSPC', 'ENOSPC', 'EROFS', 'EWHATEVER']) {
      vi.mocked(writeSync).mockImplementationOnce(() => {
        throw Object.assign(new Error('its own words'), {code});
      });
      now += 1000;
      file.append({n: 1});
    }
    const reasons = states.map((state) => (state.status === 'failing' ? state.reason : 'ok'));
    expect(reasons).toEqual(['disk full', 'file system is read-only', 'its own words']);
    file.close();
  });

  test.skipIf(windows)('is kept in at most 8 MiB: the oldest lines go, and are counted', () => {
    const path = join(folder, 'place');
    mkdirSync(path);
    const {file} = open(path);
    const pad = 'x'.repeat(2 ** 20 - 20);
    for (let n = 0; n < 12; n++) file.append({n, pad});
    expect(file.state).toMatchObject({kept: 8, lost: 4});
    rmSync(path, {recursive: true});
    now = 1000;
    file.append({n: 12});
    expect(numbers(path)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
    file.close();
  });

  test.skipIf(windows)('to a pipe that nobody reads does not hang', () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const {file} = open(path);
    const begun = performance.now();
    file.append({n: 1});
    expect(file.state).toMatchObject({status: 'failing', reason: 'a pipe that nobody reads', kept: 1});
    file.close();
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
