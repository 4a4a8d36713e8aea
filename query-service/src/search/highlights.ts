import type { Highlight } from "@newfeed/shared/contracts/routes/search.ts";
import { fold } from "@newfeed/shared/store/fold.ts";
import { languagesOfScript } from "./languages.ts";
import type { Stems } from "./lexemes.ts";
import type { Search, Term } from "./parse.ts";
import { isPair, type Word, wordsOf } from "./words.ts";

const mostHighlights = 50;
/** An inflected form is so much longer than its stem at most, and a stem is no shorter than this. */
const [longestEnding, shortestStem] = [5, 3];

interface Wanted {
  terms: readonly Term[];
  /** By the term of a word: its stems, folded, without their language. */
  stems: ReadonlyMap<string, readonly string[]>;
  others: ReadonlyMap<string, readonly string[]>;
}

const hasStem = (term: string, stem: string) => stem.length >= shortestStem && term.startsWith(stem) && term.length - stem.length <= longestEnding;

function isWanted(word: Word, { words, phrase, prefix }: Term, { stems, others }: Wanted): boolean {
  return words.some(
    ({ term }) =>
      word.term === term ||
      (prefix && word.term.startsWith(term)) ||
      (!phrase && ((stems.get(term)?.some((stem) => hasStem(word.term, stem)) ?? false) || (others.get(term)?.includes(word.term) ?? false))),
  );
}

/** The run of characters that pairs were made of. */
const runOf = (words: readonly Word[]) => words.map(({ term }, at) => (at === words.length - 1 ? term : ([...term][0] ?? ""))).join("");

function rangesIn(text: string, wanted: Wanted): [start: number, end: number][] {
  const words = wordsOf(text);
  return wanted.terms.flatMap((term): [number, number][] => {
    if (term.words.every(isPair)) {
      const run = runOf(term.words);
      const ranges: [number, number][] = [];
      for (let at = text.indexOf(run); at >= 0 && ranges.length < mostHighlights; at = text.indexOf(run, at + run.length)) ranges.push([at, at + run.length]);
      return ranges;
    }
    if (!term.phrase) return words.filter((word) => isWanted(word, term, wanted)).map(({ start, end }) => [start, end]);
    return words.flatMap((first, at): [number, number][] => {
      const matches = term.words.every(({ term: one }, n) => {
        const word = words[at + n]?.term;
        return word === one || (term.prefix && n === term.words.length - 1 && word?.startsWith(one));
      });
      return matches ? [[first.start, words[at + term.words.length - 1]?.end ?? first.end]] : [];
    });
  });
}

/** Where the words of a search stand in a post. Other forms of a word are found by what they have in common with its stems. */
export function highlighter({ terms }: Search, stems: Stems, others: ReadonlyMap<string, readonly string[]>) {
  const asked = terms.filter(({ negated }) => !negated);
  const byTerm = new Map(
    asked.flatMap(({ words, phrase }) =>
      phrase
        ? []
        : words.map(({ term, lower }): [string, string[]] => {
            const found = languagesOfScript(term).flatMap((language) => [stems(term, language), stems(lower, language)]);
            return [term, [...new Set(found.flatMap((stem) => (stem === undefined ? [] : fold(stem.slice(stem.indexOf("/") + 1)))))]];
          }),
    ),
  );
  return ({ title, content }: { title: string | null; content: string }): Highlight[] =>
    (["title", "content"] as const)
      .flatMap((field) => {
        const ranges = rangesIn((field === "title" ? title : content) ?? "", { terms: asked, stems: byTerm, others });
        const merged: Highlight[] = [];
        for (const [start, end] of ranges.sort(([one], [other]) => one - other)) {
          const last = merged.at(-1);
          if (last && start <= last.end) last.end = Math.max(last.end, end);
          else merged.push({ field, start, end });
        }
        return merged;
      })
      .slice(0, mostHighlights);
}
