import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { HousekeepingJob } from "@newfeed/shared/ports/housekeeping.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import { tagsIn } from "@newfeed/shared/store/tags.ts";
import { accountGone } from "../posts/author.ts";
import { lockAuthor } from "../posts/statements.ts";
import { listUnderTags } from "./listing-store.ts";
import * as sql from "./statements.ts";

/** A deleted user follows no tags. */
export async function removeTagFollows(query: Query, userId: UserId): Promise<void> {
  await query(sql.deleteFollowsOf, { userId });
}

async function isFollowed(query: Query, userId: UserId, tag: string): Promise<boolean> {
  const [row] = await query(sql.findFollow, { userId, tag });
  return row?.followed ?? false;
}

/** Tags, and who follows them, in post-service's database. */
export function createTagStore({ query, transaction }: Pick<Database, "query" | "transaction">) {
  return {
    /** A window of the public posts with a tag. */
    postsOf: (viewerId: UserId | null, tag: string, window: Window) => sql.listByTag(query, window, { viewerId, tag }),
    /** Follows a tag, or no longer. Gives whether the user follows it now: not, when they follow too many. Throws `unauthenticated`. */
    setFollow: (userId: UserId, tag: string, followed: boolean): Promise<boolean> =>
      transaction(async (query) => {
        const [author] = await query(lockAuthor, { userId });
        if (!author) throw accountGone();
        await query(followed ? sql.insertFollow : sql.deleteFollow, { userId, tag });
        return isFollowed(query, userId, tag);
      }),
    isFollowed: (userId: UserId, tag: string): Promise<boolean> => isFollowed(query, userId, tag),
    /** The tags that a user follows, by name. */
    followedBy: (userId: UserId) => query(sql.findFollows, { userId }),

    /** Finds the tags of posts that older instances wrote. */
    retention: [
      {
        name: "posts_to_tag",
        runSome: () =>
          transaction(async (query) => {
            const posts = await query(sql.lockUntagged);
            const ids = posts.map(({ id }) => id);
            if (ids.length === 0) return 0;
            await query(sql.saveTags, { ids, tags: posts.map(({ title, content }) => tagsIn(title, content).join(" ")) });
            await listUnderTags(query, ids);
            return ids.length;
          }),
      },
    ] satisfies HousekeepingJob[],
  };
}
export type TagStore = ReturnType<typeof createTagStore>;
