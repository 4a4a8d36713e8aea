import { fold } from "@newfeed/shared/store/fold.ts";

/** Letters of other scripts, digits and signs that are taken for Latin ones (Unicode Technical Standard 39, by what is common). */
const lookAlikes: Readonly<Record<string, string>> = {
  ...{ а: "a", в: "b", с: "c", ԁ: "d", е: "e", һ: "h", і: "i", ј: "j", к: "k", м: "m", н: "h", о: "o", р: "p", ԛ: "q", ѕ: "s", т: "t", у: "y", х: "x" },
  ...{ α: "a", β: "b", ε: "e", ι: "i", κ: "k", ν: "v", ο: "o", ρ: "p", τ: "t", υ: "u", χ: "x" },
  ...{ "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", $: "s", "!": "i", "|": "l" },
};

/** Signs that no letter follows, or that only begin a word (`@name`), are signs. */
const signs = /(?<![\p{L}\p{N}])[@!|]+|[@!|$]+(?![\p{L}\p{N}])/gu;

/** The words of a text as they look: without case, accents and disguise. Letters that stand alone in a row are read as a word, too. */
export function looksOf(text: string): string[] {
  const looks = Array.from(fold(text).replace(signs, " "), (character) => lookAlikes[character] ?? character).join("");
  const words = looks.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const spelled: string[] = [];
  let letters = "";
  for (const word of [...words, ""]) {
    if (word.length === 1) {
      letters += word;
      continue;
    }
    if (letters.length > 2) spelled.push(letters);
    letters = "";
  }
  return [...words, ...spelled];
}

/** What finds whole words, or several in a row. */
export const lineOf = (words: readonly string[]): string => ` ${words.join(" ")} `;
