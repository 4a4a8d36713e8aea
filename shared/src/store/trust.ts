import type { UserId } from "../contracts/ids.ts";
import { type ModerationMode, trusted } from "../contracts/moderation.ts";
import { isModerator, type Viewer } from "../ports/call.ts";

/** Whether what a user writes waits for a moderator before others see it. */
export type Waits = (operations: { isTrusted(userId: UserId): Promise<boolean> }) => Promise<boolean>;

/** Nobody's does. */
export const nothingWaits: Waits = async () => false;

/** In the mode "pre", what is not of a trusted user (`trusted`). */
export const waitsIn = (mode: ModerationMode, { userId, roles }: Pick<Viewer, "userId" | "roles">): Waits =>
  mode === "pre" && !isModerator({ roles }) ? async ({ isTrusted }) => !(await isTrusted(userId)) : nothingWaits;

/** Which of the rows `w` of a table, in SQL, an author is judged by. Partial indexes on `author_id` serve the first two, another in `order` the third. */
interface Judged {
  table: string;
  approved: string;
  hidden: string;
  /** Others see it. */
  shown: string;
  since: string;
  order: string;
}

/** SQL: is an author trusted (`trusted`)? It reads a few rows, however much they wrote. */
export const isTrusted = (author: string, { table, approved, hidden, shown, since, order }: Judged): string => {
  const by = (rows: string) => `FROM ${table} w WHERE w.author_id = ${author} AND ${rows}`;
  const enough = (rows: string) => `(SELECT count(*) FROM (${rows}) enough) = ${trusted.pieces}`;
  const oldest = `SELECT ${since} AS since ${by(shown)} ORDER BY ${order} LIMIT ${trusted.pieces}`;
  return `((SELECT true ${by(hidden)} LIMIT 1) IS NULL AND (
    ${enough(`SELECT ${by(approved)} LIMIT ${trusted.pieces}`)}
    OR ${enough(`SELECT FROM (${oldest}) oldest WHERE since < now() - interval '${trusted.days} days'`)}))`;
};
