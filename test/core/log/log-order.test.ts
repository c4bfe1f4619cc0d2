import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type LogPart, orderLogs} from '../../../src/core/log/log-order.ts';

const part = (name: string, startedAt: number, endedAt: number): LogPart => ({name, startedAt, endedAt});
const namesOf = (parts: readonly LogPart[]) => {
  const ordered = orderLogs(parts);
  return 'first' in ordered ? ordered : ordered.map(({name}) => name);
};

describe('logs', () => {
  const rotated = [
    part('run.jsonl.3.gz', 0, 9),
    part('run.jsonl.2.gz', 10, 19),
    part('run.jsonl.1', 20, 29),
    part('run.jsonl', 29, 40),
  ];

  test('come in the order of time, however they were given', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(rotated, {minLength: 4}), (given) => {
        expect(namesOf(given)).toEqual(rotated.map(({name}) => name));
      }),
    );
    expect(namesOf([part('b', 50, 60), part('a', 70, 80)])).toEqual(['b', 'a']);
  });

  test('of one run whose clock was set back go by the numbers of their parts', () => {
    const parts = [part('run.jsonl', 5, 30), part('run.jsonl.1', 20, 29), part('run.jsonl.2', 10, 25)];
    expect(namesOf(parts)).toEqual(['run.jsonl.2', 'run.jsonl.1', 'run.jsonl']);
  });

  test('of two runs at a time are told', () => {
    const [a, b] = [part('a.jsonl', 0, 20), part('b.jsonl', 10, 30)];
    expect(namesOf([b, part('c', 40, 50), a])).toEqual({first: a, second: b});
    expect(namesOf([a, a])).toMatchObject({first: {name: 'a.jsonl'}, second: {name: 'a.jsonl'}});
    // One that holds others whole.
    expect(namesOf([part('all', 0, 100), part('x', 10, 20), part('y', 30, 40)])).toMatchObject({
      first: {name: 'all'},
    });
  });
});
