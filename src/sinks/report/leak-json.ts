import {isoTime} from '../../core/format.ts';
import {type LeakStatus, leakStatus, type TimeToStatus} from '../../core/leak-status.ts';
import type {ReportLeak} from '../../core/report-leaks.ts';

/**
 * The verdict on RAM, and on every series that was watched, RAM among them, by their ids. Every key is always
 * there, so that a program need not ask; what is not known is null. Rates in MB of 1,048,576 bytes per hour,
 * moments as ISO 8601 in UTC, forecasts in seconds after the last reading.
 */
export function leakJson(leaks: readonly ReportLeak[]) {
  const ram = leaks.find(({id}) => id === 'ram');
  if (ram === undefined) return {};
  const series = leaks.map((leak) => [leak.id, {what: leak.what, ...verdictFields(leakStatus(leak))}]);
  return {leak: verdictFields(leakStatus(ram)), series: Object.fromEntries(series)};
}

function verdictFields(leak: LeakStatus) {
  const {verdict, confidence, evidence, ratePerHourMb, ratePerHourMbInterval, forecast} = leak;
  return {
    verdict,
    ratePerHourMb: rounded(ratePerHourMb),
    ratePerHourMbInterval: ratePerHourMbInterval?.map(rounded) ?? null,
    since: momentField(leak.since),
    confidence: rounded(confidence),
    evidence,
    firstLeakAt: momentField(leak.firstLeakAt),
    forecast: {toLimit: timeField(forecast.toLimit), toThreshold: timeField(forecast.toThreshold)},
  };
}

function rounded(figure: number | undefined): number | null {
  return figure === undefined ? null : Number(figure.toFixed(3));
}

function momentField(at: number | undefined): string | null {
  return at === undefined ? null : isoTime(at);
}

function timeField(time: TimeToStatus | undefined) {
  if (time === undefined) return null;
  const {seconds, lowSeconds, highSeconds} = time;
  return {
    seconds: Math.round(seconds),
    lowSeconds: Math.round(lowSeconds),
    highSeconds: Math.round(highSeconds),
  };
}
