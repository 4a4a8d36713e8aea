import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { createDueWork, type DueWork } from "@newfeed/shared/runtime/due-work.ts";
import { endFollows } from "./follow-rows.ts";

/** Follows that end in one transaction: so many people's profiles are locked, for some milliseconds. */
const batch = 500;

/**
 * Leaves a tombstone of each deleted user, and ends their blocks. Their follows are left to `createDepartures`: of
 * somebody with very many followers, their profiles would be locked for long. Until then no list shows them.
 */
export async function removeUsers(events: readonly EventOf<"user.deleted">[], query: Query): Promise<void> {
  const ids = events.map((event) => event.data.userId);
  // Those whose registration has not arrived: it finds the tombstone.
  await query("INSERT INTO profile (id, username, full_name) SELECT id, '', '' FROM unnest($1::uuid[]) AS gone (id) ORDER BY id ON CONFLICT (id) DO NOTHING", [
    ids,
  ]);
  // In id order, as requests lock them. Whoever follows one of them now is waited for; whoever comes later is refused.
  await query("SELECT 1 FROM profile WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE", [ids]);
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
  await query("INSERT INTO departure (user_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING", [ids]);
}

/**
 * Ends the follows of those who have left, and corrects the counts of others, some hundred follows a transaction. No
 * fact tells of each: that the user is gone says it, and a million of them would be in everybody's way. What a crash
 * leaves undone is still due; several instances may be at it at once.
 */
export function createDepartures(database: Pick<Database, "transaction">, logger: Logger): DueWork {
  /** Returns whether anything was due. */
  const endSome = () =>
    database.transaction(async (query) => {
      const [departure] = await query<{ user_id: string }>("SELECT user_id FROM departure ORDER BY user_id LIMIT 1 FOR UPDATE SKIP LOCKED");
      if (!departure) return false;
      const follows = await query<{ id: string; other: string }>(
        `(SELECT id, followee_id AS other FROM follow WHERE active AND follower_id = $1::uuid LIMIT ${batch})
         UNION ALL (SELECT id, follower_id FROM follow WHERE active AND followee_id = $1::uuid LIMIT ${batch})`,
        [departure.user_id],
      );
      if (follows.length === 0) {
        await query("DELETE FROM departure WHERE user_id = $1::uuid", [departure.user_id]);
        return true;
      }
      await query("SELECT 1 FROM profile WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE", [[departure.user_id, ...follows.map(({ other }) => other)]]);
      await endFollows(
        query,
        follows.map(({ id }) => id),
      );
      return true;
    });

  return createDueWork("account-deletion", endSome, (error) => logger.warn("departures stopped; housekeeping goes on with them", { error }));
}
