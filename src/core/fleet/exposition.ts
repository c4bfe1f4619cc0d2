import {type FleetPoint, MOST_LABEL, MOST_POINTS} from './point.ts';

const LONGEST_LINE = 8192;
const HEAD = /^([a-zA-Z_:][\w:]*)\s*/;
const LABEL = /\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))/y;
const INFINITE: Readonly<Record<string, number>> = {
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
};

/** Reads Prometheus's text format. What is no figure is left out; nothing makes it throw. */
export function parseExposition(text: string): readonly FleetPoint[] {
  const points: FleetPoint[] = [];
  for (const line of text.split('\n')) {
    if (points.length >= MOST_POINTS) break;
    const point = line.startsWith('#') || line.length > LONGEST_LINE ? undefined : readLine(line.trim());
    if (point !== undefined) points.push(point);
  }
  return points;
}

function readLine(line: string): FleetPoint | undefined {
  const [head, name] = HEAD.exec(line) ?? [];
  if (head === undefined || name === undefined) return undefined;
  const rest = line.slice(head.length);
  const read = rest.startsWith('{') ? readLabels(rest) : {labels: {}, rest};
  const [figure = ''] = read?.rest.trim().split(/\s+/) ?? [];
  const value = figure === '' ? Number.NaN : (INFINITE[figure] ?? Number(figure));
  return read === undefined || !Number.isFinite(value) ? undefined : {name, labels: read.labels, value};
}

function readLabels(text: string) {
  const labels: [string, string][] = [];
  let place = 1;
  while (text[place] !== undefined && !/^\s*\}/.test(text.slice(place, place + 2))) {
    LABEL.lastIndex = place;
    const [whole, name, value] = LABEL.exec(text) ?? [];
    if (whole === undefined || name === undefined || value === undefined) return undefined;
    labels.push([name, unescaped(value).slice(0, MOST_LABEL)]);
    place += whole.length;
  }
  const end = text.indexOf('}', place);
  return end < 0 ? undefined : {labels: Object.fromEntries(labels), rest: text.slice(end + 1)};
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}
