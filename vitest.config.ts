import {defineConfig} from 'vitest/config';

const TORTURE = ['test/torture/**/*.test.ts'];
const END_TO_END = ['test/e2e/**/*.test.ts', 'test/package.test.ts'];
/** They wait for most of their time, and none of them for an answer within so many milliseconds. */
const PATIENT = [
  'diff',
  'fleet',
  'idle',
  'leak',
  'library',
  'log-input',
  'replay',
  'report-page',
  'serve',
  'top',
].map((name) => `test/e2e/${name}.test.ts`);
/** More than a small machine has cores, for the patient leave theirs idle; by default there would be one fewer. */
const WORKERS = 3;

export default defineConfig(({mode}) => ({
  test: {
    globals: false,
    reporters: ['default', './test/reporter.ts'],
    setupFiles: ['./test/setup.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...END_TO_END, ...TORTURE],
          maxWorkers: WORKERS,
          testTimeout: 20_000,
          sequence: {groupOrder: 0},
        },
      },
      {
        extends: true,
        test: {
          name: 'patient',
          include: PATIENT,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: WORKERS,
          // Beside the unit tests, which wait for nothing.
          sequence: {groupOrder: 0},
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: END_TO_END,
          exclude: PATIENT,
          // Real programs with real deadlines: beside each other on a small machine they miss them.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: {groupOrder: 1},
        },
      },
      {
        extends: true,
        test: {
          name: 'torture',
          include: TORTURE,
          fileParallelism: false,
          // In full by `--mode torture`; otherwise the quick part.
          provide: {torture: mode === 'torture' ? 'full' : 'quick'},
          testTimeout: mode === 'torture' ? 1_800_000 : 60_000,
          hookTimeout: 60_000,
          sequence: {groupOrder: 2},
        },
      },
    ],
  },
}));
