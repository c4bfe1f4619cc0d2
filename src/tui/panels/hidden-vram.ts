import {formatBytes} from '../../core/format.ts';
import {safeText} from '../../core/text.ts';
import type {HiddenShare} from '../../core/vram.ts';
import type {View} from '../view.ts';

const MOST_ROWS = 2;

/** What holds VRAM and is not in the table, GPU by GPU: `2 more on GPU 0 hold 20.4 GiB: …`. */
export function hiddenVram({frame, ui}: View): readonly string[] {
  const hidden = frame.vram?.hidden ?? [];
  if (ui.sort !== 'vram' || ui.reversed || hidden.length === 0) return [];
  const byGpu = new Map<string, readonly HiddenShare[]>();
  for (const share of hidden) byGpu.set(share.gpu, [...(byGpu.get(share.gpu) ?? []), share]);
  const gpus = [...byGpu];
  const most = gpus.toSorted(([, a], [, b]) => bytesOf(b) - bytesOf(a)).slice(0, MOST_ROWS);
  return gpus.filter((entry) => most.includes(entry)).map(([gpu, shares]) => textOf(gpu, shares));
}

function textOf(gpu: string, shares: readonly HiddenShare[]): string {
  const bytes = bytesOf(shares);
  const held = bytes > 0 ? ` hold${shares.length === 1 ? 's' : ''} ${formatBytes(bytes)}` : '';
  return `${shares.length} more on GPU ${gpu}${held}: ${safeText(shares[0]?.hidden ?? '')}`;
}

function bytesOf(shares: readonly HiddenShare[]): number {
  return shares.reduce((sum, {usedBytes = 0}) => sum + usedBytes, 0);
}
