import {ExpectedError, maybe, threshold, type ValueType} from '../config/values.ts';
import {amountOf, countOf, type Fields, fieldsOf, lengthOf, textOf} from '../core/log/log-fields.ts';
import type {GivenThresholds} from '../core/pool-thresholds.ts';
import type {Threshold, VramThresholds} from '../core/threshold.ts';

const MOST_WINDOW = 100_000;
const GPU_NUMBER = /^\d{1,4}(?:\/\d{1,3})?$/;

/** What a START line says of the settings that its run went by, as far as a report needs them. */
export interface LoggedSettings {
  readonly thresholds: GivenThresholds;
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
