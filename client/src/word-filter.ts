/** Gives the first of some words that a text contains, as it was given; undefined if there is none. */
export type WordFilter = (text: string) => string | undefined;

const none: WordFilter = () => undefined;

/** Without case, and without accents that belong to no script. */
const fold = (text: string) =>
  text
    .normalize("NFKD")
    .replace(/(?=\p{M})\p{Script=Inherited}/gu, "")
    .toLowerCase();

/** Letters and digits of scripts that part words by spaces. The others part them by nothing that could be looked for. */
const spaced = "(?![\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmr}\\p{scx=Mymr}])[\\p{L}\\p{N}_]";
const beginsSpaced = new RegExp(`^${spaced}`, "u");
const endsSpaced = new RegExp(`${spaced}$`, "u");

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
