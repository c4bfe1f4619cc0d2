import {formatDuration, formatElapsed} from '../../core/format.ts';
import {endWords} from '../../core/job/job-ending.ts';
import {type JobView, jobCount} from '../../core/job/job-view.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import type {Line} from '../line.ts';
import type {View} from '../view.ts';
import {ruleLine} from './rule.ts';

const NAME_WIDTH = 24;

/** The rule over the job's row: who it is and how it goes, or how it ended. */
export function jobRule(view: View, job: JobView): Line {
  const {width} = view;
  const {name, pid} = job.reading;
  const exit = job.reading.exit ?? view.jobEnding?.exit;
  const count = jobCount(job.reading);
  const title = [
    `Job ${cutEnd(safeText(name), NAME_WIDTH)}`,
    ...(exit === undefined
      ? [`pid ${pid}`, `${count} ${count === 1 ? 'process' : 'processes'}`]
      : [endWords(exit, view.jobEnding?.oom)]),
  ].join(' · ');
  const isFocused = view.ui.focus === 'memory';
  return ruleLine({title, note: exit === undefined ? goingText(job, width) : '', focused: isFocused, width});
}

/** `running 5 h 22 m · CPU 214%, 11 h 30 m in all`. */
function goingText({reading, elapsedMs, cpuPercent}: JobView, width: number): string {
  const elapsed = elapsedMs === undefined ? '' : ` ${formatElapsed(elapsedMs)}`;
  const cpu = cpuPercent === undefined ? [] : [`CPU ${Math.round(cpuPercent)}%`];
  const all = width >= 100 && reading.cpuMs > 0 ? [`CPU time ${formatDuration(reading.cpuMs)}`] : [];
  return [`${reading.state}${elapsed}`, ...cpu, ...all].join(' · ');
}
