import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { asPostId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { batchOf, type Job } from "@newfeed/shared/jobs/job.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./post-mute-statements.ts";

/** Has drafts about a post, or of what is under it, dropped for a user until then. Pending ones are to be applied before. */
export async function savePostMute(query: Query, { postId, userId, until }: EventOf<"post.muted">["data"]): Promise<void> {
  await query(sql.savePostMute, { postId, userId, until });
}

export async function removePostMute(query: Query, mute: { postId: PostId; userId: UserId }): Promise<void> {
  await query(sql.removePostMute, mute);
}

const forgetting = (of: keyof typeof sql.forgetMutesOf): Job<{ query: Query }> => ({
  name: `forget-post-mutes-of-${of}`,
  async batch(subject, after, limit, { query }) {
    const gone = await query(sql.forgetMutesOf[of], { owner: subject, after, limit });
    return batchOf(
      gone.map(({ key }) => key),
      limit,
    );
  },
});

/** Of a deleted user. */
export const mutesOfUser = forgetting("user");
/** Of a deleted post. */
export const mutesOfPost: Job<{ query: Query }> = {
  ...forgetting("post"),
  having: async (subjects, { query }) => (await query(sql.mutedPosts, { postIds: subjects.map(asPostId) })).map(({ subject }) => subject),
};

export const postMuteRetention = (database: Pick<Database, "transaction">) => sql.endedPostMutes("ended_post_mute_copies", database);
