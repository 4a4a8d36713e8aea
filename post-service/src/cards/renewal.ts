import type { Job } from "@newfeed/shared/jobs/job.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { eventPostOf } from "../posts/events.ts";
import { toPost } from "../posts/post.ts";
import { renewal, renewPosts } from "./renewal-store.ts";

/**
 * Tells of a card that has come, or is another now, as of a changed post. The newest hundred posts with the link are all:
 * older ones show it when they are read next.
 */
export const createRenewalJob = (urls: MediaUrls): Job<Transaction> => ({
  name: renewal,
  async batch(url, _after, _limit, { query, enqueue }) {
    const posts = (await renewPosts(query, url)).map((row) => eventPostOf(toPost(row, urls)));
    await enqueue(
      ...posts.map((post) => ({
        type: "post.updated" as const,
        aggregate: { id: post.id, revision: post.revision },
        actorId: post.author.id,
        data: { post, previousVisibility: post.visibility },
      })),
    );
    return { rows: posts.length, next: null };
  },
});
