import fc from "fast-check";
import { expect, test } from "vitest";
import { NewFeedError } from "./errors.ts";
import { newestFirst } from "./merge.ts";
import { createPagedList, type ListQuery } from "./paged-list.ts";
import type { Page } from "./types.ts";

interface Item {
  id: string;
  revision: number;
  createdAt: string;
}

const item = (index: number, revision = 1): Item => ({
  id: `item-${String(index).padStart(4, "0")}`,
  revision,
  createdAt: new Date(Date.UTC(2026, 0, 1) + index).toISOString(),
});

/** A server that answers pages, and holds answers back until they are let go. */
function serverOf(count: number, pageSize: number, isHidden: (item: Item) => boolean = () => false) {
  const items = new Map(Array.from({ length: count }, (_, index) => [item(index).id, item(index)]));
  const list = () => [...items.values()].sort(newestFirst);
  let isHeld = false;
  let waiting: (() => void)[] = [];
  const requests: ListQuery[] = [];
  return {
    items,
    list,
    requests,
    /** Whether the answers of later requests are held back. */
    hold: (held = true) => {
      isHeld = held;
    },
    async letGo() {
      isHeld = false;
      const all = waiting;
      waiting = [];
      for (const go of all) go();
      await new Promise((resolve) => setImmediate(resolve));
    },
    async fetch(query: ListQuery): Promise<Page<Item>> {
      requests.push(query);
      const isForward = query.since !== undefined || query.order === "oldest";
      const all = isForward ? list().toReversed() : list();
      // A cursor of a page, or an item's own position.
      const from = (query.since ?? query.cursor)?.split("~").at(-1);
      const beyond = from === undefined ? all : all.filter(({ id }) => (isForward ? id > from : id < from));
      const lookedAt = beyond.slice(0, pageSize);
      const data = lookedAt.filter((one) => !isHidden(one));
      const page = {
        data,
        pageInfo: { hasNextPage: beyond.length > pageSize, startCursor: data[0]?.id ?? null, endCursor: lookedAt.at(-1)?.id ?? null },
      };
      if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
      return page;
    },
  };
}

test("a list is loaded page by page, and a refetch reads as much as it held", async () => {
  const server = serverOf(10, 3);
  const list = createPagedList({ fetch: server.fetch });
  await list.refetch();
  await list.loadMore();
  expect(list.items).toEqual(server.list().slice(0, 6));
  expect(list.state.hasMore).toBe(true);
  server.items.delete(item(8).id);
  server.items.delete(item(5).id);
  await list.refetch();
  expect(list.items).toEqual(server.list().slice(0, 6));
  await list.loadMore();
  expect(list.items).toEqual(server.list());
  expect(list.state.hasMore).toBe(false);
});

test("pages of which nothing shows are read past", async () => {
  const shown = [9, 28].map((index) => item(index).id);
  const server = serverOf(30, 3, ({ id }) => !shown.includes(id));
  const list = createPagedList({ fetch: server.fetch });
  await list.refetch();
  expect([list.state.ids, list.state.hasMore]).toEqual([[item(28).id], true]);
  await list.loadMore();
  expect([list.state.ids, list.state.hasMore]).toEqual([[item(28).id, item(9).id], true]);
  await list.loadMore();
  expect([list.state.ids, list.state.hasMore, server.requests.length]).toEqual([[item(28).id, item(9).id], false, 10]);
});

test("after a long absence no gap is hidden: the list ends where it was fetched to", async () => {
  const server = serverOf(4, 3);
  const list = createPagedList({ fetch: server.fetch });
  await list.refetch();
  for (let index = 10; index < 30; index++) server.items.set(item(index).id, item(index));
  await list.refetch();
  expect(list.items).toEqual(server.list().slice(0, 3));
  expect(list.state.hasMore).toBe(true);
});

test("while it is fetched again, the list is never shorter", async () => {
  const server = serverOf(9, 3);
  const list = createPagedList({ fetch: server.fetch });
  for (const _ of [0, 1, 2]) await (list.state.ids.length === 0 ? list.refetch() : list.loadMore());
  for (let index = 20; index < 40; index++) server.items.set(item(index).id, item(index));
  const lengths: number[] = [];
  list.subscribe(({ ids }) => lengths.push(ids.length));
  await list.refetch();
  expect(Math.min(...lengths)).toBe(9);
});

test("an older page that was asked for before a refetch ended the list elsewhere is not put in", async () => {
  const server = serverOf(9, 3);
  const list = createPagedList({ fetch: server.fetch });
  await list.refetch();
  server.hold();
  const loading = list.loadMore();
  for (let index = 20; index < 30; index++) server.items.set(item(index).id, item(index));
  server.hold(false);
  await list.refetch();
  await server.letGo();
  await loading;
  expect(list.items).toEqual(server.list().slice(0, list.items.length));
});

test("what is new is added above, or refused when it is more than a page", async () => {
  const server = serverOf(4, 3);
  const list = createPagedList({ fetch: server.fetch });
  await list.refetch();
  for (const index of [10, 11]) server.items.set(item(index).id, item(index));
  expect(await list.loadNewer()).toBe(true);
  expect(list.items).toEqual(server.list().slice(0, 5));
  expect(list.startCursor).toBe(item(11).id);
  for (let index = 20; index < 30; index++) server.items.set(item(index).id, item(index));
  expect(await list.loadNewer()).toBe(false);
  expect(list.items).toHaveLength(5);
  list.clear();
  expect(list.state).toEqual({ ids: [], hasMore: false, loaded: 0, hasEarlier: false });
});

const numbersOf = ({ ids }: { ids: readonly string[] }) => ids.map((id) => Number(id.slice("item-".length)));

test("a list that begins with the oldest keeps what comes live behind a gap, which is loaded from both of its sides", async () => {
  const server = serverOf(12, 3);
  const list = createPagedList({ fetch: server.fetch, order: "oldest" });
  const write = (index: number) => {
    server.items.set(item(index).id, item(index));
    list.upsert(item(index));
  };
  await list.refetch();
  expect([numbersOf(list.state), list.state.hasMore, list.state.loaded]).toEqual([[0, 1, 2], true, 3]);
  write(12);
  expect([numbersOf(list.state), list.state.loaded]).toEqual([[0, 1, 2, 12], 3]);
  await list.loadMore();
  await list.loadBefore();
  expect([numbersOf(list.state), list.state.hasMore, list.state.loaded]).toEqual([[0, 1, 2, 3, 4, 5, 9, 10, 11, 12], true, 6]);
  await list.loadMore();
  await list.loadMore();
  expect([list.items, list.state.hasMore, list.state.loaded]).toEqual([server.list().toReversed(), false, 13]);
  await list.refetch();
  expect([list.items, list.state.hasMore]).toEqual([server.list().toReversed(), false]);
});

test("the newest page of a list that begins with the oldest takes the place of what stood behind the gap", async () => {
  const server = serverOf(12, 3);
  const list = createPagedList({ fetch: server.fetch, order: "oldest" });
  await list.refetch();
  list.upsert(item(11, 2));
  for (let index = 12; index < 20; index++) server.items.set(item(index).id, item(index));
  await list.loadNewest();
  expect(numbersOf(list.state)).toEqual([0, 1, 2, 17, 18, 19]);
  for (let pages = 0; pages < 5; pages++) await list.loadBefore();
  expect([numbersOf(list.state), list.state.hasMore]).toEqual([Array.from({ length: 20 }, (_, index) => index), false]);
});

test.for(["newest", "oldest"] as const)("a list that grows live for days is cut, %s first, and what was cut is loaded again", async (order) => {
  const server = serverOf(30, 10);
  const list = createPagedList({ fetch: server.fetch, order });
  await list.refetch();
  for (let index = 30; index < 500; index++) {
    server.items.set(item(index).id, item(index));
    list.upsert(item(index));
    list.trim(50);
    expect(list.state.ids.length).toBeLessThan(100);
  }
  expect(list.state.hasMore).toBe(true);
  while (list.state.hasMore) await list.loadMore();
  expect(list.items).toEqual(order === "newest" ? server.list() : server.list().toReversed());
});

type Step = "create" | "update" | "delete" | "miss" | "refetch" | "more" | "hold" | "letGo" | "trim";

test("however pages, live events and lost ones interleave, the list is the beginning of the server's after one refetch", async () => {
  const steps = fc.array(
    fc.tuple(fc.constantFrom<Step>("create", "update", "delete", "miss", "refetch", "more", "hold", "letGo", "trim"), fc.nat({ max: 30 })),
    {
      maxLength: 40,
    },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const server = serverOf(8, 3);
      const list = createPagedList({ fetch: server.fetch });
      const running: Promise<unknown>[] = [];
      let next = 100;
      for (const [step, n] of all) {
        const present = server.list();
        const target = present[n % Math.max(1, present.length)];
        if (step === "create" || step === "miss") {
          const added = item(next++);
          server.items.set(added.id, added);
          if (step === "create") list.upsert(added);
        } else if (step === "update" && target) {
          const changed = { ...target, revision: target.revision + 1 };
          server.items.set(target.id, changed);
          // As a comment's edit: shown where it is listed.
          if (list.state.ids.includes(target.id)) list.upsert(changed);
        } else if (step === "delete" && target) {
          server.items.delete(target.id);
          list.remove(target.id);
        } else if (step === "refetch") running.push(list.refetch());
        else if (step === "more") running.push(list.loadMore());
        else if (step === "trim") list.trim(3);
        else if (step === "hold") server.hold();
        else if (step === "letGo") await server.letGo();
      }
      await server.letGo();
      await Promise.all(running);
      await list.refetch();
      expect(list.items).toEqual(server.list().slice(0, list.items.length));
      expect(list.state.hasMore).toBe(list.items.length < server.list().length);
      while (list.state.hasMore) await list.loadMore();
      expect(list.items).toEqual(server.list());
    }),
    { numRuns: 300 },
  );
});

test("a list may have places of its own, which items have nowhere else", async () => {
  const items = Array.from({ length: 5 }, (_, index) => item(index));
  /** The oldest item was brought up, to the time of the newest: it stands above the second newest. */
  const placedAt = ({ id }: Item) => (id === items[0]?.id ? item(4).createdAt : undefined);
  const inPlace = [4, 0, 3, 2, 1].map((index) => items[index] as Item);
  const asked: ListQuery[] = [];
  const list = createPagedList<Item, Page<Item>>({
    placedAt,
    async fetch(query) {
      asked.push(query);
      const from = query.cursor === undefined ? 0 : 2;
      const data = inPlace.slice(from, from + 2);
      return { data, pageInfo: { hasNextPage: from === 0, startCursor: "start", endCursor: "end" } };
    },
  });
  await list.refetch();
  await list.loadMore();
  expect(list.state.ids).toEqual(inPlace.slice(0, 4).map(({ id }) => id));
  list.upsert({ ...(items[0] as Item), revision: 2 });
  list.upsert(items[1] as Item);
  expect(list.state.ids, "also what comes live").toEqual(inPlace.map(({ id }) => id));
  list.trim(2);
  await list.loadMore();
  expect(asked.at(-1)?.cursor, "also as a position").toBe(`${item(4).createdAt}~${items[0]?.id}`);
});

/** A server that lists by likes. */
function likedServer(likes: Map<string, number>, pageSize: number) {
  const all = () => [...likes].map(([id, count]) => ({ id, count })).sort((one, other) => other.count - one.count || (one.id < other.id ? 1 : -1));
  return async ({ cursor }: ListQuery): Promise<Page<Item>> => {
    const [count = "", id = ""] = cursor?.split("~") ?? [];
    const beyond = cursor === undefined ? all() : all().filter((one) => one.count < Number(count) || (one.count === Number(count) && one.id < id));
    const rows = beyond.slice(0, pageSize);
    const last = rows.at(-1);
    return {
      data: rows.map((row) => item(Number(row.id.slice(5)))),
      pageInfo: { hasNextPage: beyond.length > pageSize, startCursor: null, endCursor: last ? `${last.count}~${last.id}` : null },
    };
  };
}

test("a list by likes keeps the places that pages had, has each item once, and what comes live first", async () => {
  const likes = new Map(Array.from({ length: 6 }, (_, index) => [item(index).id, 10 * index]));
  const list = createPagedList<Item, Page<Item>>({ fetch: likedServer(likes, 2), order: "most_liked" });
  const shown = () => list.state.ids.map((id) => Number(id.slice(5)));
  await list.refetch();
  expect(shown()).toEqual([5, 4]);
  // They stand on the next pages now, too.
  likes.set(item(5).id, 31);
  likes.set(item(4).id, 25);
  await list.loadMore();
  expect(shown()).toEqual([5, 4, 3]);
  await list.loadMore();
  expect(shown()).toEqual([5, 4, 3, 2]);
  list.upsert(item(7));
  list.upsert(item(3, 2));
  list.upsert(item(8));
  expect(shown()).toEqual([8, 7, 5, 4, 3, 2]);
  await list.loadMore();
  expect(shown()).toEqual([8, 7, 5, 4, 3, 2, 1, 0]);
  expect(list.state.hasMore).toBe(false);
  likes.set(item(8).id, 0);
  likes.set(item(0).id, 100);
  await list.refetch();
  expect(shown()).toEqual([0, 5, 3, 4, 2, 1, 8]);
});

test("a refetch of a list by likes ends it where its last page did", async () => {
  const likes = new Map(Array.from({ length: 9 }, (_, index) => [item(index).id, index]));
  const list = createPagedList<Item, Page<Item>>({ fetch: likedServer(likes, 2), order: "most_liked" });
  await list.refetch();
  await list.loadMore();
  likes.set(item(0).id, 50);
  list.upsert(item(20));
  await list.refetch();
  expect(list.state.ids.map((id) => Number(id.slice(5)))).toEqual([0, 8, 7, 6, 5, 4]);
  expect(list.state.hasMore).toBe(true);
});

/** A server whose pages go on both ways, of items that are listed in the order of their numbers, the highest first. */
function twoWayServer(count: number, pageSize: number) {
  const numbers = Array.from({ length: count }, (_, index) => count - 1 - index);
  const requests: ListQuery[] = [];
  async function fetch({ order, around, cursor }: ListQuery): Promise<Page<Item> & { previousCursor: string | null }> {
    requests.push({ ...(around !== undefined && { around }), ...(cursor !== undefined && { cursor }) });
    const all = order === "oldest" ? numbers.toReversed() : numbers;
    const placeOf = (id: string) => all.indexOf(Number(id.slice(5)));
    if (around !== undefined && placeOf(around) < 0) throw new NewFeedError("There is no such thing.", { status: 404, code: "not_found" });
    const isBack = cursor?.startsWith("-") ?? false;
    const at = cursor === undefined ? -1 : placeOf(isBack ? cursor.slice(1) : cursor);
    const from = around !== undefined ? Math.max(0, placeOf(around) - Math.floor(pageSize / 2)) : isBack ? Math.max(0, at - pageSize) : at + 1;
    const to = isBack ? at : from + pageSize;
    const data = all.slice(from, to).map((number) => item(number));
    return {
      data,
      pageInfo: { hasNextPage: to < all.length, startCursor: data[0]?.id ?? null, endCursor: data.at(-1)?.id ?? null },
      previousCursor: from > 0 ? `-${data[0]?.id}` : null,
    };
  }
  return { fetch, requests };
}

test.each(["newest", "oldest", "most_liked"] as const)("a list, %s first, starts around an item, and goes on both ways", async (order) => {
  const { fetch, requests } = twoWayServer(11, 3);
  const list = createPagedList<Item, Page<Item>>({ fetch, order });
  const shown = () => list.state.ids.map((id) => Number(id.slice(5)));
  const inOrder = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => (order === "oldest" ? from + index : 10 - from - index));
  list.startAround(item(5).id);
  await list.refetch();
  expect(shown()).toEqual(inOrder(4, 6));
  expect(list.state).toMatchObject({ hasEarlier: true, hasMore: true });
  await list.loadEarlier();
  await list.loadMore();
  expect(shown()).toEqual(inOrder(1, 9));
  // At the end of a list that begins with the oldest, what is new has its place; above the others it has none yet.
  list.upsert(item(11));
  expect(shown()).toEqual(order === "oldest" ? [...inOrder(1, 9), 11] : inOrder(1, 9));
  await list.loadEarlier();
  expect(shown().slice(0, 3)).toEqual(inOrder(0, 2));
  expect(list.state.hasEarlier).toBe(false);
  await list.loadEarlier();
  expect(requests.length).toBe(4);

  list.startAround(item(40).id);
  await list.refetch();
  expect(shown(), "of one that is not there").toEqual(inOrder(0, 2));
  expect(list.state.hasEarlier).toBe(false);
});

test("a list that was started around an item begins at its beginning once it is cleared", async () => {
  const { fetch } = twoWayServer(11, 3);
  const list = createPagedList<Item, Page<Item>>({ fetch });
  list.startAround(item(5).id);
  await list.refetch();
  await list.refetch();
  expect(list.state.ids).toEqual([6, 5, 4].map((number) => item(number).id));
  list.clear();
  await list.refetch();
  expect(list.state.ids).toEqual([10, 9, 8].map((number) => item(number).id));
  expect(list.state.hasEarlier).toBe(false);
});
