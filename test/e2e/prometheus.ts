import {spawn} from 'node:child_process';
import {createServer} from 'node:net';
import {get} from './exporter.ts';
import type {Workplace} from './program.ts';

/** A Prometheus of a test's own. */
export interface RunningPrometheus {
  readonly url: string;
  /** What a query gives now. */
  query(expr: string): Promise<readonly Series[]>;
  /** The names of the alerts that fire on a host. */
  firing(instance: string): Promise<readonly string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export async function startPrometheus(place: Workplace, config: string): Promise<RunningPrometheus> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${place.file('tsdb')}`, '--log.level=warn'];
  const child = spawn('prometheus', [...args, `--web.listen-address=127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  for (let tries = 0; !(await isReady(url)); tries += 1) {
    if (tries > 150 || child.exitCode !== null) throw new Error(`Prometheus does not start: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const query = async (expr: string) => {
    const {body} = await get(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`);
    const answer = JSON.parse(body);
    if (answer.status !== 'success') throw new Error(`${answer.error}: ${expr}`);
    return answer.data.result as readonly Series[];
  };
  return {
    url,
    query,
    firing: async (instance) => {
      const alerts = await query(`ALERTS{alertstate="firing",instance="${instance}"}`);
      return [...new Set(alerts.map(({metric}) => metric.alertname ?? ''))].sort();
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  const ready = await get(`${url}/-/ready`).catch(() => undefined);
  return ready?.status === 200;
}

/** A port that nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
