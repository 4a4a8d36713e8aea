import { createClient } from "@newfeed/client";
import type { TokenScope } from "@newfeed/shared/contracts/account-dto.ts";
import { type Route, scopeOf } from "@newfeed/shared/contracts/route.ts";
import { publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { hashOfApiToken } from "@newfeed/shared/ports/api-tokens.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openEvents, openSocket } from "./support/clients.ts";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { twoHalves } from "./support/pictures.ts";
import { forgetProofs } from "./support/proofs.ts";

let feed: TestFeed;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const create = (person: Person, scopes: TokenScope[], more: object = {}) => person.post("/api/auth/tokens", { name: "robot", scopes, ...more });

/** A program that signs in with a new token of a user. */
interface Program {
  id: string;
  secret: string;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** As a user, for what opens streams. */
  person: Person;
}
async function program(owner: Person, scopes: TokenScope[]): Promise<Program> {
  const { status, body } = await create(owner, scopes);
  expect(status, JSON.stringify(body)).toBe(201);
  const { secret, token } = body.data;
  const call: Program["call"] = (method, path, data) => feed.call(method, path, data, { authorization: `Bearer ${secret}` });
  return { id: token.id, secret, call, person: { ...owner, token: secret } };
}
const database = () => feed.platform.openDatabase("auth-service");

describe("an API token", () => {
  test("is shown once, stored as a hash, and listed with its last use", async () => {
    const [john, eve] = [await feed.person("john"), await feed.person("eve")];
    const { status, body } = await create(john, ["read", "write"], { name: " My robot ", expiresInDays: 30 });
    expect(status).toBe(201);
    const { secret, token } = body.data;
    expect(secret).toMatch(/^nf_[0-9a-f]{56}$/);
    expect(token).toMatchObject({ name: "My robot", scopes: ["read", "write"], lastUsedAt: null, revision: 1 });
    expect(Date.parse(token.expiresAt) - Date.parse(token.createdAt)).toBeCloseTo(30 * 86_400_000, -5);
    const { query } = await database();
    expect(await query("SELECT hash FROM api_token WHERE id = $1", [token.id])).toEqual([{ hash: hashOfApiToken(secret) }]);
    const rows = JSON.stringify(await query("SELECT t.*, o.body FROM api_token t, newfeed.outbox o"));
    expect(rows).not.toContain(secret.slice(10, 40));

    const list = async () => (await john.get("/api/auth/tokens")).body.data.tokens;
    expect(await list()).toEqual([token]);
    expect((await feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${secret}` })).body.data.user.id).toBe(john.id);
    const [{ lastUsedAt }] = await list();
    expect(Date.now() - Date.parse(lastUsedAt)).toBeLessThan(60_000);
    expect((await eve.get("/api/auth/tokens")).body.data.tokens).toEqual([]);
    expect((await john.get("/api/v1/users/me/export")).body.apiTokens).toEqual([{ ...token, lastUsedAt }]);
    // It is no device.
    expect((await john.get("/api/auth/sessions")).body.data.sessions).toHaveLength(1);
    expect((await feed.call("POST", "/api/auth/validate", { token: secret })).body.data).toMatchObject({
      ...{ valid: true, userId: john.id, username: john.username, sessionId: token.id, scopes: ["read", "write"] },
    });
  });

  test("is created after a step-up, of known scopes, at most 50 of an account", async () => {
    const john = await feed.person("john");
    for (const wrong of [{ scopes: [] }, { scopes: ["all"] }, { scopes: ["read", "read"] }, { name: " " }, { expiresInDays: 0 }, { expiresInDays: 367 }])
      expect(await create(john, ["read"], wrong), JSON.stringify(wrong)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect(await create(john, ["read", "admin:operate"])).toMatchObject({ status: 403, body: { code: "forbidden" } });
    const made = await Promise.all(Array.from({ length: 52 }, () => create(john, ["read"])));
    expect(made.map(({ status }) => status).toSorted()).toEqual([...Array.from({ length: 50 }, () => 201), 409, 409]);
    await forgetProofs(feed, john);
    expect(await create(john, ["read"])).toMatchObject({ status: 403, body: { code: "step_up_required", proofs: ["password"] } });
  });

  test("is refused once it is cut, mistyped, expired or another's, and in a cookie", async () => {
    const [john, eve] = [await feed.person("john"), await feed.person("eve")];
    const robot = await program(john, ["read"]);
    const get = async (token: string) => (await feed.call("GET", "/api/v1/posts", undefined, { authorization: `Bearer ${token}` })).status;
    expect(await get(robot.secret)).toBe(200);
    for (const wrong of [robot.secret.slice(0, -1), `${robot.secret}0`, robot.secret.toUpperCase(), "nf_", hashOfApiToken(robot.secret)])
      expect([wrong, await get(wrong)]).toEqual([wrong, 401]);
    for (const name of ["access_token", "stream_token"])
      for (const path of ["/api/auth/me", "/api/sse/notifications"])
        expect((await feed.call("GET", path, undefined, { cookie: `${name}=${robot.secret}` })).status).toBe(401);
    expect(await eve.delete(`/api/auth/tokens/${robot.id}`)).toMatchObject({ status: 404 });
    // As long as no instance has seen it.
    const unused = await program(john, ["read"]);
    const { query } = await database();
    await query("UPDATE api_token SET expires_at = now() WHERE id = $1", [unused.id]);
    expect(await get(unused.secret)).toBe(401);
    expect((await john.get("/api/auth/tokens")).body.data.tokens).toHaveLength(1);
    expect(await get(robot.secret)).toBe(200);
  });
});

describe("routes and API tokens", () => {
  const combinations: TokenScope[][] = [["read"], ["write", "admin:operate"], ["read", "write", "admin:operate"]];

  test.each(combinations.map((scopes) => ({ scopes })))("with $scopes each route is open or not, by its scope", async ({ scopes }) => {
    const [owner, other] = [await feed.person("root"), await feed.person("other")];
    await (await database()).query("UPDATE account SET roles = roles || '{admin}' WHERE id = $1", [owner.id]);
    const robot = await program(owner, scopes);
    // Then each of their lists is open to others.
    await other.patch("/api/v1/users/me/preferences", { publicLikes: true });
    await eventually(async () => expect((await feed.call("GET", `/api/v1/users/${other.id}/likes`)).status).toBe(200));
    for (const route of Object.values<Route>(publicRoutes)) {
      const needed = scopeOf(route);
      const refusal = needed === null ? (route.access === "user" ? "forbidden" : null) : scopes.includes(needed) ? null : "insufficient_scope";
      // A stream that is opened goes on.
      const path = `${route.path.replace(/:\w+/g, other.id)}${route.name === "tailEvents" ? "?surplus=1" : ""}`;
      const { status, body } = await robot.call(route.method.toUpperCase(), path, route.method === "get" ? undefined : {});
      const refused = status === 403 && ["forbidden", "insufficient_scope"].includes(body.code) ? body.code : null;
      expect([route.name, refused]).toEqual([route.name, refusal]);
      if (refusal === null && route.access === "user") expect([route.name, status]).not.toEqual([route.name, 401]);
    }
    const reset = await robot.call("POST", "/admin/circuit-breakers/post-service/reset");
    expect(reset.status).toBe(scopes.includes("admin:operate") ? 200 : 403);
    expect((await owner.get("/api/auth/me")).status).toBe(200);
  });

  test("in GraphQL a query needs to read, a mutation to write; an upload needs to write", async () => {
    const john = await feed.person("john");
    const [reader, writer] = [await program(john, ["read"]), await program(john, ["write"])];
    const mutation = { query: 'mutation { createPost(input: { content: "by a program", postType: "TEXT" }) { success code post { author { id } } } }' };
    const results = [reader, writer].map(async ({ call }) => (await call("POST", "/graphql", mutation)).body.data.createPost);
    expect(await Promise.all(results)).toEqual([
      { success: false, code: "insufficient_scope", post: null },
      { success: true, code: null, post: { author: { id: john.id } } },
    ]);
    const query = { query: "{ me { id } }" };
    expect((await reader.call("POST", "/graphql", query)).body.data).toEqual({ me: { id: john.id } });
    expect((await writer.call("POST", "/graphql", query)).body.errors[0].extensions.code).toBe("insufficient_scope");
    const form = new FormData();
    form.set("image", new Blob([new Uint8Array(await twoHalves(8, 8).png().toBuffer())]), "a.png");
    expect([(await reader.call("POST", "/api/media/upload/image", form)).status, (await writer.call("POST", "/api/media/upload/image", form)).status]).toEqual([
      403, 201,
    ]);
  });

  test("a role that its owner loses, or that its scopes do not give, is no role of the token", async () => {
    const owner = await feed.person("root");
    const { query } = await database();
    await query("UPDATE account SET roles = roles || '{admin}' WHERE id = $1", [owner.id]);
    const [plain, operator] = [await program(owner, ["read", "write"]), await program(owner, ["admin:operate"])];
    const rolesOf = async ({ secret }: Program) => (await feed.call("POST", "/api/auth/validate", { token: secret })).body.data.roles;
    expect(await Promise.all([plain, operator].map(rolesOf))).toEqual([["user"], ["user", "admin"]]);
    await query("UPDATE account SET roles = '{user}' WHERE id = $1", [owner.id]);
    expect(await rolesOf(operator)).toEqual(["user"]);
    expect((await operator.call("GET", "/query/cache/stats")).body.code).toBe("forbidden");
  });
});

describe("an API token that is revoked", () => {
  const endings: Record<string, (owner: Person, robot: Program) => Promise<Answer>> = {
    "by its owner": (owner, { id }) => owner.delete(`/api/auth/tokens/${id}`),
    "with the account": (owner) => owner.delete("/api/auth/me", { password: owner.password }),
  };

  test.each(Object.entries(endings))("%s is refused at once, and its socket and event streams end", async (_how, end) => {
    const john = await feed.person("john");
    const [robot, other] = [await program(john, ["read"]), await program(john, ["write"])];
    const socket = listening(await openSocket(feed, robot.person));
    expect(await socket.ask("subscribe", john.id)).toMatchObject({ ok: true });
    expect(await socket.ask("refresh-token", { token: robot.secret })).toMatchObject({ ok: true });
    expect(await socket.ask("refresh-token", { token: other.secret })).toMatchObject({ ok: false });
    const events = [
      listening(await openEvents(feed, robot.person, "/api/sse/notifications")),
      listening(await openEvents(feed, robot.person, "/api/sse?streams=user:me")),
    ];
    await expect(openSocket(feed, other.person)).rejects.toMatchObject({ data: { code: "insufficient_scope" } });
    expect(await other.call("GET", "/api/sse/notifications")).toMatchObject({ status: 403, body: { code: "insufficient_scope" } });
    expect((await robot.call("GET", "/api/v1/notifications")).status).toBe(200);

    expect((await end(john, robot)).status).toBe(200);
    expect(await robot.call("GET", "/api/v1/notifications")).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    await eventually(async () => {
      for (const listener of [socket, ...events]) expect(listener.of("closing")[0]?.data).toMatchObject({ code: "revoked", resume: false });
      await expect(openSocket(feed, robot.person)).rejects.toMatchObject({ data: { code: "unauthenticated" } });
      expect((await robot.call("GET", "/api/sse/notifications")).status).toBe(401);
    });
    const { query } = await database();
    expect(await query("SELECT FROM api_token WHERE id = $1", [robot.id])).toEqual([]);
    const told = await query("SELECT body::json ->> 'type' AS type FROM newfeed.outbox WHERE body::json -> 'aggregate' ->> 'id' = $1", [robot.id]);
    expect(told).toEqual([{ type: "session.revoked" }]);
  });
});

test("a program uses the client library with a token, calls and streams, until it is revoked", async () => {
  const owner = createClient({ baseUrl: feed.url });
  const john = { username: "librarian", email: "librarian@test.com", password: "Test123" };
  await owner.session.signUp(john);
  const { secret, token } = await owner.tokens.create({ name: "robot", scopes: ["read", "write"] });
  const robot = createClient({ baseUrl: feed.url, session: { apiToken: secret } });
  try {
    expect(await robot.session.restore()).toMatchObject({ username: "librarian" });
    const post = await robot.posts.create({ content: "by a program", postType: "TEXT" });
    const stream = robot.follow.post(post.id);
    await stream.ready;
    await owner.comments.create(post.id, { content: "well done" });
    for await (const event of stream)
      if (event.type === "comment_created") {
        expect(event.comment.content).toBe("well done");
        break;
      }
    await expect(robot.tokens.list()).rejects.toMatchObject({ code: "forbidden" });
    expect(await owner.tokens.list()).toMatchObject([{ id: token.id, name: "robot" }]);
    await owner.tokens.revoke(token.id);
    await expect(robot.posts.get(post.id)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(robot.session.state).toMatchObject({ status: "ended" });
  } finally {
    robot.close();
    owner.close();
  }
});
