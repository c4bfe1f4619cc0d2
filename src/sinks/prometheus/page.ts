import {Buffer} from 'node:buffer';
import type {Frame} from '../../core/frame.ts';
import type {Format, Writer} from './exposition.ts';
import type {View} from './metric.ts';
import {familiesOf} from './metrics.ts';

/** What is served, as of the latest reading. */
export interface Page {
  /** The metrics; nothing before the first reading. */
  metrics(format: Format): Promise<PageText | undefined>;
  health(): Health;
}

export interface PageText {
  readonly contentType: string;
  readonly body: Buffer;
}

export interface Health {
  readonly isFresh: boolean;
  readonly text: string;
}

/** So many intervals old, a reading is not one of now. */
const FRESH_INTERVALS = 3;
const SLACK_MS = 2000;

export interface PageSource {
  /** What there is to tell; nothing before the first reading. */
  readonly view: () => View | undefined;
  /** A clock that never steps, milliseconds. */
  readonly clock: () => number;
}

/** Reads the latest frame and never asks for one: however often it is scraped, memtop reads at its own interval. */
export function pageOf({view, clock}: PageSource, {write, contentTypes}: Writer): Page {
  const texts: Partial<Record<Format, {readonly frame: Frame; readonly text: Promise<PageText>}>> = {};
  return {
    async metrics(format) {
      const now = view();
      if (now === undefined) return undefined;
      const known = texts[format];
      if (known?.frame === now.frame) return known.text;
      const text = textOf(now, format);
      texts[format] = {frame: now.frame, text};
      return text;
    },
    health() {
      const now = view();
      return now === undefined ? {isFresh: false, text: 'no reading yet'} : healthOf(now, clock());
    },
  };

  async function textOf(now: View, format: Format): Promise<PageText> {
    const body = Buffer.from(await write(familiesOf(now), format));
    return {contentType: contentTypes[format], body};
  }
}

function healthOf({frame, facts}: View, clock: number): Health {
  const {status} = frame.ram.reading;
  if (status !== 'ok') return {isFresh: false, text: 'memory cannot be read'};
  const ageMs = clock - frame.sample.monotonicMs;
  const isFresh = ageMs <= FRESH_INTERVALS * facts.intervalMs + SLACK_MS;
  return {isFresh, text: isFresh ? 'ok' : `the latest reading is ${Math.round(ageMs / 1000)} s old`};
}
