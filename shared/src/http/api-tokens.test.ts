import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TokenScope } from "../contracts/account-dto.ts";
import { asSessionId, asUserId } from "../contracts/ids.ts";
import { createEmbeddedLimiter } from "../embedded/limiter.ts";
import { hashOfApiToken, isApiToken, newApiToken } from "../ports/api-tokens.ts";
import { createApiTokens } from "./api-tokens.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const id = "01900000-0000-7000-8000-000000000001";
const network = "192.0.2.1";

/** A verifier in front of an auth-service that knows one token. */
function setUp() {
  const token = newApiToken();
  const stored = {
    ...{ id: asSessionId(id), userId: asUserId(id), username: "john", roles: ["user"], scopes: ["read"] as TokenScope[], unverified: false },
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  };
  const lookUp = vi.fn(async (hash: string) => ({ token: hash === hashOfApiToken(token) ? stored : null }));
  const lookedUp = vi.fn();
  return { token, lookUp, lookedUp, verify: createApiTokens({ lookUp, limiter: createEmbeddedLimiter(1), metrics: { lookedUp } }) };
}
const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
const refused = (code: string) => expect.objectContaining({ code });

test("a token has a prefix and a checksum, so that one that is cut or mistyped is none", () => {
  const token = newApiToken();
  expect(token).toMatch(/^nf_[0-9a-f]{56}$/);
  expect(newApiToken()).not.toBe(token);
  expect(isApiToken(token)).toBe(true);
  const mistyped = token.replace(/^nf_./, (start) => `nf_${start.endsWith("0") ? "1" : "0"}`);
  for (const other of ["", "nf_", token.slice(0, -1), `${token}0`, token.toUpperCase(), ` ${token}`, mistyped]) expect(isApiToken(other), other).toBe(false);
});

test("a token is looked up once, by its hash, however many calls bring it", async () => {
  const { token, lookUp, verify } = setUp();
  const claims = await Promise.all([1, 2, 3].map(() => verify(token, network)));
  expect(claims[2]).toMatchObject({ userId: id, sessionId: id, roles: ["user"], scopes: ["read"], audience: "newfeed" });
  await verify(token, network);
  expect(lookUp.mock.calls).toEqual([[hashOfApiToken(token)]]);
});

test("what is known is renewed after a minute, and no call waits; while auth-service is away it is good for five minutes", async () => {
  const { token, lookUp, verify } = setUp();
  await verify(token, network);
  pass(61_000);
  lookUp.mockReturnValueOnce(new Promise(() => {}));
  await verify(token, network);
  expect(lookUp).toHaveBeenCalledTimes(2);

  const away = setUp();
  await away.verify(away.token, network);
  away.lookUp.mockRejectedValue(new Error("away"));
  pass(299_000);
  expect(await away.verify(away.token, network)).toMatchObject({ userId: id });
  pass(2_000);
  await expect(away.verify(away.token, network)).rejects.toThrow("away");
});

test("a token that was revoked is unknown after the next look-up", async () => {
  const { token, lookUp, verify } = setUp();
  await verify(token, network);
  lookUp.mockResolvedValue({ token: null });
  pass(61_000);
  await verify(token, network);
  await vi.waitFor(async () => expect(await verify(token, network).catch((error) => error)).toEqual(refused("unauthenticated")));
});

test("a token that expires while it is known is refused", async () => {
  const { token, lookUp, verify } = setUp();
  lookUp.mockImplementation(async () => ({
    token: {
      ...{ id: asSessionId(id), userId: asUserId(id), username: "john", roles: [], scopes: [], unverified: false },
      expiresAt: new Date(Date.now() + 30_000).toISOString(),
    },
  }));
  await verify(token, network);
  pass(30_000);
  await expect(verify(token, network)).rejects.toEqual(refused("token_expired"));
});

test("a hundred guesses from a network are looked up, and what is no token is not; tokens that exist do not count", async () => {
  const { token, lookUp, lookedUp, verify } = setUp();
  const guess = () => verify(newApiToken(), network).catch((error) => error.code);
  for (let guesses = 0; guesses < 100; guesses++) expect(await guess()).toBe("unauthenticated");
  expect(await guess()).toBe("rate_limited");
  expect(await verify(`${token.slice(0, -1)}x`, network).catch((error) => error.code)).toBe("unauthenticated");
  expect(lookUp).toHaveBeenCalledTimes(100);
  expect(lookedUp.mock.calls.slice(-2)).toEqual([["unknown"], ["limited"]]);
  expect(await verify(token, "192.0.2.2")).toMatchObject({ userId: id });

  const other = setUp();
  for (let minutes = 0; minutes < 30; minutes++) {
    await other.verify(other.token, network);
    pass(301_000);
  }
  for (let guesses = 0; guesses < 100; guesses++) await other.verify(newApiToken(), network).catch(() => {});
  expect(await other.verify(newApiToken(), network).catch((error) => error.code)).toBe("rate_limited");
});

test("look-ups that fail do not count: when auth-service is back, tokens are accepted", async () => {
  const { token, lookUp, verify } = setUp();
  const back = lookUp.getMockImplementation() as typeof lookUp;
  lookUp.mockRejectedValue(new Error("away"));
  for (let calls = 0; calls < 110; calls++) await expect(verify(token, network)).rejects.toThrow("away");
  lookUp.mockImplementation(back);
  expect(await verify(token, network)).toMatchObject({ userId: id });
});
