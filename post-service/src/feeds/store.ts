import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query, Transaction } from "@newfeed/shared/ports/database.ts";
import { type HousekeepingJob, readInOrder } from "@newfeed/shared/ports/housekeeping.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import type { HomeFeeds } from "../posts/moderation.ts";
import * as reposts from "./repost-statements.ts";
import * as sql from "./statements.ts";

export { heldPosts, type PlacedPost } from "./statements.ts";

type PlacedPost = sql.PlacedPost;

/** A page of a materialised feed. Below `floor` the feed is not complete; without one it is complete. */
export interface MaterialisedPage {
  posts: PlacedPost[];
  floor: { at: Date; id: string } | null;
  /** That the feed is still read was not noted today. */
  stale: boolean;
}

/** From now on what they post and repost is merged into the feeds of their followers. */
async function becomeLarge(query: Query, authorId: UserId): Promise<void> {
  await query(sql.insertLargeAuthor, { authorId });
  await query(sql.addSource, { authorId });
}

/** What event handlers may do within one transaction. `lockFeeds` comes first, so that no feed is filled meanwhile. */
export const feedOperationsOn = ({ query }: Pick<Transaction, "query">) => ({
  /** No feed is filled until the transaction ends. Before all else, or two could wait for each other. */
  async lockFeeds(): Promise<void> {
    await query(sql.lockFeeds);
  },
  /**
   * Writes a published post into the materialised feeds of its author's followers, if these are few enough. An author who
   * has more becomes large, for good: their posts are merged into feeds when these are read, the earlier ones too.
   */
  async fanOut(postId: PostId, followersForFanOut: number): Promise<void> {
    const [post] = await query(sql.lockForFanOut, { postId, limit: followersForFanOut });
    if (!post) return;
    if (post.followers <= followersForFanOut) await query(sql.addItems, { postId });
    else await becomeLarge(query, post.authorId);
  },
  /**
   * Takes a post that is not shown any more out of the feeds that it was written into, so that they need not pass over it. Of more than
   * `followersForFanOut` some are left, which pass over it.
   */
  async removePost(postId: PostId, followersForFanOut: number): Promise<void> {
    await query(sql.removeItems, { postId, limit: followersForFanOut });
  },
  /** Writes a repost into the feeds of the followers of who made it. */
  async fanOutRepost(postId: PostId, reposterId: UserId, followersForFanOut: number): Promise<void> {
    const [repost] = await query(reposts.lockRepost, { postId, reposterId, limit: followersForFanOut });
    if (!repost) return;
    if (repost.followers <= followersForFanOut) await query(reposts.addReposts, { postId, reposterId });
    else await becomeLarge(query, reposterId);
  },
  /** Takes reposts out of the feeds that they were written into; those do not show them any more. */
  async removeReposts(taken: readonly { postId: PostId; userId: UserId }[], followersForFanOut: number): Promise<void> {
    const [postIds, reposterIds] = [taken.map(({ postId }) => postId), taken.map(({ userId }) => userId)];
    await query(reposts.removeReposts, { postIds, reposterIds, limit: followersForFanOut });
  },
  /** Takes an author into the feed of a new follower, if that is materialised: as many posts and reposts as it holds, or as a source. */
  async addAuthor(followerId: UserId, authorId: UserId): Promise<void> {
    await query(sql.addSourceTo, { followerId, authorId });
    await query(sql.addItemsTo, { followerId, authorId });
    await query(reposts.addRepostsTo, { followerId, reposterId: authorId });
  },
  /** Takes an author out of one feed. */
  async removeAuthor(userId: UserId, authorId: UserId): Promise<void> {
    for (const statement of sql.removeAuthorFrom) await query(statement, { userId, authorId });
    await query(reposts.removeRepostsFrom, { userId, reposterId: authorId });
  },
  /** A deleted user has no feed any more, and is merged into none. What was written into feeds is left to the jobs. */
  async removeUser(userId: UserId): Promise<void> {
    for (const statement of sql.deleteUser) await query(statement, { userId });
  },
});

/** What moderation does to home feeds, within its transaction. */
export const feedsUnderModeration = (followersForFanOut: number): HomeFeeds => ({
  takeOut: (query, postId) => feedOperationsOn({ query }).removePost(postId, followersForFanOut),
  bringBack: (query, postId) => feedOperationsOn({ query }).fanOut(postId, followersForFanOut),
});

/** The home feeds of post-service's database. */
export function createFeedStore({ query, transaction }: Pick<Database, "query" | "transaction">) {
  /** Takes some feeds that are due for clean-up. Gives how many. */
  const cleanUp = (due: typeof sql.lockUnread, work: (query: Query, ids: UserId[]) => Promise<void>): Promise<number> =>
    transaction(async (query) => {
      await query(sql.shareFeeds);
      void query(readInOrder);
      const ids = (await query(due)).map(({ userId }) => userId);
      if (ids.length > 0) await work(query, ids);
      return ids.length;
    });

  return {
    /** Undefined when the feed is not materialised, or a page by number lies beyond what is. */
    async materialisedPage(viewerId: UserId, window: Window): Promise<MaterialisedPage | undefined> {
      if (window.skip >= sql.heldPosts) return undefined;
      const rows = await sql.listMaterialised(query, window, { viewerId });
      const [feed] = rows;
      if (!feed) return undefined;
      const { floorAt, floorId, stale } = feed;
      // A page without posts is one row of nulls.
      const posts = rows.filter((row): row is typeof row & PlacedPost => row.id !== null);
      return { posts, floor: floorAt && { at: floorAt, id: floorId }, stale };
    },
    /** The same from the posts themselves, complete at every depth; it looks once at every followee. */
    mergedPage: (viewerId: UserId, window: Window): Promise<PlacedPost[]> => sql.listMerged(query, window, { viewerId }),

    /** Fills a user's feed with the newest posts and reposts of those whom they follow. A feed that is materialised already stays as it is. */
    materialise: (userId: UserId): Promise<void> =>
      transaction(async (query) => {
        await query(sql.shareFeeds);
        const [added] = await query(sql.insertReader, { userId });
        if (!added) return;
        await query(sql.fillSources, { userId });
        await query(sql.fillItems, { userId });
        await query(reposts.fillReposts, { userId });
        await query(sql.trim, { ids: [userId] });
      }),
    /** Notes that a user still reads their feed. */
    async noteRead(userId: UserId): Promise<void> {
      await query(sql.noteRead, { userId });
    },

    /** Removes feeds that are not read any more, and cuts those that were not cut today. */
    retention: [
      {
        name: "unread_feeds",
        runSome: () =>
          cleanUp(sql.lockUnread, async (query, ids) => {
            for (const statement of sql.deleteFeeds) await query(statement, { ids });
          }),
      },
      {
        name: "grown_feeds",
        runSome: () =>
          cleanUp(sql.lockUntrimmed, async (query, ids) => {
            await query(sql.trim, { ids });
            await query(sql.noteTrimmed, { ids });
          }),
      },
    ] satisfies HousekeepingJob[],
  };
}
export type FeedStore = ReturnType<typeof createFeedStore>;
