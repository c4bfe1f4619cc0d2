import {failed, type GpuReading, type Missing, ok, type Reading, unsupported} from '../../core/sample.ts';
import type {Host, RunResult} from '../host.ts';
import {slowReading} from '../slow-reading.ts';
import {type Figure, nameFrom, numberFigure, UNIFIED_TOTAL, withFigures} from './figure.ts';
import {polledReader} from './polled-reader.ts';
import type {GpuVendor} from './vendor.ts';

const IOREG = '/usr/sbin/ioreg';
const ACCELERATORS = ['-r', '-d', '1', '-w', '0', '-c', 'IOAccelerator'] as const;
const SYSCTL = '/usr/sbin/sysctl';
const MIN_INTERVAL_MS = 5000;
const LIMIT_INTERVAL_MS = 60_000;
const TIMEOUT_MS = 3000;
const BYTES_PER_MIB = 1024 ** 2;
// The counter may be a moment ahead of what RAM there is.
const SLACK = 1.02;
const TOTAL: Figure = {missing: unsupported(UNIFIED_TOTAL)};
const TEMPERATURE: Figure = {missing: unsupported('macOS does not tell the temperature of the GPU')};
const PROCESSES = {missing: unsupported('macOS does not tell what a process holds of the GPU')};

/** The GPU of Apple Silicon, whose memory is the machine's RAM, through ioreg, every five seconds at most. */
export const apple: GpuVendor = {
  name: 'Apple',
  open(host, {intervalMs}) {
    if (host.platform !== 'darwin') return undefined;
    const limit = slowReading(host, LIMIT_INTERVAL_MS, async () => ok(await readWiredLimit(host)));
    return polledReader(host, Math.max(intervalMs, MIN_INTERVAL_MS), async () => {
      const result = await host.run(IOREG, ACCELERATORS, {timeoutMs: TIMEOUT_MS});
      const wiredLimit = await limit.latestWithin(TIMEOUT_MS);
      return readingsOf(host, result, wiredLimit?.status === 'ok' ? wiredLimit.value : {});
    });
  },
};

type WiredLimit = Pick<GpuReading, 'wiredLimitBytes'>;

/** Nothing where the system sets the limit by itself. */
async function readWiredLimit(host: Host): Promise<WiredLimit> {
  const result = await host.run(SYSCTL, ['-n', 'iogpu.wired_limit_mb'], {timeoutMs: TIMEOUT_MS});
  if (result.status !== 'exited' || result.code !== 0) return {};
  const text = result.stdout.trim();
  const bytes = /^\d{1,9}$/.test(text) ? Number(text) * BYTES_PER_MIB : 0;
  return bytes > 0 ? {wiredLimitBytes: bytes} : {};
}

function readingsOf(host: Host, result: RunResult, limit: WiredLimit): Reading<readonly GpuReading[]> {
  if (result.status !== 'exited' || result.code !== 0) return whyFailed(result);
  const devices = result.stdout.split(/^\+-o /m).slice(1);
  if (devices.length === 0) return unsupported('no GPU found');
  const models = devices.map((device) => nameFrom(/"model" = "([^"\n]*)"/.exec(device)?.[1] ?? ''));
  const readings = devices.flatMap((device, index) => {
    const name = models[index] ?? '';
    return name.startsWith('Apple') ? [readingOf(host, device, {index, name, ...limit})] : [];
  });
  return readings.length > 0 ? ok(readings) : whyNotApple(models.find((model) => model !== ''));
}

function readingOf(host: Host, device: string, gpu: GpuReading): GpuReading {
  const statistics = /"PerformanceStatistics" = \{([^}\n]*)\}/.exec(device)?.[1] ?? '';
  const used = statistic(statistics, 'In use system memory', host.runtimeMemory().totalBytes * SLACK);
  const utilization = statistic(statistics, 'Device Utilization %', 100);
  const named: GpuReading = {...gpu, vendor: 'Apple', memory: 'unified', at: host.now()};
  return withFigures(named, {used, total: TOTAL, utilization, temperature: TEMPERATURE}, PROCESSES);
}

/** Keys that only begin alike, as `In use system memory (driver)`, are others. */
function statistic(statistics: string, key: string, most: number): Figure {
  const entry = statistics.split(',').find((part) => part.trim().startsWith(`"${key}"=`));
  if (entry === undefined) return {missing: unsupported(`ioreg does not tell "${key}"`)};
  return numberFigure(`ioreg's "${key}"`, entry.slice(entry.indexOf('=') + 1), most);
}

function whyFailed(result: RunResult): Missing {
  if (result.status === 'exited') return failed(`ioreg ended with code ${result.code}`);
  return result.status === 'missing'
    ? unsupported(`${IOREG}: ${result.reason}`)
    : failed(`ioreg: ${result.reason}`);
}

function whyNotApple(model: string | undefined): Missing {
  if (model === undefined)
    return unsupported('the GPU does not tell its model; only those of Apple Silicon are read');
  return unsupported(`${model}: only GPUs of Apple Silicon are read`);
}
