import type { Author } from "@newfeed/client";
import { nameOf } from "./name.tsx";
import "./avatar.css";

/** Hues that keep white text readable at the lightness that the style sheet gives them. */
const hues = 12;

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv): similar names get different colours. */
function hueOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash % hues;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** What a reader sees as its first character. */
const firstOf = (word = "") => [...graphemes.segment(word)][0]?.segment ?? "";

/** In these scripts two letters beside each other would join to another word. */
const joining = /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}]/u;

function initialsOf(user: Pick<Author, "fullName" | "username">): string {
  const words = nameOf(user).trim().split(/\s+/);
  const first = firstOf(words[0]);
  return (words.length > 1 && !joining.test(first) ? first + firstOf(words.at(-1)) : first).toUpperCase();
}

/** Initials instead of a picture: an external picture would reveal to its host who views it. */
export function Avatar({ of, size = "m" }: { of: Pick<Author, "id" | "fullName" | "username">; size?: "s" | "m" | "l" }) {
  return (
    <span className={`avatar avatar--${size} avatar--hue-${hueOf(of.username)}`} aria-hidden="true">
      {initialsOf(of)}
    </span>
  );
}
