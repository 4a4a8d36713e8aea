import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { decodePlace, encodePlace, type Place } from "./cursor.ts";
import { parseSearch } from "./parse.ts";
import { editDistance, meantBy } from "./spelling.ts";
import { createIndexStore } from "./store.ts";
import { engines, openIndex, otherEngines } from "./testing.ts";
import { readWindow } from "./window.ts";
import { wordsOf } from "./words.ts";

describe("a text", () => {
  test.each([
    ["Häuser am See, l’été", ["hauser", "am", "see", "l", "ete"]],
    ["東京タワー ok", ["東京", "京タ", "タワ", "ワー", "ー", "ok"]],
    ["하늘을", ["하늘", "늘을", "을"]],
    ["👍🏽 👩‍👩‍👧 ❤️", ["👍", "👩‍👩‍👧", "❤"]],
    ["ﬁne ＡＢＣ ½ C++", ["fine", "abc", "12", "c"]],
    ["\u200B … !", []],
  ])("%s has the words %j", (text, words) => expect(wordsOf(text).map(({ term }) => term)).toEqual(words));

  test("has a bounded number of bounded words", () => {
    expect(wordsOf("a ".repeat(5_000))).toHaveLength(3_000);
    expect(wordsOf("x".repeat(5_000))[0]?.term).toHaveLength(64);
  });
});

describe("what a user types", () => {
  const termsOf = (text: string) =>
    parseSearch(text).terms.map(({ words, phrase, negated, prefix }) => {
      const joined = words.map(({ term }) => term).join("+");
      return `${negated ? "-" : ""}${phrase ? `"${joined}"` : joined}${prefix ? "*" : ""}`;
    });
  test.each([
    ["hello wor", ["hello", "wor*"]],
    ['"hello world" now', ['"hello+world"', "now*"]],
    ['now "hello wor', ["now", '"hello+wor"']],
    ["cats -dogs", ["cats", "-dogs"]],
    ['-"two words"', ['-"two+words"']],
    ["well-known", ["well", "known*"]],
    ["東京", ["東京*"]],
    ["東京タ", ['"東京+京タ"*']],
    ["from:", ["from*"]],
    ["before:yesterday", ["before", "yesterday*"]],
    ["before:2026-02-31", ["before", "2026", "02", "31*"]],
    ["in:space has:been", ["in", "space", "has", "been*"]],
    ["' \\ & | ! <-> :* ()", []],
    ["#1", ["1*"]],
    ['- -- "" # @', []],
  ])("%s asks for %j", (text, terms) => expect(termsOf(text)).toEqual(terms));

  test("has operators", () => {
    expect(parseSearch("#Tag -#no from:@Bob after:2026-01-01 before:2026-02-01 has:media in:following")).toMatchObject({
      ...{ terms: [], from: "bob", hasMedia: true, inFollowing: true },
      tags: [
        { tag: "tag", negated: false },
        { tag: "no", negated: true },
      ],
      after: new Date("2026-01-01T00:00:00Z"),
      before: new Date("2026-02-01T00:00:00Z"),
    });
  });

  test("has at most twelve words", () => expect(parseSearch("a ".repeat(50)).terms).toHaveLength(12));
});

describe("a misspelt word", () => {
  test.each([
    ["receive", "recieve", 1],
    ["tomorrow", "tommorow", 2],
    ["abc", "abc", 0],
    ["abc", "", 3],
    ["kitten", "sitting", 3],
  ])("%s is so far from %s", (one, other, distance) => {
    expect(editDistance(one, other)).toBe(distance);
    expect(editDistance(other, one)).toBe(distance);
  });
  test("is meant for the words that are nearest", () => {
    expect(meantBy("tommorow", ["tomorrow", "tommorrow", "tombola"])).toEqual(["tommorrow"]);
    expect(meantBy("wether", ["weather", "whether", "ether", "leather"])).toEqual(["weather", "whether", "ether"]);
    expect(meantBy("haus", ["hausboot"])).toEqual([]);
  });
});

describe("a cursor", () => {
  const place: Place = { from: 5, end: 3, last: { score: 0.123456789, id: "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e" as never }, reading: "whole" };
  test("says where a page ends", () => {
    expect(decodePlace(encodePlace(place))).toEqual(place);
    expect(decodePlace(encodePlace({ ...place, end: null, last: null, reading: "typed" }))).toEqual({ ...place, end: null, last: null, reading: "typed" });
  });
  test.each(["", "x", "e30", Buffer.from("[1,2]").toString("base64url"), Buffer.from("[1e99,null,null,0]").toString("base64url")])("%j is none", (text) => {
    expect(() => decodePlace(text)).toThrow(expect.objectContaining({ code: "validation_failed" }));
  });
});

/** Posts with these words. */
const asked = (q: string) => ({ search: parseSearch(q), stems: () => undefined, others: new Map(), publicOnly: false });

describe.each(engines)(`pages of %s${otherEngines}`, (engine) => {
  let world: Awaited<ReturnType<typeof openIndex>>;
  const count = 1_150;
  const contentOf = (n: number) => `common ${n % 7 === 0 ? "common " : ""}word ${n}`;
  beforeAll(async () => {
    world = await openIndex("search_pages", engine);
    // Some of them of the same moment.
    const ids = await world.write(...Array.from({ length: count }, (_, n) => ({ content: contentOf(n), minutesAgo: 10 + Math.floor(n / 3) })));
    expect(ids).toHaveLength(count);
  });
  afterAll(() => world.close());
  beforeEach(() => world.hidden.clear());

  test("have every hit once, whatever their size", async () => {
    for (const limit of [50, 33]) {
      const found = await world.all("common", limit);
      expect(found).toHaveLength(count);
      expect(new Set(found).size).toBe(count);
    }
    expect((await world.all("common", 50)).slice(0, 1)).toEqual([contentOf(0)]);
  });

  test("look into no window but their own when that fills them", async () => {
    await world.write(...Array.from({ length: 510 }, (_, n) => ({ content: `apart ${n}`, minutesAgo: 5_000 + n })));
    const looks: number[] = [];
    let found = 0;
    for (let cursor: string | undefined, more = true; more; ) {
      world.calls.matches = 0;
      const { data, pageInfo } = await world.search("apart", { limit: 50, cursor });
      looks.push(world.calls.matches);
      found += data.length;
      cursor = pageInfo.endCursor ?? undefined;
      more = pageInfo.hasNextPage;
    }
    expect([looks, found]).toEqual([Array(11).fill(1), 510]);
  });

  test("leave out what their reader may not see, and are full all the same", async () => {
    const shown: string[] = [];
    const first = await world.search("common", { limit: 50 });
    for (const [n, { post }] of first.data.entries()) n % 2 === 0 ? world.hidden.add(post.id) : shown.push(post.content);
    const page = await world.search("common", { limit: 20 });
    expect(page.data.map(({ post }) => post.content)).toEqual(shown.slice(0, 20));
    expect(await world.all("common", 40)).toHaveLength(count - 25);
  });

  test("look at so many hits at most that their reader may not see, and go on behind them", async () => {
    const all = await world.search("common", { limit: 50 });
    let cursor: string | undefined;
    for (let { data, pageInfo } = all; ; { data, pageInfo } = await world.search("common", { limit: 50, cursor })) {
      for (const { post } of data) world.hidden.add(post.id);
      cursor = pageInfo.endCursor ?? undefined;
      if (!pageInfo.hasNextPage) break;
    }
    expect(world.hidden.size).toBe(count);
    world.calls.postsAsSeen = 0;
    const page = await world.search("common", { limit: 20 });
    expect(page).toMatchObject({ data: [], pageInfo: { hasNextPage: true } });
    expect(world.calls.postsAsSeen).toBeLessThanOrEqual(22);
    expect(await world.search("common", { limit: 20, cursor: page.pageInfo.endCursor as string })).toMatchObject({
      data: [],
      pageInfo: { hasNextPage: false },
    });
  });

  test("stay as they are when posts are published and removed meanwhile", async () => {
    const first = await world.search("common", { limit: 10 });
    const before = await world.search("common", { limit: 10, cursor: first.pageInfo.endCursor as string });
    await world.write({ content: "common common news", minutesAgo: -1 });
    await world.index.transaction((operations) => operations.removePosts(first.data.map(({ post }) => post.id)));
    await world.catchUp();
    const after = await world.search("common", { limit: 10, cursor: first.pageInfo.endCursor as string });
    expect(after.data.map(({ post }) => post.id)).toEqual(before.data.map(({ post }) => post.id));
  });

  test("of users who are followed have no others' posts", async () => {
    await world.write({ content: "common to friends", author: "friend" }, { content: "common to strangers", author: "stranger" });
    world.followed.add("friend");
    expect(await world.all("common in:following")).toEqual(["common to friends"]);
    expect((await world.search("common in:following", { as: null })).data).toEqual([]);
  });
});

describe.each(engines)(`the index in %s${otherEngines}`, (engine) => {
  let world: Awaited<ReturnType<typeof openIndex>>;
  beforeAll(async () => {
    world = await openIndex("search_index", engine);
  });
  afterAll(() => world.close());

  test("knows the newest revision of a post in whatever order it comes, and nothing of a deleted one", async () => {
    const [id] = await world.write({ content: "first thoughts" });
    if (!id) throw new Error("nothing was written");
    const save = async (revision: number, content: string) => {
      const post = { id, authorId: world.authorOf("anna"), revision, title: null, content, isPublic: true, hasMedia: false };
      await world.index.transaction((operations) => operations.savePosts([{ ...post, publishedAt: new Date(0).toISOString() }]));
      await world.catchUp();
    };
    const matches = async (word: string) => (await world.matches(asked(word), { from: new Date(), after: null })).found.length;
    await save(3, "third thoughts");
    await save(2, "second thoughts");
    expect([await matches("first"), await matches("second"), await matches("third")]).toEqual([0, 0, 1]);
    await world.index.transaction((operations) => operations.removePosts([id]));
    await world.catchUp();
    await save(4, "fourth thoughts");
    expect([await matches("third"), await matches("fourth"), await matches("thoughts")]).toEqual([0, 0, 0]);
    expect((await world.database.query("SELECT 1 FROM indexed_post WHERE deleted AND vector IS NULL AND tags = '{}'")).length).toBe(1);
  });

  test("takes any text", async () => {
    const odd = ["it''s \\ 'quoted' : 1A", "a".repeat(3_000), "🏴󠁧󠁢󠁳󠁣󠁴󠁿 flag", "ก".repeat(500), "x ".repeat(4_999), "İı ẞ ǅ", "#a_b #1 ##x"];
    await world.write(...odd.map((content) => ({ content, title: content.slice(0, 100) })));
    for (const content of odd) expect(await world.all(content.slice(0, 60)), content.slice(0, 60)).toContain(content);
  });

  test("says where the words stand", async () => {
    await world.write({ title: "Running far", content: "Runners run in the rain; a runaway train. 東京と京都 Cafés, café" });
    const marked = async (q: string) => {
      const [hit] = (await world.search(q)).data;
      return hit?.highlights.map(({ field, start, end }) => (field === "title" ? hit.post.title : hit.post.content)?.slice(start, end));
    };
    expect(await marked("run")).toEqual(["Running", "Runners", "run", "runaway"]);
    expect(await marked('"run in the" rain')).toEqual(["run in the", "rain"]);
    expect(await marked("京都 cafe")).toEqual(["京都", "Cafés", "café"]);
    expect(await marked("far -sun")).toEqual(["far"]);
  });
});

describe("the index in PostgreSQL", () => {
  let world: Awaited<ReturnType<typeof openIndex>>;
  beforeAll(async () => {
    world = await openIndex("search_looks");
  });
  afterAll(() => world.close());

  test("finds the newest matches of a word that all posts have, some, few, or none of the last 20,000", async () => {
    const posts = (from: number, to: number, words: string) =>
      world.database.query(
        `INSERT INTO indexed_post (id, revision, published_at, vector)
         SELECT gen_random_uuid(), 1, timestamptz '2001-01-01' + n * interval '1 minute', (${words})::tsvector FROM generate_series(${from}, ${to}) n`,
      );
    await posts(1, 20_600, "'all past'");
    await posts(20_601, 41_000, "'all' || CASE n % 50 WHEN 0 THEN ' some' ELSE '' END || CASE n % 10000 WHEN 0 THEN ' few' ELSE '' END");
    const minuteOf = (at: Date) => (at.getTime() - Date.UTC(2001)) / 60_000;
    const found = async (query: string, to = 41_000, after: Date | null = null) =>
      (await world.index.matches(asked(query), { from: new Date(Date.UTC(2001) + to * 60_000), after })).found.map(({ at }) => minuteOf(at));
    const newest = (to: number, step = 1, count = 501) => Array.from({ length: count }, (_, n) => to - n * step);
    expect(await found('"all"')).toEqual(newest(41_000));
    expect(await found('"some"')).toEqual(newest(41_000, 50, 408));
    expect(await found('"few"')).toEqual([40_000, 30_000]);
    expect(await found('"past"')).toEqual(newest(20_600));
    expect(await found('"all" "past"', 10_000)).toEqual(newest(10_000));
    expect(await found('"past"', 41_000, new Date(Date.UTC(2001) + 20_598 * 60_000))).toEqual([20_600, 20_599]);

    // Of a long time it looks through a part, and says which.
    const hasty = createIndexStore(world.database, { first: 1_000, last: 5_000 });
    const all: PostId[] = [];
    let windows = 0;
    for (let from: number | null = Date.UTC(2001) + 41_000 * 60_000; from !== null; windows++) {
      const window = await readWindow(hasty, asked('"past"'), { from, end: null, last: null, reading: "typed" }, null);
      all.push(...window.ranked.map(({ id }) => id));
      from = window.end;
    }
    expect([new Set(all).size, all.length]).toEqual([20_600, 20_600]);
    expect(windows).toBe(4 + Math.ceil(20_600 / 500));
    await world.database.query("DELETE FROM indexed_post WHERE published_at < '2002-01-01'");
  });

  test("takes a word as whole while only old posts, and too many to look at, have longer ones", async () => {
    const hasty = await openIndex("search_whole_words", "PostgreSQL", { first: 20, last: 40 });
    await hasty.write({ content: "a rare1 post", minutesAgo: 500 });
    await hasty.write(...Array.from({ length: 30 }, (_, n) => ({ content: `a rare1${n} post`, minutesAgo: 400 })));
    await hasty.write(...Array.from({ length: 100 }, (_, n) => ({ content: "of something else", minutesAgo: n })));
    const { data, pageInfo } = await hasty.search("rare1");
    expect(data.map(({ post }) => post.content)).toEqual(["a rare1 post"]);
    expect(pageInfo.hasNextPage).toBe(false);
    // None is whole: what goes on is behind.
    const behind = await hasty.search("rar");
    expect([behind.data, behind.pageInfo.hasNextPage]).toEqual([[], true]);
    expect(await hasty.all("rar")).toHaveLength(31);
    await hasty.close();
  });
});
