import {formatBytes, formatPercent} from '../core/format.ts';
import {gpuRecord} from '../core/gpu-fields.ts';
import type {GpuReading} from '../core/sample.ts';
import {safeText} from '../core/text.ts';
import {gpuNumber} from '../core/vram.ts';
import {toJson} from '../sinks/to-json.ts';
import type {VendorPart} from '../sources/gpu/gpus.ts';
import type {DoctorFacts} from './doctor-facts.ts';

const NAME_WIDTH = 11;

/** The facts as people read them: one thing a line, and behind what is missing its reason. */
export function doctorText(facts: DoctorFacts): string {
  const rows = [
    ['memtop', `${facts.memtop} · Node.js ${facts.node}`],
    ['system', `${facts.platform} ${facts.architecture} · ${facts.kernel} · ${facts.host_name}`],
    ['memory', memoryText(facts)],
    ...facts.limits.map((limit, index) => [index === 0 ? 'limits' : '', limitText(limit)]),
    ['pressure', facts.pressure.status === 'ok' ? 'read' : facts.pressure.reason],
    ['processes', processText(facts)],
    ...facts.gpus.flatMap((vendor, index) =>
      vendorTexts(vendor, facts).map((text, line) => [index + line === 0 ? 'GPUs' : '', text]),
    ),
    ['terminal', terminalText(facts)],
    ...settingsTexts(facts).map((text, index) => [index === 0 ? 'settings' : '', text]),
  ];
  return rows.map(([name = '', text = '']) => `${name.padEnd(NAME_WIDTH)}${safeText(text)}`).join('\n');
}

/** The facts for programs; GPUs bear the names that they have in the log. */
export function doctorJson(facts: DoctorFacts): string {
  const gpus = facts.gpus.map(({name, gpus: reading}) => ({
    vendor: name,
    ...(reading.status === 'ok'
      ? {status: 'ok', gpus: reading.value.map((gpu) => gpuRecord(gpu, undefined, gpu.at ?? 0))}
      : reading),
  }));
  return toJson({...facts, gpus});
}

function memoryText({memory}: DoctorFacts): string {
  if (memory.status !== 'ok') return memory.reason;
  const swap = memory.swap_total_bytes ?? 0;
  const swapText = swap > 0 ? `${formatBytes(swap)} of swap` : 'no swap';
  return `${formatBytes(memory.total_bytes)}, ${formatBytes(memory.available_bytes)} available, ${swapText}`;
}

function limitText({name, from, total_bytes, used_bytes, in_force}: DoctorFacts['limits'][number]): string {
  const mark = in_force ? ' · in force' : '';
  return `${name} ${formatBytes(total_bytes)}, ${formatBytes(used_bytes)} used · ${from}${mark}`;
}

function processText({processes}: DoctorFacts): string {
  if (processes.status !== 'ok') return processes.reason;
  if (!('count' in processes)) return 'read';
  return `${processes.count} seen${processes.note === undefined ? '' : ` · ${processes.note}`}`;
}

function vendorTexts({name, gpus}: VendorPart, {nvidia_smi}: DoctorFacts): readonly string[] {
  const through = name === 'NVIDIA' && nvidia_smi !== null ? ` · through ${nvidia_smi}` : '';
  if (gpus.status !== 'ok') return [`${name}: ${gpus.reason}${through}`];
  return [`${name}: ${gpus.value.length} found${through}`, ...gpus.value.flatMap(gpuTexts)];
}

function gpuTexts(gpu: GpuReading): readonly string[] {
  const {lost, missing = {}, name} = gpu;
  const figures = lost === undefined ? figuresOf(gpu) : lost.reason;
  const reasons = Object.entries(missing).map(([figure, {reason}]) => `    ${figure}: ${reason}`);
  return [`  GPU ${gpuNumber(gpu)} ${name} · ${figures}`, ...reasons];
}

function figuresOf({
  usedBytes,
  totalBytes,
  utilizationPercent,
  temperatureCelsius,
  memory,
  processes,
}: GpuReading): string {
  const bytes = (value: number | undefined) => (value === undefined ? '–' : formatBytes(value));
  return [
    memory === 'unified'
      ? `${bytes(usedBytes)} of RAM (unified memory)`
      : `${bytes(usedBytes)} of ${bytes(totalBytes)}`,
    ...(memory === 'vram+gtt' ? ['VRAM and GTT'] : []),
    ...(utilizationPercent === undefined ? [] : [`busy ${formatPercent(utilizationPercent)}`]),
    ...(temperatureCelsius === undefined ? [] : [`${Math.round(temperatureCelsius)} °C`]),
    ...(processes === undefined
      ? []
      : [`${processes.length} ${processes.length === 1 ? 'process' : 'processes'}`]),
  ].join(' · ');
}

function terminalText({terminal}: DoctorFacts): string {
  const {is_terminal, term, colors, unicode, chart, columns, rows} = terminal;
  const size = is_terminal ? `${columns}x${rows}` : 'standard output is not a terminal';
  const colour = colors === 0 ? 'no colours' : `${colors} colours`;
  return `${term ?? 'TERM is not set'} · ${colour} · ${unicode ? 'Unicode' : 'ASCII'} · chart in ${chart} · ${size}`;
}

function settingsTexts({settings}: DoctorFacts): readonly string[] {
  const changed = settings.changed.length === 0 ? 'all defaults' : `set: ${settings.changed.join(', ')}`;
  return [`${settings.path} · ${changed}`, ...settings.problems];
}
