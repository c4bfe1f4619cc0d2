import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {ReportJob} from '../../src/core/report-job.ts';
import type {ReportLeak} from '../../src/core/report-leaks.ts';
import type {ReportPool} from '../../src/core/report-pools.ts';
import {roundedUp, type SuggestionFacts, suggestedLimit} from '../../src/core/suggested-limit.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

const ram = (peakBytes: number): ReportPool => ({
  id: 'ram',
  kind: 'ram',
  label: 'RAM',
  what: 'RAM',
  detail: 'host',
  checks: 1,
  thresholdPercent: 80,
  observedMs: 0,
  alertCount: 0,
  peak: {at: 0, percent: 50, usedBytes: peakBytes, totalBytes: 64 * GIB, top: []},
});
const facts = (peakBytes: number, more: Partial<SuggestionFacts> = {}): SuggestionFacts => ({
  pools: [ram(peakBytes)],
  leaks: [],
  oomKills: [],
  durationMs: 3_600_000,
  ...more,
});
const job: ReportJob = {
  name: 'python train',
  pid: 7,
  state: 'ended',
  processes: 0,
  peak: {bytes: 10 * GIB, at: 0},
};
const leak = (id: string, more: Partial<ReportLeak> = {}): ReportLeak => ({
  id,
  kind: 'ram',
  what: id,
  verdict: 'leak',
  confidence: 0.9,
  evidence: '',
  ratePerHour: 2 * GIB,
  forecast: {},
  ...more,
});

describe('the suggested limit', () => {
  test('is the peak and a fifth, in a size that people write', () => {
    expect(suggestedLimit(facts(39.8 * GIB))).toMatchObject({
      bytes: 48 * GIB,
      of: 'RAM',
      peakBytes: 39.8 * GIB,
      isShare: true,
      isAtLeast: false,
    });
    expect(suggestedLimit(facts(200 * MIB))).toMatchObject({
      bytes: 320 * MIB,
      headroomBytes: 100 * MIB,
      isShare: false,
    });
  });

  test('is that of the job where one was followed', () => {
    expect(suggestedLimit(facts(39.8 * GIB, {job}))).toMatchObject({of: 'job', bytes: 12 * GIB});
  });

  test('is none where nothing was read, or hardly anything', () => {
    expect(suggestedLimit(facts(GIB, {durationMs: 9999}))).toBeUndefined();
    expect(suggestedLimit(facts(GIB, {durationMs: 10_000}))).toBeDefined();
    expect(suggestedLimit(facts(0))).toBeUndefined();
    expect(suggestedLimit({...facts(0), pools: []})).toBeUndefined();
  });

  test('never holds less than the peak and a fifth, and wastes little', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 2 ** 43}), (peak) => {
        const {bytes = 0} = suggestedLimit(facts(peak)) ?? {};
        const wanted = Math.max(peak * 1.2, peak + 100 * MIB);
        expect(bytes).toBeGreaterThanOrEqual(wanted - 1);
        expect(bytes).toBeLessThanOrEqual(wanted * 1.25 + 64 * MIB);
        expect(roundedUp(bytes)).toBe(bytes);
      }),
    );
  });

  test('is written as who set the limit writes it, and only where that is known', () => {
    const flag = (limitPath: string) => suggestedLimit(facts(39.8 * GIB, {limitPath}))?.flag;
    expect(flag('/slurm/uid_1000/job_77')).toBe('--mem=48G');
    expect(flag('/system.slice/slurmstepd.scope/job_77/step_0')).toBe('--mem=48G');
    expect(flag(`/docker/${'3f'.repeat(32)}`)).toBe('docker run --memory=48g');
    expect(flag('/kubepods.slice/kubepods-pod0a1b2c3d.slice')).toBe('resources.limits.memory: 48Gi');
    expect(flag('/system.slice/train.service')).toBe('MemoryMax=48G');
    expect(flag('/user.slice/user-1000.slice/session-3.scope')).toBeUndefined();
    expect(flag('host')).toBeUndefined();
    expect(suggestedLimit(facts(200 * MIB, {limitPath: '/slurm/job_1'}))?.flag).toBe('--mem=320M');
  });

  test('tells of what leaks how long it would last, and of a killed run that it is a least', () => {
    const leaking = suggestedLimit(facts(10 * GIB, {leaks: [leak('ram')]}));
    expect(leaking).toMatchObject({bytes: 12 * GIB, lastsMs: 2 * 3_600_000});
    const growing = suggestedLimit(facts(10 * GIB, {leaks: [leak('ram', {verdict: 'growing'})]}));
    // Of what still grew it is a least, and it is told how long that would do.
    expect(growing).toMatchObject({isGrowing: true, lastsMs: 2 * 3_600_000});
    expect(leaking?.isGrowing).toBe(false);
    expect(
      suggestedLimit(facts(10 * GIB, {leaks: [leak('ram', {verdict: 'steady'})]}))?.lastsMs,
    ).toBeUndefined();
    const earlier = {...job, peak: {bytes: 30 * GIB, at: 0}};
    expect(suggestedLimit(facts(GIB, {job, earlierJobs: [earlier]}))?.peakBytes).toBe(30 * GIB);
    // Another's leak says nothing of the job.
    expect(suggestedLimit(facts(10 * GIB, {job, leaks: [leak('ram')]}))?.lastsMs).toBeUndefined();
    expect(suggestedLimit(facts(10 * GIB, {oomKills: [{}]}))).toMatchObject({isAtLeast: true});
    expect(suggestedLimit(facts(60 * GIB, {hostTotalBytes: 64 * GIB}))).toMatchObject({hostBytes: 64 * GIB});
  });
});
