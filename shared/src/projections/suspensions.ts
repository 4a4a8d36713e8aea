import type { EventOf } from "../contracts/events.ts";
import type { UserId } from "../contracts/ids.ts";
import { int4, timestamptz, userId } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { removal } from "../ports/housekeeping.ts";
import { statement } from "../ports/statement.ts";

// Whom moderators have locked out: what they wrote and did is shown to nobody until that ends, and is as it was then.

/** A service's copy of who is suspended, and until when, in a table of its own (`user_id`, `until`, `revision`). */
export function suspensionsIn(table: string) {
  const save = statement({
    parameters: { userId, until: timestamptz.nullable, revision: int4 },
    row: { userId },
    sql: ({ userId, until, revision }) =>
      `INSERT INTO ${table} AS s (user_id, until, revision) VALUES (${userId}, coalesce(${until}, 'infinity'), ${revision})
     ON CONFLICT (user_id) DO UPDATE SET until = excluded.until, revision = excluded.revision WHERE s.revision < excluded.revision RETURNING user_id`,
  });
  const forget = statement({ parameters: { userId }, sql: ({ userId }) => `DELETE FROM ${table} WHERE user_id = ${userId}` });
  return {
    /** Returns whether the event was newer than what was known. */
    async save(query: Query, { type, aggregate, data, occurredAt }: EventOf<"user.suspended" | "user.unsuspended">): Promise<boolean> {
      const until = type === "user.suspended" ? data.until : occurredAt;
      return (await query(save, { userId: data.userId, until, revision: aggregate.revision })).length > 0;
    },
    async forget(query: Query, userId: UserId): Promise<void> {
      await query(forget, { userId });
    },
    /** Longer than an event of it may take: a dead letter can be replayed for 30 days. */
    ended: removal({ table, at: "until", after: "90 days" }),
    /** SQL: is the user in this expression suspended now, as far as is known here? A value, as in `follows`. */
    isSuspended: (user: string) => `coalesce((SELECT suspension.until > now() FROM ${table} WHERE suspension.user_id = ${user}), false)`,
  };
}

const { save, forget, ended, isSuspended } = suspensionsIn("projection.suspension");

export { ended as endedSuspensions, forget as forgetSuspension, isSuspended, save as saveSuspension };

/** SQL: some of those who are suspended now: for lists that pass over very many rows of theirs at once. */
export const someSuspended = "SELECT suspension.user_id FROM projection.suspension WHERE suspension.until > now() LIMIT 1000";
