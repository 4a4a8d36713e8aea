import type { Account, Comment, Post } from "@newfeed/client";
import { ArrowDown, MessageCircle } from "lucide-react";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { createChunks } from "../data/chunks.ts";
import { commentKey, useComment, useComments, usePendingComments, useReplies, useStreamCursor } from "../data/comments.ts";
import { useDraft } from "../data/drafts.ts";
import { useMe } from "../data/session.ts";
import { clearWaiting, useLivePost, useWaiting } from "../live/post.ts";
import { scrollBehavior } from "../scroll-memory.ts";
import { CommentBody } from "./comment-body.tsx";
import { CommentForm, commentDraft } from "./comment-form.tsx";
import { RowSkeletons } from "./skeletons.tsx";
import { Empty, Failed } from "./states.tsx";
import "./comments.css";

/** A conversation: the oldest first, so that what is new comes at the end and moves nothing. */
export function Comments({ post }: { post: Post }) {
  const list = useComments(post.id);
  const { ids, error, hasMore, isLoadingMore, loadMore, refetch, mayComment } = list;
  const pending = usePendingComments({ postId: post.id, parentCommentId: null });
  const me = useMe();
  const cursor = useStreamCursor(list);
  const [parted] = useState(() => createChunks<Shown>((a, b) => a.id === b.id && a.draft === b.draft));
  const chunks = useMemo(() => parted(oldestFirst(ids ?? [], pending)), [parted, ids, pending]);
  useLivePost(post.id, me !== null && cursor !== undefined, cursor);
  if (error && !ids) return <Failed error={error} retry={refetch} />;
  if (!ids) return <RowSkeletons count={3} label="Loading comments" />;
  const context = { postId: post.id, postAuthorId: post.author.id, me, mayComment };
  return (
    <>
      {hasMore && (
        <div className="more">
          <button type="button" className="button button--quiet button--small" disabled={isLoadingMore} onClick={loadMore}>
            {isLoadingMore ? "Loading …" : "Show earlier comments"}
          </button>
        </div>
      )}
      {ids.length === 0 && pending.length === 0 && !hasMore && (
        <Empty icon={<MessageCircle size={32} aria-hidden />} title="No comments yet">
          {mayComment && <p>{me ? "Write the first one." : "Sign in to write the first one."}</p>}
        </Empty>
      )}
      <ol className="comments" aria-label="Comments">
        {chunks.map(({ key, items }) => (
          <Part key={key} items={items} {...context} />
        ))}
      </ol>
      <End postId={post.id} sending={pending.at(-1)?.item.id} />
    </>
  );
}

/** The end of a conversation: the user's own new comments are scrolled to, those of others wait behind a button. */
function End({ postId, sending }: { postId: string; sending: string | undefined }) {
  const end = useRef<HTMLDivElement>(null);
  const [isSeen, setSeen] = useState(true);
  const { size } = useWaiting(postId);
  const toEnd = useCallback(() => end.current?.scrollIntoView({ block: "end", behavior: scrollBehavior() }), []);
  useEffect(() => {
    if (sending !== undefined) toEnd();
  }, [sending, toEnd]);
  useEffect(() => {
    if (!end.current) return;
    const observer = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? true));
    observer.observe(end.current);
    return () => {
      observer.disconnect();
      clearWaiting(postId);
    };
  }, [postId]);
  useEffect(() => {
    if (isSeen && size > 0) clearWaiting(postId);
  }, [isSeen, size, postId]);
  return (
    <>
      <div ref={end} className="comments__end" />
      <div className="pill-slot pill-slot--end">
        {size > 0 && !isSeen && (
          <button type="button" className="pill" onClick={toEnd}>
            <ArrowDown size={17} aria-hidden />
            {size} new {size === 1 ? "comment" : "comments"}
          </button>
        )}
      </div>
    </>
  );
}

interface Shown {
  key: string;
  id: string;
  draft?: Comment;
}

/** Rendered again only when one of its comments comes or goes. */
const Part = memo(function Part({ items, ...context }: Pick<ItemProps, "postId" | "postAuthorId" | "me" | "mayComment"> & { items: readonly Shown[] }) {
  return items.map(({ key, id, draft }) => (
    <li key={key}>
      <CommentItem id={id} draft={draft} {...context} />
    </li>
  ));
});

/** What is shown of a list, with the comments that are on their way at its end. */
const oldestFirst = (ids: readonly string[], pending: ReturnType<typeof usePendingComments>): Shown[] => [
  ...ids.toReversed().map((id) => ({ key: commentKey(id), id })),
  ...pending.map(({ item }) => ({ key: item.id, id: item.id, draft: item })),
];

interface ItemProps {
  id: string;
  /** The comment while it is on its way. */
  draft?: Comment | undefined;
  postId: string;
  postAuthorId: string;
  me: Account | null;
  mayComment: boolean;
}

/** Rendered again only when this comment changes, however many others there are. */
const CommentItem = memo(function CommentItem({ id, draft, ...context }: ItemProps) {
  const known = useComment(id);
  const [open, setOpen] = useState(false);
  const { me, postId, mayComment } = context;
  // A reply that was not sent, or was refused, has its form open.
  const unsent = useDraft(commentDraft(me?.id ?? "", postId, id));
  const [replying, setReplying] = useState(unsent !== undefined && unsent.text !== "");
  const isRefused = unsent !== undefined && unsent.problem !== "";
  useEffect(() => {
    if (isRefused) setReplying(true);
  }, [isRefused]);
  const waiting = useWaiting(id);
  const closeForm = useCallback(() => {
    setReplying(false);
    setOpen(true);
    clearWaiting(id);
  }, [id]);
  const comment = draft ?? known;
  if (!comment) return null;
  const { replyCount } = comment;
  const unseen = waiting.size;
  return (
    <article className="comment" aria-label={labelOf("Comment", comment)} data-pending={draft !== undefined || undefined}>
      <CommentBody comment={comment} pending={draft !== undefined} postAuthorId={context.postAuthorId} me={me}>
        {me && mayComment && !comment.deleted && !draft && (
          <button type="button" className="act act--small" data-key="r" aria-expanded={replying} onClick={() => setReplying(!replying)}>
            Reply
          </button>
        )}
        {replyCount > 0 && (
          <button
            type="button"
            className="act act--small comment__toggle"
            data-new={unseen > 0 || undefined}
            aria-expanded={open && unseen === 0}
            onClick={() => {
              setOpen(unseen > 0 || !open);
              clearWaiting(id);
            }}
          >
            {unseen > 0
              ? `${unseen} new ${unseen === 1 ? "reply" : "replies"}`
              : open
                ? "Hide replies"
                : `${replyCount} ${replyCount === 1 ? "reply" : "replies"}`}
          </button>
        )}
      </CommentBody>
      {open && <Replies commentId={id} hidden={waiting} {...context} />}
      {replying && me && (
        <div className="comment__reply">
          <CommentForm
            me={me}
            postId={postId}
            parentCommentId={id}
            label={`Reply to ${comment.author?.fullName ?? "this comment"}`}
            autoFocus
            onSent={closeForm}
          />
        </div>
      )}
    </article>
  );
});

const labelOf = (kind: "Comment" | "Reply", { author }: Comment) => (author ? `${kind} by ${author.fullName}` : `Deleted ${kind.toLowerCase()}`);

interface RepliesProps extends Pick<ItemProps, "postId" | "postAuthorId" | "me" | "mayComment"> {
  commentId: string;
  hidden: ReadonlySet<string>;
}

function Replies({ commentId, hidden, ...context }: RepliesProps) {
  const { ids, error, hasMore, isLoadingMore, loadMore, refetch } = useReplies(context.postId, commentId);
  const pending = usePendingComments({ postId: context.postId, parentCommentId: commentId });
  if (error && !ids) return <Failed error={error} retry={refetch} />;
  if (!ids) return <RowSkeletons count={1} label="Loading replies" />;
  const shown = ids.filter((id) => !hidden.has(id));
  return (
    <div className="comment__replies">
      {hasMore && (
        <button type="button" className="act act--small" disabled={isLoadingMore} onClick={loadMore}>
          Show earlier replies
        </button>
      )}
      <ol aria-label="Replies">
        {oldestFirst(shown, pending).map(({ key, id, draft }) => (
          <li key={key}>
            <Reply id={id} draft={draft} {...context} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Reply({ id, draft, postAuthorId, me }: ItemProps) {
  const known = useComment(id);
  const comment = draft ?? known;
  if (!comment) return null;
  return (
    <article className="comment" aria-label={labelOf("Reply", comment)} data-pending={draft !== undefined || undefined}>
      <CommentBody comment={comment} pending={draft !== undefined} postAuthorId={postAuthorId} me={me} />
    </article>
  );
}
