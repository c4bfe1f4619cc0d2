import fc from 'fast-check';
import {expect, test} from 'vitest';
import {FLEET_SORTS} from '../../../src/core/fleet/fleet.ts';
import {countsQueries, figuresQuery, pastQuery, rowsQuery} from '../../../src/core/fleet/queries.ts';

test('what is typed stands for itself, in a pattern and in quotes', () => {
  const query = rowsQuery('share', {hosts: [], part: 'a.b"} or vector(1) #'});
  expect(query).toContain(String.raw`host=~"(?i:.*a\\.b\"\\} or vector\\(1\\) #.*)"`);
});

test('no text leaves its quotes', () => {
  const strings = /"(?:[^"\\]|\\.)*"/g;
  const shape = (query: string) => query.replace(strings, '""');
  const target = (instance: string) => ({key: instance, instance, job: instance});
  fc.assert(
    fc.property(fc.string({unit: 'binary', minLength: 1}), (text) => {
      fc.pre(text.trim() !== '');
      for (const sort of FLEET_SORTS)
        expect(shape(rowsQuery(sort, {hosts: [text], part: text}))).toBe(
          shape(rowsQuery(sort, {hosts: ['a'], part: 'a'})),
        );
      expect(countsQueries({hosts: [text], part: text}).map(shape)).toEqual(
        countsQueries({hosts: ['a'], part: 'a'}).map(shape),
      );
      expect(shape(figuresQuery([target(text)]))).toBe(shape(figuresQuery([target('a')])));
      expect(shape(pastQuery(target(text)))).toBe(shape(pastQuery(target('a'))));
    }),
  );
});

test('the server counts and orders: no query asks for all series', () => {
  for (const sort of FLEET_SORTS)
    expect(rowsQuery(sort, {hosts: [], part: ''}).match(/(?:top|bottom)k\((\d+)/g)).toHaveLength(
      sort === 'limit' || sort === 'growth' ? 3 : 2,
    );
  const counts = countsQueries({hosts: [], part: ''});
  expect(counts.join().match(/label_replace\(count\(/g)).toHaveLength(5);
});
