import fc from 'fast-check';
import {expect, test} from 'vitest';
import {plainText} from '../../../src/tui/line.ts';
import {type RuleLabel, ruleLine} from '../../../src/tui/panels/rule.ts';

const draw = (options: Partial<Parameters<typeof ruleLine>[0]> = {}) =>
  plainText(ruleLine({title: 'Memory', focused: false, width: 40, ...options}));

test('title, column names and note are set into it', () => {
  expect(draw()).toBe('─ Memory ───────────────────────────────');
  expect(draw({note: '1 firing'})).toBe('─ Memory ──────────────────── 1 firing ─');
  expect(
    draw({
      labels: [
        {text: 'PID', endsAt: 20},
        {text: 'user', startsAt: 22},
      ],
    }),
  ).toBe('─ Memory ──────── PID user ─────────────');
  expect(draw({labels: [{text: 'temp', endsAt: 39}]})).toBe('─ Memory ────────────────────────── temp');
});

test('in focus it is heavy, in accent, its title bold', () => {
  const line = ruleLine({title: 'Memory', focused: true, width: 20});
  expect(plainText(line)).toBe('━ Memory ━━━━━━━━━━━');
  expect(line.map(({role, bold}) => [role, bold ?? false])).toEqual([
    ['accent', false],
    ['text', true],
    ['accent', false],
  ]);
});

test('a label that would touch another is left out whole', () => {
  const labels = [
    {text: 'first', endsAt: 20},
    {text: 'second', endsAt: 22},
  ];
  expect(draw({labels})).toBe('─ Memory ────── first ──────────────────');
});

test('a title that is too long is cut with a sign of it', () => {
  expect(draw({title: 'x'.repeat(80), width: 20, note: 'gone'})).toBe(`─ ${'x'.repeat(15)}… ─`);
});

const label = fc
  .record({text: fc.stringMatching(/^[a-z]{1,9}$/), at: fc.nat({max: 120}), left: fc.boolean()})
  .map(({text, at, left}): RuleLabel => (left ? {text, startsAt: at} : {text, endsAt: at}));

test('labels never overlap and are never cut, whatever they are and wherever they should stand', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Z]{1,30}$/),
      fc.array(label, {maxLength: 8}),
      fc.option(fc.stringMatching(/^[0-9]{1,20}$/), {nil: undefined}),
      fc.integer({min: 8, max: 120}),
      (title, labels, note, width) => {
        const text = draw({title, labels, width, ...(note !== undefined && {note})});
        expect(text.length).toBe(width);
        const words = text.split(/[─ ]+/).filter(Boolean);
        const allowed = [...labels.map((one) => one.text), note];
        for (const word of words.slice(1)) expect(allowed).toContain(word);
        for (const {text: word, startsAt, endsAt} of labels) {
          const from = startsAt ?? (endsAt ?? 0) - word.length + 1;
          const isThere =
            words.slice(1).filter((one) => one === word).length ===
            labels.filter((one) => one.text === word).length;
          if (isThere) expect(text.slice(from, from + word.length)).toBe(word);
        }
      },
    ),
    {numRuns: 500},
  );
});
