import {formatBytes, formatDuration} from '../../core/format.ts';
import {formatAhead} from '../../core/leak-words.ts';
import type {Report} from '../../core/report.ts';
import {HEADROOM_SHARE, LEAST_MS} from '../../core/suggested-limit.ts';

/**
 * The limit suggested for the next run, with its rule: `suggested limit 48.0 GiB: peak of the job 39.8 GiB + 20%`,
 * `--mem=48G`; of what leaks or still grew how long that would hold. Of a bare machine nobody asks it.
 */
export function suggestionParts(report: Report): readonly string[] {
  const {suggestion} = report;
  if (suggestion === undefined) return isTooShort(report) ? [TOO_SHORT] : [];
  const {bytes, of, peakBytes, headroomBytes, isShare, isAtLeast, isGrowing, flag, hostBytes, lastsMs} =
    suggestion;
  if (!isBounded(report) && !isAtLeast && lastsMs === undefined) return [];
  const headroom = isShare ? `${HEADROOM_SHARE * 100}%` : formatBytes(headroomBytes);
  const whose = of === 'job' ? 'of the job' : 'of RAM in use';
  const least = isAtLeast || isGrowing ? 'at least ' : '';
  return [
    `suggested limit ${least}${formatBytes(bytes)}: peak ${whose} ${formatBytes(peakBytes)} + ${headroom}`,
    ...(flag === undefined ? [] : [flag]),
    ...(isAtLeast ? ['an OOM kill cut that peak off'] : []),
    ...(hostBytes === undefined ? [] : [`this host has ${formatBytes(hostBytes)}`]),
    ...(lastsMs === undefined ? [] : [lastsText(lastsMs, isGrowing)]),
    ...(lastsMs === undefined && isGrowing ? [GROWING] : []),
  ];
}

const GROWING = 'it still grew at the end';
const TOO_SHORT = `no limit suggested: less than ${formatDuration(LEAST_MS)} were seen`;

function isTooShort(report: Report): boolean {
  return report.checks > 0 && report.durationMs < LEAST_MS && isBounded(report);
}

/** Whether there is anything that a limit would be set for. */
function isBounded({job, limit}: Report): boolean {
  return job?.peak !== undefined || limit?.kind === 'cgroup';
}

function lastsText(lastsMs: number, isGrowing: boolean): string {
  const time = formatAhead(lastsMs);
  const head = isGrowing ? GROWING : 'no limit holds a leak';
  return time === undefined ? head : `${head}: a run like this would last ${time} under it`;
}
