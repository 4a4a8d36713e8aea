import { asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { windowOf } from "@newfeed/shared/store/cursors.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { v7 as uuidv7 } from "uuid";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
const search = async (text: string, from = window) => (await store.search(null, termsOf(text), from)).map(({ id }) => id);
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
      "INSERT INTO profile (id, username, full_name, created_at) SELECT gen_random_uuid(), 'user_' || n, 'Zoë Number' || n, now() - n * interval '1 s' FROM generate_series(1, 501) n",
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

describe("a search", () => {
  test("is the same list, page by page, whether its word is rare or frequent", async () => {
    const profiles = Array.from({ length: 45 }, (_, index) => ({
      id: asUserId(uuidv7()),
      username: `u_${index}`,
      fullName: index % 3 === 0 ? "Maria Garcia" : "Maria",
      createdAt: new Date(1_700_000_000_000 + index * 1_000).toISOString(),
    }));
    await store.insertProfiles(profiles);
    const marias = profiles.map(({ id }) => id).reverse();
    const garcias = profiles.flatMap(({ id, fullName }) => (fullName === "Maria" ? [] : [id])).reverse();
    async function check() {
      expect(await search("mar")).toEqual(marias.slice(0, 21));
      expect(await search("garc mari")).toEqual(garcias);
      const before = { at: new Date(1_700_000_020_000), id: profiles[20]?.id as string };
      expect(await search("mar", { ...window, before })).toEqual(marias.slice(25));
      expect(await search("mar", { ...window, skip: 40 })).toEqual(marias.slice(40));
    }
    await check();
    // More than are sorted: 2,001 older profiles of the same names.
    await database.query(
      "INSERT INTO profile (id, username, full_name, created_at) SELECT gen_random_uuid(), 'v_' || n, 'Maria', now() - interval '20 years' FROM generate_series(1, 2001) n",
    );
    await indexing().run();
    expect(await search("mar")).toEqual(marias.slice(0, 21));
    expect(await search("garc mari")).toEqual(garcias);
  });
});
