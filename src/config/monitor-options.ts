export interface MonitorOptions {
  /** Seconds between two checks; fractions are allowed. @default 300 */
  readonly checkIntervalSeconds?: number | undefined;
  /** Percent of the limit in force from which to alert. @default 80 */
  readonly alertThresholdPercent?: number | undefined;
  /** Least seconds between two alerts. @default 60 */
  readonly cooldownSeconds?: number | undefined;
  /** How many checks average, peak and trend speak of. @default 100 */
  readonly windowSize?: number | undefined;
  /** Where to append the log, as JSON Lines; its folder is made when missing. @default no log */
  readonly logFile?: string | undefined;
}

/** Options with their defaults filled in. */
export interface MonitorSettings {
  readonly checkIntervalSeconds: number;
  readonly alertThresholdPercent: number;
  readonly cooldownSeconds: number;
  readonly windowSize: number;
  readonly logFile: string | undefined;
}

/** One day: what waits longer does not watch. */
const MAX_INTERVAL_SECONDS = 86_400;
const MIN_INTERVAL_SECONDS = 0.1;

/** @throws {TypeError|RangeError} naming the option, what was expected and what was given. */
export function checkMonitorOptions(options: MonitorOptions): MonitorSettings {
  refuseUnknown(options);
  const {
    checkIntervalSeconds = 300,
    alertThresholdPercent = 80,
    cooldownSeconds = 60,
    windowSize = 100,
  } = options;
  return {
    checkIntervalSeconds: within(
      'checkIntervalSeconds',
      checkIntervalSeconds,
      MIN_INTERVAL_SECONDS,
      MAX_INTERVAL_SECONDS,
    ),
    alertThresholdPercent: within('alertThresholdPercent', alertThresholdPercent, 0, 100),
    cooldownSeconds: within('cooldownSeconds', cooldownSeconds, 0, Number.MAX_SAFE_INTEGER),
    windowSize: wholeNumber('windowSize', windowSize),
    logFile: fileName(options.logFile),
  };
}

const KNOWN = ['checkIntervalSeconds', 'alertThresholdPercent', 'cooldownSeconds', 'windowSize', 'logFile'];

function refuseUnknown(options: object): void {
  const unknown = Object.keys(options).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined)
    throw new TypeError(`expected one of ${KNOWN.join(', ')}, got option ${describe(unknown)}`);
}

function within(name: string, value: unknown, min: number, max: number): number {
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
  if (typeof value !== 'number')
    throw new TypeError(`${name}: expected a number (${range}), got ${describe(value)}`);
  if (!(value >= min && value <= max)) throw new RangeError(`${name}: expected ${range}, got ${value}`);
  return value;
}

function wholeNumber(name: string, value: unknown): number {
  const checked = within(name, value, 1, 1_000_000);
  if (!Number.isInteger(checked)) throw new RangeError(`${name}: expected a whole number, got ${checked}`);
  return checked;
}

function fileName(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') {
    throw new TypeError(`logFile: expected the name of a file, got ${describe(value)}`);
  }
  return value;
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}
