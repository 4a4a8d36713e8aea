import { bounds, type LimitName, limits } from "@newfeed/shared/contracts/limits.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openEvents, openSocket } from "./support/clients.ts";
import { direct } from "./support/direct.ts";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed({ RATE_LIMIT_FACTOR: "1", TRUSTED_PROXIES: "127.0.0.1" });
});
afterAll(() => feed.close());

/** A new client address per test, as a proxy would report it. */
let addresses = 0;
const newAddress = () => ({ "x-forwarded-for": `203.0.113.${++addresses}` });
const times = <T>(count: number, call: (index: number) => Promise<T>) => Promise.all(Array.from({ length: count }, (_, index) => call(index)));
const statuses = (answers: Answer[]) => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

function expectRefused({ status, headers, body }: Answer, name: LimitName): void {
  expect({ status, body }).toMatchObject({ status: 429, body: { code: "rate_limited", success: false } });
  expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
  const { points, windowSeconds } = limits[name];
  const wait = Number(headers.get("retry-after"));
  expect(wait).toBeGreaterThan(windowSeconds - 60);
  expect(wait).toBeLessThanOrEqual(windowSeconds);
  expect(headers.get("ratelimit-policy")).toBe(`"${name}";q=${points};w=${windowSeconds}`);
  expect(headers.get("ratelimit")).toMatch(new RegExp(`^"${name}";r=0;t=\\d+$`));
  expect(headers.get("x-ratelimit-limit")).toBe(String(points));
  expect(headers.get("x-ratelimit-remaining")).toBe("0");
  expect(Number(headers.get("x-ratelimit-reset"))).toBeLessThanOrEqual(windowSeconds);
}

describe("the general limit", () => {
  test("allows a visitor 100 requests, counted per address", async () => {
    const [here, there] = [newAddress(), newAddress()];
    const visit = (headers: Record<string, string>) => feed.call("GET", "/api/v1/posts?limit=1", undefined, headers);
    const first = await visit(here);
    expect(first.headers.get("ratelimit")).toMatch(/^"anonymous";r=99;t=\d+$/);
    expect(first.headers.get("x-ratelimit-remaining")).toBe("99");
    expect(statuses(await times(99, () => visit(here)))).toEqual({ 200: 99 });
    expectRefused(await visit(here), "anonymous");
    expectRefused(await feed.call("POST", "/graphql", { query: "{ me { id } }" }, here), "anonymous");
    expect((await visit(there)).status).toBe(200);
  });

  test("counts the addresses of an IPv6 network together", async () => {
    const visit = (address: string) => feed.call("GET", "/api/v1/posts?limit=1", undefined, { "x-forwarded-for": address });
    expect((await visit("2001:db8:8:1::1")).headers.get("x-ratelimit-remaining")).toBe("99");
    expect((await visit("2001:db8:8:1:ffff::2")).headers.get("x-ratelimit-remaining")).toBe("98");
    expect((await visit("2001:db8:8:2::1")).headers.get("x-ratelimit-remaining")).toBe("99");
  });

  test("allows a user 600 requests, from any address, with any token", async () => {
    const john = await feed.person("john");
    const { body } = await john.post("/api/auth/tokens", { name: "robot", scopes: ["read"] });
    const signed = { authorization: `Bearer ${body.data.secret}` };
    const left = async (headers: Record<string, string>) => (await john.get("/api/v1/posts?limit=1", headers)).headers.get("x-ratelimit-remaining");
    expect([await left({}), await left(signed), await left({})]).toEqual(["598", "597", "596"]);
    expect(statuses(await times(596, () => john.get("/.well-known/jwks.json", newAddress())))).toEqual({ 200: 596 });
    expectRefused(await john.get("/.well-known/jwks.json"), "signedIn");
    await expect(openSocket(feed, john)).rejects.toMatchObject({ data: { code: "rate_limited" } });
    const stream = await john.get("/api/sse/notifications");
    expect(stream).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(Number(stream.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(stream.headers.get("ratelimit")).toMatch(/^"signedIn";r=0;t=\d+$/);
    // An EventSource would close for good on 429.
    const source = await john.get("/api/sse/notifications", { accept: "text/event-stream" });
    expect(source.status).toBe(200);
    const [, retry, reason] = /^retry: (\d+)\nevent: closing\ndata: (.*)\n\n$/.exec(source.body) ?? [];
    expect(JSON.parse(String(reason))).toEqual({ code: "rate_limited", retryAfterMs: Number(retry), resume: true });
    expect(Number(retry)).toBeGreaterThan(1_000 * Number(stream.headers.get("retry-after")) - 5_000);
  });

  test("counts a request with an invalid token as a visitor's", async () => {
    const here = newAddress();
    const knock = () => feed.call("GET", "/api/auth/me", undefined, { authorization: "Bearer no.such.token", ...here });
    expect(statuses(await times(100, knock))).toEqual({ 401: 100 });
    expectRefused(await knock(), "anonymous");
  });
});

describe("what the gateway answers itself", () => {
  test.each([
    "/health/services",
    "/health/circuit-breakers",
    "/api/posts/health",
    "/openapi.json",
    "/asyncapi.json",
    "/schema.graphql",
    "/proto/newfeed/v1/post.proto",
    "/graphql",
    "/nothing",
  ])("is limited as calls are: %s", async (path) => {
    const here = newAddress();
    await times(100, () => feed.call("GET", "/api/v1/posts?limit=1", undefined, here));
    expectRefused(await feed.call("GET", path, undefined, here), "anonymous");
  });

  test("is not where load balancers look, nor what a page is made of", async () => {
    const here = newAddress();
    await times(101, () => feed.call("GET", "/api/v1/posts?limit=1", undefined, here));
    for (const path of ["/health", "/health/live", "/health/ready", "/docs/swagger-ui.css"])
      expect([path, (await feed.call("GET", path, undefined, here)).status]).toEqual([path, 200]);
  });

  test("counts IPv6 addresses by their network", async () => {
    const from = (address: string) => feed.call("GET", "/api/v1/posts?limit=1", undefined, { "x-forwarded-for": address });
    expect(statuses(await times(100, (index) => from(`2001:db8:1:1::${index.toString(16)}`)))).toEqual({ 200: 100 });
    expectRefused(await from("2001:db8:1:1:ffff::1"), "anonymous");
    expect((await from("2001:db8:1:2::1")).status).toBe(200);
  });
});

describe("a visitor at the sockets and event streams", () => {
  const handshake = "/socket.io/?EIO=4&transport=polling";
  const upgrade = { connection: "upgrade", upgrade: "websocket", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version": "13" };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  test.each(["gateway", "port of sockets"])("has a hundred attempts from an address, with refused tokens too, at the %s", async (place) => {
    const at = place === "gateway" ? feed.url : feed.notificationUrl;
    const here = newAddress();
    const stream = (headers = {}) => direct(at, "GET", "/api/sse/notifications", { ...here, ...headers });
    const attempts = await times(99, (index) => stream(index % 2 ? bearer("no.such.token") : {}));
    expect(new Set(attempts.map(({ status }) => status))).toEqual(new Set([401]));
    expect((await direct(at, "GET", handshake, here)).status).toBe(200);
    for (const headers of [{}, bearer("no.such.token"), { cookie: "stream_token=no.such.token", origin: feed.url }]) {
      const refused = await stream(headers);
      expect([refused.status, JSON.parse(refused.text).code, Number(refused.headers["retry-after"]) > 0]).toEqual([429, "rate_limited", true]);
      const others = [handshake, handshake.replace("polling", "websocket")].map((path, index) =>
        direct(at, "GET", path, { ...here, ...headers, ...(index && upgrade) }),
      );
      for (const { status, headers } of [refused, ...(await Promise.all(others))]) {
        expect([status, headers.ratelimit, headers["x-ratelimit-remaining"]]).toEqual([429, expect.stringMatching(/^"anonymous";r=0;t=\d+$/), "0"]);
        expect(headers["ratelimit-policy"]).toBe('"anonymous";q=100;w=900');
      }
    }
    // The same points as at the gateway.
    expectRefused(await feed.call("GET", "/api/v1/posts?limit=1", undefined, here), "anonymous");
    expect((await direct(at, "GET", handshake, newAddress())).status).toBe(200);
  });

  test("does not use up what users of the same address need", async () => {
    const here = newAddress();
    const john = await feed.person("john");
    await times(101, () => feed.call("GET", "/api/v1/posts?limit=1", undefined, here));
    expect((await direct(feed.url, "GET", handshake, { ...here, ...bearer(john.token) })).status).toBe(200);
    listening(await openSocket(feed, john, { headers: { ...here, ...bearer(john.token) } }));
  });

  test("is not a client whose token follows in the handshake", async () => {
    const here = newAddress();
    const john = await feed.person("john");
    for (let round = 0; round < 12; round++) {
      const sockets = await times(10, () => openSocket(feed, john, { headers: here }));
      for (const socket of sockets) socket.close();
      await eventually(async () => expect(sockets.every(({ socket }) => !socket.connected)).toBe(true));
    }
    expect((await feed.call("GET", "/api/v1/posts?limit=1", undefined, here)).headers.get("x-ratelimit-remaining")).toBe("99");
  });

  test("is one whose token in the handshake is refused", async () => {
    const here = newAddress();
    const nobody = { token: "no.such.token" } as Person;
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(openSocket(feed, nobody, { headers: here })).rejects.toMatchObject({ data: { code: "unauthenticated" } });
    expect((await feed.call("GET", "/api/v1/posts?limit=1", undefined, here)).headers.get("x-ratelimit-remaining")).toBe("96");
  });
});

describe("signing in", () => {
  const logIn = (email: string, password: string, headers: Record<string, string>) => feed.call("POST", "/api/auth/login", { email, password }, headers);

  test("is refused after five failures with a login from one address, even with the right password", async () => {
    const here = newAddress();
    const [john, mary] = await Promise.all([feed.person("john"), feed.person("mary")]);
    for (const name of [john.email, john.email.toUpperCase(), ` ${john.email}`, john.email, john.email])
      expect(await logIn(name, "wrong password", here)).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    const refused = await logIn(john.email, john.password, here);
    expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(14 * 60);
    expect((await logIn(mary.email, mary.password, here)).status).toBe(200);
    expect((await logIn(john.email, john.password, newAddress())).status).toBe(200);
  });

  test("does not tell which e-mail address belongs to a username, and its failures count for both", async () => {
    const here = newAddress();
    const john = await feed.person("john");
    expect(statuses(await times(6, () => logIn(john.username, "wrong password", here)))).toEqual({ 401: 5, 429: 1 });
    const answer = async (email: string, password: string) => {
      const { status, headers, body } = await logIn(email, password, here);
      return { status, body: { ...body, correlationId: "" }, retryAfter: headers.get("retry-after") };
    };
    const ofNobody = await answer("nobody@test.com", "wrong password");
    expect(ofNobody).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect(await answer(john.email, "wrong password")).toEqual(ofNobody);
    // A sixth guess: right, and answered as a wrong one.
    expect(await answer(john.email, john.password)).toEqual(ofNobody);
    expect((await logIn(john.email, john.password, newAddress())).status).toBe(200);
  });

  test("by the other name goes on where the account is signed in", async () => {
    const here = newAddress();
    const john = await feed.person("john");
    expect((await logIn(john.email, john.password, here)).status).toBe(200);
    await times(5, () => logIn(john.username, "wrong password", here));
    expect((await logIn(john.username, john.password, here)).status).toBe(429);
    expect((await logIn(john.email, john.password, here)).status).toBe(200);
  });

  test("goes on at an address from which a hundred others failed", async () => {
    const here = newAddress();
    const john = await feed.person("john");
    for (let round = 0; round < 4; round++) expect(statuses(await times(25, (index) => logIn(`nobody_${index}@test.com`, "guess", here)))).toEqual({ 401: 25 });
    for (let beyond = 0; beyond < 3; beyond++) expect((await logIn(`somebody_${beyond}`, "guess", here)).status).toBe(401);
    expect((await logIn(john.email, john.password, here)).status).toBe(200);
  });

  test("counts an IPv6 network as one address", async () => {
    const john = await feed.person("john");
    const from = (host: string) => ({ "x-forwarded-for": `2001:db8:7:${host}` });
    const guesses = await times(6, (index) => logIn(john.email, "guess", from(`1:${index}::${index}`)));
    expect(statuses(guesses)).toEqual({ 401: 5, 429: 1 });
    expect((await logIn(john.email, john.password, from("2::1"))).status).toBe(200);
  });

  test("allows five guesses even when many arrive at once", async () => {
    const here = newAddress();
    const john = await feed.person("john");
    const guesses = await times(12, (index) => logIn(john.email, `guess ${index}`, here));
    expect(statuses(guesses)).toEqual({ 401: 5, 429: 7 });
  });

  test("with the right password resets the count", async () => {
    const here = newAddress();
    const john = await feed.person("john");
    for (let round = 0; round < 2; round++) {
      for (let failure = 0; failure < 4; failure++) expect((await logIn(john.email, "wrong password", here)).status).toBe(401);
      expect((await logIn(john.email, john.password, here)).status).toBe(200);
    }
  });

  test("to an unknown account looks the same", async () => {
    const here = newAddress();
    for (let failure = 0; failure < 5; failure++) expect((await logIn("Nobody@Example.com", "guess", here)).body.code).toBe("invalid_credentials");
    expect((await logIn("nobody@example.com", "guess", here)).body.code).toBe("rate_limited");
  });

  test("counts a wrong password of a step-up and of an account deletion, and a wrong code", async () => {
    const here = newAddress();
    const john = await feed.person("john");
    const stepUp = (password: string) => john.post("/api/auth/step-up", { password }, here);
    for (let failure = 0; failure < 3; failure++) expect((await stepUp("wrong")).status).toBe(401);
    for (let failure = 0; failure < 2; failure++) expect((await john.delete("/api/auth/me", { password: "wrong" }, here)).status).toBe(401);
    expect((await stepUp(john.password)).status).toBe(429);
    expect((await john.delete("/api/auth/me", { password: john.password }, here)).status).toBe(429);
    expect((await john.get("/api/auth/me")).status).toBe(200);

    // And codes of a second factor, whatever the challenges.
    const there = newAddress();
    const { secret } = (await john.post("/api/auth/second-factor")).body.data;
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    expect((await john.post("/api/auth/second-factor/confirm", { code })).status).toBe(200);
    const enter = async () => {
      const { body } = await logIn(john.email, john.password, there);
      return feed.call("POST", "/api/auth/login/second-factor", { challenge: body.challenge.token, code: "no code" }, there);
    };
    for (let guess = 0; guess < 5; guess++) expect((await enter()).status).toBe(401);
    expect(await enter()).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  });
});

describe("separate limits", () => {
  test("20 sign-ups an hour from an address, signed in or not", async () => {
    const here = newAddress();
    const signUp = (index: number, headers = {}) =>
      feed.call("POST", "/api/auth/signup", { username: `limited_${index}`, email: `limited_${index}@test.com`, password: "Test123" }, { ...here, ...headers });
    const made = await times(20, signUp);
    expect(statuses(made)).toEqual({ 201: 20 });
    expectRefused(await signUp(20), "signup");
    expectRefused(await signUp(21, { authorization: `Bearer ${made[0]?.body.data.tokens.accessToken}` }), "signup");
  });

  test("10 refreshes in five minutes", async () => {
    const here = newAddress();
    const refresh = () => feed.call("POST", "/api/auth/refresh", { refreshToken: "none" }, here);
    expect(statuses(await times(10, refresh))).toEqual({ 401: 10 });
    expectRefused(await refresh(), "refresh");
  });

  test("60 comments in a quarter of an hour, over REST and GraphQL together", async () => {
    const john = await feed.person("john");
    const { body: post } = await john.post("/api/v1/posts", { content: "Busy", postType: "TEXT" });
    const mutation = "mutation ($input: CreateCommentInput!) { createComment(input: $input) { success } }";
    const byRest = (index: number) => john.post(`/api/v1/posts/${post.id}/comments`, { content: `REST ${index}` });
    const byGraphql = (index: number) => john.graphql(mutation, { input: { postId: post.id, content: `GraphQL ${index}` } });
    expect(statuses(await times(30, byRest))).toEqual({ 201: 30 });
    expect((await times(30, byGraphql)).map(({ body }) => body.errors)).toEqual(Array(30).fill(undefined));
    expectRefused(await byRest(30), "createComment");
    expectRefused(await john.post("/api/comments", { postId: post.id, content: "By the short path" }), "createComment");
    const { body } = await byGraphql(30);
    expect(body.errors).toMatchObject([{ extensions: { code: "rate_limited", retryAfter: expect.any(Number) } }]);
    expect((await john.get(`/api/v1/posts/${post.id}/comments?limit=100`)).body.data).toHaveLength(60);
  });

  test("60 posts and 60 uploads an hour: refused ones count too", async () => {
    const john = await feed.person("john");
    expect(statuses(await times(60, () => john.post("/api/v1/posts", { postType: "POEM" })))).toEqual({ 400: 60 });
    expectRefused(await john.post("/api/v1/posts", { content: "Too late", postType: "TEXT" }), "createPost");
    expect(statuses(await times(60, (index) => john.post(`/api/media/upload/${index % 2 ? "image" : "video"}`, {})))).toEqual({ 415: 60 });
    expectRefused(await john.post("/api/media/upload/image", {}), "upload");
  });
});

describe("open connections", () => {
  const events = "/api/sse/notifications";

  test("are 20 per user, sockets and event streams together: a newer one takes the oldest's place", async () => {
    const [john, mary] = await Promise.all([feed.person("john"), feed.person("mary")]);
    const open = [listening(await openSocket(feed, john)), listening(await openEvents(feed, john, events))];
    while (open.length < bounds.connectionsPerUser)
      open.push(listening(open.length % 2 ? await openEvents(feed, john, events) : await openSocket(feed, john, { url: feed.notificationUrl })));
    expect(open.flatMap((connection) => connection.of("closing"))).toEqual([]);
    listening(await openSocket(feed, mary));
    const displaced = { code: "too_many_streams", resume: false };
    listening(await openSocket(feed, john, { transports: ["polling"] }));
    await eventually(() => expect(open[0]?.of("closing")[0]?.data).toMatchObject(displaced));
    listening(await openEvents(feed, john, events));
    await eventually(() => expect(open[1]?.of("closing")[0]?.data).toMatchObject(displaced));
    // Neither of the two returns at once, which would displace others in turn.
    expect(open[1]?.of("closing")[0]?.data.retryAfterMs).toBeGreaterThan(60_000);
    expect(open.slice(2).flatMap((connection) => connection.of("closing"))).toEqual([]);

    open[2]?.close();
    await eventually(async () => expect(await read('newfeed_connections{transport="socket"}')).toBe(10));
    listening(await openSocket(feed, john));
    expect(open.slice(3).flatMap((connection) => connection.of("closing"))).toEqual([]);
  });

  /** A gauge of this feed. */
  async function read(gauge: string): Promise<number> {
    const lines = (await feed.platform.metrics.render()).split("\n");
    return Number(lines.find((line) => line.startsWith(`${gauge} `))?.slice(gauge.length + 1));
  }

  test("are not exceeded when many open at once, and aborted ones do not count", async () => {
    const john = await feed.person("john");
    const hasty = await times(30, async () => {
      const socket = new WebSocket(`${feed.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
      socket.onmessage = () => {
        socket.send(`40{"token":"${john.token}"}`);
        socket.close();
      };
      await new Promise((resolve) => {
        socket.onclose = resolve;
      });
      return socket.readyState;
    });
    expect(new Set(hasty)).toEqual(new Set([WebSocket.CLOSED]));
    await Promise.all(Array.from({ length: 26 }, () => openSocket(feed, john).then(listening, () => {})));
    const before = await read('newfeed_connections{transport="socket"}');
    const first = listening(await openSocket(feed, john));
    expect(await read('newfeed_connections{transport="socket"}')).toBe(before);
    expect(first.socket.connected).toBe(true);
  });

  test("follow 100 streams each", async () => {
    const writers = await times(2, () => feed.person("writer"));
    const write = async (writer: Person) => (await writer.post("/api/v1/posts", { content: "Watched", postType: "TEXT" })).body.id as string;
    const posts = (await Promise.all(writers.map((writer) => times(51, () => write(writer))))).flat();
    const socket = listening(await openSocket(feed, await feed.person("reader")));
    const answers = await Promise.all(posts.slice(0, 101).map((id) => socket.ask("subscribe-post", id)));
    expect(answers.slice(0, 100).every(({ ok }) => ok)).toBe(true);
    expect(answers[100]).toMatchObject({ ok: false, error: { code: "too_many_streams" } });
    expect(await socket.ask("subscribe")).toMatchObject({ ok: false, error: { code: "too_many_streams" } });
    // Following again does not count twice, and unfollowing makes room.
    expect(await socket.ask("subscribe-post", posts[0])).toMatchObject({ ok: true });
    expect(await socket.ask("unsubscribe-post", posts[1])).toEqual({ ok: true });
    expect(await socket.ask("subscribe")).toMatchObject({ ok: true });
  });
});
