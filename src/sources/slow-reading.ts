import {errorMessage} from '../core/errors.ts';
import {failed, type Reading} from '../core/sample.ts';
import {withDeadline} from './deadline.ts';
import type {Host} from './host.ts';

// A reader that needs a tenth of a second rests a whole one, so that none takes over a tenth of a core.
const REST_PER_WORK = 10;
// Who asks every second asks a little early now and then; that must not cost a whole beat.
const EARLY_MS = 50;
const GIVE_UP_MS = 30_000;

export interface SlowReading<T> {
  /** The newest reading, without waiting. Starts the next read when that is due and none is running. */
  latest(): Reading<T> | undefined;
  /** The newest reading there is, and nothing started. */
  peek(): Reading<T> | undefined;
  /** As `latest`, but waits up to `milliseconds` for the read that is running. */
  latestWithin(milliseconds: number): Promise<Reading<T> | undefined>;
  /** Waits for a whole read that begins now, or for the one that is running. */
  next(): Promise<Reading<T>>;
}

/**
 * Runs a slow reader at its own pace: never twice at once, and never in the way of who asks. After a read that took
 * long it rests `restPerWork` times as long.
 */
export function slowReading<T>(
  host: Host,
  everyMs: number,
  read: () => Promise<Reading<T>>,
  restPerWork = REST_PER_WORK,
): SlowReading<T> {
  let newest: Reading<T> | undefined;
  let running: Promise<Reading<T>> | undefined;
  let startedAt = 0;
  let dueAt = Number.NEGATIVE_INFINITY;
  return {
    latest,
    peek: () => newest,
    async latestWithin(milliseconds) {
      latest();
      if (running) await withDeadline(host, milliseconds, running);
      return latest();
    },
    next: () => running ?? start(),
  };

  function latest(): Reading<T> | undefined {
    if (!running && host.monotonic() >= dueAt) start();
    if (running && host.monotonic() - startedAt >= GIVE_UP_MS) {
      return failed(`no answer for ${GIVE_UP_MS / 1000} s`);
    }
    return newest;
  }

  function start(): Promise<Reading<T>> {
    startedAt = host.monotonic();
    running = finish();
    return running;
  }

  async function finish(): Promise<Reading<T>> {
    const reading = await read().catch((error: unknown) => failed(errorMessage(error)));
    const endedAt = host.monotonic();
    newest = reading;
    running = undefined;
    dueAt = Math.max(startedAt + everyMs - EARLY_MS, endedAt + restPerWork * (endedAt - startedAt));
    return reading;
  }
}
