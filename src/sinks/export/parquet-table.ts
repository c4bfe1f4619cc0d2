import type {ByteWriter, ParquetWriter} from 'hyparquet-writer';
import type {CellType, ExportColumn} from '../../core/export/column.ts';
import {visibleText} from '../report/escape.ts';

/** So many rows are held in memory, and stand together in the file. */
const GROUP_ROWS = 10_000;

const PARQUET_TYPES = {
  moment: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: {type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS'},
  },
  text: {type: 'BYTE_ARRAY', converted_type: 'UTF8'},
  whole: {type: 'INT64'},
  figure: {type: 'DOUBLE'},
} as const satisfies Record<CellType, object>;

type Cell = string | number | bigint | Date | null;

/** A table that is written by a library which is loaded only where Parquet is asked for. */
export async function openParquet<R>(
  columns: readonly ExportColumn<R>[],
  put: (bytes: Uint8Array) => void,
): Promise<ParquetTable<R>> {
  return new ParquetTable(await import('hyparquet-writer'), columns, put);
}

type Library = Pick<typeof import('hyparquet-writer'), 'ByteWriter' | 'ParquetWriter'>;

/**
 * A table in Parquet, written a group of rows at a time: memory stays the same however long the log is. Every column may
 * hold nothing; moments are milliseconds in UTC, bytes and counts 64-bit integers.
 */
export class ParquetTable<R> {
  readonly #columns: readonly ExportColumn<R>[];
  readonly #put: (bytes: Uint8Array) => void;
  readonly #buffer: ByteWriter;
  readonly #file: ParquetWriter;
  #cells: Cell[][];

  constructor(library: Library, columns: readonly ExportColumn<R>[], put: (bytes: Uint8Array) => void) {
    this.#columns = columns;
    this.#put = put;
    this.#buffer = new library.ByteWriter();
    this.#file = new library.ParquetWriter({
      writer: this.#buffer,
      createdBy: 'memtop',
      schema: [
        {name: 'root', num_children: columns.length},
        ...columns.map(({name, type}) => ({
          name,
          repetition_type: 'OPTIONAL' as const,
          ...PARQUET_TYPES[type],
        })),
      ],
    });
    this.#cells = columns.map(() => []);
  }

  add(row: R): void {
    for (const [index, column] of this.#columns.entries()) this.#cells[index]?.push(cellOf(column, row));
    if ((this.#cells[0]?.length ?? 0) >= GROUP_ROWS) this.#flush();
  }

  finish(): void {
    this.#flush();
    this.#file.finish();
    this.#drain();
  }

  #flush(): void {
    if ((this.#cells[0]?.length ?? 0) === 0) return;
    const columnData = this.#columns.map(({name}, index) => ({name, data: this.#cells[index] ?? []}));
    this.#file.write({columnData, rowGroupSize: GROUP_ROWS});
    this.#cells = this.#columns.map(() => []);
    this.#drain();
  }

  /** The library counts in `offset` what it ever wrote, and in `index` what it still holds. */
  #drain(): void {
    if (this.#buffer.index > 0) this.#put(this.#buffer.getBytes().slice());
    this.#buffer.index = 0;
  }
}

function cellOf<R>({type, read}: ExportColumn<R>, row: R): Cell {
  const value = read(row);
  if (value === undefined) return null;
  if (typeof value === 'string') return visibleText(value);
  if (type === 'moment') return new Date(value);
  return type === 'whole' ? BigInt(Math.round(value)) : value;
}
