import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "*-service/src/**/*.test.ts",
      "api-gateway/src/**/*.test.ts",
      "shared/src/**/*.test.ts",
      "scripts/**/*.test.ts",
      "client/src/**/*.test.ts",
      "web/src/**/*.test.ts",
      "tests/**/*.test.ts",
    ],
    globalSetup: ["tests/support/global-setup.ts"],
    reporters: ["default", "./scripts/tally-reporter.ts"],
    // Node's own TypeScript, as in production: the default accepts syntax that Node refuses.
    experimental: { viteModuleRunner: false },
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { requireAssertions: true },
  },
});
