import type { Account, Post } from "@newfeed/client";
import { Heart, MessageCircle, MoreHorizontal, Pencil, Trash2 } from "lucide-react";
import { lazy, Suspense, useCallback, useLayoutEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import {
  editComment,
  type KeptComment,
  keptComment,
  removeComment,
  setCommentLiked,
  useComments,
  useKeptComment,
  useReplies,
  useStreamCursor,
} from "../data/comments.ts";
import { isPending } from "../data/posts.ts";
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

/** The same while a comment is on its way and once it is there, so that it is not drawn anew. */
function steadyKey(id: string): string {
  const comment = keptComment(id);
  return comment?.clientMutationId ? `${comment.author?.id}.${comment.clientMutationId}` : id;
}

/** A conversation: the oldest first, so that what is new comes at the end and moves nothing. */
export function Comments({ post }: { post: Post }) {
  const { data: ids, error, isPending: loading, hasNextPage, isFetchingNextPage, isFetchedAfterMount, fetchNextPage, refetch } = useComments(post.id);
  const me = useMe();
  const cursor = useStreamCursor(post.id, isFetchedAfterMount);
  useLivePost(post.id, me !== null && cursor !== undefined, cursor);
  if (error && !ids) return <Failed error={error} retry={() => void refetch()} />;
  if (loading) return <RowSkeletons count={3} label="Loading comments" />;
  return (
    <>
      {hasNextPage && (
        <div className="more">
          <button type="button" className="button button--quiet button--small" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? "Loading …" : "Show earlier comments"}
          </button>
        </div>
      )}
      {ids?.length === 0 && (
        <Empty icon={<MessageCircle size={32} aria-hidden />} title="Nobody has said anything yet">
          <p>{me ? "Be the first." : "Sign in to be the first."}</p>
        </Empty>
      )}
      <ol className="comments" aria-label="Comments">
        {ids?.toReversed().map((id) => (
          <li key={steadyKey(id)}>
            <CommentItem id={id} post={post} me={me} />
          </li>
        ))}
      </ol>
    </>
  );
}

function CommentItem({ id, post, me }: { id: string; post: Post; me: Account | null }) {
  const comment = useKeptComment(id);
  const [open, setOpen] = useState(false);
  const [replying, setReplying] = useState(false);
  const waiting = useWaitingReplies(id);
  const closeForm = useCallback(() => {
    setReplying(false);
    setOpen(true);
    showWaitingReplies(id);
  }, [id]);
  if (!comment) return null;
  const { replyCount } = comment;
  const unseen = waiting.size;
  return (
    <article className="comment" aria-label={`Comment by ${comment.author?.fullName ?? "somebody"}`} data-pending={isPending(id) || undefined}>
      <Body comment={comment} post={post} me={me}>
        {me && !comment.gone && !comment.deleted && !isPending(id) && (
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
      {open && <Replies commentId={id} post={post} me={me} hidden={waiting} />}
      {replying && me && (
        <div className="comment__reply">
          <CommentForm
            me={me}
            postId={post.id}
            parentCommentId={id}
            label={`Reply to ${comment.author?.fullName ?? "this comment"}`}
            autoFocus
            onSent={closeForm}
          />
        </div>
      )}
    </article>
  );
}

interface RepliesProps {
  commentId: string;
  post: Post;
  me: Account | null;
  hidden: ReadonlySet<string>;
}

function Replies({ commentId, post, me, hidden }: RepliesProps) {
  const { data: ids, error, isPending: loading, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useReplies(post.id, commentId, true);
  if (error && !ids) return <Failed error={error} retry={() => void refetch()} />;
  if (loading) return <RowSkeletons count={1} label="Loading replies" />;
  return (
    <div className="comment__replies">
      {hasNextPage && (
        <button type="button" className="act act--small" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier replies
        </button>
      )}
      <ol aria-label="Replies">
        {ids
          ?.filter((id) => !hidden.has(id))
          .toReversed()
          .map((id) => (
            <li key={steadyKey(id)}>
              <Reply id={id} post={post} me={me} />
            </li>
          ))}
      </ol>
    </div>
  );
}

function Reply({ id, post, me }: { id: string; post: Post; me: Account | null }) {
  const comment = useKeptComment(id);
  if (!comment) return null;
  return (
    <article className="comment" aria-label={`Reply by ${comment.author?.fullName ?? "somebody"}`} data-pending={isPending(id) || undefined}>
      <Body comment={comment} post={post} me={me} />
    </article>
  );
}

interface BodyProps {
  comment: KeptComment;
  post: Post;
  me: Account | null;
  children?: React.ReactNode;
}

function Body({ comment, post, me, children }: BodyProps) {
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<"delete" | "edit" | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  const { author, likedByMe: liked, likeCount } = comment;
  const gone = comment.gone || comment.deleted || !author;
  useLayoutEffect(() => {
    if (!box.current) return;
    // What is deleted under a reader's eyes leaves a space of its own size.
    if (comment.gone) box.current.style.minHeight = `${height.current}px`;
    else height.current = box.current.offsetHeight;
  });
  if (gone)
    return (
      <div ref={box} className="comment__body comment__body--gone">
        <p>This comment was deleted.</p>
        {children && <div className="comment__foot">{children}</div>}
      </div>
    );
  const isMine = me?.id === author.id;
  const actions = [
    ...(isMine ? [{ label: "Edit", icon: <Pencil size={18} aria-hidden />, act: () => setAsking("edit") }] : []),
    ...(isMine || me?.id === post.author.id ? [{ label: "Delete", icon: <Trash2 size={18} aria-hidden />, danger: true, act: () => setAsking("delete") }] : []),
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
          <span className="comment__time">{isPending(comment.id) ? "Sending …" : <Time at={comment.createdAt} />}</span>
          {actions.length > 0 && !isPending(comment.id) && (
            <Menu label="More about this comment" actions={actions} className="icon-button comment__more">
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
            disabled={isPending(comment.id)}
            onClick={() => (me ? void setCommentLiked(comment, !liked) : navigate("/login"))}
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
            text="It goes for everybody, at once."
            action="Delete"
            onConfirm={() => void removeComment(comment)}
            onClose={() => setAsking(null)}
          />
        )}
        {asking === "edit" && (
          <FormDialog
            title="Edit your comment"
            action="Save"
            onClose={() => setAsking(null)}
            onSubmit={(form) => editComment(comment.id, String(form.get("content")))}
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
