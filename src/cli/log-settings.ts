import {ExpectedError, maybe, threshold, type ValueType} from '../config/values.ts';
import {amountOf, countOf, type Fields, fieldsOf, lengthOf, textOf} from '../core/log/log-fields.ts';
import type {AlertSpans} from '../core/pool-series.ts';
import type {GivenThresholds} from '../core/pool-thresholds.ts';
import type {RuleThresholds} from '../core/rules/rule-book.ts';
import type {Threshold, VramThresholds} from '../core/threshold.ts';

const MOST_WINDOW = 100_000;
const MOST_REPEATS = 100;
const GPU_NUMBER = /^\d{1,4}(?:\/\d{1,3})?$/;

/** What a START line says of the settings that its run went by, as far as a report needs them. */
export interface LoggedSettings {
  readonly thresholds: GivenThresholds;
  readonly rules: RuleThresholds;
  readonly timing: AlertSpans;
  readonly windowSize?: number;
  readonly intervalMs?: number;
}

/** From the `options` of a START line; what is not there, or no such value, is absent. */
export function loggedSettings(value: unknown): LoggedSettings {
  const options = fieldsOf(value) ?? {};
  const windowSize = countOf(options.window, MOST_WINDOW);
  const intervalMs = lengthOf(options.interval_seconds);
  return {
    thresholds: thresholdsOf(options),
    rules: rulesOf(options),
    timing: timingOf(options),
    ...(windowSize !== undefined && windowSize > 0 && {windowSize}),
    ...(intervalMs !== undefined && {intervalMs}),
  };
}

function thresholdsOf(options: Fields): GivenThresholds {
  const [ram, swap] = [boundOf(options, 'threshold'), boundOf(options, 'swap_threshold')];
  const gpu = vramOf(options);
  const [shm, job] = [options.shm_threshold, options.job_threshold].map((text) =>
    parsed(maybe(threshold), text),
  );
  return {
    ...(ram !== undefined && {ram}),
    ...(swap !== undefined && {swap}),
    ...(gpu !== undefined && {gpu}),
    ...(shm !== undefined && {shm}),
    ...(job !== undefined && {job}),
  };
}

const HAIR = 0.05;

/** Between two readings, as the log has them; where that is what was set but for a hair, that. Milliseconds. */
export function usualInterval({intervalMs: set = 0}: LoggedSettings, seen = set): number {
  return Math.abs(seen - set) <= set * HAIR ? set : Math.round(seen);
}

function rulesOf(options: Fields): RuleThresholds {
  const [pressure, fullPressure] = [options.pressure_threshold, options.full_pressure_threshold].map(shareOf);
  const swapRate = options.swap_rate_threshold === 'off' ? 'off' : amountOf(options.swap_rate_threshold);
  const limitIn = options.limit_in_seconds === 'off' ? 'off' : amountOf(options.limit_in_seconds);
  const process = parsed(maybe(threshold), options.process_threshold);
  return {
    ...(pressure !== undefined && {pressure}),
    ...(fullPressure !== undefined && {fullPressure}),
    ...(swapRate !== undefined && {swapIn: swapRate, swapOut: swapRate}),
    ...(limitIn !== undefined && {limitIn}),
    ...(process !== undefined && {process}),
  };
}

function shareOf(value: unknown): number | 'off' | undefined {
  const share = value === 'off' ? value : amountOf(value);
  return share === 'off' || (share !== undefined && share <= 100) ? share : undefined;
}

function timingOf(options: Fields): AlertSpans {
  const [holdSeconds, everySeconds] = [options.for_seconds, options.cooldown_seconds].map(secondsOf);
  const repeat = options.repeat_seconds;
  const told: readonly unknown[] | undefined = Array.isArray(repeat)
    ? repeat.slice(0, MOST_REPEATS)
    : undefined;
  return {
    ...(holdSeconds !== undefined && {holdSeconds}),
    ...(everySeconds !== undefined && {everySeconds}),
    ...(told !== undefined && {remindSeconds: told.flatMap((one) => secondsOf(one) ?? [])}),
  };
}

function secondsOf(value: unknown): number | undefined {
  const ms = lengthOf(value);
  return ms === undefined ? undefined : ms / 1000;
}

/** `threshold_percent`, or `threshold_bytes`. */
function boundOf(options: Fields, name: string): Threshold | undefined {
  const [percent, bytes] = [amountOf(options[`${name}_percent`]), amountOf(options[`${name}_bytes`])];
  if (percent !== undefined && percent >= 1 && percent <= 100) return {percent};
  return bytes === undefined || bytes < 1 ? undefined : {bytes};
}

function vramOf(options: Fields): VramThresholds | undefined {
  const all = boundOf(options, 'vram_threshold');
  if (all === undefined) return undefined;
  const single = Object.entries(fieldsOf(options.vram_thresholds) ?? {}).flatMap(([gpu, text]) => {
    const one = GPU_NUMBER.test(gpu) ? parsed(threshold, text) : undefined;
    return one === undefined ? [] : [[gpu, one] as const];
  });
  return {all, byGpu: Object.fromEntries(single)};
}

/** A value as a person would have given it; nothing where it is none. */
export function parsed<T>(type: ValueType<T>, value: unknown): T | undefined {
  try {
    return type.parse(textOf(value) ?? '');
  } catch (error) {
    if (error instanceof ExpectedError) return undefined;
    throw error;
  }
}
