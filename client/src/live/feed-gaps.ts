import type { FeedCalls } from "../calls/content.ts";
import { isAbort, NewFeedError } from "../errors.ts";
import type { FeedPost } from "../types.ts";
import type { FeedEvent } from "./events.ts";

/** New posts of the home feed are only signalled, and signals may be lost: this fetches the rest. */
export interface FeedGaps {
  /** Fetches what is new since the last time, and offers it; the first time, only the feed's position. */
  fill(): Promise<void>;
  /** True for a post that was not offered yet. */
  isNew(postId: string): boolean;
}

const remembered = 500;
const pageSize = 100;

export function createFeedGaps(home: FeedCalls["home"], ownId: () => string | undefined, offer: (event: FeedEvent) => unknown): FeedGaps {
  const seen = new Set<string>();
  let since: string | null | undefined;
  let filling: Promise<void> | undefined;

  function isNew(postId: string): boolean {
    if (seen.has(postId)) return false;
    seen.add(postId);
    if (seen.size > remembered) for (const oldest of seen) return seen.delete(oldest);
    return true;
  }

  function show({
    likedByMe: _mine,
    bookmarkedByMe: _kept,
    repostedByMe: _reposted,
    mutedByMe: _muted,
    shareCount: _alias,
    quotedPost: _quoted,
    publishAt: _later,
    moderation: _held,
    repostedBy: _by,
    repostedAt: _at,
    ...post
  }: FeedPost): void {
    if (post.author.id !== ownId()) offer({ type: "new_post", post });
  }

  async function read(): Promise<void> {
    if (since === undefined) {
      since = (await home({ limit: 1 })).pageInfo.startCursor;
      return;
    }
    if (since === null) {
      // It was empty: all that is there now is new, newest first.
      const { data, pageInfo } = await home({ limit: pageSize });
      since = pageInfo.startCursor;
      for (const post of data.reverse()) show(post);
      return;
    }
    for (let more = true; more; ) {
      const { data, pageInfo } = await home({ since, limit: pageSize });
      since = pageInfo.endCursor ?? since;
      for (const post of data) show(post);
      more = pageInfo.hasNextPage;
    }
  }

  return {
    isNew,
    fill() {
      filling ??= read()
        .catch((error: unknown) => {
          // The next call fetches the same.
          if (!(error instanceof NewFeedError) && !isAbort(error)) throw error;
        })
        .finally(() => {
          filling = undefined;
        });
      return filling;
    },
  };
}
