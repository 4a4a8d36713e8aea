import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { prepareValue } from "pg/lib/utils.js";
import { currentContext } from "../ports/context.ts";
import type { RawDatabase, RawQuery } from "../ports/database.ts";
import { logFailure } from "../ports/failure-log.ts";
import { offInOrder } from "../ports/housekeeping.ts";
import type { Logger } from "../ports/logger.ts";
import type { AnyStatement } from "../ports/statement.ts";
import { isOutdatedPlan } from "../ports/transient.ts";
import { type Answer, Batch, type Request } from "./batch.ts";
import { sendWhileAwaited } from "./cancellation.ts";
import { endsWithin } from "./ends-within.ts";
import { createPrismaPool } from "./prisma-pool.ts";
import { createQuestions, type Question, type Wire } from "./requests.ts";
import { type Client, createRoundTrips } from "./round-trips.ts";
import { reach } from "./unreachable.ts";

/** int8: counts and offsets stay far below 2^53. */
const int8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") => (oid === int8 ? Number : pg.types.getTypeParser(oid, format))) as typeof pg.types.getTypeParser,
};

const wire: Wire = { toText: prepareValue, parserOf: (type) => types.getTypeParser(type, "text") };

/** Limits of time, in milliseconds. */
const timeouts = { statement_timeout: 8_000, lock_timeout: 4_000, idle_in_transaction_session_timeout: 10_000 };
/**
 * The ORM's adapter takes every time for UTC. An incremental sort has the planner choose an index that begins like the one of a
 * list, and then sorts all that the list has.
 */
const settings = { timezone: "UTC", enable_incremental_sort: "off" };

export interface SessionOptions {
  /** Behind a pooler that gives a connection for a transaction, such as PgBouncer's: nothing is kept in a session, whose settings are those of `keepSettings`. */
  pooled?: boolean;
  /** All that is read comes in the order of an index. */
  inOrder?: boolean;
}
const settingsOf = ({ inOrder = false }: SessionOptions) => ({ ...settings, ...(inOrder && Object.fromEntries(offInOrder.map((name) => [name, "off"]))) });

const connectWithinMs = 5_000;
/** For what is still asked when a database is closed; then its connections are cut, and the server rolls back. */
const closeWithinMs = 2_000;

/** What the client's types leave out. */
interface OpenClient {
  connection: { stream: { destroy(): void } };
}

/** What the pool's types leave out: it takes whatever its clients do. */
interface BatchPool {
  query(batch: Batch, done: (error?: Error) => void): void;
}

type Questions = ReturnType<typeof createQuestions>;

/** Runs something that is answered later. Its promise is the one that is given out, so that a caller need not wait for it. */
type Run = <T>(start: (resolve: (answer: T) => void, reject: (error: unknown) => void) => void) => Promise<T>;

/** A query over what sends declared statements and what runs plain text. */
const queryWith = (
  questions: Questions,
  run: Run,
  send: (request: Request) => void,
  runText: (text: string, values: readonly unknown[]) => Promise<unknown[]>,
): RawQuery =>
  ((what: AnyStatement | string, values?: object) =>
    typeof what === "string"
      ? runText(what, (values as unknown[] | undefined) ?? [])
      : run<unknown[]>((resolve, reject) =>
          send({ ...questions.of(what, values as Record<string, unknown> | undefined), resolve: ({ rows }) => resolve(rows), reject }),
        )) as RawQuery;

/** A connection that speaks PostgreSQL's replication protocol, and simple queries alone; not connected yet. */
export function openReplication(url: string): pg.Client {
  const options: pg.ClientConfig & { replication: string } = { connectionString: url, replication: "true", connectionTimeoutMillis: connectWithinMs };
  return new pg.Client(options);
}

/**
 * Opens one service's database. `connections` is the most it may hold; idle ones are given back after 10 s. Closing it takes seconds at most.
 */
export function openDatabase(url: string, logger: Logger, connections = 8, options: SessionOptions = {}): RawDatabase {
  const { pooled = false } = options;
  const questions = createQuestions(wire, !pooled);
  const [begin, commit] = [questions.ofText("BEGIN", []), questions.ofText("COMMIT", [])];
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: connectWithinMs,
    ...(!pooled && {
      ...timeouts,
      options: Object.entries(settingsOf(options))
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(" "),
    }),
    keepAlive: true,
    types,
  });
  // Idle connections that a restarting server drops: without a listener they would end the process.
  let closing = false;
  pool.on("error", (error) => {
    if (!closing) logFailure(logger, "a database connection was lost", error);
  });

  const open = new Set<object>();
  pool.on("connect", (client) => {
    open.add(client);
    // One that is lent out has no listener of the pool's. Its holder learns of the loss from its next query.
    client.on("error", () => {});
  });
  pool.on("remove", (client) => open.delete(client));
  const cut = () => {
    for (const { connection } of open as ReadonlySet<OpenClient>) connection.stream.destroy();
  };

  const orm = createPrismaPool(pool, wire);

  /** Runs one statement on any connection. */
  function sendToPool(request: Request): void {
    const signal = currentContext()?.signal;
    if (signal) sendWhileAwaited(pool, request, signal);
    else (pool as unknown as BatchPool).query(new Batch([request]), (error) => error && request.reject(error));
  }
  const run: Run = (start) => new Promise(start);

  return {
    query: queryWith(
      questions,
      run,
      sendToPool,
      // Without parameters the simple protocol is used, which takes several statements at once.
      async (text, values) => (await pool.query(text, values.length > 0 ? [...values] : undefined)).rows,
    ),
    async transaction(work) {
      const client = await pool.connect();
      const trips = createRoundTrips(client as Client);
      let broken: Error | undefined;
      let failure: Error | undefined;
      const fail = (error: Error) => {
        failure ??= error;
      };
      const run: Run = (start) => {
        const answer = new Promise(start);
        answer.catch(fail);
        return answer;
      };
      const ask = (question: Question) => run<Answer>((resolve, reject) => trips.ask({ ...question, resolve, reject }));
      const query = queryWith(questions, run, trips.ask, (text, values) =>
        run<unknown[]>((resolve, reject) => {
          if (values.length === 0) trips.ask({ script: text, resolve, reject });
          else trips.ask({ ...questions.ofText(text, values), resolve: ({ rows }: Answer) => resolve(rows), reject });
        }),
      );
      try {
        // Goes along with the first statement, which does not run without it.
        void ask(begin);
        const result = await work(query, orm.joinTo({ ask, doom: fail }));
        // A part that the ORM took back is not undone by itself.
        if (failure) throw failure;
        await ask(commit);
        // After a failure that the work did not wait for, the commit was none.
        if (failure) throw failure;
        return result;
      } catch (error) {
        // A plan that a migration has overtaken stays with its connection.
        if (isOutdatedPlan(error)) broken = error as Error;
        trips.end(error as Error);
        await client.query("ROLLBACK").catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        throw error;
      } finally {
        trips.end(new Error("the transaction has ended"));
        client.release(broken);
      }
    },
    prismaAdapter: new PrismaPg(orm.pool),
    async close() {
      closing = true;
      const ended = await endsWithin(closeWithinMs, pool.end());
      // The pool does not wait for idle connections, which a server that does not answer never closes.
      if (ended) setTimeout(cut, closeWithinMs).unref();
      else cut();
    },
  };
}

const newClient = (connectionString: string) => new pg.Client({ connectionString, connectionTimeoutMillis: connectWithinMs });

/**
 * Has each session of this role in this database begin with our settings: a pooler does not pass on what a connection asks for when it is opened. When
 * they were others, sessions that are open already, the pooler's above all, are ended, once. Throws `ServerUnreachable`.
 */
export async function keepSettings(url: string, options: SessionOptions): Promise<void> {
  const client = newClient(url);
  // Its own session is ended, too.
  client.on("error", () => {});
  await reach(url, () => client.connect());
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('newfeed session settings', 0))");
    const { rows } = await client.query<{ database: string; kept: string[] | null }>(
      `SELECT d.datname AS database, s.setconfig AS kept FROM pg_database d
       LEFT JOIN pg_db_role_setting s ON s.setdatabase = d.oid AND s.setrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
       WHERE d.datname = current_database()`,
    );
    const [{ database, kept } = { database: "", kept: null }] = rows;
    const wanted = Object.entries({ ...settingsOf(options), ...timeouts });
    const known = new Set(kept?.map((line) => line.toLowerCase()));
    if (wanted.every(([name, value]) => known.has(`${name}=${value}`.toLowerCase()))) return;
    for (const [name, value] of wanted)
      await client.query(`ALTER ROLE CURRENT_USER IN DATABASE ${pg.escapeIdentifier(database)} SET ${name} TO ${pg.escapeLiteral(String(value))}`);
    await client.query("COMMIT");
    const ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND datname = current_database()";
    await client.query(`${ended} AND pid <> pg_backend_pid()`);
    await client.query("SELECT pg_terminate_backend(pg_backend_pid())").catch(() => {});
  } finally {
    await client.end().catch(() => {});
  }
}

/** `duplicate_database`; while both are made, the key of its catalogue. */
const madeByAnother = new Set(["42P04", "23505"]);

/** Creates a database if it is missing: an empty one, or a copy of `template`, to which nobody may be connected. Returns whether it was missing. Throws `ServerUnreachable`. */
export async function ensureDatabase(adminUrl: string, name: string, template?: string): Promise<boolean> {
  const client = newClient(adminUrl);
  await reach(adminUrl, () => client.connect());
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rowCount) return false;
    const copied = template ? ` TEMPLATE ${pg.escapeIdentifier(template)} STRATEGY file_copy` : "";
    const created = await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}${copied}`).catch((error: unknown) => {
      // Another instance that starts now has made it.
      if (!madeByAnother.has((error as { code?: string }).code ?? "")) throw error;
    });
    return created !== undefined;
  } finally {
    await client.end();
  }
}

/** Whom a database belongs to, if that is a role which the connection may take; the connection's own otherwise. Undefined if there is no such database. */
export async function ownerOf(adminUrl: string, name: string): Promise<string | undefined> {
  const client = newClient(adminUrl);
  await reach(adminUrl, () => client.connect());
  try {
    const { rows } = await client.query<{ owner: string }>(
      `SELECT CASE WHEN pg_has_role(datdba, 'SET') THEN pg_get_userbyid(datdba) ELSE current_user END AS owner FROM pg_database WHERE datname = $1`,
      [name],
    );
    return rows[0]?.owner;
  } finally {
    await client.end();
  }
}

/** Makes sure of a role that can log in with this password, and runs statements on it. */
async function ensureRole(adminUrl: string, role: string, password: string, statements: (name: string) => string[]): Promise<void> {
  const client = newClient(adminUrl);
  await reach(adminUrl, () => client.connect());
  try {
    const name = pg.escapeIdentifier(role);
    const { rowCount } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
    await client.query(`${rowCount ? "ALTER" : "CREATE"} ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
    for (const text of statements(name)) await client.query(text);
  } finally {
    await client.end();
  }
}

/** Makes sure of a role that can log in with this password and read what PostgreSQL counts, and no row of a service: for an exporter of metrics. */
export async function ensureMonitoringRole(adminUrl: string, { role, password }: { role: string; password: string }): Promise<void> {
  await ensureRole(adminUrl, role, password, (name) => [`GRANT pg_monitor TO ${name}`]);
}

/** Makes sure of a role that can log in with this password, and of a database that it owns and nobody else enters; see `ensureDatabase`. */
export async function ensureOwnDatabase(
  adminUrl: string,
  { role, password, database, template }: { role: string; password: string; database: string; template?: string | undefined },
): Promise<void> {
  await ensureDatabase(adminUrl, database, template);
  const owned = pg.escapeIdentifier(database);
  await ensureRole(adminUrl, role, password, (name) => [`ALTER DATABASE ${owned} OWNER TO ${name}`, `REVOKE CONNECT ON DATABASE ${owned} FROM PUBLIC`]);
}
