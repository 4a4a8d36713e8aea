import { type ContentDecision, isHeld, isNewerDecision, outcomeOf, reasonOf } from "@newfeed/shared/contracts/content-moderation.ts";
import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { asPostId, type PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Query, Transaction } from "@newfeed/shared/ports/database.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { eventPostOf } from "./events.ts";
import { deletePost, lockForModeration, moderatePost } from "./moderation-store.ts";
import { toPost } from "./post.ts";

/** What home feeds hold: posts only while others see them. */
export interface HomeFeeds {
  takeOut(query: Query, postId: PostId): Promise<void>;
  bringBack(query: Query, postId: PostId): Promise<void>;
}

/**
 * Hides a post, holds it until a moderator has decided, brings it back or deletes it, as the events of its case say, in any order and as often as they
 * come. All that keeps or shows posts learns of it by the events of a changed, published or deleted post. Nobody is their actor: who moderates is not told.
 * Home feeds hold it only while it is shown.
 */
export const createModeration =
  (urls: MediaUrls, feeds: HomeFeeds) =>
  async (event: ContentDecision, { query, enqueue }: Transaction): Promise<void> => {
    const { target, caseId } = event.data;
    const outcome = outcomeOf(event);
    if (target.type !== "post" || outcome === null) return;
    const id = asPostId(target.id);
    const before = await lockForModeration(query, id);
    const { revision } = event.aggregate;
    if (!before || !isNewerDecision({ caseId, revision }, before.moderation)) return;
    if (outcome === "deleted") {
      const deleted = await deletePost(query, id);
      if (deleted)
        await enqueue({
          type: "post.deleted",
          aggregate: { id, revision: deleted.revision + 1 },
          actorId: null,
          data: { postId: id, authorId: before.authorId },
        });
      return;
    }
    // What its author has not published, others do not see anyway.
    const status = before.status === "draft" || before.status === "scheduled" ? before.status : outcome;
    const reason = reasonOf(event);
    const row = await moderatePost(query, before.authorId, id, status, { caseId, revision, reason });
    // Of a deleted author, whose posts are being removed.
    if (!row || status === before.status) return;
    const isFirst = status === "published" && before.publishedAt === null;
    if (before.status === "published") await feeds.takeOut(query, id);
    // What is published for the first time is written into feeds as everything is.
    if (status === "published" && !isFirst) await feeds.bringBack(query, id);
    const post = eventPostOf(toPost(row, urls));
    const changed = { aggregate: { id, revision: post.revision }, actorId: null };
    const data = { post, quotedAuthorId: row.quotedPost?.author.id ?? null };
    const events: NewEvent[] = [
      {
        type: "post.updated",
        ...changed,
        data: {
          ...data,
          previousVisibility: isHeld(before.status) ? before.status : before.visibility,
          ...(status === "hidden" && reason && { hiddenFor: reason }),
        },
      },
    ];
    if (isFirst) events.push({ type: "post.published", ...changed, actorId: before.authorId, data });
    await enqueue(...events);
  };
