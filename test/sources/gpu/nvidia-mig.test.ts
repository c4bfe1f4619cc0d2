import fc from 'fast-check';
import {expect, test} from 'vitest';
import {documentCutter, parseMig} from '../../../src/sources/gpu/nvidia-mig.ts';
import {mutated, numbersIn} from '../mutations.ts';
import {MIG_DOCUMENT, UUIDS} from './smi-output.ts';

const MIB = 2 ** 20;

test('the instances of a GPU are read, each with its own processes', () => {
  expect(parseMig(MIG_DOCUMENT).get(UUIDS[0])).toEqual([
    {
      index: 0,
      totalBytes: 19_968 * MIB,
      usedBytes: 13_456 * MIB,
      processes: [{pid: 4711, usedBytes: 13_420 * MIB}],
    },
    {
      index: 1,
      totalBytes: 9856 * MIB,
      usedBytes: 9012 * MIB,
      processes: [{pid: 4812, usedBytes: 8990 * MIB}],
    },
    {index: 2, totalBytes: 4864 * MIB, usedBytes: 12 * MIB, processes: []},
  ]);
});

test('a stream is cut into whole documents, however it comes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({min: 1, max: 400}), {minLength: 1}), (sizes) => {
      const documents: string[] = [];
      const take = documentCutter((document) => documents.push(document));
      const stream = MIG_DOCUMENT.repeat(3);
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        take(stream.slice(at, at + size));
        at += size;
      }
      expect(documents.map((document) => parseMig(document).get(UUIDS[0])?.length)).toEqual([3, 3, 3]);
    }),
    {numRuns: 20},
  );
});

test('no mutated document gives a figure out of thin air', () => {
  fc.assert(
    fc.property(mutated(MIG_DOCUMENT), (document) => {
      for (const instances of parseMig(document).values())
        for (const {usedBytes = 0, totalBytes = Number.POSITIVE_INFINITY, ...rest} of instances) {
          expect(usedBytes).toBeLessThanOrEqual(totalBytes);
          for (const figure of numbersIn([rest, usedBytes])) {
            expect(Number.isFinite(figure) && figure >= 0).toBe(true);
            const texts = document.match(/\d+/g) ?? [];
            expect(texts.some((text) => [figure, figure / MIB].includes(Number(text))) || figure === 0).toBe(
              true,
            );
          }
        }
    }),
    {numRuns: 300},
  );
});
