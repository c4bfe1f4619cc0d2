import type {ReportChart} from '../../core/report-chart.ts';

/** How many colours the style knows for pools and processes. */
export const COLORS = 12;

/** The places of the chart in the units of its view box, and what turns time and percent into them. */
export interface ChartScale {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly columnWidth: number;
  /** Middle of a column. */
  readonly columnX: (index: number) => number;
  /** A moment; those outside the chart are put at its edge. */
  readonly x: (at: number) => number;
  readonly y: (percent: number) => number;
}

const WIDTH = 960;
const HEIGHT = 380;
/** Room for `1000 MiB` on the left. */
const [LEFT, RIGHT, TOP, BOTTOM] = [66, WIDTH - 10, 64, HEIGHT - 28];

export function chartScale({from, columnMs, count}: ReportChart): ChartScale {
  const columnWidth = (RIGHT - LEFT) / count;
  return {
    width: WIDTH,
    height: HEIGHT,
    left: LEFT,
    right: RIGHT,
    top: TOP,
    bottom: BOTTOM,
    columnWidth: tenth(columnWidth),
    columnX: (index) => tenth(LEFT + (index + 0.5) * columnWidth),
    x: (at) => tenth(LEFT + clamp((at - from) / (columnMs * count)) * (RIGHT - LEFT)),
    y: (percent) => tenth(BOTTOM - clamp(percent / 100) * (BOTTOM - TOP)),
  };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function tenth(value: number): number {
  return Number(value.toFixed(1));
}
