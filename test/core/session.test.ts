import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {MemoryAlert} from '../../src/core/alert.ts';
import type {SessionEvent} from '../../src/core/event.ts';
import type {Frame} from '../../src/core/frame.ts';
import {denied, failed, type GpuReading, ok, type Sample, unsupported} from '../../src/core/sample.ts';
import {Session, type SessionOptions} from '../../src/core/session.ts';
import {GIB, hostMemory, limitReading, MIB, processesAt, processReading, START, sampleAt} from './samples.ts';

function open(options: SessionOptions = {}) {
  const session = new Session(options);
  const events: SessionEvent[] = [];
  // Where events stand on the timeline is asked by itself, below.
  session.onEvent(({timelineMs: _, ...event}) => events.push(event as SessionEvent));
  return {session, events, kinds: () => events.map(({kind}) => kind)};
}

const percentOf = ({ram}: Frame) => (ram.reading.status === 'ok' ? ram.reading.value.percent : ram.reading);

/** A host of 100 GiB and a job of 50 GiB of which so many GiB are used. */
function underLimit(second: number, hostPercent: number, jobGib: number, more: Partial<Sample> = {}): Sample {
  return sampleAt(second, hostPercent, {
    limits: [limitReading({currentBytes: jobGib * GIB, inactiveFileBytes: 0})],
    ...more,
  });
}

describe('a frame', () => {
  test('holds the sample, its time and every pool, RAM first, then swap, then GPUs by index', () => {
    const {session} = open();
    const gpu: GpuReading = {index: 0, name: 'RTX 3090', usedBytes: 6 * GIB, totalBytes: 24 * GIB};
    const memory = ok(hostMemory(40, {swapTotalBytes: 8 * GIB, swapFreeBytes: 6 * GIB}));
    const sample = sampleAt(0, 40, {memory, gpus: ok([gpu, {index: 1, name: 'mute'}])});
    const frame = session.feed(sample);
    expect(session.frame).toBe(frame);
    expect(frame).toMatchObject({at: START, timelineMs: START, sample, limit: {id: 'host'}, host: memory});
    expect(
      frame.pools.map(({id, label, detail, what, thresholdPercent}) => [
        id,
        label,
        detail,
        what,
        thresholdPercent,
      ]),
    ).toEqual([
      ['ram', 'RAM', 'host', 'RAM', 80],
      ['swap', 'swap', '', 'swap', 50],
      ['gpu0', 'GPU 0', 'RTX 3090', 'GPU 0 VRAM', 90],
      ['gpu1', 'GPU 1', 'mute', 'GPU 1 VRAM', 90],
    ]);
    expect(
      frame.pools.map(({reading}) => (reading.status === 'ok' ? reading.value.percent : reading.status)),
    ).toEqual([40, 25, 25, 'unsupported']);
    expect(frame.pools[2]?.gpu).toBe(gpu);
    expect(frame).not.toHaveProperty('noGpuReason');
  });

  test('says why there is no GPU, and has no swap pool where there is none', () => {
    const memory = ok(hostMemory(40, {swapTotalBytes: 0, swapFreeBytes: 0}));
    const frame = open().session.feed(sampleAt(0, 40, {memory}));
    expect(frame.noGpuReason).toBe('no GPU found');
    expect(frame.pools.map(({id}) => id)).toEqual(['ram']);
  });

  test('has the rate of swapping since the last check', () => {
    const {session} = open();
    const swapping = (second: number, inPages: number, outPages: number) =>
      session.feed(sampleAt(second, 40, {swapCounters: {inPages, outPages}})).swapRate;
    expect([
      swapping(0, 100, 100),
      swapping(4, 100, 500),
      swapping(4, 200, 500),
      swapping(5, 207, 500),
    ]).toEqual([
      undefined,
      {inPerSecond: 0, outPerSecond: 100},
      undefined,
      {inPerSecond: 7, outPerSecond: 0},
    ]);
  });

  test("has memtop's own CPU as a calm figure", () => {
    const {session} = open();
    const cpu = (second: number, cpuMs: number) =>
      session.feed(sampleAt(second, 40, {self: {rssBytes: MIB, cpuMs}})).self?.cpuPercent;
    expect([cpu(0, 0), cpu(1, 20)]).toEqual([undefined, 2]);
    expect(cpu(2, 1020)).toBeCloseTo(2 * 0.8 + 100 * 0.2);
    expect(cpu(12, 1120)).toBeCloseTo(1);
  });

  test('is plain JSON', () => {
    const frame = open().session.feed(
      underLimit(0, 40, 10, {processes: processesAt(0, [processReading(7, GIB)])}),
    );
    expect(JSON.parse(JSON.stringify(frame))).toEqual(frame);
  });
});

describe('the limit in force', () => {
  test('is what RAM speaks of', () => {
    const frame = open().session.feed(underLimit(0, 40, 40));
    expect(frame.limit).toMatchObject({id: '/slurm/job_7', totalBytes: 50 * GIB});
    expect(percentOf(frame)).toBe(80);
    expect(frame.ram.detail).toBe('job_7');
    expect(frame.limits.map(({id}) => id)).toEqual(['host', '/slurm/job_7']);
  });

  test('when another comes into force, restarts the window and is noted, and is no growth', () => {
    const {session, events} = open();
    for (let second = 0; second < 12; second++) session.feed(sampleAt(second, 20));
    expect(session.ram.metrics.size).toBe(12);
    for (let second = 12; second < 30; second++) {
      const frame = session.feed(underLimit(second, 20, 39));
      expect(frame.ram.trend).toBe('stable');
    }
    expect(session.ram.metrics.size).toBe(18);
    expect(session.ram.metrics.average).toBe(78);
    expect(events).toEqual([
      {kind: 'note', at: START + 12_000, what: 'limit', text: 'job_7 with 50.0 GiB is in force now'},
    ]);
    expect(session.processes.growths(5)).toEqual([]);
  });

  test('is not noted when the first one is found', () => {
    const {session, events} = open();
    session.feed(underLimit(0, 40, 30));
    expect(events).toEqual([]);
  });

  test('is known under a cgroup where the host cannot be read', () => {
    const frame = open().session.feed(
      underLimit(0, 40, 20, {memory: denied('/proc/meminfo: permission denied')}),
    );
    expect(percentOf(frame)).toBe(40);
    expect(frame.host).toMatchObject({status: 'denied'});
    expect(frame.limits.map(({id}) => id)).toEqual(['/slurm/job_7']);
  });

  test('is unknown where nothing can be read, and why is told once', () => {
    const {session, events} = open();
    for (let second = 0; second < 3; second++) {
      const frame = session.feed(sampleAt(second, 0, {memory: failed('EIO')}));
      expect(percentOf(frame)).toEqual({status: 'failed', reason: 'EIO'});
      expect(frame).not.toHaveProperty('limit');
    }
    expect(events).toEqual([{kind: 'lost', at: START, what: 'RAM', reason: 'EIO'}]);
  });

  test('does not take turns between two that are close', () => {
    const {session, events} = open();
    for (let second = 0; second < 50; second++) session.feed(underLimit(second, 60 + (second % 2) * 0.1, 10));
    expect(events).toEqual([]);
  });
});

describe('peek', () => {
  test('derives as feed would and takes nothing in', () => {
    const {session, events} = open();
    session.feed(underLimit(0, 40, 40));
    expect(session.peek(underLimit(1, 40, 45))).toMatchObject({percent: 90, totalBytes: 50 * GIB});
    expect(session.peek(sampleAt(1, 0, {memory: failed('EIO')}))).toBeUndefined();
    expect([session.ram.metrics.size, events.length]).toEqual([1, 1]);
    expect(session.frame?.at).toBe(START);
  });
});

describe('alerts', () => {
  test('name the largest process, and each pool has its own', () => {
    const {session, events} = open();
    const holders = [{pid: 3, usedBytes: 20 * GIB}];
    const name = 'NVIDIA GeForce RTX 3090';
    const gpus = ok([{index: 0, name, usedBytes: 22.1 * GIB, totalBytes: 24 * GIB, processes: holders}]);
    const processes = processesAt(0, [processReading(3, GIB), processReading(4, 2 * GIB)]);
    session.feed(sampleAt(0, 90, {gpus, processes}));
    expect(
      events.map((event) =>
        event.kind === 'raised' ? [event.what, event.ruleId, event.top?.pid] : event.kind,
      ),
    ).toEqual([
      ['RAM', 'ram', 4],
      ['GPU 0 VRAM', 'gpu0', 3],
    ]);
    expect(events[1]).toMatchObject({
      message: 'VRAM ALERT: 92.1% of GPU 0 (NVIDIA GeForce RTX 3090) in use (threshold: 90%)',
      top: {pid: 3, vramBytes: 20 * GIB},
    });
  });

  test('go by thresholds that can be changed, which is told', () => {
    const {session, events} = open({thresholds: {ram: 60}});
    expect(session.setThreshold('ram', 82.5, START)).toBe(82.5);
    session.feed(sampleAt(0, 70));
    expect(session.setThreshold('ram', 82.5, START)).toBe(82.5);
    expect(events).toEqual([
      {kind: 'changed', at: START, what: 'RAM', field: 'threshold', from: '60%', to: '82.5%'},
    ]);
    expect([session.setThreshold('ram', 500, START), session.setThreshold('ram', -3, START)]).toEqual([
      100, 1,
    ]);
  });

  test('of one GPU take its own threshold, a share or a size', () => {
    const byGpu = {1: {percent: 85}, '2/1': {bytes: 12 * GIB}};
    const {session} = open({thresholds: {gpu: {all: {percent: 90}, byGpu}}});
    const gpu = (index: number): GpuReading => ({index, name: 'RTX', usedBytes: GIB, totalBytes: 24 * GIB});
    session.feed(sampleAt(0, 40, {gpus: ok([gpu(0)])}));
    session.setThreshold('gpu0', 70, START);
    const gpus = ok([gpu(0), gpu(1), {...gpu(2), instance: 1}, gpu(3)]);
    const frame = session.feed(sampleAt(1, 40, {gpus}));
    expect(frame.pools.map(({thresholdPercent}) => thresholdPercent)).toEqual([80, 70, 85, 50, 90]);
    expect(session.vramThresholds).toEqual({all: {percent: 90}, byGpu: {0: {percent: 70}, ...byGpu}});
  });

  test('by a size follow the limit that comes into force', () => {
    const {session} = open({thresholds: {ram: {bytes: 40 * GIB}}});
    expect(session.feed(sampleAt(0, 30)).ram.thresholdPercent).toBe(40);
    const frame = session.feed(sampleAt(1, 30, {limits: [limitReading()]}));
    expect(frame.ram.thresholdPercent).toBe(80);
  });

  test('tell once why VRAM of processes is not known', () => {
    const {session, events} = open();
    const missing = {processes: unsupported('VRAM of processes is hidden inside this container')};
    const gpus = ok([{index: 0, name: 'RTX', usedBytes: GIB, totalBytes: 24 * GIB, missing}]);
    for (const second of [0, 1, 2]) session.feed(sampleAt(second, 30, {gpus}));
    expect(events).toEqual([
      {kind: 'note', at: START, what: 'VRAM', text: 'VRAM of processes is hidden inside this container'},
    ]);
  });

  test('of unified memory are those of RAM, of which the GPU has a share', () => {
    const {session} = open();
    const gpu: GpuReading = {index: 0, name: 'NVIDIA GB10', memory: 'unified', usedBytes: 9 * GIB};
    const frame = session.feed(sampleAt(0, 30, {gpus: ok([gpu])}));
    expect(frame.pools.map(({id}) => id)).toEqual(['ram']);
    expect(frame.ram.unified).toEqual([gpu]);
  });

  test('of a GPU that is lost stay, with its last figures', () => {
    const {session, events} = open();
    const gpu: GpuReading = {index: 0, name: 'RTX', usedBytes: 6 * GIB, totalBytes: 24 * GIB};
    session.feed(sampleAt(0, 30, {gpus: ok([gpu])}));
    const lost: GpuReading = {index: 0, name: 'RTX', lost: failed('fell off the bus')};
    const frame = session.feed(sampleAt(1, 30, {gpus: ok([lost])}));
    expect(frame.pools[1]).toMatchObject({
      id: 'gpu0',
      reading: {status: 'failed', reason: 'fell off the bus'},
      lastGood: {figures: {percent: 25}},
    });
    expect(events).toEqual([
      {kind: 'lost', at: START + 1000, what: 'GPU 0 VRAM', reason: 'fell off the bus'},
    ]);
  });

  test('that fire are silenced together', () => {
    const {session, events} = open();
    const memory = ok(hostMemory(90, {swapTotalBytes: GIB, swapFreeBytes: 0}));
    session.feed(sampleAt(0, 90, {memory}));
    events.length = 0;
    expect(session.silence(START)).toEqual(['RAM', 'swap']);
    expect(session.silence(START)).toEqual([]);
    expect(events.map(({kind}) => kind)).toEqual(['silenced', 'silenced']);
  });
});

describe('an alert on RAM', () => {
  const over = (session: Session, seconds: readonly number[], percent = 85) => {
    for (const second of seconds) session.feed(sampleAt(second, percent));
  };
  const told = (events: readonly SessionEvent[]) =>
    events.flatMap((event) =>
      event.kind === 'raised' ? [[(event.at - START) / 1000, event.repeat, event.isReminder]] : [],
    );

  test('is raised once and told again, and counted once', () => {
    const {session, events} = open();
    over(session, [0, 30, 60, 120, 300]);
    expect(told(events)).toEqual([
      [0, 1, false],
      [60, 2, true],
      [300, 3, true],
    ]);
    expect(session.ram.summary.alerts).toBe(1);
  });

  test("is the library's own where that was given: raised and counted once per cooldown", () => {
    const ramAlert = new MemoryAlert({cooldownSeconds: 60});
    const heard: number[] = [];
    ramAlert.onAlert(({percent}) => heard.push(percent));
    const {session, events} = open({ramAlert, timing: {holdSeconds: 600, remindSeconds: []}});
    over(session, [0, 30, 60, 119, 120]);
    expect(told(events)).toEqual([
      [0, 1, false],
      [60, 2, false],
      [120, 3, false],
    ]);
    expect([session.ram.summary.alerts, ramAlert.count, heard.length]).toEqual([3, 3, 3]);
    session.setThreshold('ram', 90, START);
    expect(ramAlert.thresholdPercent).toBe(90);
  });

  test('beside which other pools alert as ever', () => {
    const {session, events} = open({ramAlert: new MemoryAlert()});
    const memory = ok(hostMemory(85, {swapTotalBytes: GIB, swapFreeBytes: 0}));
    for (const second of [0, 60, 120]) session.feed(sampleAt(second, 85, {memory}));
    const swap = events.filter((event) => event.kind === 'raised' && event.what === 'swap');
    expect(told(swap)).toEqual([
      [0, 1, false],
      [60, 2, true],
    ]);
  });

  test('goes by the timing that was asked for', () => {
    const {session, events} = open({timing: {holdSeconds: 10, everySeconds: 20}});
    over(session, [0, 9, 10, 20, 30]);
    expect(told(events)).toEqual([
      [10, 1, false],
      [30, 2, true],
    ]);
  });

  test('is foreseen of a sample that will raise it, and of no other', () => {
    const {session} = open();
    expect([
      session.ram.isAboutToAlert(session.peek(sampleAt(0, 79))?.percent),
      session.ram.isAboutToAlert(session.peek(sampleAt(0, 81))?.percent),
    ]).toEqual([false, true]);
    session.feed(sampleAt(0, 81));
    expect(session.ram.isAboutToAlert(session.peek(sampleAt(1, 99))?.percent)).toBe(false);
    expect(session.ram.isAboutToAlert(session.peek(sampleAt(1, 0, {memory: failed('EIO')}))?.percent)).toBe(
      false,
    );
  });
});

describe('rules beside those of pools', () => {
  const stalled = (second: number, some10 = 40) =>
    sampleAt(second, 50, {pressure: ok({some10, some60: 0, full10: 0, full60: 0})});
  const oom = (kills: number) => ({
    counters: [{scope: 'host' as const, id: 'host', name: 'host', kills}],
    victims: [],
  });

  test('raise, stand in the frame and are resolved', () => {
    const {session, events} = open();
    expect(session.feed(stalled(0, 0)).alerts).toEqual([]);
    expect(session.feed(stalled(1)).alerts).toMatchObject([
      {ruleId: 'pressure', firingMs: 0, silenced: false},
    ]);
    expect(session.feed(stalled(3)).alerts).toMatchObject([{firingMs: 2000}]);
    session.feed(stalled(4, 0));
    expect(session.feed(stalled(19, 0)).alerts).toEqual([]);
    expect(events).toMatchObject([
      {kind: 'raised', what: 'pressure', at: START + 1000},
      {kind: 'resolved', what: 'pressure', lastedMs: 3000, peak: 40},
    ]);
  });

  test('are silenced with the pools, which the frame shows at once', () => {
    const {session} = open();
    session.feed({...stalled(0), memory: ok(hostMemory(90))});
    expect(session.silence(START)).toEqual(['RAM', 'pressure']);
    expect(session.refresh()).toMatchObject({ram: {silenced: true}, alerts: [{silenced: true}]});
  });

  test('go by their own thresholds', () => {
    const {session, kinds} = open({rules: {pressure: 50}});
    session.feed(stalled(0));
    expect(kinds()).toEqual([]);
    session.feed(stalled(1, 50));
    expect(kinds()).toEqual(['raised']);
  });

  test('see time running out by the pace of what is used', () => {
    const {session, events} = open({rules: {limitIn: 60}, thresholds: {ram: 100}});
    for (let second = 0; second <= 30; second += 1) session.feed(sampleAt(second, 40 + second));
    expect(events).toMatchObject([
      {kind: 'raised', what: 'RAM limit', unit: 'seconds', value: expect.closeTo(53)},
    ]);
  });

  test('name a process by one scan once, however often that comes with a sample', () => {
    const {session, events} = open({rules: {process: {bytes: GIB}}, timing: {everySeconds: 0}});
    const processes = processesAt(0, [processReading(7, 2 * GIB)]);
    for (const second of [0, 1, 2]) session.feed(sampleAt(second, 50, {processes}));
    expect(events).toMatchObject([{kind: 'raised', what: 'p7 (7)'}]);
  });

  test('tell of kills, which are remembered, the latest hundred', () => {
    const {session, events} = open();
    session.feed(sampleAt(0, 50, {oom: oom(5)}));
    session.feed(sampleAt(1, 50, {oom: oom(7)}));
    expect(events).toMatchObject([{kind: 'raised', what: 'OOM kill', value: 2}]);
    expect(session.oomKills).toMatchObject([{at: START + 1000, kills: 2, isOwn: false}]);
    for (let second = 2; second < 200; second += 1)
      session.feed(sampleAt(second, 50, {oom: oom(6 + second)}));
    expect(session.oomKills).toHaveLength(100);
    expect(session.oomKills.at(-1)?.at).toBe(START + 199_000);
  });

  test('are silent of what was before the session', () => {
    const {session, events} = open();
    session.feedPast({...stalled(0), oom: oom(1)});
    session.feedPast({...stalled(1), oom: oom(2)});
    expect(events).toEqual([]);
  });
});

describe('/dev/shm', () => {
  const shm = (percent: number) => ({shm: {totalBytes: 100 * GIB, usedBytes: percent * GIB}});

  test('is a pool once half of it is used, and stays one', () => {
    const {session} = open();
    const pools = (second: number, percent: number) =>
      session.feed(sampleAt(second, 40, shm(percent))).pools.map(({id}) => id);
    expect([pools(0, 49), pools(1, 50), pools(2, 3)]).toEqual([['ram'], ['ram', 'shm'], ['ram', 'shm']]);
  });

  test('alerts at its own threshold, and not where that is off', () => {
    const {session, events} = open();
    session.feed(sampleAt(0, 40, shm(91)));
    expect(events).toMatchObject([
      {what: '/dev/shm', ruleId: 'shm', message: '/DEV/SHM ALERT: 91.0% of /dev/shm in use (threshold: 90%)'},
    ]);
    const off = open({thresholds: {shm: 'off'}});
    off.session.feed(sampleAt(0, 40, shm(100)));
    expect(off.events).toEqual([]);
  });
});

describe('peaks', () => {
  test('remember the five largest processes of their moment', () => {
    const {session} = open();
    const table = (second: number, rss: number) =>
      processesAt(
        second,
        Array.from({length: 7}, (_, index) => processReading(index + 1, rss + index)),
      );
    session.feed(sampleAt(0, 70, {processes: table(0, GIB)}));
    session.feed(sampleAt(1, 50, {processes: table(1, 3 * GIB)}));
    expect(session.ram.summary.peak?.top.map(({pid, rssBytes}) => [pid, rssBytes - GIB])).toEqual([
      [7, 6],
      [6, 5],
      [5, 4],
      [4, 3],
      [3, 2],
    ]);
  });
});

describe('time', () => {
  test.each([0.1, 1, 10, 300])('of a check every %s s holds no gap', (interval) => {
    const {session} = open();
    for (let beat = 0; beat < 40; beat++) session.feed(sampleAt(beat * interval, 50));
    const columnMs = Math.max(1000, interval * 250);
    expect(session.ram.history?.columns(START, columnMs, 160)).not.toContain('gap');
  });

  test('in which nothing was checked is a gap: the machine slept', () => {
    const {session} = open();
    for (let second = 0; second < 5; second++) session.feed(sampleAt(second, 50));
    session.feed(sampleAt(5, 50, {at: START + 605_000}));
    const columns = session.ram.history?.columns(START, 1000, 606);
    expect(columns?.[604]).toBe('gap');
    expect(columns?.filter((column) => column === 'gap')).toHaveLength(600);
  });

  test('goes on when the wall clock is set back', () => {
    const {session} = open();
    session.feed(sampleAt(0, 50));
    const frame = session.feed(sampleAt(1, 50, {at: START - 3_600_000}));
    expect([frame.at, frame.timelineMs]).toEqual([START - 3_600_000, START + 1000]);
  });
});

describe('processes', () => {
  test('are taken in once a scan, however often it comes with a sample', () => {
    const {session} = open();
    const scan = processesAt(0, [processReading(7, GIB, {cpuMs: 100})]);
    for (let second = 0; second < 3; second++) session.feed(sampleAt(second, 50, {processes: scan}));
    session.feed(sampleAt(3, 50, {processes: processesAt(3, [processReading(7, GIB, {cpuMs: 400})])}));
    expect(session.processes.cpuPercent('7@k7')).toBeCloseTo(10);
  });
});

test('a listener that was taken away hears nothing more', () => {
  const session = new Session();
  const heard: string[] = [];
  const remove = session.onEvent(({kind}) => heard.push(kind));
  session.emit({kind: 'mark', at: START, note: 'one'});
  remove();
  session.emit({kind: 'mark', at: START, note: 'two'});
  expect(heard).toEqual(['mark']);
});

test('a session without histories keeps none, whatever it is fed', () => {
  fc.assert(
    fc.property(fc.array(fc.double({min: 0, max: 100, noNaN: true}), {maxLength: 30}), (percents) => {
      const {session} = open({keepHistory: false});
      const frames = percents.map((percent, second) => percentOf(session.feed(sampleAt(second, percent))));
      expect(session.pools.every(({history}) => history === undefined)).toBe(true);
      for (const [index, percent] of frames.entries())
        expect(percent).toBeCloseTo(percents[index] ?? Number.NaN);
    }),
  );
});

describe('sums of the report', () => {
  const fedEvery = (session: Session, from: number, step: number, count: number, percent: number) => {
    for (let index = 0; index < count; index += 1) session.feed(sampleAt(from + index * step, percent));
  };

  test('do not count a pause far longer than the checks before it', () => {
    const {session} = open();
    for (const [second, percent] of [
      [0, 90],
      [1, 90],
      [3601, 10],
      [3602, 10],
      [3603, 10],
    ] as const)
      session.feed(sampleAt(second, percent));
    expect(session.ram.summary.observedMs).toBe(3000);
    expect(session.ram.summary.averagePercent).toBeCloseTo((90 + 10 + 10) / 3);
  });

  test('go on after the interval was made much longer by hand, and after a pause', () => {
    const {session} = open();
    fedEvery(session, 0, 1, 101, 10);
    session.cadence.expectEvery(60_000);
    fedEvery(session, 160, 60, 600, 90);
    expect(session.ram.summary.observedMs).toBe((160 + 599 * 60) * 1000);
    expect(session.ram.summary.averagePercent).toBeGreaterThan(89);
    const before = session.ram.summary.observedMs;
    fedEvery(session, 1_000_000, 60, 11, 90);
    expect(session.ram.summary.observedMs).toBe(before + 600_000);
  });

  test('and alerts leave out what was before the session, and the chart shows it', () => {
    const {session, events} = open();
    for (let second = 0; second < 100; second += 1) session.feedPast(sampleAt(second, 95));
    fedEvery(session, 100, 1, 11, 40);
    expect(events).toEqual([]);
    expect(session.ram.summary).toMatchObject({checks: 11, observedMs: 10_000, averagePercent: 40});
    expect(session.ram.summary.peak?.percent).toBe(40);
    expect(session.ram.history?.valueAt(START + 50_000, 1000)).toBe(95);
  });

  test('name at the peak who held the memory, also where the first scan ends after the first reading', () => {
    const {session} = open();
    session.feed(sampleAt(0, 90));
    session.feed(sampleAt(1, 50, {processes: processesAt(1, [processReading(7, GIB)])}));
    expect(session.ram.summary.peak?.top).toMatchObject([{pid: 7, rssBytes: GIB}]);
  });
});

describe('an alert', () => {
  test('is over at once when the threshold is raised above the reading', () => {
    const {session, kinds} = open();
    session.feed(sampleAt(0, 86));
    session.setThreshold('ram', 85, START);
    expect(kinds()).toEqual(['raised', 'changed']);
    session.setThreshold('ram', 90, START);
    expect(kinds()).toEqual(['raised', 'changed', 'changed', 'resolved']);
    expect(session.feed(sampleAt(1, 86)).ram).toMatchObject({firing: false, status: 'NORMAL'});
  });

  test('of swap is over when swap is turned off', () => {
    const {session, kinds} = open();
    const withSwap = (swapFreeBytes: number) => ok(hostMemory(10, {swapTotalBytes: 8 * GIB, swapFreeBytes}));
    session.feed(sampleAt(0, 10, {memory: withSwap(GIB)}));
    session.feed(sampleAt(1, 10, {memory: ok(hostMemory(10, {swapTotalBytes: 0, swapFreeBytes: 0}))}));
    expect(kinds()).toEqual(['raised', 'resolved']);
  });
});

test('after the clock was set back, events stand where they happened on the timeline', () => {
  const session = new Session();
  const moments: (number | undefined)[] = [];
  session.onEvent(({timelineMs}) => moments.push(timelineMs));
  session.feed(sampleAt(0, 50));
  session.feed(sampleAt(60, 50));
  const twoHours = 7_200_000;
  const late = sampleAt(61, 50);
  session.feed({...late, at: late.at - twoHours});
  session.emit({kind: 'mark', at: late.at - twoHours + 400, note: 'here'});
  expect(moments).toEqual([START + 61_400]);
});
