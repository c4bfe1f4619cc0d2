import type {Values} from '../config/resolve.ts';
import {duration} from '../config/values.ts';
import type {SessionEvent} from '../core/event.ts';
import {amountOf} from '../core/log/log-fields.ts';
import {PoolThresholds} from '../core/pool-thresholds.ts';
import type {Session} from '../core/session.ts';
import {thresholdPercent} from '../core/threshold.ts';
import {type LoggedSettings, parsed} from './log-settings.ts';
import {sessionOptions} from './session-options.ts';

export interface LoggedThresholdOptions {
  readonly values: Values;
  /** Whether RAM's threshold was asked for: then it goes before what the log says of it. */
  readonly ownThreshold: boolean;
}

/** A further run in the same log goes by its own thresholds. */
export function setLoggedThresholds(
  session: Session,
  settings: LoggedSettings,
  {values, ownThreshold}: LoggedThresholdOptions,
  at: number,
): void {
  const thresholds = new PoolThresholds({...sessionOptions(values).thresholds, ...settings.thresholds});
  for (const {id, kind, summary} of session.pools) {
    const threshold = thresholds.of(kind, kind === 'gpu' ? id.slice('gpu'.length) : undefined);
    if (threshold === 'off' || (kind === 'ram' && ownThreshold)) continue;
    session.setThreshold(id, thresholdPercent(threshold, summary.current?.totalBytes), at);
  }
}

const INTERVAL = duration(0, 30 * 86_400_000);

/** A threshold or the interval was changed while the run went on. */
export function takeChange(
  session: Session,
  {what, field, to, at}: Extract<SessionEvent, {kind: 'changed'}>,
  {ownThreshold}: LoggedThresholdOptions,
): void {
  if (field === 'interval') session.cadence.expectEvery(parsed(INTERVAL, to) ?? 0);
  if (field !== 'threshold' || (what === 'RAM' && ownThreshold)) return;
  const percent = amountOf(to.replace('%', ''));
  const pool = session.pools.find((one) => one.what === what);
  if (percent !== undefined && pool !== undefined) session.setThreshold(pool.id, percent, at);
}
