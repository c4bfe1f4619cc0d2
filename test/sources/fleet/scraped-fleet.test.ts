import {expect, test} from 'vitest';
import {ScrapedFleet} from '../../../src/sources/fleet/scraped-fleet.ts';
import type {WebAnswer} from '../../../src/sources/fleet/web.ts';
import {AT, type HostFacts, pointsOf} from '../../core/fleet/points.ts';
import {FakeWeb} from './fake-web.ts';

const WISH = {sort: 'host', filter: '', open: undefined} as const;

/** What a host serves. */
function page(facts: HostFacts): WebAnswer {
  const lines = pointsOf('own', facts).map(({name, labels: {instance: _, job: __, ...labels}, value}) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
    return `${name}{${pairs.join(',')}} ${value}`;
  });
  return {status: 200, body: lines.join('\n')};
}

function fleetOf(hosts: Readonly<Record<string, () => WebAnswer | string>>) {
  const web = new FakeWeb(({url}) => hosts[new URL(url).hostname]?.() ?? 'host not found');
  let now = AT;
  const targets = Object.keys(hosts).map((name) => ({
    instance: `${name}:9717`,
    url: `http://${name}:9717/metrics`,
  }));
  const fleet = new ScrapedFleet(web, {now: () => now}, {targets, token: 'secret', userAgent: 'memtop/0'});
  const later = (ms: number) => {
    now += ms;
  };
  return {fleet, web, later};
}

test('hosts that answer are rows, those that do not say why', async () => {
  const {fleet, web} = fleetOf({
    a: () => page({host: 'atlas', ram: 70, gpus: [10]}),
    b: () => 'connection refused',
    c: () => ({status: 401, body: ''}),
    d: () => ({status: 200, body: '<html>'}),
  });
  const {rows, counts} = await fleet.read(WISH);
  expect(rows.map(({host, pool, percent, down}) => [host, pool ?? down?.reason, percent])).toEqual([
    ['atlas', 'ram', 70],
    ['atlas', 'gpu0', 10],
    ['b', 'connection refused', undefined],
    ['c', 'expected a token that it accepts', undefined],
    ['d', 'not a memtop', undefined],
  ]);
  expect(counts).toMatchObject({hosts: 4, down: 3, rows: 5});
  expect(web.asked.every(({headers}) => headers.authorization === 'Bearer secret')).toBe(true);
});

test('few are asked at once, each once', async () => {
  const names = Array.from({length: 40}, (_, index) => `n${index}`);
  const {fleet, web} = fleetOf(Object.fromEntries(names.map((name) => [name, () => page({})])));
  const {counts} = await fleet.read(WISH);
  expect(counts.hosts).toBe(40);
  expect(web.asked).toHaveLength(40);
  expect(web.mostAtOnce).toBe(8);
});

test('the past is what was seen, a host that is gone is down since then under its name, and a gap', async () => {
  let isUp = true;
  const {fleet, later} = fleetOf({a: () => (isUp ? page({host: 'atlas', ram: 70}) : 'connection lost')});
  await fleet.read(WISH);
  later(1000);
  const {rows} = await fleet.read(WISH);
  isUp = false;
  later(1000);
  const gone = await fleet.read(WISH);
  expect(gone.rows).toMatchObject([
    {host: 'atlas', pool: undefined, down: {sinceAt: AT + 1000, reason: 'connection lost'}},
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  const {pools, firstAt} = await fleet.history(row.target);
  expect(firstAt).toBe(AT);
  expect(pools.get('ram')?.columns(AT, 1000, 3)).toMatchObject([{mean: 70}, {mean: 70}, 'gap']);
});
