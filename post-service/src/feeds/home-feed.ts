import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Key, Listed, Window } from "@newfeed/shared/store/cursors.ts";
import type { FeedStore, PlacedPost } from "./store.ts";

/**
 * The viewer's own posts, those of whom they follow, what these have reposted, and public posts with tags that they follow; each post once. The newest are materialised
 * but for those with tags, from the first read on; what is older is merged from the posts themselves. A page of the
 * materialised feed costs a page, whatever the number of followees or followers; an older one looks once at every followee.
 */
export async function homeFeed(store: FeedStore, viewerId: UserId, window: Window): Promise<PlacedPost[]> {
  // Pages by number are for older clients, and may lie anywhere.
  if (window.skip > 0) {
    const page = await store.materialisedPage(viewerId, window);
    return page && (!page.floor || page.posts.length >= window.take) ? page.posts : store.mergedPage(viewerId, window);
  }
  let page = await store.materialisedPage(viewerId, window);
  if (!page) {
    await store.materialise(viewerId);
    page = await store.materialisedPage(viewerId, window);
  }
  if (!page) throw new Error("a feed that was materialised just now is gone");
  if (page.stale) await store.noteRead(viewerId);

  const { posts, floor } = page;
  // All of it is materialised, or the page ends above the floor.
  if (!floor || (!window.after && posts.length >= window.take)) return posts;
  if (window.after) return isBefore(window.after, floor) ? store.mergedPage(viewerId, window) : posts;
  const from = window.before && isBefore(window.before, floor) ? window.before : floor;
  return [...posts, ...(await store.mergedPage(viewerId, { ...window, before: from }))];
}

/** A page of one category looks through so many posts of the home feed. */
const lookedThrough = 100;

/** The same of one category. A page is short, or empty, where few of the posts that it looks through are in it. Not by number. */
export async function homeFeedOf(category: string, store: FeedStore, viewerId: UserId, window: Window): Promise<Listed<PlacedPost>> {
  const posts = await homeFeed(store, viewerId, { ...window, limit: lookedThrough, take: lookedThrough + 1 });
  const last = posts.length > lookedThrough ? posts[lookedThrough - 1] : undefined;
  const rows = posts.slice(0, lookedThrough).filter((post) => post.category === category);
  return { rows, end: last ? placeOf(last) : null };
}

/** Where a post stands in a home feed. */
export const placeOf = ({ at, id }: PlacedPost): Key => ({ at, id });

const isBefore = (one: Key, other: Key) => one.at < other.at || (one.at.getTime() === other.at.getTime() && one.id < other.id);
