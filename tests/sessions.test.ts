import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSocket } from "./support/clients.ts";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { forgetProofs } from "./support/proofs.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const refresh = (refreshToken: string) => feed.call("POST", "/api/auth/refresh", { refreshToken });
const logIn = (person: Person, userAgent = "test") =>
  feed.call("POST", "/api/auth/login", { email: person.email, password: person.password }, { "user-agent": userAgent });
const cookiesIn = (answer: Answer) => answer.headers.getSetCookie();
const jar = (answer: Answer) =>
  cookiesIn(answer)
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

describe("a session", () => {
  test("begins at sign-up, and identifies the user", async () => {
    const john = await feed.person("john");
    const me = await john.get("/api/auth/me");
    expect(me.status).toBe(200);
    expect(me.body.data.user).toMatchObject({ id: john.id, username: john.username, email: john.email, fullName: "john Tester", revision: 1 });
  });

  test("is kept in cookies that scripts cannot read, limited to the paths that need them", async () => {
    const john = await feed.person("john");
    const answer = await logIn(john);
    const cookies = cookiesIn(answer);
    expect(cookies.map((cookie) => cookie.split("=")[0])).toEqual(["access_token", "refresh_token", "stream_token"]);
    for (const cookie of cookies) expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    expect(cookies[1]).toContain("Path=/api/auth;");
    const me = await feed.call("GET", "/api/auth/me", undefined, { cookie: jar(answer) });
    expect(me.body.data.user.id).toBe(john.id);
    const rotated = await feed.call("POST", "/api/auth/refresh", undefined, { cookie: jar(answer) });
    expect(rotated.status).toBe(200);
    const out = await feed.call("POST", "/api/auth/logout", undefined, { cookie: jar(rotated) });
    expect(out.status).toBe(200);
    for (const cookie of cookiesIn(out)) expect(cookie).toMatch(/=;.*Expires=Thu, 01 Jan 1970/);
    await eventually(async () => expect((await feed.call("GET", "/api/auth/me", undefined, { cookie: jar(rotated) })).status).toBe(401), 2_000);
  });

  test("over HTTPS has names that only this host can set; older names go on, until the next refresh", async () => {
    const secure = await startTestFeed({ COOKIE_SECURE: "true" });
    try {
      const john = await secure.person("john");
      const login = await secure.call("POST", "/api/auth/login", { email: john.email, password: john.password });
      const given = cookiesIn(login);
      expect(given.map((cookie) => cookie.split("=")[0])).toEqual(["__Host-access_token", "__Secure-refresh_token", "__Host-stream_token"]);
      for (const cookie of given) expect(cookie).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
      for (const cookie of given) expect(cookie).not.toMatch(/Domain/i);
      expect(given.map((cookie) => /Path=([^;]*)/.exec(cookie)?.[1])).toEqual(["/", "/api/auth", "/"]);
      const statusOf = async (cookie: string, path = "/api/auth/me") => {
        const stop = new AbortController();
        const { status } = await fetch(secure.url + path, { headers: { cookie }, signal: stop.signal });
        stop.abort();
        return status;
      };
      for (const path of ["/api/auth/me", "/api/sse/notifications"]) expect(await statusOf(jar(login), path)).toBe(200);

      const older = jar(login).replaceAll(/__(Host|Secure)-/g, "");
      for (const path of ["/api/auth/me", "/api/sse/notifications"]) expect(await statusOf(older, path)).toBe(200);
      // What another host has set does not replace the session.
      const planted = ["access_token", "refresh_token", "stream_token"].map((name) => `${name}=planted`).join("; ");
      expect(await statusOf(`${planted}; ${jar(login)}`)).toBe(200);

      const rotated = await secure.call("POST", "/api/auth/refresh", undefined, { cookie: older });
      expect(rotated.status).toBe(200);
      const [kept, cleared] = [true, false].map((now) => cookiesIn(rotated).filter((cookie) => /Expires=Thu, 01 Jan 1970/.test(cookie) !== now));
      expect(kept?.map((cookie) => cookie.split("=")[0])).toEqual(["__Host-access_token", "__Secure-refresh_token", "__Host-stream_token"]);
      expect(cleared?.map((cookie) => cookie.split("=")[0])).toEqual(["access_token", "refresh_token", "stream_token"]);
      const out = await secure.call("POST", "/api/auth/logout", undefined, { cookie: kept?.map((cookie) => cookie.split(";")[0]).join("; ") ?? "" });
      expect(cookiesIn(out).map((cookie) => cookie.split(";")[0])).toEqual(["__Host-access_token=", "__Secure-refresh_token=", "__Host-stream_token="]);
    } finally {
      await secure.close();
    }
  });

  test("after COOKIE_SECURE was turned off, the cookies with secure names go: they would be read first", async () => {
    const john = await feed.person("john");
    const older = "__Host-access_token=old; __Secure-refresh_token=old; __Host-stream_token=old";
    const login = await feed.call("POST", "/api/auth/login", { email: john.email, password: john.password }, { cookie: older });
    const cleared = cookiesIn(login).filter((cookie) => /Expires=Thu, 01 Jan 1970/.test(cookie));
    expect(cleared.map((cookie) => cookie.split("=")[0])).toEqual(["__Host-access_token", "__Secure-refresh_token", "__Host-stream_token"]);
    // A browser takes a cookie of such a name only with it.
    for (const cookie of cleared) expect(cookie).toContain("; Secure");
  });

  test("opens with the e-mail address or the username, in any case, and the password", async () => {
    const john = await feed.person("john");
    for (const email of [john.email, john.username, john.email.toUpperCase(), john.username.toUpperCase()])
      expect((await feed.call("POST", "/api/auth/login", { email, password: john.password })).status, email).toBe(200);
    for (const [email, password] of [
      [john.email, "Test124"],
      ["nobody@test.com", john.password],
    ])
      expect(await feed.call("POST", "/api/auth/login", { email, password })).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
  });

  test("needs a unique username and e-mail address, regardless of case", async () => {
    const john = await feed.person("john");
    const signUp = (username: string, email: string) => feed.call("POST", "/api/auth/register", { username, email, password: "Test123" });
    expect(await signUp(john.username.toUpperCase(), "other@test.com")).toMatchObject({ status: 409, body: { code: "username_taken" } });
    expect(await signUp("somebody_else", john.email.toUpperCase())).toMatchObject({ status: 409, body: { code: "email_taken" } });
  });

  test("needs an address that mail reaches: at most 64 characters before the @", async () => {
    const signUp = (local: string, username: string) => feed.call("POST", "/api/auth/signup", { username, email: `${local}@test.com`, password: "Test123" });
    expect(await signUp("a".repeat(65), "long_address")).toMatchObject({ status: 400, body: { errors: [{ field: "email" }] } });
    expect((await signUp("a".repeat(64), "long_address")).status).toBe(201);
  });

  test("a refresh token is single-use; reuse later ends its whole family", async () => {
    const john = await feed.person("john");
    const first = await refresh(john.refreshToken);
    expect(first.status).toBe(200);
    // Two tabs at the same time: the token that has just been replaced is still accepted.
    expect((await refresh(john.refreshToken)).status).toBe(200);
    const third = await refresh(first.body.data.tokens.refreshToken);
    expect(third.status).toBe(200);
    // Its replacement has been used, so this must be a stolen copy.
    expect(await refresh(john.refreshToken)).toMatchObject({ status: 401, body: { code: "refresh_invalid" } });
    expect(await refresh(third.body.data.tokens.refreshToken)).toMatchObject({ status: 401, body: { code: "refresh_invalid" } });
    await eventually(async () => expect((await john.get("/api/auth/me")).status).toBe(401), 2_000);
  });

  test("two tabs that renew at the same moment both go on, whichever token they use next", async () => {
    for (const used of [0, 1]) {
      const john = await feed.person("john");
      const tabs = await Promise.all([refresh(john.refreshToken), refresh(john.refreshToken)]);
      expect(tabs.map(({ status }) => status)).toEqual([200, 200]);
      for (const { body } of tabs)
        expect((await feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${body.data.tokens.accessToken}` })).status).toBe(200);
      expect((await refresh(tabs[used]?.body.data.tokens.refreshToken)).status).toBe(200);
    }
  });

  test("of two tokens that replaced the same one only the first that is used is good: using the other ends the family", async () => {
    const john = await feed.person("john");
    const [own, stolen] = [await refresh(john.refreshToken), await refresh(john.refreshToken)];
    const next = await refresh(own.body.data.tokens.refreshToken);
    expect(next.status).toBe(200);
    expect(await refresh(stolen.body.data.tokens.refreshToken)).toMatchObject({ status: 401, body: { code: "refresh_invalid" } });
    expect(await refresh(next.body.data.tokens.refreshToken)).toMatchObject({ status: 401, body: { code: "refresh_invalid" } });
  });

  test("a refresh token replaced more than ten seconds ago ends the family too", async () => {
    const john = await feed.person("john");
    const { body } = await refresh(john.refreshToken);
    const database = await feed.platform.openDatabase("auth-service");
    await database.query("UPDATE refresh_token SET used_at = used_at - interval '11 seconds' WHERE session_id = $1", [john.refreshToken.slice(0, 36)]);
    expect((await refresh(john.refreshToken)).status).toBe(401);
    expect((await refresh(body.data.tokens.refreshToken)).status).toBe(401);
  });

  test("that is revoked from another device ends there within two seconds, sockets included", async () => {
    const john = await feed.person("john");
    const phone = await logIn(john, "phone");
    const phoneToken: string = phone.body.data.tokens.accessToken;
    const socket = await openSocket(feed, { ...john, token: phoneToken });
    const { body } = await john.get("/api/auth/sessions");
    expect(body.data.sessions).toMatchObject([{ userAgent: "phone", current: false }, { current: true }]);
    const [{ id }] = body.data.sessions;
    const stranger = await feed.person("stranger");
    expect((await stranger.delete(`/api/auth/sessions/${id}`)).status).toBe(404);
    expect((await john.delete(`/api/auth/sessions/${id}`)).status).toBe(200);
    await eventually(async () => {
      expect(socket.of("closing")[0]?.data).toMatchObject({ code: "revoked" });
      expect((await feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${phoneToken}` })).status).toBe(401);
    }, 2_000);
    expect((await refresh(phone.body.data.tokens.refreshToken)).status).toBe(401);
    expect((await john.get("/api/auth/me")).status).toBe(200);
  });

  test("of which an account has a hundred ends when there is another one, if it was used the longest ago", async () => {
    const john = await feed.person("john");
    const socket = await openSocket(feed, john);
    const database = await feed.platform.openDatabase("auth-service");
    await database.query("UPDATE session SET last_used_at = now() - interval '2 days' WHERE account_id = $1", [john.id]);
    await database.query(
      `INSERT INTO session (id, account_id, user_agent, address, last_used_at, expires_at)
       SELECT gen_random_uuid(), $1::uuid, 'tablet', '127.0.0.1', now() - interval '1 day', now() + interval '1 day' FROM generate_series(1, 99)`,
      [john.id],
    );
    expect((await john.get("/api/auth/sessions")).body.data.sessions).toHaveLength(100);
    const phone = await logIn(john, "phone");
    const { body } = await feed.call("GET", "/api/auth/sessions", undefined, { authorization: `Bearer ${phone.body.data.tokens.accessToken}` });
    expect(body.data.sessions).toHaveLength(100);
    expect(body.data.sessions[0]).toMatchObject({ userAgent: "phone", current: true });
    await eventually(async () => {
      expect(socket.of("closing")[0]?.data).toMatchObject({ code: "revoked" });
      expect((await john.get("/api/auth/me")).status).toBe(401);
    }, 5_000);
  });

  test("ends at once where its end was asked for, whichever way it ended", async () => {
    const endings: Record<string, (john: Person, other: Answer) => Promise<Answer>> = {
      logout: async (_john, { body }) => feed.call("POST", "/api/auth/logout", undefined, { authorization: `Bearer ${body.data.tokens.accessToken}` }),
      "sign-out from another device": async (john) => john.delete(`/api/auth/sessions/${(await john.get("/api/auth/sessions")).body.data.sessions[0].id}`),
      "account deletion": async (john) => john.delete("/api/auth/me", { password: john.password }),
      "reuse of a refresh token": async (_john, { body }) => {
        const { body: next } = await refresh(body.data.tokens.refreshToken);
        await refresh(next.data.tokens.refreshToken);
        return refresh(body.data.tokens.refreshToken);
      },
    };
    for (const [what, end] of Object.entries(endings)) {
      const john = await feed.person("john");
      const other = await logIn(john);
      const signed = { authorization: `Bearer ${other.body.data.tokens.accessToken}` };
      const write = () => feed.call("POST", "/api/v1/posts", { content: "Still here", postType: "TEXT" }, signed);
      expect((await write()).status, what).toBe(201);
      const answer = await end(john, other);
      expect([200, 401], what).toContain(answer.status);
      expect(
        [...answer.headers.keys()].filter((name) => name.startsWith("x-internal")),
        what,
      ).toEqual([]);
      expect((await write()).status, what).toBe(401);
    }
  });

  test("can be validated by token until it ends", async () => {
    const john = await feed.person("john");
    const validate = async (token: string) => (await feed.call("POST", "/api/auth/validate", { token })).body.data;
    expect(await validate(john.token)).toMatchObject({ valid: true, userId: john.id, username: john.username });
    expect(await validate("nonsense")).toEqual({ valid: false });
    await john.post("/api/auth/logout");
    expect(await validate(john.token)).toEqual({ valid: false });
    expect((await feed.call("GET", "/.well-known/jwks.json")).body.keys).toMatchObject([{ kty: "OKP", crv: "Ed25519", use: "sig" }]);
  });
});

describe("a step-up", () => {
  const required = { status: 403, body: { code: "step_up_required", proofs: ["password"] } };
  const stepUp = (person: Person, password = person.password, headers = {}) => person.post("/api/auth/step-up", { password }, headers);
  /** Everything that a stolen session must not do. */
  const guarded: Record<string, (person: Person, headers?: Record<string, string>) => Promise<Answer>> = {
    "an address change": (person, headers) => person.post("/api/auth/email/change", { email: `next-${person.email}` }, headers),
    "account deletion": (person, headers) => person.delete("/api/auth/me", {}, headers),
  };

  test.each(Object.entries(guarded))("is asked for before %s, unless the user has just signed in", async (_what, act) => {
    const john = await feed.person("john");
    const other = await logIn(john);
    await forgetProofs(feed, john);
    expect(await act(john)).toMatchObject(required);
    const refreshed = await refresh(john.refreshToken);
    expect(await act(john, { authorization: `Bearer ${refreshed.body.data.tokens.accessToken}` })).toMatchObject(required);
    expect(await stepUp(john, "wrong")).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect(await act(john)).toMatchObject(required);

    // Of this session alone.
    const elsewhere = { authorization: `Bearer ${other.body.data.tokens.accessToken}` };
    const { status, body } = await stepUp(john, john.password, elsewhere);
    expect([status, Date.parse(body.data.provedUntil) - Date.now()]).toEqual([200, expect.closeTo(600_000, -4.5)]);
    expect(await act(john)).toMatchObject(required);
    expect((await act(john, elsewhere)).status).toBe(200);

    const fresh = await feed.person("fresh");
    expect((await act(fresh)).status).toBe(200);
  });
});
