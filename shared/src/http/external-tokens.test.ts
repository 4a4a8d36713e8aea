import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { asSessionId, asUserId } from "../contracts/ids.ts";
import { createEmbeddedLimiter } from "../embedded/limiter.ts";
import { createExternalTokens, type ExternalTokensOptions } from "./external-tokens.ts";
import { createKeySet } from "./key-set.ts";

const ids = ["01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"] as const;
const presenter = { network: "192.0.2.1", address: "192.0.2.1", userAgent: "test" };

let keys: { keys: JWK[] };
let signer: CryptoKey;
let asked: number;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => {
  asked++;
  answer(request, response);
});
let url: string;
beforeAll(async () => {
  const pair = await generateKeyPair("ES256", { extractable: true });
  signer = pair.privateKey;
  keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: "first" }] };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  asked = 0;
  answer = (_request, response) => response.end(JSON.stringify(keys));
});
afterEach(() => void vi.useRealTimers());
const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
const refused = (code: string) => expect.objectContaining({ code });

const token = (claims: Record<string, unknown> = {}, header: object = {}, key = signer) => {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: url, aud: "us", sub: "ada", iat: now, exp: now + 3_600, ...claims })
    .setProtectedHeader({ alg: "ES256", kid: "first", ...header })
    .sign(key);
};

function setUp() {
  const ended = new Set<string>();
  const session = { id: asSessionId(ids[0]), userId: asUserId(ids[0]), username: "ada", roles: ["user"], unverified: false, refusedUntil: null };
  const fetchKeys = vi.fn(createKeySet(`${url}/keys`));
  const findSession = vi.fn<ExternalTokensOptions["findSession"]>(async () => ({ session }));
  const { claims, verify } = createExternalTokens({
    issuer: { issuer: url, audience: "us" },
    fetchKeys,
    findSession,
    limiter: createEmbeddedLimiter(1),
    metrics: { lookedUp: () => {} },
    revocations: { has: (id) => ended.has(id) },
  });
  return { claims, fetchKeys, findSession, session, ended, verify: (text: string) => verify(text, presenter) };
}

test("a token of a user stands for a session, which is looked up once, however many calls bring it", async () => {
  const { verify, claims, findSession } = setUp();
  const text = await token({ sid: "phone", email: "ada@example.com", email_verified: true, name: "Ada" });
  expect([claims(text), claims(await token({ iss: "https://other.example" })), claims("x.y.z"), claims("")]).toEqual([true, false, false, false]);
  const found = await Promise.all([1, 2, 3].map(() => verify(text)));
  expect(found[2]).toMatchObject({ userId: ids[0], sessionId: ids[0], roles: ["user"], audience: "newfeed" });
  await verify(text);
  // Of the same session, another token.
  await verify(await token({ sid: "phone", jti: "2" }));
  expect(findSession).toHaveBeenCalledTimes(1);
  expect(findSession.mock.calls[0]?.[0].token).toMatchObject({
    issuer: url,
    subject: "ada",
    sid: "phone",
    email: "ada@example.com",
    fullName: "Ada",
    provedAt: null,
  });
  await verify(await token({ sid: "laptop" }));
  expect(findSession).toHaveBeenCalledTimes(2);
  expect(asked).toBe(1);
});

test("an address that is not verified is not passed on, nor what is no text", async () => {
  const { verify, findSession } = setUp();
  for (const [n, email_verified] of [false, "true", undefined, 1].entries())
    await verify(await token({ sub: `user ${n}`, email: "ada@example.com", email_verified }));
  await verify(await token({ sub: "user 5", email: ["a"], email_verified: true, name: { a: 1 }, preferred_username: 7, username: "x".repeat(255) }));
  await verify(await token({ sub: "user 6", name: "a\u0000b", username: "x".repeat(256) }));
  for (const [{ token: user }] of findSession.mock.calls) expect(user).toMatchObject({ email: null, fullName: null });
  expect(findSession.mock.calls.slice(-2).map(([{ token: user }]) => user.username)).toEqual(["x".repeat(255), null]);
});

test("what is wrong with a token refuses it, and none of it is looked up", async () => {
  const { verify, findSession } = setUp();
  const now = Math.floor(Date.now() / 1000);
  const { privateKey } = await generateKeyPair("ES256");
  const wrong: [Promise<string>, string?][] = [
    [token({}, {}, privateKey)],
    [token({ aud: "others" })],
    [token({ aud: undefined })],
    [token({ iss: "https://other.example" })],
    [token({ sub: undefined })],
    [token({ sub: "" })],
    [token({ sub: "a\u0000b" })],
    [token({ sub: "x".repeat(256) })],
    [token({ sid: "x".repeat(256) })],
    [token({ iat: undefined })],
    [token({ exp: undefined })],
    [token({ nbf: now + 60 })],
    [token({ exp: now - 6 }), "token_expired"],
  ];
  for (const [text, code = "unauthenticated"] of wrong) await expect(verify(await text), await text).rejects.toEqual(refused(code));
  expect(findSession).not.toHaveBeenCalled();
  // Clocks differ by seconds.
  await verify(await token({ exp: now - 3 }));
  await verify(await token({ nbf: now + 3 }));
});

test("unknown keys are looked for every 30 seconds at most, for all clients together", async () => {
  const { verify, fetchKeys } = setUp();
  await verify(await token());
  expect(asked).toBe(1);
  const strangers = () => Promise.all(Array.from({ length: 50 }, async (_, n) => verify(await token({}, { kid: `${n}` })).catch(() => {})));
  await strangers();
  expect([fetchKeys.mock.calls.length, asked]).toEqual([1, 1]);
  pass(30_001);
  await strangers();
  expect([fetchKeys.mock.calls.length, asked]).toEqual([2, 2]);
  // For all instances together.
  for (let n = 0; n < 5; n++) await setUp().verify(await token());
  await Promise.all([fetchKeys(), fetchKeys()]);
  expect(asked).toBe(7);
  // A key that is new is found.
  const pair = await generateKeyPair("EdDSA", { extractable: true });
  keys.keys.push({ ...(await exportJWK(pair.publicKey)), kid: "second" });
  pass(30_001);
  expect(await verify(await token({}, { alg: "EdDSA", kid: "second" }, pair.privateKey))).toMatchObject({ userId: ids[0] });
  expect(asked).toBe(8);
  keys.keys.pop();
});

test("a key that the issuer withdraws is refused within twenty minutes, also for tokens that were accepted with it", async () => {
  const { verify, fetchKeys } = setUp();
  const pair = await generateKeyPair("ES256", { extractable: true });
  const all = keys;
  keys = { keys: [...all.keys, { ...(await exportJWK(pair.publicKey)), kid: "stolen" }] };
  const forged = await token({ exp: Math.floor(Date.now() / 1000) + 86_400 }, { kid: "stolen" }, pair.privateKey);
  await verify(forged);
  keys = all;
  pass(601_000);
  await verify(forged).catch(() => {});
  // The keys that are fetched meanwhile.
  await fetchKeys();
  pass(601_000);
  await expect(verify(forged)).rejects.toEqual(refused("unauthenticated"));
  await verify(await token());
});

const failures: Record<string, typeof answer> = {
  "an error": (_request, response) => response.writeHead(500).end(JSON.stringify(keys)),
  "another place": ({ url: path }, response) =>
    path === "/elsewhere" ? response.end(JSON.stringify(keys)) : response.writeHead(302, { location: "/elsewhere" }).end(),
  "a page": (_request, response) => response.end("<html>"),
  "no keys": (_request, response) => response.end('{"keys":[]}'),
  "too much": (_request, response) => response.end(`{"keys":[{"kty":"EC","x":"${"x".repeat(300_000)}"}]}`),
  "half of it": (_request, response) => response.writeHead(200, { "content-length": 1_000 }).write("{", () => response.destroy()),
};
test.each(Object.entries(failures))("an issuer that answers with %s: known keys stay good, otherwise it is provider_unavailable", async (_what, failing) => {
  const { verify } = setUp();
  answer = failing;
  await expect(verify(await token())).rejects.toEqual(refused("provider_unavailable"));
  const before = asked;
  await expect(verify(await token({ jti: "2" }))).rejects.toEqual(refused("provider_unavailable"));
  expect(asked, "a failure is kept for a moment").toBe(before);
  answer = (_request, response) => response.end(JSON.stringify(keys));
  pass(5_001);
  await verify(await token());
  answer = failing;
  pass(11 * 60_000);
  await verify(await token({ jti: "3" }));
  pass(30_001);
  await expect(verify(await token({}, { kid: "unknown" }))).rejects.toEqual(refused("provider_unavailable"));
  await verify(await token({ jti: "4" }));
});

test("what is known of a session is renewed after a minute, beside the calls; while auth-service is away it is good for five", async () => {
  const { verify, findSession } = setUp();
  const text = await token();
  await verify(text);
  pass(61_000);
  findSession.mockReturnValueOnce(new Promise(() => {}));
  await verify(text);
  expect(findSession).toHaveBeenCalledTimes(2);

  const away = setUp();
  await away.verify(text);
  away.findSession.mockRejectedValue(new Error("away"));
  pass(299_000);
  expect(await away.verify(text)).toMatchObject({ userId: ids[0] });
  pass(2_000);
  await expect(away.verify(text)).rejects.toThrow("away");
});

test("a session that has ended is ended for the tokens of then; one that was issued since may open another", async () => {
  const { verify, findSession, ended, session } = setUp();
  const text = await token();
  await verify(text);
  ended.add(ids[0]);
  findSession.mockResolvedValueOnce({ session: null });
  await expect(verify(text)).rejects.toEqual(refused("unauthenticated"));
  await expect(verify(text)).rejects.toEqual(refused("unauthenticated"));
  expect(findSession, "a refusal stays").toHaveBeenCalledTimes(2);
  const old = await token({ jti: "2" });
  const refusedUntil = new Date(Date.now() + 5_000).toISOString();
  pass(10_000);
  findSession.mockResolvedValueOnce({ session: { ...session, id: asSessionId(ids[1]), refusedUntil } });
  expect(await verify(await token({ jti: "3" }))).toMatchObject({ sessionId: ids[1] });
  await expect(verify(old)).rejects.toEqual(refused("unauthenticated"));
  expect(findSession).toHaveBeenCalledTimes(3);
});

test("a newer proof is noted at once", async () => {
  const { verify, findSession } = setUp();
  await verify(await token());
  const provedAt = Math.floor(Date.now() / 1000) - 5;
  await verify(await token({ auth_time: provedAt }));
  expect(findSession.mock.calls.at(-1)?.[0].token.provedAt).toBe(new Date(provedAt * 1000).toISOString());
  await verify(await token({ auth_time: provedAt, jti: "2" }));
  // Clerk says whole minutes, since the first factor.
  for (const fva of [[12, 3], [-1, -1], "now", []]) await verify(await token({ fva }));
  await verify(await token({ jti: "3" }));
  expect(findSession).toHaveBeenCalledTimes(2);
  await verify(await token({ sub: "eve", fva: [0, -1] }));
  expect(findSession.mock.calls.at(-1)?.[0].token.provedAt).toBe(new Date((Math.floor(Date.now() / 1000) - 60) * 1000).toISOString());
});

test("look-ups that find none count against their network, and those that fail do not", async () => {
  const { verify, findSession } = setUp();
  findSession.mockRejectedValueOnce(new Error("away"));
  await expect(verify(await token())).rejects.toThrow("away");
  findSession.mockResolvedValue({ session: null });
  for (let n = 0; n < 100; n++) await expect(verify(await token({ sub: `${n}` }))).rejects.toEqual(refused("unauthenticated"));
  await expect(verify(await token({ sub: "100" }))).rejects.toEqual(refused("rate_limited"));
});
