import {formatClock} from '../../core/format.ts';
import type {View} from '../view.ts';

/** On the live screen processes are scanned about every second: what is no older is as good as now. */
const SCAN_PACE_MS = 900;

/** `as of 03:12:04` where the processes are those of an earlier moment: a log names them only now and then. */
export function tableAge({tape, frame}: View): string | undefined {
  if (tape === undefined || frame.processes?.status !== 'ok') return undefined;
  const {at} = frame.processes.value;
  return frame.at - at < SCAN_PACE_MS ? undefined : `as of ${formatClock(at)}`;
}
