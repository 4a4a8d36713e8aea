import type { CommentId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { AccessChange } from "../signals.ts";
import * as sql from "./statements.ts";

/** In the transaction of the events that changed the access. */
export async function recordAccessChanges(query: Query, changes: readonly AccessChange[]): Promise<void> {
  if (changes.length === 0) return;
  await query(sql.recordAccessChanges, { changes: changes.map((change) => JSON.stringify(change)) });
}

/** In order of their ids. */
export const readAccessChanges = (query: Query, after: number, limit: number): Promise<sql.StoredChange[]> => query(sql.readAccessChanges, { after, limit });

export const accessChangeRetention = (database: Pick<Database, "transaction">) => sql.oldAccessChanges("access_changes", database);

/** In either direction. */
export async function areBlocked(query: Query, one: UserId, other: UserId): Promise<boolean> {
  const [row] = await query(sql.areBlocked, { one, other });
  return row?.blocked ?? false;
}

/** True for a follow that is known here and has ended; false for one that was never known. */
export async function hasUnfollowed(query: Query, followerId: UserId, authorId: UserId): Promise<boolean> {
  const [row] = await query(sql.hasUnfollowed, { followerId, authorId });
  return row?.unfollowed ?? false;
}

/** Those of these users who follow the author. */
export async function followersAmong(query: Query, authorId: UserId, userIds: readonly UserId[]): Promise<UserId[]> {
  return (await query(sql.followersAmong, { authorId, userIds })).map(({ followerId }) => followerId);
}

/** Those of them who do not mute the author. */
export async function readersAmong(query: Query, authorId: UserId, userIds: readonly UserId[]): Promise<UserId[]> {
  return (await query(sql.readersAmong, { authorId, userIds })).map(({ followerId }) => followerId);
}

/** The comments of a user that the logs of these streams show. */
export async function readCommentsBy(query: Query, userId: UserId, streams: readonly string[]): Promise<{ stream: string; ids: CommentId[] }[]> {
  return streams.length === 0 ? [] : query(sql.readCommentsBy, { streams, userId });
}
