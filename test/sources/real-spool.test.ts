import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, onTestFinished, test} from 'vitest';
import {Spool} from '../../src/sources/real-spool.ts';

const MIB = 2 ** 20;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-spool-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

function open(file?: string): Spool {
  const spool = new Spool(file);
  onTestFinished(() => {
    try {
      spool.close({keep: false});
    } catch {
      // The test has closed it.
    }
  });
  return spool;
}

/** All that is new, as text, with the lines that were passed over. */
function look(spool: Spool): {readonly text: string; readonly skipped: readonly number[]} {
  const pieces: Buffer[] = [];
  const skipped: number[] = [];
  for (const {bytes, skippedLines} of spool.newPieces()) {
    // A piece is only good until the next.
    pieces.push(Buffer.from(bytes));
    skipped.push(skippedLines);
  }
  return {text: Buffer.concat(pieces).toString(), skipped: skipped.filter((lines) => lines > 0)};
}

const write = ({writeFd}: Spool, text: string) => writeSync(writeFd, text);
const NOTHING = {text: '', skipped: []};

describe('what a job writes', () => {
  test('is seen piece by piece, each byte once', () => {
    const spool = open();
    expect(look(spool)).toEqual(NOTHING);
    write(spool, 'one\ntw');
    expect(look(spool).text).toBe('one\ntw');
    write(spool, 'o\n');
    expect(look(spool).text).toBe('o\n');
    expect(look(spool)).toEqual(NOTHING);
    expect(spool.bytes).toBe(8);
  });

  test('lands at the end, whoever writes, also when memtop writes no more', () => {
    const file = join(folder, 'out.log');
    const spool = open(file);
    spool.closeWriting();
    appendFileSync(file, 'a\n');
    appendFileSync(file, 'b\n');
    expect(look(spool).text).toBe('a\nb\n');
  });

  test('is kept byte for byte in the file that was asked for, behind what was there', () => {
    const file = join(folder, 'deep', 'er', 'out.log');
    const first = open(file);
    write(first, 'one\n');
    first.close({keep: false});
    const second = open(file);
    expect(second.isOwn).toBe(false);
    const odd = Buffer.from([0, 255, 13, 10, 27, 91]);
    writeSync(second.writeFd, odd);
    expect(look(second).text).toBe(odd.toString());
    expect(second.bytes).toBe(6);
    second.close({keep: false});
    expect(readFileSync(file)).toEqual(Buffer.concat([Buffer.from('one\n'), odd]));
  });

  test('up to a mebibyte at once is passed over in no part', () => {
    const spool = open();
    const text = `${'x'.repeat(99)}\n`.repeat(MIB / 100);
    write(spool, text);
    const seen = look(spool);
    expect(seen.text === text).toBe(true);
    expect(seen.skipped).toEqual([]);
  });
});

describe('a flood', () => {
  const lines = (count: number, from = 0) =>
    Array.from({length: count}, (_, index) => `line ${String(from + index).padStart(8, '0')}\n`).join('');

  test('is passed over up to its last mebibyte, from the beginning of a line, and each line counted', () => {
    const spool = open();
    const count = 400_000;
    write(spool, lines(count));
    const {text, skipped} = look(spool);
    expect(text.length).toBeLessThanOrEqual(MIB + 14);
    expect(text).toMatch(/^line \d{8}\n/);
    expect(text.endsWith(lines(1, count - 1))).toBe(true);
    const seen = text.split('\n').length - 1;
    expect(skipped).toEqual([count - seen]);
    expect(text.startsWith(lines(1, count - seen))).toBe(true);
    write(spool, 'after\n');
    expect(look(spool)).toEqual({text: 'after\n', skipped: []});
  });

  test('of one line without an end is not lost sight of', () => {
    const spool = open();
    write(spool, 'x'.repeat(3 * MIB));
    write(spool, '\nend\n');
    const {text, skipped} = look(spool);
    expect(text.endsWith('x\nend\n')).toBe(true);
    expect(skipped).toEqual([]);
  });

  test('is counted right whatever its lines are, and nothing below it is lost', () => {
    const spool = open();
    const pieces = fc.array(fc.tuple(fc.integer({min: 0, max: 60_000}), fc.integer({min: 1, max: 200})), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(pieces, (given) => {
        const text = given
          .map(([length, times]) => `${'y'.repeat(length)}\n`.repeat(Math.ceil(times / (1 + length / 500))))
          .join('');
        write(spool, text);
        const seen = look(spool);
        const passed = text.length - seen.text.length;
        expect(text.endsWith(seen.text)).toBe(true);
        if (text.length <= MIB) expect(passed).toBe(0);
        const counted = seen.skipped.reduce((sum, one) => sum + one, 0);
        expect(counted).toBe(text.slice(0, passed).split('\n').length - 1);
      }),
      {numRuns: 40},
    );
  });
});

describe('a file that somebody has emptied', () => {
  test('is read from its beginning', () => {
    const file = join(folder, 'out.log');
    const spool = open(file);
    write(spool, 'a long first part\n');
    look(spool);
    truncateSync(file, 0);
    expect(look(spool)).toEqual(NOTHING);
    write(spool, 'anew\n');
    expect(look(spool).text).toBe('anew\n');
    expect(readFileSync(file, 'utf8')).toBe('anew\n');
  });

  // As logrotate's copytruncate does with a file that was there before, and as `> out.log` in another shell.
  test('has never a size below nothing', () => {
    const file = join(folder, 'out.log');
    writeFileSync(file, 'what was there before\n');
    const spool = open(file);
    truncateSync(file, 0);
    write(spool, 'new\n');
    expect(spool.bytes).toBeGreaterThanOrEqual(0);
  });
});

describe('the temporary file', () => {
  test('is for its owner alone, and goes with the job', () => {
    const spool = open();
    expect(spool.isOwn).toBe(true);
    expect(statSync(spool.path).mode & 0o777).toBe(0o600);
    spool.close({keep: false});
    expect(existsSync(spool.path)).toBe(false);
  });

  test('stays where the job lives on', () => {
    const spool = open();
    write(spool, 'kept\n');
    spool.close({keep: true});
    expect(readFileSync(spool.path, 'utf8')).toBe('kept\n');
    rmSync(spool.path);
  });

  test('one that was asked for always stays', () => {
    const file = join(folder, 'out.log');
    open(file).close({keep: false});
    expect(existsSync(file)).toBe(true);
  });
});

test('all of it can be copied, nothing passed over', () => {
  const spool = open();
  write(spool, 'z'.repeat(3 * MIB));
  const sizes: number[] = [];
  for (let bytes = spool.nextBytes(); bytes !== undefined; bytes = spool.nextBytes())
    sizes.push(bytes.length);
  expect(sizes.reduce((sum, one) => sum + one, 0)).toBe(3 * MIB);
  expect(spool.nextBytes()).toBeUndefined();
});

test.each([
  ['a folder', (): string => folder, 'EISDIR'],
  [
    'below a file',
    (): string => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file', 'out.log');
    },
    /ENOTDIR|EEXIST/,
  ],
  ['no plain file', (): string => '/dev/null', 'ENOTFILE'],
])('what cannot be written to is refused: %s', (_, place, code) => {
  expect(() => new Spool(place())).toThrow(
    expect.objectContaining({code: typeof code === 'string' ? code : expect.stringMatching(code)}),
  );
});
