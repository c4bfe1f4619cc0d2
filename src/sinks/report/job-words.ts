import {formatBytes, formatDuration, formatPercent} from '../../core/format.ts';
import {endingText} from '../../core/job/job-ending.ts';
import type {Report} from '../../core/report.ts';
import type {ReportJob} from '../../core/report-job.ts';
import {processText, whenText} from './words.ts';

/** The phrases of a followed job. Names in them are as they came: each form makes them safe. */

/** `python train (pid 8121)`. */
export function jobName({name, pid}: ReportJob): string {
  return `${name} (pid ${pid})`;
}

/** How it ended, or that it goes on. */
export function jobStory({ending, state, processes}: ReportJob): string {
  if (ending !== undefined) return `${endingText(ending)}${survivorText(processes)}`;
  return `still ${state}, ${processes} ${processes === 1 ? 'process' : 'processes'}`;
}

/** What there is to say of a job before the last one: how it ended, how long it ran and its peak, as far as that is known. */
export function earlierJob(job: ReportJob, report: Report): readonly string[] {
  const {ending, held, peak} = job;
  if (ending !== undefined && ending.oom === undefined) return endingText(ending).split(' · ');
  return [
    ending === undefined ? 'nobody saw how it ended' : endingText(ending),
    ...(held?.at === undefined ? [] : [`last seen ${whenText(held.at, report)}`]),
    ...(peak === undefined ? [] : [`peak ${formatBytes(peak.bytes)}`]),
  ];
}

/** What has detached itself lives on. */
function survivorText(processes: number): string {
  if (processes === 0) return '';
  return `; ${processes} of its processes still run${processes === 1 ? 's' : ''}`;
}

/** `36.7 GiB PSS`, `peak 41.0 GiB at 03:12:40`, `CPU time 11 h 30 m`, `VRAM 20.6 GiB`. */
export function jobFigures(job: ReportJob, report: Report): readonly string[] {
  const {held, peak, cpuMs, vramBytes, ending} = job;
  if (held === undefined) return ['it was over before it could be looked at'];
  return [
    `${ending === undefined ? '' : 'last '}${formatBytes(held.bytes)} ${held.measure}`,
    ...(peak === undefined ? [] : [`peak ${formatBytes(peak.bytes)} at ${whenText(peak.at, report)}`]),
    ...(ending?.elapsedMs === undefined ? [] : [`ran ${formatDuration(ending.elapsedMs)}`]),
    ...(cpuMs === undefined ? [] : [`CPU time ${formatDuration(cpuMs)}`]),
    ...(vramBytes === undefined ? [] : [`VRAM ${formatBytes(vramBytes)}`]),
  ];
}

/** The last looks before its end, oldest first: when, what it held, how full RAM was, with how many processes. */
export function lastLooks({ending}: ReportJob, report: Report): readonly (readonly string[])[] {
  return (ending?.moments ?? []).map(({at, bytes, measure, processes, ramPercent}) => [
    whenText(at, report),
    `${formatBytes(bytes)} ${measure}`,
    ramPercent === undefined ? 'not known' : formatPercent(ramPercent),
    String(processes),
  ]);
}

/** The largest of its processes when they were last seen. */
export function largestOfJob({ending}: ReportJob): readonly string[] {
  return (ending?.top ?? []).map(processText);
}

/** The pools but for the job's, which is told as a job. */
export function ownPools({pools}: Report): Report['pools'] {
  return pools.filter(({kind}) => kind !== 'job');
}
