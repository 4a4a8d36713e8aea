import { array, boolean, int8, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement, variants } from "@newfeed/shared/ports/statement.ts";
import { list } from "@newfeed/shared/store/list.ts";
import { columns, listable, listedUser, viewerId } from "./statements.ts";

// A search is sorted by id, which is the order of sign-ups, so that the indexes of words have it in order.

/** So many words are sorted for a search. Where more begin so, the words of the newest profiles are looked through instead. */
const mostSorted = 20_000;
/** So many words are looked through for a page, which is short when too little was found among them. */
const mostExamined = 50_000;

/** Words that begin so, in the order of the bytes. Nothing sorts behind U+10FFFF. */
const begins = (term: string) => `w.word >= ${term} AND w.word < ${term} || U&'\\+10FFFF'`;
const foundByAll = (terms: string) =>
  `NOT EXISTS (SELECT FROM unnest(${terms}) AS t (term) WHERE NOT EXISTS (SELECT FROM profile_word w WHERE w.user_id = p.id AND starts_with(w.word, t.term)))`;

/** How often each term begins a word, counted up to a bound. */
export const countWords = statement({
  parameters: { terms: array(text) },
  row: { term: text.notNull, words: int8.notNull, frequent: boolean.notNull },
  sql: ({ terms }) =>
    `SELECT term, words, words > ${mostSorted} AS frequent FROM unnest(${terms}) AS t (term)
     CROSS JOIN LATERAL (SELECT count(*) AS words FROM (SELECT FROM profile_word w WHERE ${begins("t.term")} LIMIT ${mostSorted} + 1) bounded) counted`,
});

const searchOf = (found: (term: string, beyond: string, orderOf: (...key: string[]) => string) => string) =>
  list({
    parameters: { viewerId, term: text, others: array(text) },
    row: listedUser,
    sortedBy: "id",
    // Profiles are looked at in order, until there is a page of them.
    sql: ({ viewerId, term, others }, { beyond, order, limit }) =>
      `SELECT ${columns(viewerId)}, p.created_at AS key_at, p.id AS key_id FROM (
         SELECT p.* FROM (${found(term, beyond("w.user_id"), order)}) found
         CROSS JOIN LATERAL (SELECT * FROM profile WHERE id = found.user_id AND NOT deleted LIMIT 1) p
         WHERE ${foundByAll(others)} AND ${listable(viewerId)} ${order("found.user_id")} ${limit}
       ) p ${order("p.id")}`,
  });

/** Users with a word that begins like the term, and one like each of the others. All words that begin so are sorted. */
export const searchRare = searchOf(
  (term, beyond, order) =>
    `SELECT DISTINCT w.user_id FROM unnest(ARRAY(SELECT w.user_id FROM profile_word w WHERE ${begins(term)} LIMIT ${mostSorted})) AS w (user_id) WHERE ${beyond} ${order("w.user_id")}`,
);
/** The same for a term that begins many words, among those of the nearest profiles. (DISTINCT ON keeps their order.) */
export const searchFrequent = searchOf(
  (term, beyond, order) =>
    `SELECT DISTINCT ON (w.user_id) w.user_id FROM (
       SELECT w.user_id, w.word FROM profile_word w WHERE ${beyond} ${order("w.user_id", "w.word")} LIMIT ${mostExamined}
     ) w WHERE ${begins(term)} ${order("w.user_id")}`,
);

/**
 * Where `searchFrequent` stopped to look: no row when it came to the end of the list. Of the profile `last`, not all words may
 * have been looked at; `whole` is the one before.
 */
export const endOfExamined = variants(["older", "newer"], (direction) => {
  const [comparison, order, back, reverse] = direction === "newer" ? [">", "ASC", "<", "DESC"] : ["<", "DESC", ">", "ASC"];
  return statement({
    parameters: { fromId: uuid },
    row: { last: userId, whole: userId, wholeAt: timestamptz },
    sql: ({ fromId }) =>
      `SELECT cut.user_id AS last, p.id AS whole, p.created_at AS whole_at FROM (
         SELECT w.user_id FROM profile_word w WHERE w.user_id ${comparison} ${fromId}
         ORDER BY w.user_id ${order}, w.word ${order} OFFSET ${mostExamined - 1} LIMIT 1
       ) cut JOIN profile p ON p.id = (
         SELECT w.user_id FROM profile_word w WHERE w.user_id ${back} cut.user_id ORDER BY w.user_id ${reverse} LIMIT 1
       )`,
  });
});
