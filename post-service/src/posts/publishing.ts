import { isHeld } from "@newfeed/shared/contracts/content-moderation.ts";
import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { asPostId } from "@newfeed/shared/contracts/ids.ts";
import type { ModerationMode } from "@newfeed/shared/contracts/moderation.ts";
import type { TimedJob } from "@newfeed/shared/jobs/timed-jobs.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { eventPostOf } from "./events.ts";
import { toPost } from "./post.ts";
import { findDue, publishDue } from "./publishing-store.ts";

/**
 * Publishes scheduled posts when their time has come, with the events of a draft that is published: both in one transaction, so once. In the
 * mode "pre", what is not of a trusted author waits for a moderator then.
 */
export const createPublishing = (urls: MediaUrls, mode: ModerationMode): TimedJob => ({
  name: "publish-scheduled-posts",
  due: findDue,
  async run(rows, { query, enqueue }) {
    const ids = rows.map(({ id }) => asPostId(id));
    const published = await publishDue(query, ids, mode === "pre");
    await enqueue(
      ...published.flatMap(({ previousVisibility, ...row }): NewEvent[] => {
        const post = eventPostOf(toPost(row, urls));
        const event = { aggregate: { id: post.id, revision: post.revision }, actorId: row.author.id };
        const data = { post, quotedAuthorId: row.quotedPost?.author.id ?? null };
        return isHeld(row.status)
          ? [{ type: "post.updated", ...event, data: { ...data, previousVisibility, waits: true } }]
          : [
              { type: "post.updated", ...event, data: { ...data, previousVisibility } },
              { type: "post.published", ...event, data },
            ];
      }),
    );
  },
});
