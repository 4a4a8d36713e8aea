import type { User } from "@newfeed/shared/contracts/dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { type Event, type EventOf, type EventType, parseEvent } from "@newfeed/shared/contracts/events.ts";
import { asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { userInternalRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { serviceTable } from "@newfeed/shared/contracts/services.ts";
import { createServiceClient } from "@newfeed/shared/http/service-client.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let database: RawDatabase;
beforeAll(async () => {
  feed = await startTestFeed();
  database = await feed.platform.openDatabase("user-service");
});
afterAll(() => feed.close());

const signUp = async (...names: string[]) => {
  const all: Person[] = [];
  for (const name of names) all.push(await feed.person(name));
  return all as [Person, Person, Person, Person];
};
const at = (person: { id: string }, rest = "") => `/api/v1/users/${person.id}${rest}`;
const ids = ({ body }: Answer): string[] => body.data.map((user: User) => user.id);
const follow = (one: Person, other: { id: string }) => one.post(at(other, "/follow"));
const counts = async (person: Person) => {
  const { body } = await person.get(at(person));
  return [body.followerCount, body.followingCount];
};

/** user-service's events about two users' follows and blocks, in order. */
async function relationEvents(one: Person, other: Person): Promise<Event[]> {
  const rows = await database.query<{ body: string }>("SELECT body FROM newfeed.outbox WHERE body LIKE $1 AND body LIKE $2 ORDER BY id", [
    `%${one.id}%`,
    `%${other.id}%`,
  ]);
  return rows.map((row) => parseEvent(row.body)).filter((event) => event !== undefined);
}
async function publishedEvents<T extends EventType>(type: T, aggregateId: string): Promise<EventOf<T>[]> {
  const rows = await database.query<{ event: EventOf<T> }>(
    "SELECT body::jsonb AS event FROM newfeed.outbox WHERE type = $1 AND body::jsonb -> 'aggregate' ->> 'id' = $2 ORDER BY id",
    [type, aggregateId],
  );
  return rows.map((row) => row.event);
}
const authors = async (names: { ids?: UserId[]; usernames?: string[] }) => {
  const { authors } = await createServiceClient(
    "post-service",
    feed.platform.upstreams,
    feed.platform.internalTokens,
  )(userInternalRoutes.authors, {
    body: { ids: [], usernames: [], ...names },
  });
  return authors;
};
const leave = (person: Person) => person.delete("/api/auth/me", { password: person.password });

describe("a profile", () => {
  test("exists right after sign-up, by id and by name, for its owner and for others", async () => {
    const [ann] = await signUp("ann");
    const mine = await ann.get(at(ann));
    expect(mine.status).toBe(200);
    expect(mine.body).toMatchObject({ id: ann.id, username: ann.username, fullName: "ann Tester", bio: "", avatarUrl: null, revision: 1 });
    expect(mine.body).toMatchObject({ followerCount: 0, followingCount: 0, followedByMe: false, followsMe: false, blockedByMe: false });
    const [ben] = await signUp("ben");
    expect((await feed.call("GET", `/api/users/by-username/${ben.username.toUpperCase()}`)).body.id).toBe(ben.id);
    const [cem, dan] = await signUp("cem", "dan");
    const snapshots = await authors({
      ids: [cem.id, asUserId("0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e")],
      usernames: [dan.username.toUpperCase(), "nobody_at_all"],
    });
    expect(snapshots).toHaveLength(2);
    expect(snapshots).toContainEqual({ id: cem.id, username: cem.username, fullName: "cem Tester", avatarUrl: null, revision: 1 });
    expect(snapshots.map((author) => author.id)).toContain(dan.id);
  });

  test("is the user's own at /me", async () => {
    const [ann] = await signUp("ann");
    const own = await ann.get("/api/v1/users/me");
    expect(own).toMatchObject({ status: 200, body: { id: ann.id, username: ann.username, followerCount: 0 } });
    expect(own.body).toEqual((await ann.get(at(ann))).body);
    expect((await ann.get("/api/users/me")).body).toEqual(own.body);
    expect(await feed.call("GET", "/api/v1/users/me")).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
  });

  test.each(["/posts", "/followers", "/following", "/media"])("has lists that are there when its user is: %s", async (list) => {
    const [ann, ben, cem] = await signUp("ann", "ben", "cem");
    const notFound = { status: 404, body: { code: "not_found" } };
    for (const viewer of [undefined, ann]) {
      const headers = viewer && { authorization: `Bearer ${viewer.token}` };
      expect(await feed.call("GET", at({ id: "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e" }, list), undefined, headers)).toMatchObject(notFound);
      // Of one who has nothing, and of one who signed up a moment ago.
      for (const user of [ann, ben, await feed.person("new")])
        expect(await feed.call("GET", at(user, list), undefined, headers)).toMatchObject({ status: 200, body: { data: [] } });
    }
    await ben.post(at(ann, "/block"));
    // A block hides the posts one by one, so that their list is empty.
    expect(await ann.get(at(ben, list))).toMatchObject(list === "/posts" ? { status: 200, body: { data: [] } } : notFound);
    expect(await ben.get(at(ann, list))).toMatchObject({ status: 200 });
    await leave(cem);
    await eventually(async () => expect(await ann.get(at(cem, list))).toMatchObject(notFound));
  });

  test("of an unknown user is not found, and an invalid name or id is refused", async () => {
    expect(await feed.call("GET", "/api/v1/users/0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e")).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect(await feed.call("GET", "/api/v1/users/by-username/nobody_at_all")).toMatchObject({ status: 404 });
    expect(await feed.call("GET", "/api/v1/users/1")).toMatchObject({ status: 400, body: { errors: [{ field: "id" }] } });
    expect(await feed.call("GET", "/api/v1/users/by-username/a%00b")).toMatchObject({ status: 400, body: { errors: [{ field: "username" }] } });
  });

  test("is changed by its owner only, field by field, and each change publishes an event with a higher revision", async () => {
    const [ann] = await signUp("ann");
    const first = await ann.patch("/api/v1/users/me", { fullName: " Ann Smith ", bio: "hello" });
    expect(first).toMatchObject({ status: 200, body: { id: ann.id, fullName: "Ann Smith", bio: "hello", avatarUrl: null, revision: 2 } });
    const second = await ann.patch("/api/v1/users/me", { avatarUrl: "https://example.com/ann.png" });
    expect(second).toMatchObject({ status: 200, body: { fullName: "Ann Smith", bio: "hello", avatarUrl: "https://example.com/ann.png", revision: 3 } });
    expect(
      (await publishedEvents("user.updated", ann.id)).map((event) => [event.aggregate.revision, event.data.user.fullName, event.data.user.avatarUrl]),
    ).toEqual([
      [2, "Ann Smith", null],
      [3, "Ann Smith", "https://example.com/ann.png"],
    ]);
    // The rename reaches the account.
    await eventually(async () => expect((await ann.get("/api/auth/me")).body.data.user.fullName).toBe("Ann Smith"));
    expect((await ann.patch("/api/v1/users/me", { avatarUrl: null })).body.avatarUrl).toBeNull();
  });

  test("refuses invalid input, which does not reach the database", async () => {
    const [ann] = await signUp("ann");
    for (const body of [
      {},
      { fullName: "" },
      { bio: "\u0000" },
      { avatarUrl: "javascript:alert(1)" },
      { avatarUrl: "http://a/\u0000" },
      { followerCount: 9 },
      { id: "x" },
    ])
      expect(await ann.patch("/api/v1/users/me", body), JSON.stringify(body)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect((await ann.get(at(ann))).body.revision).toBe(1);
    expect((await feed.call("PATCH", "/api/v1/users/me", { bio: "x" }, { origin: feed.url, "sec-fetch-site": "same-origin" })).status).toBe(401);
  });
});

describe("a follow", () => {
  test("counts on both sides once, however often it is sent, and so does its end", async () => {
    const [ann, ben] = await signUp("ann", "ben");
    expect(await follow(ann, ben)).toMatchObject({ status: 200, body: { following: true, followerCount: 1, revision: 1 } });
    expect((await follow(ann, ben)).body).toEqual({ following: true, requested: false, followerCount: 1, revision: 1 });
    expect((await ann.get(at(ben))).body).toMatchObject({ followerCount: 1, followedByMe: true, followsMe: false });
    expect((await ben.get(at(ann))).body).toMatchObject({ followingCount: 1, followedByMe: false, followsMe: true });
    expect((await ann.delete(at(ben, "/follow"))).body).toEqual({ following: false, requested: false, followerCount: 0, revision: 2 });
    expect((await ann.delete(at(ben, "/follow"))).body).toEqual({ following: false, requested: false, followerCount: 0, revision: 2 });
    expect((await follow(ann, ben)).body).toEqual({ following: true, requested: false, followerCount: 1, revision: 3 });

    const events = await relationEvents(ann, ben);
    expect(events.map((event) => [event.type, event.aggregate.revision])).toEqual([
      ["user.followed", 1],
      ["user.unfollowed", 2],
      ["user.followed", 3],
    ]);
    expect(events[0]).toMatchObject({ actorId: ann.id, data: { followerId: ann.id, followeeId: ben.id, follower: { id: ann.id, username: ann.username } } });
  });

  test("that does not exist can be ended without an event, and the next follow has a higher revision", async () => {
    const [ann, ben] = await signUp("ann", "ben");
    expect((await ann.delete(at(ben, "/follow"))).body).toEqual({ following: false, requested: false, followerCount: 0, revision: 1 });
    expect(await relationEvents(ann, ben)).toEqual([]);
    expect((await follow(ann, ben)).body).toEqual({ following: true, requested: false, followerCount: 1, revision: 2 });
  });

  test("of oneself, of an unknown user or without an account is refused", async () => {
    const [ann] = await signUp("ann");
    expect(await follow(ann, ann)).toMatchObject({ status: 400, body: { code: "validation_failed", errors: [{ field: "id" }] } });
    expect((await follow(ann, { id: "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e" })).status).toBe(404);
    expect((await feed.call("POST", at(ann, "/follow"), undefined, { origin: feed.url })).status).toBe(401);
  });

  test("can be mutual at the same time, many times, with correct counts", async () => {
    const [ann, ben, cem] = await signUp("ann", "ben", "cem");
    const pairs = [ann, ben, cem].flatMap((one) => [ann, ben, cem].filter((other) => other !== one).map((other) => [one, other] as const));
    const answers = await Promise.all(Array.from({ length: 4 }, () => pairs.map(([one, other]) => follow(one, other))).flat());
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    for (const person of [ann, ben, cem]) expect(await counts(person)).toEqual([2, 2]);
    await Promise.all(pairs.flatMap(([one, other]) => [one.delete(at(other, "/follow")), one.delete(at(other, "/follow"))]));
    for (const person of [ann, ben, cem]) expect(await counts(person)).toEqual([0, 0]);
  });

  test("can be ended by the followed user", async () => {
    const [ann, ben] = await signUp("ann", "ben");
    await follow(ann, ben);
    expect((await ben.delete(`/api/v1/users/me/followers/${ann.id}`)).status).toBe(204);
    expect((await ben.delete(`/api/v1/users/me/followers/${ann.id}`)).status).toBe(204);
    expect((await ann.get(at(ben))).body).toMatchObject({ followerCount: 0, followedByMe: false });
    const events = await relationEvents(ann, ben);
    expect(events.at(-1)).toMatchObject({
      type: "user.unfollowed",
      actorId: ben.id,
      aggregate: { revision: 2 },
      data: { followerId: ann.id, followeeId: ben.id },
    });
    expect(events).toHaveLength(2);
  });

  test("appears in both lists, the latest first, in pages and by cursor", async () => {
    const [star, one, two, three] = await signUp("star", "one", "two", "three");
    for (const fan of [one, two, three]) await follow(fan, star);
    await follow(star, one);
    const first = await star.get(at(star, "/followers?limit=2"));
    expect(ids(first)).toEqual([three.id, two.id]);
    expect(first.body.data.map((user: User) => [user.followsMe, user.followedByMe])).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(first.headers.get("link")).toContain('rel="next"');
    const second = await feed.call("GET", at(star, `/followers?limit=2&cursor=${first.body.pageInfo.endCursor}`));
    expect(ids(second)).toEqual([one.id]);
    expect(second.body.pageInfo.hasNextPage).toBe(false);
    expect(ids(await star.get(at(star, `/followers?since=${second.body.pageInfo.endCursor}`)))).toEqual([two.id, three.id]);
    expect(ids(await star.get(at(star, "/followers?page=2&limit=2")))).toEqual([one.id]);
    expect(ids(await feed.call("GET", at(star, "/following")))).toEqual([one.id]);
    expect((await star.get(at(star, "/followers?cursor=nonsense"))).body.errors).toEqual([{ field: "cursor", message: "is not a cursor of this list" }]);
  });
});

describe("a block", () => {
  test("ends the follows of both and hides them from each other; only the blocker sees the block", async () => {
    const [ann, ben, cem] = await signUp("ann", "ben", "cem");
    await Promise.all([follow(ann, ben), follow(ben, ann), follow(ann, cem), follow(ben, cem), follow(cem, ann), follow(cem, ben)]);
    expect((await ann.post(at(ben, "/block"))).body).toEqual({ blocked: true, revision: 1 });
    expect((await ann.post(at(ben, "/block"))).body).toEqual({ blocked: true, revision: 1 });
    expect(await counts(ann)).toEqual([1, 1]);
    expect(await counts(ben)).toEqual([1, 1]);

    expect((await ben.get(at(ann))).status).toBe(404);
    expect((await ben.get(`/api/v1/users/by-username/${ann.username}`)).status).toBe(404);
    expect((await ben.get(at(ann, "/followers"))).status).toBe(404);
    expect((await ann.get(at(ben))).body).toMatchObject({ blockedByMe: true, followedByMe: false, followsMe: false });
    for (const [viewer, hidden] of [
      [ann, ben],
      [ben, ann],
    ] as const) {
      expect(ids(await viewer.get(at(cem, "/followers")))).toEqual([viewer.id]);
      expect(ids(await viewer.get(at(cem, "/following")))).toEqual([viewer.id]);
      expect(ids(await viewer.get(`/api/v1/users/search?q=${hidden.username}`))).toEqual([]);
      expect((await follow(viewer, hidden)).status).toBe(404);
    }
    expect((await cem.get(at(cem, "/followers"))).body.data).toHaveLength(2);

    const events = (await relationEvents(ann, ben)).slice(2);
    expect(events.map((event) => [event.type, event.actorId, event.aggregate.revision])).toEqual([
      ["user.blocked", ann.id, 1],
      ["user.unfollowed", ann.id, 2],
      ["user.unfollowed", ann.id, 2],
    ]);
  });

  test("is lifted by the blocker, which does not restore follows", async () => {
    const [ann, ben] = await signUp("ann", "ben");
    await follow(ben, ann);
    await ann.post(at(ben, "/block"));
    // A user cannot lift the other's block; this request is about their own block, which does not exist.
    expect((await ben.delete(at(ann, "/block"))).body).toEqual({ blocked: false, revision: 1 });
    expect((await ben.get(at(ann))).status).toBe(404);
    expect((await ann.delete(at(ben, "/block"))).body).toEqual({ blocked: false, revision: 2 });
    expect((await ann.delete(at(ben, "/block"))).body).toEqual({ blocked: false, revision: 2 });
    expect((await ben.get(at(ann))).body).toMatchObject({ followedByMe: false, followerCount: 0 });
    expect((await relationEvents(ann, ben)).map((event) => event.type)).toEqual(["user.followed", "user.blocked", "user.unfollowed", "user.unblocked"]);
    expect((await follow(ben, ann)).body).toMatchObject({ following: true, revision: 3 });
  });

  test("can be mutual; each user lifts their own", async () => {
    const [ann, ben] = await signUp("ann", "ben");
    await Promise.all([ann.post(at(ben, "/block")), ben.post(at(ann, "/block"))]);
    for (const [one, other] of [
      [ann, ben],
      [ben, ann],
    ] as const)
      expect((await one.get(at(other))).status).toBe(404);
    expect((await ann.delete(at(ben, "/block"))).status).toBe(200);
    expect((await ann.get(at(ben))).status).toBe(404);
    expect((await ben.get(at(ann))).body.blockedByMe).toBe(true);
  });

  test("of oneself or of an unknown user is refused", async () => {
    const [ann] = await signUp("ann");
    expect(await ann.post(at(ann, "/block"))).toMatchObject({ status: 400, body: { errors: [{ field: "id" }] } });
    expect((await ann.post("/api/v1/users/0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e/block")).status).toBe(404);
  });
});

describe("a deleted account", () => {
  test("loses its profile, follows and blocks, and others' counts are updated", async () => {
    const [ann, ben, cem] = await signUp("ann", "ben", "cem");
    await Promise.all([follow(ann, ben), follow(ben, ann), follow(cem, ann), follow(cem, ben)]);
    await ann.patch("/api/v1/users/me", { bio: "to be forgotten" });
    expect((await leave(ann)).status).toBe(200);
    await eventually(async () => expect((await ben.get(at(ann))).status).toBe(404));
    await eventually(async () =>
      expect([await counts(ben), await counts(cem)]).toEqual([
        [1, 0],
        [0, 1],
      ]),
    );
    expect(ids(await ben.get(at(ben, "/followers")))).toEqual([cem.id]);
    expect(ids(await cem.get(`/api/v1/users/search?q=${ann.username}`))).toEqual([]);
    expect((await cem.get(`/api/v1/users/by-username/${ann.username}`)).status).toBe(404);
    for (const [method, path] of [
      ["POST", "/follow"],
      ["DELETE", "/follow"],
      ["POST", "/block"],
      ["DELETE", "/block"],
      ["GET", "/followers"],
    ] as const)
      expect((await feed.call(method, at(ann, path), undefined, { authorization: `Bearer ${cem.token}` })).status, `${method} ${path}`).toBe(404);
    expect(await authors({ ids: [ann.id], usernames: [ann.username] })).toEqual([]);
    const ended = [...(await relationEvents(ann, ben)), ...(await relationEvents(ann, cem))].filter((event) => event.type === "user.unfollowed");
    expect(ended, "that she is gone says it").toEqual([]);
    const [row] = await database.query("SELECT username, full_name, bio, avatar_url, follower_count, following_count, deleted FROM profile WHERE id = $1", [
      ann.id,
    ]);
    expect(row).toEqual({ username: "", full_name: "", bio: "", avatar_url: null, follower_count: 0, following_count: 0, deleted: true });
  });
});

describe("an export", () => {
  test("is one JSON document of all the user's data, served as a download", async () => {
    const [ann, ben, cem] = await signUp("ann", "ben", "cem");
    await Promise.all([follow(ann, ben), follow(ben, ann), ann.post(at(cem, "/block"))]);
    const post = await ann.post("/api/v1/posts", { content: "mine", postType: "TEXT" });
    await ben.post("/api/v1/posts", { content: "not mine", postType: "TEXT" });
    await ann.post(`/api/v1/posts/${post.body.id}/like`);
    const comment = await ann.post(`/api/v1/posts/${post.body.id}/comments`, { content: "also mine" });
    await ann.post(`/api/v1/comments/${comment.body.id}/like`);
    const inbox = (await eventually(async () => {
      const answer = await ann.get("/api/v1/notifications");
      expect(answer.body.data.length).toBeGreaterThan(0);
      return answer;
    })) as Answer;

    const { status, headers, body } = await ann.get("/api/v1/users/me/export");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("application/json");
    expect(headers.get("content-disposition")).toMatch(new RegExp(`^attachment; filename="?newfeed-${ann.username}[.]json"?$`));
    expect(Object.keys(body)).toEqual(Object.values(serviceTable).flatMap(({ exports }) => exports));
    expect(body).toMatchObject({ account: { id: ann.id, email: ann.email }, sessions: [{ userAgent: expect.any(String) }], profile: { id: ann.id } });
    expect([body.followers, body.following, body.blocks].map((users: User[]) => users.map((user) => user.id))).toEqual([[ben.id], [ben.id], [cem.id]]);
    expect(body.posts.map((item: { id: string }) => item.id)).toEqual([post.body.id]);
    expect(body.comments.map((item: { id: string }) => item.id)).toEqual([comment.body.id]);
    expect([body.postLikes.length, body.commentLikes.length, body.media.length]).toEqual([1, 1, 0]);
    expect(body.notifications.length).toBeGreaterThanOrEqual(inbox.body.data.length);
    expect((await feed.call("GET", "/api/v1/users/me/export")).status).toBe(401);
  });

  test("contains lists of any length completely", async () => {
    const [star] = await signUp("star");
    await star.get(at(star));
    const fans = 230;
    await database.query(
      `WITH fan AS (INSERT INTO profile (id, username, full_name) SELECT gen_random_uuid(), 'fan' || n, 'Fan' FROM generate_series(1, $2::int) n RETURNING id)
       INSERT INTO follow (id, follower_id, followee_id, active, changed_at) SELECT gen_random_uuid(), id, $1::uuid, true, now() FROM fan`,
      [star.id, fans],
    );
    const { body } = await star.get("/api/v1/users/me/export");
    expect(new Set(body.followers.map((user: User) => user.id)).size).toBe(fans);
  });

  test("fails as a whole while a service is down", async () => {
    const [ann] = await signUp("ann");
    const away = vi.spyOn(feed.platform.upstreams["media-service"], "request").mockRejectedValue(new Problem("service_unavailable"));
    expect(await ann.get("/api/v1/users/me/export")).toMatchObject({ status: 503, body: { code: "service_unavailable" } });
    away.mockRestore();
    expect((await ann.get("/api/v1/users/me/export")).status).toBe(200);
  });
});
