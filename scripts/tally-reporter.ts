import { globSync, writeSync } from "node:fs";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/**
 * Prints `N passed, N failed` as the last line, and before it what passed only when it was tried again, and how many long files
 * were passed over. A file that cannot be loaded counts as one failure, as does an error outside a test.
 */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    const lines: string[] = [];
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      const states = tests.map((test) => test.result().state);
      passed += states.filter((state) => state === "passed").length;
      failed += states.filter((state) => state === "failed").length;
      skipped += states.filter((state) => state === "skipped").length;
      if (module.state() === "failed" && !states.includes("failed")) failed++;
      for (const test of tests) if (test.diagnostic()?.flaky) lines.push(`passed when tried again: ${module.relativeModuleId} > ${test.fullName}`);
    }
    const long = globSync("tests/**/*.long.test.ts").length - modules.filter(({ moduleId }) => moduleId.endsWith(".long.test.ts")).length;
    if (long > 0) lines.push(`${long} files of long tests did not run (npm run test:long)`);
    lines.push(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
    process.once("exit", () => writeSync(1, `${lines.join("\n")}\n`));
  }
}
