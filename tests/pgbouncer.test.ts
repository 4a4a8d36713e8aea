import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openEvents } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { startPgBouncer } from "./support/pgbouncer.ts";

const logger = createLogger({ level: "error", json: false });
/** Fewer than the connections of a service, so that they are handed on all the time. */
const connections = 2;
let pooler: Awaited<ReturnType<typeof startPgBouncer>>;
let feed: TestFeed | undefined;
beforeAll(async () => {
  pooler = await startPgBouncer(inject("databaseUrl"), connections);
  if (pooler) feed = await startTestFeed({ DATABASE_URL: new URL("/", pooler.url).href, DATABASE_POOLING: "transaction" });
}, 120_000);
afterAll(async () => {
  await feed?.close();
  await pooler?.close();
});

/** A service's database, as the service reaches it. */
async function ask<Row>(database: string, text: string): Promise<Row[]> {
  const { query, close } = openDatabase(Object.assign(new URL(pooler?.url ?? ""), { pathname: `/${database}` }).href, logger, 1, { pooled: true });
  return query<Row>(text).finally(close);
}

/** The databases of this feed. */
async function databases(): Promise<string[]> {
  const { query, close } = openDatabase(inject("databaseUrl"), logger, 1);
  const rows = await query<{ name: string }>(
    "SELECT DISTINCT datname AS name FROM pg_stat_activity JOIN pg_db_role_setting ON setdatabase = datid WHERE datname LIKE 't%\\_post'",
  ).finally(close);
  return rows.map(({ name }) => name);
}

test("a feed behind PgBouncer by transactions writes, reads, searches and delivers, many at once", async ({ skip }) => {
  if (!feed) return skip("PgBouncer is not available on this machine");
  const running = feed;
  const [ann, bob] = [await running.person("ann"), await running.person("bob")];
  const { body: post } = await ann.post("/api/v1/posts", { content: "A quokka", postType: "TEXT" }, { "idempotency-key": "once" });
  const again = await ann.post("/api/v1/posts", { content: "A quokka", postType: "TEXT" }, { "idempotency-key": "once" });
  expect(again.body.id).toBe(post.id);
  expect((await bob.post(`/api/v1/users/${ann.id}/follow`)).status).toBeLessThan(300);
  const heard = await openEvents(running, bob, `/api/sse/comments/${post.id}`);
  const write = (person: Person, index: number) => person.post(`/api/v1/posts/${post.id}/comments`, { content: `comment ${index}` });
  const read = (person: Person) => person.get("/api/v1/feed");
  const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => [write(ann, index), read(bob), ann.get(`/api/v1/posts/${post.id}`)]).flat());
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
  await eventually(() => expect(heard.of("new_comment", "comment_added")).toHaveLength(30));
  await eventually(async () => expect((await bob.get("/api/v1/search/posts?q=quokka")).body.data).toHaveLength(1));
  await eventually(async () => expect((await ann.get("/api/v1/notifications")).body.data.length).toBeGreaterThan(0));
});

test("sessions of the pooler have our settings, and keep no statement", async ({ skip }) => {
  if (!feed) return skip("PgBouncer is not available on this machine");
  const [posts = ""] = await databases();
  const names = ["TimeZone", "enable_incremental_sort", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];
  const rows = await ask<{ value: string }>(posts, `SELECT current_setting(name) AS value FROM unnest(ARRAY['${names.join("', '")}']) AS name`);
  expect(rows.map(({ value }) => value)).toEqual(["UTC", "off", "8s", "4s", "10s"]);
  expect(await ask(posts, "SELECT name FROM pg_prepared_statements")).toEqual([]);
});

test("a feed that expects connections of its own says why it cannot start there", async ({ skip }) => {
  if (!pooler) return skip("PgBouncer is not available on this machine");
  await expect(startTestFeed({ DATABASE_URL: new URL("/", pooler.url).href, DATABASE_POOLING: "session" })).rejects.toThrow(/unsupported startup parameter/);
});
