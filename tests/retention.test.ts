import { trim } from "@newfeed/notification-service/streams/log-store.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect, test } from "vitest";
import { openEvents, openSocket } from "./support/clients.ts";
import { startTestFeed } from "./support/feed.ts";

test("a client whose cursor has been trimmed gets a reset, on both transports", async () => {
  const feed = await startTestFeed({ STREAM_RETENTION_ENTRIES: "5" });
  const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
  const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
  const before = await openSocket(feed, bob);
  const { cursor } = await before.ask("subscribe-post", post.id);
  before.close();
  for (let index = 0; index < 8; index++) await alice.post(`/api/v1/posts/${post.id}/comments`, { content: String(index) });
  const entries = () => bob.get(`/api/v1/streams/post:${post.id}/entries?after=${cursor}`);
  await eventually(async () => expect((await entries()).body.entries).toHaveLength(8));
  const database = await feed.platform.openDatabase("notification-service");
  await trim((work) => database.transaction(work), feed.platform.config.retention);

  const reset = { stream: `post:${post.id}`, reason: "expired", refetch: [`/api/v1/posts/${post.id}`, `/api/v1/posts/${post.id}/comments`] };
  const socket = await openSocket(feed, bob);
  expect(await socket.ask("subscribe-post", post.id, { cursor })).toMatchObject({ ok: true, reset: true, replayed: 0 });
  expect(socket.of("reset")[0]?.data).toMatchObject(reset);
  const events = await openEvents(feed, bob, `/api/sse/comments/${post.id}`, cursor);
  await eventually(() => expect(events.of("reset")[0]?.data).toMatchObject(reset));
  expect((await entries()).body).toMatchObject({ entries: [], reset: { reason: "expired" } });

  // From the oldest remaining cursor, all remaining entries are replayed.
  const oldest = `${String(cursor).split(":")[0]}:3`;
  const resumed = await openSocket(feed, bob);
  expect(await resumed.ask("subscribe-post", post.id, { cursor: oldest })).toMatchObject({ ok: true, replayed: 5 });
  for (const listener of [socket, events, resumed]) listener.close();
  await feed.close();
});
