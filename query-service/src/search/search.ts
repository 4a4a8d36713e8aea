import type { Post } from "@newfeed/shared/contracts/dto.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import type { PostHit } from "@newfeed/shared/contracts/routes/search.ts";
import type { ServiceClients } from "../service-clients.ts";
import { decodePlace, encodePlace, type Place, type Reading } from "./cursor.ts";
import { highlighter } from "./highlights.ts";
import { asksForNothing, misspellable, type PostQuery, toStemFor } from "./lexemes.ts";
import { parseSearch, type Search } from "./parse.ts";
import type { Dictionary, SearchIndex } from "./search-index.ts";
import { meantBy } from "./spelling.ts";
import { readWindow } from "./window.ts";

/** A page looks at so many windows at most: one that finds little of what its reader may see is short. */
const mostWindows = 2;
/** Posts that are fetched at once when those before were not all shown. */
const moreAtOnce = 50;

/** The clock of the database that publishes posts may be ahead of this one. */
const clockSkewMs = 1_000;

export interface SearchFrom {
  index: SearchIndex;
  dictionary: Dictionary;
  clients: Pick<ServiceClients, "postsAsSeen" | "authorNamed" | "followedAmong">;
  /** Milliseconds. */
  now?: () => number;
}

interface Plan {
  search: Search;
  query: PostQuery;
  highlightsIn: ReturnType<typeof highlighter>;
}

/** What to ask the index; undefined when nothing can match. */
async function planOf({ dictionary, clients }: SearchFrom, viewer: UserId | null, typed: Search, reading: Reading): Promise<Plan | undefined> {
  const search = reading === "whole" ? { ...typed, terms: typed.terms.map((term) => ({ ...term, prefix: false })) } : typed;
  const respelt = reading === "respelt";
  if (search.inFollowing && !viewer) return undefined;
  const authorId = search.from === "me" ? viewer : search.from === null ? undefined : await clients.authorNamed(search.from);
  if (authorId === null) return undefined;
  const [stems, similar] = await Promise.all([
    dictionary.stems(toStemFor(search)),
    respelt ? dictionary.similarWords(misspellable(search)) : new Map<string, string[]>(),
  ]);
  const others = new Map([...similar].map(([word, words]) => [word, meantBy(word, words)]));
  if (respelt && ![...others.values()].some((words) => words.length > 0)) return undefined;
  const query = { search, stems, others, authorId, publicOnly: viewer === null };
  return asksForNothing(query) ? undefined : { search, query, highlightsIn: highlighter(search, stems, others) };
}

const noPage = <T>(): Page<T> => ({ data: [], pageInfo: { hasNextPage: false, startCursor: null, endCursor: null } });

/** One page of a plan's hits from a place on, and how many posts it found, seen or not. post-service says of each whether the viewer may see it, and what it says now. */
async function pageOf(
  { index, clients }: SearchFrom,
  viewer: UserId | null,
  { search, query, highlightsIn }: Plan,
  start: Place,
  limit: number,
): Promise<{ page: Page<PostHit>; found: number }> {
  const hits: { post: Post; place: Place }[] = [];
  let found = 0;
  let place: Place | null = start;

  async function visible(ids: Post["id"][]): Promise<Post[]> {
    const posts = (await clients.postsAsSeen(viewer, ids)).filter((post) => post !== null);
    if (!search.inFollowing || !viewer) return posts;
    const followed = await clients.followedAmong(viewer, [...new Set(posts.map(({ author }) => author.id))]);
    return posts.filter(({ author }) => followed.has(author.id));
  }

  // Behind a page that a window fills, the next one begins with the window behind.
  for (let windows = 0; place && windows < mostWindows && hits.length < limit; windows++) {
    const at: Place = place;
    const { ranked, end } = await readWindow(index, query, at, search.after);
    found += ranked.length;
    for (let looked = 0; looked < ranked.length && hits.length <= limit; ) {
      const some = ranked.slice(looked, looked + (looked === 0 ? limit + 1 - hits.length : moreAtOnce));
      looked += some.length;
      const scores = new Map(some.map(({ id, score }) => [id, score]));
      for (const post of await visible(some.map(({ id }) => id)))
        hits.push({ post, place: { ...at, end, last: { id: post.id, score: scores.get(post.id) as number } } });
    }
    place = end === null ? null : { from: end, end: null, last: null, reading: at.reading };
  }

  const shown = hits.slice(0, limit);
  const last = shown.at(-1);
  // Where the page is full the next one goes on behind its last hit; a page that gave up goes on with the window behind.
  const next = hits.length > limit && last ? last.place : place;
  const page = {
    data: shown.map(({ post }) => ({ post, highlights: highlightsIn(post) })),
    pageInfo: { hasNextPage: next !== null, startCursor: null, endCursor: next && encodePlace(next) },
  };
  return { page, found };
}

/**
 * Posts that match a search and that the viewer may see, in windows of time, of each the best first. Where it finds nothing,
 * words may be misspelt: then those of posts that are written like them are looked for too. Where so many old posts have words
 * that begin as the last one that it finds none of them yet, the last one is whole. Throws `validation_failed` for a cursor that is none.
 */
export async function searchPosts(
  from: SearchFrom,
  viewer: UserId | null,
  { q, limit, cursor }: { q: string; limit: number; cursor?: string | undefined },
): Promise<Page<PostHit>> {
  const search = parseSearch(q);
  const now = (from.now ?? Date.now)();
  const given = cursor === undefined ? null : decodePlace(cursor);
  // What is published later is in no window: it moves no page.
  const newest = search.before ? Math.min(search.before.getTime() - 1, now + clockSkewMs) : now + clockSkewMs;
  const start = given ?? { from: newest, end: null, last: null, reading: "typed" };
  async function read(reading: Reading): ReturnType<typeof pageOf> {
    const plan = await planOf(from, viewer, search, reading);
    return plan ? pageOf(from, viewer, plan, { ...start, reading }, limit) : { page: noPage<PostHit>(), found: 0 };
  }
  const { page, found } = await read(start.reading);
  if (given || page.data.length > 0) return page;
  if (!page.pageInfo.hasNextPage) return (await read("respelt")).page;
  if (found > 0 || !search.terms.some(({ prefix }) => prefix)) return page;
  const { page: whole } = await read("whole");
  return whole.data.length > 0 ? whole : page;
}
