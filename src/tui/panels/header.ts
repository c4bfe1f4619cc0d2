import {
  formatBytes,
  formatClock,
  formatDay,
  formatDuration,
  formatElapsed,
  formatPercent,
  formatThreshold,
} from '../../core/format.ts';
import {formatAhead} from '../../core/leak-words.ts';
import type {TapeView} from '../../core/tape.ts';
import {cutEnd, cutStart, safeText} from '../../core/text.ts';
import type {WidthClass} from '../layout.ts';
import {type Line, type Span, span, spread, widthOf} from '../line.ts';
import {conditionOf, limitAhead} from '../pool-leak.ts';
import type {View} from '../view.ts';

const FILE_WIDTH = 16;

/** The first row: whose memory, under which limit, how it is watched, and whether it is recorded. */
export function headerLine(view: View, widthClass: WidthClass): Line {
  if (view.tape !== undefined) return tapeLine(view, view.tape, widthClass);
  const right = rightPart(view, widthClass);
  const name = widthClass === 100 ? [span(' '), span('memtop', 'accent', {bold: true}), span(' ')] : [];
  const room = view.width - widthOf(right) - widthOf(name) - 3;
  const texts = [leftFacts(view, widthClass), leftFacts(view, 80)].flatMap(shorterAndShorter);
  const text = texts.find(({length}) => length <= room) ?? cutEnd(texts.at(-1) ?? '', room);
  return spread([...name, span(` ${text}`, 'muted')], right, view.width);
}

const TAPE_STATES = {play: 'PLAY', pause: 'PAUSED', seek: 'WINDING', end: 'END OF LOG'} as const;

/** `run.jsonl · 22 Nov 02:39:51 · 46% · ×60`, and what the tape does. */
function tapeLine(view: View, tape: TapeView, widthClass: WidthClass): Line {
  const {state, speed, percent} = tape;
  const right: Line = [
    span(` ${TAPE_STATES[state]} `, 'accent', {inverse: state !== 'play', bold: true}),
    span(' '),
  ];
  const name = widthClass === 100 ? [span(' '), span('memtop', 'accent', {bold: true}), span(' ')] : [];
  const room = view.width - widthOf(right) - widthOf(name) - 3;
  const day = `${formatDay(view.now)} `;
  const where = `${formatClock(view.now)} · ${Math.floor(percent)}% · ×${speed}`;
  const part = tape.part === undefined ? '' : `, ${tape.part}`;
  const file = `${safeText(tape.file)}${part}`;
  const short = `${cutStart(safeText(tape.file), FILE_WIDTH)}${part}`;
  const limit = limitText(view, widthClass);
  const host = cutEnd(safeText(view.hostName), 20);
  const texts = [
    `${file} · ${day}${where} · ${host} · ${limit}`,
    `${short} · ${day}${where} · ${limit}`,
    `${short} · ${day}${where}`,
    `${short} · ${where}`,
    where,
  ];
  const text = texts.find(({length}) => length <= room) ?? cutEnd(where, room);
  return spread([...name, span(` ${text}`, 'muted')], right, view.width);
}

/** Whole fields go, the least needed first: how long it has run, then how often it looks. */
function shorterAndShorter([host = '', limit = '', ...rest]: readonly string[]): readonly string[] {
  return rest.map((_, gone) => [host, limit, ...rest.slice(gone)].join(' · '));
}

function leftFacts(view: View, widthClass: WidthClass): string[] {
  const host = cutEnd(safeText(view.hostName), 20);
  const threshold = formatThreshold(view.frame.ram.thresholdPercent);
  const limit = limitText(view, widthClass);
  if (widthClass < 80) return [host, limit, threshold];
  const up = `up ${formatElapsed(view.upMs)}`;
  const every = formatDuration(view.intervalMs);
  return widthClass === 80
    ? [host, limit, up, every, threshold]
    : [host, limit, up, `every ${every}`, `alert at ${threshold}`];
}

/** `limit 56.0 of 62.7 GiB (llm.slice)`: the limit in force beside the machine's memory. */
function limitText({frame}: View, widthClass: WidthClass): string {
  const {limit, host} = frame;
  if (limit === undefined) return 'limit unknown';
  const name = cutEnd(safeText(limit.name), 16);
  const total = formatBytes(limit.totalBytes);
  if (widthClass === 80) return `limit ${total} ${name}`;
  if (widthClass < 100 || limit.kind === 'host' || host.status !== 'ok') return `limit ${total} (${name})`;
  const whole = formatBytes(host.value.totalBytes);
  const [figure, unit] = total.split(' ');
  return `limit ${whole.endsWith(` ${unit}`) ? figure : total} of ${whole} (${name})`;
}

function rightPart(view: View, widthClass: WidthClass): Line {
  const recording = recordingPart(view, widthClass);
  if (widthClass < 80)
    return view.ui.pausedAt === undefined
      ? [...recording, span(' ')]
      : [clockPart(view, widthClass), span(' ')];
  return [...recording, span('  '), clockPart(view, widthClass), span(' ')];
}

/** From here there is room to say which key saves what was not recorded. */
const ROOM_FOR_KEY = 112;

function recordingPart({recording, width}: View, widthClass: WidthClass): readonly Span[] {
  if (recording.status === 'off')
    return widthClass < 80
      ? []
      : [span(width >= ROOM_FOR_KEY ? 'not recording, w saves' : 'not recording', 'muted')];
  const file = cutStart(safeText(recording.file), FILE_WIDTH);
  if (recording.status === 'on') return [span('REC', 'accent', {bold: true}), span(` ${file}`, 'muted')];
  const kept = `${recording.kept} ${recording.kept === 1 ? 'line' : 'lines'} kept`;
  const detail = widthClass < 80 ? '' : `: ${safeText(recording.reason)}, ${kept}, trying again`;
  return [span(`REC FAILING ${file}${detail}`, 'warn')];
}

function clockPart(view: View, widthClass: WidthClass): Span {
  const [frozen] = frozenPart(view, widthClass);
  return frozen ?? span(formatClock(view.now, precisionFor(widthClass)), 'muted');
}

/** That the picture is frozen, and at which moment; nothing while it is live. */
export function frozenPart(view: View, widthClass: WidthClass): Line {
  if (view.tape !== undefined) return tapePart(view, view.tape);
  const {pausedAt, backMs} = view.ui;
  const text =
    backMs > 0
      ? ` AT ${formatClock(view.endMs + view.wallOffsetMs, precisionFor(widthClass))} `
      : pausedAt !== undefined && ` ${pausedText(pausedAt, widthClass)} `;
  return text === false ? [] : [span(text, 'accent', {inverse: true})];
}

const SHORT_STATES = {...TAPE_STATES, end: 'END'} as const;

/** Where there is no header: `02:39:51 PLAY`, inverse while the tape stands still. */
function tapePart({now}: View, {state}: TapeView): Line {
  return [
    span(`${formatClock(now)} `, 'muted'),
    span(` ${SHORT_STATES[state]} `, 'accent', {inverse: state !== 'play', bold: true}),
  ];
}

/** Since when, and not how long: so that a screen that stands still sends nothing. */
function pausedText(pausedAt: number, widthClass: WidthClass): string {
  return widthClass === 40 ? 'PAUSED' : `PAUSED ${formatClock(pausedAt, precisionFor(widthClass))}`;
}

function precisionFor(widthClass: WidthClass): 'seconds' | 'minutes' {
  return widthClass === 100 ? 'seconds' : 'minutes';
}

/** Where the screen is too small for panes: one line, cut at a word. */
export function tooSmallText({frame}: View): string {
  const {ram} = frame;
  const share = ram.reading.status === 'ok' ? formatPercent(ram.reading.value.percent) : 'not read';
  const state = conditionOf(ram);
  const ahead = state === 'NORMAL' ? undefined : limitAhead(ram);
  const soon = ahead && formatAhead(ahead.ms);
  const limit = soon === undefined ? '' : ` limit in ${soon}`;
  return `RAM ${share} ${state}${limit} · memtop needs 40x12`;
}
