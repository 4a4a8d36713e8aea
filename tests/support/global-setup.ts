import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import type { TestProject } from "vitest/node";
import { startOpenSearch } from "./opensearch.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A real PostgreSQL for the whole test run; each test file uses databases with its own prefix. */
    databaseUrl: string;
    /** A real OpenSearch with SEARCH=opensearch; null without. */
    searchUrl: string | null;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-test-pg-"));
  // Some files run several feeds at once.
  const server = await startPostgres({ directory, password: "only-for-tests", durable: false, maxConnections: 400 });
  project.provide("databaseUrl", server.url("postgres"));
  const engine = process.env["SEARCH"] === "opensearch" ? await startOpenSearch(join(directory, "opensearch")) : undefined;
  project.provide("searchUrl", engine?.url ?? null);
  // Hundreds of processes load the same sources; Node keeps them compiled for the next one.
  process.env.NODE_COMPILE_CACHE = join(directory, "compiled");
  return async () => {
    await engine?.close();
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  };
}
