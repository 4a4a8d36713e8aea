import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openSocket } from "./support/clients.ts";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());
const listening = closedAfterEach();

const people = async (...names: string[]) => Promise.all(names.map((name) => feed.person(name)));
const mute = (person: Person, other: Person, body?: object) => person.post(`/api/v1/users/${other.id}/mute`, body);
const unmute = (person: Person, other: Person) => person.delete(`/api/v1/users/${other.id}/mute`);
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const idsAt = async (person: Person, path: string): Promise<string[]> => {
  const { status, body } = await person.get(path);
  expect(status, path).toBe(200);
  return body.data.map(({ id, post }: { id: string; post?: { id: string } }) => post?.id ?? id);
};

describe("a mute", () => {
  test("is the muter's own: listed and exported, with its end, and told to nobody", async () => {
    const [ann, ben, cem] = (await people("ann", "ben", "cem")) as [Person, Person, Person];
    const until = inDays(7);
    expect(await mute(ann, ben)).toMatchObject({ status: 200, body: { muted: true, until: null, revision: 1 } });
    expect((await mute(ann, ben, {})).body, "again").toEqual({ muted: true, until: null, revision: 1 });
    expect((await mute(ann, cem, { until })).body).toEqual({ muted: true, until, revision: 1 });
    expect((await mute(ann, ben, { until })).body, "with another end").toEqual({ muted: true, until, revision: 2 });

    expect((await ann.get(`/api/v1/users/${ben.id}`)).body).toMatchObject({ mutedByMe: true, mutedUntil: until });
    expect(await idsAt(ann, "/api/v1/users/me/mutes")).toEqual([ben.id, cem.id]);
    expect((await ann.get("/api/v1/users/me/export")).body.mutes.map(({ id }: { id: string }) => id)).toEqual([ben.id, cem.id]);
    for (const other of [ben, cem]) {
      expect((await other.get(`/api/v1/users/${ann.id}`)).body).toMatchObject({ mutedByMe: false, mutedUntil: null });
      expect(await idsAt(other, "/api/v1/users/me/mutes")).toEqual([]);
      expect(JSON.stringify((await other.get("/api/v1/users/me/export")).body)).not.toContain(ann.id);
    }
    expect((await unmute(ann, ben)).body).toEqual({ muted: false, until: null, revision: 3 });
    expect(await idsAt(ann, "/api/v1/users/me/mutes")).toEqual([cem.id]);
  });

  test("is refused of oneself, of nobody, and with an end that has passed", async () => {
    const [ann, ben] = (await people("ann", "ben")) as [Person, Person];
    expect(await mute(ann, ann)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect(await unmute(ann, ann)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect(await ann.post("/api/v1/users/01a1fd56-0000-7000-8000-000000000000/mute")).toMatchObject({ status: 404 });
    expect(await mute(ann, ben, { until: inDays(-1) })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "until", message: "must be in the future" }] },
    });
    expect(await feed.call("POST", `/api/v1/users/${ben.id}/mute`)).toMatchObject({ status: 401 });
  });
});

/** Each way out of a post, of an author whom the reader follows, and its list's query. */
const ways: { way: string; path: (world: { word: string; tag: string }) => string }[] = [
  { way: "home feed", path: () => "/api/v1/feed?limit=100" },
  { way: "public feed", path: () => "/api/v1/posts?limit=100" },
  { way: "tag", path: ({ tag }) => `/api/v1/tags/${tag}/posts?limit=100` },
  { way: "search", path: ({ word }) => `/api/v1/search/posts?q=${word}` },
  { way: "popular", path: () => "/api/v1/posts/popular?limit=10" },
];

describe("while a user is muted", () => {
  test("no list of the muter has their posts, but for what is asked of them; others' lists do; and lifted, all is there again", async () => {
    const [ann, ben, cem] = (await people("ann", "ben", "cem")) as [Person, Person, Person];
    const world = { word: "quokka", tag: "quokkas" };
    for (const reader of [ann, cem]) await reader.post(`/api/v1/users/${ben.id}/follow`);
    const id = await createPost(ben, { content: "A quokka for #quokkas" });
    await cem.post(`/api/v1/posts/${id}/like`);
    const seen = async (reader: Person, isSeen: boolean) => {
      for (const { way, path } of ways)
        await eventually(async () => expect((await idsAt(reader, path(world))).includes(id), `${reader.username}: ${way}`).toBe(isSeen));
    };
    await seen(ann, true);
    await mute(ann, ben);
    await seen(ann, false);
    await seen(cem, true);
    expect((await ann.get(`/api/v1/posts/${id}`)).status, "by its link").toBe(200);
    expect(await idsAt(ann, `/api/v1/users/${ben.id}/posts`), "on the profile").toEqual([id]);
    await unmute(ann, ben);
    await seen(ann, true);
  });

  test("what they repost is in no home feed of the muter, nor what others repost of them", async () => {
    const [ann, ben, cem, dan] = (await people("ann", "ben", "cem", "dan")) as [Person, Person, Person, Person];
    for (const followee of [ben, cem]) await ann.post(`/api/v1/users/${followee.id}/follow`);
    const [byDan, byBen] = [await createPost(dan), await createPost(ben)];
    await mute(ann, ben);
    await ben.post(`/api/v1/posts/${byDan}/repost`);
    await cem.post(`/api/v1/posts/${byBen}/repost`);
    const marker = await createPost(cem);
    await eventually(async () => expect(await idsAt(ann, "/api/v1/feed")).toEqual([marker]));
    await cem.post(`/api/v1/posts/${byDan}/repost`);
    await eventually(async () => expect(await idsAt(ann, "/api/v1/feed"), "though the muted one was first").toEqual([byDan, marker]));
  });

  test("they are suggested no more", async () => {
    const [ann, ben, cem] = (await people("ann", "ben", "cem")) as [Person, Person, Person];
    await ann.post(`/api/v1/users/${ben.id}/follow`);
    await ben.post(`/api/v1/users/${cem.id}/follow`);
    const suggested = async () => (await ann.get("/api/v1/users/suggestions")).body.data.map(({ user }: { user: { id: string } }) => user.id);
    expect(await suggested()).toEqual([cem.id]);
    await mute(ann, cem);
    expect(await suggested()).toEqual([]);
  });

  test("nothing that they do notifies the muter, and their new posts are not announced; other pages of the muter learn of the mute", async () => {
    const [ann, ben, cem] = (await people("ann", "ben", "cem")) as [Person, Person, Person];
    for (const followee of [ben, cem]) await ann.post(`/api/v1/users/${followee.id}/follow`);
    const early = await createPost(ben);
    const mine = await createPost(ann);
    const socket = listening(await openSocket(feed, ann));
    expect(await socket.ask("subscribe", ann.id)).toMatchObject({ ok: true });
    expect(await socket.ask("subscribe-feed")).toMatchObject({ ok: true });
    await mute(ann, ben);
    await eventually(() => expect(socket.of("user_muted").map(({ data }) => data)).toEqual([{ userId: ben.id, muted: true, until: null }]));
    expect(await idsAt(ann, "/api/v1/feed"), "as soon as it is told").toEqual([mine]);

    await createPost(ben);
    await ben.post(`/api/v1/posts/${mine}/comments`, { content: `@${ann.username} look` });
    await ben.post(`/api/v1/posts/${mine}/like`);
    const told = await createPost(cem);
    await cem.post(`/api/v1/posts/${mine}/like`);
    await eventually(async () => {
      expect(
        socket
          .of("new_post")
          .map(({ data }) => data.post.id)
          .filter((id) => id !== early),
      ).toEqual([told]);
      const { body } = await ann.get("/api/v1/notifications");
      expect(body.data.flatMap(({ actors }: { actors: { id: string }[] }) => actors.map(({ id }) => id))).toEqual([cem.id]);
    });
  });

  test("it ends by itself", async () => {
    const [ann, ben] = (await people("ann", "ben")) as [Person, Person];
    const id = await createPost(ben);
    await mute(ann, ben, { until: new Date(Date.now() + 1_500).toISOString() });
    await eventually(async () => expect(await idsAt(ann, "/api/v1/posts")).not.toContain(id));
    await eventually(async () => expect(await idsAt(ann, "/api/v1/posts")).toContain(id));
    expect((await ann.get(`/api/v1/users/${ben.id}`)).body).toMatchObject({ mutedByMe: false, mutedUntil: null });
    expect(await idsAt(ann, "/api/v1/users/me/mutes")).toEqual([]);
  });

  test("their deletion, or the muter's, takes it along", async () => {
    const [ann, ben, cem] = (await people("ann", "ben", "cem")) as [Person, Person, Person];
    await mute(ann, ben);
    await mute(cem, ann);
    await ben.delete("/api/auth/me", { password: ben.password });
    await eventually(async () => expect(await idsAt(ann, "/api/v1/users/me/mutes")).toEqual([]));
    await ann.delete("/api/auth/me", { password: ann.password });
    await eventually(async () => expect(await idsAt(cem, "/api/v1/users/me/mutes")).toEqual([]));
  });
});
