import { createdAtOf, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { type ClassifierScores, classifierCategories, type RuleKind } from "@newfeed/shared/contracts/moderation.ts";
import { bitsThatDiffer } from "@newfeed/shared/contracts/picture-hash.ts";
import { piecesOf, usernamesIn } from "@newfeed/shared/contracts/rich-text.ts";
import { lineOf, looksOf } from "./looks.ts";

/** What a rule is given to look at. */
export interface Content {
  authorId: UserId;
  text: string;
  /** Accounts that have written the same lately, the author among them. */
  writers: number;
  /** What the classifier says of it; missing where it was not asked. */
  scores?: ClassifierScores;
  /** How a picture looks; it has no text. */
  pictureHash?: string;
}

/** What of a rule says what it finds. */
export interface RuleBody {
  kind: RuleKind;
  terms: readonly string[];
  threshold: number;
  hours: number;
}

/** Says why a rule finds something in a content; null where it does not. Takes time in proportion to the text. */
export type Match = (content: Content, now: Date) => string | null;

const hosts = (text: string): string[] => piecesOf(text).flatMap((piece) => (piece.kind === "link" ? [piece.url.hostname.replace(/^www\./, "")] : []));
const first = <T>(found: T | undefined, say: (found: T) => string) => (found === undefined ? null : say(found));

async function matchPatterns(terms: readonly string[]): Promise<Match> {
  // A linear-time engine: no pattern can hang it.
  const { RE2JS } = await import("re2js");
  const patterns = terms.map((term) => ({ term, pattern: RE2JS.compile(term, RE2JS.CASE_INSENSITIVE) }));
  return ({ text }) => {
    const normal = text.normalize("NFKC");
    return first(
      patterns.find(({ pattern }) => pattern.matcher(normal).find()),
      ({ term }) => `the pattern ${term}`,
    );
  };
}

/** A list of words against obscenity, which knows how they are disguised; `terms` are those that may stand. */
async function matchObscenity(terms: readonly string[]): Promise<Match> {
  const { RegExpMatcher, englishDataset, englishRecommendedTransformers } = await import("obscenity");
  const matcher = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });
  const allowed = new Set(terms.map((term) => term.toLowerCase()));
  return ({ text }) => {
    const kept = text.replace(/[\p{L}\p{N}]+/gu, (word) => (allowed.has(word.toLowerCase()) ? "" : word));
    return first(matcher.getAllMatches(kept, true).map(({ startIndex, endIndex }) => kept.slice(startIndex, endIndex + 1))[0], (word) => `the word ${word}`);
  };
}

function matchWords(terms: readonly string[]): Match {
  const looks = terms.map((term) => ({ term, line: lineOf(looksOf(term)) })).filter(({ line }) => line.trim() !== "");
  return ({ text }) => {
    const line = lineOf(looksOf(text));
    return first(
      looks.find((look) => line.includes(look.line)),
      ({ term }) => `the word ${term}`,
    );
  };
}

function matchDomains(terms: readonly string[]): Match {
  const domains = terms.map((term) => term.toLowerCase().replace(/^www\./, ""));
  return ({ text }) =>
    first(
      hosts(text).find((host) => domains.some((domain) => host === domain || host.endsWith(`.${domain}`))),
      (host) => `a link to ${host}`,
    );
}

/** `threshold`: in percent. Without a number in what it says: asked again, a classifier is a little more or less sure. */
function matchScores(terms: readonly string[], threshold: number): Match {
  return ({ scores = {} }) =>
    first(
      classifierCategories.find((category) => (scores[category] ?? 0) * 100 >= threshold && (terms.length === 0 || terms.includes(category))),
      (category) => `the category ${category}`,
    );
}

/** `threshold`: how many bits may differ. */
const matchPictures =
  (terms: readonly string[], threshold: number): Match =>
  ({ pictureHash }) =>
    first(pictureHash === undefined ? undefined : terms.find((term) => bitsThatDiffer(term, pictureHash) <= threshold), (term) => `the picture ${term}`);

/** Makes what a rule does. Throws for a pattern that is none. */
export async function matchOf({ kind, terms, threshold, hours }: RuleBody): Promise<Match> {
  switch (kind) {
    case "words":
      return matchWords(terms);
    case "pattern":
      return matchPatterns(terms);
    case "domains":
      return matchDomains(terms);
    case "obscenity":
      return matchObscenity(terms);
    case "classifier":
      return matchScores(terms, threshold);
    case "picture":
      return matchPictures(terms, threshold);
    case "repetition":
      return ({ writers }) => (writers >= threshold ? `the same text of ${writers} accounts` : null);
    case "mentions":
      return ({ text }) => {
        const mentioned = new Set(usernamesIn(text)).size;
        return mentioned >= threshold ? `${mentioned} mentions` : null;
      };
    case "new_account_links":
      return ({ authorId, text }, now) => {
        const link = hosts(text)[0];
        return link !== undefined && now.getTime() - createdAtOf(authorId) < hours * 3_600_000 ? `a link to ${link} from a new account` : null;
      };
  }
}
