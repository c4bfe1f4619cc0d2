import type {Column} from './history.ts';
import type {ReportChart} from './report-chart.ts';

/** More columns than that no still picture shows. */
const MOST_STILL = 360;

/** The same chart in no more columns than a picture that nobody can zoom has room for. */
export function coarser(chart: ReportChart): ReportChart {
  const factor = Math.ceil(chart.count / MOST_STILL);
  if (factor <= 1) return chart;
  const joined = <T extends {readonly columns: readonly Column[]}>(curve: T): T => ({
    ...curve,
    columns: joinColumns(curve.columns, factor),
  });
  return {
    ...chart,
    columnMs: chart.columnMs * factor,
    count: Math.ceil(chart.count / factor),
    series: chart.series.map(joined),
    processes: chart.processes.map(joined),
  };
}

function joinColumns(columns: readonly Column[], factor: number): readonly Column[] {
  return Array.from({length: Math.ceil(columns.length / factor)}, (_, index) =>
    joinOne(columns.slice(index * factor, (index + 1) * factor)),
  );
}

function joinOne(columns: readonly Column[]): Column {
  const full = columns.filter((column) => typeof column === 'object');
  if (full.length === 0) return columns.includes('gap') ? 'gap' : 'empty';
  return {
    min: Math.min(...full.map(({min}) => min)),
    mean: full.reduce((sum, {mean}) => sum + mean, 0) / full.length,
    max: Math.max(...full.map(({max}) => max)),
  };
}
