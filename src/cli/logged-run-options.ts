import type {SessionEvent} from '../core/event.ts';
import type {Frame} from '../core/frame.ts';
import type {LogSpan} from '../core/log/log-span.ts';
import type {LoggedThresholdOptions} from './logged-thresholds.ts';

/** How a log is taken in. */
export interface LoggedRunOptions extends LoggedThresholdOptions {
  /** The part of it that is told of. @default all */
  readonly span?: LogSpan;
  /** Whether to keep what a chart needs. @default false */
  readonly keepChart?: boolean;
  /** Whether it is shown as it goes on: histories are kept, and rules look at it as they did. @default false */
  readonly isShown?: boolean;
  /** Told what happens as its lines are taken in. @default nobody */
  readonly onEvent?: (event: SessionEvent) => void;
  /** Told of every frame within the span. */
  readonly onFrame?: (frame: Frame) => void;
}
