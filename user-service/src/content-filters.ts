import type { Preferences } from "@newfeed/shared/contracts/dto.ts";
import type { UpdatePreferences } from "@newfeed/shared/contracts/routes/preferences.ts";
import type { StoredPreferences } from "./store.ts";

type Stored = Pick<StoredPreferences, "filteredWords" | "filterEnds">;
type Given = NonNullable<UpdatePreferences["contentFilters"]>;

/** When a word's filter ends; null for never. A word may be called as what every object has: `constructor`. */
const endOf = (ends: Stored["filterEnds"], word: string): string | null => (Object.hasOwn(ends, word) ? (ends[word] ?? null) : null);

/** What is filtered now: a word whose end has passed is not, though it is stored until the filters change. */
export function filtersNow({ filteredWords, filterEnds }: Stored): Preferences["contentFilters"] {
  const words = filteredWords.filter((word) => !(Date.parse(endOf(filterEnds, word) ?? "") <= Date.now()));
  const ends = words.flatMap((word) => {
    const until = endOf(filterEnds, word);
    return until === null ? [] : [{ word, until }];
  });
  return { words, ends };
}

/** Of words that are the same without regard to case, the first. */
function distinct(words: readonly string[]): string[] {
  const folded = words.map((word) => word.toLowerCase());
  return words.filter((_word, at) => folded.indexOf(folded[at] ?? "") === at);
}

/** The filters after a change. Of clients that know no ends, words that stay keep theirs; what names no word is no end. */
export function changedFilters(before: Stored, { words, ends = filtersNow(before).ends }: Given): Stored {
  const filteredWords = distinct(words);
  const until = new Map(ends.map((end) => [end.word, new Date(end.until).toISOString()]));
  return { filteredWords, filterEnds: Object.fromEntries(filteredWords.flatMap((word) => (until.has(word) ? [[word, until.get(word) ?? ""]] : []))) };
}

/** All that is stored, for other services, which look at the clock themselves. */
export const toldFilters = ({ filteredWords, filterEnds }: Stored): { word: string; until: string | null }[] =>
  filteredWords.map((word) => ({ word, until: endOf(filterEnds, word) }));
