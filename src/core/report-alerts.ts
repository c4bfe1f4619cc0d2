import type {RaisedEvent, SessionEvent} from './event.ts';

/** One stretch over a threshold, all its repeats folded in. */
export interface ReportAlert {
  /** `RAM`, `swap`, `GPU 0 VRAM`. */
  readonly what: string;
  readonly raisedAt: number;
  /** It was raised some time before that, by an event no longer kept. */
  readonly raisedEarlier: boolean;
  /** When it was raised. Absent when that event is no longer kept. */
  readonly percent?: number;
  readonly thresholdPercent?: number;
  /** How many alerts it gave, the first among them. Absent when that is no longer known. */
  readonly repeats?: number;
  /** The highest so far, percent. */
  readonly peakPercent: number;
  /** Absent while it is still firing. */
  readonly lastedMs?: number;
  readonly silenced: boolean;
}

/** Folds events into one alert for each stretch over a threshold, in the order in which they were raised. */
export function foldAlerts(events: readonly SessionEvent[]): readonly ReportAlert[] {
  const done: ReportAlert[] = [];
  const open = new Map<string, ReportAlert>();
  for (const event of events) {
    if (event.kind === 'raised') open.set(event.what, raise(open.get(event.what), event));
    if (event.kind === 'silenced') silence(open, event.what);
    if (event.kind !== 'resolved') continue;
    done.push(resolve(open.get(event.what), event));
    open.delete(event.what);
  }
  return [...done, ...open.values()].sort((a, b) => a.raisedAt - b.raisedAt);
}

function raise(former: ReportAlert | undefined, event: RaisedEvent): ReportAlert {
  const {what, at, percent, thresholdPercent, repeat, silenced} = event;
  if (former !== undefined) {
    return {...former, repeats: repeat, silenced, peakPercent: Math.max(former.peakPercent, percent)};
  }
  const raised = {
    what,
    raisedAt: at,
    raisedEarlier: repeat > 1,
    repeats: repeat,
    peakPercent: percent,
    silenced,
  };
  return repeat > 1 ? raised : {...raised, percent, thresholdPercent};
}

function silence(open: Map<string, ReportAlert>, what: string): void {
  const alert = open.get(what);
  if (alert !== undefined) open.set(what, {...alert, silenced: true});
}

function resolve(
  alert: ReportAlert | undefined,
  event: Extract<SessionEvent, {kind: 'resolved'}>,
): ReportAlert {
  const {what, at, lastedMs, peakPercent} = event;
  // Its length tells when it began, also where that event is no longer kept.
  const raisedAt = alert === undefined || alert.raisedEarlier ? at - lastedMs : alert.raisedAt;
  return {what, silenced: false, ...alert, raisedAt, raisedEarlier: false, lastedMs, peakPercent};
}
