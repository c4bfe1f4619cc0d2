import {describe, expect, test} from 'vitest';
import {BENIGN_FAMILIES} from '../../eval/benign-families.ts';
import {makeTrace} from '../../eval/corpus.ts';
import {LEAK_FAMILIES} from '../../eval/leak-families.ts';
import {watchTrace} from './series.ts';

// One trace of each family; how many of many are told right is the evaluation's to say.
const SEED = 505;

describe('what leaks is told between its onset and its limit', () => {
  test.each(Object.keys(LEAK_FAMILIES))('%s', (family) => {
    const trace = makeTrace(family, SEED);
    const {firstMs} = watchTrace(trace);
    expect(firstMs.leak).toBeGreaterThanOrEqual(trace.onsetMs);
    expect(firstMs.leak).toBeLessThanOrEqual(trace.exhaustionMs);
  });
});

describe('what does not leak is never told to', () => {
  test.each(Object.keys(BENIGN_FAMILIES))('%s', (family) => {
    expect(watchTrace(makeTrace(family, SEED)).states).not.toContain('leak');
  });
});
