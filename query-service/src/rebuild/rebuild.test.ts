import { setImmediate } from "node:timers/promises";
import { asPostId, asUserId, type PostId } from "@newfeed/shared/contracts/ids.ts";
import { createJobRunner, type JobRunner } from "@newfeed/shared/jobs/worker.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import type { SecondCopy } from "@newfeed/shared/ports/second-copy.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { createSecondCopy } from "@newfeed/shared/runtime/second-copy.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createHandlers } from "../handlers.ts";
import { readModels } from "../read-models.ts";
import { type IndexIn, indexPosts, publishedPosts } from "../search/indexing.ts";
import { indexOperationsOn } from "../search/store.ts";
import { queryService } from "../service.ts";
import { rebuildJob } from "./jobs.ts";
import { createRebuildRequests } from "./store.ts";

const logger = createLogger({ level: "error", json: false, silent: true });
const indexIn: IndexIn = (transaction) => indexOperationsOn(transaction, false);
const authorId = asUserId(uuidv7());
let database: RawDatabase;
let copy: SecondCopy;
beforeAll(async () => {
  database = await openServiceDatabase("rebuild", queryService);
  copy = createSecondCopy(database, queryService.migrations, readModels);
});
afterAll(() => database.close());

/** The posts of an owner, who gives them by pages of three and says what happens to them. */
const owned = new Map<PostId, { revision: number; content: string }>();
const postOf = (id: PostId) => {
  const { revision = 0, content = "" } = owned.get(id) ?? {};
  const time = new Date(0).toISOString();
  return {
    ...{ id, author: { id: authorId }, revision, title: null, content, visibility: "public", media: [], mediaUrls: [], status: "published" },
    ...{ publishedAt: time, createdAt: time },
  };
};
const pages = { before: async () => {}, behind: async () => {} };
const posts = publishedPosts(
  {
    async publishedAfter(after) {
      await pages.before();
      const behind = [...owned.keys()].sort().filter((id) => after === null || id > after);
      const page = { posts: behind.slice(0, 3).map(postOf), next: behind.length > 3 ? (behind[2] as PostId) : null };
      await pages.behind();
      return page as never;
    },
  },
  indexPosts(indexIn),
);
const nothing = async () => {};
const handleEvents = createHandlers({ forget: nothing, forgetPopular: nothing, forgetTrends: nothing, indexIn, accountAgeHours: 24 });
const happen = (type: string, data: object) => applyEvents(database, handleEvents, [{ id: uuidv7(), type, correlationId: "test", data } as never]);
async function write(content: string, id = asPostId(uuidv7())): Promise<PostId> {
  const revision = (owned.get(id)?.revision ?? 0) + 1;
  owned.set(id, { revision, content });
  await happen(revision === 1 ? "post.created" : "post.updated", { postId: id, post: postOf(id) });
  return id;
}
async function remove(id: PostId): Promise<void> {
  owned.delete(id);
  await happen("post.deleted", { postId: id });
}

const runner = (): JobRunner => createJobRunner({ database, jobs: [rebuildJob(copy, [posts])], logger });
const requests = () => createRebuildRequests(database.query);
/** Does the steps of a rebuild; `between` runs between two. */
async function finish(between: () => Promise<unknown> = async () => {}): Promise<void> {
  const { runBatch } = runner();
  while ((await requests().failures()) !== undefined) {
    await runBatch();
    await between();
  }
}
const indexed = (schema = "public") => database.query(`SELECT id, revision, tags, vector::text, published_at, deleted FROM ${schema}.indexed_post ORDER BY id`);
const schemas = async () =>
  (await database.query<{ name: string }>("SELECT nspname AS name FROM pg_namespace WHERE nspname IN ('rebuild', 'replaced')")).map(({ name }) => name);
const indexes = () => database.query("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY tablename, indexname");

beforeEach(async () => {
  Object.assign(pages, { before: async () => {}, behind: async () => {} });
  owned.clear();
  await database.query("TRUNCATE indexed_post, spelling, newfeed.job");
  for (let n = 0; n < 10; n++) await write(`Zebras of herd ${n} #zebra${n}`);
});

test("has of every table but these its read models", async () => {
  const tables = await database.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
  const rest = tables.map(({ name }) => name).filter((name) => !readModels.some(({ table }) => table === name));
  // What clients were told, how far the first filling is, and the rebuild itself.
  expect(rest).toEqual(["_prisma_migrations", "announced_trends", "indexing_position", "rebuild", "suspension"]);
});

test("makes a copy like the live one, from the owner's pages, and puts it in its place", async () => {
  const gone = await write("Gnus");
  await remove(gone);
  const [before, tables] = [await indexed(), await indexes()];
  // What is wrong with the live copy is not with the new one.
  await database.query("DELETE FROM indexed_post WHERE NOT deleted; INSERT INTO spelling (word) VALUES ('zebrass')");
  expect(await requests().request()).toBe(true);
  expect(await requests().request()).toBe(false);
  await finish();
  expect(await indexed()).toEqual(before);
  expect(await database.query("SELECT word FROM spelling ORDER BY word")).toEqual([{ word: "herd" }, { word: "zebras" }]);
  expect(await indexes()).toEqual(tables);
  expect(await schemas()).toEqual([]);
  expect(await requests().state()).toMatchObject({ rows: 10, finishedAt: expect.any(Date) });
  // A late event of a post that was deleted before is refused by the new copy, too.
  await happen("post.updated", { postId: gone, post: { ...postOf(gone), revision: 9, content: "Gnus again" } });
  expect(await indexed()).toEqual(before);
});

test("loses nothing that happens between its steps, nor while a page is on its way", async () => {
  await requests().request();
  let n = 0;
  const change = async () => {
    if (n >= 30) return;
    const ids = [...owned.keys()];
    await write(`Lions of pride ${n++}`);
    await write(`Zebras that moved ${n}`, ids[n % ids.length]);
    await remove(ids[(n * 7) % ids.length] as PostId);
  };
  Object.assign(pages, { before: change, behind: change });
  await finish(change);
  expect(n).toBe(30);
  const live = (await indexed()) as { id: PostId; revision: number; deleted: boolean }[];
  const here = live.filter(({ deleted }) => !deleted).map(({ id, revision }) => [id, revision]);
  expect(here).toEqual([...owned].map(([id, { revision }]) => [id, revision]).sort(([one], [other]) => ((one as string) < (other as string) ? -1 : 1)));
  // As if all of it had been indexed now, for the first time.
  const after = await indexed();
  Object.assign(pages, { before: async () => {}, behind: async () => {} });
  await requests().request();
  await finish();
  expect(await indexed()).toEqual(after);
});

test("goes on where it was after a crash, whatever the step", async () => {
  await requests().request();
  const asked: unknown[] = [];
  let crashes = 0;
  for (let steps = 0; (await requests().failures()) !== undefined; steps++) {
    // Each step is done half, by an instance that dies, and then by another.
    const dying = createJobRunner({
      database: {
        query: database.query,
        transaction: (work) =>
          database.transaction(async (query, join) => {
            await work(query, join);
            throw Object.assign(new Error("killed"), { code: "57P01" });
          }),
      },
      jobs: [rebuildJob(copy, [posts])],
      logger,
    });
    await dying.runBatch().catch(() => crashes++);
    await runner().runBatch();
    asked.push(steps);
  }
  expect(crashes).toBe(asked.length);
  expect((await indexed()).length).toBe(10);
  expect(await requests().state()).toMatchObject({ rows: 10 });
  expect(await schemas()).toEqual([]);
});

test("switches between two queries of a reader", async () => {
  await requests().request();
  let reading = true;
  let reads = 0;
  const counts = new Set<number>();
  const readers = Array.from({ length: 3 }, async () => {
    while (reading) {
      counts.add((await database.query("SELECT FROM indexed_post WHERE vector @@ 'zebras'")).length);
      reads++;
      await setImmediate();
    }
  });
  await finish();
  reading = false;
  await Promise.all(readers);
  expect([...counts]).toEqual([10]);
  expect(reads).toBeGreaterThan(10);
});

test("can be given up, and begun anew", async () => {
  await requests().request();
  for (let steps = 0; steps < 3; steps++) await runner().runBatch();
  expect((await indexed("rebuild")).length).toBe(6);
  expect(await requests().withdraw()).toBe(true);
  await copy.drop();
  expect([await schemas(), await requests().state()]).toEqual([[], undefined]);
  await write("Zebras, later");
  await requests().request();
  await finish();
  expect((await indexed()).length).toBe(11);
});

test("gives the copy the tables of a newer version", async () => {
  await requests().request();
  for (let steps = 0; steps < 2; steps++) await runner().runBatch();
  await database.query("DELETE FROM rebuild._prisma_migrations WHERE migration_name LIKE '%_rebuild'; DROP TABLE rebuild.rebuild");
  await copy.migrate();
  expect(await database.query("SELECT FROM rebuild.rebuild")).toEqual([]);
  await finish();
  expect((await indexed()).length).toBe(10);
});
