import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {run, type Workplace, workplace} from './program.ts';

const START = Date.UTC(2026, 2, 1, 12);

/** A line of the six fields, `second` after noon. */
function line(second: number, usedMb: number): string {
  return JSON.stringify({
    timestamp: new Date(START + second * 1000).toISOString(),
    percent: (usedMb / 160).toFixed(1),
    used_mb: String(usedMb),
    available_mb: String(16_000 - usedMb),
    total_mb: '16000',
    trend: 'stable',
  });
}

function event(second: number, type: string, more: object): string {
  return JSON.stringify({
    timestamp: new Date(START + second * 1000).toISOString(),
    event_type: type,
    ...more,
  });
}

/** RAM is over its 85 % from 10 to 20 minutes; the threshold was set before. */
function record(place: Workplace, name: string): readonly string[] {
  const alert = {rule: 'ram', percent: 90, threshold_percent: 85, status: 'CRITICAL', repeat: 1};
  const lines = [
    event(0, 'START', {
      message: '',
      memtop: '1.0.0',
      host_name: 'atlas',
      platform: 'linux',
      options: {threshold_percent: 60},
    }),
    ...Array.from({length: 60}, (_, minute) => {
      const isOver = minute >= 10 && minute < 20;
      const reading = line(minute * 60, isOver ? 14_400 : 4000 + minute);
      if (minute === 10)
        return `${reading}\n${event(600, 'ALERT', {message: 'MEMORY ALERT', what: 'RAM', alert})}`;
      if (minute === 20)
        return `${event(1200, 'RESOLVED', {message: '', what: 'RAM', lasted_seconds: 600, peak_percent: 90})}\n${reading}`;
      const change = event(61, 'CHANGE', {
        message: '',
        what: 'RAM',
        field: 'threshold',
        from: '60%',
        to: '85%',
      });
      if (minute === 1) return `${reading}\n${change}`;
      return minute === 30 ? `${event(1799, 'MARK', {message: 'epoch 1'})}\n${reading}` : reading;
    }),
    event(3599, 'STOP', {message: '', reason: 'quit with q'}),
  ];
  writeFileSync(place.file(name), `${lines.join('\n')}\n`);
  return lines;
}

const told = async (place: Workplace, ...args: readonly string[]) => {
  const {code, stdout, stderr} = await run(['report', '--json', ...args], place, {TZ: 'UTC'});
  expect({code, stderr}).toEqual({code: 0, stderr: ''});
  return JSON.parse(stdout);
};

describe('a part of a log', () => {
  test('has figures of its own, with what was set and raised before it', async () => {
    using place = workplace();
    record(place, 'run.jsonl');
    const part = await told(place, '--from', '+15m', '--to', '12:25', 'run.jsonl');
    expect(part).toMatchObject({
      checks: 11,
      host_name: 'atlas',
      reason: 'the span ends here, the log goes on',
      started_at: '2026-03-01T12:15:00.000Z',
      ended_at: '2026-03-01T12:25:00.000Z',
      marks: [],
      changes: [],
      alerts: [{what: 'RAM', raised_at: '2026-03-01T12:10:00.000Z', percent: 90, lasted_seconds: 600}],
      pools: [
        {
          id: 'ram',
          threshold_percent: 85,
          above_threshold: {seconds: 300},
          peak: {at: '2026-03-01T12:15:00.000Z'},
        },
      ],
    });
    const rest = await told(place, '--from=-30m', 'run.jsonl');
    expect(rest).toMatchObject({checks: 30, reason: 'quit with q', alerts: [], marks: [{note: 'epoch 1'}]});
    expect(await told(place, 'run.jsonl')).toMatchObject({checks: 60, alerts: [{}], changes: [{}]});
  });

  test('of a log of the six fields tells alerts that last into it', async () => {
    using place = workplace();
    const lines = Array.from({length: 60}, (_, minute) =>
      line(minute * 60, minute >= 10 && minute < 20 ? 14_400 : 4000),
    );
    writeFileSync(place.file('six.jsonl'), lines.join('\n'));
    expect(await told(place, '--from', '+15m', 'six.jsonl')).toMatchObject({
      checks: 45,
      alerts: [{what: 'RAM', raised_at: '2026-03-01T12:10:00.000Z', lasted_seconds: 600}],
      pools: [{above_threshold: {seconds: 300}}],
    });
    expect((await told(place, '--from', '+30m', 'six.jsonl')).alerts).toEqual([]);
  });

  test.each([
    [
      ['--from', '+2h'],
      /^memtop: memtop report: expected readings from 2026-03-01 14:00:00, got none; the log goes from /,
    ],
    [
      ['--from', '12:30', '--to', '+10m'],
      /^memtop: memtop report: expected --from before --to, got "12:30" \(2026-03-01 12:30:00\) and "\+10m" \(/,
    ],
    // Behind the log's end there is such a time too, and it can hardly be meant.
    [
      ['--from', '12:30', '--to', '12:20'],
      /^memtop: memtop report: expected --from before --to, got "12:30" \(2026-03-01 12:30:00\) and "12:20" \(2026-03-01 12:20:00\)$/,
    ],
    [['--from', '12:00:01', '--to', '12:00:59'], /expected readings from .* to .*, got none/],
    [['--to', 'noon'], /^memtop: to: expected a time as .*, got "noon" \(from --to\)$/],
    [['--json', '--format', 'csv'], /^memtop: memtop report: expected --json or --format csv, got both$/],
    [
      ['--format', 'pdf'],
      /^memtop: format: expected one of text, md, json, html, csv, parquet, openmetrics, got "pdf" \(from --format\)$/,
    ],
    [
      ['--output', 'x.pdf'],
      /^memtop: output: expected a name that ends in .*, got "x.pdf" \(from --output\)$/,
    ],
    [
      ['run.jsonl'],
      /^memtop: memtop report: expected logs one after another, got "run.jsonl" and "run.jsonl", both from /,
    ],
    [['-'], /^memtop: memtop report: expected standard input alone or files, got "-" "run.jsonl"$/],
    [
      ['missing.jsonl'],
      /^memtop: memtop report: expected a log with readings, got no such file \(in "missing.jsonl"\)$/,
    ],
  ])('%j is refused in one line', async (args, message) => {
    using place = workplace();
    record(place, 'run.jsonl');
    const {code, stdout, stderr} = await run(['report', ...args, 'run.jsonl'], place, {TZ: 'UTC'});
    expect({code, stdout}).toEqual({code: 2, stdout: ''});
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('several logs', () => {
  test('that were rotated are one report, whatever their order', async () => {
    using place = workplace();
    const lines = record(place, 'whole.jsonl');
    const parts = [lines.slice(0, 15), lines.slice(15, 40), lines.slice(40)].map(
      (part) => `${part.join('\n')}\n`,
    );
    writeFileSync(place.file('run.jsonl.2.gz'), gzipSync(parts[0] ?? ''));
    writeFileSync(place.file('run.jsonl.1'), parts[1] ?? '');
    writeFileSync(place.file('run.jsonl'), parts[2] ?? '');
    const {log, ...whole} = await told(place, 'whole.jsonl');
    expect(log).toEqual({file: place.file('whole.jsonl')});
    const names = ['run.jsonl.2.gz', 'run.jsonl.1', 'run.jsonl'];
    const {log: from, ...joined} = await told(place, ...names.toReversed());
    expect(joined).toEqual(whole);
    expect(from).toEqual({file: names.map(place.file).join(', ')});
    // A span across parts, and damage told with the file that it is in.
    appendFileSync(place.file('run.jsonl.1'), '{"timestamp":"2026-03-01T12:3\n');
    writeFileSync(place.file('empty.jsonl'), '');
    const part = await told(place, '--from', '+12m', '--to', '+45m', 'empty.jsonl', ...names);
    expect(part).toMatchObject({
      checks: 34,
      alerts: [{raised_at: '2026-03-01T12:10:00.000Z'}],
      errors: [{what: 'log', reason: '1 line not read (28) in run.jsonl.1'}],
    });
  });

  test('go to the end of the log where --to does not come in it, and say so', async () => {
    using place = workplace();
    record(place, 'run.jsonl');
    const {code, stderr, stdout} = await run(['report', '--json', '--to', '18:00', 'run.jsonl'], place);
    expect({code, checks: JSON.parse(stdout).checks}).toEqual({code: 0, checks: 60});
    expect(stderr).toMatch(
      /^memtop report: --to "18:00" does not come in the log: it is told to its end, .*\n$/,
    );
  });

  test('are written in every form, with figures that agree', async () => {
    using place = workplace();
    record(place, 'run.jsonl');
    const json = await told(place, 'run.jsonl');
    for (const form of ['text', 'txt', 'md', 'markdown', 'html', 'csv'])
      expect((await run(['report', '--format', form, 'run.jsonl'], place)).stdout).toContain('atlas');
    const {stdout} = await run(['report', '--output', 'r.csv', 'run.jsonl'], place);
    expect(stdout).toBe('');
    const [head = '', row = ''] = readFileSync(place.file('r.csv'), 'utf8').split('\r\n');
    const cells = Object.fromEntries(head.split(',').map((name, index) => [name, row.split(',')[index]]));
    expect(cells).toMatchObject({
      id: 'ram',
      host_name: 'atlas',
      checks: '60',
      peak_percent: '90',
      alerts: '1',
    });
    expect(Number(cells.peak_bytes)).toBe(json.pools[0].peak.used_bytes);
    expect(Number(cells.suggested_limit_bytes)).toBe(json.suggested_limit.bytes);
  });
});
