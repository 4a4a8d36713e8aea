import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Batch, batchOf } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./removal-statements.ts";

/** Removes the next of a user's votes. Gives the polls without them. */
export async function removeVotesOf(
  query: Query,
  userId: UserId,
  after: string | null,
  limit: number,
): Promise<{ polls: { postId: PostId; votes: number[]; revision: number }[]; batch: Batch }> {
  const gone = await query(sql.deleteVotesOf, { userId, after, limit });
  const polls = await query(sql.uncountVotes, { ids: gone.map(({ postId }) => postId), options: gone.map(({ option }) => option) });
  return { polls, batch: batchOf(gone.map(({ postId }) => postId).sort(), limit) };
}
