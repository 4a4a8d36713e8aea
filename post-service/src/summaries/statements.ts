import { boolean, int4, postId, text, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { canView } from "@newfeed/shared/projections/visibility.ts";

/** Down to what the column holds: rounded up, it would lie ahead. */
const atOnce = "date_trunc('milliseconds', now())";

/** Asks for the summary of a post that has none, as if for the first time. */
export const request = statement({
  parameters: { id: postId },
  sql: ({ id }) =>
    `INSERT INTO summary_request AS r (post_id, due_at) SELECT id, ${atOnce} FROM post WHERE id = ${id} AND summary IS NULL
     ON CONFLICT (post_id) DO UPDATE SET due_at = excluded.due_at, tries = 0`,
});

/** The request that has waited longest, for a minute: who takes it and ends leaves it to another. */
export const take = statement({
  row: { id: postId, tries: int4, content: text, isPublic: boolean.notNull },
  sql: `UPDATE summary_request r SET due_at = now() + interval '1 minute', tries = r.tries + 1 FROM post p
    WHERE p.id = r.post_id AND r.post_id = (SELECT post_id FROM summary_request WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING p.id, r.tries, p.content, coalesce(${canView("NULL::uuid")}, false) AS is_public`,
  plan: "each time",
});

/** Gives no row when the post says something else now, or is not published any more. */
export const save = statement({
  parameters: { id: postId, content: text, summary: text },
  row: { id: postId, authorId: userId },
  sql: ({ id, content, summary }) =>
    `UPDATE post SET summary = ${summary}, revision = revision + 1 WHERE id = ${id} AND content = ${content} AND status = 'published' RETURNING id, author_id`,
});

/** Of the try that took it: a request that was made anew since stays. */
export const remove = statement({
  parameters: { id: postId, tries: int4 },
  sql: ({ id, tries }) => `DELETE FROM summary_request WHERE post_id = ${id} AND tries = ${tries}`,
});
export const postpone = statement({
  parameters: { id: postId, tries: int4, seconds: int4 },
  sql: ({ id, tries, seconds }) => `UPDATE summary_request SET due_at = now() + make_interval(secs => ${seconds}) WHERE post_id = ${id} AND tries = ${tries}`,
});

/** What nothing has taken for so long. */
export const stale = removal({ table: "summary_request", at: "due_at", after: "30 days" });
/** Where there are no summaries, it goes at once. */
export const all = removal({ table: "summary_request", at: "due_at", after: "0 days" });
