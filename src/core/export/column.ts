/** What a cell holds, which decides how each format writes it: moments are milliseconds since the epoch. */
export type CellType = 'moment' | 'text' | 'whole' | 'figure';

/** One column of a table: its name bears the unit, and nothing is absent by 0. */
export interface ExportColumn<R> {
  readonly name: string;
  readonly type: CellType;
  readonly read: (row: R) => string | number | undefined;
}

export function moment<R>(name: string, read: (row: R) => number | undefined): ExportColumn<R> {
  return {name, type: 'moment', read};
}

export function text<R>(name: string, read: (row: R) => string | undefined): ExportColumn<R> {
  return {name, type: 'text', read};
}

/** Bytes, counts and numbers of processes. */
export function whole<R>(name: string, read: (row: R) => number | undefined): ExportColumn<R> {
  return {name, type: 'whole', read};
}

export function figure<R>(name: string, read: (row: R) => number | undefined): ExportColumn<R> {
  return {name, type: 'figure', read};
}
