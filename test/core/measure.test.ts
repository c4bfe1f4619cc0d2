import {expect, test} from 'vitest';
import {formatBound, formatMeasure, type Unit} from '../../src/core/measure.ts';
import {GIB} from './samples.ts';

test.each<[value: number, unit: Unit, measure: string, bound: string]>([
  [80, 'percent', '80.0%', '80%'],
  [82.54, 'percent', '82.5%', '82.5%'],
  [71 * GIB, 'bytes', '71.0 GiB', '71.0 GiB'],
  [1203.6, 'pages per second', '1204 pages/s', '1204 pages/s'],
  [480, 'seconds', '8 m', '8 m'],
  [2, 'count', '2', '2'],
])('%d in %s is %j, and as a threshold %j', (value, unit, measure, bound) => {
  expect([formatMeasure(value, unit), formatBound(value, unit)]).toEqual([measure, bound]);
});
