import fc from 'fast-check';
import {expect, test} from 'vitest';
import {toJson} from '../../src/sinks/to-json.ts';

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Cf}/u;

test.each([
  ['C1 controls', 'a\u009b2J\u0085', '"a\\u009b2J\\u0085"'],
  ['turns of direction', '\u202egnp\u2066\u200f', '"\\u202egnp\\u2066\\u200f"'],
  ['line separators', '\u2028\u2029', '"\\u2028\\u2029"'],
  ['tags beyond the basic plane', '\u{e0041}', '"\\udb40\\udc41"'],
  ['blanks that are none', '\u3164\u00ad\ufeff', '"\\u3164\\u00ad\\ufeff"'],
])('%s are escaped', (_, text, expected) => {
  expect(toJson([text])).toBe(`[${expected}]`);
});

test('letters of all scripts and pictures stay as they are', () => {
  expect(toJson({name: 'größe 模型 \u{1f525}'})).toBe('{"name":"größe 模型 \u{1f525}"}');
});

test('whatever it holds, it parses to the same and nothing unseen is in it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({unit: 'binary'}), fc.string({unit: 'binary'})), (record) => {
      const text = toJson(record);
      expect(text).not.toMatch(UNSEEN);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(record)));
    }),
  );
});
