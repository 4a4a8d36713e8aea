import { createClient, memoryStorage } from "@newfeed/client";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import { publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { startSmtpServer, type TestSmtpServer } from "@newfeed/shared/testing/smtp-server.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { arrived, linkIn, type Mailbox, mailFolder, mailsTo } from "./support/mails.ts";

const subjects = { verify: /^Confirm your e-mail/, reset: /^Set a new password/, changed: /password .* was changed/, inUse: /already have an account/ };

/** A feed, and what is done with it. */
interface World {
  feed: TestFeed;
  mailbox: Mailbox;
}

const logIn = ({ feed }: World, email: string, password: string) => feed.call("POST", "/api/auth/login", { email, password });
const forgot = ({ feed }: World, email: string, headers = {}) => feed.call("POST", "/api/auth/password/forgot", { email }, headers);
const reset = ({ feed }: World, token: string, password = "New-word1") => feed.call("POST", "/api/auth/password/reset", { token, password });
const confirm = ({ feed }: World, token: string) => feed.call("POST", "/api/auth/email/verify", { token });
const me = async (person: Person) => (await person.get("/api/auth/me")).body.data.user;
const eventsOf = async ({ feed }: World, { id }: Person) => {
  const { query } = await feed.platform.openDatabase("auth-service");
  const rows = await query<{ body: string }>("SELECT body FROM newfeed.outbox WHERE body::json -> 'aggregate' ->> 'id' = $1 ORDER BY id", [id]);
  return rows.map(({ body }) => JSON.parse(body) as { type: string; data: object; aggregate: { revision: number } });
};
const invalid = { status: 400, body: { code: "link_invalid" } };

async function resetLink(world: World, { email }: Person, count = 1): Promise<{ url: string; token: string }> {
  expect((await forgot(world, email)).status).toBe(200);
  return linkIn(await arrived(world.mailbox, email, subjects.reset, count));
}

describe.each(["a folder", "a mail server"] as const)("with %s", (where) => {
  let smtp: TestSmtpServer | undefined;
  let world: World;
  beforeAll(async () => {
    smtp = where === "a mail server" ? await startSmtpServer() : undefined;
    const feed = await startTestFeed({
      ...(smtp && { SMTP_URL: smtp.url, MAIL_FROM: "The Feed <no-reply@feed.example>", PUBLIC_URL: "https://feed.example" }),
    });
    const received = smtp?.received ?? [];
    world = { feed, mailbox: smtp ? { all: async () => received } : mailFolder(feed) };
  });
  afterAll(async () => {
    await world.feed.close();
    await smtp?.close();
  });

  test.concurrent("a forgotten password is replaced by a link, once: all sessions end, the address is verified, and a mail tells it", async () => {
    const john = await world.feed.person("john");
    const elsewhere = await openSocket(world.feed, john);
    const { secret } = (await john.post("/api/auth/tokens", { name: "robot", scopes: ["read"] })).body.data;
    await arrived(world.mailbox, john.email, /^A new API token/);
    const robot = () => world.feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${secret}` });
    expect((await robot()).status).toBe(200);
    const { url, token } = await resetLink(world, john);
    expect(url).toBe(`${smtp ? "https://feed.example" : world.feed.url}/reset-password#token=${token}`);
    expect(await reset(world, token, "password")).toMatchObject({ status: 400, body: { code: "validation_failed", errors: [{ field: "password" }] } });
    expect(await reset(world, token)).toMatchObject({ status: 200, body: { success: true, data: null } });
    expect(await reset(world, token)).toMatchObject(invalid);
    expect([(await john.get("/api/auth/me")).status, (await robot()).status]).toEqual([401, 401]);
    await eventually(() => expect(elsewhere.socket.connected).toBe(false));
    expect((await logIn(world, john.username, john.password)).status).toBe(401);
    const login = await logIn(world, john.email, "New-word1");
    expect([login.status, login.body.data.user.emailVerified]).toEqual([200, true]);
    await arrived(world.mailbox, john.email, subjects.changed);
    const events = await eventsOf(world, john);
    expect(events.map(({ type }) => type)).toEqual(["user.registered", "user.password_reset", "user.email_verified"]);
    expect(events.map(({ aggregate }) => aggregate.revision)).toEqual([1, 2, 3]);
  });

  test.concurrent("nothing tells whether there is such an account", async () => {
    const john = await world.feed.person("john");
    const answers = await Promise.all([john.email, "nobody@test.com", john.username, "nobody_at_all"].map((login) => forgot(world, login)));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body])))).toEqual(
      new Set([JSON.stringify([200, { success: true, message: answers[0]?.body.message, data: null }])]),
    );
    await arrived(world.mailbox, john.email, subjects.reset, 2);
    const { query } = await world.feed.platform.openDatabase("auth-service");
    await eventually(async () => expect(await query("SELECT FROM mail WHERE recipient LIKE 'nobody%'")).toEqual([]), 20_000);
    expect(await mailsTo(world.mailbox, "nobody@test.com")).toEqual([]);
  });

  test.concurrent("a password is changed by whom knows it: the other sessions end, this one goes on", async () => {
    const john = await world.feed.person("john");
    const other = await logIn(world, john.username, john.password);
    const change = (current: string, password: string) => john.post("/api/auth/password/change", { current, password });
    expect(await change("Wrong-one1", "New-word1")).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect(await change(john.password, "1234567")).toMatchObject({ status: 400, body: { errors: [{ field: "password" }] } });
    const { token } = await resetLink(world, john);
    expect((await change(john.password, "New-word1")).status).toBe(200);
    expect(await reset(world, token, "Other-word1")).toMatchObject(invalid);
    expect((await john.get("/api/auth/me")).status).toBe(200);
    const theirs = { authorization: `Bearer ${other.body.data.tokens.accessToken}` };
    expect((await world.feed.call("GET", "/api/auth/me", undefined, theirs)).status).toBe(401);
    expect([(await logIn(world, john.username, john.password)).status, (await logIn(world, john.username, "New-word1")).status]).toEqual([401, 200]);
    await arrived(world.mailbox, john.email, subjects.changed);
  });

  test.concurrent("one signs out everywhere else", async () => {
    const john = await world.feed.person("john");
    const others = await Promise.all([1, 2].map(() => logIn(world, john.username, john.password)));
    expect((await john.post("/api/auth/sessions/end-others")).status).toBe(200);
    expect((await john.get("/api/auth/sessions")).body.data.sessions).toMatchObject([{ current: true }]);
    for (const { body } of others)
      expect((await world.feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${body.data.tokens.accessToken}` })).status).toBe(401);
    // With a cookie of the session, or without a body.
    expect((await john.post("/api/auth/sessions/end-others", {})).status).toBe(200);
  });

  test.concurrent("a new address counts once it is confirmed; the old one is told, before and after", async () => {
    const john = await world.feed.person("john");
    const next = `next-${john.email}`;
    const change = (email: string, password = john.password) => john.post("/api/auth/email/change", { email, password });
    expect(await change(next, "Wrong-one1")).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect((await change(`typo-${next}`)).status).toBe(200);
    const mistyped = linkIn(await arrived(world.mailbox, `typo-${next}`, /^Confirm your new/));
    expect((await change(next)).status).toBe(200);
    const { token } = linkIn(await arrived(world.mailbox, next, /^Confirm your new/));
    expect((await arrived(world.mailbox, john.email, /^A new e-mail address/, 2)).text).toContain(next);
    expect(await me(john)).toMatchObject({ email: john.email, emailVerified: false });
    const { token: toOldAddress } = await resetLink(world, john);

    expect(await confirm(world, mistyped.token)).toMatchObject(invalid);
    expect(await confirm(world, token)).toMatchObject({ status: 200, body: { data: { email: next } } });
    expect(await confirm(world, token)).toMatchObject(invalid);
    expect(await me(john)).toMatchObject({ email: next, emailVerified: true });
    await arrived(world.mailbox, john.email, /^Your e-mail address at .* was changed/);
    expect(await reset(world, toOldAddress)).toMatchObject(invalid);
    expect([(await logIn(world, next, john.password)).status, (await logIn(world, john.email, john.password)).status]).toEqual([200, 401]);
    expect((await eventsOf(world, john)).map(({ type, data }) => [type, data]).slice(1)).toEqual([["user.email_changed", { userId: john.id }]]);
  });

  test.concurrent("the address of a new account is verified by the link that it gets, and gets again", async () => {
    const john = await world.feed.person("john");
    const first = linkIn(await arrived(world.mailbox, john.email, subjects.verify));
    expect(await me(john)).toMatchObject({ emailVerified: false });
    expect((await john.post("/api/auth/email/resend")).status).toBe(200);
    const second = linkIn(await arrived(world.mailbox, john.email, subjects.verify, 2));
    expect(second.token).not.toBe(first.token);
    expect(await confirm(world, second.token)).toMatchObject({ status: 200, body: { data: { email: john.email } } });
    expect(await confirm(world, first.token)).toMatchObject(invalid);
    expect(await me(john)).toMatchObject({ emailVerified: true, revision: 2 });
    expect((await john.post("/api/auth/email/resend")).status).toBe(200);
    await arrived(world.mailbox, john.email, subjects.verify, 2);
  });

  test.concurrent("mails are in the language that the browser asks for", async () => {
    const john = await world.feed.person("john");
    await forgot(world, john.email, { "accept-language": "de-AT,de;q=0.9,en;q=0.5" });
    const mail = await arrived(world.mailbox, john.email, /^Ein neues Passwort/);
    expect([mail.headers.get("content-language"), mail.html]).toEqual(["de", expect.stringContaining('<html lang="de">')]);
  });

  test.concurrent("a token of another purpose, cut short, changed, made up or expired is refused, and changes nothing", async () => {
    const [john, eve] = await Promise.all([world.feed.person("john"), world.feed.person("eve")]);
    const { token } = await resetLink(world, john);
    const verification = linkIn(await arrived(world.mailbox, john.email, subjects.verify)).token;
    const changed = (text: string) => (text.startsWith("A") ? `B${text.slice(1)}` : `A${text.slice(1)}`);
    for (const forged of [verification, token.slice(0, -1), `${token}A`, changed(token), token.toLowerCase(), "x".repeat(43), eve.token.slice(0, 128)])
      expect(await reset(world, forged)).toMatchObject(invalid);
    for (const forged of [token, verification.slice(1), changed(verification), "x"]) expect(await confirm(world, forged)).toMatchObject(invalid);
    const { query } = await world.feed.platform.openDatabase("auth-service");
    await query("UPDATE mail_link SET expires_at = now() - interval '1 second' WHERE account_id = $1", [john.id]);
    expect(await reset(world, token)).toMatchObject(invalid);
    expect(await confirm(world, verification)).toMatchObject(invalid);
    expect((await logIn(world, john.username, john.password)).status).toBe(200);
    expect(await me(john)).toMatchObject({ emailVerified: false, revision: 1 });
  });

  test.concurrent("what a link holds is stored nowhere, and goes with the account", async () => {
    const john = await world.feed.person("john");
    const { token } = await resetLink(world, john);
    const { query } = await world.feed.platform.openDatabase("auth-service");
    const tables = await query<{ name: string }>(
      "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables WHERE table_schema IN ('public', 'newfeed') AND table_type = 'BASE TABLE'",
    );
    for (const { name } of tables) {
      const rows = await query(`SELECT t::text FROM ${name} t WHERE t::text LIKE '%' || $1 || '%'`, [token]);
      expect([name, rows]).toEqual([name, []]);
    }
    const left = async () => (await query("SELECT FROM mail_link WHERE account_id = $1", [john.id])).length;
    expect(await left()).toBe(2);
    expect((await john.delete("/api/auth/me", { password: john.password })).status).toBe(200);
    expect(await left()).toBe(0);
    expect(await reset(world, token)).toMatchObject(invalid);
  });

  test.concurrent("an account that has not verified its address loses it to one that does", async () => {
    const squatter = await world.feed.person("squatter");
    const owner = await world.feed.person("owner");
    expect((await owner.post("/api/auth/email/change", { email: squatter.email, password: owner.password })).status).toBe(200);
    const { token } = linkIn(await arrived(world.mailbox, squatter.email, /^Confirm your new/));
    expect((await confirm(world, token)).status).toBe(200);
    expect(await me(owner)).toMatchObject({ email: squatter.email, emailVerified: true });
    expect(await me(squatter)).toMatchObject({ email: "", emailVerified: false });
    expect((await logIn(world, squatter.email, owner.password)).body.data.user.id).toBe(owner.id);
    expect((await logIn(world, squatter.username, squatter.password)).status).toBe(200);
    // The link that the other one was sent before.
    const earlier = linkIn(await arrived(world.mailbox, squatter.email, subjects.verify));
    expect(await confirm(world, earlier.token)).toMatchObject(invalid);
    // Without an address there is nowhere to send a link.
    expect([(await forgot(world, squatter.username)).status, (await squatter.post("/api/auth/email/resend")).status]).toEqual([200, 200]);
    await resetLink(world, { ...owner, email: squatter.email });
    expect((await mailsTo(world.mailbox, squatter.email)).filter(({ text }) => text?.includes(squatter.username))).toHaveLength(1);
  });

  test.concurrent("signing up with a registered address", async () => {
    const owner = await world.feed.person("owner");
    const { token } = linkIn(await arrived(world.mailbox, owner.email, subjects.verify));
    expect((await confirm(world, token)).status).toBe(200);
    const signUp = (username: string, email: string) => world.feed.call("POST", "/api/auth/signup", { username, email, password: "Other-word1" });
    const again = await signUp(`${owner.username}_again`, owner.email.toUpperCase());
    if (!smtp) return expect(again).toMatchObject({ status: 409, body: { code: "email_taken" } });

    // Answers as for any other address, and its owner gets a mail.
    const fresh = await signUp(`${owner.username}_fresh`, `fresh-${owner.email}`);
    const shape = ({ status, body }: typeof again) => [status, Object.keys(body.data.user), body.data.user.emailVerified, body.message];
    expect(shape(again)).toEqual(shape(fresh));
    const notice = await arrived(world.mailbox, owner.email, subjects.inUse);
    expect(notice.text).toContain(`@${owner.username}\n`);
    expect(notice.text).not.toContain("token=");
    // Neither address signs in before it is verified, and the owner's goes on to.
    for (const email of [owner.email, `fresh-${owner.email}`]) expect((await logIn(world, email, "Other-word1")).status).toBe(401);
    for (const username of ["again", "fresh"]) expect((await logIn(world, `${owner.username}_${username}`, "Other-word1")).status).toBe(200);
    expect((await logIn(world, owner.email, owner.password)).body.data.user.id).toBe(owner.id);
    const verify = linkIn(await arrived(world.mailbox, `fresh-${owner.email}`, subjects.verify));
    expect((await confirm(world, verify.token)).status).toBe(200);
    expect((await logIn(world, `fresh-${owner.email}`, "Other-word1")).status).toBe(200);
  });

  // Alone: jobs of others would keep the worker awake.
  test("a mail does not wait until the worker looks for jobs again, a second after the one before", async () => {
    const john = await world.feed.person("john");
    await resetLink(world, john);
    let least = Number.POSITIVE_INFINITY;
    // Other tests share the processors, so the best of several counts.
    for (let count = 2; count <= 15 && least >= 400; count++) {
      // Takes longer than the worker needs to see that there is no other job.
      for (let time = 0; time < 3; time++) await logIn(world, john.username, john.password);
      const began = performance.now();
      await resetLink(world, john, count);
      least = Math.min(least, performance.now() - began);
    }
    expect(least).toBeLessThan(400);
  });
});

describe("limits", () => {
  let world: World;
  beforeAll(async () => {
    const feed = await startTestFeed({ RATE_LIMIT_FACTOR: "1", TRUSTED_PROXIES: "127.0.0.1" });
    world = { feed, mailbox: mailFolder(feed) };
  });
  afterAll(() => world.feed.close());
  const from = (address: string) => ({ "x-forwarded-for": address });

  test("bound requests for links, and tries of them, by network", async () => {
    const statuses = async (path: string, body: object, address: string) => {
      const answers = [];
      for (let count = 0; count < 31; count++) answers.push((await world.feed.call("POST", path, body, from(address))).status);
      return answers.indexOf(429);
    };
    expect(await statuses("/api/auth/password/forgot", { email: "nobody" }, "198.51.100.1")).toBe(20);
    expect(await statuses("/api/auth/password/reset", { token: "guessed", password: "Test123" }, "198.51.100.2")).toBe(30);
    expect(await statuses("/api/auth/email/verify", { token: "guessed" }, "198.51.100.2")).toBe(0);
  });

  test("bound the mails that an address, or an account, is sent, from however many networks", async () => {
    const john = await world.feed.person("john");
    for (let count = 0; count < 14; count++) expect((await forgot(world, count % 2 ? john.email : john.username, from(`203.0.113.${count}`))).status).toBe(200);
    const { query } = await world.feed.platform.openDatabase("auth-service");
    await eventually(async () => expect(await query("SELECT FROM newfeed.job")).toEqual([]), 20_000);
    expect((await mailsTo(world.mailbox, john.email)).length).toBe(10);
  });

  test("failures before a new password do not keep its owner out", async () => {
    const john = await world.feed.person("john");
    const { token } = await resetLink(world, john);
    for (let count = 0; count < 6; count++) await logIn(world, john.email, "Wrong-one1");
    expect((await logIn(world, john.email, john.password)).status).toBe(429);
    expect((await reset(world, token)).status).toBe(200);
    expect((await logIn(world, john.email, "New-word1")).status).toBe(200);
  });
});

describe("with REQUIRE_VERIFIED_EMAIL", () => {
  let world: World;
  beforeAll(async () => {
    const feed = await startTestFeed({ REQUIRE_VERIFIED_EMAIL: "true" });
    world = { feed, mailbox: mailFolder(feed) };
  });
  afterAll(() => world.feed.close());
  const unverified = { status: 403, body: { code: "email_unverified" } };

  test("an account reads and manages itself, and does no more until its address is verified", async () => {
    const [john, ann] = await Promise.all([world.feed.person("john"), world.feed.person("ann")]);
    for (const { service, method, path, access, name } of Object.values<Route>(publicRoutes)) {
      if (access !== "user" || method === "get" || ["logout", "deleteMe"].includes(name)) continue;
      const { body } = await john[method](path.replace(/:\w+/g, ann.id), {});
      // What concerns the account itself, and what it is told.
      const free = ["auth-service", "notification-service"].includes(service) || name === "retryMailAddress";
      expect([name, body.code === "email_unverified"]).toEqual([name, !free]);
    }
    expect(await john.post("/api/v1/posts", { content: "too early", postType: "TEXT" })).toMatchObject(unverified);
    const mutation = await john.graphql('mutation { createPost(input: { content: "too early", postType: "TEXT" }) { success code } }');
    expect(mutation.body.data.createPost).toEqual({ success: false, code: "email_unverified" });
    for (const path of ["/api/v1/posts", "/api/v1/feed", "/api/v1/notifications", "/api/auth/sessions"]) expect((await john.get(path)).status).toBe(200);
    expect((await john.get("/api/v1/posts")).body.data).toEqual([]);
    expect((await john.post("/api/auth/logout")).status).toBe(200);
  });

  test("the client library goes on once the address is verified, also on another device", async () => {
    const client = createClient({ baseUrl: world.feed.url, session: { storage: memoryStorage() } });
    const email = "early@test.com";
    await client.session.signUp({ username: "early_bird", email, password: "Test123" });
    const post = () => client.posts.create({ content: "at last", postType: "TEXT" });
    await expect(post()).rejects.toMatchObject({ code: "email_unverified", status: 403 });
    const { token } = linkIn(await arrived(world.mailbox, email, subjects.verify));
    expect((await confirm(world, token)).status).toBe(200);
    expect(await post()).toMatchObject({ content: "at last" });
    client.close();
  });
});
