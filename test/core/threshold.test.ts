import {expect, test} from 'vitest';
import {thresholdPercent, writeMaybeThreshold, writeThreshold} from '../../src/core/threshold.ts';

const GB = 1e9;

test.each([
  [{percent: 80}, undefined, 80],
  [{bytes: 12 * GB}, 24 * GB, 50],
  [{bytes: 30 * GB}, 24 * GB, 100],
  [{bytes: 12 * GB}, undefined, 100],
  [{bytes: 12 * GB}, 0, 100],
])('%j of %s bytes is %s %%', (threshold, total, percent) => {
  expect(thresholdPercent(threshold, total)).toBe(percent);
});

test.each([
  [{percent: 82.5}, '82.5%'],
  [{bytes: 19.2 * GB}, '19.2GB'],
  [{bytes: 24 * 2 ** 30}, '24GiB'],
  [{bytes: 1.5 * 2 ** 40}, '1.5TiB'],
  [{bytes: 1234}, '1234B'],
])('%j is written %s', (threshold, text) => {
  expect(writeThreshold(threshold)).toBe(text);
});

test('one that is off is written so', () => {
  expect([writeMaybeThreshold('off'), writeMaybeThreshold({percent: 90})]).toEqual(['off', '90%']);
});
