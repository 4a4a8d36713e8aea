import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import type { Database } from "../ports/database.ts";
import { ensureDatabase, openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrateService, type ServiceDefinition } from "../runtime/run.ts";

/** Makes an empty database of that name, and something random, on the tests' server. Gives its URL. */
export async function newDatabase(name: string): Promise<string> {
  const [server, database] = [inject("databaseUrl"), `${name}_${randomBytes(6).toString("hex")}`];
  await ensureDatabase(server, database);
  return Object.assign(new URL(server), { pathname: `/${database}` }).href;
}

/** Opens a new database with a service's tables in it. */
export async function openServiceDatabase(
  name: string,
  tables: Pick<ServiceDefinition, "migrations" | "projections">,
  connections?: number,
): Promise<Database> {
  const database = openDatabase(await newDatabase(name), createLogger({ level: "error", json: false }), connections);
  await migrateService(database, tables);
  return database;
}
