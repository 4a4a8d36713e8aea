import { piecesOf } from "@newfeed/shared/contracts/rich-text.ts";

/** A longer address is not previewed: it is the key of an index. */
const longestUrl = 1_000;

/**
 * The address that a post's card is of: the first link of its text, or else of its media links; without its fragment. Null
 * for none.
 */
export function firstLinkOf({ content, links }: { content: string; links: readonly string[] }): string | null {
  const written = piecesOf(content).find((piece) => piece.kind === "link")?.url.href ?? links[0];
  if (written === undefined || !URL.canParse(written)) return null;
  const url = new URL(written);
  url.hash = "";
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) return null;
  return url.href.length > longestUrl ? null : url.href;
}
