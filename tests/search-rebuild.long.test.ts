import { createRebuildRequests } from "@newfeed/query-service/rebuild/store.ts";
import type { PostHit } from "@newfeed/shared/contracts/routes/search.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createComment, createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { runOperate } from "./support/operate.ts";
import { openStored, type Stored } from "./support/stored.ts";

let feed: TestFeed;
let stored: Stored;
beforeAll(async () => {
  const url = inject("searchUrl");
  feed = await startTestFeed({ TRENDS_ACCOUNT_AGE_HOURS: "0", ...(url && { SEARCH_URL: url }) });
  stored = await openStored(feed);
});
afterAll(() => feed.close());

const isFull = process.env["REBUILD"] === "full";
/** The read models at rest; of a deleted post there is the id alone. Likes and comments raise the revision of a post, of which an event need not tell. */
async function indexedAtRest() {
  const { query } = await feed.platform.openDatabase("query-service");
  await stored.settled();
  const owned = await (await feed.platform.openDatabase("post-service")).query("SELECT id FROM post WHERE status = 'published' ORDER BY id");
  expect(await query("SELECT id FROM indexed_post WHERE NOT deleted ORDER BY id")).toEqual(owned);
  // What deleted posts had is left to the retention.
  const isThere = "NOT EXISTS (SELECT FROM popularity p WHERE p.post_id = r.post_id AND p.deleted)";
  return {
    posts: await query("SELECT id, published_at, tags, vector::text FROM indexed_post WHERE NOT deleted ORDER BY id"),
    deleted: await query("SELECT id FROM indexed_post WHERE deleted ORDER BY id"),
    reactions: await query(`SELECT id, post_id, user_id, kind, hour, revision FROM reaction r WHERE active AND ${isThere} ORDER BY id`),
    hours: await query(`SELECT post_id, hour, weight FROM popularity_hour r WHERE weight > 0 AND ${isThere} ORDER BY post_id, hour`),
    popular: await query("SELECT post_id, is_public, day, week FROM popularity WHERE day IS NOT NULL AND NOT deleted ORDER BY post_id"),
    tagged: await query("SELECT post_id, hour FROM tagged_post WHERE revision < 2147483647 ORDER BY post_id"),
    uses: await query("SELECT post_id, tag, author_id, hour FROM tag_use ORDER BY post_id, tag"),
    trends: await query("SELECT tag, authors, score FROM trend WHERE authors > 0 ORDER BY tag"),
  };
}

test(`a rebuild while 20 writes a second go on ends equal to the live copy${isFull ? ", of 3,000 posts" : " (REBUILD=full: of 3,000 posts)"}`, async () => {
  const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
  const ids: string[] = [];
  const write = async (n: number) => void ids.push(await createPost(alice, { content: `Ibexes of cliff ${n} #ibex${n % 5}` }));
  for (let n = 0; n < (isFull ? 3_000 : 20); n += 20) await Promise.all(Array.from({ length: 20 }, (_, at) => write(n + at)));
  const writes: Promise<unknown>[] = [];
  let count = 0;
  const began = Date.now();
  const timer = setInterval(() => {
    const n = count++;
    const id = ids[(n * 7) % ids.length] as string;
    if (n % 3 === 0)
      writes.push(
        bob.post(`/api/v1/posts/${id}/like`),
        createComment(bob, id, `A comment ${n}`).catch(() => {}),
      );
    if (n % 11 === 10) writes.push(bob.delete(`/api/v1/posts/${id}/like`));
    if (n % 5 === 4) writes.push(alice.delete(`/api/v1/posts/${ids.splice((n * 7) % ids.length, 1)[0]}`));
    else writes.push(n % 2 === 0 ? write(10_000 + n).catch(() => {}) : alice.patch(`/api/v1/posts/${id}`, { content: `Ibexes moved ${n}` }));
  }, 50);
  let rebuilds = 0;
  try {
    do {
      const { databasePrefix: DATABASE_PREFIX, databaseUrl } = feed.platform.config;
      const { code, printed, errors } = await runOperate(feed.directory, "rebuild", ["query-service"], {
        DATABASE_PREFIX,
        DATABASE_URL: databaseUrl as string,
      });
      expect([code, printed.at(-1), errors]).toEqual([0, expect.stringMatching(/^[\d,]+ rows in [\d.]+ s: the new copy is live$/), expect.any(String)]);
      rebuilds++;
    } while (isFull && Date.now() - began < 60_000);
  } finally {
    clearInterval(timer);
  }
  await Promise.all(writes);
  expect(writes.length).toBeGreaterThan(isFull ? 600 : 20);
  const kept = await indexedAtRest();
  // Beside other tests, a write may be refused.
  const owned = await feed.platform
    .openDatabase("post-service")
    .then(({ query }) => query<{ id: string }>("SELECT id FROM post WHERE author_id = $1 ORDER BY id", [alice.id]));
  await eventually(async () => {
    const found: string[] = [];
    for (let path = `/search/posts?q=ibexes%20from:${alice.username}&limit=50`; path; ) {
      const { body, headers } = await feed.call("GET", path);
      found.push(...body.data.map(({ post }: PostHit) => post.id));
      path = /<([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1] ?? "";
    }
    expect(found.sort()).toEqual(owned.map(({ id }) => id));
  });
  // Another one, of what the owner has now, differs in nothing.
  const { query } = await feed.platform.openDatabase("query-service");
  await createRebuildRequests(query).request();
  await eventually(async () => expect(await createRebuildRequests(query).failures()).toBe(undefined), 60_000);
  expect(await indexedAtRest()).toEqual(kept);
  expect(rebuilds).toBeGreaterThan(0);
}, 240_000);
