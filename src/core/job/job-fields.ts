import {isoTime} from '../format.ts';
import {type JobEnding, riseText} from './job-ending.ts';
import {type JobView, jobCount, jobRss} from './job-view.ts';

/** The followed job at one check, by the log's names. */
export function jobFields({reading, measure, bytes, vramBytes}: JobView) {
  const {name, pid, state, startedAt, cpuMs, pss} = reading;
  const processes = jobCount(reading);
  return {
    name,
    pid,
    state,
    ...(startedAt !== undefined && {started_at: isoTime(startedAt)}),
    // With none to be seen, what they hold is not 0 but not known.
    ...(processes > 0 && {
      measure: measure.toLowerCase(),
      bytes,
      rss_bytes: jobRss(reading),
    }),
    ...(pss?.status === 'ok' && {pss_at: isoTime(pss.value.at)}),
    ...(vramBytes !== undefined && {vram_bytes: vramBytes}),
    processes,
    ...(processes > 0 && {cpu_ms: cpuMs}),
  };
}

/** How a job ended, by the names of the log and of the report. */
export function endingFields(ending: JobEnding) {
  const {name, pid, exit, elapsedMs, cpuMs, oom, rise, moments, top, peak} = ending;
  return {
    name,
    pid,
    ended_at: isoTime(exit.at),
    ...(exit.code !== undefined && {exit_code: exit.code}),
    ...(exit.signal !== undefined && {signal: exit.signal}),
    ...(elapsedMs !== undefined && {elapsed_seconds: elapsedMs / 1000}),
    ...(cpuMs !== undefined && {cpu_ms: cpuMs}),
    ...(oom !== undefined && {oom: oomFields(oom)}),
    ...(rise !== undefined && {
      rise: {bytes_per_hour: rise.ratePerHour, since: isoTime(rise.sinceAt), text: riseText(rise)},
    }),
    last_samples: moments.map(({at, bytes, measure, processes, ramPercent}) => ({
      at: isoTime(at),
      bytes,
      measure: measure.toLowerCase(),
      processes,
      ...(ramPercent !== undefined && {percent: Number(ramPercent.toFixed(3))}),
    })),
    largest: top.map((process) => ({pid: process.pid, name: process.name, rss_bytes: process.rssBytes})),
    ...(peak !== undefined && {peak: {at: isoTime(peak.at), bytes: peak.bytes}}),
  };
}

function oomFields({at, kills, isVictim, victim, limit}: NonNullable<JobEnding['oom']>) {
  return {
    at: isoTime(at),
    kills,
    killed_the_job: isVictim,
    ...(victim !== undefined && {
      victim: {
        pid: victim.pid,
        name: victim.name,
        ...(victim.bytes !== undefined && {rss_bytes: victim.bytes}),
      },
    }),
    ...(limit !== undefined && {limit: {name: limit.name, bytes: limit.bytes}}),
  };
}
