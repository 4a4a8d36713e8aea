import { array, int8, text } from "../ports/columns.ts";
import { currentCorrelationId } from "../ports/context.ts";
import type { Query } from "../ports/database.ts";
import type { HandlerTransaction } from "../ports/service.ts";
import { statement } from "../ports/statement.ts";
import { noteRemoved } from "./account-removal.ts";
import { schedulesJobs } from "./wake-after-commit.ts";

/** What one transaction of a job did. */
export interface Batch {
  /** How many rows it changed, for the log. */
  rows: number;
  /** The key behind which the next batch begins; null when nothing is left. */
  next: string | null;
}

/**
 * Work on more rows than one transaction may touch, in batches: each takes the next few hundred rows behind a key, in the
 * order of an index, so that a batch costs the same at the beginning and at the end. It must be right whatever happens
 * between two batches, and when one runs again.
 */
export interface Job<Context = HandlerTransaction> {
  /** Stands in the database: it stays the same. */
  name: string;
  /** Takes about `limit` rows behind `after` (null: from the first one on) in the caller's transaction. */
  batch(subject: string, after: string | null, limit: number, context: Context): Promise<Batch>;
  /** The first batches of many subjects in one statement, where one after the other would take long: those that are not the last of their subject. */
  firstBatches?(subjects: readonly string[], limit: number, context: Context): Promise<readonly { subject: string; rows: number; next: string }[]>;
  /** Which of these subjects have anything to do: of many that have not, none takes a batch. */
  having?(subjects: readonly string[], context: Context): Promise<readonly string[]>;
}

/** Rows that an event handler takes at once: a hundred events in one transaction must not hold up others. */
const atBeginning = 100;

const begin = schedulesJobs(
  statement({
    parameters: { name: text, subject: text, position: text, rows: int8, correlationId: text },
    sql: ({ name, subject, position, rows, correlationId }) =>
      `INSERT INTO newfeed.job (name, subject, position, rows, correlation_id) VALUES (${name}, ${subject}, ${position}, ${rows}, ${correlationId})
     ON CONFLICT (name, subject) DO UPDATE SET position = excluded.position`,
  }),
);

/**
 * Begins a job in the caller's transaction: its first batch, which is all there is for most users and posts, runs at once; the
 * rest is left to the job worker of the database. A job that is under way begins again.
 */
export async function beginJob<Context extends { query: Query }>(job: Job<Context>, subject: string, context: Context): Promise<void> {
  const { rows, next } = await job.batch(subject, null, atBeginning, context);
  if (next === null) noteRemoved(subject, job.name, rows);
  else await leave(job, context, { subject, rows, next });
}

/** Leaves the rest to the worker. */
const leave = <Context extends { query: Query }>(
  { name }: Job<Context>,
  { query }: Context,
  { subject, rows, next }: Batch & { subject: string; next: string },
) => query(begin, { name, subject, position: next, rows, correlationId: currentCorrelationId() });

/** The same for many subjects. */
export async function beginJobs<Context extends { query: Query }>(job: Job<Context>, subjects: readonly string[], context: Context): Promise<void> {
  if (subjects.length === 0) return;
  if (job.firstBatches) for (const rest of await job.firstBatches(subjects, atBeginning, context)) await leave(job, context, { ...rest });
  else for (const subject of (await job.having?.(subjects, context)) ?? subjects) await beginJob(job, subject, context);
}

/**
 * SQL that gives those of these subjects of which a table has a row. The next one in the order of an index: looked up as equal, the
 * rows of a subject that has most of the table would be looked for by reading it from its beginning.
 */
export const havingRow = (subjects: string, table: string, column: string, which = "true") =>
  `SELECT subject FROM unnest(${subjects}) AS subject
   WHERE (SELECT t.${column} FROM ${table} t WHERE t.${column} >= subject AND ${which} ORDER BY t.${column} LIMIT 1) = subject`;

const schedule = schedulesJobs(
  statement({
    parameters: { name: text, subjects: array(text), accountId: text.nullable, correlationId: text },
    sql: ({ name, subjects, accountId, correlationId }) =>
      `INSERT INTO newfeed.job (name, subject, account_id, correlation_id) SELECT ${name}, subject, ${accountId}, ${correlationId} FROM unnest(${subjects}) AS subject
     ON CONFLICT (name, subject) DO UPDATE SET position = NULL`,
  }),
);

/**
 * Leaves jobs of this name to the worker, one for each subject. It is woken after the commit. `accountId`: the deleted account that the
 * subjects were of, where they are not accounts themselves.
 */
export async function scheduleJobs(query: Query, name: string, subjects: readonly string[], accountId: string | null = null): Promise<void> {
  if (subjects.length > 0) await query(schedule, { name, subjects, accountId, correlationId: currentCorrelationId() });
}

/**
 * SQL of what belongs to one owner behind a key, in the order of the index that begins with `columns`. Compared as rows: an owner
 * that is equal to something would let the planner read an index of the other columns, past all that others own.
 */
export function behind(columns: readonly [owner: string, ...key: string[]], owner: string, key: readonly string[]): { where: string; order: string } {
  return { where: `(${columns.join(", ")}) > (${[owner, ...key].join(", ")}) AND ${columns[0]} <= ${owner}`, order: `ORDER BY ${columns.join(", ")}` };
}
/** The same downwards. */
export function before(columns: readonly [owner: string, ...key: string[]], owner: string, key: readonly string[]): { where: string; order: string } {
  const order = columns.map((column) => `${column} DESC`).join(", ");
  return { where: `(${columns.join(", ")}) < (${[owner, ...key].join(", ")}) AND ${columns[0]} >= ${owner}`, order: `ORDER BY ${order}` };
}
/** A key of one id, or its beginning. */
export const idOrFirst = (id: string) => `coalesce(${id}, '00000000-0000-0000-0000-000000000000')`;
export const idOrLast = (id: string) => `coalesce(${id}, 'ffffffff-ffff-ffff-ffff-ffffffffffff')`;

/** SQL that removes the next rows of an owner behind a key of one id (null: from the first one on), and gives each one's `key`, in order. `which` narrows it. */
export function removeBehind(
  table: string,
  [column, key]: readonly [owner: string, key: string],
  { owner, after, limit, which = "true" }: { owner: string; after: string; limit: string; which?: string },
): string {
  const { where, order } = behind([column, key], owner, [idOrFirst(after)]);
  return `WITH taken AS MATERIALIZED (SELECT ${key} AS key FROM ${table} WHERE ${where} AND ${which} ${order} LIMIT ${limit}),
   gone AS (DELETE FROM ${table} t USING taken WHERE t.${column} = ${owner} AND t.${key} = taken.key)
   SELECT key FROM taken ORDER BY key`;
}

/** A batch by the keys of its rows, in order: one that is not full is the last one. */
export const batchOf = (keys: readonly string[], limit: number): Batch => ({ rows: keys.length, next: keys.length < limit ? null : (keys.at(-1) ?? null) });
