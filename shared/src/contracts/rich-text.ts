/**
 * What a text of a user says beyond its words: links, mail addresses, mentions and hashtags. The server notifies by it and the page shows it,
 * so both use this file. A text is never HTML.
 */
import { LinkifyIt } from "linkify-it";
import { lengths } from "./text.ts";
import { usernameForm } from "./usernames.ts";

/** The texts of all pieces, joined, are the text. */
export type Piece =
  | { kind: "text"; text: string }
  /** Leads to `url`: http or https, without a user or password. */
  | { kind: "link"; text: string; url: URL }
  | { kind: "mail"; text: string }
  | { kind: "mention"; text: string; username: string }
  /** `tag` has no regard to case. */
  | { kind: "hashtag"; text: string; tag: string };

// A user before the host is a part of the address: without it, a link would lead to what is only its disguise.
const links = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false, urlAuth: true });
for (const schema of ["ftp:", "//", "mailto:"]) links.add(schema, null);
const longestAddress = 2_000;
// What begins so is an address though its scheme is left out.
links.add("www.", {
  validate(text, position) {
    const address = `https://www.${text.slice(position, position + longestAddress)}`;
    return /^https:\/\/www\.[^\s./?#]+\.[^\s./?#]/i.test(address) ? Math.max(0, links.testSchemaAt(address, "https:", "https:".length) - "//www.".length) : 0;
  },
});

/** In these scripts no space parts a word from what stands before or after it. */
const unspaced = ["Han", "Hiragana", "Katakana", "Hangul", "Thai", "Lao", "Khmer", "Myanmar"].map((script) => `\\p{Script=${script}}`).join("");
const wordCharacter = `(?![${unspaced}])[\\p{L}\\p{M}\\p{N}_]`;

/** A part of an address, of a path or of a longer word is neither a mention nor a hashtag. */
const before = `(?<!${wordCharacter}|[@＠#＃&/.=?])`;
/** Nor is what goes on as `@name@host`, `@name/package`, `@name:host`, or with a letter that no username has. */
const after = `(?!${wordCharacter}|[@＠]|[/:](?:${wordCharacter}))`;
// The lookahead takes all characters that a name may have, or none: it is not tried again with fewer.
const mention = `@(?=(?<name>[A-Za-z0-9_.]+))\\k<name>${after}`;
const hashtag = "[#＃](?=(?<tag>[\\p{L}\\p{M}\\p{N}_\\u200C\\u200D\\u00B7]+))\\k<tag>(?![#＃])";
// Bounded, so that no place is looked at again and again (RFC 5321, section 4.5.3.1).
const mail = `(?<!${wordCharacter}|[@＠/:=.+%-])(?<mail>[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\\.){1,8}[A-Za-z]{2,24})(?!${wordCharacter}|[@＠]|-|\\.${wordCharacter})`;
const markers = new RegExp(`${mail}|${before}(?:${mention}|${hashtag})`, "gu");

const username = new RegExp(`^${usernameForm}$`);
const isUsername = (name: string) => name.length >= lengths.username.min && name.length <= lengths.username.max && username.test(name);

const isTag = (tag: string) => tag.length <= lengths.tag && /\p{L}/u.test(tag);

type Found = { start: number; piece: Exclude<Piece, { kind: "text" }> };
const endOf = ({ start, piece }: Found) => start + piece.text.length;

function* linksIn(text: string): Generator<Found> {
  for (const { index, raw } of links.match(text) ?? []) {
    const address = raw.slice(0, 4).toLowerCase() === "www." ? `https://${raw}` : raw;
    if (!URL.canParse(address)) continue;
    const url = new URL(address);
    if (url.protocol !== "http:" && url.protocol !== "https:") continue;
    url.username = url.password = "";
    yield { start: index, piece: { kind: "link", text: raw, url } };
  }
}

/** The dots behind a name are the sentence's. */
function* markersIn(text: string): Generator<Found> {
  for (const { index, 0: whole, groups: { mail, name, tag } = {} } of text.matchAll(markers)) {
    if (mail) yield { start: index, piece: { kind: "mail", text: mail } };
    const mentioned = name?.replace(/\.+$/, "");
    if (mentioned && isUsername(mentioned)) yield { start: index, piece: { kind: "mention", text: `@${mentioned}`, username: mentioned } };
    if (tag && isTag(tag)) yield { start: index, piece: { kind: "hashtag", text: whole, tag: tag.normalize("NFKC").toLowerCase() } };
  }
}

/** Links, and what stands outside of them, in order. */
function* specialsIn(text: string): Generator<Found> {
  const found = linksIn(text);
  let link = found.next().value as Found | undefined;
  for (const marker of markersIn(text)) {
    for (; link && endOf(link) <= marker.start; link = found.next().value as Found | undefined) yield link;
    if (!link || endOf(marker) <= link.start) yield marker;
  }
  if (link) yield link;
  yield* found;
}

/** Takes a text apart, in linear time. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const special of specialsIn(text)) {
    if (special.start > done) pieces.push({ kind: "text", text: text.slice(done, special.start) });
    pieces.push(special.piece);
    done = endOf(special);
  }
  if (done < text.length) pieces.push({ kind: "text", text: text.slice(done) });
  return pieces;
}

/** How a link is shown: as it is written, without its scheme; where it names a user, as the host that it leads to. */
export function labelOf({ text, url }: Extract<Piece, { kind: "link" }>): string {
  const label = text.replace(/^https?:\/\//i, "");
  const [authority = ""] = label.split(/[/?#]/);
  return authority.includes("@") ? `${url.host}${label.slice(authority.length)}` : label;
}

/** One text notifies so many users at most. */
const mostMentions = 10;

/** The usernames that a text mentions: in order, without regard to case, ten at most. */
export function usernamesIn(text: string): string[] {
  const names = new Map<string, string>();
  for (const piece of piecesOf(text)) {
    if (piece.kind !== "mention") continue;
    const key = piece.username.toLowerCase();
    if (!names.has(key)) names.set(key, piece.username);
    if (names.size === mostMentions) break;
  }
  return [...names.values()];
}
