import {describe, expect, test} from 'vitest';
import {
  COMMANDS,
  isOptionName,
  isToggle,
  OPTION_NAMES,
  OPTIONS,
  type OptionSpec,
  PRESETS,
  variableName,
} from '../../src/config/options.ts';
import {REPORT_ENDINGS, SCREEN_KEPT} from '../../src/core/choices.ts';

const spec = (name: (typeof OPTION_NAMES)[number]): OptionSpec => OPTIONS[name];

describe.each(OPTION_NAMES)('--%s', (name) => {
  test('has a fallback that it would take itself', () => {
    const {fallback, type} = spec(name);
    if (fallback !== undefined) expect(() => type.parse(fallback)).not.toThrow();
    expect(fallback).not.toBe('');
  });

  test('has help of one line, and commands that there are', () => {
    const {help, commands} = spec(name);
    expect(help).toMatch(/^[^\n]{10,100}$/);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) expect(Object.keys(COMMANDS)).toContain(command);
  });

  test('has a variable of its own', () => {
    expect(variableName(name)).toMatch(/^MEMTOP_[A-Z]+(_[A-Z]+)*$/);
    expect(OPTION_NAMES.filter((other) => variableName(other) === variableName(name))).toEqual([name]);
  });
});

test('names are those of options and nothing inherited', () => {
  expect(OPTION_NAMES.every(isOptionName)).toBe(true);
  expect(['constructor', 'toString', '__proto__', 'Interval', ''].some(isOptionName)).toBe(false);
});

test('switches take no value, all else does', () => {
  expect(OPTION_NAMES.filter(isToggle)).toEqual([
    'bell',
    'notify',
    'leak',
    'redact',
    'quiet',
    'stay',
    'follow',
    'ascii',
    'mouse',
    'readonly',
    'demo',
    'json',
    'names',
  ]);
});

test('what would surprise in the next run is not saved', () => {
  expect(OPTION_NAMES.filter((name) => !spec(name).saved)).toEqual([
    'pid',
    'name',
    'output',
    'quiet',
    'format',
    'table',
    'from',
    'to',
    'follow',
    'prometheus',
    'prometheus-token-file',
    'prometheus-cert',
    'prometheus-key',
    'prometheus-url',
    'align',
    'fail-above',
    'demo',
    'seed',
    'gpus',
    'json',
    'capture',
    'names',
  ]);
});

test('what the screen keeps are options of the screen that are saved', () => {
  for (const name of SCREEN_KEPT)
    expect(spec(name)).toMatchObject({saved: true, commands: expect.arrayContaining(['screen'])});
});

test('presets are intervals and thresholds that the options take', () => {
  expect(PRESETS).toEqual({
    short: {intervalMs: 60_000},
    medium: {intervalMs: 300_000},
    long: {intervalMs: 600_000},
    server: {intervalMs: 600_000, threshold: '85%'},
    rtx3090: {intervalMs: 300_000, 'vram-threshold': '80%'},
  });
  expect(OPTIONS.threshold.type.parse(PRESETS.server.threshold)).toEqual({percent: 85});
  expect(OPTIONS['vram-threshold'].type.parse(PRESETS.rtx3090['vram-threshold']).all).toEqual({percent: 80});
});

test('a report is taken with every ending that there is a form for', () => {
  for (const ending of REPORT_ENDINGS) expect(OPTIONS.report.type.parse(`a.${ending}`)).toBe(`a.${ending}`);
});
