import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closedAfterEach, openEvents, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { type Moderation, moderationOf } from "./support/moderation-events.ts";
import { openStored } from "./support/stored.ts";
import { openTo, profileWaysOut, publicWaysOut, waysOut, writeToLeave } from "./support/ways-out.ts";

let feed: TestFeed;
let moderation: Moderation;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
  moderation = await moderationOf(feed);
});
afterAll(() => feed.close());

const ids = new Map<string, string>();
const idOf = ({ id }: Person) => {
  const known = ids.get(id) ?? uuidv7();
  ids.set(id, known);
  return known;
};
const suspended = (person: Person, revision: number, until: string | null = null): NewEvent => ({
  type: "user.suspended",
  aggregate: { id: idOf(person), revision },
  actorId: null,
  data: { userId: person.id, reason: "harassment", until, caseId: null },
});
const unsuspended = (person: Person, revision: number): NewEvent => ({
  type: "user.unsuspended",
  aggregate: { id: idOf(person), revision },
  actorId: null,
  data: { userId: person.id },
});
const signIn = ({ email, password }: Person) => feed.call("POST", "/api/auth/login", { email, password });

test("a suspension ends sessions, tokens and streams, says at sign-in why and until when, and ends", async () => {
  const ann = await feed.person("ann");
  const { body: token } = await ann.post("/api/auth/tokens", { name: "bot", scopes: ["read"] });
  const bot = { authorization: `Bearer ${token.data.secret}` };
  expect((await feed.call("GET", "/api/v1/users/me", undefined, bot)).status).not.toBe(401);
  const socket = listening(await openSocket(feed, ann));
  const events = listening(await openEvents(feed, ann, "/api/sse/notifications"));

  const until = new Date(Date.now() + 86_400_000).toISOString();
  await moderation.publish(suspended(ann, 1, until));
  await eventually(async () => expect((await ann.get("/api/v1/feed")).status).toBe(401), 5_000);
  await eventually(async () => expect((await feed.call("GET", "/api/v1/posts", undefined, bot)).status).toBe(401), 5_000);
  for (const listener of [socket, events])
    await eventually(() => expect(listener.of("closing")[0]?.data).toMatchObject({ code: "revoked", resume: false }), 5_000);
  const refused = await signIn(ann);
  expect(refused).toMatchObject({ status: 403, body: { code: "account_suspended", suspension: { reason: "harassment", until } } });
  expect(refused.body.message).toBe(`Your account is suspended until ${until.slice(0, 16).replace("T", " ")} UTC: harassment.`);
  expect((await feed.call("POST", "/api/auth/login", { email: ann.email, password: "wrong" })).body.code, "nobody else learns of it").toBe(
    "invalid_credentials",
  );
  expect((await feed.call("POST", "/api/auth/refresh", { refreshToken: ann.refreshToken })).status).toBe(401);

  await moderation.publish(unsuspended(ann, 2));
  await eventually(async () => expect((await signIn(ann)).status).toBe(200));
  // What comes late changes nothing.
  await moderation.publish(suspended(ann, 1));
  const ben = await feed.person("ben");
  await moderation.publish(suspended(ben, 1));
  await eventually(async () => expect((await signIn(ben)).body.code).toBe("account_suspended"));
  expect((await signIn(ben)).body.suspension.until).toBeNull();
  expect((await signIn(ann)).status).toBe(200);
});

test("a suspended user is found by nobody, nor are their files, and is there as before when the suspension ends", async () => {
  const [ann, fan, other] = [await feed.person("ann"), await feed.person("fan"), await feed.person("other")];
  await fan.post(`/api/v1/users/${ann.id}/follow`);
  await ann.post(`/api/v1/users/${fan.id}/follow`);
  await other.post(`/api/v1/users/${fan.id}/follow`);
  const post = await writeToLeave(ann, "a file");
  const ways = profileWaysOut(feed, other);
  const all = Object.keys(ways);
  const opens = async () => {
    await other.delete(`/api/v1/users/${ann.id}/follow`);
    return openTo(ways, fan, post);
  };
  expect(await opens()).toEqual(all);
  await other.delete(`/api/v1/users/${ann.id}/follow`);
  const before = (await fan.get(`/api/v1/users/${ann.id}`)).body;

  await moderation.publish(suspended(ann, 1));
  await eventually(async () => expect(await opens()).toEqual([]), 5_000);
  // Who wants nothing more to do with them need not wait for the end.
  for (const step of ["mute", "block"]) expect((await other.post(`/api/v1/users/${ann.id}/${step}`, {})).status).toBe(200);
  for (const list of ["blocks", "mutes"]) expect((await other.get(`/api/v1/users/me/${list}`)).body.data).toEqual([]);

  await moderation.publish(unsuspended(ann, 2));
  await eventually(async () => expect((await fan.get(`/api/v1/users/${ann.id}`)).body).toEqual(before));
  for (const list of ["blocks", "mutes"]) expect((await other.get(`/api/v1/users/me/${list}`)).body.data).toMatchObject([{ id: ann.id }]);
  await other.delete(`/api/v1/users/${ann.id}/block`);
  await other.delete(`/api/v1/users/${ann.id}/mute`);
  await eventually(async () => expect(await opens()).toEqual(all));
  // What comes late changes nothing.
  await moderation.publish(suspended(ann, 1));
  const later = await feed.person("later");
  await moderation.publish(suspended(later, 1));
  await eventually(async () => expect((await fan.get(`/api/v1/users/${later.id}`)).status).toBe(404));
  expect((await fan.get(`/api/v1/users/${ann.id}`)).status).toBe(200);
});

test("a suspension whose time is over lets its user in, also before anybody says so", async () => {
  const ann = await feed.person("ann");
  await moderation.publish(suspended(ann, 1, new Date(Date.now() + 2_500).toISOString()));
  await eventually(async () => expect((await signIn(ann)).body.code).toBe("account_suspended"));
  await eventually(async () => expect((await signIn(ann)).status).toBe(200), 8_000);
});

test("what a suspended user wrote leaves by no way, goes from open pages, and is back when the suspension ends", async () => {
  const [ann, fan, other] = [await feed.person("ann"), await feed.person("fan"), await feed.person("other")];
  await fan.post(`/api/v1/users/${ann.id}/follow`);
  const post = await writeToLeave(ann);
  await ann.post(`/api/v1/posts/${post.id}/pin`);
  // Files have no people: their addresses stay as they are.
  const { media: _file, ...ofReaders } = { ...waysOut(feed), ...publicWaysOut(feed) };
  const all = Object.keys(ofReaders);
  await eventually(async () => expect(await openTo(ofReaders, fan, post)).toEqual(all), 10_000);
  const { body: others } = await other.post("/api/v1/posts", { content: "Talk", postType: "TEXT" });
  const { body: comment } = await ann.post(`/api/v1/posts/${others.id}/comments`, { content: "my opinion" });
  await ann.post(`/api/v1/posts/${others.id}/like`);
  const socket = listening(await openSocket(feed, fan));
  for (const postId of [post.id, others.id]) expect((await socket.ask("subscribe-post", postId)).ok).toBe(true);
  const stored = await openStored(feed);

  await moderation.publish(suspended(ann, 1));
  await eventually(
    () =>
      expect(socket.of("retract").flatMap(({ data }) => data.items)).toEqual(
        expect.arrayContaining([
          { type: "post", id: post.id },
          { type: "comment", id: comment.id },
        ]),
      ),
    3_000,
  );
  await stored.settled();
  expect(await openTo(ofReaders, fan, post)).toEqual([]);
  expect((await fan.get(`/api/v1/comments/${comment.id}`)).status).toBe(404);
  expect((await fan.get(`/api/v1/posts/${others.id}/comments`)).body.data).toEqual([]);
  expect((await fan.get(`/api/v1/posts/${others.id}/likes`)).body.data).toEqual([]);
  const late = listening(await openSocket(feed, fan));
  const { cursor } = await late.ask("subscribe-post", others.id);
  await late.ask("unsubscribe-post", others.id);
  await late.ask("subscribe-post", others.id, { cursor: `${cursor.split(":")[0]}:0` });
  expect(late.of("new_comment"), "a replay has nothing of it").toEqual([]);

  await moderation.publish(unsuspended(ann, 2));
  await eventually(async () => expect((await fan.get(`/api/v1/comments/${comment.id}`)).body.content).toBe("my opinion"));
  await stored.settled();
  expect(await openTo(ofReaders, fan, post)).toEqual(all);
}, 60_000);
