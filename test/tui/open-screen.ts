import {afterEach} from 'vitest';
import {type Headless, type HeadlessOptions, openHeadless} from './headless.ts';
import {NOW, sampleAt} from './machine.ts';

/** The screen that the running test opened; it is closed when the test ends. */
export let screen: Headless;
afterEach(() => screen.close());

export async function open(options: HeadlessOptions = {}): Promise<Headless> {
  screen = await openHeadless(options);
  return screen;
}

export const rowOf = (text: string | RegExp) =>
  screen.rows.findIndex((row) => (typeof text === 'string' ? row.includes(text) : text.test(row)));
export const footer = () => screen.rows.at(-1) ?? '';
export const kept = () => screen.calls.map(({name, value}) => `${name} ${value}`);
export const alert = (second: number, ramPercent = 85) => sampleAt(NOW + second * 1000, {ramPercent});
