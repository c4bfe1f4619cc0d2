import {isoTime} from '../../core/format.ts';
import type {TimeTo} from '../../core/leak/forecast.ts';
import type {ReportLeak} from '../../core/report-leaks.ts';

const BYTES_PER_MB = 1024 * 1024;

/**
 * The verdict on RAM, and on every series that was watched, RAM among them, by their ids. Every key is always
 * there, so that a program need not ask; what is not known is null. Rates in MB of 1,048,576 bytes per hour,
 * moments as ISO 8601 in UTC, forecasts in seconds after the last reading.
 */
export function leakFields(leaks: readonly ReportLeak[]) {
  const ram = leaks.find(({id}) => id === 'ram');
  if (ram === undefined) return {};
  const series = leaks.map((leak) => [leak.id, {what: leak.what, ...verdictFields(leak)}]);
  return {leak: verdictFields(ram), series: Object.fromEntries(series)};
}

function verdictFields(leak: ReportLeak) {
  const {verdict, confidence, evidence, ratePerHour, ratePerHourInterval: rates, forecast} = leak;
  return {
    verdict,
    ratePerHourMb: inMb(ratePerHour),
    ratePerHourMbInterval: rates === undefined ? null : [inMb(rates.low), inMb(rates.high)],
    since: momentField(leak.sinceAt),
    confidence: Number(confidence.toFixed(3)),
    evidence,
    firstLeakAt: momentField(leak.firstLeakAt),
    forecast: {toLimit: timeField(forecast.toLimit), toThreshold: timeField(forecast.toThreshold)},
  };
}

function inMb(bytes: number | undefined): number | null {
  return bytes === undefined ? null : Number((bytes / BYTES_PER_MB).toFixed(3));
}

function momentField(at: number | undefined): string | null {
  return at === undefined ? null : isoTime(at);
}

/** The forecast with its 80 % interval, whole seconds. */
function timeField(time: TimeTo | undefined) {
  if (time === undefined) return null;
  const seconds = (ms: number) => Math.round(ms / 1000);
  return {seconds: seconds(time.ms), lowSeconds: seconds(time.lowMs), highSeconds: seconds(time.highMs)};
}
