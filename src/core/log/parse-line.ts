import {type Fields, fieldsOf} from './log-fields.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** One line of a log as an object; nothing where it is none. */
export function parseLine(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text));
  } catch {
    return undefined;
  }
}
