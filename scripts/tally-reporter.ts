import { writeSync } from "node:fs";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** Prints `N passed, N failed` as the last line. A file that cannot be loaded counts as one failure, as does an error outside a test. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      passed += states.filter((state) => state === "passed").length;
      failed += states.filter((state) => state === "failed").length;
      skipped += states.filter((state) => state === "skipped").length;
      if (module.state() === "failed" && !states.includes("failed")) failed++;
    }
    process.once("exit", () => writeSync(1, `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`));
  }
}
