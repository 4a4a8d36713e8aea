import type { Account, Comment } from "@newfeed/client";
import { memo, useCallback, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { commentAddress } from "../data/addresses.ts";
import { commentKey, showReplies, useComment, usePendingComments, useReplies, waiting } from "../data/comments.ts";
import { useDraft } from "../data/drafts.ts";
import { useIsMuted } from "../data/people.ts";
import type { Shown } from "../data/shown.ts";
import { t } from "../texts/texts.ts";
import { CommentBody } from "./comment-body.tsx";
import { CommentForm, commentDraft } from "./comment-form.tsx";
import { RowSkeletons } from "./skeletons.tsx";
import { Failed } from "./states.tsx";

/** Comments whose replies are open, so that they still are when they come back to the screen. */
const opened = new Set<string>();
const mostOpened = 500;

interface ItemProps {
  id: string;
  /** The comment while it is on its way. */
  draft?: Comment | undefined;
  postId: string;
  postAuthorId: string;
  me: Account | null;
  mayComment: boolean;
  /** It stands below another: what answers it has a page of its own. */
  isReply?: boolean;
}

/** Rendered again only when this comment changes, however many others there are. */
export const CommentItem = memo(function CommentItem({ id, draft, isReply = false, ...context }: ItemProps) {
  const known = useComment(id);
  const [, navigate] = useLocation();
  const [isOpen, setOpen] = useState(opened.has(id));
  const { me, postId, mayComment } = context;
  // A reply that was not sent, or was refused, has its form open.
  const unsent = useDraft(commentDraft(me?.id ?? "", postId, id));
  const [replying, setReplying] = useState(unsent !== undefined && unsent.text !== "");
  const isRefused = unsent !== undefined && unsent.problem !== "";
  useEffect(() => {
    if (isRefused) setReplying(true);
  }, [isRefused]);
  const unseen = waiting.use(id);
  const open = useCallback(
    (wanted: boolean) => {
      setOpen(wanted);
      if (opened.size >= mostOpened) opened.clear();
      if (wanted) opened.add(id);
      else opened.delete(id);
      showReplies(id);
    },
    [id],
  );
  const closeForm = useCallback(() => {
    setReplying(false);
    if (isReply) navigate(commentAddress(postId, id));
    else open(true);
  }, [isReply, navigate, postId, id, open]);
  const comment = draft ?? known;
  const isMuted = useIsMuted(comment?.author?.id);
  const [isUnfolded, setUnfolded] = useState(false);
  if (!comment) return null;
  const isFolded = isMuted && !isUnfolded && !comment.deleted;
  const { replyCount } = comment;
  return (
    <article
      className="comment"
      aria-label={isFolded ? t.comments.muted : comment.parentCommentId === null ? labelOf(comment) : replyLabelOf(comment)}
      data-pending={draft !== undefined || undefined}
    >
      <CommentBody
        comment={comment}
        pending={draft !== undefined}
        postAuthorId={context.postAuthorId}
        me={me}
        unfold={isFolded ? () => setUnfolded(true) : undefined}
      >
        {me && mayComment && !comment.deleted && !draft && !isFolded && (
          <button type="button" className="act act--small" data-key="r" aria-expanded={replying} onClick={() => setReplying(!replying)}>
            {t.comments.reply}
          </button>
        )}
        {replyCount > 0 && isReply && (
          <Link href={commentAddress(postId, id)} className="act act--small comment__toggle" data-new={unseen.size > 0 || undefined}>
            {t.comments.continue(replyCount)}
          </Link>
        )}
        {replyCount > 0 && !isReply && (
          <button
            type="button"
            className="act act--small comment__toggle"
            data-new={unseen.size > 0 || undefined}
            aria-expanded={isOpen && unseen.size === 0}
            onClick={() => open(unseen.size > 0 || !isOpen)}
          >
            {toggleLabel(replyCount, unseen.size, isOpen)}
          </button>
        )}
      </CommentBody>
      {isOpen && !isReply && <Replies commentId={id} hidden={unseen} {...context} />}
      {replying && me && (
        <div className="comment__reply">
          <CommentForm
            me={me}
            postId={postId}
            parentCommentId={id}
            label={comment.author ? t.writeComment.replyTo(comment.author.fullName) : t.writeComment.replyToDeleted}
            autoFocus
            onSent={closeForm}
          />
        </div>
      )}
    </article>
  );
});

function toggleLabel(replies: number, unseen: number, isOpen: boolean): string {
  if (unseen > 0) return t.comments.newReplies(unseen);
  return isOpen ? t.comments.hideReplies : t.comments.replies(replies);
}

const labelOf = ({ author }: Comment) => (author ? t.comments.label(author.fullName) : t.comments.deletedLabel);
const replyLabelOf = ({ author }: Comment) => (author ? t.comments.replyLabel(author.fullName) : t.comments.deletedReplyLabel);

interface RepliesProps extends Pick<ItemProps, "postId" | "postAuthorId" | "me" | "mayComment"> {
  commentId: string;
  hidden: ReadonlySet<string>;
}

function Replies({ commentId, hidden, ...context }: RepliesProps) {
  const { ids, error, hasMore, isLoadingMore, loadMore, refetch } = useReplies(context.postId, commentId);
  const pending = usePendingComments({ postId: context.postId, parentCommentId: commentId });
  if (error && !ids) return <Failed error={error} retry={refetch} />;
  if (!ids) return <RowSkeletons count={1} label={t.comments.loadingReplies} />;
  const shown: Shown<Comment>[] = [
    ...ids
      .filter((id) => !hidden.has(id))
      .toReversed()
      .map((id) => ({ key: commentKey(id), id })),
    ...pending.map(({ item }) => ({ key: item.id, id: item.id, draft: item })),
  ];
  return (
    <div className="comment__replies">
      {hasMore && (
        <button type="button" className="act act--small" disabled={isLoadingMore} onClick={loadMore}>
          {t.comments.showEarlierReplies}
        </button>
      )}
      <ol aria-label={t.comments.repliesTitle}>
        {shown.map(({ key, id, draft }) => (
          <li key={key}>
            <CommentItem id={id} draft={draft} isReply {...context} />
          </li>
        ))}
      </ol>
    </div>
  );
}
