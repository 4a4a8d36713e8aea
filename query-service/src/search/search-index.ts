import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { IndexDocument, IndexQuery, Stems, ToStem } from "./lexemes.ts";

/** A post that matches, be it seen by the viewer or not. */
export interface Found {
  id: PostId;
  at: Date;
  /** How well its words match; above 0, and the same as long as the post does not change. */
  rank: number;
  tags: string[];
}

export interface Matches {
  found: Found[];
  /** Of those that were published then, or before, it did not find all; null where it found all, or more than a window has. */
  end: Date | null;
}

/** The posts that a search looks at at once: of the matches the newest, which are then ranked. */
export const windowSize = 500;

/** Finds posts. */
export interface SearchIndex {
  /**
   * The newest matches that were published after `after`, and not after `from`, the newest first, one more than a window has at most; of a
   * long time perhaps of its newer part alone. Throws `service_unavailable` while its engine is away.
   */
  matches(query: IndexQuery, range: { from: Date; after: Date | null }): Promise<Matches>;
}

/** What is known of words, whatever finds posts. */
export interface Dictionary {
  /** The stems of forms of words. */
  stems(forms: readonly ToStem[]): Promise<Stems>;
  /** For each word, words of public posts that are written like it, the most similar first. */
  similarWords(words: readonly string[]): Promise<Map<string, string[]>>;
}

/** A post as an engine is to have it from now on. */
export interface Change {
  id: PostId;
  /** A higher one is newer. */
  revision: number;
  /** Null for one that is deleted. */
  document: IndexDocument | null;
}

/** A search engine beside the database. All copies of its index have one alias, which names the live one. */
export interface SearchEngine {
  /** Whether there is a live copy. */
  isLive(): Promise<boolean>;
  /** As `SearchIndex.matches`; undefined while there is no live copy. */
  matches(...asked: Parameters<SearchIndex["matches"]>): Promise<Matches | undefined>;
  /**
   * Has a copy take changes, the live one without a name. They are found within a second. An older revision, or one that it has, changes
   * nothing. A copy that is named and not there is made.
   */
  write(changes: readonly Change[], copy?: string): Promise<void>;
  /** Makes a copy the live one, between two searches, and drops the others some seconds later. */
  goLive(copy: string): Promise<void>;
  /** Throws when it does not answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}
