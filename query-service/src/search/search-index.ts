import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Stems, ToStem } from "./lexemes.ts";

/** A post that matches, be it seen by the viewer or not. */
export interface Found {
  id: PostId;
  at: Date;
  /** How well its words match; above 0. */
  rank: number;
  tags: string[];
}

export interface Matches {
  found: Found[];
  /** Of those that were published then, or before, it did not find all; null where it found all, or more than a window has. */
  end: Date | null;
}

/** What a search asks of an index. An engine that has it in another form stands behind the same four. */
export interface SearchIndex {
  /** One more than this is what `matches` gives at most. */
  readonly windowSize: number;
  /** The stems of forms of words. */
  stems(forms: readonly ToStem[]): Promise<Stems>;
  /** The newest matches that were published after `after`, and not after `from`, the newest first; of a long time perhaps of its newer part alone. */
  matches(query: string, range: { from: Date; after: Date | null }): Promise<Matches>;
  /** For each word, words of public posts that are written like it, the most similar first. */
  similarWords(words: readonly string[]): Promise<Map<string, string[]>>;
}
