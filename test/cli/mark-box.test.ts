import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, onTestFinished, test, vi} from 'vitest';
import {MarkBox, openMarkBox} from '../../src/cli/mark-box.ts';
import {markedPids, markFile, markFolder} from '../../src/cli/mark-place.ts';

// Without a watcher nothing is taken but at a look: so a test knows when.
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  watch: () => {
    throw new Error('out of watches');
  },
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-marks-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

function open(name = '7.marks') {
  const notes: string[] = [];
  const box = new MarkBox(join(folder, name), (note) => notes.push(note));
  let isOpen = true;
  const close = () => {
    if (isOpen) box.close();
    isOpen = false;
  };
  onTestFinished(close);
  return {box, notes, close};
}

describe('a mark', () => {
  test('is a line that somebody appends', () => {
    const {box, notes} = open();
    box.look();
    appendFileSync(box.path, 'epoch 1\n');
    box.look();
    box.look();
    appendFileSync(box.path, 'epoch 2\nepoch 3\n');
    box.look();
    expect(notes).toEqual(['epoch 1', 'epoch 2', 'epoch 3']);
  });

  test('is whole, also where it comes in pieces', () => {
    const {box, notes} = open();
    for (const piece of ['epo', 'ch ', '1\nep', 'och 2\n']) {
      appendFileSync(box.path, piece);
      box.look();
    }
    expect(notes).toEqual(['epoch 1', 'epoch 2']);
  });

  test('has no blanks around it, is not empty and not endless', () => {
    const {box, notes} = open();
    appendFileSync(box.path, `\n  \n\t a b \r\n${'x'.repeat(1000)}\n`);
    box.look();
    expect(notes).toEqual(['a b', 'x'.repeat(200)]);
  });

  test('is taken from a file that was begun anew', () => {
    const {box, notes} = open();
    writeFileSync(box.path, 'a first note\n');
    box.look();
    writeFileSync(box.path, 'second\n');
    box.look();
    truncateSync(box.path, 0);
    box.look();
    writeFileSync(box.path, 'third\n');
    box.look();
    expect(notes).toEqual(['a first note', 'second', 'third']);
  });

  // As of `echo "epoch 2" > "$MEMTOP_MARK"` in a loop: each is as long as the one before, or longer.
  test('is taken from a file that was begun anew with as much as it had', () => {
    const {box, notes} = open();
    for (const note of ['epoch 1', 'epoch 2', 'epoch 10']) {
      writeFileSync(box.path, `${note}\n`);
      box.look();
    }
    expect(notes).toEqual(['epoch 1', 'epoch 2', 'epoch 10']);
  });

  test('is one of many that are put in at once, taken some at a time', () => {
    const {box, notes} = open();
    const many = Array.from({length: 20_000}, (_, index) => `note ${index}`);
    appendFileSync(box.path, `${many.join('\n')}\n`);
    box.look();
    expect(notes.length).toBeGreaterThan(1000);
    for (let look = 0; look < 5; look += 1) box.look();
    expect(notes).toEqual(many);
  });
});

describe('at its end', () => {
  test('a box takes what is left, also without an end of line, and its file goes', () => {
    const {box, notes, close} = open();
    appendFileSync(box.path, 'one\nlast');
    close();
    expect(notes).toEqual(['one', 'last']);
    expect(existsSync(box.path)).toBe(false);
  });

  test('it takes all that is left, however much', () => {
    const {box, notes, close} = open();
    appendFileSync(box.path, `${'a note of some length\n'.repeat(10_000)}last\n`);
    close();
    expect(notes.at(-1)).toBe('last');
  });
});

describe('its file', () => {
  test('is for its owner alone', () => {
    expect(statSync(open().box.path).mode & 0o777).toBe(0o600);
  });

  test('begins empty, also where one was left behind, and follows no link', () => {
    writeFileSync(join(folder, '7.marks'), 'of before\n');
    const {box, notes} = open();
    box.look();
    expect(notes).toEqual([]);
    const target = join(folder, 'target');
    writeFileSync(target, 'untouched');
    symlinkSync(target, join(folder, '8.marks'));
    const linked = open('8.marks');
    appendFileSync(linked.box.path, 'a\n');
    linked.box.look();
    expect([linked.notes, statSync(target).size]).toEqual([['a'], 9]);
  });
});

describe('the place of marks', () => {
  const runtime = () => ({XDG_RUNTIME_DIR: folder});

  test('is a folder of this user alone, below the runtime folder where there is one', () => {
    const place = markFolder(runtime());
    expect(place).toBe(join(folder, 'memtop'));
    expect(statSync(place ?? '').mode & 0o777).toBe(0o700);
    expect(markFolder(runtime())).toBe(place);
    expect(markFolder({})).toMatch(/\/memtop-\d+$/);
    expect(markFolder({XDG_RUNTIME_DIR: 'not/absolute'})).toBe(markFolder({}));
  });

  test('is none that others may look into, nor a link', () => {
    mkdirSync(join(folder, 'memtop'), {mode: 0o700});
    chmodSync(join(folder, 'memtop'), 0o755);
    expect(markFolder(runtime())).toBe(markFolder({}));
    rmSync(join(folder, 'memtop'), {recursive: true});
    mkdirSync(join(folder, 'elsewhere'), {mode: 0o700});
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'memtop'));
    expect(markFolder(runtime())).toBe(markFolder({}));
  });

  test('tells whose monitors run, by their pids', () => {
    for (const name of ['7.marks', '4242.marks', 'x.marks', 'notes.txt', '9.marks.old'])
      writeFileSync(join(folder, name), '');
    expect([...markedPids(folder)].sort()).toEqual([4242, 7]);
    expect(markFile(folder, 7)).toBe(join(folder, '7.marks'));
  });

  test('gives a box, or none where none can be made', () => {
    const notes: string[] = [];
    const box = openMarkBox(runtime(), 7, (note) => notes.push(note));
    expect(box?.path).toBe(join(folder, 'memtop', '7.marks'));
    appendFileSync(box?.path ?? '', 'here\n');
    box?.close();
    expect(notes).toEqual(['here']);
    mkdirSync(join(folder, 'memtop', '9.marks'));
    expect(openMarkBox(runtime(), 9, () => {})).toBeUndefined();
  });
});
