import {type Threshold, type VramThresholds, writeThreshold, writeVramThresholds} from '../core/threshold.ts';

/** How values are read from flags, environment and saved settings. Each parser takes text and throws `ExpectedError`. */

/** A value that is not what was expected; who reads it says where it came from. */
export class ExpectedError extends Error {
  override readonly name = 'ExpectedError';
  readonly expected: string;

  constructor(expected: string) {
    super(`expected ${expected}`);
    this.expected = expected;
  }
}

export interface ValueType<T> {
  /** How the value is named in help: `TIME`, `PERCENT`. */
  readonly placeholder: string;
  /** @throws {ExpectedError} */
  parse(text: string): T;
  /** The value as it would be given. */
  format(value: T): string;
}

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
  t: 1024 ** 4,
  tib: 1024 ** 4,
  tb: 1000 ** 4,
};

/** A time such as `500ms`, `1s`, `1.5m`; a bare number is seconds. In milliseconds. */
export function duration(minMs: number, maxMs: number): ValueType<number> {
  const expected = `a time from ${writeDuration(minMs)} to ${writeDuration(maxMs)}, as 500ms, 1s or 5m`;
  return {
    placeholder: 'TIME',
    parse(text) {
      const [, figure, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(text.trim()) ?? fail(expected);
      const ms = Number(figure) * (DURATION_UNITS[unit] ?? fail(expected));
      return ms >= minMs && ms <= maxMs ? ms : fail(expected);
    },
    format: writeDuration,
  };
}

/** A share such as `80%`, or a size such as `19.2GB`; a bare number is percent. */
export const threshold: ValueType<Threshold> = {
  placeholder: 'PERCENT|SIZE',
  parse(text) {
    const expected = 'a percent from 1 to 100 or a size, as 80, 80% or 19.2GB';
    const share = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim())?.[1];
    if (share === undefined) return {bytes: bytesOf(text, 1) ?? fail(expected)};
    const percent = Number(share);
    return percent >= 1 && percent <= 100 ? {percent} : fail(expected);
  },
  format: writeThreshold,
};

const GPU_PART = /^\s*(?:(\d{1,4}(?:\/\d{1,3})?)\s*=)?([^=]+)$/;

/** One threshold for all GPUs and more for single ones, as in `90%,1=80%,0/1=19.2GB`. */
export function vramThresholds(all: Threshold): ValueType<VramThresholds> {
  const expected =
    'a percent from 1 to 100 or a size, and GPU=THRESHOLD for single GPUs, as 90% or 90%,1=19.2GB';
  return {
    placeholder: 'PERCENT|SIZE',
    parse(text) {
      const parts = text.split(',').map((part) => GPU_PART.exec(part) ?? fail(expected));
      try {
        const given = parts.map(([, gpu, value = '']) => [gpu, threshold.parse(value)] as const);
        const single = given.flatMap(([gpu, one]) => (gpu === undefined ? [] : [[gpu, one] as const]));
        const common = given.filter(([gpu]) => gpu === undefined);
        const isTwice = common.length > 1 || new Set(single.map(([gpu]) => gpu)).size < single.length;
        if (isTwice) return fail(expected);
        return {all: common[0]?.[1] ?? all, byGpu: Object.fromEntries(single)};
      } catch {
        return fail(expected);
      }
    },
    format: writeVramThresholds,
  };
}

/** Any value, or `off`. */
export function maybe<T>(type: ValueType<T>): ValueType<T | 'off'> {
  return {
    placeholder: `${type.placeholder}|off`,
    parse(text) {
      if (text.trim().toLowerCase() === 'off') return 'off';
      try {
        return type.parse(text);
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error;
        throw new ExpectedError(`${error.expected}, or off`);
      }
    },
    format: (value) => (value === 'off' ? 'off' : type.format(value)),
  };
}

/** A share such as `10%`; a bare number is percent. */
export const percent: ValueType<number> = {
  placeholder: 'PERCENT',
  parse(text) {
    const value = Number(/^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim())?.[1] ?? Number.NaN);
    return value > 0 && value <= 100 ? value : fail('a percent above 0, up to 100, as 10 or 10%');
  },
  format: (value) => `${value}%`,
};

/** So many pages a second, as `1000` or `1000/s`. */
export const perSecond: ValueType<number> = {
  placeholder: 'PAGES',
  parse(text) {
    const value = Number(/^(\d+)\s*(?:\/s)?$/.exec(text.trim())?.[1] ?? Number.NaN);
    return value >= 1 && Number.isSafeInteger(value) ? value : fail('a number of pages a second, as 1000');
  },
  format: String,
};

/** Times parted by commas, each later than the one before: `1m,5m,15m,1h`. In milliseconds. */
export function durations(minMs: number, maxMs: number): ValueType<readonly number[]> {
  const one = duration(minMs, maxMs);
  const expected = 'times parted by commas, each longer than the one before, as 1m,5m,15m,1h';
  return {
    placeholder: 'TIMES',
    parse(text) {
      try {
        const times = text.split(',').map((part) => one.parse(part));
        const rises = times.every((ms, index) => index === 0 || ms > (times[index - 1] ?? ms));
        return rises ? times : fail(expected);
      } catch {
        return fail(expected);
      }
    },
    format: (times) => times.map(writeDuration).join(','),
  };
}

const MAX_PID = 4_194_304;

/** Numbers of processes parted by commas: `812` or `812,813`. */
export const pids: ValueType<readonly number[]> = {
  placeholder: 'PID[,PID]',
  parse(text) {
    const numbers = text
      .split(',')
      .map((part) => (/^\d{1,7}$/.test(part.trim()) ? Number(part) : Number.NaN));
    const isFine = numbers.every((pid) => pid >= 1 && pid <= MAX_PID);
    return isFine ? [...new Set(numbers)] : fail('numbers of processes parted by commas, as 812 or 812,813');
  },
  format: (numbers) => numbers.join(','),
};

const MOST_PATTERN = 200;

/** A regular expression, as JavaScript knows them. */
export const pattern: ValueType<RegExp> = {
  placeholder: 'REGEX',
  parse(text) {
    if (text === '' || text.length > MOST_PATTERN) return fail('a regular expression, as "^python train"');
    try {
      return new RegExp(text, 'u');
    } catch {
      return fail('a regular expression, as "^python train"');
    }
  },
  format: ({source}) => source,
};

/** A size such as `100MB` or `1.5GiB`. In bytes. */
export function size(minBytes: number): ValueType<number> {
  const expected = `a size of ${minBytes} bytes or more, as 100MB or 1GiB`;
  return {
    placeholder: 'SIZE',
    parse: (text) => bytesOf(text, minBytes) ?? fail(expected),
    format: (value) => `${value}`,
  };
}

/** Bytes of a size with its unit; nothing where it is no size, or smaller than `minBytes`. */
function bytesOf(text: string, minBytes: number): number | undefined {
  const [, figure = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const bytes = Math.round(Number(figure || Number.NaN) * (SIZE_UNITS[unit.toLowerCase()] ?? Number.NaN));
  return Number.isSafeInteger(bytes) && bytes >= minBytes ? bytes : undefined;
}

export function wholeNumber(min: number, max: number): ValueType<number> {
  const expected = `a whole number from ${min} to ${max}`;
  return {
    placeholder: 'NUMBER',
    parse(text) {
      const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : fail(expected);
    },
    format: String,
  };
}

export function choice<const T extends string>(choices: readonly T[]): ValueType<T> {
  const expected = `one of ${choices.join(', ')}`;
  return {
    placeholder: choices.join('|'),
    parse: (text) => choices.find((one) => one === text.trim().toLowerCase()) ?? fail(expected),
    format: String,
  };
}

const SWITCH = new Map([
  ...['true', 'on', 'yes', '1'].map((word) => [word, true] as const),
  ...['false', 'off', 'no', '0'].map((word) => [word, false] as const),
]);

/** On or off; as a flag it takes no value. */
export const toggle: ValueType<boolean> = {
  placeholder: '',
  parse: (text) => SWITCH.get(text.trim().toLowerCase()) ?? fail('on or off'),
  format: (value) => (value ? 'on' : 'off'),
};

/** On, off, or one word more; as a flag it is on without a value. */
export function toggleOr<W extends string>(word: W): ValueType<'on' | 'off' | W> {
  return {
    placeholder: '',
    parse(text) {
      const given = text.trim().toLowerCase();
      if (given === word) return word;
      const isOn = SWITCH.get(given) ?? fail(`on, off or ${word}`);
      return isOn ? 'on' : 'off';
    },
    format: String,
  };
}

/** Any text of one line that is not empty. */
export function text(
  placeholder: string,
  expected: string,
  accepts: (value: string) => boolean = () => true,
): ValueType<string> {
  return {
    placeholder,
    parse: (value) =>
      value.trim() !== '' && !/[\0\n\r]/.test(value) && accepts(value) ? value : fail(expected),
    format: String,
  };
}

/** `1m`, `500ms`: the largest unit in which the figure is whole. */
export function writeDuration(ms: number): string {
  const [unit, length] = Object.entries(DURATION_UNITS).findLast(
    ([, length]) => ms >= length && ms % length === 0,
  ) ?? ['ms', 1];
  return `${ms / length}${unit}`;
}

function fail(expected: string): never {
  throw new ExpectedError(expected);
}
