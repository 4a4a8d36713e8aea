import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { dictionaryOf } from "./languages.ts";
import { analysed, type IndexedPost, type IndexQuery, type Stems, type ToStem, tsqueryOf } from "./lexemes.ts";
import { type Change, type Dictionary, type Matches, type SearchIndex, windowSize } from "./search-index.ts";
import * as sql from "./statements.ts";

/** How many posts a search looks through at first, by time or by word, and how many by time at last. */
const looks = { first: 20_000, last: 200_000 };

async function stemsOf(query: Query, forms: readonly ToStem[]): Promise<Stems> {
  const asked = [
    ...new Map(forms.map(({ word, language }) => [`${language}/${word}`, { word, dictionary: dictionaryOf[language] as string, language }])).values(),
  ];
  if (asked.length === 0) return () => undefined;
  const rows = await query(sql.stem, { words: asked.map(({ word }) => word), dictionaries: asked.map(({ dictionary }) => dictionary) });
  const stems = new Map(rows.map(({ word, dictionary, stem }) => [`${dictionary} ${word}`, stem]));
  return (word, language) => {
    const stem = stems.get(`${dictionaryOf[language]} ${word}`);
    return stem === undefined ? undefined : `${language}/${stem}`;
  };
}

async function enqueue(query: Query, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  await query(sql.enqueueChanges, {
    ids: changes.map(({ id }) => id),
    revisions: changes.map(({ revision }) => revision),
    documents: changes.map(({ document }) => document && JSON.stringify(document)),
  });
}

/** The last revision of a post. */
const deletedRevision = 2 ** 31 - 1;

/** What event handlers, and the indexing of earlier posts, may do within one transaction. `hasEngine`: changes are to be handed on. */
export const indexOperationsOn = ({ query }: { query: Query }, hasEngine: boolean) => ({
  /** Indexes posts, unless they are known in a newer revision, or deleted. */
  async savePosts(posts: readonly IndexedPost[]): Promise<void> {
    const newest = new Map<PostId, IndexedPost>();
    for (const post of posts) if ((newest.get(post.id)?.revision ?? 0) < post.revision) newest.set(post.id, post);
    if (newest.size === 0) return;
    const parts = [...newest.values()].map((post) => ({ post, ...analysed(post) }));
    const stems = await stemsOf(
      query,
      parts.flatMap(({ toStem }) => toStem),
    );
    const saved = await query(sql.savePosts, {
      ids: parts.map(({ post }) => post.id),
      revisions: parts.map(({ post }) => post.revision),
      publishedAts: parts.map(({ post }) => post.publishedAt),
      tags: parts.map(({ tags }) => tags.join(" ")),
      vectors: parts.map(({ vector }) => vector(stems)),
    });
    const words = parts.flatMap(({ spellings }) => spellings);
    if (words.length > 0) await query(sql.saveSpellings, { words });
    if (!hasEngine) return;
    const changed = new Set(saved.map(({ id }) => id));
    await enqueue(
      query,
      parts.flatMap(({ post: { id, revision }, document }) => (changed.has(id) ? { id, revision, document: document(stems) } : [])),
    );
  },
  /** Forgets deleted posts, and refuses older events of them. */
  async removePosts(ids: readonly PostId[]): Promise<void> {
    await query(sql.removePosts, { ids });
    if (hasEngine)
      await enqueue(
        query,
        ids.map((id) => ({ id, revision: deletedRevision, document: null })),
      );
  },
  /** How far earlier posts are indexed. */
  async indexingPosition(): Promise<{ after: PostId | null; done: boolean }> {
    const [row] = await query(sql.findPosition);
    return row ?? { after: null, done: false };
  },
  async saveIndexingPosition(after: PostId | null, done: boolean): Promise<void> {
    await query(sql.savePosition, { after, done });
  },
});
export type IndexOperations = ReturnType<typeof indexOperationsOn>;

/** The index of posts in PostgreSQL. */
export function createIndexStore(
  database: Pick<Database, "query" | "transaction">,
  { first = looks.first, last = looks.last, hasEngine = false }: { first?: number; last?: number; hasEngine?: boolean } = {},
) {
  const { query } = database;
  return {
    transaction: <T>(work: (operations: IndexOperations, query: Query) => Promise<T>): Promise<T> =>
      database.transaction((query) => work(indexOperationsOn({ query }, hasEngine), query)),
    stems: (forms: readonly ToStem[]) => stemsOf(query, forms),
    async matches(asked: IndexQuery, { from, after }: { from: Date; after: Date | null }): Promise<Matches> {
      const time = { from, after: after ?? ("-infinity" as const) };
      const values = { query: tsqueryOf(asked), ...time };
      const recent = await query(sql.findAmongNewest, { ...values, looked: first });
      if (recent.length > windowSize) return { found: recent, end: null };
      const few = await query(sql.findAmongMatches, { ...values, looked: first });
      if (!few[0]?.many) return { found: few, end: null };
      const found = await query(sql.findAmongNewest, { ...values, looked: last });
      const [behind] = found.length > windowSize ? [] : await query(sql.findBehindNewest, { ...time, looked: last });
      return { found, end: behind?.at ?? null };
    },
    async similarWords(words: readonly string[]): Promise<Map<string, string[]>> {
      const rows = words.length > 0 ? await query(sql.findSimilar, { words: [...new Set(words)] }) : [];
      return new Map([...Map.groupBy(rows, ({ word }) => word)].map(([word, found]) => [word, found.map(({ similar }) => similar)]));
    },
    retention: [sql.deletedPosts("deleted_indexed_posts", database), sql.oldSpellings("old_spellings", database)],
  } satisfies SearchIndex & Dictionary & Record<string, unknown>;
}
export type IndexStore = ReturnType<typeof createIndexStore>;
