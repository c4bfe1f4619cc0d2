import {writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Frame} from '../../src/core/frame.ts';
import {Session} from '../../src/core/session.ts';
import {LogSink} from '../../src/sinks/log.ts';
import {demoSource} from '../../src/sources/demo.ts';
import {START as S} from '../core/samples.ts';

export interface Recorded {
  readonly file: string;
  readonly lines: readonly string[];
  readonly frames: readonly Frame[];
  readonly session: Session;
}

/** A run of the demo, as it was live and as its log tells it. */
export async function recordDemo(folder: string, seconds: number, logEveryMs = 0): Promise<Recorded> {
  let elapsedMs = 0;
  const clock = {now: () => S + elapsedMs, monotonic: () => 5000 + elapsedMs};
  const source = demoSource({seed: 3, gpus: 2, clock});
  const session = new Session();
  const lines: string[] = [];
  const facts = {
    version: '9.8.7',
    host: 'demo',
    platform: 'linux',
    pid: 7,
    options: {interval_seconds: 1, window: 100},
  };
  const leakOf = session.processLeaks?.verdictOf;
  const sink = new LogSink(
    {append: (line) => lines.push(JSON.stringify(line))},
    {facts, processes: 5, intervalMs: logEveryMs, ...(leakOf !== undefined && {leakOf})},
  );
  session.onEvent((event) => sink.event(event));
  sink.start(S, await source.sample());
  const frames: Frame[] = [];
  for (; elapsedMs < seconds * 1000; elapsedMs += 1000) {
    const frame = session.feed(await source.sample());
    frames.push(frame);
    sink.write(frame);
    if (elapsedMs === 200_000) session.emit({kind: 'mark', at: clock.now(), note: 'epoch 2'});
  }
  sink.stop(clock.now(), 'quit with q');
  const file = path.join(folder, 'run.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return {file, lines, frames, session};
}

/** What the screen shows of a frame, without what no log keeps. */
export function shown(frame: Frame | undefined) {
  if (frame === undefined) return undefined;
  const {at, pools, limit, alerts, pressure, swapRate} = frame;
  return {
    at,
    limit,
    pressure,
    swapRate,
    alerts: alerts.map(({what, text, firingMs}) => ({what, text, firingMs})),
    pools: pools.map(
      ({id, reading, thresholdPercent, status, firing, firingMs, average, peak, trend, leak}) => ({
        id,
        reading,
        thresholdPercent,
        status,
        firing,
        firingMs,
        average,
        peak,
        trend,
        verdict: leak?.state,
        rate: leak?.ratePerHour === undefined ? undefined : Math.round(leak.ratePerHour),
      }),
    ),
  };
}
