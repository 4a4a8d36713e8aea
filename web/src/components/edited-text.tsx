import { useId, useLayoutEffect, useRef, useState } from "react";
import { type DraftKey, discardDraft, excess, keepDraft, useDraft } from "../data/drafts.ts";
import { t } from "../texts/texts.ts";
import { Count } from "./count.tsx";
import { EmojiButton } from "./emoji-button.tsx";

interface Props {
  draftKey: DraftKey;
  /** The text as it was published. */
  original: string;
  limit: number;
  rows: number;
  required?: boolean;
  /** The audience of what is edited, which is kept with the text. */
  followersOnly?: boolean;
}

/** The field `content` of a form that edits a text. Changes that were not saved are there again when it opens the next time. */
export function EditedText({ draftKey, original, limit, rows, required, followersOnly = false }: Props) {
  const draft = useDraft(draftKey);
  const [text, setText] = useState(draft?.text ?? original);
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const over = excess(text, limit);
  useLayoutEffect(() => area.current?.setCustomValidity(over > 0 ? t.composer.tooLong(over) : ""), [over]);
  function discard() {
    discardDraft(draftKey);
    setText(original);
    area.current?.focus();
  }
  return (
    <div className="field">
      <label htmlFor={id}>{t.editing.text}</label>
      <textarea
        ref={area}
        id={id}
        name="content"
        rows={rows}
        dir="auto"
        required={required}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          keepDraft(draftKey, { text: event.target.value, followersOnly: draft?.followersOnly ?? followersOnly });
        }}
      />
      <EmojiButton field={area} />
      <Count text={text} limit={limit} />
      {draft && (draft.text !== original || draft.poll !== null || Object.keys(draft.edits).length > 0) && (
        <button type="button" className="act act--small" onClick={discard}>
          {t.editing.discard}
        </button>
      )}
    </div>
  );
}
