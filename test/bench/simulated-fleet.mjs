// One small server that answers as many hosts: each tells what a real memtop told, with figures that move as real ones do.
import {createServer} from 'node:http';
import {promisify} from 'node:util';
import {gzip} from 'node:zlib';

const pack = promisify(gzip);
const PAGE = 4096;

/** How a figure moves by its name; all others stand still, as limits, verdicts and thresholds mostly do. */
const MOVES = [
  [/_timestamp_seconds$/, (_, {at}) => at / 1000],
  // Held memory: a slow wave, a fast one and noise, in whole pages.
  [
    /^(?!.*(limit_bytes|total_bytes)).*_bytes$/,
    (value, {at, seed}) => {
      const wave = Math.sin(at / 900_000 + seed) * 0.05 + Math.sin(at / 40_000 + seed * 7) * 0.01;
      return Math.round((value * (1 + wave + (Math.random() - 0.5) * 0.004)) / PAGE) * PAGE;
    },
  ],
  [/utilization_ratio$/, (value) => Math.round((value + Math.random() * 0.2) * 100) / 100],
  [/pressure_ratio$/, () => (Math.random() < 0.02 ? 0.01 : 0)],
  [/used_ratio$/, (value) => Math.round((value + Math.random() * 0.01) * 10_000) / 10_000],
  [/_celsius$/, (value) => Math.round(value + Math.random() * 3)],
  [/per_second$/, (value) => Math.round(value * (1 + (Math.random() - 0.5) * 0.02))],
  [
    /confidence_ratio$/,
    (value) => (value === 0 ? 0 : Math.round((value + Math.random() * 0.01) * 1000) / 1000),
  ],
  [/time_to_\w+$/, (value, {at}) => Math.round(value + 3600 - ((at / 1000) % 3600) + Math.random() * 60)],
  [/_pages_total$/, (value, {at}) => value + Math.floor((at % 1e9) / 500)],
  [/cpu_seconds_total$/, (_, {at}) => ((at / 1000) * 0.003) % 1e6],
];

/** What one host tells at a moment; `at` is milliseconds. */
export function hostsLike(recorded) {
  const lines = recorded.split('\n').filter((line) => line !== '');
  const parts = lines.map((line) => {
    if (line.startsWith('#')) return {text: line};
    const end = line.lastIndexOf(' ');
    const series = line.slice(0, end);
    const name = series.split('{', 1)[0];
    const move = MOVES.find(([pattern]) => pattern.test(name))?.[1];
    return {text: line, series, value: Number(line.slice(end + 1)), move};
  });
  return (host, at, suffix = '') =>
    parts
      .map(({text, series, value, move}, index) => {
        if (series === undefined) return text;
        // GPUs of two hosts are never the same.
        const own = series.replace(/uuid="GPU-.{8}/, `uuid="GPU-${String(host).padStart(8, '0')}`);
        if (move === undefined) return `${own} ${value}${suffix}`;
        return `${own} ${move(value, {at, seed: host + index})}${suffix}`;
      })
      .join('\n');
}

/** Serves `/7/metrics` for host 7. @returns its port, and how much it has sent */
export async function serveFleet(recorded) {
  const tell = hostsLike(recorded);
  const sent = {scrapes: 0, bytes: 0};
  const server = createServer(async ({url = ''}, response) => {
    const text = `${tell(Number(url.split('/')[1]), Date.now())}\n`;
    const body = await pack(text);
    sent.scrapes += 1;
    sent.bytes += body.length;
    response
      .writeHead(200, {'Content-Type': 'text/plain; version=0.0.4', 'Content-Encoding': 'gzip'})
      .end(body);
  });
  server.keepAliveTimeout = 75_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {port: server.address().port, sent, close: () => server.close()};
}
