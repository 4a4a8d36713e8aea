import { storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { administratorOf, auditorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let admin: Person;
let auditor: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  [admin, auditor] = [await administratorOf(feed), await auditorOf(feed)];
});
afterAll(() => feed.close());

interface Stored {
  id: string;
  type: string;
  body: { data: Record<string, unknown> } | null;
}
const ask = async (query: string, reader = auditor): Promise<Stored[]> => {
  const { status, body } = await reader.get(`/api/v1/events${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data;
};
const typesOf = (events: readonly Stored[]) => events.map(({ type }) => type);

/** A post with a comment and a like of another user. */
async function conversation(author: Person) {
  const reader = await feed.person("reader");
  const post = (await author.post("/api/v1/posts", { content: "What the post said", postType: "TEXT" })).body;
  const comment = (await reader.post(`/api/v1/posts/${post.id}/comments`, { content: "What the comment said" })).body;
  expect((await author.post(`/api/v1/comments/${comment.id}/like`)).status).toBe(200);
  expect((await reader.post(`/api/v1/posts/${post.id}/like`)).status).toBe(200);
  return { reader, post, comment };
}
const leave = (person: Person) => person.delete("/api/auth/me", { password: person.password });

test("every event that any service publishes is kept", async () => {
  await conversation(await feed.person("author"));
  await eventually(async () => {
    const { query } = await feed.platform.openDatabase("event-service");
    const kept = new Set((await query<{ id: string }>("SELECT id FROM event")).map(({ id }) => id));
    for (const name of storingServiceNames) {
      const outbox = await feed.platform.openDatabase(name);
      const sent = await outbox.query<{ id: string; type: string }>("SELECT event_id AS id, type FROM newfeed.outbox");
      expect(sent.filter(({ id }) => !kept.has(id))).toEqual([]);
    }
    expect(kept.size).toBeGreaterThan(5);
  });
});

test("administrators and auditors see what happened to a post and what a request has caused, and nobody else does", async () => {
  const author = await feed.person("author");
  const correlationId = "a-request-of-the-tests";
  const { body: post } = await author.post("/api/v1/posts", { content: "Hello", postType: "TEXT" }, { "x-correlation-id": correlationId });
  await author.patch(`/api/v1/posts/${post.id}`, { content: "Hello again" });
  await eventually(async () => {
    expect(typesOf(await ask(`/aggregates/${post.id}`))).toEqual(["post.created", "post.published", "post.updated"]);
    expect(typesOf(await ask(`?type=POST_CREATED&actor=${author.id}`, admin))).toEqual(["post.created"]);
    const { body } = await auditor.get(`/api/v1/events/correlations/${correlationId}`);
    expect(body.data.map(({ event }: { event: Stored }) => event.type)).toEqual(["post.created", "post.published"]);
    expect(body.data[0]).toMatchObject({ afterMs: 0, event: { producer: "post-service", actorId: author.id, body: { data: { post: { content: "Hello" } } } } });
  });
  const [created] = await ask(`/aggregates/${post.id}`);
  expect((await auditor.get(`/api/v1/events/${created?.id}`)).body).toEqual(created);
  for (const path of ["", `/${created?.id}`, `/aggregates/${post.id}`, `/correlations/${correlationId}`]) {
    expect((await author.get(`/api/v1/events${path}`)).status).toBe(403);
    expect((await feed.call("GET", `/api/v1/events${path}`)).status).toBe(401);
  }
  // An auditor changes nothing.
  expect((await auditor.post("/query/cache/invalidate", {})).status).toBe(403);
  expect((await auditor.get("/api/v1/moderation/cases")).status).toBe(403);
});

test("auditors follow events as they are stored, and have all of them as lines of JSON", async () => {
  const author = await feed.person("author");
  const follow = (reader: Person, init: RequestInit = {}) =>
    fetch(`${feed.url}/api/v1/events/tail?actor=${author.id}`, { headers: { authorization: `Bearer ${reader.token}` }, ...init });
  expect((await follow(author)).status).toBe(403);
  const leaving = new AbortController();
  const tail = await follow(auditor, { signal: leaving.signal });
  expect({ status: tail.status, type: tail.headers.get("content-type") }).toEqual({ status: 200, type: "text/event-stream; charset=utf-8" });
  let text = "";
  const reading = tail.body?.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write(chunk) {
        text += chunk;
      },
    }),
  );
  const { body: post } = await author.post("/api/v1/posts", { content: "Seen as it is made", postType: "TEXT" });
  await eventually(() => expect(text).toMatch(new RegExp(`^event: event\ndata: .*"type":"post.created".*${post.id}.*Seen as it is made`, "m")));
  leaving.abort();
  await expect(reading).rejects.toThrow();

  const lines = (await auditor.get(`/api/v1/events/export?actor=${author.id}&type=post.created&progress=true`)).body as string;
  const [exported, last] = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ progress }) => !progress || progress.share === 1);
  expect(exported).toMatchObject({ type: "post.created", body: { data: { post: { content: "Seen as it is made" } } } });
  expect(last).toMatchObject({ progress: { share: 1, events: 1 } });
  expect((await author.get("/api/v1/events/export")).status).toBe(403);
});

test("a feed that stops does not wait for those who follow its events", async () => {
  const other = await startTestFeed();
  const reader = await auditorOf(other);
  const tail = await fetch(`${other.url}/api/v1/events/tail`, { headers: { authorization: `Bearer ${reader.token}` } });
  const ended = tail.text().catch(() => "cut");
  let closed = false;
  const closing = other.close().then(() => {
    closed = true;
  });
  await ended;
  expect(closed).toBe(false);
  await closing;
});

test("query-service handles kept events again, once for each replay, and nothing of it is notified or sent again", async () => {
  const author = await feed.person("author");
  const { post } = await conversation(author);
  await eventually(async () => expect(typesOf(await ask(`/aggregates/${post.id}`))).toContain("post.created"));
  const { query } = await feed.platform.openDatabase("query-service");
  const indexed = () => query("SELECT id FROM indexed_post WHERE id = $1", [post.id]);
  const inbox = async () => (await author.get("/api/v1/notifications")).body.data.length;
  await eventually(async () => expect(await indexed()).toHaveLength(1));
  const before = await eventually(async () => {
    const count = await inbox();
    expect(count).toBeGreaterThan(1);
    return count;
  });
  // As if it had been lost.
  await query("DELETE FROM indexed_post WHERE id = $1", [post.id]);
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const replay = async (fields = {}) => {
    const { status, body } = await admin.post("/api/v1/replays", { consumer: "query-service", from, ...fields });
    expect(status, JSON.stringify(body)).toBe(201);
    return eventually(async () => {
      const { body: now } = await auditor.get(`/api/v1/replays/${body.id}`);
      expect(now.state).toBe("done");
      return now;
    });
  };
  expect(await replay()).toMatchObject({ progress: 1, failed: 0, createdBy: admin.id });
  expect(await indexed()).toHaveLength(1);
  await query("DELETE FROM indexed_post WHERE id = $1", [post.id]);
  expect((await replay({ aggregate: post.id, types: ["POST_CREATED"] })).handled).toBe(1);
  expect(await indexed()).toHaveLength(1);
  expect(await inbox()).toBe(before);
  expect((await auditor.get("/api/v1/replays")).body.data).toHaveLength(2);

  for (const consumer of ["notification-service", "event-service", "auth-service"])
    expect((await admin.post("/api/v1/replays", { consumer, from })).status).toBe(400);
  expect((await admin.post("/api/v1/replays", { consumer: "query-service", from, types: ["user.registered"] })).status).toBe(400);
  expect((await auditor.post("/api/v1/replays", { consumer: "query-service", from })).status).toBe(403);
  expect((await author.get("/api/v1/replays")).status).toBe(403);
});

test("nothing that was deleted is readable", async () => {
  const everything = async () => JSON.stringify([...(await ask("?limit=100")), ...(await ask("?type=comment.created&limit=100"))]);
  const author = await feed.person("author");
  const { reader, post, comment } = await conversation(author);
  await eventually(async () => expect(typesOf(await ask(`?actor=${reader.id}`))).toEqual(expect.arrayContaining(["comment.created", "post.liked"])));
  await eventually(async () => expect(typesOf(await ask(`?actor=${author.id}`))).toContain("like.created"));
  const ofComment = async () =>
    (await ask(`?limit=100`)).filter(({ body }) => JSON.stringify(body)?.includes("What the comment said") && JSON.stringify(body).includes(comment.id));
  expect((await ofComment()).length).toBeGreaterThan(1);
  await reader.delete(`/api/v1/comments/${comment.id}`);
  await eventually(async () => expect(await ofComment()).toEqual([]));

  await author.delete(`/api/v1/posts/${post.id}`);
  await eventually(async () => {
    const events = await ask(`/aggregates/${post.id}`);
    expect(typesOf(events)).toContain("post.deleted");
    expect(events.filter(({ type, body }) => type !== "post.deleted" && body !== null)).toEqual([]);
  });

  await leave(reader);
  await eventually(async () => {
    expect(typesOf(await ask(`?aggregate=${reader.id}`))).toContain("user.deleted");
    expect(await everything()).not.toContain(reader.username);
  });
});
