import { expect, test } from "vitest";
import { createEntityStore } from "./entity-store.ts";

interface Item {
  id: string;
  revision: number;
  text: string;
  likedByMe: boolean;
  likeCount: number;
  deleted?: boolean;
}

const item = (revision: number, text = `at ${revision}`, id = "a"): Item => ({ id, revision, text, likedByMe: false, likeCount: 0 });
const live = ({ likedByMe: _mine, ...rest }: Item) => rest;

test("the higher revision wins, wherever it came from", () => {
  const store = createEntityStore<Item>();
  const take = store.fetching();
  store.merge(live(item(2)));
  take([item(1)]);
  expect(store.get("a")).toEqual(item(2));
  store.fetching()([item(3)]);
  store.merge(live(item(2)));
  expect(store.get("a")).toEqual(item(3));
});

test("of an equal revision an answer is taken, for it may have counted more since; a live event is not, unless with `even`", () => {
  const store = createEntityStore<Item>();
  store.merge(live(item(1)));
  store.fetching()([{ ...item(1), likeCount: 3, likedByMe: true }]);
  store.merge(live(item(1)));
  expect(store.get("a")).toMatchObject({ likeCount: 3, likedByMe: true });
  store.merge(live(item(1, "again")), true);
  expect(store.get("a")).toMatchObject({ text: "again", likedByMe: true });
});

test("an answer to a fetch from before a removal does not bring the item back; one to a later fetch does", () => {
  const store = createEntityStore<Item>();
  store.merge(live(item(1)));
  const earlier = store.fetching();
  store.remove("a");
  const later = store.fetching();
  earlier([item(1)]);
  store.merge(live(item(9)));
  expect([store.get("a"), store.isRemoved("a")]).toEqual([null, true]);
  later([item(1)]);
  expect([store.get("a"), store.isRemoved("a")]).toEqual([item(1), false]);
});

test("what is left of a removed item stays removed; the server's own remains of it are taken", () => {
  const store = createEntityStore<Item>();
  store.merge(live(item(1)));
  const earlier = store.fetching();
  store.remove("a", { text: "", deleted: true });
  earlier([item(1)]);
  expect(store.get("a")).toEqual({ ...item(1, ""), deleted: true });
  store.fetching()([{ ...item(2, ""), deleted: true, likeCount: 1 }]);
  expect([store.get("a")?.likeCount, store.isRemoved("a")]).toEqual([1, true]);
});

test("a removal that is refused is taken back, unless the item was removed again meanwhile", () => {
  const store = createEntityStore<Item>();
  store.merge(live(item(1)));
  const refused = store.remove("a", { text: "" });
  expect(refused()).toBe(true);
  expect([store.get("a"), store.isRemoved("a")]).toEqual([item(1), false]);
  const overtaken = store.remove("a");
  store.remove("a");
  expect(overtaken()).toBe(false);
  expect(store.get("a")).toBeNull();
});

test("a change notifies only the listeners of its item; an answer that says the same changes nothing", () => {
  const store = createEntityStore<Item>();
  store.fetching()([item(1), item(1, "other", "b")]);
  const notified: string[] = [];
  const stop = store.subscribe("a", () => notified.push("a"));
  store.subscribe("b", () => notified.push("b"));
  store.patch("a", () => ({ text: "patched" }));
  store.patch("b", () => ({}));
  const before = store.get("b");
  store.fetching()([item(1, "other", "b")]);
  expect(store.get("b")).toBe(before);
  stop();
  store.remove("a");
  expect(notified).toEqual(["a"]);
  store.clear();
  expect(notified).toEqual(["a", "b"]);
  expect(store.get("b")).toBeUndefined();
});

test("what no list holds and nothing watches leaves memory; what an answer under way may list does not", () => {
  const held = ["held"];
  const store = createEntityStore<Item>({ limit: 10, held: () => held });
  for (const id of ["held", "watched", "unused"]) store.merge(live(item(1, "early", id)));
  store.subscribe("watched", () => {});
  for (let index = 0; index < 8; index++) store.merge(live(item(1, "more", `first-${index}`)));
  // The first sweep has been.
  expect(store.get("unused")).toBeDefined();
  for (let index = 0; index < 100; index++) store.merge(live(item(1, "more", `then-${index}`)));
  expect(store.get("unused")).toBeUndefined();
  expect([store.get("held"), store.get("watched")].map((known) => known?.text)).toEqual(["early", "early"]);
  const remaining = Array.from({ length: 100 }, (_, index) => store.get(`then-${index}`)).filter(Boolean);
  expect(remaining.length).toBeLessThan(60);
  expect(store.get("then-99")).toBeDefined();
});
