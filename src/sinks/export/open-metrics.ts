import type {MetricSpec} from '../prometheus/metric.ts';
import type {Labels} from './metric-point.ts';

/** The end of every OpenMetrics text; one without it was cut off. */
export const END = '# EOF\n';

/** The lines that begin a metric. A counter's family is called without its `_total`. */
export function metricHead(name: string, {type, help}: Pick<MetricSpec, 'type' | 'help'>): string {
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  return `# TYPE ${family} ${type}\n# HELP ${family} ${escaped(help)}\n`;
}

/** What names one series: `memtop_gpu_up{gpu="0",name="RTX 4090"}`. */
export function seriesName(name: string, labels: Labels): string {
  if (labels.length === 0) return name;
  return `${name}{${labels.map(([key, value]) => `${key}="${escaped(value)}"`).join(',')}}`;
}

/** One sample; `at` is in milliseconds, what is written are seconds. */
export function sampleLine(series: string, value: number, at: number): string {
  return `${series} ${value} ${(at / 1000).toFixed(3)}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
