import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Place } from "./cursor.ts";
import type { IndexQuery } from "./lexemes.ts";
import { type Found, type SearchIndex, windowSize } from "./search-index.ts";

/** A match with what decides its place among the others of its window. */
export interface Ranked {
  id: PostId;
  score: number;
}

/** In this time a post loses half of its weight against a new one. */
const halfLifeDays = 30;
const dayMs = 24 * 60 * 60 * 1_000;

const scoreOf = ({ rank, at }: Found, from: number): number => rank / (1 + Math.max(0, from - at.getTime()) / (halfLifeDays * dayMs));

const byScore = (one: Ranked, other: Ranked) => other.score - one.score || (one.id < other.id ? 1 : -1);

export interface SearchWindow {
  /** All matches of the window that come behind the place, the best first. */
  ranked: Ranked[];
  /** The window's end; null when there is no other behind it. */
  end: number | null;
}

/**
 * Ranks the matches of a window: the newest of those that were published at a moment or before, so many at most. The same place
 * gives the same order whatever is published since; and of a common word, page 50 costs what page 1 does.
 */
export async function readWindow(index: SearchIndex, query: IndexQuery, { from, end, last }: Place, after: Date | null): Promise<SearchWindow> {
  const floor = Math.max(end ?? Number.NEGATIVE_INFINITY, after ? after.getTime() - 1 : Number.NEGATIVE_INFINITY);
  const matches = await index.matches(query, { from: new Date(from), after: Number.isFinite(floor) ? new Date(floor) : null });
  let kept = matches.found;
  let windowEnd = end;
  const next = matches.found[windowSize]?.at;
  const behind = next ?? matches.end;
  if (end === null && behind) {
    // Those of the same moment are in one window.
    windowEnd = behind.getTime();
    kept = kept.filter(({ at }) => at > behind);
    if (next && kept.length === 0) {
      kept = matches.found;
      windowEnd--;
    }
  }
  const ranked = kept.map((found) => ({ id: found.id, score: scoreOf(found, from) })).sort(byScore);
  const left = last ? ranked.filter(({ id, score }) => score < last.score || (score === last.score && id < last.id)) : ranked;
  return { ranked: left, end: windowEnd };
}
