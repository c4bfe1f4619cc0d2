// Writes long logs as the program does, by its own demo, session and log, on a clock that runs ahead.
import {closeSync, openSync, writeSync} from 'node:fs';
import type {Sample} from '../../../src/core/sample.ts';
import {Session} from '../../../src/core/session.ts';
import {LogSink} from '../../../src/sinks/log.ts';
import {demoSource} from '../../../src/sources/demo.ts';

/** What stands in each line. */
export type Kind = 'demo' | 'host' | 'plain';

const STEP_MS = 1000;
const START = Date.UTC(2026, 0, 5);
const FLUSH_BYTES = 4 * 2 ** 20;

/** Writes at least so many bytes. @returns how many readings stand in it */
export async function writeLog(file: string, kind: Kind, bytes: number): Promise<number> {
  const out = new Out(openSync(file, 'w'));
  let elapsedMs = 0;
  const clock = {now: () => START + elapsedMs, monotonic: () => elapsedMs};
  const source = demoSource({seed: 1, clock});
  const session = new Session({keepHistory: false});
  const facts = {version: '0.1.0', host: 'demo', platform: 'linux', pid: 1, options: {interval_seconds: 1}};
  const sink = new LogSink(
    {append: (line) => out.line(line)},
    {facts, processes: 5, leakOf: (key) => session.processLeaks?.verdictOf(key)},
  );
  if (kind !== 'plain') {
    session.onEvent((event) => sink.event(event));
    sink.start(clock.now(), await source.sample());
  }
  let readings = 0;
  for (; out.bytes < bytes; elapsedMs += STEP_MS, readings += 1) {
    const sample = trimmed(await source.sample(), kind);
    if (kind === 'plain') out.line(plainFields(sample));
    else sink.write(session.feed(sample));
  }
  if (kind !== 'plain') sink.stop(clock.now(), 'quit with q');
  out.close();
  return readings;
}

/** A machine without GPU, swap and cgroup: the shortest lines. */
function trimmed(sample: Sample, kind: Kind): Sample {
  if (kind === 'demo') return sample;
  return {...sample, limits: [], gpus: {status: 'unsupported', reason: 'no GPU found'}};
}

/** The six fields that every monitor's log has. */
function plainFields({at, memory}: Sample) {
  const {totalBytes, availableBytes} =
    memory.status === 'ok' ? memory.value : {totalBytes: 1, availableBytes: 0};
  const mb = (bytes: number) => String(Math.round(bytes / 2 ** 20));
  return {
    timestamp: new Date(at).toISOString(),
    percent: ((1 - availableBytes / totalBytes) * 100).toFixed(1),
    used_mb: mb(totalBytes - availableBytes),
    available_mb: mb(availableBytes),
    total_mb: mb(totalBytes),
    trend: 'stable',
  };
}

class Out {
  bytes = 0;
  #texts: string[] = [];
  #held = 0;
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  line(fields: object): void {
    const text = `${JSON.stringify(fields)}\n`;
    this.#texts.push(text);
    this.#held += text.length;
    this.bytes += text.length;
    if (this.#held >= FLUSH_BYTES) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#fd);
  }

  #flush(): void {
    writeSync(this.#fd, this.#texts.join(''));
    this.#texts = [];
    this.#held = 0;
  }
}
