import { type RefObject, useEffect, useId, useRef, useState } from "react";
import { type Emoji, type EmojiGroup, findEmoji, loadEmoji, noteEmoji } from "../data/emoji.ts";
import { t } from "../texts/account.ts";
import { useLanguage } from "../texts/texts.ts";
import "./emoji-completion.css";

export interface EmojiCompletionProps {
  field: RefObject<HTMLTextAreaElement | null>;
}

const most = 6;
/** A colon at the beginning of a word, and two letters of a name at least. */
const begun = /(?:^|[\s(])(:\p{L}[\p{L}\p{M}_-]+)$/u;

/** What is written before the caret of a field, from its colon on. */
interface Begun {
  start: number;
  end: number;
  name: string;
}

function begunIn(field: HTMLTextAreaElement): Begun | null {
  const { selectionStart: end, selectionEnd, value } = field;
  const [, text] = (end === selectionEnd && begun.exec(value.slice(Math.max(0, end - 50), end))) || [];
  return text === undefined ? null : { start: end - text.length, end, name: text.slice(1).replace(/_/g, " ") };
}

/** Those whose own name begins so stand before those that other words lead to. */
function found(groups: readonly EmojiGroup[], name: string): readonly Emoji[] {
  const begins = ({ label }: Emoji) => Number(label.toLowerCase().startsWith(name.toLowerCase()));
  return [...findEmoji(groups, name)].sort((one, other) => begins(other) - begins(one)).slice(0, most);
}

/** While a colon and the beginning of a name are written in a field, the emoji with such names, to take one with the keyboard or the pointer. */
export function EmojiCompletion({ field }: EmojiCompletionProps) {
  const language = useLanguage();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [now, setNow] = useState<Begun | null>(null);
  const [groups, setGroups] = useState<readonly EmojiGroup[]>([]);
  const [at, setAt] = useState(0);
  const emoji = now ? found(groups, now.name) : [];
  const chosen = emoji[Math.min(at, emoji.length - 1)];
  const isWanted = now !== null;

  useEffect(() => {
    if (!isWanted) return;
    let isGone = false;
    // Without them the text stays what it is.
    loadEmoji(language).then(
      (all) => !isGone && setGroups(all),
      () => {},
    );
    return () => {
      isGone = true;
    };
  }, [isWanted, language]);

  useEffect(() => {
    const area = field.current;
    if (!area) return;
    const onInput = () => {
      setNow(begunIn(area));
      setAt(0);
    };
    // The caret has moved, or the field is left.
    const onMoved = () => setNow((before) => (before && document.activeElement === area && area.selectionStart === before.end ? before : null));
    area.addEventListener("input", onInput);
    document.addEventListener("selectionchange", onMoved);
    area.addEventListener("blur", onMoved);
    return () => {
      area.removeEventListener("input", onInput);
      document.removeEventListener("selectionchange", onMoved);
      area.removeEventListener("blur", onMoved);
    };
  }, [field]);

  function take({ text }: Emoji) {
    const area = field.current;
    if (!area || !now) return;
    noteEmoji(text);
    area.setRangeText(`${text} `, now.start, now.end, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText", data: text }));
  }

  useEffect(() => {
    const area = field.current;
    if (!area || !chosen) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (event.key === "ArrowDown") setAt((at + 1) % emoji.length);
      else if (event.key === "ArrowUp") setAt((at + emoji.length - 1) % emoji.length);
      else if (event.key === "Enter" || event.key === "Tab") take(chosen);
      else if (event.key === "Escape") setNow(null);
      else return;
      // It sends nothing, and closes nothing else.
      event.preventDefault();
      event.stopPropagation();
    };
    area.addEventListener("keydown", onKeyDown, true);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", id);
    area.setAttribute("aria-activedescendant", `${id}-${emoji.indexOf(chosen)}`);
    return () => {
      area.removeEventListener("keydown", onKeyDown, true);
      for (const name of ["aria-autocomplete", "aria-controls", "aria-activedescendant"]) area.removeAttribute(name);
    };
  });

  useEffect(() => {
    const [box, area] = [list.current, field.current];
    if (!box || !area || !(box.offsetParent instanceof HTMLElement)) return;
    // Below the field; above it where there is no room.
    const [around, beside] = [box.offsetParent.getBoundingClientRect(), area.getBoundingClientRect()];
    const isBelow = beside.bottom + box.offsetHeight < innerHeight;
    box.style.left = `${beside.left - around.left}px`;
    box.style.top = `${(isBelow ? beside.bottom : beside.top - box.offsetHeight) - around.top}px`;
  });

  if (!chosen) return null;
  return (
    <div ref={list} id={id} className="emoji-completion" role="listbox" tabIndex={-1} aria-label={t.emoji.completion}>
      {emoji.map((one, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
        <div
          key={one.text}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={one === chosen}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(one)}
        >
          <span>{one.text}</span> {one.label}
        </div>
      ))}
    </div>
  );
}
