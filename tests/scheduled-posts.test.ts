import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openSocket } from "./support/clients.ts";
import { callersOf, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { onTheServer } from "./support/operate.ts";
import { startProcess } from "./support/process.ts";
import { upload } from "./support/uploads.ts";

let feed: TestFeed;
let posts: RawDatabase;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
  posts = await feed.platform.openDatabase("post-service");
});
afterAll(() => feed.close());

const ahead = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
const scheduled = (seconds = 3_600) => ({ content: "Good morning", postType: "TEXT", status: "scheduled", publishAt: ahead(seconds) });
async function schedule(author: Person, body: Record<string, unknown> = {}) {
  const answer = await author.post("/api/v1/posts", { ...scheduled(), ...body });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body;
}
const listed = async (author: Person, query = "") => (await author.get(`/api/v1/posts/scheduled${query}`)).body;
const idsOf = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id);
const due = (id: string) => posts.query("UPDATE post SET publish_at = now() WHERE id = $1", [id]);

describe("a scheduled post", () => {
  test("is its author's alone until its time, then published within five seconds, with what belongs to it", async () => {
    const [ann, fan] = [await feed.person("ann"), await feed.person("fan")];
    await fan.post(`/api/v1/users/${ann.id}/follow`);
    const live = listening(await openSocket(feed, fan));
    await live.ask("subscribe-feed");
    const publishAt = ahead(6);
    const { id, ...post } = await schedule(ann, { publishAt, location: "  At the lake ", content: `Good morning #dawn` });
    expect(post).toMatchObject({ status: "scheduled", publishAt, publishedAt: null, location: "At the lake" });
    expect(idsOf(await listed(ann))).toEqual([id]);
    expect(idsOf((await ann.get(`/api/v1/users/${ann.id}/posts`)).body)).toEqual([]);
    expect(idsOf((await ann.get("/api/v1/feed")).body)).toEqual([]);

    await eventually(async () => expect((await fan.get(`/api/v1/posts/${id}`)).status).toBe(200), 11_000);
    const { body } = await fan.get(`/api/v1/posts/${id}`);
    expect(body).toMatchObject({ status: "published", publishAt: null, location: "At the lake", revision: 2 });
    const late = Date.parse(body.publishedAt) - Date.parse(publishAt);
    expect([late >= 0, late < 5_000]).toEqual([true, true]);
    expect(idsOf(await listed(ann))).toEqual([]);
    await eventually(async () => {
      expect(live.received.filter(({ event }) => event === "new_post").map(({ data }) => data.post.id)).toEqual([id]);
      for (const path of ["/api/v1/feed", "/api/v1/posts", "/api/v1/tags/dawn/posts", `/api/v1/users/${ann.id}/posts`])
        expect(idsOf((await fan.get(path)).body)).toContain(id);
    });
  });

  test("leaves by no way, to nobody else, before its time", async () => {
    const [ann, fan, stranger] = [await feed.person("ann"), await feed.person("fan"), await feed.person("stranger")];
    await fan.post(`/api/v1/users/${ann.id}/follow`);
    const media = await upload(ann);
    const secret = `secret plan of @${fan.username} #secretplan`;
    const { id } = await schedule(ann, { content: secret, postType: "IMAGE", mediaIds: [media.id] });
    await ann.patch(`/api/v1/posts/${id}`, { content: `${secret}, again` });
    // What comes later has been handled when this is there.
    const { body: open } = await ann.post("/api/v1/posts", { content: "the open plan", postType: "TEXT" });
    const lists = [
      ...["/api/v1/posts?limit=100", "/api/v1/feed?limit=100", "/api/v1/posts/popular", "/api/v1/tags/secretplan/posts", "/api/v1/trends"],
      ...["/api/v1/search/posts?q=plan", "/query/posts", `/api/v1/users/${ann.id}/posts`, "/api/v1/posts/scheduled", "/api/v1/notifications"],
      ...["/feed.rss", `/@${ann.username}`, `/@${ann.username}/feed.json`, "/sitemap.xml"],
    ];
    const own = ["", "/comments", "/history", "/likes", "/reposts"].map((path) => `/api/v1/posts/${id}${path}`);
    const waysOut: Record<string, (reader: Person) => Promise<unknown>> = {
      ...Object.fromEntries(lists.map((path) => [path, async (reader: Person) => JSON.stringify((await reader.get(path)).body).includes("secret plan")])),
      ...Object.fromEntries(
        [...own, `/query/post/${id}`, `/api/media/${media.id}`, `/api/v1/streams/post:${id}/entries`].map((path) => [
          path,
          async (reader: Person) => (await reader.get(path)).status < 300,
        ]),
      ),
      page: async (reader) => String((await reader.get(`/posts/${id}`)).body).includes("secret plan"),
      GraphQL: async (reader) => (await reader.graphql(`{ getPost(id: "${id}") { post { content } } }`)).body.data.getPost.post !== null,
      socket: async (reader) => (await listening(await openSocket(feed, reader)).ask("subscribe-post", id)).ok,
      like: async (reader) => (await reader.post(`/api/v1/posts/${id}/like`)).status < 300,
      bookmark: async (reader) => (await reader.post(`/api/v1/posts/${id}/bookmark`)).status < 300,
      comment: async (reader) => (await reader.post(`/api/v1/posts/${id}/comments`, { content: "x" })).status < 300,
      quote: async (reader) => (await reader.post("/api/v1/posts", { content: "x", postType: "TEXT", quotedPostId: id })).status < 300,
      export: async (reader) => JSON.stringify((await reader.get("/api/v1/users/me/export")).body).includes("secret plan"),
    };
    const openTo = async (reader: Person) => {
      const ways: string[] = [];
      for (const [way, read] of Object.entries(waysOut)) if (await read(reader)) ways.push(way);
      return ways;
    };
    await eventually(async () => expect(JSON.stringify((await fan.get("/api/v1/search/posts?q=plan")).body)).toContain(open.id));
    expect([await openTo(fan), await openTo(stranger)]).toEqual([[], []]);
    // Its author reads it, and finds it in the export; the pages of the web client are a visitor's.
    expect(await openTo(ann)).toEqual(expect.arrayContaining(["/api/v1/posts/scheduled", `/api/v1/posts/${id}`, `/api/media/${media.id}`, "export"]));
    expect((await openTo(ann)).filter((way) => ["/api/v1/posts?limit=100", "/api/v1/feed?limit=100", "page", "/feed.rss"].includes(way))).toEqual([]);
    expect((await feed.call("GET", "/api/v1/posts/scheduled")).status).toBe(401);

    await due(id);
    await eventually(async () =>
      expect(await openTo(fan)).toEqual(expect.arrayContaining(["/api/v1/posts?limit=100", "page", "GraphQL", `/api/media/${media.id}`])),
    );
  });

  test("is changed, moved, published now, taken back to the drafts, and deleted", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const [first, second, third] = [
      await schedule(ann, { publishAt: ahead(900) }),
      await schedule(ann, { publishAt: ahead(600) }),
      await schedule(ann, { publishAt: ahead(300) }),
    ];
    expect(idsOf(await listed(ann))).toEqual([third.id, second.id, first.id]);
    const page = await listed(ann, "?limit=2");
    expect(idsOf(page)).toEqual([third.id, second.id]);
    expect(idsOf(await listed(ann, `?limit=2&cursor=${page.pageInfo.endCursor}`))).toEqual([first.id]);
    expect(await listed(ben)).toMatchObject({ data: [] });

    const change = (id: string, body: Record<string, unknown>, by = ann) => by.patch(`/api/v1/posts/${id}`, body);
    expect((await change(first.id, { publishAt: ahead(60), content: "Sooner", location: null })).body).toMatchObject({
      status: "scheduled",
      content: "Sooner",
      revision: 2,
    });
    expect(idsOf(await listed(ann))).toEqual([first.id, third.id, second.id]);
    expect((await change(third.id, { status: "published" })).body).toMatchObject({ status: "published", publishAt: null });
    expect((await ben.get(`/api/v1/posts/${third.id}`)).status).toBe(200);
    expect((await change(second.id, { status: "draft" })).body).toMatchObject({ status: "draft", publishAt: null });
    expect((await change(second.id, { status: "scheduled", publishAt: ahead(600) })).body).toMatchObject({ status: "scheduled" });
    expect((await ann.delete(`/api/v1/posts/${first.id}`)).status).toBe(204);
    expect(idsOf(await listed(ann))).toEqual([second.id]);
    expect((await change(second.id, { status: "published" }, ben)).status).toBe(404);

    const { body } = await ann.graphql("{ scheduledPosts { posts { id status publishAt location } pageInfo { hasNextPage } } }");
    expect(body.data.scheduledPosts).toMatchObject({ posts: [{ id: second.id, status: "scheduled" }], pageInfo: { hasNextPage: false } });
  });

  test("needs a time that is neither past nor far away, and a published post stays published", async () => {
    const ann = await feed.person("ann");
    const refused = { status: 400, body: { code: "validation_failed" } };
    for (const publishAt of [undefined, ahead(-60), ahead(1), ahead(400 * 86_400), "tomorrow"])
      expect(await ann.post("/api/v1/posts", { ...scheduled(), publishAt })).toMatchObject({ ...refused, body: { errors: [{ field: "publishAt" }] } });
    expect(await ann.post("/api/v1/posts", { ...scheduled(), status: "published" })).toMatchObject(refused);
    const { id } = await schedule(ann);
    await ann.patch(`/api/v1/posts/${id}`, { status: "published" });
    for (const body of [{ status: "draft" }, { status: "scheduled", publishAt: ahead(60) }, { publishAt: ahead(60) }])
      expect(await ann.patch(`/api/v1/posts/${id}`, body), JSON.stringify(body)).toMatchObject(refused);
  });

  test("is written once, also when it is sent again after its time", async () => {
    const ann = await feed.person("ann");
    const body = { ...scheduled(), clientMutationId: "once" };
    const { body: first } = await ann.post("/api/v1/posts", body);
    await due(first.id);
    await eventually(async () => expect((await ann.get(`/api/v1/posts/${first.id}`)).body.status).toBe("published"));
    expect((await ann.post("/api/v1/posts", { ...body, publishAt: ahead(-3_600) })).body).toMatchObject({ id: first.id, status: "published" });
  });
});

test("what fell due while the process was killed is published once by the next one", async () => {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-scheduled-"));
  const environment = onTheServer();
  let running = await startProcess(directory, environment);
  const database = openDatabase(new URL(`${environment.DATABASE_PREFIX}post`, environment.DATABASE_URL).href, createLogger({ level: "error", json: false }), 2);
  const publishedIds = async () =>
    (await database.query<{ id: string }>("SELECT (body::jsonb)->'aggregate'->>'id' AS id FROM newfeed.outbox WHERE type = 'post.published' ORDER BY id")).map(
      ({ id }) => id,
    );
  try {
    const ann = await callersOf(running.url).person("ann");
    const ids: string[] = [];
    for (let n = 0; n < 20; n++) ids.push((await ann.post("/api/v1/posts", { ...scheduled(), content: `Number ${n}` })).body.id);
    // Some before, some after, perhaps some while it is killed.
    await database.query("UPDATE post SET publish_at = now() + interval '1 second' + (substr(content, 8)::int - 10) * interval '100 ms'");
    await eventually(async () => expect((await publishedIds()).length).toBeGreaterThan(0));
    await running.signal("SIGKILL");
    // It lies for an hour.
    await database.query("UPDATE post SET publish_at = publish_at - interval '1 hour' WHERE status = 'scheduled'");
    running = await startProcess(directory, environment);
    await eventually(async () => expect((await publishedIds()).sort()).toEqual([...ids].sort()), 5_000);
    const { body } = await callersOf(running.url).call("GET", "/api/v1/posts?limit=100");
    expect(idsOf(body).sort()).toEqual([...ids].sort());
  } finally {
    await running.signal("SIGTERM");
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  }
}, 60_000);
