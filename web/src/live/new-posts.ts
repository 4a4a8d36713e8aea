import { useCallback, useEffect, useRef, useState } from "react";
import { client, queryClient } from "../data/client.ts";
import { keys } from "../data/keys.ts";
import { fetchFeed, findFeed, mergePost } from "../data/posts.ts";
import { useConnection } from "./connection.ts";

/** New posts of the public feed are not signalled, so the page asks for them. */
const askMs = 45_000;
const most = 50;

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
      const known = new Set(findFeed(feed)?.state.ids);
      const unknown = ids.filter((id) => !known.has(id));
      if (unknown.length > 0) setWaiting((before) => new Set([...before, ...unknown]));
    },
    [feed],
  );

  const ask = useCallback(async () => {
    const since = findFeed(feed)?.startCursor;
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
      else if (event.post.author.id !== meId) {
        mergePost(event.post);
        add([event.post.id]);
      }
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
    const list = findFeed(feed);
    const isShown = await list?.loadNewer();
    setWaiting(new Set());
    if (isShown) return;
    // Too many to be put in between: the feed begins anew.
    list?.clear();
    await queryClient.resetQueries({ queryKey: keys.feed(feed), exact: true });
  }, [feed]);

  useEffect(() => {
    const list = queryClient.getQueryState(keys.feed(feed));
    if (!list?.data) return;
    // On arrival nothing is read yet: what is new is shown at once.
    if (findFeed(feed)?.state.ids.length === 0) void queryClient.invalidateQueries({ queryKey: keys.feed(feed) });
    else if (scrollY === 0)
      void show().catch(() => {}); // the list itself is there
    else void ask();
  }, [feed, ask, show]);

  return { count: waiting.size, show };
}
