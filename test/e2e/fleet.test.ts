import {spawn, spawnSync} from 'node:child_process';
import {cpSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {ALERT_NAMES, DEPLOY, QUERIES, RULE_FILES} from '../deploy.ts';
import {certificate, get, has, type Serving, serving} from './exporter.ts';
import {type LeakingHost, leakingHost} from './leaking-host.ts';
import {memtop} from './live-screen.ts';
import {run, type Workplace, workplace} from './program.ts';
import {freePort, type RunningPrometheus, startPrometheus} from './prometheus.ts';
import {KEYS} from './pty.ts';

const TOKEN = 'a-token-of-many-letters';
const hasPrometheus = has('prometheus') && has('promtool') && has('openssl');
if (!hasPrometheus)
  process.stderr.write(
    'not run here: Prometheus, promtool or openssl is not installed (Debian: prometheus, openssl)\n',
  );
if (!has('systemd-analyze')) process.stderr.write('not run here: systemd-analyze is not installed\n');

const promtool = (...args: readonly string[]) => {
  const {status, stdout, stderr} = spawnSync('promtool', args, {encoding: 'utf8'});
  return {status, said: stdout + stderr};
};

describe.skipIf(!hasPrometheus)('promtool', () => {
  test('accepts the configuration and the rules', () => {
    expect(promtool('check', 'config', path.join(DEPLOY, 'prometheus/prometheus.yml'))).toMatchObject({
      status: 0,
    });
    const rules = RULE_FILES.map((name) => path.join(DEPLOY, 'prometheus/rules', name));
    expect(promtool('check', 'rules', ...rules)).toMatchObject({status: 0});
  });

  test('sees the rules fire, last and end', () => {
    const cases = path.resolve(import.meta.dirname, '../fixtures/prometheus/alerts.test.yml');
    const {status, said} = promtool('test', 'rules', cases);
    expect(status, said).toBe(0);
  });
});

test.skipIf(!has('systemd-analyze'))('the service is one that systemd accepts, and is confined', () => {
  const unit = path.join(DEPLOY, 'systemd/memtop.service');
  const verified = spawnSync('systemd-analyze', ['verify', unit], {encoding: 'utf8'});
  const about = verified.stderr.split('\n').filter((line) => line.includes('memtop.service'));
  expect(about).toEqual([]);
  const security = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=30', unit], {
    encoding: 'utf8',
  });
  // Older systemd has no --offline.
  if (!/unrecognized option/.test(security.stderr))
    expect(security.status, security.stdout.split('\n').at(-2)).toBe(0);
});

describe.skipIf(!hasPrometheus)('Prometheus and a fleet', () => {
  let place: Workplace;
  let prometheus: RunningPrometheus;
  let leaking: LeakingHost;
  let closed: string;
  let hosts: readonly Serving[];
  const job = spawn('sleep', ['300']);

  beforeAll(async () => {
    place = workplace();
    const {cert, key} = certificate(place);
    writeFileSync(place.file('memtop.token'), `${TOKEN}\n`, {mode: 0o600});
    const guarded = [
      '--prometheus-cert',
      cert,
      '--prometheus-key',
      key,
      '--prometheus-token-file',
      'memtop.token',
    ];
    hosts = await Promise.all([
      serving(['--demo', '--seed', '3', '--gpus', '2', '--interval', '500ms'], place),
      serving(['--pid', String(job.pid), '--interval', '500ms', ...guarded], place),
    ]);
    const [demo, real] = hosts.map(({url}) => new URL(url).host);
    leaking = await leakingHost((await get(hosts[0]?.url ?? '')).body);
    closed = `127.0.0.1:${await freePort()}`;
    const config = fastConfig(place, [demo, leaking.target, closed], [real], cert);
    prometheus = await startPrometheus(place, config);
  });

  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    leaking?.close();
    job.kill();
    for (const host of hosts ?? []) host.kill('SIGTERM');
    await Promise.all((hosts ?? []).map(({done}) => done));
    place?.[Symbol.dispose]();
  });

  test('both hosts are scraped, one in the clear, one over TLS with a token, and what is closed is down', async () => {
    const up = async () => {
      const series = await prometheus.query('up');
      return Object.fromEntries(series.map(({metric, value}) => [metric.instance, value[1]]));
    };
    const [demo = '', real = ''] = hosts.map(({url}) => new URL(url).host);
    await expect
      .poll(up, {timeout: 15_000})
      .toEqual({[demo]: '1', [real]: '1', [leaking.target]: '1', [closed]: '0'});
    const labels = (await prometheus.query('memtop_build_info')).map(({metric}) => metric.job);
    expect(new Set(labels)).toEqual(new Set(['memtop']));
    expect(leaking.accept()).toContain('application/openmetrics-text');
  });

  test('every alert fires on the host that is ill', async () => {
    const onHost = ALERT_NAMES.filter((name) => name !== 'MemtopDown').sort();
    await expect
      .poll(() => prometheus.firing(leaking.target), {timeout: 20_000, interval: 300})
      .toEqual(onHost);
    await expect.poll(() => prometheus.firing(closed), {timeout: 10_000}).toEqual(['MemtopDown']);
    const [, real = ''] = hosts.map(({url}) => new URL(url).host);
    expect(await prometheus.firing(real)).not.toContain('MemtopStale');
  });

  test.each(QUERIES.map(({title, expr}) => [title, expr] as const))(
    'the dashboard has data: %s',
    async (_, expr) => {
      const filled = expr
        .replaceAll('$job', 'memtop')
        .replaceAll('$instance', '.*')
        .replaceAll('$__rate_interval', '4s');
      await expect
        .poll(async () => (await prometheus.query(filled)).length, {timeout: 15_000})
        .toBeGreaterThan(0);
    },
  );

  test('memtop top shows who is worst, who is down, and the chart of a host', async () => {
    const args = ['top', '--prometheus-url', prometheus.url, '--interval', '1s'];
    await using screen = memtop(place, args);
    await screen.waitFor(/4 hosts · .*1 leak · 1 down/, {timeout: 20_000});
    await screen.waitFor(/down, not seen in the last day/);
    screen.press('/');
    screen.press('demo');
    screen.press(KEYS.enter);
    await screen.waitFor(/Pools .*\/demo by time to limit/);
    screen.press(KEYS.enter);
    await screen.waitFor(/RAM average \d+\.\d% · peak/, {timeout: 20_000});
    expect(screen.screenText().join('')).toMatch(/[\u2801-\u28ff]/);
    screen.press(KEYS.ctrlC);
    await screen.waitForExit();
    const {code, stdout} = await run(['top', '--json', '--prometheus-url', prometheus.url], place);
    expect(code).toBe(0);
    const {counts, rows} = JSON.parse(stdout);
    expect(counts).toMatchObject({hosts: 4, down: 1, leak: 1});
    expect(counts.rows).toBe(rows.length);
    const seen = rows.find(
      ({instance, pool}: Record<string, string>) => instance === leaking.target && pool === 'ram',
    );
    expect(seen).toMatchObject({verdict: 'leak', limit_in_seconds: expect.any(Number)});
  });

  test('and all end once it is well', async () => {
    leaking.cure();
    await expect.poll(() => prometheus.firing(leaking.target), {timeout: 20_000, interval: 300}).toEqual([]);
  });
});

/** The shipped configuration with seconds for minutes, these hosts, and what is commented out there for those over TLS. */
function fastConfig(
  place: Workplace,
  plain: readonly (string | undefined)[],
  guarded: readonly (string | undefined)[],
  ca: string,
): string {
  cpSync(path.join(DEPLOY, 'prometheus'), place.folder, {recursive: true});
  for (const name of RULE_FILES) {
    const file = place.file(`rules/${name}`);
    const quick = readFileSync(file, 'utf8')
      .replace(/(for: )\d+m/g, '$11s')
      .replace('[10m]', '[4s]');
    writeFileSync(file, quick);
  }
  cpSync(ca, place.file('memtop-ca.crt'));
  writeFileSync(
    place.file('targets/memtop.yml'),
    JSON.stringify([{targets: plain, labels: {cluster: 'test'}}]),
  );
  writeFileSync(place.file('guarded.yml'), JSON.stringify([{targets: guarded, labels: {cluster: 'test'}}]));
  const shipped = readFileSync(place.file('prometheus.yml'), 'utf8').replace(/(_interval: )15s/g, '$11s');
  const [, block = ''] = shipped.split('scrape_configs:\n');
  const tls = block
    .replace(
      'job_name: memtop',
      'job_name: memtop-tls\n    relabel_configs: [{target_label: job, replacement: memtop}]',
    )
    .replace('targets/*.yml', 'guarded.yml')
    .replace(/^ {4}# ((?:scheme|tls_config|authorization):| +\w+:)/gm, '    $1');
  writeFileSync(place.file('prometheus.yml'), `${shipped}${tls}`);
  const checked = promtool('check', 'config', place.file('prometheus.yml'));
  if (checked.status !== 0) throw new Error(checked.said);
  return place.file('prometheus.yml');
}
