import type {ByteWriter, ParquetWriter} from 'hyparquet-writer';
import type {CellType, ExportColumn} from '../../core/export/column.ts';
import {visibleText} from '../report/escape.ts';

/** So many rows, and of wide tables so many cells, are held in memory, and stand together in the file. */
const [GROUP_ROWS, GROUP_CELLS] = [10_000, 150_000];

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

type Value = string | number | undefined;
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
  readonly #groupRows: number;
  #values: Value[][];

  constructor(library: Library, columns: readonly ExportColumn<R>[], put: (bytes: Uint8Array) => void) {
    this.#columns = columns;
    this.#put = put;
    this.#groupRows = Math.min(GROUP_ROWS, Math.ceil(GROUP_CELLS / columns.length));
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
    this.#values = columns.map(() => []);
  }

  add(row: R): void {
    for (const [index, {read}] of this.#columns.entries()) this.#values[index]?.push(read(row));
    if ((this.#values[0]?.length ?? 0) >= this.#groupRows) this.#flush();
  }

  finish(): void {
    this.#flush();
    this.#file.finish();
    this.#drain();
  }

  #flush(): void {
    const values = this.#values;
    const rows = values[0]?.length ?? 0;
    if (rows === 0) return;
    // The library asks for one column after another; what it wants for it takes far more room than the plain values.
    const columnData = this.#columns.map(({name, type}, index) => ({
      name,
      get data() {
        return (values[index] ?? []).map((value) => cellOf(type, value));
      },
    }));
    this.#file.write({columnData, rowGroupSize: this.#groupRows});
    this.#values = this.#columns.map(() => []);
    this.#drain();
  }

  /** The library counts in `offset` what it ever wrote, and in `index` what it still holds. */
  #drain(): void {
    if (this.#buffer.index > 0) this.#put(this.#buffer.getBytes().slice());
    this.#buffer.index = 0;
  }
}

function cellOf(type: CellType, value: Value): Cell {
  if (value === undefined) return null;
  if (typeof value === 'string') return visibleText(value);
  if (type === 'moment') return new Date(value);
  return type === 'whole' ? BigInt(Math.round(value)) : value;
}
