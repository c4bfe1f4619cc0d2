import {type OptionSpec, option} from './option.ts';
import {ExpectedError, percent, type ValueType} from './values.ts';

/** Where two runs are laid over each other. */
export type Alignment = {readonly kind: 'start'} | {readonly kind: 'mark'; readonly note: string};

const alignment: ValueType<Alignment> = {
  placeholder: 'start|mark:NOTE',
  parse(text) {
    if (text.trim() === 'start') return {kind: 'start'};
    const note = /^\s*mark:(.+)$/.exec(text)?.[1]?.trim();
    if (note !== undefined && note !== '') return {kind: 'mark', note};
    throw new ExpectedError('start or mark:NOTE, as mark:"epoch 1"');
  },
  format: (value) => (value.kind === 'start' ? 'start' : `mark:${value.note}`),
};

export const DIFF_OPTIONS = {
  align: {
    ...option(alignment, 'where both runs are laid over each other: their starts, or a mark of that note', [
      'diff',
    ]),
    fallback: 'start',
    saved: false,
  },
  'fail-above': {
    ...option(percent, 'exit code 1 where the run after is worse by more than this, and not by chance', [
      'diff',
    ]),
    saved: false,
  },
} as const satisfies Record<string, OptionSpec>;
