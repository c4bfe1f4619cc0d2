/** How figures are written, the same on the screen, in the log, in the report and in messages. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const GIB = 3;
/** What MB stands for in the log, in statistics and in reports. */
export const BYTES_PER_MB = 1024 * 1024;

/** Bytes in one figure: `412 KiB`, `612 MiB`, `15.2 GiB`, `126 GiB`; nothing at all is `0`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1) return '0';
  const power = unitPower(bytes);
  return `${inUnit(bytes, power)} ${UNITS[power]}`;
}

/** A count with its thousands parted: `22,925`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Signed bytes for a change, at most 8 cells: `+154 MiB`, `-2.6 GiB`, `+12 GiB`; less than a KiB is `0`. */
export function formatChange(bytes: number): string {
  const size = Math.abs(bytes);
  if (size < 1024) return '0';
  // A sign takes a cell, so four digits are too many.
  const power = unitPower(size, 1000);
  const figure = size / 1024 ** power;
  const digits = power >= GIB && figure < 9.95 ? figure.toFixed(1) : String(Math.round(figure));
  return `${bytes < 0 ? '-' : '+'}${digits} ${UNITS[power]}`;
}

/** Used and total in the total's unit, 15 cells: ` 0.3 /  8.0 GiB`. */
export function formatPair(usedBytes: number, totalBytes: number): string {
  const {used, total, unit} = pairParts(usedBytes, totalBytes);
  return `${used.padStart(4)} / ${total.padStart(4)} ${unit}`;
}

/** Used and total where room is short, at most 13 cells: `41.3/56.0 GiB`. */
export function formatNarrowPair(usedBytes: number, totalBytes: number): string {
  const {used, total, unit} = pairParts(usedBytes, totalBytes);
  return `${used}/${total} ${unit}`;
}

/** A share with one decimal and no space: `4.0%`. */
export function formatPercent(percent: number): string {
  return `${percent.toFixed(1)}%`;
}

/** A threshold as given: `80%`, `82.5%`; one that nothing reaches is `off`. */
export function formatThreshold(percent: number): string {
  if (percent === Number.POSITIVE_INFINITY) return 'off';
  return `${Number(percent.toFixed(1))}%`;
}

/** Milliseconds in two units at most: `42 s`, `4 m 10 s`, `5 h 40 m`, `3 d 4 h`; under 1 s `500 ms`. */
export function formatDuration(ms: number): string {
  if (ms > 0 && Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${Number((Math.max(0, ms) / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return twoUnits(Math.floor(seconds / 60), 'm', seconds % 60, 's');
  if (seconds < 86_400)
    return twoUnits(Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60), 'm');
  return twoUnits(Math.floor(seconds / 86_400), 'd', Math.floor((seconds % 86_400) / 3600), 'h');
}

/** How long something has run, whole seconds and two units at most. */
export function formatElapsed(ms: number): string {
  return ms < 1000 ? '0 s' : formatDuration(Math.floor(ms / 1000) * 1000);
}

/** Hours, minutes and seconds as `0:01:00`, the way `printStats` tells the uptime. */
export function formatUptime(seconds: number): string {
  const whole = Math.floor(seconds);
  const pad = (part: number) => String(part).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${pad(Math.floor((whole % 3600) / 60))}:${pad(whole % 60)}`;
}

/** Local clock time, 24 h: `14:32:07`, or `14:32`. */
export function formatClock(at: number, precision: 'minutes' | 'seconds' = 'seconds'): string {
  const date = new Date(at);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return parts.slice(0, precision === 'seconds' ? 3 : 2).join(':');
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Local day: `Sun 22 Nov`. */
export function formatDay(at: number): string {
  const date = new Date(at);
  return `${DAYS[date.getDay()]} ${date.getDate()} ${MONTHS[date.getMonth()]}`;
}

/** Local day and time to the second, as reports write moments: `2026-11-22 14:32:07`. */
export function formatMoment(at: number): string {
  const date = new Date(at);
  const pad = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${formatClock(at)}`;
}

/** A moment as logs and JSON write it: ISO 8601, UTC. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/** Bytes as whole MB of 1,048,576 bytes, the unit of `used_mb` in the log and in statistics. */
export function toMb(bytes: number): number {
  return Math.round(bytes / BYTES_PER_MB);
}

function pairParts(usedBytes: number, totalBytes: number) {
  const power = Math.max(unitPower(totalBytes), 1);
  return {used: inUnit(usedBytes, power), total: inUnit(totalBytes, power), unit: UNITS[power] ?? 'B'};
}

function inUnit(bytes: number, power: number): string {
  const value = bytes / 1024 ** power;
  return power >= GIB && value < 99.95 ? value.toFixed(1) : String(Math.round(value));
}

/** The unit whose rounded figure stays under `most`. */
function unitPower(bytes: number, most = 1024): number {
  let power = 0;
  while (power < UNITS.length - 1 && Math.round(bytes / 1024 ** power) >= most) power += 1;
  return power;
}

function twoUnits(first: number, firstUnit: string, second: number, secondUnit: string): string {
  return second === 0 ? `${first} ${firstUnit}` : `${first} ${firstUnit} ${second} ${secondUnit}`;
}
