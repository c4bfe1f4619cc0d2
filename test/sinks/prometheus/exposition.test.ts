import {describe, expect, test} from 'vitest';
import {ok} from '../../../src/core/sample.ts';
import {loadWriter} from '../../../src/sinks/prometheus/exposition.ts';
import {familiesOf} from '../../../src/sinks/prometheus/metrics.ts';
import {processesAt, processReading, sampleAt} from '../../core/samples.ts';
import {gpu, job, NOW, sampleAt as wholeSample} from '../../tui/machine.ts';
import {viewOf} from './views.ts';

const view = viewOf([wholeSample(NOW, {gpus: ok([gpu(50, 0), gpu(60, 1)]), job: job(), shmPercent: 10})], {
  expected: ['oom'],
});
const writer = await loadWriter();

/** Names that stand behind `# TYPE`, with their type. */
const types = (text: string) =>
  [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]);
const samples = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('both formats', () => {
  test('hold the same figures', async () => {
    const [plain, open] = await Promise.all([
      writer.write(familiesOf(view), 'prometheus'),
      writer.write(familiesOf(view), 'openmetrics'),
    ]);
    expect(samples(plain)).toEqual(samples(open));
    expect(samples(plain).length).toBeGreaterThan(100);
  });

  test('a counter is called name_total, in OpenMetrics its family is called without', async () => {
    const plain = await writer.write(familiesOf(view), 'prometheus');
    const open = await writer.write(familiesOf(view), 'openmetrics');
    expect(types(plain)).toContainEqual(['memtop_alerts_total', 'counter']);
    expect(types(open)).toContainEqual(['memtop_alerts', 'counter']);
    for (const text of [plain, open]) expect(text).toMatch(/^memtop_alerts_total\{rule="oom"\} 0$/m);
    expect(open.endsWith('# EOF\n')).toBe(true);
    expect(open).not.toContain('\n\n');
    expect(plain).not.toContain('# EOF');
  });

  test('what is gone leaves no series', async () => {
    const one = (pid: number) =>
      viewOf([sampleAt(0, 50, {processes: processesAt(0, [processReading(pid, 1000)])})]);
    await writer.write(familiesOf(one(1)), 'openmetrics');
    const text = await writer.write(familiesOf(one(2)), 'openmetrics');
    expect(text).toContain('name="p2"');
    expect(text).not.toContain('name="p1"');
  });

  test('quotes, backslashes and new lines are written as both formats want them', async () => {
    const labels = {name: 'a"b\\c\nd'};
    const spec = {type: 'gauge', help: 'Two\nlines \\ here.', labels: ['name'], read: () => []} as const;
    const family = {name: 'memtop_processes', spec, points: [{labels, value: 1.5e-7}]} as const;
    for (const format of ['prometheus', 'openmetrics'] as const)
      expect(await writer.write([family], format)).toMatch(
        /^# HELP memtop_processes Two\\nlines \\\\ here\.\n# TYPE memtop_processes gauge\nmemtop_processes\{name="a\\"b\\\\c\\nd"\} 1.5e-7\n/,
      );
  });
});
