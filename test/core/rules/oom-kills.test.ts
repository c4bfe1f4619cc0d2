import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {OomKills, type OomLook, oomText} from '../../../src/core/rules/oom-kills.ts';
import {failed, type OomCounter, type OomVictim, ok} from '../../../src/core/sample.ts';
import {GIB, hostMemory, processReading, START} from '../samples.ts';

const JOB = '/slurm/job_42';

const group = (id: string, kills: number, more: Partial<OomCounter> = {}): OomCounter => ({
  scope: 'cgroup',
  id,
  name: id.split('/').at(-1) ?? '',
  kills,
  ...more,
});
const host = (kills: number): OomCounter => ({scope: 'host', id: 'host', name: 'host', kills});

interface Look {
  readonly counters?: readonly OomCounter[];
  readonly victims?: readonly OomVictim[];
  /** GiB that processes hold, by pid. */
  readonly gib?: Readonly<Record<number, number>>;
  readonly memory?: OomLook['memory'];
}

/** What each look after the first tells. */
function run(...looks: readonly Look[]) {
  const kills = new OomKills();
  let before: OomLook['before'];
  return looks.map(({counters, victims = [], gib = {}, memory = ok(hostMemory(50))}, index) => {
    const at = START + index * 1000;
    const processes = Object.entries(gib).map(([pid, size]) => processReading(Number(pid), size * GIB));
    const now = ok({at, processes});
    const oom = counters && {counters, victims};
    const seen = kills.look({at, oom, memory, before, now});
    before = now;
    return seen;
  });
}

describe('kills are counted', () => {
  test('from the first look on: what was before it is history', () => {
    expect(run({counters: [group(JOB, 3), host(17)]}, {counters: [group(JOB, 3), host(17)]})).toEqual([
      [],
      [],
    ]);
  });

  test('once, though cgroup v2 counts one in each level above it, and the machine in its own', () => {
    const counters = (kills: number) => [
      group('/a/b/c', kills),
      group('/a/b', kills + 5),
      group('/a', kills + 9),
      host(kills + 100),
    ];
    expect(
      run({counters: counters(0)}, {counters: counters(1)}, {counters: counters(1)}, {counters: counters(4)}),
    ).toEqual([
      [],
      [expect.objectContaining({kills: 1, isOwn: true, at: START + 1000})],
      [],
      [expect.objectContaining({kills: 3, isOwn: true, at: START + 3000})],
    ]);
  });

  test('in version 1, where only the cgroup that was hit counts them', () => {
    const [, seen] = run(
      {counters: [group('/a/b', 0), group('/a', 0), host(0)]},
      {counters: [group('/a/b', 0), group('/a', 2), host(2)]},
    );
    expect(seen).toMatchObject([{kills: 2, isOwn: true}]);
  });

  test('of the machine alone are not our own', () => {
    const [, seen] = run({counters: [group(JOB, 0), host(4)]}, {counters: [group(JOB, 0), host(6)]});
    expect(seen).toMatchObject([{kills: 2, isOwn: false}]);
  });

  test('of a cgroup that was made meanwhile count from 0, of a machine first seen from what it had', () => {
    const [, seen, later] = run(
      {counters: [group('/a', 1)]},
      {counters: [group('/a/new', 1), group('/a', 1), host(50)]},
      {counters: [group('/a/new', 1), group('/a', 1), host(50)]},
    );
    expect([seen, later]).toEqual([[expect.objectContaining({kills: 1, isOwn: true})], []]);
  });

  test('over looks at which nobody could tell', () => {
    const [, gap, seen] = run({counters: [host(1)]}, {}, {counters: [host(2)]});
    expect([gap, seen]).toEqual([[], [expect.objectContaining({kills: 1})]]);
  });

  test('never by a counter that fell: its cgroup was made anew', () => {
    expect(
      run({counters: [group(JOB, 7)]}, {counters: [group(JOB, 0)]}, {counters: [group(JOB, 1)]}),
    ).toEqual([[], [], [expect.objectContaining({kills: 1})]]);
  });

  // `--name` knows its job only after the first scan, and follows the next root when the first has ended: the cgroup
  // that is looked at then is an old one of somebody else.
  test('not of a cgroup that was there before and is looked at only now', () => {
    const [, seen] = run(
      {counters: [group('/user.slice/own', 0), host(9)]},
      {counters: [group('/system.slice/ollama', 3), host(9)]},
    );
    expect(seen).toEqual([]);
  });
});

describe('the limit that was hit', () => {
  const level = (id: string, kills: number, gib: number | undefined, limitHits = 0) =>
    group(id, kills, {limitHits, ...(gib !== undefined && {limitBytes: gib * GIB})});
  const limitOf = (now: readonly OomCounter[], victims: readonly OomVictim[] = [], more: Look = {}) => {
    const before = now.map((counter) => ({
      ...counter,
      kills: 0,
      ...(counter.limitHits !== undefined && {limitHits: 0}),
    }));
    const [, seen] = run({counters: before}, {counters: now, victims, ...more});
    return seen?.[0]?.limit;
  };
  const victim = {pid: 812, name: 'python'};
  const slurm = [level(`${JOB}/step`, 1, undefined), level(JOB, 1, 90), level('/slurm', 1, 200), host(1)];

  test('is the one that the log names', () => {
    expect(limitOf(slurm, [{...victim, limitPath: '/slurm'}])).toEqual({name: 'slurm', bytes: 200 * GIB});
  });

  test('is one that was hit, where nothing is logged', () => {
    const hit = [level(`${JOB}/step`, 1, 64), level(JOB, 1, 90, 2), level('/slurm', 1, 200), host(1)];
    expect(limitOf(hit)).toEqual({name: 'job_42', bytes: 90 * GIB});
    // A container calls itself by another path than the log does.
    expect(limitOf(hit, [{...victim, limitPath: '/docker/4f2a/step'}])).toEqual({
      name: 'job_42',
      bytes: 90 * GIB,
    });
  });

  test('is the innermost that has one, where nobody counts hits', () => {
    expect(limitOf(slurm)).toEqual({name: 'job_42', bytes: 90 * GIB});
  });

  test('is the machine, where the log names none', () => {
    expect(limitOf(slurm, [victim])).toEqual({name: 'host', bytes: 100 * GIB});
  });

  test('is the machine, where only that has counted', () => {
    expect(limitOf([level(JOB, 0, 90), host(1)])).toEqual({name: 'host', bytes: 100 * GIB});
    expect(limitOf([level(JOB, 0, 90), host(1)], [], {memory: failed('EIO')})).toBeUndefined();
  });

  test('is not known of a cgroup without one', () => {
    expect(limitOf([level(JOB, 1, undefined), host(1)])).toBeUndefined();
  });
});

describe('who was killed', () => {
  const killed = (before: Look, now: Look) => {
    const [, seen] = run({counters: [host(0)], ...before}, {counters: [host(1)], ...now});
    return seen?.[0]?.victim;
  };

  test('is whom the log names, called as on the screen', () => {
    const gib = {812: 60, 900: 1};
    expect(killed({gib}, {gib: {900: 1}, victims: [{pid: 812, name: 'python', rssBytes: 71 * GIB}]})).toEqual(
      {pid: 812, name: 'p812', bytes: 71 * GIB},
    );
    expect(killed({gib}, {gib, victims: [{pid: 31_337, name: 'worker'}]})).toEqual({
      pid: 31_337,
      name: 'worker',
    });
    expect(killed({gib}, {gib, victims: [{pid: 900, name: 'worker'}]})).toEqual({
      pid: 900,
      name: 'p900',
      bytes: GIB,
    });
  });

  test('is the largest that is gone, where nothing is logged', () => {
    expect(killed({gib: {5: 2, 6: 30, 7: 12, 8: 90}}, {gib: {5: 2, 8: 90}})).toEqual({
      pid: 6,
      name: 'p6',
      bytes: 30 * GIB,
    });
  });

  test('is nobody where nobody is gone', () => {
    expect(killed({gib: {5: 2}}, {gib: {5: 2, 6: 1}})).toBeUndefined();
    expect(killed({}, {gib: {5: 2}})).toBeUndefined();
  });

  test('is nobody by a scan that was seen before, and one whose pid is used again is gone', () => {
    const kills = new OomKills();
    const table = (at: number, startKey: string) => ok({at, processes: [processReading(6, GIB, {startKey})]});
    const base = {memory: ok(hostMemory(50)), at: START};
    const oom = (count: number) => ({counters: [host(count)], victims: []});
    const first = table(START, 'a');
    kills.look({...base, oom: oom(0), before: undefined, now: first});
    expect(kills.look({...base, oom: oom(1), before: first, now: first})[0]).not.toHaveProperty('victim');
    expect(kills.look({...base, oom: oom(2), before: first, now: table(START + 1, 'b')})[0]).toMatchObject({
      victim: {pid: 6, bytes: GIB},
    });
    expect(kills.look({...base, oom: oom(3), before: failed('x'), now: first})[0]).not.toHaveProperty(
      'victim',
    );
  });
});

test.each([
  [
    {victim: {pid: 812, name: 'python', bytes: 71 * GIB}, limit: {name: 'job_42', bytes: 90 * GIB}},
    'python (812) held 71.0 GiB, limit 90.0 GiB of job_42',
  ],
  [{victim: {pid: 812, name: 'python'}}, 'python (812)'],
  [{limit: {name: 'host', bytes: 64 * GIB}}, 'a process, limit 64.0 GiB of host'],
  [{kills: 3}, '3 processes'],
  [{isOwn: false}, 'a process of this machine'],
  [{kills: 2, isOwn: false}, '2 processes of this machine'],
])('%j is told as %j', (kill, text) => {
  expect(oomText({at: START, kills: 1, isOwn: true, ...kill})).toBe(text);
});

test('whatever counters rise, as many kills are told as the machine had, none twice', () => {
  const steps = fc.array(fc.tuple(fc.nat({max: 3}), fc.nat({max: 3})), {maxLength: 20});
  fc.assert(
    fc.property(steps, fc.nat({max: 50}), (risen, before) => {
      let [own, machine] = [before, before + 7];
      const looks = risen.map(([inside, outside]) => {
        own += inside;
        machine += inside + outside;
        return {counters: [group('/a/b', own), group('/a', own), host(machine)]};
      });
      const seen = run({counters: [group('/a/b', before), group('/a', before), host(before + 7)]}, ...looks);
      const told = seen.flat().reduce((sum, {kills}) => sum + kills, 0);
      expect(told).toBe(machine - before - 7);
      for (const [index, [inside]] of risen.entries())
        expect(seen[index + 1]?.[0]?.isOwn ?? false).toBe(inside > 0);
    }),
  );
});
