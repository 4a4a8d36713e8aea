import { createHash, randomBytes } from "node:crypto";
import { limits } from "@newfeed/shared/contracts/limits.ts";
import { newApiToken } from "@newfeed/shared/ports/api-tokens.ts";
import { createAuthenticator } from "@newfeed/shared/testing/authenticator.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";

interface Account {
  id: string;
  username: string;
  password: string;
  authorization: string;
}

let feed: TestFeed;
let site: string;
let query: (sql: string, values?: unknown[]) => Promise<unknown>;
let [ann, bob, carl]: Account[] = [];
/** Ann's second factor and passkey, and Bob's. */
const totp = new Map<Account, string>();
const passkeys = new Map<Account, ReturnType<typeof createAuthenticator>>();

const random = () => randomBytes(32).toString("base64url");
const sha256 = (text: string, encoding: "hex" | "base64url" = "hex") => createHash("sha256").update(text).digest(encoding);

let addresses = 0;
/** A new client address, as a proxy would report it. */
const newAddress = () => ({ "x-forwarded-for": `203.0.113.${++addresses}` });
const post = (path: string, body: object, headers = newAddress()) => feed.call("POST", path, body, headers);
const owner = (account: Account | undefined = ann): Account => account as Account;

async function signUp(inviteCode: string, headers = newAddress()): Promise<Answer> {
  const username = `user_${randomBytes(6).toString("hex")}`;
  return post("/api/auth/signup", { username, email: `${username}@test.com`, password: "Test123", inviteCode }, headers);
}
async function invite(): Promise<string> {
  const code = random();
  await query("INSERT INTO invite (id, code_hash, note, max_uses, expires_at) VALUES (gen_random_uuid(), $1, '', 1, now() + interval '1 hour')", [
    sha256(code),
  ]);
  return code;
}
async function createAccount(): Promise<Account> {
  const { status, body } = await signUp(await invite());
  expect(status, JSON.stringify(body)).toBe(201);
  const { user, tokens } = body.data;
  const account: Account = { id: user.id, username: user.username, password: "Test123", authorization: `Bearer ${tokens.accessToken}` };
  const as = { authorization: account.authorization };
  const { secret } = (await feed.call("POST", "/api/auth/second-factor", {}, as)).body.data;
  expect((await feed.call("POST", "/api/auth/second-factor/confirm", { code: codeOf(secret) }, as)).status).toBe(200);
  totp.set(account, secret);
  const passkey = createAuthenticator(site);
  const { options } = (await feed.call("POST", "/api/auth/passkeys/begin", {}, as)).body.data;
  expect((await feed.call("POST", "/api/auth/passkeys", { name: "Key", passkey: passkey.create(options) }, as)).status).toBe(201);
  passkeys.set(account, passkey);
  await query("INSERT INTO external_login (provider, provider_user_id, account_id, name) VALUES ('github', $1, $2, '')", [account.id, account.id]);
  return account;
}

beforeAll(async () => {
  const port = await freePort();
  site = `http://localhost:${port}`;
  feed = await startTestFeed({
    ...{ PORT: String(port), RATE_LIMIT_FACTOR: "1", TRUSTED_PROXIES: "127.0.0.1", REGISTRATION: "invite" },
    ...{ GITHUB_CLIENT_ID: "newfeed", GITHUB_CLIENT_SECRET: "of the tests" },
  });
  ({ query } = await feed.platform.openDatabase("auth-service"));
  [ann, bob, carl] = [await createAccount(), await createAccount(), await createAccount()];
});
afterAll(() => feed.close());

const codeOf = (secret = "", steps = 0) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });
/** Has no code of the app have been used. */
const forgetSteps = () => query("UPDATE second_factor SET last_step = 0");
const challengeOf = async (account: Account, headers = newAddress()): Promise<string> => {
  const { body } = await post("/api/auth/login", { email: account.username, password: account.password }, headers);
  return body.challenge?.token ?? "";
};
const finishSignIn = (challenge: string, code: string, headers = newAddress()) => post("/api/auth/login/second-factor", { challenge, code }, headers);
async function recoveryCode(account: Account): Promise<string> {
  const { body } = await feed.call("POST", "/api/auth/second-factor/recovery-codes", {}, { authorization: account.authorization });
  return body.data.recoveryCodes[0];
}
/** To Carl, whose sessions end with a new password. */
const link = (kind: string) => async () => {
  const account = owner(carl);
  const token = random();
  await query("INSERT INTO mail_link (hash, account_id, kind, address, expires_at) VALUES ($1, $2, $3, $4, now() + interval '30 minutes')", [
    ...[sha256(token), account.id, kind, kind === "confirm_new_address" ? `${randomBytes(6).toString("hex")}@test.com` : `${account.username}@test.com`],
  ]);
  return token;
};
const refusal = (status: number, code: string) => ({ status, body: { code } });
const expire =
  (table: string, column = "expires_at") =>
  () =>
    query(`UPDATE ${table} SET ${column} = now() - interval '1 second'`);

/** Something that is known to its owner alone, and lets them do something once. */
interface Kind {
  make(account: Account): Promise<string>;
  /** Uses it; as Ann, where it matters. */
  use(secret: string, headers: ReturnType<typeof newAddress>): Promise<Answer>;
  refused: object;
  /** Of the same kind, but another user's, or for something else. Missing where every holder may use it. */
  foreign?: () => Promise<string>;
  /** Has all that were made be too old. */
  expire?: () => Promise<unknown>;
  guess?: () => string;
  /** So many are refused from one network before all are. */
  limit: number;
  /** It is good until it ends. */
  lasts?: { end: () => Promise<unknown> };
}

const passkeyChallenge = async (purpose: string, headers: Record<string, string> = newAddress()): Promise<string> =>
  (await feed.call("POST", "/api/auth/passkeys/challenge", { purpose }, headers)).body.data.options.challenge;
const linkInvalid = refusal(400, "link_invalid");
const wrongCode = refusal(401, "invalid_credentials");
const kinds: Record<string, Kind> = {
  "the link of a new password": {
    make: link("reset_password"),
    use: (token, headers) => feed.call("POST", "/api/auth/password/reset", { token, password: `New-${randomBytes(6).toString("hex")}1` }, headers),
    refused: linkInvalid,
    foreign: link("verify_address"),
    expire: expire("mail_link"),
    limit: limits.mailLink.points,
  },
  "the link of an address": {
    make: link("verify_address"),
    use: (token, headers) => feed.call("POST", "/api/auth/email/verify", { token }, headers),
    refused: linkInvalid,
    foreign: link("reset_password"),
    expire: expire("mail_link"),
    limit: limits.mailLink.points,
  },
  "the link of a new address": {
    make: link("confirm_new_address"),
    use: (token, headers) => feed.call("POST", "/api/auth/email/verify", { token }, headers),
    refused: linkInvalid,
    foreign: link("reset_password"),
    expire: expire("mail_link"),
    limit: limits.mailLink.points,
  },
  "an invitation": { make: invite, use: signUp, refused: refusal(403, "invite_invalid"), expire: expire("invite"), limit: limits.signup.points },
  "the code of a sign-in elsewhere": {
    async make({ id }) {
      const code = random();
      await query(
        "INSERT INTO sign_in_code (hash, challenge, provider, provider_user_id, name, expires_at) VALUES ($1, $2, 'github', $3, '', now() + interval '1 minute')",
        [sha256(code), sha256("Ann's verifier", "base64url"), id],
      );
      return code;
    },
    use: (code, headers) => feed.call("POST", "/api/auth/external-sign-in", { code, verifier: "Ann's verifier" }, headers),
    refused: refusal(400, "external_sign_in_failed"),
    async foreign() {
      const code = random();
      await query(
        "INSERT INTO sign_in_code (hash, challenge, provider, provider_user_id, name, expires_at) VALUES ($1, $2, 'github', $3, '', now() + interval '1 minute')",
        [sha256(code), sha256("Bob's verifier", "base64url"), owner(bob).id],
      );
      return code;
    },
    expire: expire("sign_in_code"),
    limit: limits.externalSignIn.points,
  },
  "the challenge of a second factor": {
    make: challengeOf,
    async use(challenge, headers) {
      await forgetSteps();
      return finishSignIn(challenge, codeOf(totp.get(owner())), headers);
    },
    refused: refusal(401, "challenge_invalid"),
    expire: expire("login_challenge"),
    limit: limits.login.points,
  },
  "a code of an authenticator app": {
    async make(account) {
      await forgetSteps();
      return codeOf(totp.get(account));
    },
    use: async (code, headers) => finishSignIn(await challengeOf(owner()), code, headers),
    refused: wrongCode,
    foreign: async () => codeOf(totp.get(owner(bob))),
    guess: () => "not a code",
    limit: limits.loginFailure.points,
  },
  "a recovery code": {
    make: recoveryCode,
    use: async (code, headers) => finishSignIn(await challengeOf(owner()), code, headers),
    refused: wrongCode,
    foreign: () => recoveryCode(owner(bob)),
    // New ones void those of before.
    expire: () => recoveryCode(owner()),
    guess: () => "aaaa-bbbb-cccc-dddd",
    limit: limits.loginFailure.points,
  },
  "an API token": {
    make: async ({ authorization }) => (await feed.call("POST", "/api/auth/tokens", { name: "Program", scopes: ["read"] }, { authorization })).body.data.secret,
    use: (token, headers) => feed.call("GET", "/api/auth/me", undefined, { ...headers, authorization: `Bearer ${token}` }),
    refused: refusal(401, "unauthenticated"),
    expire: expire("api_token"),
    guess: newApiToken,
    limit: limits.unknownToken.points,
    lasts: {
      async end() {
        const as = { authorization: owner().authorization };
        const { tokens } = (await feed.call("GET", "/api/auth/tokens", undefined, as)).body.data;
        for (const { id } of tokens) expect((await feed.call("DELETE", `/api/auth/tokens/${id}`, undefined, as)).status).toBe(200);
      },
    },
  },
  "the challenge of a passkey": {
    make: () => passkeyChallenge("sign_in"),
    use: (challenge, headers) => feed.call("POST", "/api/auth/login/passkey", { passkey: passkeys.get(owner())?.get({ challenge }) }, headers),
    refused: wrongCode,
    foreign: () => passkeyChallenge("step_up", { authorization: owner().authorization }),
    limit: limits.loginFailure.points,
  },
};

test.each(Object.entries(kinds))("%s is refused when it was used, is too old, another's, cut or guessed, and that is counted", async (_name, kind) => {
  const { make, use, refused, foreign, expire, guess = random, limit, lasts } = kind;
  const as = () => ({ ...newAddress() });
  if (expire) {
    const late = await make(owner());
    await expire();
    expect(["too old", await use(late, as())]).toMatchObject(["too old", refused]);
  }
  const secret = await make(owner());
  expect(["cut", await use(secret.slice(0, -1), as())]).toMatchObject(["cut", refused]);
  expect(["cut", await use(secret.slice(1), as())]).toMatchObject(["cut", refused]);
  expect(["guessed", await use(guess(), as())]).toMatchObject(["guessed", refused]);
  if (foreign) expect(["another's", await use(await foreign(), as())]).toMatchObject(["another's", refused]);
  const { status, body } = await use(secret, as());
  expect([200, 201], JSON.stringify(body)).toContain(status);
  if (lasts) await lasts.end();
  expect(["used", await use(secret, as())]).toMatchObject(["used", refused]);

  const here = newAddress();
  const guesses = await Promise.all(Array.from({ length: limit }, () => use(guess(), here)));
  expect(guesses.filter((answer) => answer.status !== 429).length).toBeLessThanOrEqual(limit);
  expect(await use(guess(), here)).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  expect((await use(guess(), as())).status).not.toBe(429);
});

test("the state of a sign-in elsewhere is refused when it is another browser's, cut or guessed, and that is counted", async () => {
  const begin = async () => {
    const start = `${site}/api/auth/github?${new URLSearchParams({ returnTo: `${site}/settings`, challenge: sha256("a verifier", "base64url") })}`;
    const response = await fetch(start, { redirect: "manual", headers: newAddress() });
    const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    return { cookie, state: new URL(response.headers.get("location") ?? "").searchParams.get("state") ?? "" };
  };
  const back = (state: string, cookie: string, headers = newAddress()) =>
    fetch(`${site}/api/auth/github/callback?${new URLSearchParams({ state, code: "of the provider" })}`, {
      redirect: "manual",
      headers: { ...headers, cookie },
    });
  const [one, other] = [await begin(), await begin()];
  // Where it began is not said to another browser.
  for (const [state, cookie] of [
    [one.state, ""],
    [one.state, other.cookie],
    [one.state.slice(1), one.cookie],
    [one.state, one.cookie.slice(0, -2)],
    [random(), one.cookie],
  ] as const)
    expect([state, cookie, (await back(state, cookie)).headers.get("location")]).toEqual([state, cookie, `${site}/login#error=external_sign_in_failed`]);
  const here = newAddress();
  const answers = await Promise.all(Array.from({ length: limits.externalSignIn.points }, () => back(random(), one.cookie, here)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([302]));
  expect((await back(random(), one.cookie, here)).status).toBe(429);
});

test("deleting an account that has all of these, and preferences, requests and blocks, leaves no row of it but tombstones", async () => {
  const [{ id, username, authorization }, other] = [owner(), owner(bob)];
  const as = (account: Account) => ({ ...newAddress(), authorization: account.authorization });
  const done = async (method: string, path: string, body: object | undefined, account: Account) =>
    expect([path, (await feed.call(method, path, body, as(account))).status]).toEqual([path, expect.toBeOneOf([200, 201])]);
  await done("PATCH", "/api/v1/users/me/preferences", { privateAccount: true, theme: "dark" }, owner());
  await done("POST", `/api/v1/users/${id}/follow`, undefined, other);
  await done("POST", `/api/v1/users/${other.id}/block`, undefined, owner());
  await done("POST", "/api/auth/tokens", { name: "Program", scopes: ["read"] }, owner());
  await challengeOf(owner());
  await query("INSERT INTO mail_link (hash, account_id, kind, address, expires_at) VALUES ($1, $2, 'reset_password', '', now() + interval '1 hour')", [
    ...[sha256(random()), id],
  ]);
  const databases = await Promise.all((["auth-service", "user-service"] as const).map((service) => feed.platform.openDatabase(service)));
  const tablesWith = async (text: string) => {
    const found: string[] = [];
    for (const database of databases) {
      // A code of a sign-in elsewhere is about a user of the provider, for minutes.
      const tables = await database.query<{ name: string }>(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'sign_in_code' ORDER BY tablename",
      );
      for (const { name } of tables)
        if ((await database.query(`SELECT FROM "${name}" t WHERE to_jsonb(t)::text LIKE $1 LIMIT 1`, [`%${text}%`])).length > 0) found.push(name);
    }
    return found;
  };
  const before = await tablesWith(id);
  for (const name of ["api_token", "external_login", "login_challenge", "mail_link", "passkey", "recovery_code", "second_factor", "session", "preferences"])
    expect(before).toContain(name);
  expect((await feed.call("DELETE", "/api/auth/me", {}, { ...newAddress(), authorization })).status).toBe(200);
  // Whose sessions have ended is known until their tokens have expired, and what comes late finds that there was a user (docs/retention.md).
  const tombstones = ["revocation", "block", "follow", "follow_request", "profile"];
  await eventually(async () => expect([await tablesWith(id), await tablesWith(username)]).toEqual([tombstones, []]), 30_000);
}, 60_000);
