import { consumedTypes } from "@newfeed/shared/contracts/events.ts";
import { storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { planService } from "@newfeed/shared/runtime/run.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { openApiDocument } from "../api-gateway/src/openapi.ts";
import { storingServices } from "../app/feed.ts";
import { newfeedVersion } from "../scripts/operate/backups/description.ts";
import { contractingIn } from "../scripts/operate/migration-plan.ts";
import { type ApiDocument, brokenBy } from "./support/api-changes.ts";
import { openSocket } from "./support/clients.ts";
import { createComment, createPost } from "./support/comments.ts";
import { type Person, signedIn, startTestFeed, type TestFeed } from "./support/feed.ts";
import { findPostgresTools } from "./support/postgres-tools.ts";
import { keepRelease, lastRelease, restoreRelease } from "./support/release-fixture.ts";
import { upload } from "./support/uploads.ts";

/** The API of this version, as clients get it. */
const api = JSON.parse(JSON.stringify(openApiDocument())) as ApiDocument;

const live = "a socket that follows the post";

/** Has people use most of what there is. Gives the paths that show it to the first. */
async function use(feed: TestFeed): Promise<{ ann: Person; paths: string[]; postId: string }> {
  const [ann, ben, cleo] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cleo")];
  const did = async (answer: Promise<{ status: number; body: { id: string } }>) => {
    const { status, body } = await answer;
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    return body;
  };
  await did(ann.post(`/api/v1/users/${ben.id}/follow`));
  await did(ben.post(`/api/v1/users/${ann.id}/follow`));
  const picture = await upload(ann);
  const postId = await createPost(ann, {
    content: "A walk by the river #hiking with @ben_2",
    mediaIds: [picture.id],
    altTexts: [{ mediaId: picture.id, alt: "two halves" }],
  });
  await did(ann.patch(`/api/v1/posts/${postId}`, { content: "A long walk by the river #hiking with @ben_2" }));
  // Those who took part are told of its end, which comes before this is read again.
  const question = await createPost(cleo, { content: "Tea or coffee?", poll: { options: ["tea", "coffee"], duration: 3_600 } });
  await did(ben.post(`/api/v1/posts/${question}/poll/votes`, { option: 0 }));
  await createPost(ben, { content: "I say so, too", quotedPostId: postId });
  const comment = await createComment(ben, postId, "Which river?");
  const reply = await createComment(ann, postId, "The one behind the mill", { parentCommentId: comment.id });
  await did(ann.patch(`/api/v1/comments/${reply.id}`, { content: "The small one behind the mill" }));
  for (const path of [`posts/${postId}/like`, `posts/${postId}/repost`, `comments/${reply.id}/like`]) await did(ben.post(`/api/v1/${path}`));
  for (const path of [`posts/${question}/like`, `posts/${question}/bookmark`, `posts/${postId}/pin`, `users/${ben.id}/bell`, "tags/hiking/follow"])
    await did(ann.post(`/api/v1/${path}`));
  await did(ann.patch("/api/v1/users/me", { bio: "Walks, mostly" }));
  await did(ann.post("/api/v1/drafts", { content: "I was thinking" }));
  const { webhook } = (await ann.post("/api/v1/webhooks", { url: "https://hooks.example.com/newfeed", types: ["comment.created"] })).body;
  await did(ann.patch(`/api/v1/webhooks/${webhook.id}`, { enabled: false }));
  await did(ann.post("/api/v1/reports", { target: { type: "comment", id: comment.id }, reason: "spam" }));
  const lists = ["feed", "posts", "bookmarks", "drafts", "notifications", "notifications/unread-count", "webhooks", "categories", "community-rules"];
  const mine = ["", "/preferences", "/notification-preferences", "/tags", "/likes", "/blocks", "/mutes", "/follow-requests"].map((part) => `users/me${part}`);
  const ofPosts = ["", "/history", "/likes", "/reposts", "/comments"].map((part) => `posts/${postId}${part}`);
  const ofComments = ["", "/history", "/thread"].map((part) => `comments/${reply.id}${part}`);
  const ofUsers = ["", "/posts", "/pinned", "/reposts", "/comments", "/media", "/followers", "/following", "/bell"].map((part) => `users/${ben.id}${part}`);
  const pages = ["posts", "notifications", `posts/${postId}/comments`, `users/${ben.id}/posts`].map((path) => `${path}?limit=1`);
  const others = [...pages, `posts/${question}`, "search?q=river", "tags/hiking/posts", "users/by-username/ann_1", `query/post/${postId}`];
  return { ann, postId, paths: [...lists, ...mine, ...ofPosts, ...ofComments, ...ofUsers, ...others].map((path) => `/api/v1/${path}`) };
}

/** Without where the feed is. */
const withoutAddress = (feed: TestFeed, answer: unknown) => JSON.parse(JSON.stringify(answer).replaceAll(feed.url, ""));

async function answersTo(feed: TestFeed, person: Pick<Person, "get">, paths: readonly string[]): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const path of paths) {
    const { status, body } = await person.get(path);
    expect({ path, status }).toEqual({ path, status: 200 });
    answers[path] = withoutAddress(feed, body);
  }
  return answers;
}

/** What is another as time goes by, or may look as it likes. */
const passing = /cursor$|\.poll\.|\.updatedAt$/i;
/** The end of a poll, which may have come, changes its post. */
const mayHaveChanged = (before: object, name: string) => name === "revision" && "poll" in before && before.poll !== null;

/** All that an older answer says and a newer one does not, or differently. */
function lost(before: unknown, now: unknown, at: string): string[] {
  if (Array.isArray(before))
    return Array.isArray(now) && now.length === before.length ? before.flatMap((item, n) => lost(item, now[n], `${at}[${n}]`)) : [`${at} has other items`];
  if (typeof before === "object" && before !== null)
    return typeof now === "object" && now !== null
      ? Object.entries(before).flatMap(([name, value]) => {
          if (mayHaveChanged(before, name)) return [];
          return name in now ? lost(value, (now as Record<string, unknown>)[name], `${at}.${name}`) : [`${at}.${name} is gone`];
        })
      : [`${at} is ${now}`];
  return before === now || (passing.test(at) && typeof before === typeof now) ? [] : [`${at} was ${before}, is ${now}`];
}

const release = lastRelease();

test("this version is kept for the test of the next one", { timeout: 120_000 }, async ({ skip }) => {
  if (process.env.RELEASE_FIXTURE !== "write") return skip("RELEASE_FIXTURE=write does it, before a release");
  const tools = findPostgresTools();
  if (tools === undefined) throw new Error("there is no pg_dump of PostgreSQL 18");
  const feed = await startTestFeed();
  try {
    const { ann, postId, paths } = await use(feed);
    const socket = await openSocket(feed, ann);
    const { cursor } = await socket.ask("subscribe-post", postId);
    socket.close();
    await createComment(ann, postId, "while nobody looked");
    const settled = async () => {
      const found = await answersTo(feed, ann, paths);
      for (const service of storingServiceNames)
        expect(await (await feed.platform.openDatabase(service)).query("SELECT type FROM newfeed.outbox WHERE sent_at IS NULL")).toEqual([]);
      return found;
    };
    let answers = await eventually(settled, 30_000);
    await eventually(async () => {
      const before = answers;
      answers = await settled();
      expect(lost(before, answers, "")).toEqual([]);
    }, 30_000);
    keepRelease(newfeedVersion(), feed, api, { ...answers, [live]: { postId, cursor } }, tools);
  } finally {
    await feed.close();
  }
});

test("clients of the last release find all that they use", () => {
  expect(release).toBeDefined();
  expect(brokenBy(api, (release as NonNullable<typeof release>).api)).toEqual([]);
});

test("what was stored by the last release is there after an upgrade while it ran, and its events are understood", { timeout: 120_000 }, async () => {
  const { answers, ...fixture } = release as NonNullable<typeof release>;
  const needsStop: string[] = [];
  const events: { id: string; type: string; key: null; body: string }[] = [];
  // However long ago it was.
  const keeping = { NOTIFICATION_RETENTION_DAYS: "36500", STREAM_RETENTION_DAYS: "36500", EVENT_RETENTION_DAYS: "36500" };
  const feed = await startTestFeed(keeping, async (prefix) => {
    for (const [service, url] of await restoreRelease(fixture, prefix)) {
      const database = openDatabase(url, createLogger({ level: "error", json: false }), 1);
      const definition = storingServices.find(({ name }) => name === service) as (typeof storingServices)[number];
      for (const migration of await planService(database, definition)) needsStop.push(...contractingIn(migration).map((sql) => `${migration.name}: ${sql}`));
      // As it is by the time at which others run this.
      if (service === "post-service") await database.query("UPDATE post SET poll_ends_at = now() WHERE poll_ends_at > now()");
      for (const { type, body } of await database.query<{ type: string; body: string }>("SELECT type, body FROM newfeed.outbox ORDER BY id")) {
        const id = uuidv7();
        events.push({ id, type, key: null, body: JSON.stringify({ ...JSON.parse(body), id }) });
      }
      await database.close();
    }
  });
  try {
    // Instances of the last release go on beside this version's.
    expect(needsStop).toEqual([]);

    const login = await feed.call("POST", "/api/auth/login", { email: "ann_1@test.com", password: "Test123" });
    const ann = signedIn(feed, login.body.data.tokens.accessToken);
    const { [live]: followed, ...others } = answers;
    const now = await eventually(() => answersTo(feed, ann, Object.keys(others)));
    expect(Object.entries(others).flatMap(([path, before]) => lost(before, now[path], path))).toEqual([]);
    const cursors = Object.entries(others).flatMap(([path, before]) => {
      const { pageInfo } = before as { pageInfo?: { hasNextPage: boolean; endCursor: string } };
      return pageInfo?.hasNextPage ? `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(pageInfo.endCursor)}` : [];
    });
    expect(cursors.length).toBeGreaterThan(2);
    for (const path of cursors) expect(await ann.get(path)).toMatchObject({ status: 200, body: { data: [expect.anything()] } });

    const { postId, cursor } = followed as { postId: string; cursor: string };
    const socket = await openSocket(feed, ann);
    await socket.ask("subscribe-post", postId, { cursor });
    await eventually(() => expect(socket.of("new_comment").map(({ data }) => data.comment.content)).toEqual(["while nobody looked"]));
    await createComment(ann, postId, "after the upgrade");
    await eventually(() => expect(socket.of("new_comment").map(({ data }) => data.comment.content)).toEqual(["while nobody looked", "after the upgrade"]));
    expect(socket.of("reset")).toEqual([]);
    socket.close();

    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(15);
    await feed.platform.bus.publish(events);
    for (const service of storingServiceNames) {
      const types: readonly string[] = consumedTypes(service);
      const due = events.filter(({ type }) => types.includes(type)).map(({ id }) => id);
      const { query } = await feed.platform.openDatabase(service);
      await eventually(async () => {
        const [consumed] = await query<{ count: number }>("SELECT count(*) FROM newfeed.consumed_event WHERE event_id = ANY($1::uuid[])", [due]);
        expect({ service, count: consumed?.count }).toEqual({ service, count: due.length });
      }, 20_000);
      expect({ service, dead: await query("SELECT type, reason FROM newfeed.dead_letter") }).toEqual({ service, dead: [] });
    }
  } finally {
    await feed.close();
  }
});

test("what would break a client is found", () => {
  const changed = (change: (document: ApiDocument) => void) => {
    const document = structuredClone(api);
    change(document);
    return brokenBy(document, api);
  };
  const schema = (document: ApiDocument, name: string) => document.components.schemas[name] as NonNullable<ApiDocument["components"]["schemas"][string]>;
  expect(changed(() => {})).toEqual([]);
  expect(changed(({ paths }) => void delete paths["/api/v1/feed"])).toEqual(["GET /api/v1/feed is gone"]);
  expect(changed(({ paths }) => void paths["/api/v1/feed"]?.["get"]?.parameters?.splice(0))).toContain("GET /api/v1/feed ?cursor is gone");
  expect(changed(({ paths }) => void paths["/api/v1/feed"]?.["get"]?.parameters?.push({ name: "tz", in: "query", required: true }))).toEqual([
    "GET /api/v1/feed ?tz is required",
  ]);
  expect(changed((document) => void delete schema(document, "Comment").properties?.["content"])).toContain("GET /api/v1/comments/{id} 200.content is gone");
  expect(changed((document) => void schema(document, "Comment").required?.splice(0))).toContain("GET /api/v1/comments/{id} 200.content may be absent");
  expect(changed((document) => void schema(document, "CreatePost").required?.push("title"))).toContain("POST /api/v1/posts request.title is required");
  expect(changed((document) => Object.assign(schema(document, "CreatePost").properties ?? {}, { title: { type: "integer" } }))).toContain(
    "POST /api/v1/posts request.title is integer, was string",
  );
  expect(changed((document) => Object.assign(schema(document, "Comment").properties ?? {}, { content: { type: ["string", "null"] } }))).toContain(
    "GET /api/v1/comments/{id} 200.content is string or null, was string",
  );
  const author = schema(structuredClone(api), "Comment").properties?.["author"] ?? {};
  expect(changed((document) => Object.assign(schema(document, "Comment").properties ?? {}, { author: { anyOf: [author, { type: "null" }] } }))).toContain(
    "GET /api/v1/comments/{id} 200.author may be null",
  );
  expect(changed((document) => Object.assign(schema(document, "CreatePost").properties?.["title"] ?? {}, { maxLength: 3 }))).toContain(
    "POST /api/v1/posts request.title has another maxLength",
  );
  expect(changed((document) => Object.assign(schema(document, "CreatePost").properties ?? {}, { extra: { type: "string" } }))).toEqual([]);
  expect(changed((document) => Object.assign(schema(document, "Comment").properties ?? {}, { extra: { type: "string" } }))).toEqual([]);
});
