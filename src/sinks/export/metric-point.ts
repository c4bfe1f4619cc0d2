import type {LogReading} from '../../core/log/log-readings.ts';

export type Labels = readonly (readonly [name: string, value: string])[];

/** One figure of a reading. */
export interface MetricPoint {
  readonly labels: Labels;
  readonly value: number | undefined;
}

/** What a reading tells of one metric. */
export type ReadMetric = (reading: LogReading) => readonly MetricPoint[];
