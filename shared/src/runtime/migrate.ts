import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { RawDatabase, RawQuery } from "../ports/database.ts";
import type { copySchema } from "../ports/second-copy.ts";
import { ConfigError } from "./config.ts";

/** Prisma's own table, so that the Prisma CLI can continue the same history. */
const historyDdl = (schema: string) => `CREATE TABLE IF NOT EXISTS ${schema}._prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL,
  logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

/** The advisory lock that Prisma itself takes. */
const prismaLock = 72707369;

/** The names of the migrations below `directory`, in their order. */
const namesIn = (directory: URL): string[] =>
  readdirSync(fileURLToPath(directory), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? entry.name : []))
    .sort((a, b) => a.localeCompare(b, "en"));

/**
 * Whether a database has the tables of the service whose migrations are below `directory`. Throws `ConfigError` when it has
 * another service's, or when they belong to a role that this connection does not have.
 */
export async function hasTables(database: Pick<RawDatabase, "transaction">, directory: URL): Promise<boolean> {
  const applied = await database.transaction(async (query) => {
    const [history] = await query<{ owner: string; own: boolean; role: string }>(
      `SELECT pg_get_userbyid(relowner) AS owner, pg_has_role(relowner, 'USAGE') AS own, current_user AS role
       FROM pg_class WHERE oid = to_regclass('public._prisma_migrations')`,
    );
    if (history && !history.own)
      throw new ConfigError(`the tables belong to ${history.owner}, not to ${history.role}: restore them with pg_restore --role=${history.role}`);
    return history ? query<{ migration_name: string }>("SELECT migration_name FROM public._prisma_migrations WHERE finished_at IS NOT NULL") : [];
  });
  if (applied.length === 0) return false;
  // Every version has the first one.
  const [first] = namesIn(directory);
  if (first !== undefined && !applied.some((row) => row.migration_name === first))
    throw new ConfigError(`the database is another service's: it has the migration ${applied[0]?.migration_name}, and not ${first}`);
  return true;
}

/** Of the databases' schemas, those that have migrations of their own. */
export type Schema = "public" | "newfeed" | "projection" | typeof copySchema;

/** A migration that a database does not have. */
export interface PendingMigration {
  name: string;
  sql: string;
}
const checksumOf = (sql: string) => createHash("sha256").update(sql).digest("hex");

/** In order of name. Throws when one was edited after it was applied, or failed before under the Prisma CLI. */
async function readPending(query: RawQuery, directory: URL, schema: Schema): Promise<PendingMigration[]> {
  const [history] = await query<{ there: boolean }>("SELECT to_regclass($1) IS NOT NULL AS there", [`${schema}._prisma_migrations`]);
  const seen = history?.there
    ? await query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
        `SELECT migration_name, checksum, finished_at FROM ${schema}._prisma_migrations WHERE rolled_back_at IS NULL`,
      )
    : [];
  return namesIn(directory).flatMap((name) => {
    const sql = readFileSync(new URL(`${name}/migration.sql`, directory), "utf8");
    const row = seen.find((entry) => entry.migration_name === name);
    if (row && !row.finished_at) throw new Error(`migration ${name} failed before; resolve it first`);
    if (row && row.checksum !== checksumOf(sql)) throw new Error(`migration ${name} was edited after it was applied`);
    return row ? [] : [{ name, sql }];
  });
}

/** What `migrate` would apply. Changes nothing. Throws as it does. */
export const pendingMigrations = (database: Pick<RawDatabase, "transaction">, directory: URL, schema: Schema = "public"): Promise<PendingMigration[]> =>
  database.transaction((query) => readPending(query, directory, schema));

/**
 * Applies the pending migrations below `directory` (Prisma's layout), in order of name, in one transaction. Throws when one was edited after it was applied, or failed before under the Prisma CLI.
 */
export async function migrate(database: Pick<RawDatabase, "transaction">, directory: URL, schema: Schema = "public"): Promise<string[]> {
  return database.transaction(async (query) => {
    // Another instance may hold the lock, and a migration may take long.
    await query("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0");
    await query("SELECT pg_advisory_xact_lock($1)", [prismaLock]);
    if (schema !== "public") await query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await query(historyDdl(schema));
    const pending = await readPending(query, directory, schema);
    for (const { name, sql } of pending) {
      await query(sql);
      await query(
        `INSERT INTO ${schema}._prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
         VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
        [randomUUID(), checksumOf(sql), name],
      );
    }
    return pending.map(({ name }) => name);
  });
}

/** The tables that every service's database has. */
export const plumbingMigrations = new URL("../../migrations/plumbing/", import.meta.url);

/** Copies of other services' data, in the databases of services that keep them. */
export const projectionMigrations = new URL("../../migrations/projections/", import.meta.url);
