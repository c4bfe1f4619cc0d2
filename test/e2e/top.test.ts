import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {serving} from './exporter.ts';
import {type FakePrometheus, fakePrometheus} from './fake-prometheus.ts';
import {expectRestored, memtop} from './live-screen.ts';
import {run, type Workplace, workplace} from './program.ts';
import {KEYS} from './pty.ts';

const HOSTS = {
  '10.0.0.7:9717': {
    host: 'atlas07',
    ram: 73.8,
    gpus: [87.1],
    limitInSeconds: 20_400,
    growth: 2.6,
    verdict: 'leak',
  },
  '10.0.0.8:9717': {host: 'atlas08\u001b[2J\u001b]0;owned\u0007', ram: 96.5},
};
let place: Workplace;
let prometheus: FakePrometheus;

beforeAll(async () => {
  place = workplace();
  prometheus = await fakePrometheus(HOSTS);
});
afterEach(() => prometheus.answerWith(undefined));
afterAll(() => {
  prometheus.close();
  place[Symbol.dispose]();
});

const top = (args: readonly string[] = [], options: Parameters<typeof memtop>[2] = {}) =>
  memtop(place, ['top', '--prometheus-url', `${prometheus.url}/`, '--interval', '1s', ...args], options);

test('rows appear, Enter opens a chart, q goes back and ends', async () => {
  await using screen = top();
  await screen.waitFor(/atlas07 +RAM +73\.8%.*~5 h 40 m/);
  const [header, status] = screen.screenText();
  expect(header).toMatch(/3 hosts · 1 critical · 1 down +127\.0\.0\.1:\d+ · every 1 s/);
  expect(status).toContain('■ CRITICAL  atlas08 RAM 96.5%');
  expect(screen.screenText()[2]).toContain('Pools 4 of 9,001 by time to limit');
  expect(screen.screenText().join('\n')).toMatch(/atlas99 +down since \d\d:\d\d/);
  screen.press(KEYS.enter);
  await screen.waitFor(/History 15 m .*RAM average 44\.\d% · peak 69\.0% at/);
  expect(screen.screenText().join('')).toMatch(/[\u2801-\u28ff]{5}/);
  screen.press('z');
  await screen.waitFor('History 1 h');
  screen.press('q');
  await screen.waitFor('Pools 4');
  screen.press('q');
  expect(await screen.waitForExit()).toMatchObject({exitCode: 0});
  expectRestored(screen);
  expect(screen.raw).not.toContain('owned');
  expect(prometheus.hasOverlapped()).toBe(false);
});

test('a filter is asked of the server, and Ctrl-C ends at any time', async () => {
  await using screen = top(['atlas.*'], {cols: 40, rows: 12});
  await screen.waitFor('atlas07');
  screen.press('/');
  screen.press('as07');
  await expect.poll(() => prometheus.asked.some((query) => query.includes('(?i:.*as07.*)'))).toBe(true);
  expect(prometheus.asked.some((query) => query.includes(String.raw`(?i:atlas\\.\\*)`))).toBe(true);
  screen.press(KEYS.ctrlC);
  expect(await screen.waitForExit()).toMatchObject({exitCode: 130});
  expectRestored(screen);
});

test('what goes wrong is told on the screen, and rows come when it is mended', async () => {
  prometheus.answerWith((_, response) => response.writeHead(401).end());
  await using screen = top();
  await screen.waitFor(/NO DATA {2}expected a token that Prometheus accepts, got none, .*again in 1 s/);
  prometheus.answerWith((_, response) => response.end('<html>\u001b[2J'));
  await screen.waitFor('expected an answer of Prometheus, got something else');
  prometheus.answerWith((_, response) => {
    response.on('error', () => {});
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(1024 ** 2)));
    };
    response.on('drain', more);
    more();
  });
  await screen.waitFor('an answer of more than 16 MiB');
  prometheus.answerWith((_, response) => response.destroy());
  await screen.waitFor('Prometheus does not answer (connection lost)');
  prometheus.answerWith(undefined);
  await screen.waitFor(/atlas07 +RAM +73\.8%/);
  prometheus.answerWith((_, response) => response.writeHead(503).end());
  await screen.waitFor(/Prometheus answers with 503, .*figures of \d\d:/);
  expect(screen.screenText().join('\n')).toMatch(/atlas07 +RAM +73\.8%/);
});

test('while a slow one drips keys are heard and nothing else is asked', async () => {
  await using screen = top();
  await screen.waitFor('atlas07');
  prometheus.answerWith((_, response) => {
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
  });
  await screen.waitFor(/NO DATA {2}Prometheus does not answer \(no answer in 10 s\)/, {timeout: 20_000});
  expect(prometheus.hasOverlapped()).toBe(false);
  screen.press('q');
  expect(await screen.waitForExit()).toMatchObject({exitCode: 0});
});

test('the token comes from a file or the environment, and goes nowhere else', async () => {
  const given: (string | undefined)[] = [];
  prometheus.answerWith((request, response) => {
    given.push(request.headers.authorization);
    response.writeHead(500).end();
  });
  const args = ['top', '--json', '--prometheus-url', prometheus.url];
  const outcome = await run(args, place, {MEMTOP_PROMETHEUS_TOKEN: 'hunter2'});
  expect(outcome).toEqual({code: 3, stdout: '', stderr: 'memtop: memtop top: Prometheus answers with 500\n'});
  expect(given).toEqual(['Bearer hunter2']);
});

test('--json prints the rows once', async () => {
  const {code, stdout} = await run(['top', '--json'], place, {MEMTOP_PROMETHEUS_URL: prometheus.url});
  expect(code).toBe(0);
  expect(stdout).not.toContain('\u001b');
  expect(JSON.parse(stdout)).toMatchObject({
    counts: {hosts: 3, critical: 1, down: 1},
    rows: [
      {host: 'atlas07', pool: 'ram', percent: 73.8, verdict: 'leak', limit_in_seconds: 20_400},
      {host: 'atlas99', status: 'DOWN'},
      {host: 'atlas08', status: 'CRITICAL'},
      {host: 'atlas07', pool: 'gpu0'},
    ],
  });
});

test('hosts are asked directly, without a Prometheus', async () => {
  const served = await serving(['--demo', '--gpus', '2', '--interval', '500ms'], place);
  const {host} = new URL(served.url);
  try {
    await using screen = memtop(place, ['top', host, '127.0.0.1:1', '--interval', '1s'], {
      cols: 80,
      rows: 24,
    });
    await screen.waitFor(/demo +GPU 1 +\d+\.\d%/);
    expect(screen.screenText().join('\n')).toMatch(/127\.0\.0\.1:1 +down, connection refused/);
    screen.press('/');
    screen.press('demo');
    await screen.waitFor(/ 1 host /);
    screen.press(KEYS.enter);
    screen.press(KEYS.enter);
    await screen.waitFor(/History 15 m .*RAM average/);
    screen.press(KEYS.ctrlC);
    await screen.waitForExit();
    const {code, stdout} = await run(['top', '--json', host], place);
    expect([code, JSON.parse(stdout).counts.hosts]).toEqual([0, 1]);
  } finally {
    served.kill('SIGTERM');
    await served.done;
  }
});

test.each([
  [[], /^memtop: memtop top: expected HOST… of running memtop serves, or --prometheus-url URL, got nothing/],
  [
    ['--prometheus-url', 'ftp://x'],
    /^memtop: prometheus-url: expected an http:\/\/ or https:\/\/ address, .*got "ftp:\/\/x" \(from --prometheus-url\)/,
  ],
  [
    ['--prometheus-url', 'https://me:hunter2@x'],
    /^memtop: prometheus-url: expected an address without user and password/,
  ],
  [['a b'], /^memtop: memtop top: expected HOST, HOST:PORT .*got "a b"/],
  [
    Array.from({length: 65}, (_, index) => `n${index}`),
    /^memtop: memtop top: expected at most 64 hosts, got 65/,
  ],
])('one line for %j', async (args, line) => {
  const {code, stdout, stderr} = await run(['top', '--json', ...args], place);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(line);
  expect(stderr).not.toContain('hunter2');
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('no host that answers is exit code 3', async () => {
  const {code, stderr} = await run(['top', '--json', '127.0.0.1:1'], place);
  expect([code, stderr]).toEqual([3, 'memtop: memtop top: no host answers\n']);
});
