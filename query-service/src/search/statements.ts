import { array, boolean, float8, int4, int8, jsonb, postId, text, timestamptz } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import type { IndexDocument } from "./lexemes.ts";
import { windowSize } from "./search-index.ts";

/** What PostgreSQL makes of forms of words. A dictionary gives nothing for a word that it does not know, or that is too frequent. */
export const stem = statement({
  parameters: { words: array(text), dictionaries: array(text) },
  row: { word: text.notNull, dictionary: text.notNull, stem: text.notNull },
  sql: ({ words, dictionaries }) =>
    `SELECT word, dictionary, stem[1] AS stem FROM (
       SELECT word, dictionary, ts_lexize(dictionary::regdictionary, word) AS stem FROM unnest(${words}, ${dictionaries}) AS w (word, dictionary)
     ) stemmed WHERE cardinality(stem) > 0`,
});

/** An older revision, or a post that is deleted, is left as it is. Gives those that changed. */
export const savePosts = statement({
  parameters: { ids: array(postId), revisions: array(int4), publishedAts: array(timestamptz), tags: array(text), vectors: array(text) },
  row: { id: postId },
  sql: ({ ids, revisions, publishedAts, tags, vectors }) =>
    `INSERT INTO indexed_post AS p (id, revision, published_at, tags, vector)
     SELECT id, revision, published_at, string_to_array(tags, ' '), vector::tsvector
     FROM unnest(${ids}, ${revisions}, ${publishedAts}, ${tags}, ${vectors}) AS given (id, revision, published_at, tags, vector) ORDER BY id
     ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, published_at = excluded.published_at, tags = excluded.tags, vector = excluded.vector
     WHERE p.revision < excluded.revision AND NOT p.deleted RETURNING id`,
});

export const removePosts = statement({
  parameters: { ids: array(postId) },
  sql: ({ ids }) =>
    `INSERT INTO indexed_post (id, revision, published_at, deleted) SELECT DISTINCT id, 0, now(), true FROM unnest(${ids}) AS id ORDER BY id
     ON CONFLICT (id) DO UPDATE SET tags = '{}', vector = NULL, deleted = true, changed_at = excluded.changed_at`,
});

// What a search engine does not have yet

/** Of a post the newest change alone waits. Behind the last one, nothing of it comes. */
export const enqueueChanges = statement({
  parameters: { ids: array(postId), revisions: array(int4), documents: array(text.nullable) },
  sql: ({ ids, revisions, documents }) =>
    `INSERT INTO engine_change AS c (post_id, revision, document)
     SELECT id, revision, document::jsonb FROM unnest(${ids}, ${revisions}, ${documents}) AS given (id, revision, document) ORDER BY id
     ON CONFLICT (post_id) DO UPDATE SET position = DEFAULT, revision = excluded.revision, document = excluded.document WHERE c.revision < excluded.revision`,
});
export const findChanges = statement({
  parameters: { limit: int4 },
  row: { position: int8, id: postId, revision: int4, document: jsonb<IndexDocument>().nullable },
  sql: ({ limit }) => `SELECT position, post_id AS id, revision, document FROM engine_change ORDER BY position LIMIT ${limit}`,
  plan: "each time",
});
/** Unless there is a newer one by now. */
export const removeChanges = statement({
  parameters: { positions: array(int8) },
  sql: ({ positions }) => `DELETE FROM engine_change WHERE position = ANY(${positions})`,
});
export const countChanges = statement({
  parameters: { most: int4 },
  row: { count: int8.notNull },
  sql: ({ most }) => `SELECT count(*) AS count FROM (SELECT FROM engine_change LIMIT ${most}) waiting`,
});

// Searches

const range = { query: text, from: timestamptz, after: timestamptz };
const match = { id: postId, at: timestamptz, rank: float8.notNull, tags: array(text).notNull };
const isInRange = ({ from, after }: { from: string; after: string }) => `published_at <= ${from} AND published_at > ${after}`;
const newestOf = (query: string, matches: string) =>
  `SELECT id, published_at AS at, ts_rank('{0.1, 0.3, 0.6, 1}', vector, ${query}::tsquery, 1)::float8 AS rank, tags FROM (
     SELECT * FROM ${matches} ORDER BY published_at DESC LIMIT ${windowSize + 1}
   ) matched ORDER BY published_at DESC`;

/** The newest matches among the `looked` newest posts of a time, one more than a window has: for words that many posts have. */
export const findAmongNewest = statement({
  parameters: { ...range, looked: int4 },
  row: match,
  sql: ({ query, looked, ...time }) =>
    newestOf(
      query,
      `(SELECT * FROM indexed_post WHERE ${isInRange(time)} ORDER BY published_at DESC LIMIT ${looked}) newest WHERE vector @@ ${query}::tsquery`,
    ),
  plan: "each time",
});
/** When the first post behind those was published. */
export const findBehindNewest = statement({
  parameters: { from: timestamptz, after: timestamptz, looked: int4 },
  row: { at: timestamptz },
  sql: ({ looked, ...time }) => `SELECT published_at AS at FROM indexed_post WHERE ${isInRange(time)} ORDER BY published_at DESC OFFSET ${looked} LIMIT 1`,
  plan: "each time",
});
/**
 * The newest of all matches of a time by the index of words, one more than a window has: for words that few posts have. Left
 * alone, the planner takes a rare word for a more frequent one, and reads posts by time until it has enough. `many`: there may be more than `looked`
 * matches, of which these are any.
 */
export const findAmongMatches = statement({
  parameters: { ...range, looked: int4 },
  row: { ...match, many: boolean.notNull },
  sql: ({ query, looked, ...time }) =>
    `WITH found AS MATERIALIZED (SELECT * FROM indexed_post WHERE vector @@ ${query}::tsquery AND ${isInRange(time)} LIMIT ${looked})
     SELECT *, (SELECT count(*) = ${looked} FROM found) AS many FROM (${newestOf(query, "found")}) newest`,
  plan: "each time",
});

// Spellings

export const saveSpellings = statement({
  parameters: { words: array(text) },
  sql: ({ words }) =>
    `INSERT INTO spelling (word) SELECT DISTINCT word FROM unnest(${words}) AS word ORDER BY word
     ON CONFLICT (word) DO UPDATE SET seen_at = excluded.seen_at WHERE spelling.seen_at < excluded.seen_at - interval '30 days'`,
});

/** Words that are written most like each of these: candidates, of which a reader may mean none. */
export const findSimilar = statement({
  parameters: { words: array(text) },
  row: { word: text.notNull, similar: text },
  sql: ({ words }) =>
    `SELECT given.word, near.word AS similar FROM unnest(${words}) AS given (word)
     CROSS JOIN LATERAL (SELECT s.word FROM spelling s ORDER BY s.word <-> given.word LIMIT 12) near`,
});

// Posts from before this service

export const findPosition = statement({
  row: { after: postId.nullable, done: boolean },
  sql: "SELECT after, done FROM indexing_position WHERE id",
});
export const savePosition = statement({
  parameters: { after: postId.nullable, done: boolean },
  sql: ({ after, done }) =>
    `INSERT INTO indexing_position (after, done) VALUES (${after}, ${done}) ON CONFLICT (id) DO UPDATE SET after = excluded.after, done = excluded.done`,
});

// Retention

/** Longer than an event of the post may take: a dead letter can be replayed for 30 days. */
export const deletedPosts = removal({ table: "indexed_post", at: "changed_at", after: "90 days", where: "deleted" });
export const oldSpellings = removal({ table: "spelling", at: "seen_at", after: "400 days" });
