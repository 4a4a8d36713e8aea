import { useCallback, useEffect, useRef, useState } from "react";
import { client, queryClient } from "../data/client.ts";
import { type FeedName, keys } from "../data/keys.ts";
import { type IdList, idsOf, prepend } from "../data/lists.ts";
import { fetchFeed, keepPage, keepPost } from "../data/posts.ts";
import { useConnection } from "./connection.ts";

/** Nobody signals what is new in the public feed, so it is asked for. */
const askMs = 45_000;
const most = 50;

const listOf = (feed: FeedName) => queryClient.getQueryData<IdList>(keys.feed(feed));

interface NewPosts {
  /** How many posts wait to be shown. */
  count: number;
  /** Puts them first. */
  show: () => Promise<void>;
}

/** Posts that came since the feed was loaded: they wait until the reader asks for them, so that nothing moves. */
export function useNewPosts(feed: "home" | "public", meId: string | undefined): NewPosts {
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const { state } = useConnection();
  const wasLive = useRef(false);

  const add = useCallback(
    (ids: readonly string[]) => {
      const known = new Set(idsOf(listOf(feed)));
      const unknown = ids.filter((id) => !known.has(id));
      if (unknown.length > 0) setWaiting((before) => new Set([...before, ...unknown]));
    },
    [feed],
  );

  const ask = useCallback(async () => {
    const since = listOf(feed)?.pages[0]?.pageInfo.startCursor;
    if (!since || document.visibilityState === "hidden") return;
    // A feed that cannot be asked now will be asked again.
    const page = await fetchFeed(feed, { since, limit: most }).catch(() => null);
    if (page) add(page.data.filter(({ author }) => author.id !== meId).map(({ id }) => id));
  }, [feed, add, meId]);

  useEffect(() => {
    if (feed !== "home" || meId === undefined) return;
    const subscription = client.follow.feed();
    subscription.subscribe((event) => {
      if (event.type === "reset") void ask();
      else if (event.post.author.id !== meId) add([keepPost(event.post)]);
    });
    subscription.ready.catch(() => {});
    return () => subscription.close();
  }, [feed, meId, add, ask]);

  useEffect(() => {
    // Signals may be lost while the connection is.
    if (state === "live" && wasLive.current) void ask();
    if (state === "live") wasLive.current = true;
  }, [state, ask]);

  useEffect(() => {
    const timer = feed === "public" ? setInterval(ask, askMs) : undefined;
    const onVisible = () => void ask();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [feed, ask]);

  const show = useCallback(async () => {
    const since = listOf(feed)?.pages[0]?.pageInfo.startCursor;
    const page = since ? await fetchFeed(feed, { since, limit: most }) : null;
    setWaiting(new Set());
    if (!page || page.pageInfo.hasNextPage) {
      // Too many to be put in between: the feed begins anew.
      await queryClient.resetQueries({ queryKey: keys.feed(feed) });
      return;
    }
    const { ids, pageInfo } = keepPage(page);
    // They come oldest first, and the end is the newest.
    prepend(keys.feed(feed), { ids: ids.reverse(), pageInfo: { ...pageInfo, startCursor: pageInfo.endCursor } });
  }, [feed]);

  useEffect(() => {
    const list = queryClient.getQueryState(keys.feed(feed));
    if (!list?.data) return;
    // Whoever arrives reads nothing yet: what is new stands there at once.
    if (idsOf(listOf(feed)).length === 0) void queryClient.invalidateQueries({ queryKey: keys.feed(feed) });
    else if (scrollY === 0)
      void show().catch(() => {}); // the list itself is there
    else void ask();
  }, [feed, ask, show]);

  return { count: waiting.size, show };
}
