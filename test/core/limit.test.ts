import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type Limit, limitInForce, limitsOf, percentOf} from '../../src/core/limit.ts';
import {failed, ok} from '../../src/core/sample.ts';
import {GIB, hostMemory, limitReading, MIB} from './samples.ts';

const limit = (id: string, availableBytes: number, totalBytes = 10 * GIB): Limit => ({
  id,
  kind: 'cgroup',
  name: id,
  totalBytes,
  availableBytes,
  usedBytes: totalBytes - availableBytes,
});

describe('limits', () => {
  test('are the host first, then the cgroups, in one shape', () => {
    const limits = limitsOf(ok(hostMemory(40, {cachedBytes: 3 * GIB})), [
      limitReading({activeFileBytes: GIB}),
    ]);
    expect(limits).toEqual([
      {
        id: 'host',
        kind: 'host',
        name: 'host',
        totalBytes: 100 * GIB,
        availableBytes: 60 * GIB,
        usedBytes: 40 * GIB,
        cacheBytes: 3 * GIB,
      },
      {
        id: '/slurm/job_7',
        kind: 'cgroup',
        name: 'job_7',
        totalBytes: 50 * GIB,
        usedBytes: 25 * GIB,
        availableBytes: 25 * GIB,
        cacheBytes: 6 * GIB,
      },
    ]);
  });

  test('are known of the cgroups where the host cannot be read', () => {
    expect(limitsOf(failed('gone'), [limitReading()]).map(({name}) => name)).toEqual(['job_7']);
    expect(limitsOf(failed('gone'), [])).toEqual([]);
  });

  test('count the working set, within 0 and the limit', () => {
    const used = (currentBytes: number, inactiveFileBytes: number) =>
      limitsOf(failed(''), [limitReading({currentBytes, inactiveFileBytes})])[0]?.usedBytes;
    expect(used(30 * GIB, 5 * GIB)).toBe(25 * GIB);
    expect(used(GIB, 2 * GIB)).toBe(0);
    expect(used(52 * GIB, 0)).toBe(50 * GIB);
  });

  test('have used and available that add up to the total', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.maxSafeNat(),
        fc.integer({min: 1}),
        (currentBytes, inactiveFileBytes, limitBytes) => {
          for (const one of limitsOf(failed(''), [
            limitReading({currentBytes, inactiveFileBytes, limitBytes}),
          ])) {
            expect(one.usedBytes + one.availableBytes).toBe(one.totalBytes);
            expect(percentOf(one.usedBytes, one.totalBytes)).toBeGreaterThanOrEqual(0);
            expect(percentOf(one.usedBytes, one.totalBytes)).toBeLessThanOrEqual(100);
          }
        },
      ),
    );
  });
});

describe('the limit in force', () => {
  test('is the one with the fewest bytes left, however full the others are', () => {
    const limits = [
      limit('host', 9 * GIB, 100 * GIB),
      limit('small', 2 * GIB, 2 * GIB),
      limit('job', 4 * GIB),
    ];
    expect(limitInForce(limits, undefined)?.id).toBe('small');
    expect(limitInForce(limits, 'gone meanwhile')?.id).toBe('small');
    expect(limitInForce([], undefined)).toBeUndefined();
  });

  test('stays until another leads by 64 MiB, or by 1 % of a large one', () => {
    const keeps = (formerLeft: number, otherLeft: number, total: number) =>
      limitInForce([limit('former', formerLeft, total), limit('other', otherLeft, total)], 'former')?.id;
    expect(keeps(GIB, GIB - 64 * MIB, GIB)).toBe('former');
    expect(keeps(GIB, GIB - 64 * MIB - 1, GIB)).toBe('other');
    expect(keeps(50 * GIB, 49 * GIB, 100 * GIB)).toBe('former');
    expect(keeps(50 * GIB, 49 * GIB - 1, 100 * GIB)).toBe('other');
  });

  test('does not take turns between two limits that swing around each other', () => {
    let former: string | undefined;
    let switches = 0;
    for (let beat = 0; beat < 100; beat++) {
      const swing = (beat % 2 === 0 ? 1 : -1) * 20 * MIB;
      const now = limitInForce([limit('a', GIB + swing), limit('b', GIB - swing)], former)?.id;
      if (former !== undefined && now !== former) switches += 1;
      former = now;
    }
    expect(switches).toBe(0);
  });
});
