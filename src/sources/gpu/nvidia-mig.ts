import type {GpuProcess} from '../../core/sample.ts';

const MIB = 2 ** 20;

/** One MIG instance of a GPU. */
export interface MigInstance {
  readonly index: number;
  readonly usedBytes?: number;
  readonly totalBytes?: number;
  readonly processes: readonly GpuProcess[];
}

/** The MIG instances of every GPU in one document of `nvidia-smi -q -x`, by the GPU's uuid. */
export function parseMig(document: string): ReadonlyMap<string, readonly MigInstance[]> {
  const gpus = blocks(document, 'gpu').map((gpu) => [textIn(gpu, 'uuid'), instancesOf(gpu)] as const);
  return new Map(gpus.filter(([uuid]) => uuid !== ''));
}

/** Cuts a stream of documents into whole ones. */
export function documentCutter(onDocument: (document: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    rest += text;
    const parts = rest.split(END);
    rest = (parts.pop() ?? '').slice(-MAX_DOCUMENT);
    for (const part of parts) onDocument(part);
  };
}

const END = '</nvidia_smi_log>';
const MAX_DOCUMENT = 4 * MIB;

function instancesOf(gpu: string): readonly MigInstance[] {
  const processes = blocks(blocks(gpu, 'processes')[0] ?? '', 'process_info');
  return blocks(blocks(gpu, 'mig_devices')[0] ?? '', 'mig_device').flatMap((device) => {
    const index = wholeIn(device, 'index');
    if (index === undefined) return [];
    const memory = blocks(device, 'fb_memory_usage')[0] ?? '';
    const [usedBytes, totalBytes] = [mibIn(memory, 'used'), mibIn(memory, 'total')];
    const isWhole = totalBytes !== undefined && totalBytes > 0;
    return [
      {
        index,
        ...(isWhole && {totalBytes}),
        ...(usedBytes !== undefined && isWhole && usedBytes <= totalBytes && {usedBytes}),
        processes: processesOn(device, processes),
      },
    ];
  });
}

/** A process names the two instances that it runs on by the numbers that the device has. */
function processesOn(device: string, processes: readonly string[]): readonly GpuProcess[] {
  const idsOf = (text: string) =>
    [textIn(text, 'gpu_instance_id'), textIn(text, 'compute_instance_id')].join();
  const ids = idsOf(device);
  return processes
    .filter((process) => idsOf(process) === ids)
    .flatMap((process) => {
      const pid = wholeIn(process, 'pid');
      const usedBytes = mibIn(process, 'used_memory');
      return pid === undefined || pid < 1 ? [] : [{pid, ...(usedBytes !== undefined && {usedBytes})}];
    });
}

/** What stands between the tags of that name, which hold no tag of the same name. */
function blocks(text: string, name: string): readonly string[] {
  return [...text.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, inside = '']) => inside,
  );
}

function textIn(text: string, name: string): string {
  return new RegExp(`<${name}>([^<]{0,200})</${name}>`).exec(text)?.[1]?.trim() ?? '';
}

function wholeIn(text: string, name: string): number | undefined {
  const figure = textIn(text, name);
  return /^\d{1,9}$/.test(figure) ? Number(figure) : undefined;
}

function mibIn(text: string, name: string): number | undefined {
  const figure = /^(\d{1,9}) MiB$/.exec(textIn(text, name))?.[1];
  return figure === undefined ? undefined : Number(figure) * MIB;
}
