import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openEvents, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { type Moderation, moderationOf } from "./support/moderation-events.ts";
import { openStored } from "./support/stored.ts";
import { openTo, publicWaysOut, sentText, type Written, waysOut, writeToLeave } from "./support/ways-out.ts";

let feed: TestFeed;
let moderation: Moderation;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
  moderation = await moderationOf(feed);
});
afterAll(() => feed.close());

const contentOf = ({ id, author }: Pick<Written, "id" | "author">) => ({ type: "post" as const, id, authorId: author.id });
const read = async (reader: Person, { id }: { id: string }) => (await reader.get(`/api/v1/posts/${id}`)).body;

describe("a post that moderators have hidden", () => {
  test("leaves by no way to anybody but its author, and is back by all of them when it is restored", async () => {
    const [ann, fan, stranger] = [await feed.person("ann"), await feed.person("fan"), await feed.person("stranger")];
    await fan.post(`/api/v1/users/${ann.id}/follow`);
    const post = await writeToLeave(ann);
    expect((await ann.post(`/api/v1/posts/${post.id}/pin`)).status).toBe(200);
    const ways = { ...waysOut(feed), ...publicWaysOut(feed) };
    const all = Object.keys(ways);
    await eventually(async () => expect(await openTo(ways, fan, post)).toEqual(all), 10_000);
    await eventually(async () => expect(await openTo(ways, stranger, post)).toEqual(all), 10_000);
    const before = await read(fan, post);
    expect(before.moderation).toBeNull();

    const caseId = await moderation.reject(contentOf(post));
    const stored = await openStored(feed);
    await eventually(async () => expect((await fan.get(`/api/v1/posts/${post.id}`)).status).toBe(404));
    await stored.settled();
    expect([await openTo(ways, fan, post), await openTo(ways, stranger, post)]).toEqual([[], []]);
    expect(JSON.stringify((await fan.get("/api/v1/users/me/export")).body)).not.toContain("Bello");
    expect(JSON.stringify((await fan.get("/api/v1/notifications")).body)).not.toContain("Bello");
    expect(JSON.stringify((await feed.call("GET", "/api/v1/trends")).body)).not.toContain("dogs");

    // Its author still reads it, with the reason.
    const appealUrl = `/api/v1/moderation/cases/${caseId}/appeal`;
    expect(await read(ann, post)).toMatchObject({
      content: sentText,
      status: "published",
      moderation: { state: "hidden", reason: "harassment", caseId, appealUrl },
    });
    expect((await ann.get(`/api/v1/users/${ann.id}/posts`)).body.data).toMatchObject([{ id: post.id, moderation: { state: "hidden" } }]);
    expect((await ann.graphql(`{ getPost(id: "${post.id}") { post { moderation { state reason appealUrl } } } }`)).body.data.getPost.post.moderation).toEqual({
      state: "hidden",
      reason: "harassment",
      appealUrl,
    });
    expect((await ann.get("/api/v1/users/me/export")).body.posts).toMatchObject([{ id: post.id, moderation: { state: "hidden" } }]);
    expect((await ann.get(`/query/post/${post.id}`)).status).toBe(200);
    // Nothing that others could see can be done with it, and no change publishes it.
    for (const act of ["repost", "pin"]) expect((await ann.post(`/api/v1/posts/${post.id}/${act}`)).status, act).toBe(403);
    expect((await ann.post("/api/v1/posts", { content: "see this", postType: "TEXT", quotedPostId: post.id })).status).toBe(403);
    expect((await ann.patch(`/api/v1/posts/${post.id}`, { location: "At home", status: "published" })).body).toMatchObject({ moderation: { state: "hidden" } });
    await stored.settled();
    expect((await fan.get(`/api/v1/posts/${post.id}`)).status).toBe(404);

    await moderation.approve(contentOf(post));
    await eventually(async () => expect(await read(fan, post)).toMatchObject({ content: sentText, location: "At home", moderation: null }));
    await stored.settled();
    expect(await openTo(ways, fan, post)).toEqual(all);
    const { publishedAt, likeCount, commentCount } = await read(fan, post);
    expect({ publishedAt, likeCount }).toEqual({ publishedAt: before.publishedAt, likeCount: before.likeCount });
    expect(commentCount).toBeGreaterThan(0);
  }, 60_000);

  test("leaves open pages within two seconds, and its words are in no log", async () => {
    const [ann, fan] = [await feed.person("ann"), await feed.person("fan")];
    const post = await writeToLeave(ann);
    const socket = listening(await openSocket(feed, fan));
    expect((await socket.ask("subscribe-post", post.id)).ok).toBe(true);
    const events = listening(await openEvents(feed, fan, `/api/sse/comments/${post.id}`));
    const visitor = listening(await openSocket(feed, null, { query: { visitor: "true" } }));
    expect((await visitor.ask("subscribe-post", post.id)).ok).toBe(true);
    const own = listening(await openSocket(feed, ann));
    expect((await own.ask("subscribe-post", post.id)).ok).toBe(true);
    await ann.patch(`/api/v1/posts/${post.id}`, { content: `${sentText}, again` });
    await eventually(() => expect(socket.of("post_updated")).toHaveLength(1));

    await moderation.reject(contentOf(post));
    const items = [{ type: "post", id: post.id }];
    for (const listener of [socket, events, visitor]) await eventually(() => expect(listener.of("retract")[0]?.data.items).toEqual(items), 2_000);
    await (await openStored(feed)).settled();
    expect(own.of("retract")).toEqual([]);
    const log = await (await feed.platform.openDatabase("notification-service")).query<{ n: number }>(
      "SELECT count(*)::int AS n FROM stream_entry WHERE stream = $1 AND type = 'post_updated'",
      [`post:${post.id}`],
    );
    expect(log).toEqual([{ n: 0 }]);
    await ann.patch(`/api/v1/posts/${post.id}`, { content: `${sentText}, once more` });
    await moderation.approve(contentOf(post));
    await eventually(async () => expect((await socket.ask("subscribe-post", post.id)).ok).toBe(true));
    // Its author's page learns that others see it again.
    await eventually(() => expect(own.of("post_updated").at(-1)?.data.post.content).toBe(`${sentText}, once more`));
  });
});

test("a post that a rule holds is its author's alone until a moderator has decided, and rejection with deletion or a warning is final", async () => {
  const [ann, fan] = [await feed.person("ann"), await feed.person("fan")];
  const [held, removed, warned, flagged] = [await writeToLeave(ann), await writeToLeave(ann), await writeToLeave(ann), await writeToLeave(ann)];
  await moderation.flag(contentOf(flagged), false);
  for (const post of [held, removed, warned]) await moderation.flag(contentOf(post));
  await eventually(async () => {
    for (const post of [held, removed, warned]) expect((await fan.get(`/api/v1/posts/${post.id}`)).status).toBe(404);
  });
  expect(await read(ann, held)).toMatchObject({ moderation: { state: "pending", reason: "spam", appealUrl: null } });
  expect((await fan.get(`/api/v1/posts/${flagged.id}`)).status, "below the threshold").toBe(200);

  await moderation.reject(contentOf(removed), "delete");
  await moderation.reject(contentOf(warned), "warn");
  await moderation.approve(contentOf(held));
  await eventually(async () => expect((await ann.get(`/api/v1/posts/${removed.id}`)).status).toBe(404));
  await eventually(async () => {
    for (const post of [held, warned]) expect(await read(fan, post)).toMatchObject({ moderation: null });
  });
});
