import { type ConsumedType, type EventOf, keyOf } from "@newfeed/shared/contracts/events.ts";
import { asPostId, type PostId } from "@newfeed/shared/contracts/ids.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import { type ReactionEvent, reactionsIn } from "./popular/reactions.ts";
import { popularityOperationsOn } from "./popular/store.ts";
import { onEachCopy, type ReadModelTransaction } from "./rebuild/store.ts";
import { type IndexIn, indexedPostOf } from "./search/indexing.ts";
import { trendOperationsOn } from "./trends/store.ts";
import { type PostEvent, taggedPostsIn } from "./trends/uses.ts";

interface HandlersOptions {
  /** Forgets the aggregates of posts. */
  forget(ids: readonly PostId[]): Promise<void>;
  /** Forgets which posts are popular. */
  forgetPopular(): Promise<unknown>;
  forgetTrends(): Promise<void>;
  indexIn: IndexIn;
  /** Hours that an account must have been there when it published, for its tags to count among the trends. */
  accountAgeHours: number;
}

/** Keeps the read models and what people do under posts, and forgets the aggregates of posts that changed, or whose comments did. */
export function createHandlers({ forget, forgetPopular, forgetTrends, indexIn, accountAgeHours }: HandlersOptions) {
  type Types = Exclude<ConsumedType<"query-service">, "user.suspended" | "user.unsuspended">;
  // What happens to a post and under it has the post for its key.
  const postsOf = (events: readonly { type: Types; data: unknown }[]) => [...new Set(events.map((event) => asPostId(keyOf(event))))];
  const changed = together<"like.created" | "like.deleted", ReadModelTransaction>((events) => forget(postsOf(events)));
  const reacted = together<ReactionEvent["type"], ReadModelTransaction>(async (events, transaction) => {
    const now = new Date();
    await transaction.onEachCopy(() => popularityOperationsOn(transaction).saveReactions(reactionsIn(events, now.getTime()), now));
    transaction.afterCommit(forgetPopular);
    await forget(postsOf(events));
  });
  async function countTags(events: readonly PostEvent[], transaction: ReadModelTransaction): Promise<void> {
    const now = new Date();
    const { saveUses, announce } = trendOperationsOn(transaction);
    const posts = taggedPostsIn(events, { now: now.getTime(), accountAgeHours });
    let concerned = false;
    await transaction.onEachCopy(async () => {
      concerned = (await saveUses(posts, now)) || concerned;
    });
    if (!concerned) return;
    await announce();
    transaction.afterCommit(forgetTrends);
  }
  async function suspension(event: EventOf<"user.suspended" | "user.unsuspended">, transaction: ReadModelTransaction): Promise<void> {
    const { saveSuspension, announce } = trendOperationsOn(transaction);
    if (!(await saveSuspension(event))) return;
    await announce();
    transaction.afterCommit(forgetTrends);
  }
  const written = together<"post.created" | "post.updated", ReadModelTransaction>(async (events, transaction) => {
    const posts = events.flatMap(({ data }) => indexedPostOf(data.post) ?? []);
    await transaction.onEachCopy(() => indexIn(transaction).savePosts(posts));
    const visibilities = events.map(({ data: { post } }) => ({
      id: post.id,
      revision: post.revision,
      isPublic: post.visibility === "public" && post.status === "published",
    }));
    await transaction.onEachCopy(() => popularityOperationsOn(transaction).savePosts(visibilities));
    await countTags(events, transaction);
    await forget(postsOf(events));
  });
  return defineHandlers(
    "query-service",
    {
      "post.created": written,
      "post.updated": written,
      "post.deleted": together<"post.deleted", ReadModelTransaction>(async (events, transaction) => {
        await transaction.onEachCopy(() => indexIn(transaction).removePosts(postsOf(events)));
        await transaction.onEachCopy(() => popularityOperationsOn(transaction).removePosts(postsOf(events)));
        transaction.afterCommit(forgetPopular);
        await countTags(events, transaction);
        await forget(postsOf(events));
      }),
      "post.liked": reacted,
      "post.unliked": reacted,
      "post.reposted": reacted,
      "post.unreposted": reacted,
      "comment.created": reacted,
      "comment.updated": reacted,
      "comment.deleted": reacted,
      "user.suspended": suspension,
      "user.unsuspended": suspension,
      "like.created": changed,
      "like.deleted": changed,
    },
    onEachCopy,
  );
}
