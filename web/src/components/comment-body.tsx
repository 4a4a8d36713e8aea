import type { Account, Comment } from "@newfeed/client";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { Flag, Heart, History as HistoryIcon, Link2, MoreHorizontal, Pencil, Trash2 } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { commentAddress } from "../data/addresses.ts";
import { comments, deleteComment, setCommentLiked } from "../data/comments.ts";
import { type DraftKey, discardDraft } from "../data/drafts.ts";
import { useIntent, useSignInFor } from "../data/intent.ts";
import { t } from "../texts/texts.ts";
import { Avatar } from "./avatar.tsx";
import { Confirm, FormDialog } from "./dialogs.tsx";
import { EditedText } from "./edited-text.tsx";
import { Filtered } from "./filtered.tsx";
import { Held } from "./held.tsx";
import { History } from "./history.tsx";
import { Menu } from "./menu.tsx";
import { Name } from "./name.tsx";
import type { MenuAction } from "./open-menu.tsx";
import { Report } from "./report.tsx";
import { RichText } from "./rich-text.tsx";
import { Edited, Time } from "./time.tsx";
import { say } from "./toasts.tsx";

async function copyLink(path: string): Promise<void> {
  try {
    // There is no clipboard for a page without TLS.
    await navigator.clipboard.writeText(new URL(path, location.href).href);
    say(t.comments.linkCopied);
  } catch {
    say(t.comments.linkNotCopied);
  }
}

interface Props {
  comment: Comment;
  /** It is being sent. */
  pending: boolean;
  postAuthorId: string;
  me: Account | null;
  /** Shows what is folded away, as its author is muted. */
  unfold?: (() => void) | undefined;
  /** Buttons after the like. */
  children?: React.ReactNode;
}

/** A comment's text with its author and actions; for a deleted one, a note. */
export function CommentBody({ comment, pending, postAuthorId, me, unfold, children }: Props) {
  const [asking, setAsking] = useState<"delete" | "edit" | "history" | "report" | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  const { author, likedByMe: liked, likeCount } = comment;
  const signIn = useSignInFor(`like-comment:${comment.id}`);
  useIntent(`like-comment:${comment.id}`, me !== null, () => void setCommentLiked(comment.id, true));
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
        <p>{t.comments.deleted}</p>
        {children && <div className="comment__foot">{children}</div>}
      </div>
    );
  if (unfold)
    return (
      <div ref={box} className="comment__body comment__body--gone">
        <p>
          {t.comments.muted}{" "}
          <button type="button" className="plain-button link" onClick={unfold}>
            {t.common.show}
          </button>
        </p>
        {children && <div className="comment__foot">{children}</div>}
      </div>
    );
  const isMine = me?.id === author.id;
  const editKey: DraftKey = `${author.id}/edit-comment:${comment.id}`;
  const isChanged = Date.parse(comment.updatedAt) > Date.parse(comment.createdAt);
  const address = commentAddress(comment.postId, comment.id);
  const actions: MenuAction[] = [
    { label: t.comments.copyLink, icon: <Link2 size={18} aria-hidden />, act: () => void copyLink(address) },
    ...(isChanged ? [{ label: t.post.earlier, icon: <HistoryIcon size={18} aria-hidden />, act: () => setAsking("history") }] : []),
    ...(me && !isMine ? [{ label: t.post.report, icon: <Flag size={18} aria-hidden />, act: () => setAsking("report") }] : []),
    ...(isMine ? [{ label: t.common.edit, icon: <Pencil size={18} aria-hidden />, act: () => setAsking("edit") }] : []),
    ...(isMine || me?.id === postAuthorId
      ? [{ label: t.common.delete, icon: <Trash2 size={18} aria-hidden />, danger: true, act: () => setAsking("delete") }]
      : []),
  ];
  return (
    <div ref={box} className="comment__body">
      <Link href={`/@${author.username}`} tabIndex={-1} aria-hidden="true">
        <Avatar of={author} size="s" />
      </Link>
      <div className="comment__words">
        <header className="comment__head">
          <Link href={`/@${author.username}`} className="comment__author">
            <Name of={author} />
          </Link>
          <span className="comment__time">
            {pending ? (
              t.comments.sending
            ) : (
              <Link href={address} data-key="Enter">
                <Time at={comment.createdAt} />
                <Edited at={comment.updatedAt} since={comment.createdAt} />
              </Link>
            )}
          </span>
          {!pending && (
            <Menu label={t.comments.options} actions={actions} className="icon-button comment__more">
              <MoreHorizontal size={18} aria-hidden />
            </Menu>
          )}
        </header>
        {comment.moderation && <Held moderation={comment.moderation} kind="comment" />}
        <Filtered authorId={author.id} text={comment.content}>
          <p className="comment__text" dir="auto">
            <RichText text={comment.content} />
          </p>
        </Filtered>
        <div className="comment__foot">
          <button
            type="button"
            className="act act--small act--like"
            data-key="l"
            aria-pressed={liked}
            aria-label={t.comments.likeLabel(likeCount)}
            disabled={pending}
            onClick={() => (me ? void setCommentLiked(comment.id, !liked) : signIn())}
          >
            <Heart size={16} aria-hidden fill={liked ? "currentColor" : "none"} />
            <span className="act__count">{likeCount || ""}</span>
          </button>
          {children}
        </div>
      </div>
      {asking === "delete" && (
        <Confirm
          title={t.comments.delete}
          text={t.comments.deleteText}
          action={t.common.delete}
          onConfirm={() => void deleteComment(comment)}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === "report" && <Report target={{ type: "comment", id: comment.id }} label={t.comments.label(author.fullName)} onClose={() => setAsking(null)} />}
      {asking === "history" && <History of={{ kind: "comment", ...comment }} onClose={() => setAsking(null)} />}
      {asking === "edit" && (
        <FormDialog
          title={t.editing.comment}
          action={t.common.save}
          onClose={() => setAsking(null)}
          onSubmit={async (form) => {
            await comments.edit(comment.id, String(form.get("content")));
            discardDraft(editKey);
          }}
        >
          <EditedText draftKey={editKey} original={comment.content} limit={lengths.comment} rows={5} required />
        </FormDialog>
      )}
    </div>
  );
}
