import { isHeld } from "@newfeed/shared/contracts/content-moderation.ts";
import type { Post } from "@newfeed/shared/contracts/dto.ts";
import type { EventPost } from "@newfeed/shared/contracts/event-data.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { HousekeepingJob } from "@newfeed/shared/ports/housekeeping.ts";
import type { Source } from "../rebuild/jobs.ts";
import type { ServiceClients } from "../service-clients.ts";
import type { IndexedPost } from "./lexemes.ts";
import type { IndexOperations, IndexStore } from "./store.ts";

/** The index within a transaction. */
export type IndexIn = (transaction: { query: Query }) => Pick<IndexOperations, "savePosts" | "removePosts">;

/** A post as it is indexed; undefined for a draft. */
export function indexedPostOf(post: EventPost | Post): IndexedPost | undefined {
  const { id, author, revision, title, content, visibility, media, mediaUrls, status, publishedAt, createdAt } = post;
  const entry = { id, authorId: author.id, revision, publishedAt: publishedAt ?? createdAt };
  // Held by moderators: no word of it is found, until a later state is published.
  if (isHeld(status)) return { ...entry, title: null, content: "", isPublic: false, hasMedia: false };
  if (status !== "published") return undefined;
  const hasMedia = media.length + mediaUrls.length > 0;
  return { ...entry, title, content, isPublic: visibility === "public", hasMedia };
}

/** What is kept of posts, in a transaction. */
export type KeepPosts = (transaction: { query: Query }, posts: readonly Post[]) => Promise<void>;
export const indexPosts =
  (indexIn: IndexIn): KeepPosts =>
  (transaction, posts) =>
    indexIn(transaction).savePosts(posts.flatMap((post) => indexedPostOf(post) ?? []));

/** Indexes posts as post-service has them now. Gives how many: without those that are gone, and drafts. */
export const createReindexing =
  (store: Pick<IndexStore, "transaction">, clients: Pick<ServiceClients, "postsOf">) =>
  async (asked: readonly { id: PostId; authorId: UserId }[]): Promise<number> => {
    const posts = (await clients.postsOf(asked)).flatMap((post) => (post && indexedPostOf(post)) ?? []);
    if (posts.length > 0) await store.transaction((operations) => operations.savePosts(posts));
    return posts.length;
  };

/** All published posts, in the order of their ids. */
export const publishedPosts = (clients: Pick<ServiceClients, "publishedAfter">, keep: KeepPosts) =>
  ({
    name: "posts",
    async page(after) {
      const { posts, next } = await clients.publishedAfter(after as PostId | null);
      return { rows: posts.length, next, save: (transaction) => keep(transaction, posts) };
    },
  }) satisfies Source;

/**
 * Indexes the posts of before there was this index, a page at a time, in the order of their ids: what is written meanwhile comes by
 * events, and is not overwritten by what is older. After a crash it goes on where it was.
 */
export const createIndexing = (store: Pick<IndexStore, "transaction">, posts: Source) => ({
  /** Gives how many posts it indexed; 0 when there are no others. */
  async indexSome(): Promise<number> {
    const { after, done } = await store.transaction((operations) => operations.indexingPosition());
    if (done) return 0;
    const { rows, next, save } = await posts.page(after);
    await store.transaction(async (operations, query) => {
      await save({ query });
      await operations.saveIndexingPosition(next as PostId | null, next === null);
    });
    return rows;
  },
});

/** Goes on with it until it is done, also where a run ended in an error. */
export const indexingJob = ({ indexSome }: ReturnType<typeof createIndexing>): HousekeepingJob => ({ name: "posts_to_index", runSome: indexSome });
