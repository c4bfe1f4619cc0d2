import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {describe, expect, test} from 'vitest';
import {certificate, figuresIn, get, has, serving, urlIn} from './exporter.ts';
import {expectRestored, isUp, memtop} from './live-screen.ts';
import {launch, run, workplace} from './program.ts';

const DEMO = ['--demo', '--seed', '3', '--gpus', '2'];
const TOKEN = 'a-token-of-many-letters';
const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0';

if (!has('promtool')) process.stderr.write('not run here: promtool is not installed (Debian: prometheus)\n');
if (!has('openssl'))
  process.stderr.write('not run here: openssl is not installed, so there is no certificate\n');

test("serves this machine's memory, tells its health, and ends on SIGTERM with the report", async () => {
  using place = workplace();
  const memory = await serving(['--interval', '100ms', '--log', 'run.jsonl'], place);
  const figures = figuresIn((await get(memory.url)).body);
  const [used = 0, left = 0] = [
    figures.get('memtop_memory_used_bytes'),
    figures.get('memtop_memory_available_bytes'),
  ];
  const inForce = [...figures].find(
    ([name, value]) => name.startsWith('memtop_memory_limit_in_force') && value === 1,
  );
  const limit = figures.get((inForce?.[0] ?? '').replace('limit_in_force', 'limit_bytes'));
  expect(used).toBeGreaterThan(0);
  expect(used + left).toBe(limit);
  expect(figures.get('memtop_sample_interval_seconds')).toBe(0.1);
  // A scrape reads nothing by itself, and the next one finds the next reading.
  const readAt = async () =>
    figuresIn((await get(memory.url)).body).get('memtop_sample_timestamp_seconds') ?? 0;
  const first = await readAt();
  await expect.poll(readAt).toBeGreaterThan(first);
  const health = await get(memory.url.replace('/metrics', '/healthz'));
  expect([health.status, health.body]).toEqual([200, 'ok\n']);
  memory.kill('SIGTERM');
  const {code, stdout, stderr} = await memory.done;
  expect({code, stdout}).toEqual({code: 143, stdout: ''});
  expect(stderr).toContain('memtop serve: every 100 ms, alert at 80%, log');
  expect(stderr).toContain('ended: SIGTERM');
  expect(place.lines('run.jsonl').at(-1)).toMatchObject({event_type: 'STOP', reason: 'SIGTERM'});
});

test('alerts and hooks work as in watch, and are counted', async () => {
  using place = workplace();
  const hook = place.file('hook.sh');
  writeFileSync(
    hook,
    `#!/bin/sh\necho "$MEMTOP_ALERT_EVENT \${MEMTOP_PROMETHEUS_TOKEN:-no token}" > hooked\n`,
  );
  chmodSync(hook, 0o755);
  const args = ['--interval', '100ms', '--threshold', '1', '--on-alert', hook];
  const memory = await serving(args, place, {MEMTOP_PROMETHEUS_TOKEN: TOKEN});
  const fetched = await get(memory.url, {headers: {authorization: `Bearer ${TOKEN}`}});
  const figures = figuresIn(fetched.body);
  expect(figures.get('memtop_alerts_total{rule="ram"}')).toBe(1);
  expect(figures.get('memtop_alert_firing{rule="ram"}')).toBe(1);
  await expect.poll(() => existsSync(place.file('hooked')) && place.read('hooked')).toBe('raised no token\n');
  memory.kill('SIGTERM');
  await memory.done;
});

test.skipIf(!has('promtool'))(
  'promtool accepts both formats, of a real machine and of the demo',
  async () => {
    using place = workplace();
    for (const args of [[], DEMO]) {
      const memory = await serving(args, place);
      const plain = await get(memory.url);
      const checked = spawnSync('promtool', ['check', 'metrics'], {input: plain.body, encoding: 'utf8'});
      expect({status: checked.status, said: checked.stderr + checked.stdout}).toEqual({status: 0, said: ''});
      const open = await get(memory.url, {headers: {accept: OPEN_METRICS}});
      expect(plain.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
      expect(open.headers['content-type']).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
      expect(open.body.endsWith('# EOF\n')).toBe(true);
      memory.kill('SIGTERM');
      await memory.done;
    }
  },
);

describe('--prometheus on the other live commands', () => {
  test('watch', async () => {
    using place = workplace();
    const watch = launch(['watch', ...DEMO, '--prometheus', '[::1]:0'], place);
    await watch.said('memtop watch: every');
    const {body} = await get(urlIn(watch.errors()));
    expect(figuresIn(body).get('memtop_sample_interval_seconds')).toBe(300);
    expect(body).toContain('memtop_gpu_up{gpu="1"');
    watch.kill('SIGTERM');
    expect((await watch.done).code).toBe(143);
  });

  test('run, whose job is told of, and gets no token to see', async () => {
    using place = workplace();
    const script = 'echo "token: $(printenv MEMTOP_PROMETHEUS_TOKEN || echo none)"; sleep 3';
    const job = launch(
      ['run', '--quiet', '--interval', '100ms', '--prometheus', '0', '--', 'sh', '-c', script],
      place,
      {MEMTOP_PROMETHEUS_TOKEN: TOKEN},
    );
    await job.said('metrics on');
    const headers = {authorization: `Bearer ${TOKEN}`};
    const text = async () => (await get(urlIn(job.errors()), {headers})).body;
    await expect.poll(text).toMatch(/^memtop_job_memory_bytes\{name="sh -c",measure="\w+"\} \d+$/m);
    const {code, stdout} = await job.done;
    expect([code, stdout]).toEqual([0, 'token: none\n']);
  });

  test('the screen, which a port in use keeps from starting', async () => {
    using place = workplace();
    await using screen = memtop(place, [...DEMO, '--prometheus', '0']);
    await screen.waitFor(isUp);
    const url = urlIn(screen.raw);
    expect((await get(url)).body).toContain('memtop_sample_interval_seconds 1\n');
    await using second = memtop(place, [...DEMO, '--prometheus', new URL(url).port]);
    expect(await second.waitForExit()).toEqual({exitCode: 2, signal: 0});
    expect(second.isAltScreen()).toBe(false);
    expect(second.raw).toContain(`expected a free port, got 127.0.0.1:${new URL(url).port}: in use already`);
    screen.press('q');
    expect(await screen.waitForExit()).toEqual({exitCode: 0, signal: 0});
    expectRestored(screen);
    await expect(get(url)).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('what cannot be served ends it with one line and exit code 2', () => {
  const refusal = async (args: readonly string[], env = {}) => {
    using place = workplace();
    writeFileSync(place.file('short'), 'abc\n');
    writeFileSync(place.file('lines'), `${TOKEN}\n${TOKEN}\n`);
    writeFileSync(place.file('empty'), '');
    const {code, stdout, stderr} = await run(args, place, env);
    expect({code, stdout}).toEqual({code: 2, stdout: ''});
    expect(stderr.match(/\n/g)).toHaveLength(1);
    return stderr.trim();
  };

  test.each([
    [
      ['--prometheus', 'nonsense'],
      'memtop: prometheus: expected a port from 0 to 65535, or HOST:PORT, as 9717, 0.0.0.0:9717 or [::1]:9717, got "nonsense" (from --prometheus)',
    ],
    [
      ['--prometheus', '203.0.113.7:9717'],
      'memtop: prometheus: expected an address of this machine, got 203.0.113.7:9717: not one of its addresses (from --prometheus)',
    ],
    [
      ['--prometheus', 'no-such-host.invalid:9717'],
      /^memtop: prometheus: expected an address of this machine, got no-such-host\.invalid:9717: /,
    ],
    [
      ['--prometheus-token-file', 'missing'],
      'memtop: prometheus-token-file: expected a file that can be read, got ./missing: no such file (from --prometheus-token-file)',
    ],
    [
      ['--prometheus-token-file', '.'],
      /^memtop: prometheus-token-file: expected a file that can be read, got \.\/: it is a folder/,
    ],
    [
      ['--prometheus-token-file', 'short'],
      /^memtop: prometheus-token: expected a token of 16 to 1024 letters, digits and -\._~\+\/, got something else \(in \.\/short/,
    ],
    [['--prometheus-token-file', 'lines'], /expected a token of/],
    [['--prometheus-token-file', 'empty'], /expected a token of/],
    [['--prometheus-cert', 'short'], 'memtop: prometheus-cert and prometheus-key: expected both, got one'],
    [
      ['--prometheus-cert', 'short', '--prometheus-key', 'short'],
      'memtop: prometheus-cert: expected a certificate in PEM, got ./short (from --prometheus-cert)',
    ],
  ] as const)('serve %j', async (args, wanted) => {
    const said = await refusal(['serve', '--demo', ...args]);
    if (typeof wanted === 'string') expect(said).toBe(wanted);
    else expect(said).toMatch(wanted);
    expect(said).not.toContain(TOKEN);
  });

  test('a port in use, and no job is started', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = String(typeof address === 'object' && address?.port);
    const free = `memtop: prometheus: expected a free port, got 127.0.0.1:${port}: in use already (from --prometheus)`;
    expect(await refusal(['serve', '--demo', '--prometheus', port])).toBe(free);
    expect(await refusal(['run', '--quiet', '--prometheus', port, '--', 'echo', 'started'])).toBe(free);
    taken.close();
  });

  test('a bad token of the environment is not repeated', async () => {
    const said = await refusal(['serve', '--demo'], {MEMTOP_PROMETHEUS_TOKEN: 'zu kurz'});
    expect(said).toMatch(/expected a token of .*, got something else \(from MEMTOP_PROMETHEUS_TOKEN\)$/);
  });

  test('an option of the exporter without one', async () => {
    expect(await refusal(['watch', '--prometheus-token-file', 'short'])).toBe(
      'memtop: --prometheus-token-file: expected with --prometheus, got without it',
    );
    expect(await refusal(['once', '--prometheus', '0'])).toMatch(
      /^memtop: --prometheus: expected with memtop /,
    );
  });
});

describe.skipIf(!has('openssl'))('over TLS', () => {
  test('with a token: nothing without it, nothing in the clear', async () => {
    using place = workplace();
    const {cert, key, ca} = certificate(place);
    writeFileSync(place.file('token'), `${TOKEN}\n`, {mode: 0o600});
    const tls = ['--prometheus-cert', cert, '--prometheus-key', key, '--prometheus-token-file', 'token'];
    const memory = await serving([...DEMO, ...tls], place);
    expect(memory.url).toMatch(/^https:/);
    expect((await get(memory.url, {ca})).status).toBe(401);
    expect((await get(memory.url, {ca, headers: {authorization: `Bearer ${TOKEN}`}})).status).toBe(200);
    await expect(get(memory.url.replace('https', 'http'))).rejects.toThrow();
    await expect(get(memory.url)).rejects.toThrow(/self.signed/);
    expect(
      memory
        .errors()
        .split('\n')
        .filter((line) => line !== ''),
    ).toHaveLength(2);
    memory.kill('SIGTERM');
    expect((await memory.done).code).toBe(143);
  });

  test('the key of another certificate is refused', async () => {
    using place = workplace();
    const [one, other] = [certificate(place, 'one'), certificate(place, 'other')];
    const {code, stderr} = await run(
      ['serve', '--demo', '--prometheus-cert', one.cert, '--prometheus-key', other.key],
      place,
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('expected the key of ./one.crt, got another one, ./other.key'),
    ]);
  });
});

test('what others could read is told in one line', async () => {
  using place = workplace();
  const open = await serving([...DEMO, '--prometheus', '0.0.0.0:0'], place);
  expect(open.errors()).toContain('memtop: whoever reaches that address can read them: no token, no TLS\n');
  open.kill('SIGTERM');
  await open.done;
  writeFileSync(place.file('token'), TOKEN);
  chmodSync(place.file('token'), 0o644);
  const guarded = await serving(
    [...DEMO, '--prometheus', '0.0.0.0:0', '--prometheus-token-file', 'token'],
    place,
  );
  expect(guarded.errors()).toContain('memtop: metrics and token can be read on their way: no TLS\n');
  expect(guarded.errors()).toContain(
    'memtop: ./token can be read by every user; chmod 600 keeps the token\n',
  );
  guarded.kill('SIGTERM');
  await guarded.done;
});
