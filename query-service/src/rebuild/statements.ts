import { boolean, int4, int8, text, timestamptz } from "@newfeed/shared/ports/columns.ts";
import { copySchema } from "@newfeed/shared/ports/second-copy.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

/** Is there a copy to be kept up to date? It is neither begun nor switched to until the transaction that asks has ended. */
export const findCopy = statement({
  row: { exists: boolean.notNull },
  sql: "SELECT EXISTS (SELECT FROM public.rebuild WHERE id AND finished_at IS NULL) AS exists",
});

/** When the copy was begun; asks as `findCopy` does. */
export const findCopyStart = statement({
  row: { startedAt: timestamptz },
  sql: "SELECT started_at FROM public.rebuild WHERE id AND finished_at IS NULL",
});

const searchIn = (path: string) =>
  statement({ row: { path: text.notNull }, sql: `SELECT set_config('search_path', '${path}', true) AS path`, plan: "each time" });
export const useCopy = searchIn(`${copySchema}, public`);
export const useLive = searchIn('"$user", public');

/** A step may take longer than a transaction may wait for one. */
export const waitForStep = statement({
  row: { setting: text.notNull },
  sql: "SELECT set_config('idle_in_transaction_session_timeout', '0', true) AS setting",
});

export const countRows = statement({ parameters: { rows: int4 }, sql: ({ rows }) => `UPDATE public.rebuild SET rows = rows + ${rows} WHERE id` });

/** Gives a row unless a rebuild is under way. */
export const request = statement({
  parameters: { name: text, subject: text, correlationId: text },
  row: { id: int8 },
  sql: ({ name, subject, correlationId }) =>
    `INSERT INTO newfeed.job (name, subject, correlation_id) VALUES (${name}, ${subject}, ${correlationId}) ON CONFLICT (name, subject) DO NOTHING RETURNING id`,
});
export const findRequest = statement({
  parameters: { name: text, subject: text },
  row: { failures: int4 },
  sql: ({ name, subject }) => `SELECT failures FROM newfeed.job WHERE name = ${name} AND subject = ${subject}`,
});
export const removeRequest = statement({
  parameters: { name: text, subject: text },
  row: { id: int8 },
  sql: ({ name, subject }) => `DELETE FROM newfeed.job WHERE name = ${name} AND subject = ${subject} RETURNING id`,
});
export const findState = statement({
  row: { startedAt: timestamptz, finishedAt: timestamptz.nullable, rows: int8 },
  sql: "SELECT started_at, finished_at, rows FROM public.rebuild WHERE id",
});
