import {formatBytes, formatPair, formatPercent} from '../../core/format.ts';
import type {Frame} from '../../core/frame.ts';
import {fit, type Line, span} from '../line.ts';
import type {View} from '../view.ts';

const NAME = '  pressure          ';

/** Whether full is a problem: time lost to memory, what moves to swap, and what would be given back. */
export function pressureLine({frame, width}: View): Line {
  const items = [...stalls(frame), ...swapTraffic(frame), ...hostItems(frame)];
  while (items.length > 1 && NAME.length + items.join(' · ').length > width) items.pop();
  return fit([span(NAME), span(items.join(' · '), 'muted')], width);
}

function stalls({pressure}: Frame): readonly string[] {
  if (pressure?.status !== 'ok') return [];
  const [some10, full10, some60, full60] = [
    pressure.value.some10,
    pressure.value.full10,
    pressure.value.some60,
    pressure.value.full60,
  ].map(formatPercent);
  return [`some ${some10} full ${full10} (10 s), ${some60} ${full60} (60 s)`];
}

function swapTraffic({pools, swapRate}: Frame): readonly string[] {
  if (swapRate === undefined || !pools.some(({kind}) => kind === 'swap')) return [];
  const {inPerSecond, outPerSecond} = swapRate;
  return [`swap in ${Math.round(inPerSecond)} out ${Math.round(outPerSecond)}/s`];
}

function hostItems({host, limit}: Frame): readonly string[] {
  const {commitBytes, commitLimitBytes, shmemBytes} = host.status === 'ok' ? host.value : {};
  return [
    ...(commitBytes === undefined || commitLimitBytes === undefined
      ? []
      : [`commit ${formatPair(commitBytes, commitLimitBytes).trim()}`]),
    ...(limit?.cacheBytes === undefined ? [] : [`cache ${formatBytes(limit.cacheBytes)}`]),
    ...(shmemBytes === undefined ? [] : [`shm ${formatBytes(shmemBytes)}`]),
  ];
}
