import type { EventOf } from "../contracts/events.ts";
import { bounds } from "../contracts/limits.ts";
import { int4, timestamptz, userId } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { removal } from "../ports/housekeeping.ts";
import { statement } from "../ports/statement.ts";

// Whom users have muted: a filter of their own lists and notifications, never of what anybody may see (`visibility.ts`).
// A row holds until when: for ever, until it ends by itself, or up to when it was lifted.

/** As long as an ended block (`relations.ts`). */
const keptFor = "90 days";

const save = statement({
  parameters: { muterId: userId, mutedId: userId, until: timestamptz.nullable, revision: int4 },
  row: { mutedId: userId },
  sql: ({ muterId, mutedId, until, revision }) =>
    `INSERT INTO projection.mute (muter_id, muted_id, until, revision) SELECT ${muterId}, ${mutedId}, coalesce(${until}, 'infinity'), ${revision}
     WHERE NOT EXISTS (SELECT 1 FROM projection.author a WHERE a.id IN (${muterId}, ${mutedId}) AND a.deleted)
     ON CONFLICT (muter_id, muted_id) DO UPDATE SET until = excluded.until, revision = excluded.revision
     WHERE mute.revision < excluded.revision OR mute.until < now() - interval '${keptFor}' RETURNING muted_id`,
});

/** Whom a user mutes, and until when. Returns whether the event was newer than what was known. */
export async function saveMute(query: Query, { type, aggregate, data, occurredAt }: EventOf<"user.muted" | "user.unmuted">): Promise<boolean> {
  const { muterId, mutedId } = data;
  const until = type === "user.muted" ? data.until : occurredAt;
  return (await query(save, { muterId, mutedId, until, revision: aggregate.revision })).length > 0;
}

export const endedMutes = removal({ table: "projection.mute", at: "until", after: keptFor });

/** SQL: does one user mute the other now, as far as is known here? False where one is null. A value, as in `follows`. */
export const mutes = (muter: string, muted: string) =>
  `coalesce((SELECT m.until > now() FROM projection.mute m WHERE m.muter_id = ${muter} AND m.muted_id = ${muted}), false)`;

/** SQL: all whom a user mutes now, who are bounded: for lists that pass over very many rows of theirs at once. */
export const mutedBy = (user: string) => `SELECT m.muted_id FROM projection.mute m WHERE m.muter_id = ${user} AND m.until > now() LIMIT ${bounds.mutedUsers}`;
