import type { Author } from "@newfeed/client";
import { avatarAt, avatarShape } from "@newfeed/shared/contracts/profile-pictures.ts";
import { useState } from "react";
import { useUser } from "../data/people.ts";
import { useMe } from "../data/session.ts";
import { nameOf } from "./name.tsx";
import { isUploaded, sourcesOf } from "./picture-sizes.ts";
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

const shownPixels = { s: 34, m: 44, l: 84 };

interface AvatarProps {
  of: Pick<Author, "id" | "fullName" | "username"> & Partial<Pick<Author, "avatarUrl">>;
  size?: keyof typeof shownPixels;
}

/**
 * The user's uploaded picture; initials where there is none, until it has loaded, and where it does not load. The reader's own
 * is that of their profile: posts and comments from before they changed it show it, too.
 */
export function Avatar(props: AvatarProps) {
  const me = useMe();
  return me?.id === props.of.id ? <OwnAvatar {...props} /> : <Face {...props} />;
}

function OwnAvatar({ of, ...props }: AvatarProps) {
  const { data: profile } = useUser(of.username);
  return <Face of={profile ?? of} {...props} />;
}

function Face({ of, size = "m" }: AvatarProps) {
  const [failed, setFailed] = useState<string>();
  const url = of.avatarUrl && of.avatarUrl !== failed && isUploaded(of.avatarUrl) ? of.avatarUrl : null;
  return (
    <span className={`avatar avatar--${size} avatar--hue-${hueOf(of.username)}`} aria-hidden="true">
      {initialsOf(of)}
      {url && (
        <img
          key={url}
          className="avatar__picture"
          src={url}
          srcSet={sourcesOf(url, avatarShape, avatarAt)}
          sizes={`${shownPixels[size]}px`}
          width={shownPixels[size]}
          height={shownPixels[size]}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => setFailed(url)}
        />
      )}
    </span>
  );
}
