import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A real PostgreSQL for the whole test run; each test file uses databases with its own prefix. */
    databaseUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-test-pg-"));
  const server = await startPostgres({ directory, password: "only-for-tests", durable: false });
  project.provide("databaseUrl", server.url("postgres"));
  // Hundreds of processes load the same sources; Node keeps them compiled for the next one.
  process.env.NODE_COMPILE_CACHE = join(directory, "compiled");
  return async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  };
}
