import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import type { ReactionTransaction } from "@newfeed/shared/ports/service.ts";
import { endFollows, unfollowed } from "./follow-rows.ts";

const batch = 2_000;

/**
 * Leaves a tombstone of each deleted user, and ends their follows and blocks. The counts of others are corrected, and
 * each follow that ends is a fact of its own.
 */
export async function removeUsers(
  events: readonly EventOf<"user.deleted">[],
  { query, enqueue }: Pick<ReactionTransaction, "query" | "enqueue">,
): Promise<void> {
  if (events.length === 0) return;
  const gone = new Map(events.map((event) => [event.data.userId, event]));
  const ids = [...gone.keys()];
  const touching = "active AND (follower_id = ANY($1::uuid[]) OR followee_id = ANY($1::uuid[]))";

  // Those whose registration has not arrived: it finds the tombstone.
  await query("INSERT INTO profile (id, username, full_name) SELECT id, '', '' FROM unnest($1::uuid[]) AS gone (id) ORDER BY id ON CONFLICT (id) DO NOTHING", [
    ids,
  ]);
  // Everybody concerned at once and in id order, as requests lock them: locking batch by batch could end in a deadlock.
  await query(
    `WITH locked AS (
       SELECT id FROM profile
       WHERE id IN (
         SELECT unnest($1::uuid[])
         UNION SELECT followee_id FROM follow WHERE active AND follower_id = ANY($1::uuid[])
         UNION SELECT follower_id FROM follow WHERE active AND followee_id = ANY($1::uuid[])
       ) ORDER BY id FOR UPDATE
     ) SELECT count(*) FROM locked`,
    [ids],
  );
  await query(
    `UPDATE profile SET username = '', full_name = '', bio = '', avatar_url = NULL, deleted = true, revision = revision + 1, updated_at = clock_timestamp()
     WHERE id = ANY($1::uuid[]) AND NOT deleted`,
    [ids],
  );
  await query(
    `UPDATE block SET active = false, revision = revision + 1, changed_at = clock_timestamp()
     WHERE active AND (blocker_id = ANY($1::uuid[]) OR blocked_id = ANY($1::uuid[]))`,
    [ids],
  );
  for (;;) {
    const follows = await query<{ id: string }>(`SELECT id FROM follow WHERE ${touching} LIMIT ${batch}`, [ids]);
    const ended = await endFollows(
      query,
      follows.map((follow) => follow.id),
    );
    await enqueue(
      ...ended.flatMap((row) => {
        const event = gone.get(row.follower_id) ?? gone.get(row.followee_id);
        return event ? [unfollowed(row, event.data.userId, event.correlationId)] : [];
      }),
    );
    if (follows.length < batch) return;
  }
}
