import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { databaseOf, type StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { afterEach, beforeEach, inject } from "vitest";
import { type FeedProcess, startProcess } from "./process.ts";

export interface Operated {
  code: number;
  printed: string[];
  errors: string;
}

/** Runs `npm run <command> -- <args>` on a data folder. */
export async function runOperate(directory: string, command: string, args: string[] = [], environment: Record<string, string> = {}): Promise<Operated> {
  const script = fileURLToPath(new URL(`../../scripts/operate/${command}.ts`, import.meta.url));
  const { PATH = "", NODE_COMPILE_CACHE = "" } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, NODE_ENV: "test", NEWFEED_DATA_DIR: directory, ...environment };
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  const [printed, errors, code] = await Promise.all([
    child.stdout.setEncoding("utf8").toArray(),
    child.stderr.setEncoding("utf8").toArray(),
    new Promise<number>((resolve) => child.once("exit", (status) => resolve(status ?? -1))),
  ]);
  return { code, printed: printed.join("").split("\n").filter(Boolean), errors: errors.join("") };
}

/** Empty databases of its own on the tests' server. */
export const onTheServer = () => ({ DATABASE_URL: new URL("/", inject("databaseUrl")).href, DATABASE_PREFIX: `t${randomBytes(6).toString("hex")}_` });

/** Access to a service's database there. */
export function openDatabaseOf({ DATABASE_URL, DATABASE_PREFIX }: ReturnType<typeof onTheServer>, service: StoringServiceName): RawDatabase {
  const url = Object.assign(new URL(DATABASE_URL), { pathname: `/${DATABASE_PREFIX}${databaseOf(service)}` }).href;
  return openDatabase(url, createLogger({ level: "error", json: false }), 2);
}

/** A data folder for each test, the feed on it, and commands that are run there. */
export interface OperatedFolder {
  readonly directory: string;
  start(): Promise<FeedProcess>;
  stop(): Promise<void>;
  run(command: string, args?: string[], environment?: Record<string, string>): Promise<Operated>;
}

export function operatedFolder(): OperatedFolder {
  let directory = "";
  let feed: FeedProcess | undefined;
  async function stop(): Promise<void> {
    await feed?.signal("SIGTERM");
    feed = undefined;
  }
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "newfeed-operate-"));
  });
  afterEach(async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    get directory() {
      return directory;
    },
    async start() {
      feed = await startProcess(directory);
      return feed;
    },
    stop,
    run: (command, args, environment) => runOperate(directory, command, args, environment),
  };
}
