import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';

/** What ails a host: which figures of a healthy one are others, by the beginning of their line. */
const AILMENTS: readonly (readonly [line: RegExp, value: (at: number) => number])[] = [
  [/^memtop_pool_used_ratio\{pool="(ram|gpu0)"/, () => 0.96],
  [/^memtop_gpu_up\{gpu="1"/, () => 0],
  [/^memtop_leak_verdict\{pool="ram",verdict="leak"\}/, () => 1],
  [/^memtop_leak_verdict\{pool="ram"/, () => 0],
  [/^memtop_time_to_limit_seconds\{pool="ram"\}/, () => 300],
  [/^memtop_memory_pressure_ratio\{stall="full",window="60s"\}/, () => 0.3],
  [/^memtop_reading_ok\{reading="processes"\}/, () => 0],
  [/^memtop_sample_timestamp_seconds /, (at) => at / 1000 - 3600],
  [/^memtop_oom_kills_total/, (at) => Math.floor(at / 500)],
];

const CURES: typeof AILMENTS = [
  [/^memtop_pool_used_ratio/, () => 0.3],
  [/^memtop_leak_verdict\{pool="ram",verdict="steady"\}/, () => 1],
  [/^memtop_leak_verdict\{pool="ram"/, () => 0],
  [/^memtop_time_to_limit/, () => Number.NaN],
  [/^memtop_sample_timestamp_seconds /, (at) => at / 1000],
];

export interface LeakingHost {
  /** As Prometheus names it. */
  readonly target: string;
  /** What the last scrape has asked for. */
  accept(): string;
  /** It recovers. */
  cure(): void;
  close(): void;
}

/** A host that serves what a real one has served, made ill: it leaks, is full, has lost a GPU. */
export async function leakingHost(recorded: string): Promise<LeakingHost> {
  // A machine that can tell has a count of kills.
  const healthy = `${recorded.replace(/\n# EOF\n$/, '')}\nmemtop_oom_kills_total{source="host"} 0\n`;
  let changes = AILMENTS;
  let accepted = '';
  const server = createServer(({headers}, response) => {
    accepted = headers.accept ?? '';
    response
      .writeHead(200, {'Content-Type': 'text/plain; version=0.0.4'})
      .end(changed(healthy, changes, Date.now()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    accept: () => accepted,
    cure: () => {
      changes = CURES;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What is not known stands nowhere. */
function changed(text: string, changes: typeof AILMENTS, at: number): string {
  const lines = text.split('\n').flatMap((line) => {
    const [, value] = changes.find(([start]) => start.test(line)) ?? [];
    if (value === undefined) return [line];
    const figure = value(at);
    return Number.isNaN(figure) ? [] : [`${line.slice(0, line.lastIndexOf(' '))} ${figure}`];
  });
  return lines.join('\n');
}
