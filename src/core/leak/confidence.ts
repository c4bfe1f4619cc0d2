import type {Reason} from './climb-tests.ts';
import type {Finding} from './climb-watch.ts';
import type {LeakState} from './verdict.ts';

/**
 * Logistic weights (Platt, "Probabilistic outputs for support vector machines", 1999) of whether it leaks,
 * fitted to the verdicts at 19 moments of tuning traces; half of those traces leak, in the field far fewer.
 */
const WEIGHTS = {leak: 4.4, growing: 2.4, patience: 1.2, against: -2.4} as const;
/** The shape of the climb speaks against a leak, and not only the time that it was seen. */
const AGAINST: ReadonlySet<Reason> = new Set(['levelling off', 'slowing down', 'not above what was before']);
const MOST = 3;

/** How likely a climb is to be a leak, 0 to 1; 0 for what does not rise. */
export function confidenceOf(
  state: LeakState,
  finding: Pick<Finding, 'patience' | 'reason'> | undefined,
): number {
  if (finding === undefined || (state !== 'growing' && state !== 'leak')) return 0;
  const {patience, reason} = finding;
  const against = state === 'growing' && reason !== undefined && AGAINST.has(reason) ? WEIGHTS.against : 0;
  const seen = Math.max(-MOST, Math.min(MOST, Math.log(patience)));
  return 1 / (1 + Math.exp(-(WEIGHTS[state] + WEIGHTS.patience * seen + against)));
}
