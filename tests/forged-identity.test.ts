import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { newApiToken } from "@newfeed/shared/ports/api-tokens.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSocket } from "./support/clients.ts";
import { direct } from "./support/direct.ts";
import type { Answer } from "./support/feed.ts";
import { type ForgedFeed, startForgedFeed } from "./support/forged.ts";
import { identityHeaders } from "./support/identity-headers.ts";
import { audience } from "./support/issuer.ts";

let forged: ForgedFeed;
let { feed, issuer, external, john, eve, stored, before } = {} as ForgedFeed;
let cookies: Record<string, string>;

beforeAll(async () => {
  forged = await startForgedFeed();
  ({ feed, issuer, external, john, eve, stored } = forged);
  const { headers } = await feed.call("POST", "/api/auth/login", { email: john.email, password: john.password });
  cookies = Object.fromEntries(headers.getSetCookie().map((cookie) => (cookie.split(";")[0] ?? "").split("=") as [string, string]));
  before = await stored.all();
});
afterAll(() => forged.close());

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const headerOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
const ownKey = () => createPrivateKey(String(feed.platform.secrets.tokenPrivateKey));

/** John's token with other claims, by default signed with the real key. Undefined removes a claim. */
function signed(claims: object, header: object = {}, key: KeyObject = ownKey()): string {
  const text = `${base64({ ...headerOf(john.token), ...header })}.${base64({ ...payloadOf(john.token), ...claims })}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString("base64url")}`;
}

/** Status and code of every entry point that accepts a token. */
async function tryEverywhere(token: string): Promise<Record<string, unknown>> {
  const bearer = { authorization: `Bearer ${token}` };
  const outcome = ({ status, body }: Pick<Answer, "status" | "body">) => `${status} ${body.code}`;
  const [rest, graphql, cookie, events, multiplexed, change, ownPort, streamCookie, socket, validate] = await Promise.all([
    feed.call("PATCH", "/api/v1/users/me", { bio: "forged" }, bearer).then(outcome),
    feed.call("POST", "/graphql", { query: "{ me { id } }" }, bearer).then(outcome),
    feed.call("GET", "/api/auth/me", undefined, { cookie: `access_token=${token}` }).then(outcome),
    feed.call("GET", "/api/sse/notifications", undefined, bearer).then(outcome),
    feed.call("GET", "/api/sse?streams=user:me", undefined, bearer).then(outcome),
    feed.call("POST", `/api/sse/embedded~${"x".repeat(20)}/streams`, { add: [{ stream: "user:me" }] }, bearer).then(outcome),
    direct(feed.notificationUrl, "GET", "/api/sse/notifications", { ...identityHeaders(john.id), ...bearer }).then(({ status, text }) =>
      outcome({ status, body: JSON.parse(text) }),
    ),
    feed.call("GET", "/api/sse/notifications", undefined, { cookie: `stream_token=${token}` }).then(outcome),
    openSocket(feed, { ...john, token }).then(
      (socket) => socket.close(),
      (error) => error.data.code,
    ),
    feed.call("POST", "/api/auth/validate", { token }).then(({ body }) => body.data?.valid),
  ]);
  return { rest, graphql, cookie, events, multiplexed, change, ownPort, streamCookie, socket, validate };
}
const refusedEverywhere = (code = "unauthenticated") => ({
  ...{
    rest: `401 ${code}`,
    graphql: `401 ${code}`,
    cookie: "401 unauthenticated",
    events: `401 ${code}`,
    multiplexed: `401 ${code}`,
    change: `401 ${code}`,
    ownPort: `401 ${code}`,
  },
  ...{ streamCookie: `401 ${code}`, socket: code, validate: false },
});

describe("an access token", () => {
  const forgeries: [string, () => string, string?][] = [
    ["without an algorithm", () => `${base64({ alg: "none" })}.${base64(payloadOf(john.token))}.`],
    ["without an algorithm, in capitals", () => `${base64({ ...headerOf(john.token), alg: "NONE" })}.${base64(payloadOf(john.token))}.`],
    ["with the signature of another", () => `${base64(headerOf(john.token))}.${base64({ ...payloadOf(john.token), sub: eve.id })}.${john.token.split(".")[2]}`],
    ["cut short", () => john.token.slice(0, -4)],
    ["without a signature", () => `${john.token.split(".").slice(0, 2).join(".")}.`],
    ["of another key", () => signed({}, {}, generateKeyPairSync("ed25519").privateKey)],
    [
      "of another key, which it brings along",
      () => {
        const { privateKey, publicKey } = generateKeyPairSync("ed25519");
        return signed({}, { jwk: publicKey.export({ format: "jwk" }), kid: undefined }, privateKey);
      },
    ],
    ["of an unknown key id", () => signed({}, { kid: "../../secrets.json" })],
    ["with a critical extension", () => signed({}, { crit: ["exp"] })],
    ["of another issuer", () => signed({ iss: "evil" })],
    ["of no issuer", () => signed({ iss: undefined })],
    ["for another audience", () => signed({ aud: "other" })],
    ["for no audience", () => signed({ aud: undefined })],
    ["for every audience", () => signed({ aud: ["newfeed", "stream"] })],
    ["that has expired", () => signed({ exp: Math.floor(Date.now() / 1000) - 1 }), "token_expired"],
    ["that never expires", () => signed({ exp: undefined })],
    ["that expires with a word", () => signed({ exp: "never" })],
    ["that is not valid yet", () => signed({ nbf: Math.floor(Date.now() / 1000) + 600 })],
    ["without a subject", () => signed({ sub: undefined })],
    ["with a subject that is not an id", () => signed({ sub: "' OR 1=1--" })],
    ["of no session", () => signed({ sid: undefined })],
    ["that is none", () => "x.y.z"],
    ["that is a refresh token", () => john.refreshToken],
    ["that is a guessed API token", newApiToken],
    ["that begins like an API token", () => `nf_${john.token}`],
  ];
  const hmacKeys = () => {
    const publicKey = createPublicKey(ownKey());
    const jwk = publicKey.export({ format: "jwk" });
    return [
      publicKey.export({ format: "pem", type: "spki" }),
      publicKey.export({ format: "der", type: "spki" }),
      JSON.stringify(jwk),
      String(jwk.x),
      Buffer.from(String(jwk.x), "base64url"),
      "",
    ];
  };

  test.each(forgeries)("%s is refused everywhere", async (_what, forge, code) => {
    expect(await tryEverywhere(forge())).toEqual(refusedEverywhere(code));
  });

  test("that is signed with the public key as a shared secret is refused everywhere", async () => {
    for (const key of hmacKeys()) {
      const text = `${base64({ ...headerOf(john.token), alg: "HS256" })}.${base64(payloadOf(john.token))}`;
      expect(await tryEverywhere(`${text}.${createHmac("sha256", key).update(text).digest("base64url")}`)).toEqual(refusedEverywhere());
    }
  });

  test("signed by this test with the real claims is valid, so the forgeries fail for their own reasons", async () => {
    const token = signed({});
    expect((await feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${token}` })).status).toBe(200);
    (await openSocket(feed, { ...john, token })).close();
  });

  test("for streams opens streams, and nothing else", async () => {
    const token = String(cookies["stream_token"]);
    expect(payloadOf(token).aud).toBe("stream");
    for (const headers of [{ authorization: `Bearer ${token}` }, { cookie: `access_token=${token}` }, { cookie: `stream_token=${token}` }])
      expect(await feed.call("GET", "/api/auth/me", undefined, headers as Record<string, string>)).toMatchObject({
        status: 401,
        body: { code: "unauthenticated" },
      });
    const stream = await fetch(`${feed.url}/api/sse/notifications`, { headers: { cookie: `stream_token=${token}` } });
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
  });

  test("in a malformed Authorization header is refused", async () => {
    for (const authorization of [
      "Bearer",
      "Bearer ",
      `Basic ${john.token}`,
      `Bearer ${john.token} x`,
      `Bearer "${john.token}"`,
      john.token,
      `Token ${john.token}`,
      `Bearer ${"x".repeat(5_000)}`,
    ])
      expect([authorization.slice(0, 20), (await feed.call("GET", "/api/v1/posts", undefined, { authorization })).status]).toEqual([
        authorization.slice(0, 20),
        401,
      ]);
  });

  test("only an administrator resets breakers, and only of services", async () => {
    const reset = (service: string, token: string) =>
      feed.call("POST", `/admin/circuit-breakers/${service}/reset`, undefined, { authorization: `Bearer ${token}` });
    expect((await feed.call("POST", "/admin/circuit-breakers/post-service/reset", undefined, identityHeaders(john.id))).status).toBe(401);
    expect((await reset("post-service", eve.token)).status).toBe(403);
    const admin = signed({ roles: ["admin"] });
    expect((await reset("post-service", admin)).status).toBe(200);
    for (const name of ["constructor", "__proto__", "toString", "nothing"]) expect((await reset(name, admin)).status).toBe(404);
  });
});

describe("an access token of the issuer elsewhere", () => {
  const seconds = () => Math.floor(Date.now() / 1000);
  const claimsOfAda = { sub: "ada", sid: "phone" };
  const hmac = (algorithm: string, key: string | Buffer) => {
    const text = `${base64({ ...headerOf(external), alg: algorithm })}.${base64(payloadOf(external))}`;
    return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
  };
  const publicKey = () => issuer.keys.keys[0] ?? {};
  const forgeries: [string, () => string | Promise<string>, string?][] = [
    ["without an algorithm", () => `${base64({ alg: "none" })}.${base64(payloadOf(external))}.`],
    ["with the signature of another", () => `${base64(headerOf(external))}.${base64({ ...payloadOf(external), sub: "eve" })}.${external.split(".")[2]}`],
    ["cut short", () => external.slice(0, -4)],
    ["with its public key as a shared secret", () => hmac("HS256", JSON.stringify(publicKey()))],
    ["with the modulus as a shared secret", () => hmac("HS256", Buffer.from(String(publicKey().n), "base64url"))],
    ["of our key", () => signed({ iss: issuer.url, aud: audience, sub: "ada" })],
    ["of our key, as one of theirs", () => signed({ iss: issuer.url, aud: audience, sub: "ada" }, { kid: headerOf(external).kid })],
    ["of our issuer, with their key", () => issuer.token({ ...payloadOf(john.token) })],
    ["of an unknown key", () => issuer.token(claimsOfAda, { kid: "another" })],
    ["of another issuer", () => issuer.token({ ...claimsOfAda, iss: "https://evil.example" })],
    ["for another audience", () => issuer.token({ ...claimsOfAda, aud: "another" })],
    ["for our own audience", () => issuer.token({ ...claimsOfAda, aud: "newfeed" })],
    ["that has expired", () => issuer.token({ ...claimsOfAda, exp: seconds() - 10 }), "token_expired"],
    ["that is not valid yet", () => issuer.token({ ...claimsOfAda, nbf: seconds() + 60 })],
    ["without a user", () => issuer.token({ sid: "phone" })],
    ["of a user that is no text", () => issuer.token({ sub: "a\u0000" })],
  ];

  test.each(forgeries)("%s is refused everywhere", async (_what, forge, code) => {
    // In a cookie it is none of ours.
    expect(await tryEverywhere(await forge())).toEqual({ ...refusedEverywhere(code), streamCookie: "401 unauthenticated" });
  });
});

test("none of this has changed anything", async () => {
  expect(await stored.all()).toEqual(before);
});

test("a token of the issuer elsewhere, with the real claims, is valid, so its forgeries fail for their own reasons", async () => {
  const token = await issuer.token({ sub: "ada", sid: "phone" });
  expect((await feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${token}` })).status).toBe(200);
  (await openSocket(feed, { ...john, token })).close();
});

describe("a session that has ended", () => {
  /** Of a second device, with all that it was given. */
  async function anotherDevice() {
    const { headers, body } = await feed.call("POST", "/api/auth/login", { email: eve.email, password: eve.password });
    const streamToken = headers
      .getSetCookie()
      .find((cookie) => cookie.startsWith("stream_token="))
      ?.split(";")[0];
    return { ...eve, token: body.data.tokens.accessToken as string, refreshToken: body.data.tokens.refreshToken as string, streamCookie: String(streamToken) };
  }

  test("opens nothing after two seconds, with any of its tokens", async () => {
    const device = await anotherDevice();
    const bearer = { authorization: `Bearer ${device.token}` };
    expect((await feed.call("POST", "/api/auth/logout", undefined, bearer)).status).toBe(200);
    const streams = () => feed.call("GET", "/api/sse/notifications", undefined, { cookie: device.streamCookie });
    expect(await streams()).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(await feed.call("POST", "/api/auth/refresh", { refreshToken: device.refreshToken })).toMatchObject({
      status: 401,
      body: { code: "refresh_invalid" },
    });
    await eventually(async () => {
      expect(await tryEverywhere(device.token)).toEqual({ ...refusedEverywhere(), validate: false });
    }, 2_000);
    expect((await eve.get("/api/auth/me")).status).toBe(200);
  });

  test("while a connection was opening leaves none open", async () => {
    const device = await anotherDevice();
    const bearer = { authorization: `Bearer ${device.token}` };
    const witness = await openSocket(feed, device);
    const database = await feed.platform.openDatabase("notification-service");
    const [events, socket] = await database.transaction(async (query) => {
      // Opening a connection looks for blocks, and waits here.
      await query("LOCK TABLE projection.block IN ACCESS EXCLUSIVE MODE");
      const opening = [
        feed.call("GET", "/api/sse/notifications", undefined, bearer).then(({ body }) => body.code ?? body),
        openSocket(feed, device).then(
          () => "open",
          () => "refused",
        ),
      ] as const;
      await eventually(async () => {
        const waiting = await query("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'projection.block'::regclass");
        expect(waiting).toHaveLength(2);
      });
      expect((await feed.call("POST", "/api/auth/logout", undefined, bearer)).status).toBe(200);
      await eventually(() => expect(witness.socket.connected).toBe(false));
      return opening;
    });
    // It ends: before it begins, or with the reason as all that it says.
    expect(await events).toMatch(/^(unauthenticated$|event: closing\ndata: \{"code":"revoked")/);
    expect(await socket).toBe("refused");
  });
});
