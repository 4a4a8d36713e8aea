/** The words that a profile is found by, and those that a search asks for. */
import { fold } from "@newfeed/shared/store/fold.ts";

const longestWord = 64;
/** Of one profile, and of one search. */
const [mostWords, mostTerms] = [32, 8];

const cut = (word: string) => [...word].slice(0, longestWord).join("");
const split = (text: string) => fold(text).split(/\s+/u).filter(Boolean);

/** From each of its words to its end: "anne-marie" is found by "marie" too, "bob_the_builder" by "the_b". */
function endingsOf(name: string): string[] {
  const starts = name.matchAll(/(?<![\p{L}\p{N}\p{M}])[\p{L}\p{N}]/gu);
  return [name, ...[...starts].map(({ index }) => name.slice(index))];
}

/** The words that a profile is found by the beginnings of. At most 32, each of at most 64 characters. */
export const wordsOf = (username: string, fullName: string): string[] =>
  [...new Set([username, fullName].flatMap(split).flatMap(endingsOf).map(cut))].slice(0, mostWords);

/** What a search asks for: each term begins a word of the profile. `@bob` asks for bob. At most 8. */
export const termsOf = (search: string): string[] => [...new Set(split(search).map((term) => cut(term.replace(/^@(?=.)/u, ""))))].slice(0, mostTerms);
