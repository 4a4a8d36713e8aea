import type { Account, Comment, CommentOrder, Post } from "@newfeed/client";
import { ArrowDown, ArrowUp, MessageCircle } from "lucide-react";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { commentElementId } from "../data/addresses.ts";
import { commentOrders, setCommentOrder, useCommentOrder } from "../data/comment-order.ts";
import { commentKey, forgetComments, placeId, resetComments, useComments, usePendingComments, useStreamCursor, waiting } from "../data/comments.ts";
import { useSession } from "../data/session.ts";
import { isSameShown, type Shown } from "../data/shown.ts";
import { useLivePost } from "../live/post.ts";
import { scrollBehavior } from "../scroll-memory.ts";
import { CommentItem } from "./comment-item.tsx";
import { useLinkedComment } from "./linked-comment.ts";
import { Parts } from "./parts.tsx";
import { RowSkeletons } from "./skeletons.tsx";
import { Empty, Failed, More } from "./states.tsx";
import "./comments.css";
import { t } from "../texts/texts.ts";

interface CommentsProps {
  post: Post;
  /** Those that answer this comment, and how many they are; or else those of the post. */
  replies?: { to: string; count: number };
}

/** A conversation, in the reader's order. */
export function Comments({ post, replies }: CommentsProps) {
  const order = useCommentOrder();
  const count = replies ? replies.count : post.commentCount;
  return (
    <>
      <div className="thread__title">
        <h2>{replies ? t.comments.repliesTitle : t.comments.title}</h2>
        {count > 1 && (
          <select aria-label={t.comments.order} value={order} onChange={(event) => setCommentOrder(event.target.value as CommentOrder)}>
            {commentOrders.map((each) => (
              <option key={each} value={each}>
                {t.commentOrders[each]}
              </option>
            ))}
          </select>
        )}
      </div>
      <Conversation key={order} post={post} parentCommentId={replies?.to ?? null} order={order} />
    </>
  );
}

/** What is new stands at the end, or the beginning, of a conversation; a thread that is open for days lets go of what is far from there. */
const mostKept = 500;
/** So many that a page of a list is one part or two. */
const partSize = 50;

/** In the place of comments that are not loaded. */
const gap: Shown<Comment> = { key: "gap", id: "gap" };
const shownOf = (ids: readonly string[]): Shown<Comment>[] => ids.map((id) => ({ key: commentKey(id), id }));

function Conversation({ post, parentCommentId, order }: { post: Post; parentCommentId: string | null; order: CommentOrder }) {
  const postId = post.id;
  const place = useMemo(() => ({ postId, parentCommentId }), [postId, parentCommentId]);
  const name = placeId(place);
  const words = parentCommentId === null ? t.comments : t.replies;
  const thread = useComments(place, order);
  const { list, ids, loaded, error, hasEarlier, hasMore, isLoadingMore, isMoreFailed, load, loadMore, refetch, mayComment } = thread;
  const pending = usePendingComments(place);
  const { status, user: me } = useSession();
  const unseen = waiting.use(name);
  const cursor = useStreamCursor(thread);
  const [isLoadingAround, setLoadingAround] = useState(false);
  const isAround = useRef(false);
  const loadAround = useCallback(
    async (id: string) => {
      setLoadingAround(true);
      isAround.current = true;
      list.startAround(id);
      await resetComments(place, order);
      setLoadingAround(false);
    },
    [list, place, order],
  );
  useLinkedComment(postId, { isLoaded: ids !== undefined && !isLoadingAround, loadAround });
  // The next visit begins where the conversation does.
  useEffect(() => () => void (isAround.current && forgetComments(place, order)), [place, order]);
  const edge = useRef<HTMLDivElement>(null);
  useLivePost(postId, status !== "unknown" && cursor !== undefined, cursor);
  useEffect(() => () => waiting.clearAll(), []);

  const hasGap = order === "oldest" && hasMore && ((ids?.length ?? 0) > loaded || pending.length > 0);
  const items = useMemo(() => {
    const drafts: Shown<Comment>[] = pending.map(({ item }) => ({ key: item.id, id: item.id, draft: item }));
    const known = shownOf(ids ?? []);
    // The newest wait above, where they would move what is read. Among the most liked, they have their place with the next visit.
    if (order !== "oldest") return [...drafts.toReversed(), ...known.filter(({ id }) => !unseen.has(id))];
    return hasGap ? [...known.slice(0, loaded), gap, ...known.slice(loaded), ...drafts] : [...known, ...drafts];
  }, [order, ids, loaded, hasGap, pending, unseen]);

  /** Shows those that wait, more than are known too. */
  const show = useCallback(async () => {
    const { hasEarlier, ids } = list.state;
    if (waiting.isFull(name) || (order !== "oldest" && hasEarlier) || (order === "most_liked" && ids.length > 2 * mostKept)) {
      if (order === "oldest") await load("loadNewest");
      else {
        list.clear();
        await resetComments(place, order);
      }
    }
    waiting.clear(name);
    list.trim(mostKept);
  }, [place, name, order, list, load]);

  const context = useMemo(() => ({ postId, postAuthorId: post.author.id, me, mayComment }), [postId, post.author.id, me, mayComment]);
  const render = useCallback(
    (item: Shown<Comment>) =>
      item === gap ? (
        <Gap key={gap.key} words={words} busy={isLoadingMore} failed={isMoreFailed} load={load} />
      ) : (
        <Item key={item.key} item={item} context={context} />
      ),
    [context, words, isLoadingMore, isMoreFailed, load],
  );
  if (error && !ids) return <Failed error={error} retry={refetch} />;
  if (!ids) return <RowSkeletons count={3} label={words.loading} />;
  const newest = <Newest place={name} order={order} newLabel={words.new} sending={pending.at(-1)?.item.id} edge={edge} show={show} />;
  return (
    <>
      {order !== "oldest" && newest}
      {ids.length === 0 && pending.length === 0 && !hasMore && (
        <Empty icon={<MessageCircle size={32} aria-hidden />} title={words.none}>
          {mayComment && <p>{me ? words.writeFirst : words.signInToWriteFirst}</p>}
        </Empty>
      )}
      {hasEarlier && (
        <div className="more">
          <button type="button" className="button button--quiet button--small" disabled={isLoadingMore} onClick={() => void load("loadEarlier")}>
            {isLoadingMore ? t.common.loading : isMoreFailed ? t.common.loadingFailed : words.showAbove}
          </button>
        </div>
      )}
      {/* Roles, since parts stand between the list and its items. */}
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div className="comments" role="list" aria-label={parentCommentId === null ? t.comments.title : t.comments.repliesTitle}>
        <Parts list={list} items={items} isEqual={isSameShown} most={partSize} render={render} />
      </div>
      {!hasGap && <More hasMore={hasMore} loading={isLoadingMore} failed={isMoreFailed} load={loadMore} label={words.showMore} />}
      {order === "oldest" && newest}
    </>
  );
}

interface ItemProps {
  item: Shown<Comment>;
  context: { postId: string; postAuthorId: string; me: Account | null; mayComment: boolean };
}

const Item = ({ item: { id, draft }, context }: ItemProps) => (
  // biome-ignore lint/a11y/useSemanticElements: as its list
  <div className="comments__item" role="listitem" id={commentElementId(id)}>
    <CommentItem id={id} draft={draft} {...context} />
  </div>
);

interface GapProps {
  words: { showMore: string; showEarlier: string };
  busy: boolean;
  failed: boolean;
  load: (way: "loadMore" | "loadBefore") => Promise<void>;
}

/** Between the first comments and the newest ones: the others are loaded from either side. */
function Gap({ words, busy, failed, load }: GapProps) {
  const button = (way: "loadMore" | "loadBefore", label: string) => (
    <button type="button" className="button button--quiet button--small" disabled={busy} onClick={() => void load(way)}>
      {busy ? t.common.loading : failed ? t.common.loadingFailed : label}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: as its list
    <div className="more comments__gap" role="listitem">
      {button("loadMore", words.showMore)}
      {button("loadBefore", words.showEarlier)}
    </div>
  );
}

interface NewestProps {
  /** The place's name. */
  place: string;
  order: CommentOrder;
  newLabel: (count: number) => string;
  /** The user's comment that is on its way. */
  sending: string | undefined;
  edge: RefObject<HTMLDivElement | null>;
  show: () => Promise<void>;
}

/** Where new comments appear: the user's own are scrolled to, those of others wait behind a button. */
function Newest({ place, order, newLabel, sending, edge, show }: NewestProps) {
  const [isSeen, setSeen] = useState(order === "oldest");
  const unseen = waiting.use(place);
  const toEdge = useCallback(() => edge.current?.scrollIntoView({ block: order === "oldest" ? "end" : "start", behavior: scrollBehavior() }), [edge, order]);
  const go = useCallback(() => void show().then(toEdge), [show, toEdge]);
  useEffect(() => {
    if (sending !== undefined) go();
  }, [sending, go]);
  useEffect(() => {
    if (!edge.current) return;
    const observer = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting ?? true));
    observer.observe(edge.current);
    return () => observer.disconnect();
  }, [edge]);
  const isWaiting = unseen.size > 0 && !(order === "oldest" && isSeen);
  useEffect(() => {
    // At the end nothing is below that could move.
    if (order === "oldest" && isSeen && unseen.size > 0) void show();
  }, [order, isSeen, unseen, show]);
  const Arrow = order === "oldest" ? ArrowDown : ArrowUp;
  return (
    <>
      <div ref={edge} className="comments__edge" />
      <div className={order === "oldest" ? "pill-slot pill-slot--end" : "pill-slot"}>
        {isWaiting && (
          <button type="button" className="pill" onClick={go}>
            <Arrow size={17} aria-hidden />
            {newLabel(unseen.size)}
          </button>
        )}
      </div>
    </>
  );
}
