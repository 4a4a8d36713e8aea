import type { Language } from "@newfeed/shared/contracts/languages.ts";

/** What `src/emoji/` has, in its order. */
export type EmojiGroupName = "smileys" | "people" | "nature" | "food" | "travel" | "activities" | "objects" | "symbols" | "flags";

export interface Emoji {
  text: string;
  label: string;
  /** What it is found by, folded. */
  words: string;
}
export interface EmojiGroup {
  name: EmojiGroupName;
  emoji: readonly Emoji[];
}

const files: Record<Language, () => Promise<{ default: string }>> = {
  en: () => import("../emoji/en.txt?raw"),
  de: () => import("../emoji/de.txt?raw"),
};

/** Without regard to case and accents. */
const fold = (text: string) =>
  text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();

/** A group is a line: its name, and behind tabs each emoji with its name and other words for it. */
function parsed(line: string): EmojiGroup {
  const [name = "", ...rows] = line.split("\t");
  const emoji = rows.map((row): Emoji => {
    const [text = "", label = "", more = ""] = row.split("|");
    return { text, label, words: ` ${fold(`${label} ${more}`)}` };
  });
  return { name: name as EmojiGroupName, emoji };
}

/** All emoji, with their names in a language. */
export async function loadEmoji(language: Language): Promise<readonly EmojiGroup[]> {
  const { default: text } = await files[language]();
  return text.trimEnd().split("\n").map(parsed);
}

const mostFound = 120;

/** Those of which every word of a search begins a word. */
export function findEmoji(groups: readonly EmojiGroup[], search: string): readonly Emoji[] {
  const wanted = fold(search).split(/\s+/).filter(Boolean);
  return groups
    .flatMap(({ emoji }) => emoji)
    .filter(({ words }) => wanted.every((word) => words.includes(` ${word}`)))
    .slice(0, mostFound);
}

const storage = "newfeed.emoji";
const mostRecent = 24;

/** Those that were used lately on this device, the last one first. */
export function recentEmoji(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storage) ?? "[]");
    return Array.isArray(kept) ? kept.filter((text) => typeof text === "string") : [];
  } catch {
    // The browser keeps nothing.
    return [];
  }
}

export function noteEmoji(text: string): void {
  try {
    localStorage.setItem(storage, JSON.stringify([text, ...recentEmoji().filter((other) => other !== text)].slice(0, mostRecent)));
  } catch {
    // It is not among the recent ones the next time.
  }
}
