import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node';

/**
 * Ends a run's output with the plain line `N passed, N failed, N skipped`, for those who read only that.
 *
 * Failed counts what never became a test, too: a file that did not load, a hook outside tests that threw, an unhandled
 * error, a test without a result. So a run that did not pass never says `0 failed`.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    let failed = unhandledErrors.length;
    let passed = 0;
    let skipped = 0;
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'skipped') skipped++;
        else failed++;
      }
      failed += [module, ...module.children.allSuites()].filter((group) => group.errors().length > 0).length;
    }
    if (reason !== 'passed') failed = Math.max(failed, 1);
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }
}
