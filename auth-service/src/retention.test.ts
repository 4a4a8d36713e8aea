import { asSessionId, asUserId, type SessionId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAppealTokens } from "./appeal-tokens.ts";
import { createRefreshTokens } from "./refresh-tokens.ts";
import { authService } from "./service.ts";
import { openSession, refresh, type SignedIn, type TokenIssuer } from "./sessions.ts";
import { createStore, type Store } from "./store.ts";

const issuer: TokenIssuer = { sign: async () => "a token", refreshTokens: createRefreshTokens("a key"), appealTokens: createAppealTokens("a key") };
let database: RawDatabase;
let store: Store;
beforeAll(async () => {
  database = await openServiceDatabase("auth_retention", authService);
  store = createStore(database, () => {});
});
afterAll(async () => {
  await store.close();
  await database.close();
});
beforeEach(() => database.query("DELETE FROM account"));

async function runAll(): Promise<Record<string, number[]>> {
  const batches: Record<string, number[]> = {};
  for (const { name, runSome } of store.retention)
    for (let rows = await runSome(); rows > 0; rows = await runSome()) batches[name] = [...(batches[name] ?? []), rows];
  return batches;
}

async function signIn(): Promise<SignedIn> {
  const id = asUserId(uuidv7());
  const account = { id, username: id, email: `${id}@test.com`, passwordHash: "", fullName: "" };
  return store.transaction(async (operations) => openSession(operations, issuer, await operations.createAccount(account), { userAgent: "test", address: "" }));
}
const renew = async (token: string): Promise<SignedIn> => {
  const outcome = await refresh(store, issuer, token, "");
  if ("reused" in outcome) throw new Error("the session ended");
  return outcome;
};
const age = (interval: string) => database.query("UPDATE refresh_token SET used_at = used_at - $1::interval", [interval]);
const tokensOf = async (session: SessionId) => (await database.query("SELECT FROM refresh_token WHERE session_id = $1", [session])).length;

describe("used refresh tokens", () => {
  test("go after their grace, and the session goes on", async () => {
    const first = await signIn();
    let latest = first;
    for (let times = 0; times < 5; times++) latest = await renew(latest.tokens.refreshToken);
    await runAll();
    expect(await tokensOf(first.session.id), "within their grace").toBe(6);
    await age("2 minutes");
    expect(await runAll()).toEqual({ used_refresh_tokens: [5] });
    expect(await tokensOf(first.session.id)).toBe(1);
    expect((await renew(latest.tokens.refreshToken)).session.id).toBe(first.session.id);
  });

  test("that come again still end their session", async () => {
    const first = await signIn();
    const second = await renew(first.tokens.refreshToken);
    await age("2 minutes");
    await runAll();
    expect(await refresh(store, issuer, first.tokens.refreshToken, "")).toEqual({ reused: first.session.id });
    await expect(renew(second.tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_invalid" });
  });

  test("take those with them that were given out beside them: using one ends the session", async () => {
    const first = await signIn();
    const [used, other] = [await renew(first.tokens.refreshToken), await renew(first.tokens.refreshToken)];
    await renew(used.tokens.refreshToken);
    await age("2 minutes");
    await runAll();
    expect(await tokensOf(first.session.id)).toBe(1);
    expect(await refresh(store, issuer, other.tokens.refreshToken, "")).toEqual({ reused: first.session.id });
  });

  test("of an older version, which do not say that they were issued here, stay with their session", async () => {
    const first = await signIn();
    await renew(first.tokens.refreshToken);
    await database.query("UPDATE refresh_token SET recognisable = false");
    await age("2 minutes");
    expect(await runAll()).toEqual({});
    expect(await refresh(store, issuer, first.tokens.refreshToken, "")).toEqual({ reused: first.session.id });
  });

  test("nobody ends another's session with a token that was never issued", async () => {
    const first = await signIn();
    const made = createRefreshTokens("another key").create(first.session.id);
    await expect(renew(made)).rejects.toMatchObject({ code: "refresh_invalid" });
    expect((await renew(first.tokens.refreshToken)).session.id).toBe(first.session.id);
  });
});

describe("expired sessions", () => {
  async function addSessions(account: UserId, count: number, tokensEach: number): Promise<void> {
    await database.query(
      `WITH s AS (
         INSERT INTO session (id, account_id, user_agent, address, expires_at) SELECT gen_random_uuid(), $1, '', '', now() - n * interval '1 second'
         FROM generate_series(1, $2::int) AS n RETURNING id
       ) INSERT INTO refresh_token (hash, session_id, used_at) SELECT s.id || '.' || n, s.id, now() - interval '1 day' FROM s CROSS JOIN generate_series(1, $3::int) AS n`,
      [account, count, tokensEach],
    );
  }

  test("go in bounded batches, their tokens first; those of others stay", async () => {
    const { account, session, tokens } = await signIn();
    await addSessions(account.id, 450, 10);
    const { expired_sessions: batches = [] } = await runAll();
    expect(Math.max(...batches)).toBeLessThanOrEqual(1_000);
    expect(batches.reduce((sum, rows) => sum + rows)).toBe(450 + 4_500);
    expect(await database.query("SELECT id FROM session")).toEqual([{ id: session.id }]);
    expect((await renew(tokens.refreshToken)).session.id).toBe(asSessionId(session.id));
  });

  test("with very many tokens do not hold up the others", async () => {
    const { account } = await signIn();
    await addSessions(account.id, 1, 3_500);
    await addSessions(account.id, 5, 1);
    expect((await runAll())["expired_sessions"]).toEqual([1_000, 1_000, 1_000, 505, 6]);
  });
});
