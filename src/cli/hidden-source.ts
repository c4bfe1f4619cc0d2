import type {ProcessReading, ProcessTable, Reading, Sample} from '../core/sample.ts';
import {hideSecrets, hideSecretsInText} from '../core/secrets.ts';
import type {Source} from '../core/source.ts';

/** The same source, whose command lines have their secrets hidden from all that comes behind it, the screen too. */
export function hiddenSource(source: Source): Source {
  const {scanProcesses} = source;
  return {
    ...source,
    sample: async () => withoutSecrets(await source.sample()),
    ...(scanProcesses !== undefined && {scanProcesses: async () => hiddenTable(await scanProcesses())}),
  };
}

export function withoutSecrets(sample: Sample): Sample {
  return sample.processes === undefined ? sample : {...sample, processes: hiddenTable(sample.processes)};
}

/** One table is that of many samples, and is worked on once. */
const hiddenTables = new WeakMap<object, Reading<ProcessTable>>();

function hiddenTable(table: Reading<ProcessTable>): Reading<ProcessTable> {
  if (table.status !== 'ok') return table;
  const known = hiddenTables.get(table);
  if (known !== undefined) return known;
  const {value} = table;
  const hidden = {...table, value: {...value, processes: value.processes.map(hiddenProcess)}};
  hiddenTables.set(table, hidden);
  return hidden;
}

function hiddenProcess(process: ProcessReading): ProcessReading {
  const {args, command} = process;
  if (args !== undefined) {
    const hidden = hideSecrets(args);
    return hidden === args ? process : {...process, args: hidden, command: hidden.join(' ')};
  }
  const hidden = command === undefined ? undefined : hideSecretsInText(command);
  // The same process as it was costs those behind nothing.
  return hidden === command ? process : {...process, ...(hidden !== undefined && {command: hidden})};
}
