import type {RaisedEvent, ResolvedEvent, SessionEvent} from './event.ts';
import type {Unit} from './measure.ts';

/** One stretch over a threshold, all its repeats folded in. */
export interface ReportAlert {
  /** `RAM`, `swap`, `GPU 0 VRAM`, `pressure`. */
  readonly what: string;
  readonly raisedAt: number;
  /** It was raised some time before that, by an event no longer kept. */
  readonly raisedEarlier: boolean;
  /** When it was raised. Absent when that event is no longer kept. */
  readonly value?: number;
  readonly threshold?: number;
  /** What its figures are counted in. */
  readonly unit: Unit;
  /** What its figure said, where not how much of something was in use. */
  readonly figureText?: string;
  /** How often it was told, the first time among them. Absent when that is no longer known. */
  readonly repeats?: number;
  /** The worst so far. */
  readonly peak: number;
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

/** Whether an event raises an alert, tells it again or resolves it. */
export function isAlertStep(event: SessionEvent): event is RaisedEvent | ResolvedEvent {
  return event.kind === 'raised' || event.kind === 'resolved';
}

/** Of events, oldest first, those of alerts that nothing behind them resolves. */
export function openAlertEvents(events: readonly SessionEvent[]): readonly SessionEvent[] {
  const open = new Map<string, SessionEvent[]>();
  for (const event of events) {
    if (event.kind === 'raised') open.set(event.what, [...(open.get(event.what) ?? []), event]);
    if (event.kind === 'silenced') open.get(event.what)?.push(event);
    if (event.kind === 'resolved') open.delete(event.what);
  }
  // What is counted has happened, and lasts into nothing.
  const lasting = [...open.values()].filter(([first]) => first?.kind === 'raised' && first.unit !== 'count');
  return lasting.flat().sort((a, b) => a.at - b.at);
}

function raise(former: ReportAlert | undefined, event: RaisedEvent): ReportAlert {
  const {what, at, value, threshold, unit, figureText, repeat, silenced} = event;
  if (former !== undefined) {
    const peak = unit === 'seconds' ? Math.min(former.peak, value) : Math.max(former.peak, value);
    return {...former, repeats: repeat, silenced, peak};
  }
  const raised = {
    what,
    raisedAt: at,
    raisedEarlier: repeat > 1,
    repeats: repeat,
    unit,
    peak: value,
    silenced,
    ...(figureText !== undefined && {figureText}),
  };
  return repeat > 1 ? raised : {...raised, value, threshold};
}

function silence(open: Map<string, ReportAlert>, what: string): void {
  const alert = open.get(what);
  if (alert !== undefined) open.set(what, {...alert, silenced: true});
}

function resolve(alert: ReportAlert | undefined, event: ResolvedEvent): ReportAlert {
  const {what, at, unit, lastedMs, peak} = event;
  // Its length tells when it began, also where that event is no longer kept.
  const raisedAt = alert === undefined || alert.raisedEarlier ? at - lastedMs : alert.raisedAt;
  return {what, unit, silenced: false, ...alert, raisedAt, raisedEarlier: false, lastedMs, peak};
}
