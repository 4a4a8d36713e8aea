import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asUserId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { batchOf, type Job } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./bell-statements.ts";

/** Has a user hear of an author's new posts (idempotent). It counts while they follow them. Throws `not_found` for themselves, for an author who is not there, and across a block. */
export async function setBell(query: Query, userId: UserId, authorId: UserId): Promise<void> {
  if (userId === authorId || (await query(sql.setBell, { userId, authorId })).length === 0) throw new Problem("not_found");
}

/** Removes the bells of these users on these authors. */
export async function removeBells(query: Query, ...pairs: readonly (readonly [userId: UserId, authorId: UserId])[]): Promise<void> {
  await query(sql.removeBells, { userIds: pairs.map(([userId]) => userId), authorIds: pairs.map(([, authorId]) => authorId) });
}

export const hasBell = async (query: Query, userId: UserId, authorId: UserId): Promise<boolean> => (await query(sql.findBell, { userId, authorId })).length > 0;

/** Has a user a bell on an author whom they follow? */
export const bellRings = async (query: Query, userId: UserId, authorId: UserId): Promise<boolean> =>
  (await query(sql.findRinging, { userId, authorId })).length > 0;

/** Those of these authors on whom anybody has a bell. */
export async function authorsWithBells(query: Query, authorIds: readonly UserId[]): Promise<Set<UserId>> {
  if (authorIds.length === 0) return new Set();
  return new Set((await query(sql.authorsWithBells, { authorIds: [...new Set(authorIds)] })).map(({ subject }) => subject));
}

/** The next users with a bell on an author, behind one (null: from the first one on). */
export const nextListeners = async (query: Query, authorId: UserId, after: UserId | null, limit: number): Promise<UserId[]> =>
  (await query(sql.nextListeners, { authorId, after, limit })).map(({ userId }) => userId);

export type { PublishedPost } from "./bell-statements.ts";
/** A post as notifications show it, if it is published. */
export async function findPublished(query: Query, id: PostId): Promise<sql.PublishedPost | undefined> {
  const [post] = await query(sql.findPublished, { id });
  return post;
}

/** The next of a user's bells, by their authors. */
export const nextBells = async (query: Query, userId: UserId, after: string | undefined, limit: number): Promise<UserId[]> =>
  (await query(sql.nextBells, { userId, after: after === undefined ? null : asUserId(after), limit })).map(({ authorId }) => authorId);

const forgetting = (which: keyof typeof sql.forgetBells): Job<{ query: Query }> => ({
  name: `forget-bells-${which}-user`,
  async batch(subject, after, limit, { query }) {
    const gone = await query(sql.forgetBells[which], { owner: subject, after, limit });
    return batchOf(
      gone.map(({ key }) => key),
      limit,
    );
  },
});

/** Of a deleted user: those on their posts, and their own. */
export const bellJobs: readonly Job<{ query: Query }>[] = [forgetting("of"), forgetting("by")];
