import type {SessionEvent} from '../event.ts';
import type {LastingAlert, LastingAlertInfo} from '../lasting-alert.ts';
import type {Status} from '../level.ts';
import type {TopProcess} from '../top-process.ts';

/** What a rule saw at one check. */
export interface RuleFigure {
  readonly value: number;
  /** What the figure says: `some 12.4% over 10 s`. */
  readonly text: string;
  readonly usedBytes?: number;
  readonly totalBytes?: number;
  readonly top?: TopProcess;
}

/** An alert on something else than a pool that fires now. */
export interface FiringAlert {
  readonly ruleId: string;
  readonly what: string;
  readonly status: Status;
  /** What the status row says of it, without `what`: `some 12.4% over 10 s, over 10% for 1 m`. */
  readonly text: string;
  readonly firingMs: number;
  readonly silenced: boolean;
}

/** Wall clock and the clock that never steps, milliseconds. */
export interface Moment {
  readonly at: number;
  readonly clock: number;
}

/** One of several alerts of a rule, each on something of its own, with the latest figure that it saw. */
export interface WatchedAlert {
  readonly alert: LastingAlert;
  readonly ruleId: string;
  figure: RuleFigure;
}

/** What fires of them at this moment of the clock that never steps. */
export function firingOf(watched: Iterable<WatchedAlert>, clock: number): readonly FiringAlert[] {
  return [...watched].flatMap(({alert, ruleId, figure}) => {
    const {episode, what} = alert;
    if (episode === undefined) return [];
    const {overClock, silenced} = episode;
    return [
      {ruleId, what, status: 'HIGH' as const, text: figure.text, firingMs: clock - overClock, silenced},
    ];
  });
}

/** Forgets those whose subject is there no more, and ends what fires of them. */
export function endGone(
  watched: Map<string, WatchedAlert>,
  isThere: (key: string) => boolean,
  moment: Moment,
): readonly SessionEvent[] {
  const gone = [...watched].filter(([key]) => !isThere(key));
  return gone.flatMap(([key, {alert, ruleId, figure}]) => {
    watched.delete(key);
    return ruleEnd(ruleId, alert, figure, moment);
  });
}

/** What an alert tells, as an event of the session. */
export function ruleEvent(
  ruleId: string,
  info: LastingAlertInfo,
  figure: RuleFigure,
  {at}: Moment,
): SessionEvent {
  const {what, unit, lastedMs, peak, status, message, repeat, threshold} = info;
  const common = {at, what, ruleId, unit};
  if (info.event === 'resolved') return {...common, kind: 'resolved', lastedMs, peak};
  const {value, text, usedBytes, totalBytes, top} = figure;
  return {
    ...common,
    kind: 'raised',
    value,
    threshold,
    ...(usedBytes !== undefined && {usedBytes}),
    ...(totalBytes !== undefined && {totalBytes}),
    status,
    message,
    figureText: text,
    repeat,
    isReminder: info.event === 'reminded',
    silenced: false,
    ...(top !== undefined && {top}),
  };
}

/** Silences those of some alerts that fire now, until they clear. */
export function silenceAll(alerts: readonly LastingAlert[], at: number): readonly SessionEvent[] {
  return alerts.flatMap((alert): readonly SessionEvent[] =>
    alert.silence() ? [{kind: 'silenced', at, what: alert.what}] : [],
  );
}

/** Ends what fires, where what was watched is there no more. */
export function ruleEnd(
  ruleId: string,
  alert: LastingAlert,
  figure: RuleFigure,
  moment: Moment,
): readonly SessionEvent[] {
  const info = alert.end(moment.at, moment.clock);
  return info === undefined ? [] : [ruleEvent(ruleId, info, figure, moment)];
}
