import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {
  renderReport,
  reportFormatOf,
  saveReport,
  uniqueReportName,
  writeReport,
} from '../../../src/sinks/report/index.ts';
import {startRun} from './run.ts';

const NOW = Date.parse('2026-11-22T14:32:07');
const report = startRun().report();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-report-test-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, {recursive: true});
});

describe('reportFormatOf', () => {
  it.each([
    ['a.txt', 'text'],
    ['a.MD', 'markdown'],
    ['a.b.json', 'json'],
    ['a.html', 'html'],
    ['/x/a.htm', 'html'],
    ['a.pdf', undefined],
    ['md', undefined],
  ])('of %s is %s', (file, format) => {
    expect(reportFormatOf(file)).toBe(format);
  });
});

describe('writeReport', () => {
  it.each(['txt', 'md', 'json', 'html'])('writes .%s in its format, for its owner alone', (ending) => {
    const file = join(folder, `report.${ending}`);
    expect(writeReport(file, report)).toEqual({ok: true, file});
    expect(readFileSync(file, 'utf8')).toBe(
      renderReport(reportFormatOf(file) ?? expect.unreachable(), report),
    );
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([`report.${ending}`]);
  });

  it('makes the folder', () => {
    expect(writeReport(join(folder, 'a/b/report.md'), report)).toMatchObject({ok: true});
    expect(readdirSync(join(folder, 'a/b'))).toEqual(['report.md']);
  });

  it('replaces the file that a link leads to, and not the link', () => {
    writeFileSync(join(folder, 'real.md'), 'former');
    symlinkSync('real.md', join(folder, 'link.md'));
    expect(writeReport(join(folder, 'link.md'), report)).toMatchObject({ok: true});
    expect(readFileSync(join(folder, 'real.md'), 'utf8')).toContain('# memtop report');
  });

  it('tells what went wrong in words, and leaves nothing behind', () => {
    writeFileSync(join(folder, 'file'), 'kept');
    mkdirSync(join(folder, 'folder.md'));
    const problem = (name: string) => writeReport(join(folder, name), report);
    expect(problem('file/report.md')).toEqual({ok: false, problem: 'part of its path is a file'});
    expect(problem('file/a/report.md')).toEqual({ok: false, problem: 'part of its path is a file'});
    expect(problem('folder.md')).toEqual({ok: false, problem: 'it is a folder'});
    expect(problem(`${'n'.repeat(300)}.md`)).toEqual({ok: false, problem: 'its name is too long'});
    expect(problem('report.pdf')).toEqual({
      ok: false,
      problem: 'expected a name that ends in .txt, .md, .json, .html, .htm, .csv',
    });
    expect(readdirSync(folder).sort()).toEqual(['file', 'folder.md']);
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'tells of a folder it may not write to',
    () => {
      chmodSync(folder, 0o500);
      const denied = {ok: false, problem: 'permission denied'};
      expect(writeReport(join(folder, 'report.md'), report)).toEqual(denied);
      expect(uniqueReportName(folder, NOW, 'md')).toEqual(denied);
    },
  );

  it.skipIf(process.platform !== 'linux')('tells of a file system that takes nothing', () => {
    expect(writeReport('/proc/nowhere/report.md', report)).toMatchObject({
      ok: false,
      problem: 'no such folder',
    });
    expect(saveReport('/proc', {now: NOW, ending: 'md'}, report)).toMatchObject({ok: false});
  });
});

describe('uniqueReportName', () => {
  it('never takes a name twice', () => {
    const names = [1, 2, 3].map(() => uniqueReportName(folder, NOW, 'md'));
    expect(names).toEqual(
      ['', '-2', '-3'].map((suffix) => ({
        ok: true,
        file: join(folder, `memtop-report-20261122-143207${suffix}.md`),
      })),
    );
  });
});

describe('saveReport', () => {
  it('overwrites nothing', () => {
    const first = join(folder, 'memtop-report-20261122-143207.json');
    writeFileSync(first, 'kept');
    const second = join(folder, 'memtop-report-20261122-143207-2.json');
    expect(saveReport(folder, {now: NOW, ending: 'json'}, report)).toEqual({ok: true, file: second});
    expect(readFileSync(first, 'utf8')).toBe('kept');
    expect(JSON.parse(readFileSync(second, 'utf8'))).toMatchObject({format: 1});
  });
});
