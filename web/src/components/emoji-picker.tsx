import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type Emoji, type EmojiGroup, findEmoji, loadEmoji, noteEmoji, recentEmoji } from "../data/emoji.ts";
import { t } from "../texts/account.ts";
import { useLanguage } from "../texts/texts.ts";
import { ContentDialog } from "./dialogs.tsx";
import "./emoji-picker.css";

export interface EmojiPickerProps {
  pick: (emoji: string) => void;
  onClose: () => void;
}

/** A dialog with all emoji, in groups and by their names. */
export function EmojiPicker({ pick, onClose }: EmojiPickerProps) {
  return (
    <ContentDialog title={t.emoji.add} onClose={onClose}>
      <Inside
        pick={(text) => {
          noteEmoji(text);
          pick(text);
        }}
      />
    </ContentDialog>
  );
}

function Inside({ pick }: Pick<EmojiPickerProps, "pick">) {
  const language = useLanguage();
  const [groups, setGroups] = useState<readonly EmojiGroup[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [search, setSearch] = useState("");
  const [recent] = useState(recentEmoji);
  const [chosen, setChosen] = useState<EmojiGroup["name"] | "recent">(recent.length > 0 ? "recent" : "smileys");
  useEffect(() => {
    let isGone = false;
    loadEmoji(language).then(
      (found) => !isGone && setGroups(found),
      () => !isGone && setFailed(true),
    );
    return () => {
      isGone = true;
    };
  }, [language]);
  if (failed) return <p className="problem">{t.common.loadingFailed}</p>;
  const byText = new Map((groups ?? []).flatMap(({ emoji }) => emoji).map((emoji) => [emoji.text, emoji]));
  const isSearched = search.trim() !== "";
  const shown = isSearched
    ? findEmoji(groups ?? [], search)
    : chosen === "recent"
      ? recent.flatMap((text) => byText.get(text) ?? [])
      : (groups?.find(({ name }) => name === chosen)?.emoji ?? []);
  const tabs = [
    ...(recent.length > 0 ? [{ name: "recent" as const, icon: "🕘" }] : []),
    ...(groups ?? []).map(({ name, emoji: [first] }) => ({ name, icon: first?.text ?? "" })),
  ];
  return (
    <div className="emoji-picker">
      <input
        type="search"
        aria-label={t.emoji.search}
        placeholder={t.emoji.search}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={(event) => {
          const [first] = shown;
          if (event.key !== "Enter" || !isSearched || !first || event.nativeEvent.isComposing) return;
          // It would press the button that gets the focus back.
          event.preventDefault();
          pick(first.text);
        }}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
      <div className="emoji-picker__groups" role="group" aria-label={t.emoji.groups}>
        {tabs.map(({ name, icon }) => (
          <button
            key={name}
            type="button"
            aria-label={t.emojiGroups[name]}
            title={t.emojiGroups[name]}
            aria-pressed={!isSearched && chosen === name}
            onClick={() => {
              setSearch("");
              setChosen(name);
            }}
          >
            {icon}
          </button>
        ))}
      </div>
      <p className="visually-hidden" role="status">
        {isSearched && (shown.length > 0 ? t.emoji.found(shown.length) : t.emoji.none)}
      </p>
      {isSearched && shown.length === 0 ? (
        <p className="emoji-picker__none">{t.emoji.none}</p>
      ) : (
        <EmojiGrid key={isSearched ? search : chosen} label={isSearched ? t.emoji.search : t.emojiGroups[chosen]} emoji={shown} pick={pick} />
      )}
    </div>
  );
}

interface GridProps {
  label: string;
  emoji: readonly Emoji[];
  pick: (emoji: string) => void;
}

/** One of them takes the focus of the keyboard; arrows lead to the others. */
function EmojiGrid({ label, emoji, pick }: GridProps) {
  const grid = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  function onKeyDown(event: KeyboardEvent) {
    const buttons = [...(grid.current?.querySelectorAll("button") ?? [])];
    const [first] = buttons;
    if (!first) return;
    const columns = buttons.filter(({ offsetTop }) => offsetTop === first.offsetTop).length;
    const forward = getComputedStyle(first).direction === "rtl" ? -1 : 1;
    const steps: Record<string, number> = {
      ArrowRight: forward,
      ArrowLeft: -forward,
      ArrowDown: columns,
      ArrowUp: -columns,
      Home: -at,
      End: buttons.length - 1 - at,
    };
    const step = steps[event.key];
    const next = buttons[at + (step ?? 0)];
    if (step === undefined || !next) return;
    event.preventDefault();
    setAt(at + step);
    next.focus();
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div ref={grid} className="emoji-picker__grid" role="group" aria-label={label} onKeyDown={onKeyDown}>
      {emoji.map(({ text, label }, index) => (
        <button
          key={text}
          type="button"
          aria-label={label}
          title={label}
          tabIndex={index === at ? 0 : -1}
          onFocus={() => setAt(index)}
          onClick={() => pick(text)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
