import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {METRIC_NAMES} from '../src/sinks/prometheus/metrics.ts';
import {ALERT_NAMES, DASHBOARD, DEPLOY, deployed, type Panel, QUERIES, RULES} from './deploy.ts';

const RECORDED = [...RULES.matchAll(/- record: (\S+)/g)].map(([, name]) => name);
const OF_PROMETHEUS = ['up'];

/** Names of metrics in an expression or a label. */
const metricsIn = (text: string) => text.match(/\b(?:instance:[\w:]+|memtop_\w+|up(?=\{))/g) ?? [];

test.each([
  ['rules', RULES],
  ['dashboard', QUERIES.map(({expr}) => expr).join('\n')],
])('the %s ask for metrics that there are', (_, text) => {
  const known = new Set<string | undefined>([...METRIC_NAMES, ...RECORDED, ...OF_PROMETHEUS]);
  const asked = metricsIn(text);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
});

test('every alert has a case among the tests of the rules', () => {
  const cases = readFileSync(new URL('fixtures/prometheus/alerts.test.yml', import.meta.url), 'utf8');
  expect(ALERT_NAMES.length).toBeGreaterThan(8);
  for (const name of ALERT_NAMES) expect(cases, name).toContain(name);
});

test('the README names every recorded figure and every file that it speaks of', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const name of RECORDED) expect(readme).toContain(`| \`${name}\` |`);
  const told = [...readme.matchAll(/`deploy\/([\w./-]+)`/g)].map(([, name = '']) => name);
  expect(told.length).toBeGreaterThan(4);
  for (const name of told) expect(existsSync(path.join(DEPLOY, name)), name).toBe(true);
});

describe('the dashboard', () => {
  const overlap = (a: Panel['gridPos'], b: Panel['gridPos']) =>
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

  test('has panels that do not overlap, each with an id of its own', () => {
    const {panels} = DASHBOARD;
    expect(new Set(panels.map(({id}) => id)).size).toBe(panels.length);
    for (const [index, a] of panels.entries())
      for (const b of panels.slice(index + 1))
        expect(overlap(a.gridPos, b.gridPos), `${a.title}, ${b.title}`).toBe(false);
    for (const {gridPos, title} of panels) expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
  });

  test('joins tables by their labels: names of metrics, which differ, are left out', () => {
    const joined = DASHBOARD.panels.filter(({type, targets = []}) => type === 'table' && targets.length > 1);
    expect(joined.length).toBeGreaterThan(0);
    for (const {targets = []} of joined) for (const {expr} of targets) expect(expr).toMatch(/ \* 1$/);
  });

  test('uses the variables that it has', () => {
    const names = DASHBOARD.templating.list.map(({name}) => name);
    const used = QUERIES.flatMap(({expr}) => [...expr.matchAll(/\$(\w+)/g)].map(([, name]) => name));
    const unknown = used.filter((name) => name !== '__rate_interval' && !names.includes(name ?? ''));
    expect(unknown).toEqual([]);
  });
});

test('what the compose file mounts is there', () => {
  const mounted = [...deployed('compose.yml').matchAll(/- (\.\/\S+?):/g)].map(([, folder = '']) => folder);
  expect(mounted.length).toBeGreaterThan(3);
  for (const folder of mounted) expect(existsSync(path.join(DEPLOY, folder)), folder).toBe(true);
});

test("the service has no limit of memory that memtop would take for the machine's", () => {
  const unit = deployed('systemd/memtop.service');
  expect(unit).not.toMatch(/^Memory(Max|High|Limit)=/m);
  expect(unit).not.toMatch(/^MemoryDenyWriteExecute=/m);
});
