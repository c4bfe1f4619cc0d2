import type {Values} from '../config/resolve.ts';
import type {Sample} from '../core/sample.ts';
import type {Source} from '../core/source.ts';
import {DEMO_PAST_STEP_MS, demoPast, demoSource} from '../sources/demo.ts';
import type {Host} from '../sources/host.ts';
import type {JobFollower} from '../sources/job/follower.ts';
import {liveSource} from '../sources/live.ts';
import {hiddenSource} from './hidden-source.ts';

const DEMO_PAST_MS = 15 * 60_000;

/** This machine, or the demo. `waitMs` is how long a sample may wait for what is read slowly. */
export function chooseSource(
  values: Values,
  host: Host,
  {
    waitMs,
    intervalMs,
    job,
  }: {readonly waitMs: number; readonly intervalMs: number; readonly job?: JobFollower},
): Source {
  if (values.demo) return demoSource({seed: values.seed, gpus: values.gpus, clock: host});
  const source = liveSource(host, {
    processes: 'scan',
    waitForScanMs: waitMs,
    gpus: 'follow',
    gpuIntervalMs: intervalMs,
    waitForGpusMs: waitMs,
    ...(job !== undefined && {job}),
  });
  return values.redact === 'on' ? hiddenSource(source) : source;
}

/** What the demo's chart shows before its start, so that there is something to see at once. */
export function demoHistory(values: Values, host: Host): readonly Sample[] {
  if (!values.demo) return [];
  const {seed, gpus} = values;
  const count = DEMO_PAST_MS / DEMO_PAST_STEP_MS;
  return demoPast({seed, gpus}, {nowMs: host.now(), count, monotonicMs: host.monotonic()});
}
