import type { EventOf } from "../contracts/events.ts";
import type { UserId } from "../contracts/ids.ts";
import { boolean, int4, int8, userId } from "../ports/columns.ts";
import type { Database, Query } from "../ports/database.ts";
import { type HousekeepingJob, removal } from "../ports/housekeeping.ts";
import { statement } from "../ports/statement.ts";

/**
 * How long an ended relation is kept, so that an older event that comes late changes nothing: for longer than any may take
 * (a dead letter can be replayed for 30 days), and for shorter than its owner keeps it. The owner's next follow of the two
 * begins with revision 1 again; an ended relation that is this old counts as none.
 */
const keptFor = "90 days";
const isForgotten = (table: string) => `(NOT ${table}.active AND ${table}.changed_at < now() - interval '${keptFor}')`;

const newFollow = statement({
  parameters: { followerId: userId, followeeId: userId, active: boolean, revision: int4 },
  row: { followeeId: userId },
  sql: ({ followerId, followeeId, active, revision }) =>
    `INSERT INTO projection.follow (follower_id, followee_id, active, revision) SELECT ${followerId}, ${followeeId}, ${active}, ${revision}
     WHERE NOT EXISTS (SELECT 1 FROM projection.author a WHERE a.id IN (${followerId}, ${followeeId}) AND a.deleted)
     ON CONFLICT (follower_id, followee_id) DO UPDATE SET active = excluded.active, revision = excluded.revision, changed_at = excluded.changed_at
     WHERE follow.revision < excluded.revision OR ${isForgotten("follow")} RETURNING followee_id`,
});

const newBlock = statement({
  parameters: { blockerId: userId, blockedId: userId, active: boolean, revision: int4 },
  row: { blockedId: userId },
  sql: ({ blockerId, blockedId, active, revision }) =>
    `INSERT INTO projection.block (blocker_id, blocked_id, active, revision) VALUES (${blockerId}, ${blockedId}, ${active}, ${revision})
     ON CONFLICT (blocker_id, blocked_id) DO UPDATE SET active = excluded.active, revision = excluded.revision, changed_at = excluded.changed_at
     WHERE block.revision < excluded.revision OR ${isForgotten("block")} RETURNING blocked_id`,
});

/** How many of one kind are forgotten in one statement. */
const atOnce = 5_000;

const ofUser = { userId };

// What has ended stays until it is forgotten anyway: two ids, which no index finds.
const forgetRelationsOf = (
  [
    ["follow", (userId) => `follower_id = ${userId}`],
    ["follow", (userId) => `followee_id = ${userId} AND active`],
    ["block", (userId) => `blocker_id = ${userId}`],
    ["block", (userId) => `blocked_id = ${userId} AND active`],
  ] as const satisfies readonly (readonly [string, (userId: string) => string])[]
).map(([table, condition]) =>
  statement({
    parameters: ofUser,
    row: { count: int8.notNull },
    sql: ({ userId }) =>
      `WITH gone AS (
         DELETE FROM projection.${table}
         WHERE ctid = ANY(ARRAY(SELECT ctid FROM projection.${table} WHERE ${condition(userId)} LIMIT ${atOnce})) RETURNING 1
       ) SELECT count(*) AS count FROM gone`,
  }),
);

const noteDeletedAccount = statement({
  parameters: ofUser,
  sql: ({ userId }) => `INSERT INTO projection.deleted_account (user_id) VALUES (${userId}) ON CONFLICT DO NOTHING`,
});
const findDeleted = statement({ row: ofUser, sql: "SELECT user_id FROM projection.deleted_account ORDER BY user_id LIMIT 1", plan: "each time" });
const removeDeletedAccount = statement({
  parameters: ofUser,
  sql: ({ userId }) => `DELETE FROM projection.deleted_account WHERE user_id = ${userId}`,
  plan: "each time",
});

const findHidden = statement({
  parameters: ofUser,
  row: { other: userId.notNull },
  sql: ({ userId }) =>
    `SELECT blocked_id AS other FROM projection.block WHERE blocker_id = ${userId} AND active
     UNION SELECT blocker_id FROM projection.block WHERE blocked_id = ${userId} AND active`,
});

/**
 * Follows and blocks as this service knows them. Each returns whether the event was newer than what was known. A follow
 * of, or by, a deleted user is none: their deletion, which ended all of theirs, may overtake it.
 */
export async function saveFollow(query: Query, { type, aggregate, data }: EventOf<"user.followed" | "user.unfollowed">): Promise<boolean> {
  const { followerId, followeeId } = data;
  const rows = await query(newFollow, { followerId, followeeId, active: type === "user.followed", revision: aggregate.revision });
  return rows.length > 0;
}

export async function saveBlock(query: Query, { type, aggregate, data }: EventOf<"user.blocked" | "user.unblocked">): Promise<boolean> {
  const { blockerId, blockedId } = data;
  const rows = await query(newBlock, { blockerId, blockedId, active: type === "user.blocked", revision: aggregate.revision });
  return rows.length > 0;
}

/** Forgets some thousand of a deleted user's relations. Gives how many, and whether it came to the end of them. */
async function forgetSome(query: Query, userId: UserId): Promise<{ forgotten: number; done: boolean }> {
  let forgotten = 0;
  let done = true;
  for (const forget of forgetRelationsOf) {
    const [gone] = await query(forget, { userId });
    forgotten += gone?.count ?? 0;
    if (gone?.count === atOnce) done = false;
  }
  return { forgotten, done };
}

/**
 * Forgets a deleted user's relations: of most users at once; of a user with very many the rest in the background
 * (`relationRetention`), so that nobody waits for it. Until then they relate nobody who can be seen.
 */
export async function forgetRelations(query: Query, userId: UserId): Promise<void> {
  const { done } = await forgetSome(query, userId);
  if (!done) await query(noteDeletedAccount, { userId });
}

/** Forgets some thousand relations that deleted users have left. Gives how much that was; 0 when nothing is left. */
async function sweepSome(query: Query): Promise<number> {
  const [account] = await query(findDeleted);
  if (!account) return 0;
  const { forgotten, done } = await forgetSome(query, account.userId);
  if (done) await query(removeDeletedAccount, account);
  return forgotten + Number(done);
}

const endedFollows = removal({ table: "projection.follow", at: "changed_at", after: keptFor, where: "NOT active" });
const endedBlocks = removal({ table: "projection.block", at: "changed_at", after: keptFor, where: "NOT active" });

export const relationRetention = (database: Pick<Database, "query" | "transaction">): HousekeepingJob[] => [
  endedFollows("ended_follow_copies", database),
  endedBlocks("ended_block_copies", database),
  { name: "relations_of_deleted_accounts", runSome: () => sweepSome(database.query) },
];

/** All users whom this user has blocked or is blocked by: neither sees the other. */
export async function hiddenFrom(query: Query, userId: UserId): Promise<Set<UserId>> {
  const rows = await query(findHidden, { userId });
  return new Set(rows.map((row) => row.other));
}

/**
 * SQL: does one user follow the other, as far as is known here? False where one is null. A value, not an EXISTS: that the
 * planner may turn into a join with, or a hash of, everything that a user follows.
 */
export const follows = (follower: string, followee: string) =>
  `coalesce((SELECT f.active FROM projection.follow f WHERE f.follower_id = ${follower} AND f.followee_id = ${followee}), false)`;

const blocks = (blocker: string, blocked: string) =>
  `coalesce((SELECT b.active FROM projection.block b WHERE b.blocker_id = ${blocker} AND b.blocked_id = ${blocked}), false)`;

/** SQL: true when the users in these two expressions have a block between them, in either direction; false where one is null. Values, as in `follows`. */
export const blockBetween = (one: string, other: string) => `(${blocks(one, other)} OR ${blocks(other, one)})`;
