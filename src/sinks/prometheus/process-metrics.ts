import {programName} from '../../core/program.ts';
import type {ProcessReading} from '../../core/sample.ts';
import {label, type MetricSpec, type Point, type View} from './metric.ts';

const LABELS = ['name', 'user'] as const;

/**
 * The largest programs. A pid would be a new series with each worker that is started, for as long as Prometheus keeps
 * them; a program's name with its user stays the same over restarts and epochs.
 */
export const PROCESS_METRICS = {
  memtop_process_resident_bytes: {
    type: 'gauge',
    help: 'Resident memory of the largest programs, the processes of one name and user together; as many as --top says.',
    labels: LABELS,
    read: (view) => ofPrograms(view, ({bytes}) => bytes),
  },
  memtop_processes: {
    type: 'gauge',
    help: 'How many processes each of the largest programs has.',
    labels: LABELS,
    read: (view) => ofPrograms(view, ({count}) => count),
  },
} as const satisfies Record<string, MetricSpec>;

interface Program {
  readonly name: string;
  readonly user: string;
  bytes: number;
  count: number;
}

function ofPrograms({frame, facts}: View, figure: (program: Program) => number): readonly Point[] {
  if (frame.processes?.status !== 'ok') return [];
  return programsOf(frame.processes.value.processes)
    .slice(0, facts.top)
    .map((program) => {
      const {name, user} = program;
      return {labels: {name, ...(user !== '' && {user})}, value: figure(program)};
    });
}

/** Both metrics speak of one scan, which is walked once. */
const known = new WeakMap<readonly ProcessReading[], readonly Program[]>();

function programsOf(processes: readonly ProcessReading[]): readonly Program[] {
  const programs = known.get(processes) ?? group(processes);
  known.set(processes, programs);
  return programs;
}

function group(processes: readonly ProcessReading[]): readonly Program[] {
  const byKey = new Map<string, Program>();
  for (const process of processes) {
    const [name, user] = [label(programName(process).title), label(process.user ?? '')];
    const key = `${user}\n${name}`;
    const program = byKey.get(key) ?? {name, user, bytes: 0, count: 0};
    program.bytes += process.rssBytes;
    program.count += 1;
    byKey.set(key, program);
  }
  return [...byKey.values()].toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}
