import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { tagsIn } from "@newfeed/shared/store/tags.ts";
import { type Language, languageOf, languagesOfScript } from "./languages.ts";
import type { Search, Term } from "./parse.ts";
import { type Word, wordsOf } from "./words.ts";

/*
 * What a post is found by, as PostgreSQL's `tsvector` and `tsquery`: its words (A in the title, B in the content), their stems
 * (`en/run`, C), its tags (`#tag`, D), and, without a place, `by:<author>`, `has:media` and `is:public`.
 */

/** A form of a word, and the language in which it is to be stemmed. */
export interface ToStem {
  word: string;
  language: Language;
}
/** The stems of forms: `en/run`. */
export type Stems = (word: string, language: Language) => string | undefined;

/** A post as it is indexed. */
export interface IndexedPost {
  id: PostId;
  authorId: UserId;
  revision: number;
  title: string | null;
  content: string;
  isPublic: boolean;
  hasMedia: boolean;
  publishedAt: string;
}

const formsOf = ({ lower, term }: Word) => (lower === term ? [term] : [lower, term]);
/** With and without accents: a reader may type either. */
const toStem = (word: Word, languages: readonly Language[]): ToStem[] =>
  word.lower ? languages.flatMap((language) => formsOf(word).map((form) => ({ word: form, language }))) : [];
const stemsOf = (word: Word, languages: readonly Language[], stems: Stems): string[] => [
  ...new Set(toStem(word, languages).flatMap(({ word: form, language }) => stems(form, language) ?? [])),
];

const quoted = (lexeme: string) => `'${lexeme.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

/** A post as an engine other than PostgreSQL has it: words and stems with spaces between them. */
export interface IndexDocument {
  title: string;
  content: string;
  stems: string;
  tags: readonly string[];
  authorId: UserId;
  isPublic: boolean;
  hasMedia: boolean;
  publishedAt: string;
}

const wordsIn = (text: string) =>
  wordsOf(text)
    .map(({ term }) => term)
    .join(" ");

/** The largest position that a `tsvector` has. */
const lastPosition = 16_383;

/** Takes a post apart. Gives what has to be stemmed for it, and what makes its vector when that is known. */
export function analysed({ authorId, title, content, isPublic, hasMedia, publishedAt }: IndexedPost) {
  const parts = [
    { words: wordsOf(title ?? ""), weight: "A" },
    { words: wordsOf(content), weight: "B" },
  ];
  const words = parts.flatMap((part) => part.words);
  const known = languageOf(words.map(({ lower }) => lower));
  const languagesOf = ({ term }: Word): readonly Language[] => {
    const languages = languagesOfScript(term);
    return known && languages.includes(known) ? [known] : languages;
  };
  const tags = tagsIn(title, content);

  return {
    tags,
    /** Those that a misspelt word may be meant for. */
    spellings: isPublic ? [...new Set(words.flatMap(({ term, lower }) => (lower && isSpelling(term) ? [term] : [])))].slice(0, 200) : [],
    toStem: words.flatMap((word) => toStem(word, languagesOf(word))),
    vector(stems: Stems): string {
      const lexemes: string[] = [`by:${authorId}`, ...(isPublic ? ["is:public"] : []), ...(hasMedia ? ["has:media"] : [])].map(quoted);
      let position = 0;
      for (const { words: ofPart, weight } of parts) {
        for (const word of ofPart) {
          position = Math.min(position + 1, lastPosition);
          lexemes.push(`${quoted(word.term)}:${position}${weight}`);
          for (const stem of stemsOf(word, languagesOf(word), stems)) lexemes.push(`${quoted(stem)}:${position}C`);
        }
        // A phrase does not go on from the title into the content.
        position = Math.min(position + 10, lastPosition);
      }
      for (const tag of tags) lexemes.push(`${quoted(`#${tag}`)}:${lastPosition}D`);
      return lexemes.join(" ");
    },
    /** The same for an engine that takes texts apart at their spaces. */
    document: (stems: Stems): IndexDocument => ({
      title: wordsIn(title ?? ""),
      content: wordsIn(content),
      stems: words.flatMap((word) => stemsOf(word, languagesOf(word), stems)).join(" "),
      ...{ tags, authorId, isPublic, hasMedia, publishedAt },
    }),
  };
}

/** Of a shorter word most others are one mistake away. */
const shortestMisspelt = 5;
const isSpelling = (term: string) => /^\p{L}{4,32}$/u.test(term) && languagesOfScript(term).length > 0;

/** What has to be stemmed for a search: in every language that its words may be of. */
export const toStemFor = ({ terms }: Search): ToStem[] =>
  terms.flatMap(({ words, phrase }) => (phrase ? [] : words.flatMap((word) => toStem(word, languagesOfScript(word.term)))));

/** Words that other spellings may be looked up for. */
export const misspellable = ({ terms }: Search): string[] =>
  terms.flatMap(({ words: [word], phrase, negated }) =>
    word && !phrase && !negated && isSpelling(word.term) && word.term.length >= shortestMisspelt ? [word.term] : [],
  );

const shortestPrefix = 2;

/** What a post may have in the place of one word of a search. */
export interface Alternatives {
  term: string;
  /** The term may be the beginning of a word. */
  goesOn: boolean;
  stems: readonly string[];
  /** Other spellings. */
  others: readonly string[];
}

export function alternativesOf({ words, prefix }: Term, { stems, others }: Pick<PostQuery, "stems" | "others">): Alternatives {
  const [word] = words as readonly [Word];
  const length = [...word.term].length;
  const isAlone = word.lower === "" && length === 1;
  return {
    term: word.term,
    goesOn: isAlone || (prefix && length >= shortestPrefix),
    stems: stemsOf(word, languagesOfScript(word.term), stems),
    others: others.get(word.term) ?? [],
  };
}

/** What a search asks an index for: posts by what a user typed. */
export interface PostQuery {
  search: Pick<Search, "terms" | "tags" | "hasMedia">;
  stems: Stems;
  /** Other spellings of words that found little. */
  others: ReadonlyMap<string, readonly string[]>;
  /** Whose posts; undefined for anyone's. */
  authorId?: UserId | undefined;
  publicOnly: boolean;
}
/** Posts with a tag that begins so. */
export interface TagQuery {
  beginning: string;
  publicOnly: boolean;
}
export type IndexQuery = PostQuery | TagQuery;

export const asksForNothing = ({ search: { terms, tags, hasMedia }, authorId }: PostQuery): boolean =>
  terms.length + tags.length === 0 && !hasMedia && authorId === undefined;

function termQuery(term: Term, query: PostQuery): string {
  if (term.phrase) {
    const last = term.words.length - 1;
    return `(${term.words.map((word, at) => quoted(word.term) + (term.prefix && at === last ? ":*" : "")).join(" <-> ")})`;
  }
  const { term: word, goesOn, stems, others } = alternativesOf(term, query);
  return `(${[quoted(word) + (goesOn ? ":*" : ""), ...stems.map(quoted), ...others.map(quoted)].join(" | ")})`;
}

/** What is asked for as a `tsquery`. */
export function tsqueryOf(query: IndexQuery): string {
  const asked =
    "beginning" in query
      ? [`${quoted(`#${query.beginning}`)}:*`]
      : [
          ...query.search.terms.map((term) => (term.negated ? "!" : "") + termQuery(term, query)),
          ...query.search.tags.map(({ tag, negated }) => (negated ? "!" : "") + quoted(`#${tag}`)),
          ...(query.authorId ? [quoted(`by:${query.authorId}`)] : []),
          ...(query.search.hasMedia ? [quoted("has:media")] : []),
        ];
  return [...asked, ...(query.publicOnly ? [quoted("is:public")] : [])].join(" & ");
}
