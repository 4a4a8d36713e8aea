/** Gives the first of some words that a text contains, as it was given; undefined if there is none. */
export type WordFilter = (text: string) => string | undefined;

const none: WordFilter = () => undefined;

/**
 * Without case (to upper case and back, so that ß, ẞ and SS are one), without accents where these are no letters of their own, and without
 * what nobody sees.
 */
const fold = (text: string) =>
  text
    .normalize("NFKD")
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKD")
    .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]\p{Mn}*)\p{Mn}/gu, "")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .replaceAll("ς", "σ")
    .normalize("NFC");

/** Letters and digits of scripts that part words by spaces. The others part them by nothing that could be looked for. */
const unspaced = "\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmr}\\p{scx=Mymr}";
const beginsSpaced = new RegExp(`^(?![${unspaced}])[\\p{L}\\p{N}_]`, "u");
/** Korean adds particles to the ends of words. */
const endsSpaced = new RegExp(`(?![${unspaced}\\p{scx=Hang}])[\\p{L}\\p{N}_]$`, "u");

function patternOf(word: string): string {
  const literal = word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+");
  const before = beginsSpaced.test(word) ? "(?<![\\p{L}\\p{N}_])" : "";
  const after = endsSpaced.test(word) ? "(?![\\p{L}\\p{N}_])" : "";
  return before + literal + after;
}

/**
 * Finds words and phrases in texts, without regard to case and accents: whole ones (`art` is not in `party`), where their
 * script has spaces between words.
 */
export function createWordFilter(words: readonly string[]): WordFilter {
  const given = new Map(words.map((word) => [fold(word).trim().replace(/\s+/g, " "), word]).filter(([folded]) => folded !== "") as [string, string][]);
  if (given.size === 0) return none;
  // The longest first: of two that begin alike, that one is meant.
  const patterns = [...given.keys()].sort((one, other) => other.length - one.length).map(patternOf);
  const any = new RegExp(patterns.join("|"), "u");
  return (text) => {
    const [found] = any.exec(fold(text)) ?? [];
    return found === undefined ? undefined : given.get(found.replace(/\s+/g, " "));
  };
}

/** What users set: see `Preferences["contentFilters"]`. */
interface Filters {
  words: readonly string[];
  ends: readonly { word: string; until: string }[];
}

/** The words that are filtered at a time (milliseconds of the epoch): without those that have ended. */
export const wordsAt = ({ words, ends }: Filters, now: number): string[] =>
  words.filter((word) => !ends.some((end) => end.word === word && Date.parse(end.until) <= now));
