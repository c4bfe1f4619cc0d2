import {expect, test} from 'vitest';
import {failed, type Sample} from '../../../src/core/sample.ts';
import {loadWriter} from '../../../src/sinks/prometheus/exposition.ts';
import type {View} from '../../../src/sinks/prometheus/metric.ts';
import {pageOf} from '../../../src/sinks/prometheus/page.ts';
import {sampleAt} from '../../core/samples.ts';
import {viewOf} from './views.ts';

const writer = await loadWriter();

function open(view: View | undefined) {
  let clock = view?.frame.sample.monotonicMs ?? 0;
  let writes = 0;
  const counted = {
    ...writer,
    write: (...args: Parameters<typeof writer.write>) => {
      writes += 1;
      return writer.write(...args);
    },
  };
  const state = {view};
  const page = pageOf({view: () => state.view, clock: () => clock}, counted);
  return {
    page,
    state,
    writes: () => writes,
    wait: (ms: number) => {
      clock += ms;
    },
  };
}

test('before the first reading there is nothing, and no health', async () => {
  const {page} = open(undefined);
  expect(await page.metrics('prometheus')).toBeUndefined();
  expect(page.health()).toEqual({isFresh: false, text: 'no reading yet'});
});

test('however often it is scraped, a reading is written once for each format', async () => {
  const {page, state, writes} = open(viewOf([sampleAt(0, 40)]));
  const asked = [page.metrics('prometheus'), page.metrics('prometheus'), page.metrics('openmetrics')];
  const [first, second] = await Promise.all(asked);
  expect(first?.body).toBe(second?.body);
  await page.metrics('openmetrics');
  expect(writes()).toBe(2);
  state.view = viewOf([sampleAt(5, 60)]);
  expect(String((await page.metrics('prometheus'))?.body)).toContain('memtop_memory_used_bytes 64424509440');
  expect(writes()).toBe(3);
});

test('a reading is fresh for three intervals', () => {
  const {page, wait} = open(viewOf([sampleAt(0, 40)]));
  expect(page.health()).toEqual({isFresh: true, text: 'ok'});
  wait(17_000);
  expect(page.health().isFresh).toBe(true);
  wait(73_000);
  expect(page.health()).toEqual({isFresh: false, text: 'the latest reading is 90 s old'});
});

test('one that failed is none', () => {
  const broken: Sample = sampleAt(5, 40, {memory: failed('gone')});
  expect(open(viewOf([sampleAt(0, 40), broken])).page.health()).toEqual({
    isFresh: false,
    text: 'memory cannot be read',
  });
});
