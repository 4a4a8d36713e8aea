import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openEvents, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { openTo as openBy, sentText, type Written, waysOut, writeToLeave } from "./support/ways-out.ts";

let feed: TestFeed;
let users: RawDatabase;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
  users = await feed.platform.openDatabase("user-service");
});
afterAll(() => feed.close());

const people = async (...names: string[]) => {
  const all: Person[] = [];
  for (const name of names) all.push(await feed.person(name));
  return all as [Person, Person, Person];
};
const setPrivate = async (person: Person, privateAccount: boolean) =>
  expect((await person.patch("/api/v1/users/me/preferences", { privateAccount })).body.privateAccount).toBe(privateAccount);
const follow = async (one: Person, other: Person) => (await one.post(`/api/v1/users/${other.id}/follow`)).body;
const unfollow = async (one: Person, other: Person) => (await one.delete(`/api/v1/users/${other.id}/follow`)).body;
const answer = async (one: Person, other: Person, approve: boolean) => {
  const path = `/api/v1/users/me/follow-requests/${other.id}`;
  expect((await (approve ? one.post(`${path}/approve`) : one.delete(path))).status).toBe(204);
};
const requestsOf = async (person: Person) => (await person.get("/api/v1/users/me/follow-requests")).body.data.map(({ id }: Person) => id);
const seen = async (viewer: Person, { id }: Person) => (await viewer.get(`/api/v1/users/${id}`)).body;
const told = async (person: Person): Promise<string[]> =>
  (await person.get("/api/v1/notifications")).body.data.map(({ type }: { type: string }) => type).filter((type: string) => type !== "welcome");

describe("following a private account", () => {
  test("is asked for, taken back, refused and approved, and all of it is told", async () => {
    const [ann, ben, cem] = await people("ann", "ben", "cem");
    await setPrivate(ann, true);
    expect(await follow(ben, ann)).toMatchObject({ following: false, requested: true, followerCount: 0 });
    expect(await follow(ben, ann), "again").toMatchObject({ following: false, requested: true });
    expect(await seen(ben, ann)).toMatchObject({ private: true, requestedByMe: true, followedByMe: false, followerCount: 0 });
    expect(await requestsOf(ann)).toEqual([ben.id]);
    await eventually(async () => expect(await told(ann)).toEqual(["follow_request"]));

    expect(await unfollow(ben, ann)).toMatchObject({ following: false, requested: false });
    expect(await seen(ben, ann)).toMatchObject({ requestedByMe: false });
    expect(await requestsOf(ann)).toEqual([]);
    await eventually(async () => expect(await told(ann)).toEqual([]));

    await follow(ben, ann);
    await answer(ann, ben, false);
    await answer(ann, ben, false);
    expect(await seen(ben, ann)).toMatchObject({ requestedByMe: false, followedByMe: false });

    await follow(ben, ann);
    await follow(cem, ann);
    expect(await requestsOf(ann)).toEqual([cem.id, ben.id]);
    expect((await ann.get("/api/v1/users/me/export")).body.followRequests.map(({ id }: Person) => id)).toEqual([cem.id, ben.id]);
    expect((await cem.get("/api/v1/users/me/export")).body.requestedFollows.map(({ id }: Person) => id)).toEqual([ann.id]);
    await answer(ann, ben, true);
    await answer(ann, ben, true);
    expect(await seen(ben, ann)).toMatchObject({ requestedByMe: false, followedByMe: true, followerCount: 1 });
    expect(await follow(ben, ann), "who follows need not ask").toMatchObject({ following: true, requested: false, followerCount: 1 });
    await eventually(async () => expect([await told(ben), await told(ann)]).toEqual([["follow_approved"], ["follow_request"]]));

    // Nobody is made to follow without having asked.
    const [dan] = await people("dan");
    await answer(ann, dan, true);
    expect(await seen(dan, ann)).toMatchObject({ followedByMe: false, followerCount: 1 });

    expect((await ann.delete(`/api/v1/users/me/followers/${ben.id}`)).status).toBe(204);
    expect(await follow(ben, ann)).toMatchObject({ following: false, requested: true, followerCount: 0 });
  });

  test("ends with a block, with an account, and need not be asked once the account is public", async () => {
    const [ann, ben, cem] = await people("ann", "ben", "cem");
    const [dan] = await people("dan");
    await setPrivate(ann, true);
    for (const person of [ben, cem, dan]) await follow(person, ann);
    expect((await ann.post(`/api/v1/users/${ben.id}/block`)).status).toBe(200);
    expect((await cem.delete("/api/auth/me", { password: cem.password })).status).toBe(200);
    const active = () => users.query<{ id: string }>("SELECT follower_id AS id FROM follow_request WHERE followee_id = $1 AND active", [ann.id]);
    await eventually(async () => expect(await active()).toEqual([{ id: dan.id }]));
    await ann.delete(`/api/v1/users/${ben.id}/block`);
    expect(await requestsOf(ann)).toEqual([dan.id]);
    await setPrivate(ann, false);
    await eventually(async () => expect(await seen(dan, ann)).toMatchObject({ followedByMe: true, requestedByMe: false, followerCount: 1 }));
    expect(await active()).toEqual([]);
    expect(await follow(ben, ann)).toMatchObject({ following: true, requested: false, followerCount: 2 });
  });
});

describe("the posts of a private account", () => {
  const text = sentText;
  const write = writeToLeave;
  const openTo = (reader: Person, post: Written) => openBy(waysOut(feed), reader, post);
  const all = () => Object.keys(waysOut(feed));
  /** What search engines and previews get. */
  const isOnItsPages = async ({ id, commentId }: Written) => {
    const pages = await Promise.all([`/posts/${id}`, `/posts/${id}/comments/${commentId}`].map((path) => feed.call("GET", path)));
    return pages.map(({ body }) => String(body).includes(text));
  };
  const visibilityOf = async (reader: Person, { id }: { id: string }) => (await reader.get(`/api/v1/posts/${id}`)).body.visibility;

  test("are seen by approved followers only, by every way, from the moment it is private until it is public again", async () => {
    const [ann, fan, stranger] = await people("ann", "fan", "stranger");
    await follow(fan, ann);
    const before = await write(ann);
    await eventually(async () => expect([await openTo(fan, before), await openTo(stranger, before)]).toEqual([all(), all()]));
    await eventually(async () => expect(await isOnItsPages(before)).toEqual([true, true]));

    await setPrivate(ann, true);
    await eventually(async () => expect(await openTo(stranger, before)).toEqual([]));
    expect(await isOnItsPages(before)).toEqual([false, false]);
    expect(await openTo(fan, before)).toEqual(all());
    expect(await openTo(ann, before)).toEqual(all());
    const after = await write(ann, `${text} again`);
    expect(await visibilityOf(ann, after)).toBe("followers");
    await eventually(async () => expect(await openTo(fan, after)).toEqual(all()));
    expect(await openTo(stranger, after)).toEqual([]);
    // What its author chooses meanwhile counts afterwards.
    const closed = await write(ann, "for followers in any case");
    await ann.patch(`/api/v1/posts/${closed.id}`, { visibility: "followers" });
    expect((await ann.patch(`/api/v1/posts/${after.id}`, { content: `${text} once more` })).body.visibility).toBe("followers");

    await follow(stranger, ann);
    expect(await openTo(stranger, before), "a request is no follow").toEqual([]);
    await answer(ann, stranger, true);
    await eventually(async () => expect(await openTo(stranger, after)).toEqual(all()));
    await ann.delete(`/api/v1/users/me/followers/${stranger.id}`);
    await eventually(async () => expect(await openTo(stranger, after)).toEqual([]));

    await setPrivate(ann, false);
    await eventually(async () => expect(await openTo(stranger, before)).toEqual(all()));
    await eventually(async () => expect(await openTo(stranger, after)).toEqual(all()));
    const tagged = async () => (await stranger.get("/api/v1/tags/dogs/posts")).body.data.map(({ id }: { id: string }) => id);
    await eventually(async () => expect(await tagged()).toEqual([after.id, before.id]));
    expect(await openTo(stranger, closed)).toEqual([]);
    expect([await visibilityOf(ann, before), await visibilityOf(ann, after), await visibilityOf(ann, closed)]).toEqual(["public", "public", "followers"]);
  }, 60_000);

  test("leave the open streams of those who do not follow, at once, and stay in those of followers", async () => {
    const [ann, fan, stranger] = await people("ann", "fan", "stranger");
    await follow(fan, ann);
    const { id } = await write(ann);
    await eventually(async () => expect((await fan.get("/api/v1/feed")).body.data).toMatchObject([{ id }]));
    const socket = listening(await openSocket(feed, stranger));
    expect((await socket.ask("subscribe-post", id)).ok).toBe(true);
    const events = listening(await openEvents(feed, stranger, `/api/sse/comments/${id}`));
    const visitor = listening(await openSocket(feed, null, { query: { visitor: "true" } }));
    expect((await visitor.ask("subscribe-post", id)).ok).toBe(true);
    const follower = listening(await openSocket(feed, fan));
    expect((await follower.ask("subscribe-post", id)).ok).toBe(true);

    await setPrivate(ann, true);
    const items = [{ type: "post", id }];
    for (const listener of [socket, events, visitor]) await eventually(() => expect(listener.of("retract")[0]?.data.items).toEqual(items));
    expect((await ann.post(`/api/v1/posts/${id}/comments`, { content: "among us" })).status).toBe(201);
    await eventually(() => expect(follower.of("new_comment").map(({ data }) => data.comment.content)).toEqual(["among us"]));
    expect([socket, events, visitor].flatMap((listener) => listener.of("new_comment", "comment_added"))).toEqual([]);
    expect(follower.of("retract")).toEqual([]);
  });
});
