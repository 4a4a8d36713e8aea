import { ArrowUp } from "lucide-react";
import { useEffect } from "react";
import type { FeedName } from "../data/keys.ts";
import { postKey, useFeed, usePendingPosts } from "../data/posts.ts";
import { scrollToTop } from "../scroll-memory.ts";
import { announce } from "./announce.ts";
import { PostCard } from "./post-card.tsx";
import { PostSkeletons } from "./skeletons.tsx";
import { Failed, More } from "./states.tsx";
import { showProblem } from "./toasts.tsx";
import "../styles/feed.css";

/** Posts; more of them are loaded near the end. */
export function Feed({ name, empty }: { name: FeedName; empty: React.ReactNode }) {
  const { ids, error, hasMore, isLoadingMore, isMoreFailed, loadMore, refetch } = useFeed(name);
  const pending = usePendingPosts(name);
  if (error && !ids) return <Failed error={error} retry={refetch} />;
  if (!ids) return <PostSkeletons />;
  if (ids.length === 0 && pending.length === 0) return empty;
  return (
    <>
      <div className="feed" role="feed" aria-busy={isLoadingMore}>
        {[
          ...pending.map(({ item }, index) => <PostCard key={item.id} id={item.id} draft={item} position={index + 1} />),
          // In one list with the pending ones, so that a card stays the same when its post is confirmed.
          ...ids.map((id, index) => <PostCard key={postKey(id)} id={id} position={pending.length + index + 1} />),
        ]}
      </div>
      <More hasMore={hasMore} loading={isLoadingMore} failed={isMoreFailed} load={loadMore} />
    </>
  );
}

/** How many items wait; above the page, so that it moves nothing. */
export function NewItems({ count, of, show }: { count: number; of: [one: string, many: string]; show: () => Promise<void> }) {
  const text = count === 1 ? `1 ${of[0]}` : `${count} ${of[1]}`;
  useEffect(() => {
    if (count > 0) announce(`${text} available`);
  }, [count, text]);
  const onClick = () => {
    show().then(scrollToTop, (error: unknown) => showProblem(`The ${of[1]} could not be loaded.`, error));
  };
  return (
    <div className="pill-slot">
      {count > 0 && (
        <button type="button" className="pill" onClick={onClick}>
          <ArrowUp size={17} aria-hidden />
          {/* As wide for one as for many, so that the button does not move when more come. */}
          <span style={{ minWidth: `${of[1].length + 3}ch` }}>{text}</span>
        </button>
      )}
    </div>
  );
}
