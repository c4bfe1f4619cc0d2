import {expect, test} from 'vitest';
import {sessionOptions} from '../../src/cli/session-options.ts';
import {settingsOf} from './settings.ts';

const optionsOf = (texts: Parameters<typeof settingsOf>[0] = {}) => sessionOptions(settingsOf(texts).values);

test('without being asked the core is told the defaults, in its own units', () => {
  expect(optionsOf()).toEqual({
    thresholds: {
      ram: {percent: 80},
      swap: {percent: 50},
      gpu: {all: {percent: 90}, byGpu: {}},
      shm: {percent: 90},
      job: 'off',
    },
    rules: {pressure: 10, fullPressure: 5, swapIn: 'off', swapOut: 'off', limitIn: 'off', process: 'off'},
    timing: {holdSeconds: 0, remindSeconds: [60, 300, 900, 3600]},
    watchLeaks: true,
    windowSize: 100,
  });
});

test('each rule goes by its own setting', () => {
  const given = {
    'shm-threshold': 'off',
    'job-threshold': '60GiB',
    'pressure-threshold': 'off',
    'full-pressure-threshold': '2.5%',
    'swap-rate-threshold': '1000',
    'limit-in': '10m',
    'process-threshold': '40%',
  };
  const {thresholds, rules} = optionsOf(given);
  expect(thresholds).toMatchObject({shm: 'off', job: {bytes: 60 * 2 ** 30}});
  expect(rules).toEqual({
    pressure: 'off',
    fullPressure: 2.5,
    swapIn: 1000,
    swapOut: 1000,
    limitIn: 600,
    process: {percent: 40},
  });
});

test.each([
  [{for: '10s'}, {holdSeconds: 10, remindSeconds: [60, 300, 900, 3600]}],
  [{repeat: '30s,2h'}, {holdSeconds: 0, remindSeconds: [30, 7200]}],
  [{repeat: 'off'}, {holdSeconds: 0, remindSeconds: []}],
  [{cooldown: '90s'}, {holdSeconds: 0, remindSeconds: [60, 300, 900, 3600], everySeconds: 90}],
])('%j is when alerts are raised and told again', (texts, timing) => {
  expect(optionsOf(texts).timing).toEqual(timing);
});
