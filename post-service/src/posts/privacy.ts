import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { Job } from "@newfeed/shared/jobs/job.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { eventPostOf } from "./events.ts";
import { toPost } from "./post.ts";
import { alignNext } from "./privacy-store.ts";

/**
 * Makes the public posts of an account that became private visible to followers, or those posts public again, with the event of an
 * edited post for each: so all that keeps or shows posts needs to know nothing of private accounts. Until it is done, the rule of
 * who may see a post hides them.
 */
export const createPrivacyJob = (urls: MediaUrls): Job<Transaction> => ({
  name: "align-posts-with-privacy",
  async batch(subject, after, limit, { query, enqueue }) {
    const userId = asUserId(subject);
    const { changed, batch } = await alignNext(query, userId, after, limit);
    await enqueue(
      ...changed.map((row) => {
        const post = eventPostOf(toPost(row, urls));
        const previousVisibility = post.visibility === "public" ? "followers" : "public";
        return { type: "post.updated" as const, aggregate: { id: post.id, revision: post.revision }, actorId: userId, data: { post, previousVisibility } };
      }),
    );
    return batch;
  },
});
