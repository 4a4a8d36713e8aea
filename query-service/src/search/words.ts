import { fold } from "@newfeed/shared/store/fold.ts";

/** What a text is found by, at a place in it. */
export interface Word {
  /** Folded: without case and accents. */
  term: string;
  /** In lower case, as a stemmer takes it; empty for what has no stem. */
  lower: string;
  /** Where it stands, in UTF-16 units. */
  start: number;
  end: number;
}

/** In these scripts no space parts words: every two characters are a word. */
const unspaced = ["Han", "Hiragana", "Katakana", "Hangul", "Thai", "Lao", "Khmer", "Myanmar"].map((script) => `\\p{Script_Extensions=${script}}`).join("");
const pieces = new RegExp(`(?<grams>(?:[${unspaced}]\\p{M}*)+)|(?<word>(?:(?![${unspaced}])[\\p{L}\\p{N}]\\p{M}*)+)|(?<emoji>\\p{RGI_Emoji})`, "gv");

/** Of one text: the rest of a longer one is not found. */
const mostWords = 3_000;
const longestWord = 64;

const withoutSigns = (text: string) => text.replace(/[^\p{L}\p{N}\p{M}]/gu, "");
/** Skin tones and the form as text or picture make no other emoji. */
const plainEmoji = (emoji: string) => emoji.replace(/[\u{1F3FB}-\u{1F3FF}\uFE0F]/gu, "");

/** Every two adjacent characters, and the last one alone, so that each is found by itself as a beginning. */
function gramsOf(run: string, start: number): Word[] {
  const characters = [...withoutSigns(fold(run))];
  return characters.map((character, at) => ({ term: character + (characters[at + 1] ?? ""), lower: "", start, end: start + run.length }));
}

/** The words of a text, in order: words of scripts with spaces, pairs of characters of those without, and emoji. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const { 0: whole, index: start, groups: { grams, word } = {} } of text.matchAll(pieces)) {
    if (words.length >= mostWords) break;
    if (grams) words.push(...gramsOf(grams, start));
    else {
      const term = word ? [...withoutSigns(fold(word))].slice(0, longestWord).join("") : plainEmoji(whole);
      if (term) words.push({ term, lower: word ? [...word.toLowerCase()].slice(0, longestWord).join("") : "", start, end: start + whole.length });
    }
  }
  return words;
}

const isUnspaced = new RegExp(`^[${unspaced}]`, "v");
/** Is a word a pair of characters of a script without spaces? */
export const isPair = ({ term }: Pick<Word, "term">): boolean => isUnspaced.test(term);
