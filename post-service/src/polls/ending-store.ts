import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { DueRow } from "@newfeed/shared/jobs/timed-jobs.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./ending-statements.ts";

/** Posts whose polls have ended, and of which that is not noted, from behind one on. */
export const findEnded = (query: Query, after: DueRow | null, limit: number) =>
  query(sql.findEnded, { afterAt: after?.at ?? "-infinity", afterId: (after?.id ?? "00000000-0000-0000-0000-000000000000") as PostId, limit });

/** Notes it of those of these that are still due. Returns them. */
export const noteEnded = async (query: Query, ids: readonly PostId[]): Promise<PostId[]> => (await query(sql.noteEnded, { ids })).map(({ id }) => id);

/** Undefined when the post is gone, or its poll is another one. */
export async function findEndedPoll(query: Query, id: PostId) {
  const [post] = await query(sql.findEndedPoll, { id });
  return post;
}

/** The next of those who voted. */
export const findVoters = async (query: Query, postId: PostId, after: string | null, limit: number) =>
  (await query(sql.findVoters, { postId, after, limit })).map(({ userId }) => userId);
