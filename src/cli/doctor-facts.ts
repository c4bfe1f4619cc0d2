import {arch, release} from 'node:os';
import {limitInForce, limitsOf} from '../core/limit.ts';
import type {Missing, Reading, Sample} from '../core/sample.ts';
import {writeVramThresholds} from '../core/threshold.ts';
import {VERSION} from '../core/version.ts';
import {withDeadline} from '../sources/deadline.ts';
import {openGpus, type VendorPart} from '../sources/gpu/gpus.ts';
import {findNvidiaSmi} from '../sources/gpu/nvidia-smi.ts';
import type {Host} from '../sources/host.ts';
import {liveSource} from '../sources/live.ts';
import {type Surroundings, usableSettings} from './context.ts';

/** A driver that has to wake its GPUs first takes seconds. */
const GPU_PATIENCE_MS = 10_000;
const INTERVAL_MS = 1000;

/** What is known of this machine, plain JSON. Of the environment it holds what tells the terminal's kind, and no more. */
export async function doctorFacts(context: Surroundings) {
  const {host} = context;
  const source = liveSource(host, {processes: 'ask'});
  const [sample, processes, gpus, terminal] = await Promise.all([
    source.sample(),
    source.scanProcesses(),
    readVendors(host),
    terminalFacts(context),
  ]);
  await source.close();
  return {
    memtop: VERSION,
    node: process.version,
    platform: host.platform,
    architecture: arch(),
    kernel: release(),
    host_name: host.hostName,
    memory: memoryFacts(sample),
    limits: limitFacts(sample),
    pressure: statusOf(sample.pressure ?? {status: 'unsupported', reason: 'this system does not tell it'}),
    processes: processFacts(processes),
    nvidia_smi: findNvidiaSmi(host) ?? null,
    gpus,
    terminal,
    settings: settingsFacts(context),
  };
}

export type DoctorFacts = Awaited<ReturnType<typeof doctorFacts>>;

async function readVendors(host: Host): Promise<readonly VendorPart[]> {
  const gpus = await openGpus(host, {intervalMs: INTERVAL_MS});
  await withDeadline(host, GPU_PATIENCE_MS, gpus.ready);
  const vendors = gpus.vendors();
  gpus.close();
  return vendors;
}

function memoryFacts({memory}: Sample) {
  if (memory.status !== 'ok') return memory;
  const {totalBytes, availableBytes, swapTotalBytes} = memory.value;
  return {
    status: 'ok' as const,
    total_bytes: totalBytes,
    available_bytes: availableBytes,
    ...(swapTotalBytes !== undefined && {swap_total_bytes: swapTotalBytes}),
  };
}

/** Every limit, where it comes from, and which of them is in force. */
function limitFacts({memory, limits}: Sample) {
  const all = limitsOf(memory, limits);
  const inForce = limitInForce(all, undefined);
  return all.map(({id, name, kind, totalBytes, usedBytes}) => {
    const version = limits.find(({path}) => path === id)?.version;
    return {
      name,
      from: kind === 'host' ? 'the machine' : `cgroup v${version} ${id}`,
      total_bytes: totalBytes,
      used_bytes: usedBytes,
      in_force: id === inForce?.id,
    };
  });
}

function processFacts(processes: Sample['processes']) {
  if (processes?.status !== 'ok') return statusOf(processes);
  const {note} = processes.value;
  return {status: 'ok' as const, count: processes.value.processes.length, ...(note !== undefined && {note})};
}

function statusOf(reading: Reading<unknown> | undefined): {readonly status: 'ok'} | Missing {
  if (reading === undefined) return {status: 'failed', reason: 'not read'};
  return reading.status === 'ok' ? {status: 'ok'} : reading;
}

async function terminalFacts({host, stdout}: Surroundings) {
  const {readTerminal} = await import('../tui/capabilities.ts');
  const {env, platform} = host;
  const {capabilities, colors} = readTerminal(env, platform, {ascii: undefined, chart: undefined});
  const isTerminal = stdout.isTTY === true;
  return {
    is_terminal: isTerminal,
    term: env.TERM ?? null,
    colors,
    unicode: !capabilities.ascii,
    chart: capabilities.chart,
    ...(isTerminal && {columns: stdout.columns, rows: stdout.rows}),
  };
}

function settingsFacts(context: Surroundings) {
  const {settingsPath} = context;
  try {
    const {settings, problems} = usableSettings(context);
    return {
      path: settingsPath,
      changed: Object.keys(settings.origins),
      vram_threshold: writeVramThresholds(settings.values['vram-threshold']),
      problems: [...problems.values()].map(({message}) => message),
    };
  } catch (error) {
    return {
      path: settingsPath,
      changed: [],
      problems: [error instanceof Error ? error.message : String(error)],
    };
  }
}
