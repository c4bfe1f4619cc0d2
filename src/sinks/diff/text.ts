import type {RunDiff} from '../../core/diff/run-diff.ts';
import {LEAST_BYTES, LEAST_SHARE} from '../../core/diff/run-diff.ts';
import type {ComparedRun, FigureDiff, SeriesDiff} from '../../core/diff/series-diff.ts';
import {
  formatBytes,
  formatChange,
  formatCount,
  formatDuration,
  formatElapsed,
  formatMoment,
  formatPercent,
} from '../../core/format.ts';
import {formatGrowth} from '../../core/leak-words.ts';
import type {ReportLeak} from '../../core/report-leaks.ts';
import {cutEnd, cutStart, safeText} from '../../core/text.ts';
import {overlayChart} from './overlay-chart.ts';

const [LABEL, FIGURE, COLUMN, NAME] = [11, 12, 14, 40];
const WIDTH = 80;

const WORDS = {
  higher: 'higher',
  lower: 'lower',
  same: 'same',
  noise: 'within noise',
} as const;

/** Two runs side by side for a terminal: at most 80 columns, no colour, every name from outside made safe. */
export function diffText(diff: RunDiff, {isAscii}: {readonly isAscii: boolean}): string {
  const {answer, before, after, pools, programs, curve, comparedMs} = diff;
  const blocks = [
    [safeText(answer?.text ?? 'whether either leaks was not looked for')].flatMap(wrapped),
    [...runLines('before', before), ...runLines('after', after), ...alignedLines(diff)],
    ...(curve === undefined
      ? []
      : [
          [
            safeText(curve.name),
            ...overlayChart({
              before: curve.before.columns,
              after: curve.after.columns,
              lengthMs: comparedMs,
              isAscii,
            }),
          ],
        ]),
    [headLine(), ...pools.flatMap(poolLines)],
    programLines(programs, diff),
    wrapped(
      `Readings of one run follow each other, so figures are judged by the means of 20 parts of both runs: a change is told as higher or lower where it is at least ${LEAST_SHARE * 100}% and ${formatBytes(LEAST_BYTES)} and its 95% interval leaves 0 out. What differs from run to run beyond that, two logs cannot tell.`,
    ),
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return isAscii ? asciiOf(`${text.join('\n\n')}\n`) : `${text.join('\n\n')}\n`;
}

function runLines(label: string, {report, lengthMs}: ComparedRun): readonly string[] {
  const {hostName, startedAt, reason, log} = report;
  const facts = `${cutEnd(safeText(hostName), NAME)}, ${formatMoment(startedAt)}, ${formatElapsed(lengthMs)}, ended: ${safeText(reason)}`;
  return [
    `${label.padEnd(LABEL)}${cutStart(safeText(log?.file ?? ''), WIDTH - LABEL)}`,
    `${' '.repeat(LABEL)}${cutEnd(facts, WIDTH - LABEL)}`,
  ];
}

function alignedLines({alignedAt, comparedMs, before, after}: RunDiff): readonly string[] {
  const longer = before.lengthMs > comparedMs ? 'before' : after.lengthMs > comparedMs ? 'after' : undefined;
  const more = Math.max(before.lengthMs, after.lengthMs) - comparedMs;
  const rest =
    longer === undefined || more < 1000
      ? ''
      : `; ${longer} goes on for ${formatElapsed(more)}, which its verdict counts`;
  return wrapped(`at ${safeText(alignedAt)}, ${formatElapsed(comparedMs)} of both compared${rest}`).map(
    (line, index) => `${(index === 0 ? 'aligned' : '').padEnd(LABEL)}${line}`,
  );
}

function headLine(): string {
  return `${' '.repeat(LABEL + FIGURE)}${['before', 'after', 'change'].map((name) => name.padStart(COLUMN)).join('')}`;
}

function poolLines(series: SeriesDiff): readonly string[] {
  const {name, peak, average, above, toPeakMs, leak} = series;
  const label = cutEnd(safeText(name), LABEL - 1);
  return [
    figureLine(label, 'peak', peak, formatBytes),
    figureLine('', 'average', average, formatBytes),
    ...(above === undefined ? [] : [figureLine('', 'time above', above, shareText, pointsText)]),
    line('', 'to peak', [toPeakMs.before, toPeakMs.after].map(formatDuration)),
    ...(leak === undefined ? [] : [line('', 'verdict', [leak.before, leak.after].map(verdictText))]),
  ];
}

function programLines(
  programs: readonly SeriesDiff[],
  {named, onlyBefore, onlyAfter}: RunDiff,
): readonly string[] {
  const only = (which: string, names: readonly string[]) =>
    names.length === 0
      ? []
      : wrapped(`only ${which}: ${names.map((name) => cutEnd(safeText(name), NAME)).join(', ')}`);
  return [
    ...(programs.length === 0
      ? []
      : [
          'programs, RSS of all processes of one name, as often as the logs name them:',
          `${timesText(named.before)} before, ${timesText(named.after)} after`,
        ]),
    ...programs.flatMap(({name, peak, average}) => [
      `  ${cutEnd(safeText(name), WIDTH - 2)}`,
      figureLine('', 'peak', peak, formatBytes),
      figureLine('', 'average', average, formatBytes),
    ]),
    ...only('before', onlyBefore),
    ...only('after', onlyAfter),
  ];
}

function timesText(count: number): string {
  return count === 1 ? 'once' : `${formatCount(count)} times`;
}

function figureLine(
  label: string,
  name: string,
  figure: FigureDiff,
  format: (value: number) => string,
  change: (figure: FigureDiff) => string = changeText,
): string {
  const {before, after, judgement} = figure;
  const cells = [format(before), format(after), judgement === 'same' ? '' : change(figure)];
  return `${line(label, name, cells)}  ${WORDS[judgement]}`;
}

function line(label: string, name: string, cells: readonly string[]): string {
  return `${label.padEnd(LABEL)}${name.padEnd(FIGURE)}${cells.map((cell) => cell.padStart(COLUMN)).join('')}`;
}

function changeText({before, after}: FigureDiff): string {
  const share = before > 0 ? ` ${signed(((after - before) / before) * 100)}%` : '';
  return `${formatChange(after - before)}${share}`;
}

function shareText(share: number): string {
  return formatPercent(share * 100);
}

function pointsText({before, after}: FigureDiff): string {
  return `${signed((after - before) * 100)} points`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(0)}`;
}

function verdictText(leak: ReportLeak): string {
  // Both are over: nothing more will be learnt.
  if (leak.verdict === 'learning') return 'too short';
  return leak.verdict === 'steady' ? leak.verdict : (formatGrowth(leak) ?? leak.verdict);
}

function wrapped(text: string): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > WIDTH - LABEL) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** What names hold beyond ASCII is no part of our own words. */
function asciiOf(text: string): string {
  return text.replace(/[^\n\x20-\x7e]/g, '?');
}
