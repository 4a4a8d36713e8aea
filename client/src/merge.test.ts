import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeItem, newestFirst, withLike } from "./merge.ts";
import { createMergedList } from "./merged-list.ts";

interface Item {
  id: string;
  revision: number;
  createdAt: string;
  text: string;
  likedByMe: boolean;
}

const at = (index: number) => new Date(Date.UTC(2026, 0, 1) + index).toISOString();
const item = (index: number, revision: number): Item => ({
  id: `item-${String(index).padStart(3, "0")}`,
  revision,
  createdAt: at(index),
  text: `${index} at ${revision}`,
  likedByMe: false,
});

type Change = { kind: "write"; item: Item } | { kind: "delete"; id: string };

/** What happened on the server, in order: writes of higher revisions, and deletions, after which nothing comes of an item. */
const history = fc.array(fc.tuple(fc.nat({ max: 7 }), fc.boolean()), { maxLength: 40 }).map((steps) => {
  const revisions = new Map<number, number>();
  const gone = new Set<number>();
  const changes: Change[] = [];
  for (const [index, isDeletion] of steps) {
    if (gone.has(index)) continue;
    const revision = (revisions.get(index) ?? 0) + 1;
    if (isDeletion && revision > 1) {
      gone.add(index);
      changes.push({ kind: "delete", id: item(index, 1).id });
    } else {
      revisions.set(index, revision);
      changes.push({ kind: "write", item: item(index, revision) });
    }
  }
  return changes;
});

function listAfter(changes: readonly Change[]): Item[] {
  const items = new Map<string, Item>();
  for (const change of changes) {
    if (change.kind === "write") items.set(change.item.id, change.item);
    else items.delete(change.id);
  }
  return [...items.values()].sort(newestFirst);
}

test("a list ends up as the server's, however live events, their repetitions and late answers of fetches interleave", () => {
  fc.assert(
    fc.property(
      history,
      fc.array(fc.record({ readAt: fc.nat({ max: 40 }), answeredAt: fc.nat({ max: 40 }), limit: fc.integer({ min: 1, max: 9 }) }), { maxLength: 6 }),
      fc.array(fc.nat({ max: 40 })),
      (changes, fetches, repeated) => {
        const list = createMergedList<Item>(newestFirst);
        const answers: { due: number; run: () => void }[] = [];
        const apply = (change: Change) => (change.kind === "write" ? list.upsert(change.item) : list.remove(change.id));
        for (let now = 0; now <= changes.length; now++) {
          for (const { readAt, answeredAt, limit } of fetches) {
            if (readAt !== now) continue;
            // The server reads somewhere between the request and the answer: here, at the request.
            const all = listAfter(changes.slice(0, now));
            const merge = list.refetching();
            answers.push({ due: Math.max(now, answeredAt), run: () => merge(all.slice(0, limit), all.length > limit) });
          }
          for (const { due, run } of answers) if (due === now) run();
          const change = changes[now];
          if (change) apply(change);
          for (const index of repeated) if (index < now) apply(changes[index] as Change);
        }
        for (const { due, run } of answers) if (due > changes.length) run();
        expect(list.items).toEqual(listAfter(changes));
      },
    ),
    { numRuns: 500 },
  );
});

test("what was missed is made good by one fetch: newer revisions, new items and deletions", () => {
  fc.assert(
    fc.property(history, fc.nat({ max: 40 }), (changes, cut) => {
      const list = createMergedList<Item>(newestFirst);
      for (const change of changes.slice(0, cut)) {
        if (change.kind === "write") list.upsert(change.item);
        else list.remove(change.id);
      }
      const merge = list.refetching();
      merge(listAfter(changes), false);
      expect(list.items).toEqual(listAfter(changes));
    }),
  );
});

test("what came live while a fetch was under way is not taken for deleted", () => {
  const list = createMergedList<Item>(newestFirst);
  list.upsert(item(1, 1));
  const merge = list.refetching();
  list.upsert(item(2, 1));
  merge([], false);
  expect(list.items).toEqual([item(2, 1)]);
});

test("a live event leaves alone what only a fetch knows, and an equal revision changes nothing", () => {
  const mine = { ...item(1, 2), likedByMe: true };
  const { likedByMe: _mine, ...live } = item(1, 3);
  expect(mergeItem([mine], live, newestFirst)).toEqual([{ ...item(1, 3), likedByMe: true }]);
  const items = [mine];
  expect(mergeItem(items, item(1, 2), newestFirst)).toBe(items);
  expect(mergeItem(items, { ...item(1, 2), text: "counted" }, newestFirst, true)).toMatchObject([{ text: "counted" }]);
});

test("a like counts once", () => {
  const post = { likedByMe: false, likeCount: 3 };
  expect(withLike(withLike(post, true), true)).toEqual({ likedByMe: true, likeCount: 4 });
  expect(withLike(withLike(post, true), false)).toEqual(post);
});
