import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { prepareValue } from "pg/lib/utils.js";
import type { Database, Query } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { isOutdatedPlan } from "../ports/transient.ts";
import { type Client, createRoundTrips, type Wire } from "./round-trips.ts";

/** int8: counts and offsets stay far below 2^53. */
const int8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") => (oid === int8 ? Number : pg.types.getTypeParser(oid, format))) as typeof pg.types.getTypeParser,
};

const wire: Wire = { toText: prepareValue, parserOf: (type) => types.getTypeParser(type, "text") };

/** Opens one service's database. `connections` is the most it may hold; idle ones are given back after 10 s. */
export function openDatabase(url: string, logger: Logger, connections = 8): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 8_000,
    lock_timeout: 4_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    // The ORM's adapter takes every time for UTC.
    options: "-c timezone=UTC",
    types,
  });
  // Idle connections that a restarting server drops: without a listener they would end the process.
  let closing = false;
  pool.on("error", (error) => {
    if (!closing) logger.warn("a database connection was lost", { error });
  });

  // One that is lent out has no listener of the pool's. Whoever holds it hears of the loss from its next query.
  pool.on("connect", (client) => client.on("error", () => {}));

  const queryOn =
    (client: pg.Pool | pg.PoolClient): Query =>
    async <Row>(text: string, values: readonly unknown[] = []) =>
      // Without parameters the simple protocol is used, which takes several statements at once.
      (await client.query(text, values.length > 0 ? [...values] : undefined)).rows as Row[];

  // A statement's name is what a connection knows it by: the same text, the same name.
  const names = new Map<string, string>();
  const nameOf = (text: string) => {
    const name = names.get(text) ?? createHash("sha256").update(text).digest("base64url").slice(0, 22);
    names.set(text, name);
    return name;
  };

  return {
    query: queryOn(pool),
    prepared: async <Row>(text: string, values: readonly unknown[] = []) => (await pool.query({ name: nameOf(text), text, values: [...values] })).rows as Row[],
    async transaction(work) {
      const client = await pool.connect();
      const trips = createRoundTrips(client as Client, wire);
      let broken: Error | undefined;
      try {
        // Goes along with the first statement, which does not run without it.
        trips.run("BEGIN", []).catch(() => {});
        const result = await work((text, values = []) => (values.length > 0 ? trips.run(text, values) : trips.runText(text)));
        await trips.run("COMMIT", []);
        // After a failure that the work did not wait for, the commit was none.
        const failure = trips.failure();
        if (failure) throw failure;
        return result;
      } catch (error) {
        // A plan that a migration has overtaken stays with its connection.
        if (isOutdatedPlan(error)) broken = error as Error;
        trips.abandon(error as Error);
        await client.query("ROLLBACK").catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    prismaAdapter: new PrismaPg(pool),
    close() {
      closing = true;
      return pool.end();
    },
  };
}

/** Creates a database if it is missing: an empty one, or a copy of `template`, to which nobody may be connected. Returns whether it was missing. */
export async function ensureDatabase(adminUrl: string, name: string, template?: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rowCount) return false;
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}${template ? ` TEMPLATE ${pg.escapeIdentifier(template)} STRATEGY file_copy` : ""}`);
    return true;
  } finally {
    await client.end();
  }
}

/** Makes sure of a role that can log in with this password, and of a database that it owns and nobody else enters. */
export async function ensureOwnDatabase(adminUrl: string, { role, password, database }: { role: string; password: string; database: string }): Promise<void> {
  await ensureDatabase(adminUrl, database);
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const [name, owned, secret] = [pg.escapeIdentifier(role), pg.escapeIdentifier(database), pg.escapeLiteral(password)];
    const { rowCount } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
    await client.query(`${rowCount ? "ALTER" : "CREATE"} ROLE ${name} LOGIN PASSWORD ${secret}`);
    await client.query(`ALTER DATABASE ${owned} OWNER TO ${name}`);
    await client.query(`REVOKE CONNECT ON DATABASE ${owned} FROM PUBLIC`);
  } finally {
    await client.end();
  }
}
