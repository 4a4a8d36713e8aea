import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { createFading } from "../decay.ts";
import type { Reaction } from "./reactions.ts";
import type { PopularWindow } from "./score.ts";
import * as sql from "./statements.ts";

/** What event handlers may do within one transaction. */
export const popularityOperationsOn = ({ query }: { query: Query }) => ({
  /** Takes reactions in, one of each id, whatever the order in which they come, and computes the scores of their posts. */
  async saveReactions(reactions: readonly Reaction[], now: Date): Promise<void> {
    if (reactions.length === 0) return;
    const posts = new Map<PostId, boolean | null>();
    for (const { postId, isPublic } of reactions) posts.set(postId, isPublic ?? posts.get(postId) ?? null);
    const ids = [...posts.keys()];
    await query(sql.lockPosts, { ids, arePublic: [...posts.values()] });
    await query(sql.saveReactions, {
      ids: reactions.map(({ id }) => id),
      postIds: reactions.map(({ postId }) => postId),
      userIds: reactions.map(({ userId }) => userId),
      kinds: reactions.map(({ kind }) => kind),
      hours: reactions.map(({ hour }) => hour),
      revisions: reactions.map(({ revision }) => revision),
      active: reactions.map(({ active }) => active),
    });
    await query(sql.score, { ids, now });
  },
  /** Only public posts are ranked. In the order of their revisions; what is older than the index changes nothing. */
  async savePosts(posts: readonly { id: PostId; revision: number; isPublic: boolean }[]): Promise<void> {
    const latest = [...new Map(posts.map((post) => [post.id, post])).values()];
    await query(sql.savePublic, {
      ids: latest.map(({ id }) => id),
      revisions: latest.map(({ revision }) => revision),
      arePublic: latest.map(({ isPublic }) => isPublic),
    });
  },
  /** The same of a page, whose posts are in the index, unless that has a newer revision of one. */
  async savePage(posts: readonly { id: PostId; revision: number; isPublic: boolean }[]): Promise<void> {
    await query(sql.savePublicAsOf, {
      ids: posts.map(({ id }) => id),
      revisions: posts.map(({ revision }) => revision),
      arePublic: posts.map(({ isPublic }) => isPublic),
    });
  },
  /** Forgets deleted posts, and refuses what comes of them later. */
  async removePosts(ids: readonly PostId[]): Promise<void> {
    await query(sql.removePosts, { ids });
  },
});

/** What is popular, in query-service's database. */
export function createPopularityStore(database: Pick<Database, "query" | "transaction">) {
  const fading = createFading(database, sql.quietPosts("quiet_posts", database), {
    lockDue: async (query, now) => (await query(sql.lockDue, { now })).map(({ postId }) => postId),
    score: (query, ids, now) => query(sql.score, { ids, now }),
  });
  return {
    /** Takes hours that left a window out of the scores of some posts. Gives of how many. */
    fade: fading.fade,
    /** The ids of public posts with the highest scores, the highest first. */
    async top(window: PopularWindow): Promise<PostId[]> {
      return (await database.query(sql.findTop[window])).map(({ postId }) => postId);
    },
    retention: [sql.oldReactions("old_reactions", database), sql.oldHours("old_popularity_hours", database), fading.job],
  };
}
export type PopularityStore = ReturnType<typeof createPopularityStore>;
