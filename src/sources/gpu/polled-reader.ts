import {formatElapsed} from '../../core/format.ts';
import {failed, type GpuReading, type Missing, ok, type Reading} from '../../core/sample.ts';
import type {Host} from '../host.ts';
import {slowReading} from '../slow-reading.ts';
import type {GpuReader} from './vendor.ts';

// Older than this many beats is no reading of now.
const LATE_BEATS = 3;

/**
 * Reads GPUs on a beat of their own. One that was seen stays with the reason in `lost`: when it is gone, when a read
 * fails, and while a read hangs.
 */
export function polledReader(
  host: Host,
  everyMs: number,
  read: () => Promise<Reading<readonly GpuReading[]>>,
): GpuReader {
  const seen = new Map<number, GpuReading>();
  let isReading = false;
  let isClosed = false;
  let startedAt = host.monotonic();
  let endedAt = startedAt;
  const beat = slowReading(host, everyMs, timed);
  const ready = beat.next().then(() => {});
  return {
    ready,
    latest() {
      if (!isClosed) beat.latest();
      const newest = beat.peek();
      const why = late() ?? (newest?.status === 'ok' ? undefined : newest);
      if (why === undefined || seen.size === 0) return why ?? newest;
      return ok([...seen.values()].map((gpu) => lostGpu(gpu, why)));
    },
    close() {
      isClosed = true;
    },
  };

  async function timed(): Promise<Reading<readonly GpuReading[]>> {
    isReading = true;
    startedAt = host.monotonic();
    try {
      return withGone(await read());
    } finally {
      isReading = false;
      endedAt = host.monotonic();
    }
  }

  // A read that took long is followed by a long rest: that is no hanging, so it counts from when the next was due.
  function late(): Missing | undefined {
    const waitedMs = host.monotonic() - Math.max(endedAt, startedAt - everyMs);
    if (!isReading || waitedMs <= LATE_BEATS * everyMs) return undefined;
    return failed(`no answer for ${formatElapsed(waitedMs)}`);
  }

  function withGone(reading: Reading<readonly GpuReading[]>): Reading<readonly GpuReading[]> {
    if (reading.status !== 'ok') return reading;
    const gone = new Map(seen);
    for (const gpu of reading.value) {
      seen.set(gpu.index, gpu);
      gone.delete(gpu.index);
    }
    const lost = [...gone.values()].map((gpu) => lostGpu(gpu, failed('the card is gone')));
    return ok([...reading.value, ...lost].sort((a, b) => a.index - b.index));
  }
}

/** Gives each key a number of its own for good, so that a card keeps its index when another one goes. */
export function numbering(): (key: string) => number {
  const numbers = new Map<string, number>();
  return (key) => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
}

/** Only what it was called is left of it. */
function lostGpu({index, name, uuid, vendor, memory, at}: GpuReading, lost: Missing): GpuReading {
  return {
    index,
    name,
    ...(uuid !== undefined && {uuid}),
    ...(vendor !== undefined && {vendor}),
    ...(memory !== undefined && {memory}),
    ...(at !== undefined && {at}),
    lost,
  };
}
