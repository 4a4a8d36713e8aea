import type { Account, Comment, Post } from "@newfeed/client";
import { Heart, MessageCircle, MoreHorizontal, Pencil, Trash2 } from "lucide-react";
import { lazy, memo, Suspense, useCallback, useLayoutEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import {
  commentKey,
  comments,
  deleteComment,
  setCommentLiked,
  useComment,
  useComments,
  usePendingComments,
  useReplies,
  useStreamCursor,
} from "../data/comments.ts";
import { useMe } from "../data/session.ts";
import { showWaitingReplies, useLivePost, useWaitingReplies } from "../live/post.ts";
import { Avatar } from "./avatar.tsx";
import { CommentForm } from "./comment-form.tsx";
import { Menu } from "./menu.tsx";
import { RichText } from "./rich-text.tsx";
import { RowSkeletons } from "./skeletons.tsx";
import { Empty, Failed } from "./states.tsx";
import { Time } from "./time.tsx";
import "./comments.css";

const Confirm = lazy(() => import("./dialogs.tsx").then((module) => ({ default: module.Confirm })));
const FormDialog = lazy(() => import("./dialogs.tsx").then((module) => ({ default: module.FormDialog })));

/** A conversation: the oldest first, so that what is new comes at the end and moves nothing. */
export function Comments({ post }: { post: Post }) {
  const list = useComments(post.id);
  const { ids, error, hasMore, isLoadingMore, loadMore, refetch } = list;
  const pending = usePendingComments({ postId: post.id, parentCommentId: null });
  const me = useMe();
  const cursor = useStreamCursor(list);
  useLivePost(post.id, me !== null && cursor !== undefined, cursor);
  if (error && !ids) return <Failed error={error} retry={refetch} />;
  if (!ids) return <RowSkeletons count={3} label="Loading comments" />;
  const context = { postId: post.id, postAuthorId: post.author.id, me };
  return (
    <>
      {hasMore && (
        <div className="more">
          <button type="button" className="button button--quiet button--small" disabled={isLoadingMore} onClick={loadMore}>
            {isLoadingMore ? "Loading …" : "Show earlier comments"}
          </button>
        </div>
      )}
      {ids.length === 0 && pending.length === 0 && (
        <Empty icon={<MessageCircle size={32} aria-hidden />} title="No comments yet">
          <p>{me ? "Write the first one." : "Sign in to write the first one."}</p>
        </Empty>
      )}
      <ol className="comments" aria-label="Comments">
        {oldestFirst(ids, pending).map(({ key, id, draft }) => (
          <li key={key}>
            <CommentItem id={id} draft={draft} {...context} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** What is shown of a list, with the comments that are on their way at its end. */
const oldestFirst = (ids: readonly string[], pending: ReturnType<typeof usePendingComments>): { key: string; id: string; draft?: Comment }[] => [
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
}

/** Rendered again only when this comment changes, however many others there are. */
const CommentItem = memo(function CommentItem({ id, draft, ...context }: ItemProps) {
  const known = useComment(id);
  const [open, setOpen] = useState(false);
  const [replying, setReplying] = useState(false);
  const waiting = useWaitingReplies(id);
  const closeForm = useCallback(() => {
    setReplying(false);
    setOpen(true);
    showWaitingReplies(id);
  }, [id]);
  const comment = draft ?? known;
  if (!comment) return null;
  const { me, postId } = context;
  const { replyCount } = comment;
  const unseen = waiting.size;
  return (
    <article className="comment" aria-label={labelOf("Comment", comment)} data-pending={draft !== undefined || undefined}>
      <Body comment={comment} pending={draft !== undefined} {...context}>
        {me && !comment.deleted && !draft && (
          <button type="button" className="act act--small" aria-expanded={replying} onClick={() => setReplying(!replying)}>
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
              showWaitingReplies(id);
            }}
          >
            {unseen > 0
              ? `${unseen} new ${unseen === 1 ? "reply" : "replies"}`
              : open
                ? "Hide replies"
                : `${replyCount} ${replyCount === 1 ? "reply" : "replies"}`}
          </button>
        )}
      </Body>
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

interface RepliesProps extends Pick<ItemProps, "postId" | "postAuthorId" | "me"> {
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

function Reply({ id, draft, ...context }: ItemProps) {
  const known = useComment(id);
  const comment = draft ?? known;
  if (!comment) return null;
  return (
    <article className="comment" aria-label={labelOf("Reply", comment)} data-pending={draft !== undefined || undefined}>
      <Body comment={comment} pending={draft !== undefined} {...context} />
    </article>
  );
}

interface BodyProps extends Pick<ItemProps, "postAuthorId" | "me"> {
  comment: Comment;
  pending: boolean;
  children?: React.ReactNode;
}

function Body({ comment, pending, postAuthorId, me, children }: BodyProps) {
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<"delete" | "edit" | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  const { author, likedByMe: liked, likeCount } = comment;
  const deleted = comment.deleted || !author;
  useLayoutEffect(() => {
    if (!box.current) return;
    // A comment that is deleted while it is shown leaves a space of its size.
    if (deleted) box.current.style.minHeight = `${height.current}px`;
    else height.current = box.current.offsetHeight;
  });
  if (deleted)
    return (
      <div ref={box} className="comment__body comment__body--gone">
        <p>This comment was deleted.</p>
        {children && <div className="comment__foot">{children}</div>}
      </div>
    );
  const isMine = me?.id === author.id;
  const actions = [
    ...(isMine ? [{ label: "Edit", icon: <Pencil size={18} aria-hidden />, act: () => setAsking("edit") }] : []),
    ...(isMine || me?.id === postAuthorId ? [{ label: "Delete", icon: <Trash2 size={18} aria-hidden />, danger: true, act: () => setAsking("delete") }] : []),
  ];
  return (
    <div ref={box} className="comment__body">
      <Link href={`/@${author.username}`} tabIndex={-1} aria-hidden="true">
        <Avatar of={author} size="s" />
      </Link>
      <div className="comment__words">
        <header className="comment__head">
          <Link href={`/@${author.username}`} className="comment__author">
            {author.fullName || author.username}
          </Link>
          <span className="comment__time">{pending ? "Sending …" : <Time at={comment.createdAt} />}</span>
          {actions.length > 0 && !pending && (
            <Menu label="Comment options" actions={actions} className="icon-button comment__more">
              <MoreHorizontal size={18} aria-hidden />
            </Menu>
          )}
        </header>
        <p className="comment__text">
          <RichText text={comment.content} />
        </p>
        <div className="comment__foot">
          <button
            type="button"
            className="act act--small act--like"
            aria-pressed={liked}
            aria-label={`Like this comment, ${likeCount} ${likeCount === 1 ? "like" : "likes"}`}
            disabled={pending}
            onClick={() => (me ? void setCommentLiked(comment.id, !liked) : navigate("/login"))}
          >
            <Heart size={16} aria-hidden fill={liked ? "currentColor" : "none"} />
            <span className="act__count">{likeCount || ""}</span>
          </button>
          {children}
        </div>
      </div>
      <Suspense>
        {asking === "delete" && (
          <Confirm
            title="Delete this comment?"
            text="It is deleted for everyone. This cannot be undone."
            action="Delete"
            onConfirm={() => void deleteComment(comment)}
            onClose={() => setAsking(null)}
          />
        )}
        {asking === "edit" && (
          <FormDialog
            title="Edit your comment"
            action="Save"
            onClose={() => setAsking(null)}
            onSubmit={(form) => comments.edit(comment.id, String(form.get("content")))}
          >
            <div className="field">
              <label htmlFor="edit-comment">Text</label>
              <textarea id="edit-comment" name="content" rows={5} maxLength={2_000} defaultValue={comment.content} required />
            </div>
          </FormDialog>
        )}
      </Suspense>
    </div>
  );
}
