import { piecesOf } from "../contracts/rich-text.ts";
import { fold } from "./fold.ts";

/** A post has so many tags at most; what stands behind them is text. */
const most = 30;

/** The tags of a post's texts, in the form in which they are compared: `#Café` is `cafe`. */
export const tagsIn = (...texts: readonly (string | null)[]): string[] =>
  [...new Set(texts.flatMap((text) => piecesOf(text ?? "")).flatMap((piece) => (piece.kind === "hashtag" ? [fold(piece.tag)] : [])))].slice(0, most);

/** The same form of a tag that a reader gives, with `#` or without. */
export const tagOf = (given: string): string =>
  fold(given)
    .replace(/^[#＃]+/, "")
    .replace(/\s+/g, "");
