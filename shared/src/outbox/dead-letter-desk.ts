import type { UserId } from "../contracts/ids.ts";
import { boolean, int4, int8, type RowOf, text, timestamptz, userId, uuid } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { statement } from "../ports/statement.ts";
import { columns, type DeadLetter, letter } from "./dead-letters.ts";

// What operators do with dead letters, by the command and over HTTP. It is rare: no connection keeps a statement.

/** The dead letters of a service that an operator means: one by its id, those of a type or with a text in their reason, or all that are there now. */
export type Which = { id?: string | undefined; type?: string | undefined; reason?: string | undefined } | "all";

/** A page or a step looks at so many, whether they are meant or not. */
const lookedAt = 1_000;
/** Counted to this. */
const mostCounted = 100_000;

const which = { above: int8, upTo: int8, type: text.nullable, reason: text.nullable };
type Meant = Record<keyof typeof which, string>;
const looked = ({ above, upTo }: Meant) => `SELECT * FROM newfeed.dead_letter WHERE id > ${above} AND id <= ${upTo} ORDER BY id LIMIT ${lookedAt}`;
const isMeant = ({ type, reason }: Meant) => `(${type} IS NULL OR type = ${type}) AND (${reason} IS NULL OR strpos(reason, ${reason}) > 0)`;

const page = statement({
  parameters: { ...which, limit: int4 },
  row: { ...letter, meant: boolean.notNull, last: boolean.notNull },
  sql: ({ limit, ...given }) =>
    `SELECT * FROM (SELECT ${columns}, (${isMeant(given)}) AS meant, row_number() OVER (ORDER BY id) = ${lookedAt} AS last FROM (${looked(given)}) looked) looked
     WHERE meant OR last ORDER BY id LIMIT ${limit}`,
  plan: "each time",
});

/** Marks or removes some of those that are looked at, and notes it. */
const step = (action: "replay" | "drop", change: (ids: string) => string) =>
  statement({
    parameters: { ...which, one: int8.nullable, by: userId.nullable },
    row: { letters: int4.notNull, next: int8.nullable },
    sql: ({ one, by, ...given }) =>
      `WITH looked AS MATERIALIZED (${looked(given)}),
         done AS (${change(`SELECT id FROM looked WHERE ${isMeant(given)}`)} RETURNING id),
         noted AS (
           INSERT INTO newfeed.dead_letter_audit (actor_id, action, letter_id, type, reason, letters)
           SELECT ${by}, '${action}', ${one}, CASE WHEN ${one} IS NULL THEN ${given.type} ELSE (SELECT min(type) FROM looked) END, ${given.reason}, count(*)
           FROM done HAVING count(*) > 0)
       SELECT (SELECT count(*)::int4 FROM done) AS letters, (SELECT max(id) FROM looked HAVING count(*) = ${lookedAt}) AS next`,
    plan: "each time",
  });
const steps = {
  replay: step("replay", (ids) => `UPDATE newfeed.dead_letter SET replay_at = statement_timestamp(), replay_starts = 0 WHERE id IN (${ids})`),
  drop: step("drop", (ids) => `DELETE FROM newfeed.dead_letter WHERE id IN (${ids})`),
};
export type DeadLetterAction = keyof typeof steps;

const count = statement({
  row: { letters: int4.notNull },
  sql: `SELECT count(*)::int4 AS letters FROM (SELECT FROM newfeed.dead_letter LIMIT ${mostCounted}) counted`,
  plan: "each time",
});

const noted = {
  id: uuid,
  at: timestamptz,
  actorId: userId.nullable,
  action: text.as<DeadLetterAction>(),
  letterId: int8.nullable,
  type: text.nullable,
  reason: text.nullable,
  letters: int4,
};
export type NotedStep = RowOf<typeof noted>;
const audit = statement({
  parameters: { at: timestamptz, id: uuid, limit: int4 },
  row: noted,
  sql: ({ at, id, limit }) =>
    `SELECT id, at, actor_id, action, letter_id, type, reason, letters FROM newfeed.dead_letter_audit
     WHERE (at, id) < (${at}, ${id}) ORDER BY at DESC, id DESC LIMIT ${limit}`,
  plan: "each time",
});

const greatest = 2 ** 53 - 1;
/** The id that an operator gives, as a number; 0, which none has, when it is no id. */
const idOf = (text: string) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0);
const filterOf = (meant: Which, after = 0) => {
  const { id, type = null, reason = null } = meant === "all" ? {} : meant;
  const one = id === undefined ? null : idOf(id);
  return { one, above: one === null ? after : one - 1, upTo: one ?? greatest, type, reason };
};

export interface DeadLetterPage {
  letters: DeadLetter[];
  /** The id behind which there may be more. */
  next: number | null;
}

/** In the order in which they were kept, behind an id: a page may be short where few of very many are meant. */
export async function pageOfDeadLetters(query: Query, limit: number, meant: Which, after = 0): Promise<DeadLetterPage> {
  const { one: _, ...filter } = filterOf(meant, after);
  const rows = await query(page, { ...filter, limit });
  const last = rows.at(-1);
  return {
    letters: rows.filter(({ meant }) => meant).map(({ meant: _, last: __, ...row }) => row),
    next: last && (last.last || rows.length === limit) ? last.id : null,
  };
}

/** All of them, or the first ones. */
export async function listDeadLetters(query: Query, limit: number, meant: Which = "all"): Promise<DeadLetter[]> {
  const all: DeadLetter[] = [];
  for (let after: number | null = 0; after !== null && all.length < limit; ) {
    const { letters, next }: DeadLetterPage = await pageOfDeadLetters(query, limit - all.length, meant, after);
    all.push(...letters);
    after = next;
  }
  return all;
}

/** One by its id, as an operator gives it. */
export async function findDeadLetter(query: Query, id: string): Promise<DeadLetter | undefined> {
  return (await pageOfDeadLetters(query, 1, { id })).letters[0];
}

/**
 * Has the service handle dead letters again, at its next start if it does not run, or forgets them, so that their events stay consumed: of the
 * thousand behind an id those that are meant, and notes who did so (null: the command). Gives their number, and the id behind which there may be more.
 */
export async function actOnDeadLetters(
  query: Query,
  action: DeadLetterAction,
  meant: Which,
  { after = 0, by = null }: { after?: number; by?: UserId | null } = {},
): Promise<{ letters: number; next: number | null }> {
  const [done] = await query(steps[action], { ...filterOf(meant, after), by });
  return { letters: done?.letters ?? 0, next: done?.next ?? null };
}

/** Does so with all of them. Gives their number. */
export async function actOnAll(query: Query, action: DeadLetterAction, meant: Which): Promise<number> {
  let sum = 0;
  for (let after: number | null = 0; after !== null; ) {
    const { letters, next }: Awaited<ReturnType<typeof actOnDeadLetters>> = await actOnDeadLetters(query, action, meant, { after });
    sum += letters;
    after = next;
  }
  return sum;
}

/** How many there are, counted to 100,000. */
export async function countDeadLetters(query: Query): Promise<number> {
  return (await query(count))[0]?.letters ?? 0;
}

/** What was done with them, the newest first, behind a time and id. */
export const listNotedSteps = (query: Query, limit: number, before: { at: Date; id: string } | null): Promise<NotedStep[]> =>
  query(audit, { ...(before ?? { at: "infinity", id: "ffffffff-ffff-ffff-ffff-ffffffffffff" }), limit });
