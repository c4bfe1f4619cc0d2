import type {Values} from '../config/resolve.ts';
import {formatBytes, formatPair, formatPercent, formatThreshold} from '../core/format.ts';
import type {Frame, Pool} from '../core/frame.ts';
import {percentOf} from '../core/limit.ts';
import {checkLine} from '../core/log-lines.ts';
import {largest, processKey} from '../core/process-series.ts';
import {programName} from '../core/program.ts';
import type {ProcessReading} from '../core/sample.ts';
import {Session} from '../core/session.ts';
import {cutEnd, cutMiddle, safeText} from '../core/text.ts';
import {toJson} from '../sinks/to-json.ts';
import {demoSource} from '../sources/demo.ts';
import {liveSource} from '../sources/live.ts';
import type {Context} from './context.ts';
import {EXIT, UserError} from './exit.ts';
import {withoutSecrets} from './hidden-source.ts';
import {print} from './print.ts';

/** A driver that has to wake its GPUs first takes seconds. */
const GPU_PATIENCE_MS = 10_000;

/** One reading with the largest processes; tells by its exit code whether the threshold is reached. */
export async function once(context: Context): Promise<number> {
  const {settings, stdout} = context;
  const {threshold, 'vram-threshold': gpu, top, json} = settings.values;
  const session = new Session({thresholds: {ram: threshold, gpu}, keepHistory: false, watchLeaks: false});
  const frame = session.feed(await readOnce(context));
  const {reading} = frame.ram;
  if (reading.status !== 'ok')
    throw new UserError(`memory cannot be read: ${reading.reason}`, EXIT.unreadable);
  await print(stdout, json ? jsonText(frame, settings.values) : plainText(frame, top, stdout.columns ?? 100));
  const missing = missingVram(frame, settings);
  if (missing !== undefined) throw new UserError(`VRAM cannot be read: ${missing}`, EXIT.unreadable);
  return isReached(frame, settings) ? EXIT.threshold : EXIT.fine;
}

function asksForVram({origins}: Context['settings']): boolean {
  return origins['vram-threshold'] === 'from --vram-threshold';
}

/** Who asks for VRAM must not take "not known" for "fine". */
function missingVram({pools, noGpuReason}: Frame, settings: Context['settings']): string | undefined {
  if (!asksForVram(settings)) return undefined;
  const gpus = pools.filter(({kind}) => kind === 'gpu');
  const unread = gpus.find(({reading}) => reading.status !== 'ok');
  if (unread === undefined || unread.reading.status === 'ok')
    return gpus.length > 0 ? undefined : noGpuReason;
  return `${unread.label}: ${unread.reading.reason}`;
}

/** Many servers take most of the VRAM beforehand: GPUs count only where their threshold was asked for. */
function isReached({ram, pools}: Frame, settings: Context['settings']): boolean {
  const gpus = asksForVram(settings) ? pools.filter(({kind}) => kind === 'gpu') : [];
  return [ram, ...gpus].some(
    ({reading, thresholdPercent}) => reading.status === 'ok' && reading.value.percent >= thresholdPercent,
  );
}

async function readOnce({host, settings}: Context) {
  const {values} = settings;
  if (values.demo) return demoSource({seed: values.seed, gpus: values.gpus, clock: host}).sample();
  const source = liveSource(host, {processes: 'ask'});
  const [gpus, sample, processes] = await Promise.all([
    source.readGpus(GPU_PATIENCE_MS),
    source.sample(),
    source.scanProcesses(),
  ]);
  await source.close();
  const told = {...sample, ...gpus, processes};
  return values.redact === 'on' ? withoutSecrets(told) : told;
}

function jsonText(frame: Frame, {top, redact}: Values): string {
  const {status, thresholdPercent} = frame.ram;
  const {processes} = frame;
  const missing =
    processes !== undefined && processes.status !== 'ok' ? {processes_missing: processes.reason} : {};
  return toJson({
    ...checkLine(frame, {processes: top, gpusMissing: true, withSecrets: redact === 'off'}),
    status,
    threshold_percent: thresholdPercent,
    ...missing,
  });
}

function plainText(frame: Frame, top: number, width: number): string {
  const gpu = frame.noGpuReason === undefined ? [] : [`GPU    ${safeText(frame.noGpuReason)}`];
  return [
    ...frame.pools.map(poolText),
    ...unifiedTexts(frame),
    ...gpu,
    '',
    ...processTexts(frame, top, Math.max(60, width)),
  ].join('\n');
}

function poolText({label, detail, reading, status, thresholdPercent, kind}: Pool): string {
  const name = label.padEnd(6);
  const where = detail === '' ? '' : ` (${safeText(detail)})`;
  if (reading.status !== 'ok') return `${name} ${safeText(reading.reason)}${where}`;
  const {percent, usedBytes, totalBytes, availableBytes} = reading.value;
  const verdict = kind === 'swap' ? '' : ` · ${status}, threshold ${formatThreshold(thresholdPercent)}`;
  return `${name} ${formatPercent(percent).padStart(6)}  ${formatPair(usedBytes, totalBytes)}${where} · ${formatBytes(availableBytes)} left${verdict}`;
}

function processTexts(frame: Frame, top: number, width: number): readonly string[] {
  const {processes, limit} = frame;
  if (processes === undefined) return ['processes were not read'];
  if (processes.status !== 'ok') return [safeText(processes.reason)];
  const vram = frame.vram === undefined ? '' : ` ${'VRAM'.padStart(8)}`;
  const head = `${'PID'.padStart(7)} ${'user'.padEnd(8)} ${'RSS'.padStart(8)} ${'MEM%'.padStart(6)}${vram}  command`;
  const rows = shownProcesses(frame, processes.value.processes, top).map((process) =>
    processText(process, limit?.totalBytes, vramText(frame, process), width),
  );
  return [head, ...rows, ...(processes.value.note === undefined ? [] : [safeText(processes.value.note)])];
}

function unifiedTexts({ram}: Frame): readonly string[] {
  return (ram.unified ?? []).map(({index, name, usedBytes, missing}) => {
    const share =
      usedBytes === undefined
        ? (missing?.used?.reason ?? 'share not told')
        : `${formatBytes(usedBytes)} of RAM`;
    return `GPU ${index}  ${safeText(share)} (${safeText(name)}, unified memory)`;
  });
}

/** The largest, and whoever else holds VRAM: one small in RAM may be the one that is looked for. */
function shownProcesses(
  {vram}: Frame,
  processes: readonly ProcessReading[],
  top: number,
): readonly ProcessReading[] {
  const first = largest(processes, top);
  const holders = processes.filter(
    (process) => vram?.shares.has(processKey(process)) === true && !first.includes(process),
  );
  return [...first, ...holders];
}

function vramText({vram}: Frame, process: ProcessReading): string {
  if (vram === undefined) return '';
  const share = vram.shares.get(processKey(process));
  const text = share === undefined ? (vram.unknown === undefined ? '0' : '–') : formatBytes(share.bytes);
  return ` ${text.padStart(8)}`;
}

function processText(
  process: ProcessReading,
  totalBytes: number | undefined,
  vram: string,
  width: number,
): string {
  const {title, rest} = programName(process);
  const share = totalBytes === undefined ? '–' : formatPercent(percentOf(process.rssBytes, totalBytes));
  const user = cutEnd(safeText(process.user ?? ''), 8).padEnd(8);
  const figures = `${String(process.pid).padStart(7)} ${user} ${formatBytes(process.rssBytes).padStart(8)} ${share.padStart(6)}${vram}`;
  return `${figures}  ${cutMiddle(`${title} ${rest}`.trim(), width - figures.length - 2)}`;
}
