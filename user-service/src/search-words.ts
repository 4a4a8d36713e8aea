/** How search compares names: without regard to case, to accents, and to which of several equal encodings a text has. */

/** Letters that Unicode does not decompose, as people without them on the keyboard write them. */
const plain: Readonly<Record<string, string>> = { æ: "ae", œ: "oe", ø: "o", ð: "d", đ: "d", ħ: "h", ł: "l", þ: "th", ı: "i", ς: "σ", "’": "'", ʼ: "'" };
const letters = new RegExp(`[${Object.keys(plain).join("")}]`, "gu");

/**
 * To upper case and back, since that knows pairs which lower case alone does not (ẞ, ß and SS). Marks are dropped where they
 * are accents; in other scripts they are letters of their own. Invisible characters go.
 */
export const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKD")
    .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]\p{Mn}*)\p{Mn}/gu, "")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .replace(letters, (letter) => plain[letter] ?? letter)
    .normalize("NFC");

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
