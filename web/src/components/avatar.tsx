import type { Author } from "@newfeed/client";
import "./avatar.css";

/** Hues that keep white text readable at the lightness that the style sheet gives them. */
const hues = 12;

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv): similar names get different colours. */
function hueOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash % hues;
}

const initialsOf = ({ fullName, username }: Pick<Author, "fullName" | "username">) => {
  const words = (fullName || username).trim().split(/\s+/);
  return ((words[0]?.[0] ?? "") + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")).toUpperCase();
};

/** Initials instead of a picture: an external picture would reveal to its host who views it. */
export function Avatar({ of, size = "m" }: { of: Pick<Author, "id" | "fullName" | "username">; size?: "s" | "m" | "l" }) {
  return (
    <span className={`avatar avatar--${size} avatar--hue-${hueOf(of.username)}`} aria-hidden="true">
      {initialsOf(of)}
    </span>
  );
}
