import { randomBytes } from "node:crypto";
import type { Post } from "@newfeed/shared/contracts/dto.ts";
import { asPostId, asUserId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { v7 as uuidv7 } from "uuid";
import { inject } from "vitest";
import { queryService } from "../service.ts";
import { withEngine } from "./engine/feed.ts";
import { createEngineQueue } from "./engine/store.ts";
import { type SearchFrom, searchPosts } from "./search.ts";
import type { SearchIndex } from "./search-index.ts";
import { createIndexStore } from "./store.ts";

/** What finds posts: each passes the same tests. OpenSearch, which takes half a minute to start, with SEARCH=opensearch. */
export const engines = inject("searchUrl") ? (["PostgreSQL", "OpenSearch"] as const) : (["PostgreSQL"] as const);
export type Engine = (typeof engines)[number];
export const otherEngines = inject("searchUrl") ? "" : " (SEARCH=opensearch: on OpenSearch, too)";

const startAt = Date.UTC(2026, 0, 31, 12);
const minuteMs = 60_000;

export interface Written {
  content: string;
  title?: string;
  author?: string;
  /** Before `startAt`. */
  minutesAgo?: number;
  media?: true;
}

/** An index of its own, with posts that all may see but for those that `hidden` has. */
export async function openIndex(name: string, engine: Engine = "PostgreSQL", looks: { first?: number; last?: number } = {}) {
  const database = await openServiceDatabase(name, queryService);
  const url = engine === "OpenSearch" ? inject("searchUrl") : null;
  const openSearch = url ? (await import("./engine/opensearch.ts")).createOpenSearch({ url, alias: `${name}_${randomBytes(6).toString("hex")}` }) : undefined;
  const index = createIndexStore(database, { ...looks, hasEngine: openSearch !== undefined });
  const queue = createEngineQueue(database);
  await openSearch?.goLive("1");
  /** Has the engine find what was written. */
  async function catchUp(): Promise<void> {
    if (!openSearch) return;
    while (await queue.handOver("live", openSearch.write));
    await openSearch.goLive("1");
  }
  const authors = new Map<string, UserId>();
  const posts = new Map<PostId, Post>();
  const hidden = new Set<PostId>();
  const followed = new Set<string>();
  const calls = { postsAsSeen: 0, matches: 0 };

  const authorOf = (username: string): UserId => authors.get(username) ?? (authors.set(username, asUserId(uuidv7())).get(username) as UserId);

  /** Indexes posts. Gives their ids. */
  async function write(...written: readonly Written[]): Promise<PostId[]> {
    const made = written.map(({ content, title, author = "anna", minutesAgo = 10, media }) => {
      const post = { id: asPostId(uuidv7()), title: title ?? null, content, author: { id: authorOf(author) } } as Post;
      posts.set(post.id, post);
      return {
        ...{ id: post.id, authorId: post.author.id, title: post.title, content, revision: 1, isPublic: true, hasMedia: media ?? false },
        publishedAt: new Date(startAt - minutesAgo * minuteMs).toISOString(),
      };
    });
    for (let first = 0; first < made.length; first += 100) await index.transaction((operations) => operations.savePosts(made.slice(first, first + 100)));
    await catchUp();
    return made.map(({ id }) => id);
  }

  const finds: SearchIndex = openSearch ? withEngine(openSearch, index) : index;
  const from: SearchFrom = {
    index: {
      matches: (...asked) => {
        calls.matches++;
        return finds.matches(...asked);
      },
    },
    dictionary: index,
    now: () => startAt,
    clients: {
      postsAsSeen: async (_viewer, ids) => {
        calls.postsAsSeen++;
        return ids.map((id) => (hidden.has(id) ? null : (posts.get(id) ?? null)));
      },
      authorNamed: async (username) => authors.get(username) ?? null,
      followedAmong: async (_viewer, ids) => new Set(ids.filter((id) => [...followed].some((username) => authors.get(username) === id))),
    },
  };
  const viewer = asUserId(uuidv7());
  const search = (q: string, { limit = 20, cursor, as = viewer }: { limit?: number; cursor?: string | undefined; as?: UserId | null } = {}) =>
    searchPosts(from, as, { q, limit, cursor });
  /** The contents of all hits, page by page. */
  async function all(q: string, limit = 20): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const { data, pageInfo } = await search(q, { limit, cursor });
      found.push(...data.map(({ post }) => post.content));
      cursor = pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined;
    } while (cursor);
    return found;
  }
  async function close(): Promise<void> {
    await openSearch?.close();
    await database.close();
  }
  return { database, index, openSearch, catchUp, matches: finds.matches, write, search, all, hidden, followed, calls, authorOf, close };
}
