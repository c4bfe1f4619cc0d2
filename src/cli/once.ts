import {formatBytes, formatPair, formatPercent, formatThreshold} from '../core/format.ts';
import type {Frame, Pool} from '../core/frame.ts';
import {percentOf} from '../core/limit.ts';
import {checkLine} from '../core/log-lines.ts';
import {largest} from '../core/process-series.ts';
import {programName} from '../core/program.ts';
import type {ProcessReading} from '../core/sample.ts';
import {Session} from '../core/session.ts';
import {cutEnd, cutMiddle, safeText} from '../core/text.ts';
import {toJson} from '../sinks/to-json.ts';
import {demoSource} from '../sources/demo.ts';
import {liveSource} from '../sources/live.ts';
import type {Context} from './context.ts';
import {EXIT, UserError} from './exit.ts';
import {print} from './print.ts';

/** One reading with the largest processes; tells by its exit code whether the threshold is reached. */
export async function once(context: Context): Promise<number> {
  const {host, settings, stdout} = context;
  const {threshold, top, json} = settings.values;
  const session = new Session({thresholds: {ram: threshold}, keepHistory: false});
  const frame = session.feed(await readOnce(context));
  const {reading} = frame.ram;
  if (reading.status !== 'ok')
    throw new UserError(`memory cannot be read: ${reading.reason}`, EXIT.unreadable);
  await print(stdout, json ? jsonText(frame, top) : plainText(frame, top, stdout.columns ?? 100));
  await Promise.resolve(host.close());
  return reading.value.percent >= threshold ? EXIT.threshold : EXIT.fine;
}

async function readOnce({host, settings}: Context) {
  const {values} = settings;
  if (values.demo) return demoSource({seed: values.seed, clock: host}).sample();
  const source = liveSource(host, {processes: 'ask'});
  const [sample, processes] = await Promise.all([source.sample(), source.scanProcesses()]);
  return {...sample, processes};
}

function jsonText(frame: Frame, top: number): string {
  const {status, thresholdPercent} = frame.ram;
  const {processes} = frame;
  const missing =
    processes !== undefined && processes.status !== 'ok' ? {processes_missing: processes.reason} : {};
  const gpus = frame.noGpuReason === undefined ? {} : {gpus_missing: frame.noGpuReason};
  return toJson({
    ...checkLine(frame, {processes: top}),
    status,
    threshold_percent: thresholdPercent,
    ...missing,
    ...gpus,
  });
}

function plainText(frame: Frame, top: number, width: number): string {
  const gpu = frame.noGpuReason === undefined ? [] : [`GPU    ${safeText(frame.noGpuReason)}`];
  return [...frame.pools.map(poolText), ...gpu, '', ...processTexts(frame, top, Math.max(60, width))].join(
    '\n',
  );
}

function poolText({label, detail, reading, status, thresholdPercent, kind}: Pool): string {
  const name = label.padEnd(6);
  if (reading.status !== 'ok') return `${name} ${safeText(reading.reason)}`;
  const {percent, usedBytes, totalBytes, availableBytes} = reading.value;
  const where = detail === '' ? '' : ` (${safeText(detail)})`;
  const verdict = kind === 'ram' ? ` · ${status}, threshold ${formatThreshold(thresholdPercent)}` : '';
  return `${name} ${formatPercent(percent).padStart(6)}  ${formatPair(usedBytes, totalBytes)}${where} · ${formatBytes(availableBytes)} left${verdict}`;
}

function processTexts(frame: Frame, top: number, width: number): readonly string[] {
  const {processes, limit} = frame;
  if (processes === undefined) return ['processes were not read'];
  if (processes.status !== 'ok') return [safeText(processes.reason)];
  const head = `${'PID'.padStart(7)} ${'user'.padEnd(8)} ${'RSS'.padStart(8)} ${'MEM%'.padStart(6)}  command`;
  const rows = largest(processes.value.processes, top).map((process) =>
    processText(process, limit?.totalBytes, width),
  );
  return [head, ...rows, ...(processes.value.note === undefined ? [] : [safeText(processes.value.note)])];
}

function processText(process: ProcessReading, totalBytes: number | undefined, width: number): string {
  const {title, rest} = programName(process);
  const share = totalBytes === undefined ? '–' : formatPercent(percentOf(process.rssBytes, totalBytes));
  const user = cutEnd(safeText(process.user ?? ''), 8).padEnd(8);
  const figures = `${String(process.pid).padStart(7)} ${user} ${formatBytes(process.rssBytes).padStart(8)} ${share.padStart(6)}`;
  return `${figures}  ${cutMiddle(`${title} ${rest}`.trim(), width - figures.length - 2)}`;
}
