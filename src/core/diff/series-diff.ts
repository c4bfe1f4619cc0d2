import type {PoolKind} from '../frame.ts';
import type {Report} from '../report.ts';
import type {ReportLeak} from '../report-leaks.ts';
import type {Change, Judgement} from './noise.ts';

/** One figure of both runs. */
export interface FigureDiff {
  readonly before: number;
  readonly after: number;
  /** Absent where the runs have too little in common to tell. */
  readonly interval?: Change;
  readonly judgement: Judgement;
}

export interface SeriesDiff {
  readonly id: string;
  readonly kind: PoolKind | 'program';
  /** `RAM`, `GPU 0`, `python train`. Not yet safe for a terminal. */
  readonly name: string;
  /** Bytes. */
  readonly peak: FigureDiff;
  readonly average: FigureDiff;
  /** Share of the time at or above its threshold, 0 to 1; of a program there is none. */
  readonly above?: FigureDiff;
  /** From where both are aligned, milliseconds. */
  readonly toPeakMs: {readonly before: number; readonly after: number};
  /** The verdicts on the whole of each run; absent where leaks were not looked for. */
  readonly leak?: {readonly before: ReportLeak; readonly after: ReportLeak};
}

export interface ComparedRun {
  readonly report: Report;
  /** How long it goes on behind the moment that both are aligned at, milliseconds. */
  readonly lengthMs: number;
}
