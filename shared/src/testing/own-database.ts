import { createHash, randomBytes } from "node:crypto";
import { inject } from "vitest";
import type { RawDatabase } from "../ports/database.ts";
import { ensureDatabase, openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrateService, type ServiceDefinition } from "../runtime/run.ts";

type Tables = Pick<ServiceDefinition, "name" | "migrations">;

const logger = createLogger({ level: "error", json: false });
const random = () => randomBytes(6).toString("hex");

/** A database's URL on the tests' server. */
export const urlOf = (database: string) => Object.assign(new URL(inject("databaseUrl")), { pathname: `/${database}` }).href;

const made: string[] = [];

/** Makes a database of exactly that name on the tests' server, for as long as the test file runs. */
export async function makeDatabase(name: string, template?: string): Promise<void> {
  await ensureDatabase(inject("databaseUrl"), name, template);
  made.push(name);
}

/** Drops all that a test file has made: hundreds of files with ten databases each fill a disk. */
export async function dropDatabases(): Promise<void> {
  if (made.length === 0) return;
  const server = openDatabase(inject("databaseUrl"), logger, 1);
  try {
    // Each waits for the disk, which others use, too.
    await server.query("SET statement_timeout = 0");
    for (const name of made.splice(0)) await server.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  } finally {
    await server.close();
  }
}

/** Makes an empty database of that name, and something random, on the tests' server. Gives its URL. */
export async function newDatabase(name: string): Promise<string> {
  const database = `${name}_${random()}`;
  await makeDatabase(database);
  return urlOf(database);
}

/** Makes the database that those with a service's tables are copied from, unless another test file of this run did. Gives its name. */
async function makeTemplate(tables: Tables): Promise<string> {
  const template = `template_${createHash("sha256").update(tables.migrations.href).digest("hex").slice(0, 16)}`;
  const server = openDatabase(inject("databaseUrl"), logger, 1);
  try {
    await server.transaction(async (query) => {
      // Other test files wait for the one that makes it, as long as that takes.
      await query("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0");
      await query("SELECT pg_advisory_xact_lock(hashtext($1))::text", [template]);
      if (!(await ensureDatabase(inject("databaseUrl"), template))) return;
      const database = openDatabase(urlOf(template), logger, 1);
      await migrateService(database, tables).finally(() => database.close());
    });
  } finally {
    await server.close();
  }
  return template;
}

const templates = new Map<string, Promise<string>>();

function templateFor(tables: Tables): Promise<string> {
  const { href } = tables.migrations;
  const template = templates.get(href) ?? makeTemplate(tables);
  templates.set(href, template);
  return template;
}

/** Makes a database of exactly that name, for as long as the test file runs, on the tests' server, with a service's tables in it. */
export async function createServiceDatabase(name: string, tables: Tables): Promise<void> {
  await makeDatabase(name, await templateFor(tables));
}

/** Makes a new database with a service's tables in it. Gives its URL. */
export async function newServiceDatabase(name: string, tables: Tables): Promise<string> {
  const database = `${name}_${random()}`;
  await createServiceDatabase(database, tables);
  return urlOf(database);
}

/** Opens a new database with a service's tables in it. */
export const openServiceDatabase = async (name: string, tables: Tables, connections?: number): Promise<RawDatabase> =>
  openDatabase(await newServiceDatabase(name, tables), logger, connections);
