/** How searches compare texts: without regard to case, to accents, and to which of several equal encodings a text has. */

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
