import type {Reporter, SerializedError, TestModule} from 'vitest/node';

const MOST_NAMED = 20;

/** Ends the output with one plain line, as in `12 passed, 0 failed, 1 skipped`. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const failed = count('failed') + modules.filter(failedWithoutTest).length + unhandledErrors.length;
    const skippedTests = tests.filter((test) => ['skipped', 'pending'].includes(test.result().state));
    const skipped = skippedTests.length;
    // What cannot run here is said, and not only counted; a run of some tests by name leaves out all others.
    if (skipped <= MOST_NAMED)
      for (const test of skippedTests) process.stdout.write(`not run here: ${test.fullName}\n`);
    process.stdout.write(formatCounts(count('passed'), failed, skipped));
  }
}

function formatCounts(passed: number, failed: number, skipped: number): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`;
}

// A file that cannot be loaded, or fails in a hook, has failed although no test of it has.
function failedWithoutTest(module: TestModule): boolean {
  const tests = [...module.children.allTests()];
  return module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed');
}
