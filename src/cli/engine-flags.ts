/** The latest version of Node whose engine is known to have these; others would complain of what they do not know. */
const LATEST_KNOWN = 24;

const FLAGS = [
  // A refresh is a few milliseconds of work a second: code that is compiled better for that never pays for its compiling.
  '--no-opt',
  // The space of new objects stays at its first size; it would grow to 16 MB by what is kept of the start.
  '--semi-space-growth-factor=1',
  // One thread is through with so small a space before others are awake.
  '--no-parallel-scavenge',
];

/** Has the engine spare memory and CPU rather than time, as suits a program that runs all night beside others. */
export function beFrugal(require: NodeJS.Require): void {
  if (Number.parseInt(process.versions.node, 10) > LATEST_KNOWN) return;
  // Only now: it is slow to load, and nobody waits any more.
  const {setFlagsFromString}: typeof import('node:v8') = require('node:v8');
  for (const flag of FLAGS) setFlagsFromString(flag);
}
