import type {ExportColumn} from '../../core/export/column.ts';
import {isoTime} from '../../core/format.ts';
import {csvLine, csvText} from '../csv.ts';
import {visibleText} from '../report/escape.ts';

/** The first line: what the columns are called. */
export function csvHead<R>(columns: readonly ExportColumn<R>[]): string {
  return csvLine(columns.map(({name}) => name));
}

/** One row; moments are ISO 8601 in UTC, what is not known is empty. */
export function csvRow<R>(columns: readonly ExportColumn<R>[], row: R): string {
  return csvLine(columns.map((column) => cellOf(column, row)));
}

function cellOf<R>({type, read}: ExportColumn<R>, row: R): string {
  const value = read(row);
  if (value === undefined) return '';
  if (typeof value === 'string') return csvText(visibleText(value));
  return CELLS[type](value);
}

const CELLS: Readonly<Record<ExportColumn<never>['type'], (value: number) => string>> = {
  moment: isoTime,
  text: String,
  whole: (value) => String(Math.round(value)),
  figure: (value) => String(Number(value.toFixed(6))),
};
