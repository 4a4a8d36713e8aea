import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { asPostId } from "@newfeed/shared/contracts/ids.ts";
import type { TimedJob } from "@newfeed/shared/jobs/timed-jobs.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { eventPostOf } from "./events.ts";
import { toPost } from "./post.ts";
import { findDue, publishDue } from "./publishing-store.ts";

/** Publishes scheduled posts when their time has come, with the events of a draft that is published: both in one transaction, so once. */
export const createPublishing = (urls: MediaUrls): TimedJob => ({
  name: "publish-scheduled-posts",
  due: findDue,
  async run(rows, { query, enqueue }) {
    const ids = rows.map(({ id }) => asPostId(id));
    const published = await publishDue(query, ids);
    await enqueue(
      ...published.flatMap(({ previousVisibility, ...row }): NewEvent[] => {
        const post = eventPostOf(toPost(row, urls));
        const event = { aggregate: { id: post.id, revision: post.revision }, actorId: row.author.id };
        const data = { post, quotedAuthorId: row.quotedPost?.author.id ?? null };
        return [
          { type: "post.updated", ...event, data: { ...data, previousVisibility } },
          { type: "post.published", ...event, data },
        ];
      }),
    );
  },
});
