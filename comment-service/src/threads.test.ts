import type { CommentId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jobs } from "./jobs.ts";
import { removeUnderPost } from "./removal-store.ts";
import { commentService } from "./service.ts";
import { createStore, type Store } from "./store.ts";

let database: RawDatabase;
let store: Store;
beforeAll(async () => {
  database = await openServiceDatabase("comment_threads", commentService);
  store = createStore(database, () => {});
});
afterAll(async () => {
  await store.close();
  await database.close();
});

/** Numbers below `limit`, the same for the same seed (mulberry32). */
function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

interface Node {
  id: CommentId;
  parent: Node | null;
  alive: boolean;
}

/** What an earlier version wrote: it knew neither depth nor root. */
const insert = (postId: PostId, { id, parent }: Node) =>
  database.query(
    `WITH counted AS (UPDATE comment SET reply_count = reply_count + 1 WHERE id = $3::uuid)
     INSERT INTO comment (id, post_id, post_author_id, author_id, parent_comment_id, content, visibility)
     VALUES ($1::uuid, $2::uuid, gen_random_uuid(), gen_random_uuid(), $3::uuid, 'words', 'public')`,
    [id, postId, parent?.id ?? null],
  );

async function randomTree(postId: PostId, random: (limit: number) => number, size: number): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let n = 0; n < size; n++) {
    // Mostly below one of the last: long chains are among them.
    const parent = n === 0 || random(8) === 0 ? null : (nodes[n - 1 - random(Math.min(n, 4))] ?? null);
    const node = { id: uuidv7() as CommentId, parent, alive: true };
    nodes.push(node);
    await insert(postId, node);
  }
  return nodes;
}

/** The rows that there must be: what lives, and what has something living below it, with direct replies, depth and root. */
function expected(nodes: readonly Node[]) {
  const there = new Set<Node>();
  for (const node of nodes) if (node.alive) for (let up: Node | null = node; up; up = up.parent) there.add(up);
  const above = (node: Node): Node[] => (node.parent ? [node.parent, ...above(node.parent)] : []);
  return nodes.flatMap((node) =>
    there.has(node)
      ? [
          {
            id: node.id,
            deleted: !node.alive,
            replies: [...there].filter(({ parent }) => parent === node).length,
            depth: above(node).length,
            root: above(node).at(-1)?.id ?? null,
          },
        ]
      : [],
  );
}
const stored = (postId: PostId) =>
  database.query(
    `SELECT id, deleted_at IS NOT NULL AS deleted, reply_count AS replies, depth, root_comment_id AS root FROM comment WHERE post_id = $1 ORDER BY id`,
    [postId],
  );
async function finish(): Promise<void> {
  while (await runJobs(database, jobs));
}

test.each([1, 2, 3, 4, 5, 6])("whatever is deleted in threads, what lives and what is above it stays (seed %i)", async (seed) => {
  const random = randomOf(seed);
  const postId = uuidv7() as PostId;
  const nodes = await randomTree(postId, random, 40);
  expect(await stored(postId)).toEqual(expected(nodes));
  while (nodes.some(({ alive }) => alive)) {
    const batch = Array.from({ length: 1 + random(5) }, () => nodes[random(nodes.length)] as Node);
    const living = new Set(batch.filter(({ alive }) => alive));
    const removed = await store.transaction(({ removeComments }) => removeComments(batch.map(({ id }) => id)));
    expect(new Set(removed.map(({ id }) => id))).toEqual(new Set([...living].map(({ id }) => id)));
    for (const node of living) node.alive = false;
    await finish();
    expect(await stored(postId)).toEqual(expected(nodes));
  }
});

test("tombstones above the last reply go however many they are, in batches", async () => {
  const postId = uuidv7() as PostId;
  const nodes: Node[] = [];
  for (let n = 0; n < 700; n++) nodes.push({ id: uuidv7() as CommentId, parent: nodes.at(-1) ?? null, alive: true });
  for (const node of nodes) await insert(postId, node);
  await store.transaction(({ removeComments }) => removeComments(nodes.slice(1, -1).map(({ id }) => id)));
  await finish();
  expect(await stored(postId)).toHaveLength(700);
  await store.transaction(({ removeComments }) => removeComments([nodes.at(-1)?.id as CommentId]));
  expect(await store.find(nodes.at(-2)?.id as CommentId, null), "it is not seen from then on").toBeNull();
  expect((await stored(postId)).length, "a request removes few").toBeGreaterThan(690);
  await finish();
  expect(await stored(postId)).toMatchObject([{ id: nodes[0]?.id, deleted: false, replies: 0 }]);
});

test("a deleted post's comments go from the deepest on, also behind a key of an earlier version", async () => {
  const postId = uuidv7() as PostId;
  const nodes = await randomTree(postId, randomOf(7), 60);
  let after: string | null = `2026-01-01T00:00:00.000Z ${uuidv7()}`;
  for (let batches = 0; after !== null; batches++) {
    expect(batches).toBeLessThan(20);
    const { next } = await database.transaction((query) => removeUnderPost(query, postId, after, 7));
    after = next;
  }
  expect(nodes).toHaveLength(60);
  expect(await stored(postId)).toEqual([]);
});

test("ancestors are read by a bounded number of look-ups", async () => {
  const postId = uuidv7() as PostId;
  const nodes: Node[] = [];
  for (let n = 0; n < 60; n++) nodes.push({ id: uuidv7() as CommentId, parent: nodes.at(-1) ?? null, alive: true });
  for (const node of nodes) await insert(postId, node);
  const { rows, hasMore } = await store.ancestors(nodes.at(-1)?.id as CommentId, "00000000-0000-7000-8000-000000000000" as UserId);
  expect(rows.map(({ id }) => id)).toEqual(
    nodes
      .slice(39, 59)
      .toReversed()
      .map(({ id }) => id),
  );
  expect(hasMore).toBe(true);
});
