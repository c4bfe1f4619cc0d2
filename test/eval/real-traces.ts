import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {MB} from './shapes.ts';
import type {Trace} from './trace.ts';

export type RealLabel = 'leaks' | 'does not leak' | 'no label';

/** A trace from the field. */
export interface RealTrace extends Trace {
  readonly label: RealLabel;
}

interface Source {
  readonly names: RegExp;
  readonly label: RealLabel;
  /** In the unit of the values. */
  readonly limit: number;
}

/**
 * Labels as the README beside the traces gives them. Limits of shares are 100; the others are assumed: the
 * 600 MB that EVE gives its daemon, the 4 GiB of the small hosts of the model servers, the 8.4 GB at which
 * the telescope's process died. Hosts that nobody labelled count as what does not leak, since nothing in
 * them ran out.
 */
const SOURCES: readonly Source[] = [
  {names: /^eve_leak_/, label: 'leaks', limit: 600},
  {names: /^eve_noleak_/, label: 'does not leak', limit: 600},
  {names: /^llm_.*_1s_1s_/, label: 'leaks', limit: 4096},
  {names: /^llm_opt125m_old_5s_/, label: 'does not leak', limit: 4096},
  {names: /^precog_m_/, label: 'does not leak', limit: 100},
  {names: /^precog_synth_/, label: 'no label', limit: 100},
  {names: /^alibaba_/, label: 'does not leak', limit: 100},
  {names: /^eso_377208_/, label: 'leaks', limit: 8400},
  {names: /^eso_/, label: 'does not leak', limit: 8400},
];

/** Reads the folder; nothing where it is not there. */
export function readRealTraces(folder: string): readonly RealTrace[] | undefined {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .sort()
    .flatMap((name) => {
      const source = SOURCES.find(({names}) => names.test(name));
      return source ? [readTrace(folder, name, source)] : [];
    });
}

function readTrace(folder: string, name: string, {label, limit}: Source): RealTrace {
  const rows = readFileSync(path.join(folder, name), 'utf8').trim().split('\n').slice(1);
  const fields = rows.map((row) => row.split(','));
  // A share keeps its unit: the detector asks for no more than one unit throughout.
  const unit = name.endsWith('_pct.csv') ? 1 : MB;
  const times = Float64Array.from(fields, ([seconds]) => Number(seconds) * 1000);
  return {
    family: name.replace(/\.csv$/, ''),
    seed: 0,
    label,
    leaks: label === 'leaks',
    times,
    values: Float64Array.from(fields, ([, value]) => (value ? Number(value) * unit : Number.NaN)),
    limit: limit * unit,
    onsetMs: 0,
    exhaustionMs: times.at(-1) ?? 0,
    wayMs: times.at(-1) ?? 0,
    sleeps: [],
    events: [],
  };
}
