import { Smile } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { t } from "../texts/account.ts";
import { EmojiCompletion } from "./emoji-completion.tsx";
import type { EmojiPickerProps } from "./emoji-picker.tsx";
import { later } from "./later.tsx";
import { FloatingFailed } from "./states.tsx";

/** Loaded when it first opens. */
const EmojiPicker = later<EmojiPickerProps>(async () => (await import("./emoji-picker.tsx")).EmojiPicker, {
  failed: ({ onClose }, retry) => <FloatingFailed retry={retry} close={onClose} />,
});

export interface EmojiButtonProps {
  field: RefObject<HTMLTextAreaElement | null>;
}

/** Writes an emoji where the caret of a field is; there, `:` and the beginning of a name find one, too. */
export function EmojiButton({ field }: EmojiButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const hasPicked = useRef(false);
  useEffect(() => {
    if (isOpen || !hasPicked.current) return;
    hasPicked.current = false;
    // The dialog gives the focus back to the button before.
    const frame = requestAnimationFrame(() => field.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, [isOpen, field]);
  function pick(emoji: string) {
    const area = field.current;
    if (area) {
      area.setRangeText(emoji, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: emoji }));
    }
    hasPicked.current = true;
    setOpen(false);
  }
  return (
    <>
      <button type="button" className="icon-button" aria-label={t.emoji.add} title={t.emoji.add} onClick={() => setOpen(true)}>
        <Smile size={20} aria-hidden />
      </button>
      <EmojiCompletion field={field} />
      {isOpen && <EmojiPicker pick={pick} onClose={() => setOpen(false)} />}
    </>
  );
}
