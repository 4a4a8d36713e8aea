import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import type { TestProject } from "vitest/node";
import { startOpenSearch } from "./opensearch.ts";
import { startPgBouncer } from "./pgbouncer.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A real PostgreSQL for the whole test run; each test file uses databases with its own prefix. */
    databaseUrl: string;
    /** A real OpenSearch with SEARCH=opensearch; null without. */
    searchUrl: string | null;
    /** A PgBouncer in front of the PostgreSQL with POOLER=pgbouncer; null without. */
    poolerUrl: string | null;
  }
}

const namedAfterRun = /^newfeed-tests-(\d+)-/;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const enoughBytes = 10 * 1024 ** 3;

/**
 * In memory where there is enough of it: hundreds of test files copy ten databases each, of three hundred files each, and making files
 * takes a tenth of the processor time there.
 */
function baseDirectory(): string {
  const memory = "/dev/shm";
  if (process.env.TMPDIR !== undefined || !existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= enoughBytes ? memory : tmpdir();
}

/** A folder for all that this run of the tests leaves behind. Those of runs that were killed are removed. */
function makeDirectory(): string {
  const base = baseDirectory();
  for (const entry of readdirSync(base)) {
    const pid = namedAfterRun.exec(entry)?.[1];
    if (pid && !isRunning(Number(pid))) rmSync(join(base, entry), { recursive: true, force: true });
  }
  const directory = mkdtempSync(join(base, `newfeed-tests-${process.pid}-`));
  // PostgreSQL runs as another user where the tests run as root.
  chmodSync(directory, 0o755);
  return directory;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = makeDirectory();
  // Temporary folders of the tests, and of the programs that they start.
  process.env.TMPDIR = directory;
  // Some files run several feeds at once.
  const server = await startPostgres({ directory: join(directory, "postgres"), password: "only-for-tests", durable: false, maxConnections: 400 });
  project.provide("databaseUrl", server.url("postgres"));
  const engine = process.env["SEARCH"] === "opensearch" ? await startOpenSearch(join(directory, "opensearch")) : undefined;
  project.provide("searchUrl", engine?.url ?? null);
  const pooler = process.env["POOLER"] === "pgbouncer" ? await startPgBouncer(server.url("postgres"), 3) : null;
  project.provide("poolerUrl", pooler?.url ?? null);
  // Hundreds of processes load the same sources; Node keeps them compiled for the next one.
  process.env.NODE_COMPILE_CACHE = join(directory, "compiled");
  return async () => {
    await engine?.close();
    await pooler?.close();
    await server.close();
    // A process that is being stopped may still store what it has compiled.
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
}
