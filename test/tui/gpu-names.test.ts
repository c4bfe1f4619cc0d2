import {describe, expect, test} from 'vitest';
import {gpuCell, gpuList} from '../../src/tui/gpu-names.ts';

describe('GPUs by number', () => {
  test.each([
    [[], ''],
    [['0'], '0'],
    [['1', '0'], '0,1'],
    [['3', '0', '1'], '0,1,3'],
    [['2', '1', '0', '3'], '0-3'],
    [['11', '9', '10', '2'], '2,9-11'],
    [['0/2', '0/1', '0/10'], '0/1,0/2,0/10'],
    [['1', '0/1', '0'], '0,0/1,1'],
    [['5', '5'], '5'],
  ])('%j are %s', (numbers, text) => expect(gpuList(numbers)).toBe(text));

  test.each([
    [['0', '1', '2', '3'], '0-3'],
    [['0', '2', '4'], '×3'],
    [['8', '9', '10', '11'], '×4'],
    [['10'], '10'],
  ])('%j in three cells are %s', (numbers, text) => expect(gpuCell(numbers, 3)).toBe(text));
});
