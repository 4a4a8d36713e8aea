import type { Account } from "@newfeed/client";
import { foldText, lengths } from "@newfeed/shared/contracts/text.ts";
import { SendHorizontal } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { comments } from "../data/comments.ts";
import { type DraftKey, excess, keepDraft, sendDraft, useDraft } from "../data/drafts.ts";
import { t } from "../texts/texts.ts";
import { Avatar } from "./avatar.tsx";
import { Count } from "./count.tsx";
import { EmojiButton } from "./emoji-button.tsx";
import { grow } from "./grow.ts";

interface Props {
  me: Account;
  postId: string;
  parentCommentId?: string;
  label: string;
  autoFocus?: boolean;
  /** The page's own: a key leads to it. */
  isMain?: boolean;
  onSent?: () => void;
}

/** Where a comment or a reply is kept until it is sent. */
export const commentDraft = (accountId: string, postId: string, parentCommentId?: string): DraftKey =>
  parentCommentId ? `${accountId}/reply:${parentCommentId}` : `${accountId}/comment:${postId}`;

/** The form for a comment or a reply. It is shown at once; a refused one returns to the form. */
export function CommentForm({ me, postId, parentCommentId, label, autoFocus, isMain, onSent }: Props) {
  const key = commentDraft(me.id, postId, parentCommentId);
  const { text = "", problem: refused = "" } = useDraft(key) ?? {};
  const [obstacle, setObstacle] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const over = excess(text, lengths.comment);
  const problem = obstacle || refused;
  useEffect(() => {
    if (autoFocus) area.current?.focus();
  }, [autoFocus]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what changes the height
  useLayoutEffect(() => {
    if (area.current) grow(area.current);
  }, [text]);

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    const content = foldText(text);
    if (!content) return setObstacle(t.writeComment.nothing);
    if (over > 0) return setObstacle(t.composer.tooLong(over));
    setObstacle("");
    const sent = sendDraft(key, content, (id) => comments.write({ postId, parentCommentId: parentCommentId ?? null }, content, id));
    onSent?.();
    await sent;
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // 229: the key that ends a composition, in Safari.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    void submit();
  };

  return (
    <form className="comment-form" onSubmit={submit} aria-label={label}>
      <Avatar of={me} size="s" />
      <div className="comment-form__body">
        <label htmlFor={id} className="visually-hidden">
          {label}
        </label>
        <textarea
          ref={area}
          data-key={isMain ? "r" : undefined}
          id={id}
          rows={1}
          dir="auto"
          placeholder={label}
          value={text}
          onChange={(event) => {
            setObstacle("");
            keepDraft(key, { text: event.target.value });
          }}
          onKeyDown={onKeyDown}
        />
        <Count text={text} limit={lengths.comment} />
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
      </div>
      <EmojiButton field={area} />
      <button type="submit" className="icon-button comment-form__send" aria-label={t.writeComment.send} aria-disabled={foldText(text) === "" || over > 0}>
        <SendHorizontal size={20} aria-hidden />
      </button>
    </form>
  );
}
