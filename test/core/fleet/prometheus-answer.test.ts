import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parseMatrix, parseVector, problemIn} from '../../../src/core/fleet/prometheus-answer.ts';

const answer = (resultType: string, result: unknown) =>
  JSON.stringify({status: 'success', data: {resultType, result}});

test('a vector is figures with their names and labels', () => {
  const text = answer('vector', [
    {metric: {__name__: 'up', instance: 'a:1'}, value: [1.5, '1']},
    {metric: {instance: 'b:1'}, value: [1, 'NaN']},
    {metric: {instance: 'c:1'}, value: [1, '+Inf']},
    {metric: 'none', value: [1, '1']},
    {metric: {}, value: '1'},
    null,
  ]);
  expect(parseVector(text)).toEqual({ok: true, value: [{name: 'up', labels: {instance: 'a:1'}, value: 1}]});
});

test('a matrix is lines of moments in milliseconds', () => {
  const values = [[1, '0.5'], [2.5, 'x'], 'no', [3, '0.25']];
  expect(parseMatrix(answer('matrix', [{metric: {__name__: 'm', pool: 'ram'}, values}]))).toEqual({
    ok: true,
    value: [
      {
        labels: {pool: 'ram'},
        points: [
          [1000, 0.5],
          [3000, 0.25],
        ],
      },
    ],
  });
});

test.each(['', 'null', '[]', '<html>', '{"status":"success"}', answer('matrix', []), answer('vector', {})])(
  'what is no vector is told as such: %s',
  (text) =>
    expect(parseVector(text)).toEqual({
      ok: false,
      problem: expect.stringMatching(/^expected an answer of Prometheus/),
    }),
);

test('what Prometheus says of an error is cut to one safe line', () => {
  const error = `bad\u001b]0;owned\u0007 query\n${'x'.repeat(500)}`;
  const said = problemIn(JSON.stringify({status: 'error', error}));
  expect(said).toMatch(/^bad query x+…$/);
  expect(said?.length).toBe(120);
});

test('whatever comes, it does not throw', () => {
  const nested = fc
    .anything({maxDepth: 4})
    .map((value) => JSON.stringify({status: 'success', data: value}) ?? '');
  const result = fc.array(fc.anything()).map((value) => answer('vector', value));
  fc.assert(
    fc.property(fc.oneof(fc.string({unit: 'binary'}), fc.json(), nested, result), (text) => {
      parseVector(text);
      parseMatrix(text);
      problemIn(text);
    }),
    {numRuns: 1000},
  );
});
