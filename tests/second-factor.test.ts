import { createClient } from "@newfeed/client";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { arrived, mailFolder } from "./support/mails.ts";
import { forgetProofs } from "./support/proofs.ts";
import { suspend } from "./support/suspend.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const path = "/api/auth/second-factor";
const database = () => feed.platform.openDatabase("auth-service");
/** An app's code, now or some steps of 30 seconds later. */
const codeOf = (secret: string, steps = 0) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });
const logIn = (person: Person, password = person.password) => feed.call("POST", "/api/auth/login", { email: person.username, password });
const enter = (challenge: string, code: string, headers = {}) => feed.call("POST", "/api/auth/login/second-factor", { challenge, code }, headers);
const wrong = { status: 401, body: { code: "invalid_credentials" } };

async function challengeOf(person: Person): Promise<string> {
  const { status, body } = await logIn(person);
  expect({ status, body }).toMatchObject({ status: 401, body: { code: "second_factor_required" } });
  return body.challenge.token;
}
/** Of a new user, who has turned it on a while ago: the code of now is left. */
async function protectedUser(): Promise<{ john: Person; secret: string; recoveryCodes: string[] }> {
  const john = await feed.person("john");
  const { secret } = (await john.post(path)).body.data;
  const { status, body } = await john.post(`${path}/confirm`, { code: codeOf(secret) });
  expect(status, JSON.stringify(body)).toBe(200);
  await (await database()).query("UPDATE second_factor SET last_step = last_step - 10 WHERE account_id = $1", [john.id]);
  return { john, secret, recoveryCodes: body.data.recoveryCodes };
}

describe("a second factor", () => {
  test("lets a suspended user in to nothing but an appeal", async () => {
    const { john, secret } = await protectedUser();
    const appeal = await suspend(feed, john);
    await appeal(await enter(await challengeOf(john), codeOf(secret)));
  });

  test("is turned on with a first code, and stored encrypted; recovery codes are stored as hashes", async () => {
    const john = await feed.person("john");
    expect((await john.get(path)).body.data).toEqual({ enabledAt: null, recoveryCodes: 0 });
    const begun = await john.post(path);
    const { secret, uri } = begun.body.data;
    expect(uri).toBe(`otpauth://totp/NewFeed:${john.username}?issuer=NewFeed&secret=${secret}&algorithm=SHA1&digits=6&period=30`);
    expect(await john.post(`${path}/confirm`, { code: codeOf(secret, 9) })).toMatchObject(wrong);
    expect((await logIn(john)).status).toBe(200);
    const again = (await john.post(path)).body.data;
    expect(await john.post(`${path}/confirm`, { code: codeOf(secret) })).toMatchObject(wrong);
    const code = codeOf(again.secret);
    const { status, body } = await john.post(`${path}/confirm`, { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
    expect(status).toBe(200);
    expect(body.data.recoveryCodes).toHaveLength(10);
    expect(new Set(body.data.recoveryCodes).size).toBe(10);
    for (const one of body.data.recoveryCodes) expect(one).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    expect((await john.get(path)).body.data).toEqual({ enabledAt: expect.any(String), recoveryCodes: 10 });
    await arrived(mailFolder(feed), john.email, /has a second factor/);
    expect(await john.post(path)).toMatchObject({ status: 409, body: { code: "conflict" } });

    const { query } = await database();
    const rows = JSON.stringify([
      await query("SELECT * FROM second_factor"),
      await query("SELECT * FROM recovery_code"),
      await query("SELECT body FROM newfeed.outbox"),
    ]);
    for (const hidden of [again.secret, ...body.data.recoveryCodes.flatMap((one: string) => [one, one.replaceAll("-", "")])])
      expect(rows).not.toContain(hidden);
    const exported = JSON.stringify((await john.get("/api/v1/users/me/export")).body);
    expect(exported).not.toContain(again.secret);
  });

  test("is asked for after the password, and each of its codes is good once", async () => {
    const { john, secret } = await protectedUser();
    expect(await logIn(john, "wrong")).toMatchObject(wrong);
    const challenge = await challengeOf(john);
    expect(await enter(challenge, "000000")).toMatchObject(wrong);
    const code = codeOf(secret);
    const { status, headers, body } = await enter(challenge, code);
    expect(status).toBe(200);
    expect(headers.getSetCookie().map((cookie) => cookie.split("=")[0])).toEqual(["access_token", "refresh_token", "stream_token"]);
    expect(body.data).toMatchObject({ user: { id: john.id }, tokens: { accessToken: expect.any(String) } });
    expect((await feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${body.data.tokens.accessToken}` })).status).toBe(200);
    expect(await enter(challenge, codeOf(secret, 1))).toMatchObject({ status: 401, body: { code: "challenge_invalid" } });
    expect(await enter(await challengeOf(john), code)).toMatchObject(wrong);
  });

  test("signs in once with a code that two present at the same time", async () => {
    const { john, secret } = await protectedUser();
    const challenges = await Promise.all([challengeOf(john), challengeOf(john), challengeOf(john)]);
    const code = codeOf(secret);
    const statuses = (await Promise.all(challenges.map((challenge) => enter(challenge, code)))).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 401, 401]);
  });

  test("that is lost is replaced by a recovery code, each once, until there are new ones", async () => {
    const { john, recoveryCodes } = await protectedUser();
    const [first = "", second = "", third = ""] = recoveryCodes;
    expect((await enter(await challengeOf(john), first.toUpperCase().replaceAll("-", " "))).status).toBe(200);
    expect(await enter(await challengeOf(john), first)).toMatchObject(wrong);
    const other = await protectedUser();
    expect(await enter(await challengeOf(other.john), second)).toMatchObject(wrong);
    expect((await john.get(path)).body.data.recoveryCodes).toBe(9);
    const { body } = await john.post(`${path}/recovery-codes`);
    await arrived(mailFolder(feed), john.email, /^New recovery codes/);
    expect(await enter(await challengeOf(john), third)).toMatchObject(wrong);
    expect((await enter(await challengeOf(john), body.data.recoveryCodes[0])).status).toBe(200);
  });

  test("has challenges of five tries and five minutes, which are of no use to others", async () => {
    const { john, secret } = await protectedUser();
    const invalid = { status: 401, body: { code: "challenge_invalid" } };
    const challenge = await challengeOf(john);
    for (let tries = 0; tries < 5; tries++) expect(await enter(challenge, "123456")).toMatchObject(wrong);
    expect(await enter(challenge, codeOf(secret))).toMatchObject(invalid);
    const late = await challengeOf(john);
    const { query } = await database();
    await query("UPDATE login_challenge SET expires_at = now() WHERE account_id = $1", [john.id]);
    expect(await enter(late, codeOf(secret))).toMatchObject(invalid);
    for (const guess of ["x", john.token.slice(0, 128), late.slice(1)]) expect(await enter(guess, codeOf(secret))).toMatchObject(invalid);
    // A challenge is no session.
    const open = await challengeOf(john);
    expect((await feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${open}` })).status).toBe(401);
    // The secret is bound to its account, and to the key.
    const other = await protectedUser();
    await query("UPDATE second_factor SET secret = (SELECT secret FROM second_factor WHERE account_id = $1) WHERE account_id = $2", [other.john.id, john.id]);
    expect(await enter(open, codeOf(other.secret, 1))).toMatchObject(wrong);
  });

  test("proves the user in a step-up, which turning it off and new recovery codes ask for", async () => {
    const { john, secret } = await protectedUser();
    await forgetProofs(feed, john);
    const required = { status: 403, body: { code: "step_up_required", proofs: ["code"] } };
    expect(await john.post(`${path}/recovery-codes`)).toMatchObject(required);
    expect(await john.delete(path)).toMatchObject(required);
    // The password alone proves nothing any more, wherever it is sent.
    const { password } = john;
    expect(await john.post("/api/auth/step-up", { password })).toMatchObject(required);
    expect(await john.delete(path)).toMatchObject(required);
    expect(await john.delete("/api/auth/me", { password })).toMatchObject(required);
    expect(await john.delete("/api/auth/me", { password: "wrong" })).toMatchObject(wrong);
    expect(await john.post("/api/auth/email/change", { email: "another@test.com", password })).toMatchObject(required);
    expect(await john.post("/api/auth/step-up", {})).toMatchObject({ status: 400, body: { errors: [{ field: "password" }] } });
    expect(await john.post("/api/auth/step-up", { code: "000000" })).toMatchObject(wrong);
    expect((await john.post("/api/auth/step-up", { code: codeOf(secret) })).status).toBe(200);
    expect((await john.delete(path)).status).toBe(200);
    expect(await john.delete(path)).toMatchObject({ status: 404 });
    expect(await john.post(`${path}/recovery-codes`)).toMatchObject({ status: 404 });
    await arrived(mailFolder(feed), john.email, /second factor .* is off/);
    expect((await logIn(john)).status).toBe(200);
    await forgetProofs(feed, john);
    expect(await john.post(path)).toMatchObject({ status: 403, body: { code: "step_up_required", proofs: ["password"] } });
  });

  test("that was just turned on proves the user in that session alone", async () => {
    const john = await feed.person("john");
    const before = (await logIn(john)).body.data.tokens.accessToken;
    const { secret } = (await john.post(path)).body.data;
    expect((await john.post(`${path}/confirm`, { code: codeOf(secret) })).status).toBe(200);
    expect(await feed.call("DELETE", path, undefined, { authorization: `Bearer ${before}` })).toMatchObject({ status: 403, body: { proofs: ["code"] } });
    expect((await john.delete(path)).status).toBe(200);
  });

  test("goes with the account", async () => {
    const { john } = await protectedUser();
    await challengeOf(john);
    expect((await john.delete("/api/auth/me", { password: john.password })).status).toBe(200);
    const { query } = await database();
    for (const table of ["second_factor", "recovery_code", "login_challenge"])
      expect([table, await query(`SELECT FROM ${table} WHERE account_id = $1`, [john.id])]).toEqual([table, []]);
  });

  test("the client library turns it on, and signs in with it", async () => {
    const client = createClient({ baseUrl: feed.url });
    const user = { username: "two_steps", email: "two-steps@test.com", password: "Test123" };
    await client.session.signUp(user);
    const { secret } = await client.secondFactor.begin();
    expect(await client.secondFactor.confirm(codeOf(secret))).toHaveLength(10);
    await client.session.signOut();
    const refused = await client.session.signIn({ email: user.email, password: user.password }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "second_factor_required", challenge: { token: expect.any(String) } });
    const { challenge } = refused as { challenge: { token: string } };
    expect(await client.session.signInWithCode({ challenge: challenge.token, code: codeOf(secret, 1) })).toMatchObject({ username: "two_steps" });
    expect(await client.secondFactor.get()).toMatchObject({ recoveryCodes: 10 });
    expect(await client.secondFactor.renewCodes()).toHaveLength(10);
    await client.secondFactor.remove();
    expect(await client.secondFactor.get()).toEqual({ enabledAt: null, recoveryCodes: 0 });
    client.close();
  });
});
