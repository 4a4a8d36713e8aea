import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closedAfterEach, openEvents, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { type Moderation, moderationOf } from "./support/moderation-events.ts";

let feed: TestFeed;
let moderation: Moderation;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
  moderation = await moderationOf(feed);
});
afterAll(() => feed.close());

const id = uuidv7();
const suspended = ({ id: userId }: Person, revision: number, until: string | null = null): NewEvent => ({
  type: "user.suspended",
  aggregate: { id, revision },
  actorId: null,
  data: { userId, reason: "harassment", until, caseId: null },
});
const unsuspended = ({ id: userId }: Person, revision: number): NewEvent => ({
  type: "user.unsuspended",
  aggregate: { id, revision },
  actorId: null,
  data: { userId },
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

test("a suspension whose time is over lets its user in, also before anybody says so", async () => {
  const ann = await feed.person("ann");
  await moderation.publish(suspended(ann, 1, new Date(Date.now() + 2_500).toISOString()));
  await eventually(async () => expect((await signIn(ann)).body.code).toBe("account_suspended"));
  await eventually(async () => expect((await signIn(ann)).status).toBe(200), 8_000);
});
