import {describe, expect, test} from 'vitest';
import {ok} from '../../../src/core/sample.ts';
import type {TapeView} from '../../../src/core/tape.ts';
import {compose} from '../../../src/tui/compose.ts';
import {type Line, plainText} from '../../../src/tui/line.ts';
import {noGpu} from '../machine.ts';
import {stageOf, viewOf} from '../views.ts';

const TAPE: TapeView = {file: 'run.jsonl', state: 'play', isPlaying: true, speed: 60, percent: 46.7};

function rows(width: number, height: number, tape: Partial<TapeView> = {}): readonly string[] {
  const view = viewOf(stageOf(), {width, height, tape: {...TAPE, ...tape}});
  return compose(view).lines.map(plainText);
}

describe('the tape on the screen', () => {
  test.each([
    [120, 40, /^ memtop {2}run\.jsonl · \w{3} 22 Nov [\d:]{8} · 46% · ×60 · atlas · limit .* {2}PLAY +$/],
    [80, 24, /^ run\.jsonl · \w{3} 22 Nov [\d:]{8} · 46% · ×60 .* PLAY +$/],
    [60, 20, /^ run\.jsonl · .*[\d:]{8} · 46% · ×60 .* PLAY +$/],
  ])('stands in the header at %ix%i', (width, height, header) => {
    const [first = ''] = rows(width, height);
    expect(first).toMatch(header);
    expect(first.length).toBeLessThanOrEqual(width);
  });

  test.each([
    ['pause', ' PAUSED '],
    ['seek', ' WINDING '],
    ['end', ' END OF LOG '],
  ] as const)('says what it does: %s', (state, word) => {
    expect(rows(120, 40, {state})[0]).toContain(word);
  });

  test.each([
    ['play', 'PLAY'],
    ['pause', 'PAUSED'],
    ['seek', 'WINDING'],
    ['end', 'END'],
  ] as const)('says its time and what it does where there is no header: %s', (state, word) => {
    const [first = ''] = rows(40, 12, {state});
    expect(first).toMatch(new RegExp(`^ . \\w+ .* \\d\\d:\\d\\d:\\d\\d {2}${word} *$`));
    expect(first.length).toBeLessThanOrEqual(40);
  });

  test('cuts the name of a file and no figure, and lets no name speak to the terminal', () => {
    const file = `\u001b[2J${'very-'.repeat(30)}long.jsonl`;
    const [first = ''] = rows(80, 24, {file});
    expect(first).toMatch(/…\S*long\.jsonl · .* · 46% · ×60/);
    expect(first).not.toContain('\u001b');
  });

  test('names the log that it is in, and of how many', () => {
    expect(rows(120, 40, {part: '1 of 2'})[0]).toMatch(/^ memtop {2}run\.jsonl, 1 of 2 · /);
    expect(rows(80, 24, {part: '12 of 12', file: `${'very-'.repeat(9)}long.jsonl`})[0]).toMatch(
      /^ …\S*long\.jsonl, 12 of 12 · .* · 46% · ×60/,
    );
  });

  test('has its keys in the footer, and none that would change the past', () => {
    const footer = rows(120, 40).at(-1) ?? '';
    expect(footer).toMatch(/^ \? help {2}Space pause {2}← → in time {2}n N alerts {2}\] \[ speed {2}: go to/);
    expect(footer).not.toMatch(/threshold|kill|mark/);
    expect(rows(40, 12).at(-1)).toMatch(/^ \? help {2}Space pause .*: go to .*q quit/);
    for (const state of ['pause', 'end'] as const)
      expect(rows(40, 12, {state, isPlaying: false}).at(-1)).toMatch(/^ \? help {2}Space play .*q quit/);
  });

  test.each([
    [120, / Processes 5 of 17 .* PID .* RSS▼ .* command .* as of \d\d:\d\d:\d\d [─━]+$/],
    [80, / (Processes as of \d\d:\d\d:\d\d .*RSS▼|Processes 5 of 17 .* PID .* as of [\d:]{8} )/],
    [60, / Processes as of \d\d:\d\d:\d\d .*RSS▼/],
    [40, /as of \d\d:\d\d:\d\d .*RSS▼/],
  ])('says of when processes are that are older than the reading, at %i columns', (width, rule) => {
    const drawn = (ageMs: number, isTape = true) => {
      const tape = isTape ? TAPE : undefined;
      const view = viewOf(stageOf({gpus: noGpu}), {width, height: 24, tape});
      const {frame} = view;
      if (frame.processes?.status !== 'ok') throw new Error('expected processes');
      const processes = ok({...frame.processes.value, at: frame.at - ageMs});
      return compose({...view, frame: {...frame, vram: frame.vram, processes}}).lines;
    };
    const titleOf = (lines: readonly Line[]) => lines.map(plainText).find((line) => /RSS▼/.test(line)) ?? '';
    const inkOf = (lines: readonly Line[]) =>
      lines.find((line) => plainText(line).includes('llama'))?.find(({text}) => / GiB$/.test(text))?.role;
    expect(titleOf(drawn(30_000))).toMatch(rule);
    expect(titleOf(drawn(30_000)).length).toBe(width);
    expect(inkOf(drawn(30_000))).toBe('muted');
    expect(titleOf(drawn(500))).not.toContain('as of');
    expect(inkOf(drawn(500))).toBe('text');
    expect(titleOf(drawn(30_000, false))).toContain(width < 60 ? 'Processes' : 'Processes 5 of 17');
  });
});
