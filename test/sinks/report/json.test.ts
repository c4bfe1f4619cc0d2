import {describe, expect, it} from 'vitest';
import {reportJson} from '../../../src/sinks/report/json.ts';
import {HOSTILE, hostileFacts, hostileRun} from './hostile.ts';
import {GIB, processOf, START, startRun} from './run.ts';

const iso = (afterMs = 0) => new Date(START + afterMs).toISOString();

/** What is said of a series of two readings, ten seconds apart. */
const LEARNING = {
  verdict: 'learning',
  ratePerHourMb: null,
  ratePerHourMbInterval: null,
  since: null,
  confidence: 0,
  evidence: 'not enough seen yet, 10 m 40 s more',
  firstLeakAt: null,
  forecast: {toLimit: null, toThreshold: null},
};

describe('reportJson', () => {
  it('has a stable shape', () => {
    const run = startRun();
    run.feed({ram: 87.5, processes: [processOf(5, GIB, 'gateway')]});
    run.feed({ram: 50, afterMs: 10_000, processes: [processOf(5, 3 * GIB, 'gateway')]});
    run.session.setThreshold('ram', 75, START + 10_000);
    run.session.emit({kind: 'mark', at: START, note: 'go'});
    const errors = [{what: 'RAM', reason: 'denied', count: 2}];
    const self = {rssBytes: 5, cpuMs: 1000};
    expect(
      JSON.parse(reportJson(run.report({errors, self, logFile: 'run.jsonl', logProblem: 'disk full'}))),
    ).toEqual({
      format: 1,
      memtop: '1.2.3',
      host_name: 'atlas',
      platform: 'linux',
      suggested_limit: {
        bytes: 68 * GIB,
        of: 'RAM',
        peak_bytes: 56 * GIB,
        headroom_bytes: 12_025_908_429,
        at_least: false,
      },
      started_at: iso(),
      ended_at: iso(10_000),
      duration_seconds: 10,
      interval_seconds: 1,
      processes_at: '2026-11-22T08:10:10.000Z',
      reason: 'quit with q',
      limit: {kind: 'host', name: 'host', total_bytes: 64 * GIB},
      host_total_bytes: 64 * GIB,
      checks: 2,
      failed_checks: 2,
      pools: [
        {
          id: 'ram',
          kind: 'ram',
          label: 'RAM',
          detail: 'host',
          checks: 2,
          current: {percent: 50, used_bytes: 32 * GIB, available_bytes: 32 * GIB, total_bytes: 64 * GIB},
          average_percent: 87.5,
          peak: {
            at: iso(),
            percent: 87.5,
            used_bytes: 56 * GIB,
            total_bytes: 64 * GIB,
            top_processes: [{pid: 5, name: 'gateway', rss_bytes: GIB}],
          },
          threshold_percent: 75,
          above_threshold: {seconds: 10, percent_of_observed: 100},
          observed_seconds: 10,
          trend: 'stable',
          trend_checks: 2,
          alert_count: 1,
        },
      ],
      no_gpu_reason: 'no NVIDIA driver',
      alerts: [
        {
          what: 'RAM',
          raised_at: iso(),
          percent: 87.5,
          threshold_percent: 80,
          peak_percent: 87.5,
          repeats: 1,
          silenced: false,
          firing: false,
          lasted_seconds: 10,
        },
      ],
      marks: [{at: iso(), note: 'go'}],
      changes: [{at: iso(10_000), what: 'RAM', field: 'threshold', from: '80%', to: '75%'}],
      limit_switches: [],
      leak: LEARNING,
      series: {
        ram: {what: 'RAM', ...LEARNING},
        // Watched from the second scan on that it is in.
        'process:5@1': {what: 'gateway (5)', ...LEARNING, evidence: 'not enough seen yet, 1 m 5 s more'},
      },
      growths: [
        {
          pid: 5,
          name: 'gateway',
          growth_bytes: 2 * GIB,
          from_bytes: GIB,
          to_bytes: 3 * GIB,
          from_at: iso(),
          to_at: iso(10_000),
        },
      ],
      errors,
      events_dropped: 0,
      log: {file: 'run.jsonl', problem: 'disk full'},
      self: {rss_bytes: 5, cpu_percent: 10},
    });
  });

  it('leaves out what a session without a single sample cannot know', () => {
    const text = reportJson(startRun().report());
    expect(text).not.toContain('null');
    expect(JSON.parse(text)).toMatchObject({
      checks: 0,
      pools: [{id: 'ram', checks: 0, missing: 'no check was made', observed_seconds: 0}],
      alerts: [],
      no_processes_reason: 'they were not read yet',
    });
    expect(Object.keys(JSON.parse(text).pools[0])).not.toContain('average_percent');
  });

  it.each(HOSTILE)('keeps %j as it is, with nothing that a terminal obeys', (name) => {
    const text = reportJson(hostileRun(name).report(hostileFacts(name)));
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(JSON.parse(text)).toMatchObject({host_name: name, marks: [{note: name}]});
  });
});
