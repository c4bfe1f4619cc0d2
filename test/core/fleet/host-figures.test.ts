import {expect, test} from 'vitest';
import {countsOf} from '../../../src/core/fleet/counts.ts';
import {fleetJson} from '../../../src/core/fleet/fleet-json.ts';
import {hostRows} from '../../../src/core/fleet/host-figures.ts';
import {toldApart} from '../../../src/core/fleet/host-names.ts';
import {isMeant, ordered} from '../../../src/core/fleet/order.ts';
import {AT, pointsOf} from './points.ts';

const rowsOf = (...points: readonly ReturnType<typeof pointsOf>[]) =>
  hostRows(points.flat(), AT).flatMap(({rows}) => rows);
const names = (rows: ReturnType<typeof rowsOf>) => rows.map(({host, pool}) => `${host} ${pool}`);

test('a host is a row for RAM and one for each GPU', () => {
  const [ram, gpu, ...others] = rowsOf(
    pointsOf('10.0.0.7:9717', {
      host: 'atlas07',
      ram: 73.8,
      gpus: [87.1],
      limitInSeconds: 3600,
      growth: 2.6,
      verdict: 'leak',
      alerts: ['leak:ram', 'pressure', 'gpu0'],
      calls: ['MemtopLeak'],
    }),
  );
  expect(others).toEqual([]);
  expect(ram).toMatchObject({
    host: 'atlas07',
    pool: 'ram',
    percent: 73.8,
    thresholdPercent: 80,
    verdict: 'leak',
    status: 'NORMAL',
    limitIn: {ms: 3_600_000, lowMs: 2_880_000, highMs: 4_680_000},
    alerts: ['leak:ram', 'pressure'],
    isStale: false,
  });
  expect(ram?.growthPerHour).toBeCloseTo(2.6 * 1024 ** 3, -3);
  expect(ram?.totalBytes).toBeCloseTo(56 * 1024 ** 3, -3);
  expect(gpu).toMatchObject({pool: 'gpu0', percent: 87.1, totalBytes: 24 * 1024 ** 3, alerts: ['gpu0']});
  expect(gpu?.limitIn).toBeUndefined();
});

test("what is not known is not there, and what fires by Prometheus's own labels is the host's", () => {
  const lost = {name: 'memtop_gpu_up', labels: {instance: 'a:9717', job: 'memtop', gpu: '3'}, value: 0};
  const [host] = hostRows([...pointsOf('a:9717', {calls: ['MemtopGpuLost']}), lost], AT);
  expect(host?.host).toMatchObject({host: 'a', version: '0.1.0', ageMs: 4000, calls: ['MemtopGpuLost']});
  const gpu = host?.rows.find(({pool}) => pool === 'gpu3');
  expect(gpu).toMatchObject({percent: undefined, usedBytes: undefined, status: undefined});
});

test('a reading that is old makes its host stale', () => {
  expect(hostRows(pointsOf('a:1', {ageSeconds: 75}), AT)[0]?.isStale).toBe(false);
  expect(hostRows(pointsOf('a:1', {ageSeconds: 76}), AT)[0]?.isStale).toBe(true);
});

test('the same instance in two clusters is two hosts, told apart by their place', () => {
  const of = (cluster: string) =>
    pointsOf('a:9717', {host: 'atlas'}).map((point) => ({...point, labels: {...point.labels, cluster}}));
  expect(hostRows([...of('x'), ...of('y')], AT)).toHaveLength(2);
  const twins = toldApart(
    hostRows([...pointsOf('a:9717', {host: 'n'}), ...pointsOf('b:1', {host: 'n'})], AT),
  );
  expect(twins.map(({rows: [row]}) => row?.host)).toEqual(['n a', 'n b:1']);
});

test('names cannot carry control sequences, and have an end', () => {
  const [row] = rowsOf(pointsOf('\u001b[2J:1', {host: `\u001b]0;owned\u0007evil\n${'x'.repeat(500)}`}));
  expect(row?.host).toMatch(/^evil x+…$/);
  expect(row?.host.length).toBeLessThanOrEqual(80);
});

const FLEET = [
  pointsOf('c:9717', {ram: 99, gpus: [10]}),
  pointsOf('b:9717', {ram: 20, limitInSeconds: 900, growth: 1, verdict: 'leak'}),
  pointsOf('a:9717', {ram: 30, limitInSeconds: 300, growth: 5, verdict: 'growing'}),
  pointsOf('d10:9717', {ram: 85}),
  pointsOf('d9:9717', {ram: 85}),
];
const DOWN = {
  ...rowsOf(pointsOf('e:9717', {}))[0],
  pool: undefined,
  percent: undefined,
  down: {sinceAt: AT, reason: 'x'},
};

test('who is at the limit first comes first, then who is down, then who is fullest', () => {
  const rows = [
    ...rowsOf(...FLEET),
    {
      ...DOWN,
      key: 'e',
      host: 'e',
      alerts: [],
      isStale: false,
      target: {key: 'e', instance: 'e', job: undefined},
    },
  ];
  expect(names(ordered(rows, 'limit') as typeof rows)).toEqual([
    'a ram',
    'b ram',
    'e undefined',
    'c ram',
    'd9 ram',
    'd10 ram',
    'c gpu0',
  ]);
  expect(names([...ordered(rows, 'share')] as typeof rows).slice(0, 3)).toEqual([
    'c ram',
    'd9 ram',
    'd10 ram',
  ]);
  expect(names([...ordered(rows, 'growth')] as typeof rows).slice(0, 2)).toEqual(['a ram', 'b ram']);
  expect(names([...ordered(rows, 'host')] as typeof rows)).toEqual([
    'a ram',
    'b ram',
    'c ram',
    'c gpu0',
    'd9 ram',
    'd10 ram',
    'e undefined',
  ]);
});

test('hosts are counted by what they are, one that is at its limit within minutes as critical', () => {
  expect(countsOf(hostRows(FLEET.flat(), AT), 1)).toEqual({
    hosts: 6,
    down: 1,
    critical: 2,
    high: 2,
    leak: 1,
    stale: 0,
    rows: 7,
  });
});

test('a filter is a part of a name or of an instance', () => {
  const [row] = rowsOf(pointsOf('10.0.0.7:9717', {host: 'Atlas07'}));
  if (row === undefined) throw new Error('no row');
  expect(['atlas', '0.0.7', ' LAS0 ', ''].map((text) => isMeant(row, text))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(isMeant(row, 'nord')).toBe(false);
});

test('for programs, what is not known is left out', () => {
  const rows = rowsOf(pointsOf('a:9717', {host: 'atlas', ram: 50}));
  const counts = countsOf(hostRows([], AT), 0);
  expect(JSON.parse(JSON.stringify(fleetJson({at: AT, counts, rows, pools: rows, hosts: []})))).toMatchObject(
    {
      at: '2026-11-22T14:32:07.000Z',
      rows: [{host: 'atlas', instance: 'a:9717', job: 'memtop', pool: 'ram', percent: 50, verdict: 'steady'}],
    },
  );
  expect(JSON.stringify(fleetJson({at: AT, counts, rows, pools: rows, hosts: []}))).not.toContain('limit_in');
});
