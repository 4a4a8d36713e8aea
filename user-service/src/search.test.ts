import { asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { windowOf } from "@newfeed/shared/store/cursors.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { v7 as uuidv7 } from "uuid";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { search as searchPage } from "./lists.ts";
import { createNameIndexing } from "./name-indexing.ts";
import { termsOf } from "./search-words.ts";
import { userService } from "./service.ts";
import { createStore, type Store } from "./store.ts";

let database: RawDatabase;
let store: Store;
beforeEach(async () => {
  database = await openServiceDatabase("search", userService);
  store = createStore(database, () => {});
});
afterEach(async () => {
  await store.close();
  await database.close();
});

const window = windowOf({ limit: 20 });
const search = async (text: string, from = window) => (await store.search(null, termsOf(text), from)).rows.map(({ id }) => id);
const indexing = () => createNameIndexing(store, createLogger({ level: "error", json: false }));
const stored = (id: UserId) =>
  database.query<{ word: string }>("SELECT word FROM profile_word WHERE user_id = $1 ORDER BY word", [id]).then((rows) => rows.map(({ word }) => word));

/** A profile as an instance writes it that knows no words. */
async function writeAsBefore(username: string, fullName: string): Promise<UserId> {
  const id = asUserId(uuidv7());
  await database.query("INSERT INTO profile (id, username, full_name) VALUES ($1, $2, $3)", [id, username, fullName]);
  return id;
}

describe("names that an earlier version wrote", () => {
  test("are indexed, however many there are", async () => {
    await database.query(
      "INSERT INTO profile (id, username, full_name) SELECT uuidv7(-n * interval '1 s'), 'user_' || n, 'Zoë Number' || n FROM generate_series(1, 501) n",
    );
    expect(await search("zoe number501")).toEqual([]);
    await indexing().run();
    expect(await search("zoe number501")).toHaveLength(1);
    expect(await search("zoe")).toHaveLength(21);
  });

  test("are indexed again when it changes them, and removed when it deletes the profile", async () => {
    const id = await writeAsBefore("ann", "Ann First");
    await indexing().run();
    await database.query("UPDATE profile SET full_name = 'Ann Second' WHERE id = $1", [id]);
    await indexing().run();
    expect([await search("first"), await search("second")]).toEqual([[], [id]]);
    await database.query("UPDATE profile SET username = '', full_name = '', deleted = true WHERE id = $1", [id]);
    expect(await search("second")).toEqual([]);
    await indexing().run();
    expect(await stored(id)).toEqual([]);
  });
});

/** Profiles of before, with words of their names. */
async function writeOld(count: number, age: string, words: readonly string[]): Promise<void> {
  await database.query(
    `WITH old AS (
       INSERT INTO profile (id, username, full_name, indexed_names) SELECT uuidv7(-$2::interval - n * interval '1 s'), '', '', ' ' FROM generate_series(1, $1::int) n RETURNING id
     )
     INSERT INTO profile_word (user_id, word) SELECT id, word FROM old CROSS JOIN unnest($3::text[]) AS word`,
    [count, age, words],
  );
}

describe("a search", () => {
  test("is the same list, page by page, whether its word is rare or frequent", async () => {
    const profiles = Array.from({ length: 45 }, (_, index) => ({
      id: asUserId(uuidv7()),
      username: `u_${index}`,
      fullName: index % 3 === 0 ? "Maria Garcia" : "Maria",
      createdAt: new Date().toISOString(),
    }));
    await store.insertProfiles(profiles);
    const marias = profiles.map(({ id }) => id).reverse();
    const garcias = profiles.flatMap(({ id, fullName }) => (fullName === "Maria" ? [] : [id])).reverse();
    async function check() {
      expect(await search("mar")).toEqual(marias.slice(0, 21));
      expect(await search("garc mari")).toEqual(garcias);
      const at = new Date();
      expect(await search("mar", { ...window, before: { at, id: marias[20] as string } })).toEqual(marias.slice(21, 42));
      expect(await search("mar", { ...window, after: { at, id: marias[30] as string } })).toEqual(marias.slice(9, 30).reverse());
    }
    await check();
    expect(await search("mar", { ...window, skip: 40 })).toEqual(marias.slice(40));
    // More words than are sorted.
    await writeOld(10_001, "20 years", ["maria", "marianne"]);
    await check();
    expect((await search("mar", { ...window, skip: 40 })).slice(0, 5)).toEqual(marias.slice(40));
  });

  test("looks at few words for a page, however many profiles there are, and comes to the end of them", async () => {
    await writeOld(10_001, "20 years", ["maria", "marianne", "garcia"]);
    await writeOld(20_000, "10 years", ["garcia", "john", "smith"]);
    const people = { ...store, fetchAccounts: async () => [] };
    const found = new Set<string>();
    const lengths: number[] = [];
    for (let cursor: string | undefined; ; ) {
      const { data, pageInfo } = await searchPage(people, null, "mari garc", { limit: 100, cursor });
      for (const { id } of data) {
        expect(found.has(id)).toBe(false);
        found.add(id);
      }
      lengths.push(data.length);
      if (!pageInfo.hasNextPage) break;
      cursor = pageInfo.endCursor ?? undefined;
    }
    expect(found.size).toBe(10_001);
    // 50,000 words lie before all 60,000 of the newer profiles.
    expect(lengths.slice(0, 3)).toEqual([0, 100, 100]);
  });
});
