import type { Account } from "@newfeed/client";
import { foldText, isBlank, lengths } from "@newfeed/shared/contracts/text.ts";
import { SendHorizontal } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { comments } from "../data/comments.ts";
import { describeProblem } from "../data/problems.ts";
import { Avatar } from "./avatar.tsx";
import { grow } from "./grow.ts";

interface Props {
  me: Account;
  postId: string;
  parentCommentId?: string;
  label: string;
  autoFocus?: boolean;
  onSent?: () => void;
}

/** The form for a comment or a reply. It is shown at once; a refused one returns to the form. */
export function CommentForm({ me, postId, parentCommentId, label, autoFocus, onSent }: Props) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => {
    if (autoFocus) area.current?.focus();
  }, [autoFocus]);

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    const content = foldText(text);
    if (!content) return;
    setText("");
    setProblem("");
    if (area.current) grow(area.current);
    try {
      const written = comments.write({ postId, parentCommentId: parentCommentId ?? null }, content);
      onSent?.();
      await written;
    } catch (error) {
      setProblem(describeProblem(error));
      setText((now) => now || content);
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
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
          id={id}
          rows={1}
          maxLength={lengths.comment}
          placeholder={label}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            grow(event.target);
          }}
          onKeyDown={onKeyDown}
        />
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
      </div>
      <button type="submit" className="icon-button comment-form__send" aria-label="Send" disabled={isBlank(text)}>
        <SendHorizontal size={20} aria-hidden />
      </button>
    </form>
  );
}
