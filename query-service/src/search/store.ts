import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { dictionaryOf } from "./languages.ts";
import { analysed, type IndexedPost, type Stems, type ToStem } from "./lexemes.ts";
import type { Matches, SearchIndex } from "./search-index.ts";
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

/** What event handlers, and the indexing of earlier posts, may do within one transaction. */
export const indexOperationsOn = ({ query }: { query: Query }) => ({
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
    await query(sql.savePosts, {
      ids: parts.map(({ post }) => post.id),
      revisions: parts.map(({ post }) => post.revision),
      publishedAts: parts.map(({ post }) => post.publishedAt),
      tags: parts.map(({ tags }) => tags.join(" ")),
      vectors: parts.map(({ vector }) => vector(stems)),
    });
    const words = parts.flatMap(({ spellings }) => spellings);
    if (words.length > 0) await query(sql.saveSpellings, { words });
  },
  /** Forgets deleted posts, and refuses older events of them. */
  async removePosts(ids: readonly PostId[]): Promise<void> {
    await query(sql.removePosts, { ids });
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
export function createIndexStore(database: Pick<Database, "query" | "transaction">, { first, last } = looks) {
  const { query } = database;
  return {
    transaction: <T>(work: (operations: IndexOperations) => Promise<T>): Promise<T> => database.transaction((query) => work(indexOperationsOn({ query }))),
    stems: (forms: readonly ToStem[]) => stemsOf(query, forms),
    async matches(tsquery: string, { from, after }: { from: Date; after: Date | null }): Promise<Matches> {
      const time = { from, after: after ?? ("-infinity" as const) };
      const asked = { query: tsquery, ...time };
      const recent = await query(sql.findAmongNewest, { ...asked, looked: first });
      if (recent.length > sql.windowSize) return { found: recent, end: null };
      const few = await query(sql.findAmongMatches, { ...asked, looked: first });
      if (!few[0]?.many) return { found: few, end: null };
      const found = await query(sql.findAmongNewest, { ...asked, looked: last });
      const [behind] = found.length > sql.windowSize ? [] : await query(sql.findBehindNewest, { ...time, looked: last });
      return { found, end: behind?.at ?? null };
    },
    async similarWords(words: readonly string[]): Promise<Map<string, string[]>> {
      const rows = words.length > 0 ? await query(sql.findSimilar, { words: [...new Set(words)] }) : [];
      return new Map([...Map.groupBy(rows, ({ word }) => word)].map(([word, found]) => [word, found.map(({ similar }) => similar)]));
    },
    windowSize: sql.windowSize,
    retention: [sql.deletedPosts("deleted_indexed_posts", database), sql.oldSpellings("old_spellings", database)],
  } satisfies SearchIndex & Record<string, unknown>;
}
export type IndexStore = ReturnType<typeof createIndexStore>;
