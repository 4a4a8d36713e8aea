import { createHash } from "node:crypto";
import { setRole } from "@newfeed/auth-service/store.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { arrived, mailFolder, mailsTo } from "./support/mails.ts";

let count = 0;
const newAccount = () => ({ username: `joiner_${++count}`, email: `joiner_${count}@test.com`, password: "Test123" });
type Account = ReturnType<typeof newAccount>;
const asks = (feed: TestFeed, account: Account, more: object = {}) => feed.call("POST", "/api/auth/signup", { ...account, ...more });
const logIn = (feed: TestFeed, { username, password }: Account) => feed.call("POST", "/api/auth/login", { email: username, password });
const refusal = (code: string) => ({ status: 403, body: { code } });
const bearerOf = (token: string) => ({ authorization: `Bearer ${token}` });

/** Calls as an administrator: with the token of a sign-in after the role was granted. */
async function administrator(feed: TestFeed, account: Account) {
  const { query } = await feed.platform.openDatabase("auth-service");
  expect(await setRole(query, account.username, "admin", true)).toBe(true);
  const { body } = await logIn(feed, account);
  const headers = bearerOf(body.data.tokens.accessToken);
  return {
    id: body.data.user.id as string,
    get: (path: string) => feed.call("GET", path, undefined, headers),
    post: (path: string, data?: object) => feed.call("POST", path, data, headers),
    delete: (path: string, data?: object) => feed.call("DELETE", path, data, headers),
  };
}
type Administrator = Awaited<ReturnType<typeof administrator>>;
const invite = async (admin: Administrator, input = {}) => {
  const { status, body } = await admin.post("/api/auth/invites", input);
  expect(status).toBe(201);
  return body.data as { invite: { id: string }; code: string; url: string };
};

/** With an invitation that `npm run admin -- invite` may have made. */
async function firstAdministrator(feed: TestFeed): Promise<Administrator> {
  const founder = newAccount();
  const { query } = await feed.platform.openDatabase("auth-service");
  const code = "the first one";
  await query("INSERT INTO invite (id, code_hash, note, max_uses, expires_at) VALUES (gen_random_uuid(), $1, '', 1, now() + interval '1 hour')", [
    createHash("sha256").update(code).digest("hex"),
  ]);
  expect((await asks(feed, founder, { inviteCode: code })).status).toBe(201);
  return administrator(feed, founder);
}

describe("with REGISTRATION=invite", () => {
  let feed: TestFeed;
  let admin: Administrator;
  beforeAll(async () => {
    feed = await startTestFeed({ REGISTRATION: "invite" });
    admin = await firstAdministrator(feed);
  });
  afterAll(() => feed.close());

  test("who has a code joins, so many and no more, also at once; what fails uses none", async () => {
    expect((await feed.call("GET", "/api/auth/options")).body.data).toMatchObject({ registration: "invite" });
    const { code, url } = await invite(admin, { maxUses: 3, note: "For the team" });
    expect(url).toBe(`${feed.url}/signup#invite=${code}`);
    expect(await asks(feed, newAccount())).toMatchObject(refusal("invite_invalid"));
    expect(await asks(feed, newAccount(), { inviteCode: `${code}x` })).toMatchObject(refusal("invite_invalid"));
    const first = newAccount();
    expect((await asks(feed, first, { inviteCode: code })).status).toBe(201);
    expect(await asks(feed, first, { inviteCode: code })).toMatchObject({ status: 409, body: { code: "username_taken" } });
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => asks(feed, newAccount(), { inviteCode: code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 403, 403, 403]);
    const { body } = await admin.get("/api/auth/invites");
    expect(body.data[0]).toMatchObject({ note: "For the team", maxUses: 3, uses: 3, revision: 4 });
    expect(JSON.stringify(body)).not.toContain(code);
    const { query } = await feed.platform.openDatabase("auth-service");
    expect(JSON.stringify(await query("SELECT * FROM invite"))).not.toContain(code);
  });

  test("a code that is withdrawn or has expired is of no use", async () => {
    const withdrawn = await invite(admin);
    expect((await admin.delete(`/api/auth/invites/${withdrawn.invite.id}`)).status).toBe(200);
    expect((await admin.delete(`/api/auth/invites/${withdrawn.invite.id}`)).status).toBe(404);
    expect(await asks(feed, newAccount(), { inviteCode: withdrawn.code })).toMatchObject(refusal("invite_invalid"));
    const expired = await invite(admin);
    const { query } = await feed.platform.openDatabase("auth-service");
    await query("UPDATE invite SET expires_at = now() - interval '1 second' WHERE id = $1", [expired.invite.id]);
    expect(await asks(feed, newAccount(), { inviteCode: expired.code })).toMatchObject(refusal("invite_invalid"));
  });

  test("only administrators invite, and their invitations end with their account", async () => {
    const joined = newAccount();
    const { body } = await asks(feed, joined, { inviteCode: (await invite(admin)).code });
    const headers = bearerOf(body.data.tokens.accessToken);
    for (const [method, path] of [
      ["POST", "/api/auth/invites"],
      ["GET", "/api/auth/invites"],
      ["DELETE", `/api/auth/invites/${admin.id}`],
      ["GET", "/api/auth/applicants"],
      ["POST", `/api/auth/applicants/${admin.id}/approve`],
      ["POST", `/api/auth/applicants/${admin.id}/refuse`],
    ] as const) {
      const sent = method === "POST" && path.endsWith("invites") ? {} : undefined;
      expect([path, (await feed.call(method, path, sent)).status]).toEqual([path, 401]);
      expect([path, await feed.call(method, path, sent, headers)]).toEqual([path, expect.objectContaining({ status: 403 })]);
    }
    const other = await administrator(feed, joined);
    const { code } = await invite(other);
    expect((await other.delete("/api/auth/me", { password: joined.password })).status).toBe(200);
    expect(await asks(feed, newAccount(), { inviteCode: code })).toMatchObject(refusal("invite_invalid"));
  });
});

describe("with REGISTRATION=approval", () => {
  let feed: TestFeed;
  let admin: Administrator;
  beforeAll(async () => {
    feed = await startTestFeed({ REGISTRATION: "approval" });
    admin = await firstAdministrator(feed);
  });
  afterAll(() => feed.close());
  const applicant = async ({ username }: Account) => {
    const { body } = await admin.get("/api/auth/applicants");
    return body.data.find((each: { username: string }) => each.username === username);
  };

  test("an account waits, unseen and without a session, until an administrator approves it", async () => {
    const account = newAccount();
    expect(await asks(feed, account)).toMatchObject(refusal("approval_pending"));
    expect(await asks(feed, account)).toMatchObject({ status: 409, body: { code: "username_taken" } });
    expect(await logIn(feed, account)).toMatchObject(refusal("approval_pending"));
    expect(await logIn(feed, { ...account, password: "Wrong-one1" })).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect((await feed.call("GET", `/api/v1/users/by-username/${account.username}`)).status).toBe(404);
    const waiting = await applicant(account);
    expect(waiting).toMatchObject({ username: account.username, email: account.email, emailVerified: false, fullName: account.username });
    expect((await feed.call("GET", `/api/v1/users/${waiting.id}`)).status).toBe(404);

    expect((await admin.post(`/api/auth/applicants/${waiting.id}/approve`)).status).toBe(200);
    expect((await admin.post(`/api/auth/applicants/${waiting.id}/approve`)).status).toBe(404);
    expect((await admin.post(`/api/auth/applicants/${waiting.id}/refuse`)).status).toBe(404);
    await arrived(mailFolder(feed), account.email, /is approved$/);
    expect((await logIn(feed, account)).status).toBe(200);
    expect((await feed.call("GET", `/api/v1/users/by-username/${account.username}`)).body).toMatchObject({ id: waiting.id });
    expect(await applicant(account)).toBeUndefined();
    const { query } = await feed.platform.openDatabase("auth-service");
    const events = await query(
      "SELECT body::json -> 'aggregate' ->> 'revision' AS revision FROM newfeed.outbox WHERE type = 'user.registered' AND body LIKE $1",
      [`%${waiting.id}%`],
    );
    expect(events).toEqual([{ revision: "1" }]);
  });

  test("a refused account is gone, its name is free, and a mail tells it in the applicant's language", async () => {
    const account = newAccount();
    expect((await feed.call("POST", "/api/auth/signup", account, { "accept-language": "de" })).status).toBe(403);
    const { id } = await applicant(account);
    expect((await admin.post(`/api/auth/applicants/${id}/refuse`)).status).toBe(200);
    await arrived(mailFolder(feed), account.email, /wurde nicht freigegeben$/);
    expect(await logIn(feed, account)).toMatchObject({ status: 401 });
    expect(await asks(feed, account)).toMatchObject(refusal("approval_pending"));
    expect(await mailsTo(mailFolder(feed), account.email)).not.toEqual([]);
  });

  test("with an invitation nobody waits; what waits for 30 days goes", async () => {
    const invited = newAccount();
    expect((await asks(feed, invited, { inviteCode: (await invite(admin)).code })).status).toBe(201);
    expect(await asks(feed, newAccount(), { inviteCode: "guessed" })).toMatchObject(refusal("invite_invalid"));
    const account = newAccount();
    await asks(feed, account);
    const { query } = await feed.platform.openDatabase("auth-service");
    await query("UPDATE account SET created_at = created_at - interval '31 days' WHERE username = ANY($1)", [[account.username, invited.username]]);
    const job = feed.runs.flatMap(({ housekeeping }) => housekeeping.jobs).find(({ name }) => name === "stale_applicants");
    await eventually(async () => expect(await job?.runSome()).toBe(0));
    expect([(await logIn(feed, account)).status, (await logIn(feed, invited)).status]).toEqual([401, 200]);
  });
});

test("with REGISTRATION=closed nobody joins; attempts to sign up are counted, so that codes cannot be guessed", async () => {
  const feed = await startTestFeed({ REGISTRATION: "closed", RATE_LIMIT_FACTOR: "0.2" });
  try {
    expect((await feed.call("GET", "/api/auth/options")).body.data).toMatchObject({ registration: "closed" });
    const codes: string[] = [];
    for (let n = 0; n < 6; n++) codes.push((await asks(feed, newAccount(), { inviteCode: `guess-${n}` })).body.code);
    expect(codes).toEqual([...Array(4).fill("registration_closed"), "rate_limited", "rate_limited"]);
  } finally {
    await feed.close();
  }
});
