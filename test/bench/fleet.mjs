// What a fleet costs: a scrape of one memtop, and a Prometheus that scrapes many. The many are one small server that
// answers as each of them; the Prometheus is a real one, with the rules that are shipped.
//   node test/bench/fleet.mjs [hosts] [minutes] [scrape interval, seconds]
import {execFileSync, spawn} from 'node:child_process';
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {cpus, tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';
import {cpuMsOf} from './measuring.mjs';
import {hostsLike, serveFleet} from './simulated-fleet.mjs';

const [HOSTS = 1000, MINUTES = 6, SCRAPE_SECONDS = 15] = process.argv.slice(2).map(Number);
const ROOT = path.resolve(import.meta.dirname, '../..');
const place = mkdtempSync(path.join(tmpdir(), 'memtop-fleet-'));
const PORT = 19_090;

const version = execFileSync('prometheus', ['--version'], {encoding: 'utf8'}).split('\n')[0];
console.log(`node ${process.version}, ${version}, ${cpus().length} x ${cpus()[0].model}`);

let recorded = '';
for (const gpus of [0, 1, 8]) recorded = await oneHost(gpus);
await blockOfTwoHours(recorded);
await manyHosts(recorded);
rmSync(place, {recursive: true, force: true});

/** Series and bytes of one host, and what scrapes cost it. @returns what it tells */
async function oneHost(gpus) {
  const args = [
    'dist/cli.cjs',
    'serve',
    '--demo',
    '--gpus',
    String(gpus),
    '--interval',
    '100ms',
    '--prometheus',
    '0',
  ];
  const child = spawn(process.execPath, args, {cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe']});
  const url = await new Promise((resolve) => {
    let said = '';
    child.stderr.on('data', (data) => {
      said += data;
      if (said.includes('every')) resolve(/http\S+/.exec(said)[0]);
    });
  });
  const text = await (await fetch(url)).text();
  const quiet = await cpuOver(child.pid, 10_000, () => {});
  const scraped = await cpuOver(child.pid, 10_000, async () => void (await (await fetch(url)).text()));
  child.kill('SIGTERM');
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  const packed = gzipSync(text).length;
  const cost = ((scraped - quiet) / 50).toFixed(2);
  console.log(
    `one host, ${gpus} GPUs: ${series} series, ${text.length} bytes a scrape, ${packed} packed; CPU ${cost} ms a scrape`,
  );
  return text;
}

/** Milliseconds of CPU while something is done every 200 ms, so that each finds a new reading. */
async function cpuOver(pid, ms, work) {
  const before = cpuMsOf(pid);
  for (let done = 0; done < ms; done += 200) {
    await work();
    await wait(200);
  }
  return cpuMsOf(pid) - before;
}

/** Two hours of samples of some hosts as Prometheus keeps them: chunks, index, all of a block. */
async function blockOfTwoHours(text) {
  const hosts = 20;
  const start = Math.ceil(Date.now() / 7_200_000) * 7_200_000 - 14_400_000;
  const tell = hostsLike(text);
  const bySeries = new Map();
  for (let at = start; at < start + 7_200_000; at += SCRAPE_SECONDS * 1000)
    for (let host = 0; host < hosts; host += 1)
      for (const line of tell(host, at, ` ${at / 1000}`).split('\n')) {
        if (line.startsWith('#')) continue;
        const sample = withInstance(line, host);
        const series = sample.slice(0, sample.indexOf('} '));
        if (!bySeries.has(series)) bySeries.set(series, []);
        bySeries.get(series).push(sample);
      }
  const file = path.join(place, 'samples.txt');
  // The format wants each series together, and its samples in the order of time.
  const all = [...bySeries.values()].flat();
  writeFileSync(file, `${all.join('\n')}\n# EOF\n`);
  const out = path.join(place, 'blocks');
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, out], {
    stdio: 'ignore',
    maxBuffer: 2 ** 28,
  });
  const blocks = readdirSync(out);
  const sizes = blocks.map((block) => [
    ...readdirSync(path.join(out, block, 'chunks')).map(
      (name) => statSync(path.join(out, block, 'chunks', name)).size,
    ),
  ]);
  const chunks = sizes.flat().reduce((sum, one) => sum + one, 0);
  const index = blocks.reduce((sum, block) => sum + statSync(path.join(out, block, 'index')).size, 0);
  const per = (bytes) => (bytes / all.length).toFixed(2);
  console.log(
    `on disk, 2 h of ${hosts} hosts every ${SCRAPE_SECONDS} s: ${all.length} samples, ${per(chunks + index)} bytes a sample (${per(chunks)} chunks, ${per(index)} index)`,
  );
}

function withInstance(line, host) {
  const labels = `instance="gpu-${String(host).padStart(5, '0')}:9717",job="memtop"`;
  const end = line.indexOf('{');
  const space = line.indexOf(' ');
  return end > 0 && end < space
    ? `${line.slice(0, end + 1)}${labels},${line.slice(end + 1)}`
    : `${line.slice(0, space)}{${labels}}${line.slice(space)}`;
}

/** A real Prometheus that scrapes all of them. */
async function manyHosts(text) {
  const fleet = await serveFleet(text);
  cpSync(path.join(ROOT, 'deploy/prometheus'), place, {recursive: true});
  const targets = Array.from({length: HOSTS}, (_, host) => ({
    targets: [`127.0.0.1:${fleet.port}`],
    labels: {
      __metrics_path__: `/${host}/metrics`,
      instance: `gpu-${String(host).padStart(5, '0')}:9717`,
      cluster: 'bench',
    },
  }));
  writeFileSync(path.join(place, 'targets/memtop.yml'), JSON.stringify(targets));
  const config = path.join(place, 'prometheus.yml');
  const shipped = readFileSync(config, 'utf8').replaceAll('interval: 15s', `interval: ${SCRAPE_SECONDS}s`);
  writeFileSync(config, shipped.replace(/alerting:[\s\S]*?\n\n/, ''));
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${path.join(place, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${PORT}`,
  ];
  const child = spawn('prometheus', [...args, '--log.level=error'], {stdio: 'inherit'});
  const [started, before] = [Date.now(), {...fleet.sent}];
  for (let minute = 1; minute <= MINUTES; minute += 1) {
    const cpu = cpuMsOf(child.pid);
    await wait(60_000);
    const used = (cpuMsOf(child.pid) - cpu) / 60_000;
    console.log(
      `minute ${minute}: ${(await figures(child.pid)).join(', ')}, CPU ${(used * 100).toFixed(0)}% of a core`,
    );
  }
  const seconds = (Date.now() - started) / 1000;
  const bytes = (fleet.sent.bytes - before.bytes) / seconds;
  console.log(
    `scrapes ${((fleet.sent.scrapes - before.scrapes) / seconds).toFixed(1)}/s, ${(bytes / 1e6).toFixed(2)} MB/s on the wire`,
  );
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.kill('SIGTERM');
  await ended;
  fleet.close();
}

async function figures(pid) {
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  const [series, rate, slowest, rules] = await Promise.all(
    [
      'prometheus_tsdb_head_series',
      'sum(scrape_samples_scraped)',
      'max(scrape_duration_seconds)',
      'sum(prometheus_rule_group_last_duration_seconds)',
    ].map(ask),
  );
  return [
    `RSS ${rss.toFixed(0)} MiB`,
    `${series} series`,
    `${(rate / SCRAPE_SECONDS).toFixed(0)} samples/s`,
    `slowest scrape ${(slowest * 1000).toFixed(0)} ms`,
    ...(Number.isNaN(rules) ? [] : [`rules ${(rules * 1000).toFixed(0)} ms`]),
  ];
}

/** Of Prometheus's own figures, which it does not scrape here, its own page. */
async function ask(query) {
  if (query.includes('prometheus_')) {
    const page = await (await fetch(`http://127.0.0.1:${PORT}/metrics`)).text();
    const name = /prometheus_\w+/.exec(query)[0];
    const lines = page.split('\n').filter((line) => /^[^ {]*/.exec(line)[0] === name);
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }
  const url = `http://127.0.0.1:${PORT}/api/v1/query?query=${encodeURIComponent(query)}`;
  const {data} = await (await fetch(url)).json();
  return Number(data.result[0]?.value[1]);
}
