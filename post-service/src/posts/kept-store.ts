import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import type { Listed, Window } from "@newfeed/shared/store/cursors.ts";
import * as sql from "./kept-statements.ts";
import { endedMutes, exportMutes } from "./mute-statements.ts";
import * as pinned from "./pinned-statements.ts";
import type { StoredPost } from "./statements.ts";

/** `keptAt`: when the user bookmarked, liked, reposted or muted it; `keptUntil`: when that ends by itself, if it does. */
export type KeptPost = StoredPost & { keptAt: Date; keptUntil: Date | null };

/** What a user bookmarks, likes, reposts and mutes, as lists, and the post that they have pinned, in post-service's database. */
export const createKeptStore = ({ query, transaction }: Pick<Database, "query" | "transaction">) => ({
  /** A window of what a user has bookmarked, as they may see it. */
  bookmarksOf: (userId: UserId, window: Window): Promise<Listed<KeptPost>> => sql.listBookmarks(query, window, { userId }),
  /** A window of what a user likes, as they may see it. */
  likedBy: (userId: UserId, window: Window): Promise<Listed<KeptPost>> => sql.listLiked(query, window, { userId }),
  /** A window of what a user has reposted, as a viewer may see it. */
  repostedBy: (viewerId: UserId | null, userId: UserId, window: Window): Promise<Listed<KeptPost>> => sql.listReposted(query, window, { viewerId, userId }),
  /** A window of what a user likes, as another may see it. The caller has checked that this is public. */
  likedByOther: (viewerId: UserId | null, userId: UserId, window: Window): Promise<Listed<KeptPost>> =>
    sql.listLikedByOther(query, window, { viewerId, userId }),
  /** `shown`: whether a viewer may know what a user does with the posts of others; `publicLikes`: what they like, too. */
  async shownActsOf(viewerId: UserId | null, userId: UserId): Promise<{ shown: boolean; publicLikes: boolean }> {
    const [acts] = await query(sql.findShownActs, { viewerId, userId });
    return acts ?? { shown: false, publicLikes: false };
  },
  /** Those of these posts that a viewer may see, at most a page of them. */
  commentedPosts: (viewerId: UserId | null, ids: readonly PostId[]) => query(sql.findCommented, { viewerId, ids }),
  /** A window of the posts that a user has muted, as they may see them. */
  mutedBy: (userId: UserId, window: Window): Promise<Listed<KeptPost>> => sql.listMuted(query, window, { userId }),
  /** The post that a user shows first on their profile, as a viewer may see it. */
  async pinnedBy(viewerId: UserId | null, userId: UserId): Promise<StoredPost | undefined> {
    const [post] = await query(pinned.findPinned, { viewerId, userId });
    return post;
  },
  exportPinned: (userId: UserId) => query(pinned.exportPinned, { userId }),
  async removeBookmark(userId: UserId, postId: PostId): Promise<void> {
    await query(sql.deleteBookmark, { userId, postId });
  },
  /** What a user has bookmarked, by post. */
  exportBookmarks: (userId: UserId, after: string | undefined) => query(sql.exportBookmarks, { userId, after: (after ?? null) as PostId | null }),
  /** What a user has muted, by post. */
  exportMutes: (userId: UserId, after: string | undefined) => query(exportMutes, { userId, after: (after ?? null) as PostId | null }),
  /** Of what has ended. */
  retention: [endedMutes("ended_post_mutes", { transaction })],
});
export type KeptStore = ReturnType<typeof createKeptStore>;
