import {randomBytes} from 'node:crypto';
import {closeSync, lstatSync, realpathSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {REPORT_ENDINGS, type ReportEnding} from '../../core/choices.ts';
import type {Report} from '../../core/report.ts';
import type {ReportChart} from '../../core/report-chart.ts';
import {fileProblem} from '../file-problem.ts';
import {linkFlag} from '../foreign-link.ts';
import {makeFolder} from '../make-folder.ts';
import {momentName, openNew} from '../new-file.ts';
import {type ReportFormat, renderReport, reportFormatOf} from './formats.ts';

export type WriteResult =
  | {readonly ok: true; readonly file: string}
  | {readonly ok: false; readonly problem: string};

export interface ReportForm {
  readonly chart?: ReportChart | undefined;
  /** @default what the file's ending asks for */
  readonly format?: ReportFormat | undefined;
}

const FILE_MODE = 0o600;
const MOST_NAMES = 1000;

/**
 * Writes a report in the format its file's ending asks for, and makes its folder where that is missing. A file
 * that was there is replaced whole or not at all. Synchronous, for the moment before the process ends; never
 * throws, the result tells what went wrong.
 */
export function writeReport(
  file: string,
  report: Report,
  {chart, format = reportFormatOf(file)}: ReportForm = {},
): WriteResult {
  if (format === undefined)
    return {ok: false, problem: `expected a name that ends in .${REPORT_ENDINGS.join(', .')}`};
  try {
    makeFolder(dirname(file));
    writeWhole(file, renderReport(format, report, chart));
    return {ok: true, file};
  } catch (error) {
    return {ok: false, problem: fileProblem(error)};
  }
}

/** Writes a report under a name of its own, `memtop-report-20261122-143207.md`, and overwrites nothing. */
export function saveReport(
  folder: string,
  options: {readonly now: number; readonly ending: ReportEnding},
  report: Report,
  chart?: ReportChart,
): WriteResult {
  const name = uniqueReportName(folder, options.now, options.ending);
  if (!name.ok) return name;
  const result = writeReport(name.file, report, {chart});
  if (!result.ok) discard(name.file);
  return result;
}

/** Takes a name that no file bears yet, with an empty file so that nobody else gets it; `now` in local time. */
export function uniqueReportName(folder: string, now: number, ending: ReportEnding): WriteResult {
  try {
    makeFolder(folder);
    for (let count = 1; count <= MOST_NAMES; count += 1) {
      const file = join(folder, momentName('memtop-report', now, count, ending));
      if (take(file)) return {ok: true, file};
    }
    return {ok: false, problem: 'too many reports of this second are there'};
  } catch (error) {
    return {ok: false, problem: fileProblem(error)};
  }
}

function take(file: string): boolean {
  const fd = openNew(file);
  if (fd !== undefined) closeSync(fd);
  return fd !== undefined;
}

function writeWhole(file: string, text: string): void {
  // Renaming would put a file in place of a link, and of /dev/stdout.
  linkFlag(file);
  const target = isLink(file) ? realpathSync(file) : file;
  if (isSpecial(target)) writeFileSync(target, text);
  else replace(target, text);
}

function replace(file: string, text: string): void {
  const temporary = join(dirname(file), `.memtop-${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeFileSync(temporary, text, {mode: FILE_MODE, flag: 'wx'});
    renameSync(temporary, file);
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

function discard(file: string): void {
  try {
    rmSync(file, {force: true});
  } catch {
    // Why the writing failed is told already, and says more.
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, {throwIfNoEntry: false})?.isSymbolicLink() ?? false;
}

/** A device or a pipe, which can be written to and not replaced; a folder, which tells so by itself. */
function isSpecial(file: string): boolean {
  return !(statSync(file, {throwIfNoEntry: false})?.isFile() ?? true);
}
