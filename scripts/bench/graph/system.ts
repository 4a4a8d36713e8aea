import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import type { RawDatabase, RawQuery } from "@newfeed/shared/ports/database.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { pin, pinned, processorOf } from "../processes.ts";
import type { Measured } from "../row.ts";

const parts = ["auth", "user", "post", "comment", "media", "notification", "query"] as const;

/** All of NewFeed in its own process, on a PostgreSQL with durable commits whose databases can be queried. */
export interface System {
  url: string;
  databases: Record<(typeof parts)[number], RawDatabase>;
  /** Another one of its databases, until it closes. */
  open(part: "bus" | "event"): RawDatabase;
  close(): Promise<void>;
}

/** A user with an account. */
export interface User {
  id: string;
  token: string;
  /** Resolves with the response body. Throws on an error response. */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
}

/** Starts NewFeed with its data in `directory`, on free ports, with rate limits out of the way. `together`: PostgreSQL has the processor of NewFeed. */
export async function startSystem(directory: string, { together = false } = {}): Promise<System> {
  const postgres = await startPostgres({ directory: join(directory, "postgres"), password: "bench", durable: true });
  if (together) pin(processorOf.measured, Number(readFileSync(join(directory, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]));
  const start = fileURLToPath(new URL("../../../app/start.ts", import.meta.url));
  const [command, args] = pinned(processorOf.measured, process.execPath, [start]);
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: "production",
      COOKIE_SECURE: "false",
      PORT: "0",
      NOTIFICATION_PORT: "0",
      GRPC_PORT: "0",
      NEWFEED_DATA_DIR: join(directory, "data"),
      DATABASE_URL: new URL("/", postgres.url("postgres")).href,
      RATE_LIMIT_FACTOR: "100000",
      LOG_LEVEL: "warn",
    },
  });
  const ended = once(child, "exit");
  const url = await new Promise<string | undefined>((resolve) => {
    createInterface(child.stdout).on("line", (line) => {
      const ready = /^NewFeed ready at (\S+)/.exec(line)?.[1];
      if (ready) resolve(ready);
    });
    void ended.then(() => resolve(undefined));
  });
  if (!url) {
    await postgres.close();
    throw new Error("NewFeed did not start");
  }
  const logger = createLogger({ level: "error", json: false });
  const databases = Object.fromEntries(parts.map((part) => [part, openDatabase(postgres.url(`newfeed_${part}`), logger, 1)])) as System["databases"];
  const opened: RawDatabase[] = [];
  return {
    url,
    databases,
    open(part) {
      const database = openDatabase(postgres.url(`newfeed_${part}`), logger, 1);
      opened.push(database);
      return database;
    },
    async close() {
      child.kill("SIGTERM");
      await ended;
      await Promise.all([...Object.values(databases), ...opened].map((database) => database.close()));
      await postgres.close();
    },
  };
}

const credentialsOf = (username: string) => ({ email: `${username}@example.com`, password: "Test123" });

export const signUp = (url: string, username: string): Promise<User> => open(url, "/api/auth/signup", { username, ...credentialsOf(username) });
/** Once more, with the roles that the user has by now. */
export const signIn = (url: string, username: string): Promise<User> => open(url, "/api/auth/login", credentialsOf(username));

async function open(url: string, path: string, account: object): Promise<User> {
  const send = async (method: string, path: string, body: unknown, token?: string) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  const { user, tokens } = (await send("POST", path, account)).data;
  return { id: user.id, token: tokens.accessToken, call: (method, path, body) => send(method, path, body, tokens.accessToken) };
}

/** Rows inserted or updated so far in each table of all databases; resolves when the counts no longer change. */
export async function rowsWritten(databases: System["databases"]): Promise<Map<string, number>> {
  const read = async () => {
    const counts = new Map<string, number>();
    for (const [part, { query }] of Object.entries(databases)) for (const { name, written } of await tables(query)) counts.set(`${part}.${name}`, written);
    return counts;
  };
  // A session's statistics become visible after ten idle seconds at the latest (PGSTAT_IDLE_INTERVAL).
  for (let before = await read(); ; ) {
    await sleep(11_000);
    const now = await read();
    if ([...now].every(([name, written]) => before.get(name) === written)) return now;
    before = now;
  }
}

const tables = (query: RawQuery) =>
  query<{ name: string; written: number }>(
    // Relay leases are renewed constantly, independent of posts.
    `SELECT CASE schemaname WHEN 'public' THEN '' ELSE schemaname || '.' END || relname AS name, n_tup_ins + n_tup_upd AS written
     FROM pg_stat_user_tables WHERE relname <> 'relay_lease'`,
  );

/** Measures on a system where all of NewFeed and PostgreSQL share one processor. */
export async function onOneProcessor(directory: string, measure: (system: System) => Promise<Measured>): Promise<Measured> {
  const system = await startSystem(directory, { together: true });
  try {
    return await measure(system);
  } finally {
    await system.close();
  }
}
