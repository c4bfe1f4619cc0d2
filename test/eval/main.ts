import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {BENIGN_FAMILIES} from './benign-families.ts';
import {makeTrace} from './corpus.ts';
import {LEAK_FAMILIES} from './leak-families.ts';
import {readRealTraces} from './real-traces.ts';
import {evaluate, floorsMissed, markdown} from './report.ts';
import {HOLD_OUT, QUICK, type SeedRange, TUNING} from './seeds.ts';
import {type Outcome, run} from './stream.ts';

const USAGE = `usage: node test/eval/run.mjs [--seeds hold-out|tuning|FROM-TO] [--quick] [--out FOLDER]
                             [--traces FOLDER] [--families PATTERN] [--no-baselines]`;

main();

function main(): void {
  const {values} = parseArgs({
    options: {
      seeds: {type: 'string', default: 'hold-out'},
      quick: {type: 'boolean', default: false},
      out: {type: 'string', default: 'coverage/leak'},
      traces: {type: 'string', default: process.env.MEMTOP_TRACES ?? '../shared/traces'},
      families: {type: 'string', default: '.'},
      'no-baselines': {type: 'boolean', default: false},
      help: {type: 'boolean', default: false},
    },
  });
  if (values.help) {
    print(USAGE);
    return;
  }
  const range = values.quick ? QUICK : rangeOf(values.seeds);
  const baselines = !(values['no-baselines'] || values.quick);
  const outcomes = runCorpus(range, new RegExp(values.families), baselines);
  const traces = readRealTraces(values.traces);
  const real = traces?.map((trace) => ({label: trace.label, ...run(trace, {baselines})}));
  const result = evaluate(outcomes, real, {range, folder: values.traces});
  print(markdown(result));
  if (values.quick) check(floorsMissed(result));
  else save(values.out, result);
}

function runCorpus([from, to]: SeedRange, families: RegExp, baselines: boolean): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  for (const family of [...Object.keys(LEAK_FAMILIES), ...Object.keys(BENIGN_FAMILIES)]) {
    if (!families.test(family)) continue;
    for (let seed = from; seed <= to; seed += 1) outcomes.push(run(makeTrace(family, seed), {baselines}));
    process.stderr.write(`\r${family.padEnd(24)}`);
  }
  process.stderr.write(`\r${' '.repeat(24)}\r`);
  return outcomes;
}

function rangeOf(text: string): SeedRange {
  if (text === 'hold-out') return HOLD_OUT;
  if (text === 'tuning') return TUNING;
  const [from, to] = text.split('-').map(Number);
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to)) return [from ?? 0, to ?? 0];
  throw new RangeError(`--seeds: expected hold-out, tuning or FROM-TO, got ${text}`);
}

function save(folder: string, result: ReturnType<typeof evaluate>): void {
  mkdirSync(folder, {recursive: true});
  writeFileSync(path.join(folder, 'leak-eval.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(path.join(folder, 'leak-eval.md'), `${markdown(result)}\n`);
  print(`saved ${folder}/leak-eval.json and ${folder}/leak-eval.md`);
}

function check(missed: readonly string[]): void {
  print(missed.length === 0 ? 'all floors are held' : `floors missed:\n${missed.join('\n')}`);
  if (missed.length > 0) process.exitCode = 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
