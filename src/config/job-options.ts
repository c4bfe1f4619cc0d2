import {type OptionSpec, option} from './option.ts';
import {pattern, pids, text, toggle} from './values.ts';

const ATTACH = ['screen', 'watch', 'serve'] as const;
const RUN = ['run'] as const;

/** Which job is followed, and what becomes of its output. */
export const JOB_OPTIONS = {
  pid: {
    ...option(pids, 'follow these processes and all that they start; of mark: the monitor to mark', [
      ...ATTACH,
      'mark',
    ]),
    saved: false,
  },
  name: {
    ...option(
      pattern,
      'follow the processes whose name and arguments match, and all that they start',
      ATTACH,
    ),
    saved: false,
  },
  output: {
    ...option(
      text('FILE', 'the name of a file'),
      "run appends the job's output to FILE, byte for byte; report and export write there",
      [...RUN, 'report', 'export'],
    ),
    saved: false,
  },
  quiet: {
    ...option(toggle, "no screen: terminal and keys are the job's; alerts and report on standard error", RUN),
    fallback: 'off',
    saved: false,
  },
  stay: {
    ...option(toggle, 'keep the screen when the job has ended, until q', RUN),
    fallback: 'off',
  },
  cgroup: {
    ...option(
      text('NAME', 'auto, off, or the folder of a cgroup'),
      'the cgroup that the job runs in: one of its own where that can be made, none, or this one',
      RUN,
    ),
    fallback: 'auto',
  },
} as const satisfies Record<string, OptionSpec>;
