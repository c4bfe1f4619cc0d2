import type {ExportForm, ExportTable} from '../config/report-options.ts';
import type {ExportColumn} from '../core/export/column.ts';
import {HIDDEN_PROCESS_COLUMNS, PROCESS_COLUMNS, processRows} from '../core/export/process-columns.ts';
import {gpuColumns, READING_COLUMNS} from '../core/export/reading-columns.ts';
import {formatCount} from '../core/format.ts';
import type {LogReading} from '../core/log/log-readings.ts';
import {csvHead, csvRow} from '../sinks/export/csv-table.ts';
import {openParquet} from '../sinks/export/parquet-table.ts';
import {SeriesSpool} from '../sinks/export/series-spool.ts';
import type {ByteTarget} from './byte-target.ts';
import {gpusInLogs} from './gpus-in-logs.ts';
import {LentFolder} from './lent-folder.ts';
import type {LogsToRead} from './logs-to-read.ts';

/** Takes in readings and writes them in one form. */
export interface LogTable {
  add(reading: LogReading): void;
  finish(): Promise<void>;
  /** What was left out, for whoever asked for it. */
  readonly notes: readonly string[];
  [Symbol.dispose](): void;
}

type Put = ByteTarget['put'];

interface ExportOrder {
  readonly form: ExportForm;
  readonly table: ExportTable;
  readonly logs: LogsToRead;
  readonly target: Pick<ByteTarget, 'put' | 'flushed'>;
  /** Whether secrets stay in command lines. */
  readonly withSecrets: boolean;
}

export async function openTable(order: ExportOrder): Promise<LogTable> {
  if (order.form === 'openmetrics') return metricsTable(order.target);
  if (order.table === 'processes') return rowTable(order, processColumns(order), processRows);
  const gpus = await gpusInLogs(order.logs.names);
  return rowTable(order, [...READING_COLUMNS, ...gpus.flatMap(gpuColumns)], (reading) => [reading]);
}

function processColumns({withSecrets}: ExportOrder) {
  return withSecrets ? PROCESS_COLUMNS : HIDDEN_PROCESS_COLUMNS;
}

const HELD_CHARACTERS = 65_536;

async function rowTable<R>(
  {form, target}: ExportOrder,
  columns: readonly ExportColumn<R>[],
  rowsOf: (reading: LogReading) => readonly R[],
): Promise<LogTable> {
  const {put} = target;
  const table = form === 'parquet' ? await openParquet(columns, put) : csvTable(columns, put);
  return {
    add: (reading) => {
      for (const row of rowsOf(reading)) table.add(row);
    },
    finish: async () => table.finish(),
    notes: [],
    [Symbol.dispose]() {},
  };
}

function csvTable<R>(columns: readonly ExportColumn<R>[], put: Put) {
  let held = csvHead(columns);
  const flush = () => {
    put(held);
    held = '';
  };
  return {
    add(row: R) {
      held += csvRow(columns, row);
      if (held.length >= HELD_CHARACTERS) flush();
    },
    finish: flush,
  };
}

function metricsTable({put, flushed}: ExportOrder['target']): LogTable {
  const folder = new LentFolder('export', 'export');
  const spool = new SeriesSpool(folder);
  const putWhole = (chunk: string | Uint8Array) => {
    put(chunk);
    return flushed();
  };
  const told = (count: number, what: string) => (count === 0 ? [] : [`${formatCount(count)} ${what}`]);
  return {
    add: (reading) => spool.add(reading),
    finish: () => spool.writeTo(putWhole),
    get notes() {
      return [
        ...told(spool.lateSamples, 'samples left out whose time was not after that of the one before'),
        ...told(spool.droppedSamples, 'samples left out of more than 2,000 series'),
      ];
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
