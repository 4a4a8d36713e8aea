// Before each test file: files share a process, one after another, and each leaves it as it was.
import { dropDatabases } from "@newfeed/shared/testing/own-database.ts";
import { afterAll, vi } from "vitest";

// Runs behind the hooks of the test file itself.
afterAll(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  await dropDatabases();
});
