import {formatCount} from '../../core/format.ts';
import {formatBound, formatMeasure, isBounded} from '../../core/measure.ts';
import type {Report} from '../../core/report.ts';
import type {ReportAlert} from '../../core/report-alerts.ts';
import type {ReportJob} from '../../core/report-job.ts';
import type {ReportPool} from '../../core/report-pools.ts';
import {cutEnd, cutStart, safeText} from '../../core/text.ts';
import {earlierJob, jobFigures, jobName, jobStory, largestOfJob, lastLooks, ownPools} from './job-words.ts';
import {suggestionParts} from './limit-words.ts';
import {narrowText} from './narrow-text.ts';
import {evidenceText, toldLeaks, verdictParts} from './verdict-words.ts';
import {
  aboveText,
  aboveWhatText,
  alertNotes,
  amountText,
  averageText,
  checksText,
  droppedText,
  errorText,
  growthTexts,
  lastedText,
  limitText,
  nowText,
  peakAsOf,
  peakText,
  processesAsOf,
  processText,
  raisedText,
  selfText,
  spanText,
  trendText,
  whenText,
} from './words.ts';

/** Where the terminal is not known, or wider: longer lines are hard to read. */
const WIDTH = 80;
const LEAST_WIDTH = 20;
const LABEL = 11;
const NAME = 30;
/** What stands in front of an item: a name with its pid, a day with its time. */
const HEAD = 40;
/** Longer lists show their latest; the other forms hold them whole. */
const MOST_ITEMS = 20;
/** Processes are told by their RAM: beside other pools the first ones are a hint, no more. */
const OTHER_TOP = 2;

/** The report as plain text for a terminal: at most 80 columns, or as many as that has, no colour, every name from outside made safe. */
export function reportText(report: Report, width = WIDTH): string {
  const text = wholeText(report);
  return width >= WIDTH ? text : narrowText(text, Math.max(LEAST_WIDTH, width));
}

function wholeText(report: Report): string {
  const {version, platform, noGpuReason} = report;
  const errors = report.errors.map((error): Item => [error.what, [errorText(error)]]);
  const blocks = [
    titleLines(report),
    ...(report.job === undefined ? [] : [jobLines(report.job, report)]),
    list(
      'earlier jobs',
      (report.earlierJobs ?? []).map((job): Item => [jobName(job), earlierJob(job, report)]),
    ),
    list(
      'OOM kills',
      report.oomKills.map(({at, text}): Item => [whenText(at, report), [text]]),
    ),
    [
      ...row('limit', [limitText(report)]),
      ...row('next run', suggestionParts(report), ', '),
      ...row('checks', checksText(report).split(', '), ', '),
    ],
    ...ownPools(report).map((pool) => poolLines(pool, report)),
    noGpuReason === undefined ? [] : row('GPU', [noGpuReason]),
    ...happenings(report),
    processLeakLines(report),
    growthLines(report),
    list('errors', errors),
    [
      ...row('memtop', [`${version} on ${platform}`, selfText(report)], ', '),
      ...row('log', [cutStart(safeText(report.log?.file ?? 'none'), WIDTH - LABEL)]),
      ...row('', report.log?.problem === undefined ? [] : [safeText(report.log.problem)]),
    ],
  ];
  const paragraphs = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${paragraphs.join('\n\n')}\n`;
}

function titleLines(report: Report): readonly string[] {
  const host = cutEnd(safeText(report.hostName), NAME);
  return wrap('', ['memtop report', host, spanText(report), `ended: ${report.reason}`], ' · ');
}

/** So many of the last looks stand in the text; the other forms hold them all. */
const LAST_LOOKS = 5;

/** The job that was followed, how it ended, and what was before. */
function jobLines(job: ReportJob, report: Report): readonly string[] {
  const looks = lastLooks(job, report).slice(-LAST_LOOKS);
  return [
    ...row('job', [cutEnd(safeText(jobName(job)), WIDTH - LABEL)]),
    ...row('', jobStory(job).split('; '), '; '),
    ...row('', jobFigures(job, report), ' · '),
    ...verdictLines('job', report),
    ...looks.flatMap(([when = '', held = '', ram = ''], index) =>
      row(index === 0 ? '  before' : '', [`${when}  ${held.padStart(12)}  RAM ${ram}`]),
    ),
    ...row('  largest', largestOfJob(job), ', '),
  ];
}

function poolLines(pool: ReportPool, report: Report): readonly string[] {
  const {label, kind, detail} = pool;
  if (pool.checks === 0) return row(label, [`never read: ${pool.missing ?? 'no reason told'}`]);
  const figures = [
    `now ${nowText(pool, report)}`,
    `average ${averageText(pool)}`,
    `peak ${peakText(pool, report)}`,
    `trend ${trendText(pool)}`,
  ];
  const name = kind === 'gpu' && detail !== '' ? detail : [];
  const above =
    pool.aboveThreshold === undefined ? [] : `${aboveWhatText(pool, report)} for ${aboveText(pool)}`;
  return [
    ...row(label, figures, '  '),
    ...row('', [name, amountText(pool) ?? [], above].flat(), ' · '),
    ...verdictLines(pool.id, report),
    ...topLines(pool, report),
  ];
}

/** A verdict on a pool stands with its figures. */
function verdictLines(id: string, report: Report): readonly string[] {
  const leak = report.leaks.find((one) => one.id === id);
  if (leak === undefined) return [];
  const parts = verdictParts(leak, report);
  if (leak.verdict === 'steady') return row('  verdict', parts, ', ');
  const evidence = [evidenceText(leak, report)].filter((text) => text !== '');
  if (leak.verdict === 'learning') return row('  verdict', [...parts, ...evidence], ', ');
  return [...row('  verdict', parts, ', '), ...row('', evidence)];
}

/** Processes that leak, grow or fall. */
function processLeakLines(report: Report): readonly string[] {
  const items = toldLeaks(report)
    .filter(({kind}) => kind === 'process')
    .map((leak): Item => [leak.what, verdictParts(leak, report)]);
  return list('verdicts on processes', items, processesAsOf(report));
}

function topLines({kind, peak}: ReportPool, report: Report): readonly string[] {
  const top = kind === 'ram' ? peak?.top : peak?.top.slice(0, OTHER_TOP);
  const processes = (top ?? []).map((process) => ({...process, name: cutEnd(safeText(process.name), NAME)}));
  const [first, ...others] = processes.map(processText);
  const asOf = peak && peakAsOf(peak, report);
  if (first === undefined) return [];
  return row('  at peak', [asOf === undefined ? first : `${asOf}: ${first}`, ...others], ', ');
}

function happenings(report: Report): readonly (readonly string[])[] {
  const {alerts, marks, changes, limitSwitches} = report;
  const dropped = droppedText(report);
  const item = (at: number, text: string): Item => [whenText(at, report), [text]];
  const alertItems = alerts.map((alert): Item => [raisedText(alert, report), alertTexts(alert)]);
  const changeItems = changes.map(({at, what, field, from, to}) =>
    item(at, `${what} ${field} ${from} → ${to}`),
  );
  const markItems = marks.map(({at, note}) => item(at, note === '' ? '(no note)' : note));
  const switchItems = limitSwitches.map(({at, text}) => item(at, text));
  return [
    alerts.length === 0 ? row('alerts', ['none']) : list('alerts', alertItems),
    list('marks', markItems),
    list('changes', changeItems),
    list('limit switched', switchItems),
    dropped === undefined ? [] : row('events', [dropped]),
  ];
}

function alertTexts(alert: ReportAlert): readonly string[] {
  const {what, value, threshold, unit, peak} = alert;
  // What is counted has happened, and neither lasts nor peaks.
  if (unit === 'count')
    return [
      `${what} ${alert.figureText ?? ''}`.trim(),
      ...(peak > 1 ? [`${peak} in all`] : []),
      ...alertNotes(alert),
    ];
  return [
    ...(value === undefined
      ? [what]
      : `${what} ${alert.figureText ?? formatMeasure(value, unit)}`.split(', ')),
    ...(threshold === undefined || !isBounded(unit) ? [] : [`threshold ${formatBound(threshold, unit)}`]),
    lastedText(alert),
    `peak ${formatMeasure(peak, unit)}`,
    ...alertNotes(alert),
  ];
}

function growthLines(report: Report): readonly string[] {
  const {growths, noProcessesReason = 'no reason told'} = report;
  if (growths === undefined) return row('growth', [`not known: ${noProcessesReason}`]);
  const asOf = processesAsOf(report);
  if (growths.length === 0) return row('growth', [asOf === undefined ? 'none' : `none ${asOf}`]);
  const items = growths.map((growth): Item => {
    const {change, bytes, times} = growthTexts(growth, report);
    return [`${cutEnd(safeText(growth.name), NAME)} (${growth.pid})`, [`${change}  ${bytes}`, times]];
  });
  return list('growth', items);
}

type Item = readonly [head: string, texts: readonly string[]];

/** A heading with its items under it, their heads aligned. */
function list(heading: string, items: readonly Item[], note?: string): readonly string[] {
  if (items.length === 0) return [];
  const shown = items
    .slice(-MOST_ITEMS)
    .map(([head, texts]) => ({head: cutEnd(safeText(head), HEAD), texts}));
  const width = Math.max(...shown.map(({head}) => head.length));
  const last = shown.length < items.length ? `, the last ${shown.length}` : '';
  return [
    `${heading} (${formatCount(items.length)})${last}${note === undefined ? '' : `, ${note}`}`,
    ...shown.flatMap(({head, texts}) => wrap(`  ${head.padEnd(width)}  `, texts, ', ')),
  ];
}

function row(label: string, parts: readonly string[], separator = ' '): readonly string[] {
  return wrap(label.padEnd(LABEL), parts, separator);
}

/** Parts behind a label, broken between parts where they fit no more, and between words where one part is too long. */
function wrap(label: string, parts: readonly string[], separator: string): readonly string[] {
  const width = WIDTH - label.length;
  const fitting = parts
    .map(safeText)
    .flatMap((part) => (part.length < width ? [part] : breakWords(part, width - 1)));
  const indent = ' '.repeat(label.length);
  const lines = fill(fitting, separator, width);
  return lines.map((line, index) => `${index === 0 ? label : indent}${line}`.trimEnd());
}

function breakWords(text: string, width: number): readonly string[] {
  const words = text.split(/ +/).map((word) => cutEnd(word, width));
  return fill(words, ' ', width);
}

/** Lines no longer than `width`; a comma stays at the end of its line. */
function fill(parts: readonly string[], separator: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.pop();
    if (last === undefined) lines.push(part);
    else if (last.length + separator.length + part.length >= width) lines.push(last + tail(separator), part);
    else lines.push(`${last}${separator}${part}`);
  }
  return lines;
}

function tail(separator: string): string {
  return separator === ', ' ? ',' : '';
}
