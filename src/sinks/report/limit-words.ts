import {formatBytes} from '../../core/format.ts';
import {formatAhead} from '../../core/leak-words.ts';
import type {Report} from '../../core/report.ts';
import {HEADROOM_SHARE} from '../../core/suggested-limit.ts';

/**
 * The limit suggested for the next run, with its rule: `suggested limit 48.0 GiB: peak of the job 39.8 GiB + 20%`,
 * `--mem=48G`; of what leaks how long that would hold.
 */
export function suggestionParts({suggestion}: Report): readonly string[] {
  if (suggestion === undefined) return [];
  const {bytes, of, peakBytes, headroomBytes, isShare, isAtLeast, flag, hostBytes, lastsMs} = suggestion;
  const headroom = isShare ? `${HEADROOM_SHARE * 100}%` : formatBytes(headroomBytes);
  const whose = of === 'job' ? 'of the job' : 'of RAM in use';
  return [
    `suggested limit ${isAtLeast ? 'at least ' : ''}${formatBytes(bytes)}: peak ${whose} ${formatBytes(peakBytes)} + ${headroom}`,
    ...(flag === undefined ? [] : [flag]),
    ...(isAtLeast ? ['an OOM kill cut that peak off'] : []),
    ...(hostBytes === undefined ? [] : [`this host has ${formatBytes(hostBytes)}`]),
    ...(lastsMs === undefined ? [] : [leakText(lastsMs)]),
  ];
}

function leakText(lastsMs: number): string {
  const time = formatAhead(lastsMs);
  return `no limit holds a leak${time === undefined ? '' : `: a run like this would last ${time} under it`}`;
}
