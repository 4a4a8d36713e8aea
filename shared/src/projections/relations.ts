import type { EventOf } from "../contracts/events.ts";
import type { Query } from "../ports/database.ts";

/**
 * Follows and blocks as this service knows them. Each returns whether the event was newer than what was known. A follow
 * of, or by, somebody who is gone is none: their deletion, which ended all of theirs, may overtake it.
 */
export async function saveFollow(query: Query, event: EventOf<"user.followed" | "user.unfollowed">): Promise<boolean> {
  const rows = await query(
    `INSERT INTO projection.follow (follower_id, followee_id, active, revision) SELECT $1::uuid, $2::uuid, $3::boolean, $4::int
     WHERE NOT EXISTS (SELECT 1 FROM projection.author a WHERE a.id IN ($1::uuid, $2::uuid) AND a.deleted)
     ON CONFLICT (follower_id, followee_id) DO UPDATE SET active = excluded.active, revision = excluded.revision
     WHERE follow.revision < excluded.revision RETURNING 1`,
    [event.data.followerId, event.data.followeeId, event.type === "user.followed", event.aggregate.revision],
  );
  return rows.length > 0;
}

export async function saveBlock(query: Query, event: EventOf<"user.blocked" | "user.unblocked">): Promise<boolean> {
  const rows = await query(
    `INSERT INTO projection.block (blocker_id, blocked_id, active, revision) VALUES ($1::uuid, $2::uuid, $3, $4)
     ON CONFLICT (blocker_id, blocked_id) DO UPDATE SET active = excluded.active, revision = excluded.revision
     WHERE block.revision < excluded.revision RETURNING 1`,
    [event.data.blockerId, event.data.blockedId, event.type === "user.blocked", event.aggregate.revision],
  );
  return rows.length > 0;
}

/** How many of one kind are forgotten in one statement. */
const atOnce = 5_000;

/** Forgets some thousand of a deleted user's relations. Returns whether it came to the end of them. */
async function forgetSome(query: Query, userId: string): Promise<boolean> {
  let done = true;
  // What ended long ago stays, as everywhere: two ids, which no index finds.
  for (const [table, condition] of [
    ["follow", "follower_id = $1::uuid"],
    ["follow", "followee_id = $1::uuid AND active"],
    ["block", "blocker_id = $1::uuid"],
    ["block", "blocked_id = $1::uuid AND active"],
  ]) {
    const [gone] = await query<{ count: number }>(
      `WITH gone AS (
         DELETE FROM projection.${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM projection.${table} WHERE ${condition} LIMIT ${atOnce})) RETURNING 1
       ) SELECT count(*) AS count FROM gone`,
      [userId],
    );
    if (gone?.count === atOnce) done = false;
  }
  return done;
}

/**
 * Forgets a deleted user's relations: of most people at once; of somebody with very many the rest by and by
 * (`sweepRelations`), so that nobody waits for it. Until then they relate nobody who can be seen.
 */
export async function forgetRelations(query: Query, userId: string): Promise<void> {
  if (!(await forgetSome(query, userId))) await query("INSERT INTO projection.departed (user_id) VALUES ($1::uuid) ON CONFLICT DO NOTHING", [userId]);
}

/** Forgets what deleted users have left, in short transactions, until nothing is left of it. */
export async function sweepRelations({ query }: { query: Query }): Promise<void> {
  for (const { user_id } of await query<{ user_id: string }>("SELECT user_id FROM projection.departed")) {
    while (!(await forgetSome(query, user_id)));
    await query("DELETE FROM projection.departed WHERE user_id = $1::uuid", [user_id]);
  }
}

/** Everybody whom this user has blocked or is blocked by: neither sees the other. */
export async function hiddenFrom(query: Query, userId: string): Promise<Set<string>> {
  const rows = await query<{ other: string }>(
    `SELECT blocked_id AS other FROM projection.block WHERE blocker_id = $1::uuid AND active
     UNION SELECT blocker_id FROM projection.block WHERE blocked_id = $1::uuid AND active`,
    [userId],
  );
  return new Set(rows.map((row) => row.other));
}

/**
 * SQL: does one user follow the other, as far as is known here? False where one is null. A value, not an EXISTS: that the
 * planner may turn into a join with, or a hash of, everything that somebody follows.
 */
export const follows = (follower: string, followee: string) =>
  `coalesce((SELECT f.active FROM projection.follow f WHERE f.follower_id = ${follower} AND f.followee_id = ${followee}), false)`;

const blocks = (blocker: string, blocked: string) =>
  `coalesce((SELECT b.active FROM projection.block b WHERE b.blocker_id = ${blocker} AND b.blocked_id = ${blocked}), false)`;

/** SQL: true when the users in these two expressions have a block between them, in either direction; false where one is null. Values, as in `follows`. */
export const blockBetween = (one: string, other: string) => `(${blocks(one, other)} OR ${blocks(other, one)})`;
