import { array, int8, jsonb, type RowOf, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement, variants } from "@newfeed/shared/ports/statement.ts";
import { list } from "@newfeed/shared/store/list.ts";

/** What services have said, by service. */
export type Reports = Record<string, { at: string; removed: Record<string, number> }>;
const reports = jsonb<Reports>();

/** Adds what was learnt of deletions, in the order of their ids; what a service said first holds. `begun`: of which the deletion itself has come. */
export const noteProgress = statement({
  parameters: { ids: array(userId), at: array(timestamptz), reports: array(text), begun: array(userId), waitsFor: array(text) },
  sql: ({ ids, at, reports, begun, waitsFor }) =>
    `INSERT INTO account_deletion AS d (id, begun_at, reports, waits_for)
     SELECT id, at, reports::jsonb, CASE WHEN id = ANY(${begun}) THEN ${waitsFor} END
     FROM unnest(${ids}, ${at}, ${reports}) AS learnt (id, at, reports) ORDER BY id
     ON CONFLICT (id) DO UPDATE SET begun_at = least(d.begun_at, excluded.begun_at), reports = excluded.reports || d.reports,
       waits_for = coalesce(d.waits_for, excluded.waits_for)`,
});
/** Those that all have reported who are waited for, once. */
export const complete = statement({
  parameters: { ids: array(userId) },
  row: { id: userId },
  sql: ({ ids }) =>
    `UPDATE account_deletion SET completed_at = clock_timestamp()
     WHERE id = ANY(${ids}) AND completed_at IS NULL AND waits_for IS NOT NULL AND reports ?& waits_for RETURNING id`,
  plan: "each time",
});

const isRunning = "completed_at IS NULL AND waits_for IS NOT NULL";
/** For how long a deletion may take before somebody is to look. */
const isLate = `${isRunning} AND begun_at < now() - interval '1 hour'`;
export const findLate = statement({
  parameters: { afterAt: timestamptz, afterId: uuid },
  row: { id: uuid, at: timestamptz },
  sql: ({ afterAt, afterId }) =>
    `SELECT id, begun_at AS at FROM account_deletion WHERE ${isLate} AND alerted_at IS NULL AND (begun_at, id) > (${afterAt}, ${afterId})
     ORDER BY begun_at, id LIMIT 100`,
  plan: "each time",
});
/** Gives those of which nobody was told. */
export const noteAlerts = statement({
  parameters: { ids: array(uuid) },
  row: { id: userId, begunAt: timestamptz, waitsFor: array(text).notNull, reports },
  sql: ({ ids }) =>
    `UPDATE account_deletion SET alerted_at = clock_timestamp()
     WHERE id = ANY(ARRAY(SELECT id FROM account_deletion WHERE id = ANY(${ids}) AND ${isRunning} AND alerted_at IS NULL FOR UPDATE SKIP LOCKED))
     RETURNING id, begun_at, waits_for, reports`,
  plan: "each time",
});

export const countRunning = statement({
  row: { running: int8.notNull, late: int8.notNull },
  sql: `SELECT count(*) AS running, count(*) FILTER (WHERE begun_at < now() - interval '1 hour') AS late
        FROM (SELECT begun_at FROM account_deletion WHERE ${isRunning} ORDER BY begun_at, id LIMIT 10000) running`,
  plan: "each time",
});

const deletion = {
  id: userId,
  waitsFor: array(text).notNull,
  reports,
  begunAt: timestamptz,
  completedAt: timestamptz.nullable,
  alertedAt: timestamptz.nullable,
};
export type DeletionRow = RowOf<typeof deletion>;
/** Newest first: all of them, or those that have not ended. */
export const listDeletions = variants(["all", "running"], (which) =>
  list({
    parameters: {},
    row: deletion,
    sql: (_, { beyond, order, limit }) =>
      `SELECT id, coalesce(waits_for, '{}') AS waits_for, reports, begun_at, completed_at, alerted_at FROM account_deletion
       WHERE ${beyond("begun_at", "id")} ${which === "running" ? `AND ${isRunning}` : ""} ${order("begun_at", "id")} ${limit}`,
  }),
);

/** Those that have ended, or of which nothing but reports is known, by their age. */
export const removeOld = statement({
  parameters: { before: timestamptz },
  row: { id: uuid },
  sql: ({ before }) =>
    `DELETE FROM account_deletion WHERE id = ANY(ARRAY(
       SELECT id FROM account_deletion WHERE begun_at < ${before} AND NOT (${isRunning}) ORDER BY begun_at, id LIMIT 500 FOR UPDATE SKIP LOCKED)) RETURNING id`,
  plan: "each time",
});
