import { expect, test } from "vitest";
import { createEntityStore } from "./entity-store.ts";
import { newestFirst } from "./merge.ts";
import { createMergedList } from "./merged-list.ts";

interface Item {
  id: string;
  revision: number;
  createdAt: string;
  text: string;
  deleted?: boolean;
}

const item = (index: number, revision = 1): Item => ({
  id: `item-${index}`,
  revision,
  createdAt: new Date(Date.UTC(2026, 0, 1) + index).toISOString(),
  text: `${index} at ${revision}`,
});

const idsOf = (...indexes: number[]) => indexes.map((index) => `item-${index}`);

test("a removed item keeps its place until that is fetched again, so that nothing moves under a reader", () => {
  const list = createMergedList<Item>(newestFirst);
  list.refetching()([item(3), item(2), item(1)], false);
  list.remove("item-2");
  list.upsert(item(4));
  expect(list.ids).toEqual(idsOf(4, 3, 2, 1));
  expect(list.items).toEqual([item(4), item(3), item(1)]);
  list.refetching()([item(4), item(3), item(1)], false);
  expect(list.ids).toEqual(idsOf(4, 3, 1));
});

test("the place of a removed item in front stays behind what comes later", () => {
  const list = createMergedList<Item>(newestFirst);
  list.refetching()([item(2), item(1)], false);
  list.remove("item-2");
  list.upsert(item(3));
  expect(list.ids).toEqual(idsOf(3, 2, 1));
});

test("a place that was given up is not taken again by an older answer", () => {
  const list = createMergedList<Item>(newestFirst);
  list.refetching()([item(2), item(1)], false);
  const merge = list.refetching();
  list.remove("item-2", { text: "", deleted: true });
  list.dropPlace("item-2");
  merge([item(2), item(1)], false);
  list.upsert(item(2));
  expect(list.ids).toEqual(idsOf(1));
});

test("an older page says what is there behind an item, and nothing of what stands before it", () => {
  const list = createMergedList<Item>(newestFirst);
  list.refetching()([item(9), item(8)], true);
  list.add([item(6), item(5), item(2)]);
  list.refetching(item(8))([item(7), item(5)], true);
  expect(list.ids).toEqual(idsOf(9, 8, 7, 5, 2));
  list.refetching(item(5))([], false);
  expect(list.ids).toEqual(idsOf(9, 8, 7, 5));
  expect([list.placesUpTo(item(7)), list.placesUpTo(item(6))]).toEqual([3, 3]);
  list.drop(1, 3);
  expect(list.ids).toEqual(idsOf(9, 5));
});

test("lists that share a store show an item's change wherever it stands", () => {
  const store = createEntityStore<Item>();
  const [one, other] = [createMergedList<Item>(newestFirst, store), createMergedList<Item>(newestFirst, store)];
  one.add([item(1)]);
  other.add([item(1), item(2)]);
  one.upsert(item(1, 2));
  expect(other.items).toEqual([item(2), item(1, 2)]);
});

test("an item that is new is compared with as few in a long list as in a short one", () => {
  const compared = (length: number) => {
    let count = 0;
    const list = createMergedList<Item>((one, other) => {
      count++;
      return newestFirst(one, other);
    });
    list.refetching()(
      Array.from({ length }, (_, index) => item(length - index)),
      false,
    );
    count = 0;
    list.upsert(item(length + 1));
    list.upsert(item(1, 2));
    return count;
  };
  expect(compared(5_000)).toBe(compared(20));
  expect(compared(20)).toBeLessThan(5);
});
