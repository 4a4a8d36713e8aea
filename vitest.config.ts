import { defineConfig } from "vitest/config";

/** Looks at what its own imports declare. */
const alone = ["tests/statements.test.ts"];

/** What takes long and seldom finds anything: `npm run test:long`, or by name. */
const long = "tests/**/*.long.test.ts";
const hasLong = process.env.LONG === "1" || process.argv.some((argument) => argument.includes(".long"));

const files = {
  setupFiles: ["tests/support/setup-file.ts"],
  // Node's own TypeScript, as in production: the default accepts syntax that Node refuses.
  experimental: { viteModuleRunner: false },
  // For a busy machine: what has to be fast says how fast.
  testTimeout: 60_000,
  hookTimeout: 120_000,
  expect: { requireAssertions: true },
};

export default defineConfig({
  test: {
    globalSetup: ["tests/support/global-setup.ts"],
    reporters: ["default", "./scripts/tally-reporter.ts"],
    pool: "forks",
    maxWorkers: 2,
    projects: [
      { test: { ...files, name: "alone", include: alone } },
      {
        test: {
          ...files,
          name: "together",
          include: [
            "*-service/src/**/*.test.ts",
            "api-gateway/src/**/*.test.ts",
            "shared/src/**/*.test.ts",
            "scripts/**/*.test.ts",
            "client/src/**/*.test.ts",
            "web/src/**/*.test.ts",
            "tests/**/*.test.ts",
          ],
          exclude: hasLong ? alone : [...alone, long],
          // What hundreds of files import is loaded, and compiled, once by each worker.
          isolate: false,
        },
      },
    ],
  },
});
