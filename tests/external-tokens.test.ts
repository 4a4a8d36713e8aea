import { createClient } from "@newfeed/client";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import { publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openEvents, openSocket } from "./support/clients.ts";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { startIssuer, type TestIssuer } from "./support/issuer.ts";
import { twoHalves } from "./support/pictures.ts";

let feed: TestFeed;
let issuer: TestIssuer;
let john: Person;
const listening = closedAfterEach();
beforeAll(async () => {
  issuer = await startIssuer();
  feed = await startTestFeed(issuer.environment);
  john = await feed.person("john");
});
afterAll(async () => {
  await feed.close();
  await issuer.close();
});

let count = 0;
const newUser = (): JWTPayload & { sub: string } => ({ sub: `user_${++count}`, sid: `session ${count}`, preferred_username: `elsewhere_${count}` });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const call = (token: string, method: string, path: string, body?: unknown): Promise<Answer> => feed.call(method, path, body, bearer(token));
/** As a user, for what opens streams. */
const personOf = (token: string, id = ""): Person => ({ ...john, id: id as Person["id"], token });
const me = async (token: string) => (await call(token, "GET", "/api/auth/me")).body.data.user;
const database = () => feed.platform.openDatabase("auth-service");
const inAMinute = () => Math.floor(Date.now() / 1000) + 60;

test("a token of the issuer is accepted everywhere, and its user has an account at first sight", async () => {
  const user = newUser();
  const token = await issuer.token({ ...user, name: "Ada Lovelace", email: "ada@elsewhere.test", email_verified: true });
  const form = () => {
    const data = new FormData();
    data.set("image", new Blob([picture]), "a.png");
    return data;
  };
  const picture = new Uint8Array(await twoHalves(8, 8).png().toBuffer());
  const answers = await Promise.all([
    call(token, "POST", "/api/v1/posts", { content: "from elsewhere", postType: "TEXT" }),
    call(token, "POST", "/graphql", { query: "{ me { username } }" }),
    call(token, "POST", "/api/media/upload/image", form()),
    call(token, "GET", "/api/v1/notifications"),
    call(token, "GET", "/api/auth/me"),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 201, 200, 200]);
  const account = answers[4].body.data.user;
  expect(account).toMatchObject({
    username: user["preferred_username"],
    fullName: "Ada Lovelace",
    email: "ada@elsewhere.test",
    emailVerified: true,
    roles: ["user"],
  });
  expect(answers[0].body.author.id).toBe(account.id);
  const ada = personOf(token, account.id);
  const socket = listening(await openSocket(feed, ada));
  expect(await socket.ask("subscribe", ada.id)).toMatchObject({ ok: true });
  const events = [listening(await openEvents(feed, ada, "/api/sse/notifications")), listening(await openEvents(feed, ada, "/api/sse?streams=user:me"))];
  await eventually(async () => expect((await john.post(`/api/v1/users/${account.id}/follow`)).status).toBe(200));
  await eventually(() => {
    for (const listener of [socket, ...events]) expect(listener.of("notification")).toHaveLength(1);
  });
  // A later token of the same session is the same session; the connection goes on with it.
  const renewed = await issuer.token({ ...user, jti: "2" });
  expect(await socket.ask("refresh-token", { token: renewed })).toMatchObject({ ok: true });
  expect(await socket.ask("refresh-token", { token: await issuer.token(newUser()) })).toMatchObject({ ok: false, error: { code: "forbidden" } });
  const { sessions } = (await call(renewed, "GET", "/api/auth/sessions")).body.data;
  expect(sessions).toMatchObject([{ current: true, userAgent: "node" }]);
  expect((await feed.call("POST", "/api/auth/validate", { token: renewed })).body.data).toMatchObject({
    valid: true,
    userId: account.id,
    sessionId: sessions[0].id,
  });
  expect((await call(token, "GET", "/api/auth/external-logins")).body.data).toMatchObject({ logins: [{ provider: "identity" }], hasPassword: false });
});

test("every route takes it as it takes a session", async () => {
  const user = newUser();
  const ending: readonly string[] = ["logout", "deleteMe"];
  for (const route of Object.values<Route>(publicRoutes).filter(({ passwordHeader }) => passwordHeader === undefined)) {
    const token = await issuer.token({ ...user, ...(ending.includes(route.name) && { sid: route.name }) });
    const { status, body } = await call(token, route.method.toUpperCase(), route.path.replace(/:\w+/g, john.id), route.method === "get" ? undefined : {});
    expect([route.name, status, body.code]).not.toEqual([route.name, 401, "unauthenticated"]);
    expect([route.name, body.code]).not.toEqual([route.name, "insufficient_scope"]);
  }
});

test("cookies are no place for it", async () => {
  const token = await issuer.token(newUser());
  for (const name of ["access_token", "stream_token"])
    for (const path of ["/api/auth/me", "/api/sse/notifications"])
      expect((await feed.call("GET", path, undefined, { cookie: `${name}=${token}` })).status).toBe(401);
});

describe("its session", () => {
  const endings: Record<string, (token: string) => Promise<Answer>> = {
    "that is signed out": (token) => call(token, "POST", "/api/auth/logout"),
    "that is revoked as a device": async (token) => {
      const { sessions } = (await call(token, "GET", "/api/auth/sessions")).body.data;
      return call(token, "DELETE", `/api/auth/sessions/${sessions[0].id}`);
    },
    "whose account is deleted": async (token) => call(token, "DELETE", "/api/auth/me"),
  };
  test.each(Object.entries(endings))("%s ends its sockets and streams, and no token of it is accepted again", async (_how, end) => {
    const user = { ...newUser(), auth_time: Math.floor(Date.now() / 1000) - 30 };
    const token = await issuer.token(user);
    const { id } = await me(token);
    const ada = personOf(token, id);
    const listeners = [listening(await openSocket(feed, ada)), listening(await openEvents(feed, ada, "/api/sse/notifications"))];
    expect((await end(token)).status).toBe(200);
    const later = await issuer.token({ ...user, iat: inAMinute(), exp: inAMinute() + 60 });
    for (const each of [token, later]) expect(await call(each, "GET", "/api/auth/me")).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    await eventually(async () => {
      for (const listener of listeners) expect(listener.of("closing")[0]?.data).toMatchObject({ code: "revoked", resume: false });
      for (const each of [token, later]) {
        await expect(openSocket(feed, personOf(each))).rejects.toMatchObject({ data: { code: "unauthenticated" } });
        expect((await call(each, "GET", "/api/sse/notifications")).status).toBe(401);
      }
    });
    expect((await feed.call("POST", "/api/auth/validate", { token: later })).body.data).toEqual({ valid: false });
  });

  test("ends with sign-out everywhere else, and the one that asks goes on", async () => {
    const user = newUser();
    const [phone, laptop] = [await issuer.token(user), await issuer.token({ ...user, sid: "a laptop" })];
    expect((await me(phone)).id).toBe((await me(laptop)).id);
    expect((await call(phone, "POST", "/api/auth/sessions/end-others", {})).status).toBe(200);
    await eventually(async () => expect((await call(laptop, "GET", "/api/auth/me")).status).toBe(401));
    expect((await call(phone, "GET", "/api/auth/me")).status).toBe(200);
  });
});

test("an account is administered only by one whose user has just signed in there, or with what the account has here", async () => {
  const user = newUser();
  const token = await issuer.token(user);
  await me(token);
  expect(await call(token, "POST", "/api/auth/tokens", { name: "robot", scopes: ["read"] })).toMatchObject({
    ...{ status: 403, body: { code: "step_up_required", proofs: ["sign_in"] } },
  });
  const proven = await issuer.token({ ...user, auth_time: Math.floor(Date.now() / 1000) - 30 });
  expect((await call(proven, "POST", "/api/auth/tokens", { name: "robot", scopes: ["read"] })).status).toBe(201);
});

test("the client library uses it, calls and streams, until it is refused", async () => {
  const token = await issuer.token(newUser());
  const first: string[] = [];
  const client = createClient({ baseUrl: feed.url, session: { accessToken: () => first.shift() ?? token } });
  try {
    const account = await client.session.restore();
    const post = await client.posts.create({ content: "by an app of the team", postType: "TEXT" });
    const stream = client.follow.post(post.id);
    await stream.ready;
    await john.post(`/api/v1/posts/${post.id}/comments`, { content: "well done" });
    for await (const event of stream)
      if (event.type === "comment_created") {
        expect(event.comment.content).toBe("well done");
        break;
      }
    // A call with a token that has expired is sent again with the current one.
    first.push(await issuer.token({ sub: "anyone", iat: inAMinute() - 600, exp: inAMinute() - 300 }));
    expect(await client.posts.get(post.id)).toMatchObject({ id: post.id });
    expect(first).toEqual([]);
    expect(await client.session.me()).toMatchObject({ id: account?.id });
    await client.session.signOut();
    await expect(client.session.me()).rejects.toMatchObject({ code: "unauthenticated" });
  } finally {
    client.close();
  }
});

test("known keys stay good while the issuer is away; a key that cannot be had is a problem that says so", async () => {
  const token = await issuer.token(newUser());
  expect((await call(token, "GET", "/api/auth/me")).status).toBe(200);
  const asked = issuer.asked;
  issuer.broken = (_request, response) => response.destroy();
  try {
    expect((await call(await issuer.token(newUser()), "GET", "/api/auth/me")).status).toBe(200);
    const unknown = await Promise.all(Array.from({ length: 30 }, async (_, n) => call(await issuer.token(newUser(), { kid: `${n}` }), "GET", "/api/auth/me")));
    for (const { status, body } of unknown)
      expect([status, body.code]).toEqual([expect.toBeOneOf([401, 502]), expect.toBeOneOf(["unauthenticated", "provider_unavailable"])]);
    expect(issuer.asked - asked).toBeLessThanOrEqual(1);
  } finally {
    issuer.broken = null;
  }
});

test("the export tells of its login and session; the deletion leaves no row of its user", async () => {
  const token = await issuer.token({ ...newUser(), auth_time: Math.floor(Date.now() / 1000) });
  const { id } = await me(token);
  await eventually(async () =>
    expect((await call(token, "GET", "/api/v1/users/me/export")).body).toMatchObject({ externalLogins: [{ provider: "identity" }], sessions: [{}] }),
  );
  expect((await call(token, "DELETE", "/api/auth/me")).status).toBe(200);
  const { query } = await database();
  for (const table of ["account", "session", "external_session", "external_login"]) {
    const column = table === "account" ? "id" : "account_id";
    expect([table, await query(`SELECT FROM ${table} WHERE ${column} = $1`, [id])]).toEqual([table, []]);
  }
  expect(JSON.stringify(await query("SELECT * FROM token_refusal"))).not.toContain(id);
});
