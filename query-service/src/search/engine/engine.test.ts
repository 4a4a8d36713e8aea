import { randomBytes } from "node:crypto";
import { asPostId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { describe, expect, inject, test } from "vitest";
import { parseSearch } from "../parse.ts";
import type { Change } from "../search-index.ts";
import { createIndexStore } from "../store.ts";
import { engines, openIndex, otherEngines } from "../testing.ts";
import { withEngine } from "./feed.ts";
import { createOpenSearch } from "./opensearch.ts";
import { openSearchQueryOf } from "./opensearch-query.ts";
import { createEngineQueue } from "./store.ts";

const asked = (q: string) => ({ search: parseSearch(q), stems: () => undefined, others: new Map(), publicOnly: true });
const always = { from: new Date(8.64e15), after: null };
const changeOf = (revision: number, words: string, id = asPostId(uuidv7())): Change => ({
  id,
  revision,
  document: {
    ...{ title: "", content: words, stems: "", tags: [], authorId: asUserId(uuidv7()), isPublic: true, hasMedia: false },
    publishedAt: new Date(0).toISOString(),
  },
});

test("a query for OpenSearch asks for nothing but terms and times", () => {
  const query = openSearchQueryOf({ ...asked('" \\" OR {} zebra* -"two words" #tag'), authorId: asUserId("0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e") }, always);
  const kinds = new Set([...JSON.stringify(query).matchAll(/"(query_string|simple_query_string|regexp|wildcard|script)":/g)].map(([, kind]) => kind));
  expect([...kinds]).toEqual([]);
  // A phrase, two words of which one is a sign, a tag and an author; what must not be there; the time, and that it is public.
  const { must, must_not: mustNot, filter } = (query as { bool: Record<string, unknown[]> })["bool"] ?? {};
  expect([must?.length, mustNot?.length, filter?.length]).toEqual([4, 1, 2]);
});

describe("while the engine is away", () => {
  test("a search says so, and changes are kept for it", async () => {
    const world = await openIndex("engine_away");
    const away = createOpenSearch({ url: "http://127.0.0.1:9", alias: "posts" });
    const store = createIndexStore(world.database, { hasEngine: true });
    const queue = createEngineQueue(world.database);
    const unavailable = expect.objectContaining({ code: "service_unavailable", publicMessage: expect.stringContaining("search") });
    const post = { id: asPostId(uuidv7()), authorId: asUserId(uuidv7()), title: null, isPublic: true, hasMedia: false, publishedAt: new Date(0).toISOString() };
    await store.transaction((operations) => operations.savePosts([{ ...post, revision: 1, content: "first" }]));
    await store.transaction((operations) => operations.savePosts([{ ...post, revision: 3, content: "third" }]));
    await store.transaction((operations) => operations.savePosts([{ ...post, revision: 2, content: "second" }]));
    await expect(withEngine(away, store).matches(asked("third"), always)).rejects.toEqual(unavailable);
    await expect(queue.handOver("live", away.write)).rejects.toEqual(unavailable);
    // Of each post the newest, once.
    const handed: Change[] = [];
    const write = async (changes: readonly Change[]) => void handed.push(...changes);
    expect(await queue.handOver("live", write)).toBe(1);
    expect(handed).toMatchObject([{ id: post.id, revision: 3, document: { content: "third" } }]);
    await store.transaction((operations) => operations.removePosts([post.id]));
    await store.transaction((operations) => operations.savePosts([{ ...post, revision: 4, content: "fourth" }]));
    expect(await queue.handOver("live", write)).toBe(1);
    expect(handed.at(-1)).toMatchObject({ id: post.id, document: null });
    expect([await queue.handOver("live", write), await queue.handOver("copy", write), await queue.waiting()]).toEqual([0, undefined, 0]);
    await away.close();
    await world.close();
  });

  test("and has no live copy, another index finds posts", async () => {
    const found = { found: [], end: null };
    const until = { matches: async () => found };
    expect(await withEngine({ matches: async () => undefined }, until).matches(asked("a"), always)).toBe(found);
  });
});

describe.each(engines.filter((engine) => engine === "OpenSearch"))(`%s${otherEngines}`, () => {
  const open = (alias = `engine_${randomBytes(6).toString("hex")}`) => createOpenSearch({ url: inject("searchUrl") as string, alias });

  test("takes late changes for what they are, and has no copy that nobody made", async () => {
    const engine = open();
    expect(await engine.isLive()).toBe(false);
    expect(await engine.matches(asked("zebra"), always)).toBe(undefined);
    await expect(engine.write([changeOf(1, "zebra")])).rejects.toThrow();
    await engine.goLive("1");
    expect(await engine.isLive()).toBe(true);
    const id = asPostId(uuidv7());
    const find = async (word: string) => {
      await engine.goLive("1");
      return (await engine.matches(asked(word), always))?.found.length;
    };
    await engine.write([changeOf(3, "third", id)]);
    await engine.write([changeOf(2, "second", id), changeOf(3, "again", id)]);
    expect([await find("third"), await find("second"), await find("again")]).toEqual([1, 0, 0]);
    await engine.write([
      { id, revision: 9, document: null },
      { id: asPostId(uuidv7()), revision: 9, document: null },
    ]);
    await engine.write([changeOf(4, "fourth", id)]);
    expect([await find("third"), await find("fourth")]).toEqual([0, 0]);
    await engine.close();
  });

  test("switches from one copy to another between two searches, and drops the first", async () => {
    const alias = `engine_${randomBytes(6).toString("hex")}`;
    const engine = open(alias);
    const posts = Array.from({ length: 5 }, () => changeOf(1, "zebra"));
    await engine.goLive("1");
    await engine.write(posts);
    await engine.goLive("1");
    await engine.write(posts, "2");
    let reading = true;
    const counts = new Set<number | undefined>();
    const reader = (async () => {
      while (reading) counts.add((await engine.matches(asked("zebra"), always))?.found.length);
    })();
    await Promise.all([
      reader,
      engine.goLive("2").finally(() => {
        reading = false;
      }),
    ]);
    await engine.write([changeOf(1, "gnu")]);
    await engine.goLive("2");
    expect([...counts]).toEqual([5]);
    expect((await engine.matches(asked("gnu"), always))?.found.length).toBe(1);
    const copies = async () => Object.keys((await (await fetch(`${inject("searchUrl")}/${alias}-*`)).json()) as object);
    await eventually(async () => expect(await copies()).toEqual([`${alias}-2`]), 20_000);
    await engine.close();
  });
});
