import { type ConsumedType, keyOf } from "@newfeed/shared/contracts/events.ts";
import { asPostId, type PostId } from "@newfeed/shared/contracts/ids.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import { onEachCopy, type ReadModelTransaction } from "./rebuild/store.ts";
import { type IndexIn, indexedPostOf } from "./search/indexing.ts";

/** Keeps the read models, and forgets the aggregates of posts that changed, or whose comments did. */
export function createHandlers(forget: (ids: readonly PostId[]) => Promise<void>, indexIn: IndexIn) {
  type Types = ConsumedType<"query-service">;
  // What happens to a post and under it has the post for its key.
  const postsOf = (events: readonly { type: Types; data: unknown }[]) => [...new Set(events.map((event) => asPostId(keyOf(event))))];
  const changed = together<Exclude<Types, "post.created" | "post.updated" | "post.deleted">, ReadModelTransaction>((events) => forget(postsOf(events)));
  const written = together<"post.created" | "post.updated", ReadModelTransaction>(async (events, transaction) => {
    const posts = events.flatMap(({ data }) => indexedPostOf(data.post) ?? []);
    await transaction.onEachCopy(() => indexIn(transaction).savePosts(posts));
    await forget(postsOf(events));
  });
  return defineHandlers(
    "query-service",
    {
      "post.created": written,
      "post.updated": written,
      "post.deleted": together<"post.deleted", ReadModelTransaction>(async (events, transaction) => {
        await transaction.onEachCopy(() => indexIn(transaction).removePosts(postsOf(events)));
        await forget(postsOf(events));
      }),
      "post.liked": changed,
      "post.unliked": changed,
      "comment.created": changed,
      "comment.updated": changed,
      "comment.deleted": changed,
      "like.created": changed,
      "like.deleted": changed,
    },
    onEachCopy,
  );
}
