import { expect, test } from "vitest";
import { createPersistedQueries, type Sender } from "./persisted-queries.ts";

const user = (userId: string): Sender => ({ userId, network: "192.0.2.1" });
const visitor = (network: string): Sender => ({ userId: undefined, network });

/** A text with which its entry takes so many characters. */
const text = (size: number) => "x".repeat(size - 250);

function storeOf(options: { characters?: number; charactersEach?: number } = {}) {
  let time = 0;
  const store = createPersistedQueries({ characters: 4_000, charactersEach: 2_000, ...options, now: () => time });
  return {
    ...store,
    pass: (ms: number) => {
      time += ms;
    },
    kept: (...names: string[]) => names.filter((name) => store.find(name) !== undefined),
  };
}

test("a document is found by its hash, whether a user or a visitor has sent it", () => {
  const { keep, find } = storeOf();
  keep("a", "{ a }", user("alice"));
  keep("b", "{ b }", visitor("192.0.2.2"));
  expect([find("a"), find("b"), find("c")]).toEqual(["{ a }", "{ b }", undefined]);
});

test("a sender has a share, in which a new one takes the place of their own that have not been used for a minute", () => {
  const { keep, kept, pass } = storeOf();
  keep("other", text(1_000), user("bob"));
  for (const name of ["a", "b", "c"]) keep(name, text(1_000), user("alice"));
  expect(kept("other", "a", "b", "c")).toEqual(["other", "a", "b"]);
  pass(60_000);
  kept("b");
  keep("c", text(1_000), user("alice"));
  expect(kept("other", "a", "b", "c")).toEqual(["other", "b", "c"]);
});

test("together, new documents take only the place of those that have not been used for a minute", () => {
  const { keep, kept, pass } = storeOf();
  for (const name of ["a", "b", "c", "d"]) keep(name, text(1_000), user(name));
  keep("e", text(1_000), user("e"));
  expect(kept("a", "b", "c", "d", "e")).toEqual(["a", "b", "c", "d"]);
  pass(60_000);
  kept("a");
  keep("e", text(1_000), user("e"));
  expect(kept("a", "b", "c", "d", "e")).toEqual(["a", "c", "d", "e"]);
});

test("visitors take no place of users, however many they are", () => {
  const { keep, kept } = storeOf();
  for (let n = 0; n < 100; n++) keep(`v${n}`, text(1_000), visitor(`192.0.2.${n}`));
  for (const name of ["a", "b"]) keep(name, text(1_000), user("alice"));
  expect(kept("a", "b", "v0", "v1", "v2", "v3", "v4")).toEqual(["a", "b", "v0", "v1", "v2", "v3"]);
});

test("a document that visitors have sent stays when a user sends it, too", () => {
  const { keep, kept, pass } = storeOf();
  keep("a", "{ a }", visitor("192.0.2.2"));
  keep("a", "{ a }", user("alice"));
  pass(60_000);
  for (let n = 0; n < 100; n++) keep(`v${n}`, text(1_000), visitor(`192.0.2.${n}`));
  expect(kept("a")).toEqual(["a"]);
});

test("one that is longer than a share is not kept", () => {
  const { keep, kept } = storeOf();
  keep("a", text(2_001), user("alice"));
  expect(kept("a")).toEqual([]);
});
