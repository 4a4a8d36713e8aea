/**
 * The rules for what users write: one for a line (a name, a title, a search), one for a text (a post, a comment, a
 * bio). Plain functions, which the server's schemas and the web client's forms share.
 *
 * Folded: what changes nothing that a reader sees. Refused: what nobody types. Kept: what writing systems and emoji are
 * made of, such as joiners, marks and the flag of Scotland.
 */

/** UTF-16 units. */
export const lengths = {
  username: { min: 3, max: 30 },
  /** `PASSWORD_MIN_LENGTH` may ask for more. */
  password: { min: 7, max: 128 },
  fullName: 100,
  bio: 500,
  userLocation: 100,
  postTitle: 200,
  post: 10_000,
  contentWarning: 200,
  postLocation: 100,
  altText: 1_000,
  fileName: 120,
  comment: 2_000,
  search: 100,
  tag: 100,
  categoryName: 50,
  filteredWord: 50,
  pollOption: 80,
  summary: 700,
  suggestedTitle: 60,
  reportNote: 1_000,
  appeal: 2_000,
  ruleName: 100,
  ruleTerm: 200,
} as const;

export const pollBounds = { options: { min: 2, max: 6 }, seconds: { min: 5 * 60, max: 30 * 86_400 } } as const;
/** Options that a reader would take for the same one have the same form. */
export const sameOption = (option: string): string => option.normalize("NFKC").toLowerCase();

const plainLine = /^[\x20-\x7e]*$/;
const plainText = /^[\n\x20-\x7e]*$/;

/** A line break in any form; CR LF is one. */
const lineBreak = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
const breaksAndTabs = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/** Tags (U+E0000…) belong to the flags of regions (UTS #51, annex C) and to nothing else: elsewhere they hide text. */
const tags = /(\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{3,6}\u{E007F})|[\u{E0000}-\u{E007F}]/gu;
/** Byte order marks, word joiners, invisible operators, annotations, code points that are reserved as ignorable. */
const meaningless = /[\uFEFF\u2060-\u2065\u206A-\u206F\uFFF0-\uFFFB\u{E0080}-\u{E00FF}\u{E01F0}-\u{E0FFF}]/gu;
/** They show text in another order than it is read in. */
const overrides = /[\u202D\u202E]/g;
/** A line has one direction, and no place to be broken at. */
const ofTextsOnly = /[\u202A-\u202E\u2066-\u2069\u00AD\u200B]/g;

const edgeOfText = /[\s\u200B\u115F\u1160\u3164\uFFA0\u2800]/;
/** Marks of direction and joiners, too: at an edge nothing is left to direct or to join. */
const edgeOfLine = /[\s\u061C\u200C-\u200F\u115F\u1160\u3164\uFFA0\u2800]/;

/** No white space, no mark without a letter, nothing ignorable, no blank pattern or note. (A control character is something: it is refused.) */
const visible = /[^\p{M}\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]/u;

const control = /\p{Cc}/u;
const controlInText = /(?![\n\t])\p{Cc}/u;
const noncharacter = /\p{Noncharacter_Code_Point}/u;
/** Between marks they part nothing. */
const ignorable = /(?!\p{M})\p{Default_Ignorable_Code_Point}/gu;
/** Accents that belong to no script stack without end; Tibetan stacks up to eight marks of its own. */
const tooManyMarks = /(?:(?=\p{Script=Inherited})\p{M}){5}|\p{M}{9}/u;

/** No regular expression: one that is bound to the end takes quadratic time for a long run in the middle. */
function trim(text: string, edge: RegExp): string {
  let [start, end] = [0, text.length];
  while (start < end && edge.test(text.charAt(start))) start++;
  while (end > start && edge.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** True for a text of which a reader sees nothing. */
export const isBlank = (text: string): boolean => !visible.test(text);

const folded = (text: string, edge: RegExp) => (isBlank(text) ? "" : trim(text, edge).normalize("NFC"));
const withoutHidden = (text: string) => text.replace(tags, "$1").replace(meaningless, "");

/**
 * A line as it is stored: in Unicode's composed form (NFC), line breaks and tabs as spaces, without direction overrides
 * and invisible characters that mean nothing, nothing blank around it. Empty if a reader would see nothing.
 */
export const foldLine = (text: string): string =>
  plainLine.test(text) ? text.trim() : folded(withoutHidden(text).replace(breaksAndTabs, " ").replace(ofTextsOnly, ""), edgeOfLine);

/** As `foldLine`, for a text of several lines: it keeps line breaks (as LF), tabs, and places to break a line at. */
export const foldText = (text: string): string =>
  plainText.test(text) ? text.trim() : folded(withoutHidden(text).replace(lineBreak, "\n").replace(overrides, ""), edgeOfText);

function faultOf(text: string, refused: RegExp): string | undefined {
  if (refused.test(text)) return "must not contain control characters";
  // PostgreSQL's `text` refuses a lone surrogate, which has no UTF-8 form; XML refuses noncharacters.
  if (!text.isWellFormed() || noncharacter.test(text)) return "must not contain broken characters";
  if (tooManyMarks.test(text.replace(ignorable, ""))) return "has too many accents or marks on one letter";
  return undefined;
}

/** What is wrong with a folded line, to be read after the field's name; undefined if nothing is. */
export const faultOfLine = (line: string): string | undefined => (plainLine.test(line) ? undefined : faultOf(line, control));

/** As `faultOfLine`, for a text. */
export const faultOfText = (text: string): string | undefined => (plainText.test(text) ? undefined : faultOf(text, controlInText));

/** A line that no user typed, such as the name of a browser: control characters are removed instead of refused. */
export const cleanLine = (text: string): string => foldLine(text.replace(/(?!\s)\p{Cc}/gu, ""));
