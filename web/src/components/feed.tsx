import type { Author, Post } from "@newfeed/client";
import { ArrowUp } from "lucide-react";
import { useEffect } from "react";
import { useObservable } from "../data/hooks.ts";
import type { FeedName } from "../data/keys.ts";
import { postKey, removedReposts, repostedBy, useFeed, usePendingPosts } from "../data/posts.ts";
import { isSameShown, type Shown } from "../data/shown.ts";
import { scrollToTop } from "../scroll-memory.ts";
import { announce } from "./announce.ts";
import { Parts } from "./parts.tsx";
import { PostCard } from "./post-card.tsx";
import { PostSkeletons } from "./skeletons.tsx";
import { Failed, More } from "./states.tsx";
import { showProblem } from "./toasts.tsx";
import "../styles/feed.css";
import { t } from "../texts/texts.ts";

const partSize = 10;
interface Placed extends Shown<Post> {
  position: number;
  /** Who has brought it here. */
  by?: Author | undefined;
  /** What has brought it here is taken back. */
  gone?: boolean;
}
const isSame = (one: Placed, other: Placed) =>
  isSameShown(one, other) && one.position === other.position && one.by?.id === other.by?.id && one.gone === other.gone;
const card = ({ key, id, draft, position, by, gone }: Placed) => (
  <PostCard key={key} id={id} position={position} gone={gone ?? false} {...(draft && { draft })} {...(by && { by })} />
);

interface Props {
  name: FeedName;
  empty: React.ReactNode;
  /** A post that stands elsewhere on the page. */
  without?: string | null | undefined;
}

/** Posts; more of them are loaded near the end. */
export function Feed({ name, empty, without }: Props) {
  const { list, ids, error, hasMore, isLoadingMore, isMoreFailed, loadMore, refetch } = useFeed(name);
  const pending = usePendingPosts(name);
  const removed = useObservable(removedReposts);
  if (error && !ids) return <Failed error={error} retry={refetch} />;
  if (!ids) return <PostSkeletons />;
  if (ids.length === 0 && pending.length === 0) return empty;
  const shown: Placed[] = [
    ...pending.map(({ item }) => ({ key: item.id, id: item.id, draft: item })),
    // In one list with the pending ones, so that a card stays the same when its post is confirmed.
    ...ids.filter((id) => id !== without).map((id) => ({ key: postKey(id), id, ...(name === "home" && { by: repostedBy(id), gone: removed.has(id) }) })),
  ].map((item, index) => ({ ...item, position: index + 1 }));
  return (
    <>
      {/* All of them may stand elsewhere. */}
      {shown.length > 0 && (
        <div className="feed" role="feed" aria-busy={isLoadingMore}>
          <Parts list={list} items={shown} isEqual={isSame} most={partSize} className="feed__part" render={card} />
        </div>
      )}
      <More hasMore={hasMore} loading={isLoadingMore} failed={isMoreFailed} load={loadMore} />
    </>
  );
}

interface NewItemsProps {
  count: number;
  /** So many of them, in words. */
  textOf: (count: number) => string;
  /** That they could not be loaded. */
  failed: string;
  show: () => Promise<void>;
}

/** How many items wait; above the page, so that it moves nothing. */
export function NewItems({ count, textOf, failed, show }: NewItemsProps) {
  const text = textOf(count);
  useEffect(() => {
    if (count > 0) announce(t.announcements.available(text));
  }, [count, text]);
  const onClick = () => {
    show().then(scrollToTop, (error: unknown) => showProblem(failed, error));
  };
  return (
    <div className="pill-slot">
      {count > 0 && (
        <button type="button" className="pill" onClick={onClick}>
          <ArrowUp size={17} aria-hidden />
          {/* As wide for one as for many, so that the button does not move when more come. */}
          <span style={{ minWidth: `${textOf(100).length}ch` }}>{text}</span>
        </button>
      )}
    </div>
  );
}
