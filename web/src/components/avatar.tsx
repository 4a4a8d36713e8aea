import type { Author } from "@newfeed/client";
import "./avatar.css";

/** Hues that keep white text readable at the lightness that the style sheet gives them. */
const hues = 12;

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv): names that look alike get colours that do not. */
function hueOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash % hues;
}

const initialsOf = ({ fullName, username }: Pick<Author, "fullName" | "username">) => {
  const words = (fullName || username).trim().split(/\s+/);
  return ((words[0]?.[0] ?? "") + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")).toUpperCase();
};

/** A face made of initials: pictures of people may be anywhere, and whoever keeps them would learn who looks. */
export function Avatar({ of, size = "m" }: { of: Pick<Author, "id" | "fullName" | "username">; size?: "s" | "m" | "l" }) {
  return (
    <span className={`avatar avatar--${size} avatar--hue-${hueOf(of.username)}`} aria-hidden="true">
      {initialsOf(of)}
    </span>
  );
}
