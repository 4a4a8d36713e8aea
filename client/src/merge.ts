/** What merging goes by: the higher revision of an id wins. */
export interface Revisioned {
  id: string;
  revision: number;
  /** What is left of a comment that has replies. */
  deleted?: boolean;
}

/** What a live event holds of an item: all but what depends on the viewer. */
export type LiveForm<T extends Revisioned> = Omit<
  T,
  "likedByMe" | "bookmarkedByMe" | "repostedByMe" | "mutedByMe" | "shareCount" | "quotedPost" | "publishAt" | "moderation" | "poll"
> &
  Partial<Omit<T, "poll">> &
  Revisioned & { poll?: object | null };

export interface Dated {
  id: string;
  createdAt: string;
  publishedAt?: string | null;
}

/** The order of every list of NewFeed. */
export function newestFirst(one: Dated, other: Dated): number {
  const [a, b] = [one.publishedAt ?? one.createdAt, other.publishedAt ?? other.createdAt];
  if (a !== b) return a > b ? -1 : 1;
  return one.id === other.id ? 0 : one.id > other.id ? -1 : 1;
}

/** The order of a list that begins with what is oldest. */
export const oldestFirst = (one: Dated, other: Dated): number => newestFirst(other, one);

/** The position of an item, as a `cursor` of a list by time. */
export const positionOf = ({ id, createdAt, publishedAt }: Dated): string => `${publishedAt ?? createdAt}~${id}`;

/**
 * What is known of an item after `incoming` came live: the higher revision, and what only a fetch knows (`…ByMe`, `quotedPost`, the `myVote` of its poll) from
 * before. Of an equal revision nothing is taken, since its counts are those of the time it was written, and a fetch may
 * have counted more since; `even` takes it all the same.
 */
export function newerOf<T extends Revisioned>(known: T | undefined, incoming: LiveForm<T>, even = false): T {
  if (known && (known.revision > incoming.revision || (known.revision === incoming.revision && !even))) return known;
  return {
    ...("likeCount" in incoming && { likedByMe: false }),
    ...("commentCount" in incoming && { bookmarkedByMe: false, repostedByMe: false, mutedByMe: false, quotedPost: null }),
    ...known,
    ...incoming,
    ...("poll" in incoming && { poll: incoming.poll && { myVote: null, ...voteIn(known), ...incoming.poll } }),
    // What comes live is published.
    ...("repostCount" in incoming && { shareCount: incoming.repostCount, publishAt: null, moderation: null }),
  } as unknown as T;
}

const voteIn = (known: object | undefined) =>
  known && "poll" in known && known.poll instanceof Object && "myVote" in known.poll ? { myVote: known.poll.myVote } : {};

/** A list with an item that came live, in its place. The same list when there is no news in it; see `newerOf`. */
export function mergeItem<T extends Revisioned>(items: readonly T[], incoming: LiveForm<T>, order: (one: T, other: T) => number, even = false): readonly T[] {
  const known = items.find(({ id }) => id === incoming.id);
  const merged = newerOf(known, incoming, even);
  return merged === known ? items : [...items.filter((item) => item !== known), merged].sort(order);
}

/** A list without an item. The same list when it is not in it. */
export function removeItem<T extends { id: string }>(items: readonly T[], id: string): readonly T[] {
  return items.some((item) => item.id === id) ? items.filter((item) => item.id !== id) : items;
}

/** A like as it will be counted. */
export function withLike<T extends { likedByMe: boolean; likeCount: number }>(item: T, liked: boolean): T {
  if (item.likedByMe === liked) return item;
  return { ...item, likedByMe: liked, likeCount: Math.max(0, item.likeCount + (liked ? 1 : -1)) };
}
