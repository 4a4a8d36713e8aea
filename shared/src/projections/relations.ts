import type { EventOf } from "../contracts/events.ts";
import type { UserId } from "../contracts/ids.ts";
import { batchOf, beginJob, type Job, removeBehind } from "../jobs/job.ts";
import { array, boolean, int4, userId } from "../ports/columns.ts";
import type { Database, Query } from "../ports/database.ts";
import { type HousekeepingJob, removal } from "../ports/housekeeping.ts";
import { statement } from "../ports/statement.ts";
import { endedMutes } from "./mutes.ts";

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

// What has ended stays until it is forgotten anyway: two ids, which no index finds.
const relationsOf = [
  { name: "forget-follows-by", table: "follow", of: "follower_id", other: "followee_id", which: "true" },
  { name: "forget-follows-of", table: "follow", of: "followee_id", other: "follower_id", which: "active" },
  { name: "forget-blocks-by", table: "block", of: "blocker_id", other: "blocked_id", which: "true" },
  { name: "forget-blocks-of", table: "block", of: "blocked_id", other: "blocker_id", which: "active" },
  { name: "forget-mutes-by", table: "mute", of: "muter_id", other: "muted_id", which: "true" },
  { name: "forget-mutes-of", table: "mute", of: "muted_id", other: "muter_id", which: "true" },
] as const;

/** They forget a deleted user's relations, which until then relate nobody who can be seen. */
export const relationJobs: readonly Job<{ query: Query }>[] = relationsOf.map(({ name, table, of, other, which }) => {
  const forget = statement({
    parameters: { userId, after: userId.nullable, limit: int4 },
    row: { key: userId },
    sql: ({ userId, after, limit }) => removeBehind(`projection.${table}`, [of, other], { owner: userId, after, limit, which }),
    plan: "each time",
  });
  return {
    name,
    async batch(subject, after, limit, { query }) {
      const gone = await query(forget, { userId: subject as UserId, after: after as UserId | null, limit });
      return batchOf(
        gone.map(({ key }) => key),
        limit,
      );
    },
  };
});

const findHidden = statement({
  parameters: { userIds: array(userId) },
  row: { userId: userId.notNull, other: userId.notNull },
  sql: ({ userIds }) =>
    `SELECT blocker_id AS user_id, blocked_id AS other FROM projection.block WHERE blocker_id = ANY(${userIds}) AND active
     UNION ALL SELECT blocked_id, blocker_id FROM projection.block WHERE blocked_id = ANY(${userIds}) AND active`,
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

/** Forgets a deleted user's relations: most users' at once, the rest of very many in the background. */
export async function forgetRelations(context: { query: Query }, userId: UserId): Promise<void> {
  for (const job of relationJobs) await beginJob(job, userId, context);
}

const endedFollows = removal({ table: "projection.follow", at: "changed_at", after: keptFor, where: "NOT active" });
const endedBlocks = removal({ table: "projection.block", at: "changed_at", after: keptFor, where: "NOT active" });

export const relationRetention = (database: Pick<Database, "query" | "transaction">): HousekeepingJob[] => [
  endedFollows("ended_follow_copies", database),
  endedBlocks("ended_block_copies", database),
  endedMutes("ended_mute_copies", database),
];

/** For each user all whom they have blocked or are blocked by: neither sees the other. */
export async function hiddenFromEach(query: Query, userIds: readonly UserId[]): Promise<Set<UserId>[]> {
  const rows = Map.groupBy(await query(findHidden, { userIds: [...new Set(userIds)] }), ({ userId }) => userId);
  return userIds.map((userId) => new Set(rows.get(userId)?.map(({ other }) => other)));
}

/**
 * SQL: does one user follow the other, as far as is known here? False where one is null. A value, not an EXISTS: that the
 * planner may turn into a join with, or a hash of, everything that a user follows.
 */
export const follows = (follower: string, followee: string) =>
  `coalesce((SELECT f.active FROM projection.follow f WHERE f.follower_id = ${follower} AND f.followee_id = ${followee}), false)`;

/** SQL: has one user blocked the other, as far as is known here? False where one is null. A value, as in `follows`. */
export const blocks = (blocker: string, blocked: string) =>
  `coalesce((SELECT b.active FROM projection.block b WHERE b.blocker_id = ${blocker} AND b.blocked_id = ${blocked}), false)`;

/** SQL: true when the users in these two expressions have a block between them, in either direction; false where one is null. Values, as in `follows`. */
export const blockBetween = (one: string, other: string) => `(${blocks(one, other)} OR ${blocks(other, one)})`;

/** SQL: users whom a user has blocked or is blocked by, a thousand at most: for lists that pass over very many rows of theirs at once. */
export const someHiddenFrom = (user: string) =>
  `SELECT b.blocked_id FROM projection.block b WHERE b.blocker_id = ${user} AND b.active
   UNION ALL SELECT b.blocker_id FROM projection.block b WHERE b.blocked_id = ${user} AND b.active LIMIT 1000`;
