import { ArrowUp } from "lucide-react";
import { useCallback, useEffect } from "react";
import type { FeedName } from "../data/keys.ts";
import { steadyKey, useFeed } from "../data/posts.ts";
import { announce } from "./announce.ts";
import { PostCard } from "./post-card.tsx";
import { PostSkeletons } from "./skeletons.tsx";
import { Failed, More } from "./states.tsx";
import { showProblem } from "./toasts.tsx";
import "../styles/feed.css";

/** Posts, more of them as one comes near the end. */
export function Feed({ name, empty }: { name: FeedName; empty: React.ReactNode }) {
  const { data: ids, error, isPending, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = useFeed(name);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (error && !ids) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending) return <PostSkeletons />;
  if (ids?.length === 0) return empty;
  return (
    <>
      <div className="feed" role="feed" aria-busy={isFetchingNextPage}>
        {ids?.map((id) => (
          <PostCard key={steadyKey(id)} id={id} />
        ))}
      </div>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} failed={isFetchNextPageError} load={load} />
    </>
  );
}

/** How many wait; over the page, so that it moves nothing. */
export function NewItems({ count, of, show }: { count: number; of: [one: string, many: string]; show: () => Promise<void> }) {
  const text = count === 1 ? `1 ${of[0]}` : `${count} ${of[1]}`;
  useEffect(() => {
    if (count > 0) announce(`${text} to show`);
  }, [count, text]);
  const onClick = () => {
    show().then(
      () => scrollTo({ top: 0, behavior: "smooth" }),
      (error: unknown) => showProblem("They did not load.", error),
    );
  };
  return (
    <div className="pill-slot">
      {count > 0 && (
        <button type="button" className="pill" onClick={onClick}>
          <ArrowUp size={17} aria-hidden />
          {text}
        </button>
      )}
    </div>
  );
}
