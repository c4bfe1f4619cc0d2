import {timeTicks} from '../core/time-ticks.ts';

/** Columns from one label to the next, at least: their own width and some calm. */
const LABEL_PITCH = 12;
const END = 'now';
/** Under what comes, and under a column without readings. */
const SIGNS = ['╌', '·'] as const;
const ASCII = ['.', '.'] as const;

export interface AxisOptions {
  /** First moment of the first column, and the length of one, milliseconds. */
  readonly from: number;
  readonly columnMs: number;
  readonly width: number;
  /** Columns of what was; behind them is what comes. @default all */
  readonly past?: number;
  /** Whether `now` stands at the end of what was. */
  readonly isNow: boolean;
  readonly isMissing: (column: number) => boolean;
  /** Whether only ASCII may stand under what comes and under a column without readings. @default false */
  readonly ascii?: boolean;
  /** What its moments lack to the wall clock. @default 0 */
  readonly wallOffsetMs?: number;
}

/** The time axis: `────09:00────10:00────now╌╌╌11:00╌╌`, with `·` under columns without readings. */
export function timeAxis(options: AxisOptions): string {
  const {columnMs, width, past = width, isNow, isMissing, ascii = false, wallOffsetMs = 0} = options;
  const [future, missing] = ascii ? ASCII : SIGNS;
  const from = options.from + wallOffsetMs;
  const cells: string[] = [];
  for (let column = 0; column < width; column += 1)
    cells.push(column >= past ? future : isMissing(column) ? missing : '─');
  const end = isNow ? past - END.length : past;
  if (isNow) put(cells, end, END);
  for (const {at, label} of timeTicks(from, from + width * columnMs, LABEL_PITCH * columnMs)) {
    const start = Math.floor((at - from) / columnMs) - Math.floor(label.length / 2);
    const isBefore = start > 0 && start + label.length < end;
    const isBehind = start > past && start + label.length < width;
    if (isBefore || isBehind) put(cells, start, label);
  }
  return cells.join('');
}

function put(cells: string[], start: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) cells[start + index] = text.charAt(index);
}
