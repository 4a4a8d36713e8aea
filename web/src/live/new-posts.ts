import { useCallback, useEffect, useRef, useState } from "react";
import { client, queryClient, refetch } from "../data/client.ts";
import { keys } from "../data/keys.ts";
import { fetchFeed, findFeed, mergePost, removedReposts, removeReposts } from "../data/posts.ts";
import { useConnection } from "./connection.ts";

/** New posts of the public feed are not signalled, so the page polls for them. */
const pollMs = 45_000;
const most = 50;
/** Of more, only that there are more is known. */
const mostWaiting = 100;
/** A feed that is open for days keeps so many, from its top. */
const mostKept = 200;

interface NewPosts {
  /** How many posts wait to be shown. */
  count: number;
  /** Shows them, first in the feed. */
  show: () => Promise<void>;
}

/** Posts that came since the feed was fetched: they wait until the reader asks for them, so that nothing moves. */
export function useNewPosts(feed: "home" | "public", meId: string | undefined): NewPosts {
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const { state } = useConnection();
  const wasLive = useRef(false);

  const add = useCallback(
    (ids: readonly string[]) => {
      const known = new Set(findFeed(feed)?.state.ids.filter((id) => !removedReposts.state.has(id)));
      const unknown = ids.filter((id) => !known.has(id));
      if (unknown.length > 0) setWaiting((before) => (before.size < mostWaiting ? new Set([...before, ...unknown]) : before));
    },
    [feed],
  );

  const poll = useCallback(async () => {
    const since = findFeed(feed)?.startCursor;
    if (!since || document.visibilityState === "hidden") return;
    // After a failure, the next poll fetches the same.
    const page = await fetchFeed(feed, { since, limit: most }).catch(() => null);
    if (page) add(page.data.filter(({ author }) => author.id !== meId).map(({ id }) => id));
  }, [feed, add, meId]);

  useEffect(() => {
    if (feed !== "home" || meId === undefined) return;
    const subscription = client.follow.feed();
    subscription.subscribe((event) => {
      if (event.type === "reset") void poll();
      else if (event.type === "trends") queryClient.setQueryData(keys.trends, event.trends);
      else if (event.type === "new_repost") add([event.postId]);
      else if (event.type === "repost_removed") removeReposts(event);
      else if (event.post.author.id !== meId) {
        mergePost(event.post);
        add([event.post.id]);
      }
    });
    // What came after the feed was fetched, before it was live.
    subscription.ready.then(poll).catch(() => {});
    return () => subscription.close();
  }, [feed, meId, add, poll]);

  useEffect(() => {
    // Signals may be lost while the connection is.
    if (state === "live" && wasLive.current) void poll();
    if (state === "live") wasLive.current = true;
  }, [state, poll]);

  useEffect(() => {
    const timer = feed === "public" ? setInterval(poll, pollMs) : undefined;
    const onVisible = () => void poll();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [feed, poll]);

  const show = useCallback(async () => {
    const list = findFeed(feed);
    const isShown = await list?.loadNewer();
    setWaiting(new Set());
    if (isShown) return list?.trim(mostKept);
    // More than one page: the feed is fetched from its beginning.
    list?.clear();
    await queryClient.resetQueries({ queryKey: keys.feed(feed), exact: true });
  }, [feed]);

  useEffect(() => {
    const list = queryClient.getQueryState(keys.feed(feed));
    if (!list?.data) return;
    // On arrival nothing is being read yet, so what is new is shown at once.
    if (findFeed(feed)?.state.ids.length === 0) void refetch(keys.feed(feed));
    else if (scrollY === 0)
      void show().catch(() => {}); // the list itself is shown
    else void poll();
  }, [feed, poll, show]);

  return { count: waiting.size, show };
}
