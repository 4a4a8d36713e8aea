import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openSocket } from "./support/clients.ts";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { startIssuer, type TestIssuer } from "./support/issuer.ts";
import { arrived, mailFolder } from "./support/mails.ts";
import { openStored } from "./support/stored.ts";
import { newWebhookSecret, signDelivery } from "./support/webhooks.ts";

const listening = closedAfterEach();
const [secret, nextSecret] = [newWebhookSecret(), newWebhookSecret()];
/** `full` sends 10,000 forged and repeated deliveries. */
const attempts = process.env.WEBHOOKS === "full" ? 10_000 : 300;

let feed: TestFeed;
let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startIssuer();
  feed = await startTestFeed({ ...issuer.environment, SVIX_SECRET: `${secret} ${nextSecret}`, WEBHOOK_PORT: "0" });
});
afterAll(async () => {
  await feed.close();
  await issuer.close();
});

interface Sent {
  id?: string;
  at?: number;
  key?: string;
  family?: "svix" | "webhook";
}
async function post(body: string, headers: Record<string, string>, path = "/webhooks/identity"): Promise<Pick<Answer, "status" | "body">> {
  const response = await fetch(`${feed.webhookUrl}${path}`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
  return { status: response.status, body: await response.json() };
}
const signatureOf = (body: string, { key = secret, ...more }: Sent = {}): Record<string, string> => signDelivery(body, key, more);
const deliver = (event: unknown, sent: Sent = {}) => {
  const body = typeof event === "string" ? event : JSON.stringify(event);
  return post(body, signatureOf(body, sent));
};

interface State {
  email?: string;
  verified?: boolean;
  username?: string;
  name?: string;
  at?: number;
}
/** As Clerk delivers it, with more than is read. */
const state = (type: "created" | "updated", id: string, { email, verified = true, username, name, at = 1_000 }: State = {}) => ({
  ...{ type: `user.${type}`, object: "event", instance_id: "ins_1", timestamp: at },
  data: {
    ...{ id, object: "user", username: username ?? null, first_name: name ?? null, last_name: null, created_at: 1_000, updated_at: at, password_enabled: true },
    primary_email_address_id: email ? "idn_1" : null,
    email_addresses: [
      { id: "idn_0", email_address: "another@elsewhere.test", verification: { status: "verified", strategy: "email_code" } },
      ...(email ? [{ id: "idn_1", email_address: email, verification: { status: verified ? "verified" : "unverified" } }] : []),
    ],
  },
});
const deletion = (id: string) => ({ type: "user.deleted", object: "event", data: { id, object: "user", deleted: true } });
const ok = { status: 200, body: { success: true } };

const database = () => feed.platform.openDatabase("auth-service");
async function accountOf(subject: string) {
  const { query } = await database();
  const [account] = await query<{ id: string; username: string; email: string; full_name: string; verified: boolean }>(
    `SELECT a.id, username, email, a.full_name, email_verified_at IS NOT NULL AS verified FROM account a JOIN external_login l ON l.account_id = a.id WHERE provider_user_id = $1`,
    [`${issuer.url} ${subject}`],
  );
  return account;
}

describe("deliveries", () => {
  test("create the account of a user, which their tokens then find", async () => {
    expect(await deliver(state("created", "user_ada", { username: "ada", name: "Ada Lovelace", email: "ada@elsewhere.test" }))).toEqual(ok);
    const account = await accountOf("user_ada");
    expect(account).toMatchObject({ username: "ada", full_name: "Ada Lovelace", email: "ada@elsewhere.test", verified: true });
    const token = await issuer.token({ sub: "user_ada" });
    const { body } = await feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${token}` });
    expect(body.data.user.id).toBe(account?.id);
    await eventually(async () => expect((await feed.call("GET", "/api/v1/users/by-username/ada")).status).toBe(200));
  });

  test("change its address; those that come again, or late, change nothing", async () => {
    const states = [
      state("created", "user_bob", { username: "bob", email: "bob@elsewhere.test" }),
      state("updated", "user_bob", { username: "bob", email: "bob2@elsewhere.test", at: 2_000 }),
      state("updated", "user_bob", { username: "bob", email: "bob3@elsewhere.test", at: 3_000 }),
    ];
    // In any order, each twice: an update that comes first creates the account.
    for (const index of [1, 1, 0, 2, 1, 0, 2]) expect(await deliver(states[index])).toEqual(ok);
    expect(await accountOf("user_bob")).toMatchObject({ email: "bob3@elsewhere.test", verified: true });
    const mail = await arrived(mailFolder(feed), "bob2@elsewhere.test", /./);
    expect(mail.text).toContain("bob3@elsewhere.test");
    // What is not verified there is none.
    await deliver(state("updated", "user_bob", { email: "bob4@elsewhere.test", verified: false, at: 4_000 }));
    expect(await accountOf("user_bob")).toMatchObject({ email: "bob3@elsewhere.test" });
  });

  test("change its name when that changes there, and leave one that its user has chosen here", async () => {
    const send = (name: string, at: number) => deliver(state(at === 1_000 ? "created" : "updated", "user_named", { username: "named", name, at }));
    await send("Ada Lovelace", 1_000);
    const bearer = { authorization: `Bearer ${await issuer.token({ sub: "user_named" })}` };
    const shown = async () => (await feed.call("GET", "/api/v1/users/by-username/named")).body.fullName;
    await eventually(async () => expect(await shown()).toBe("Ada Lovelace"));
    await send("Ada King", 3_000);
    await send("Ada Byron", 2_000);
    await eventually(async () => expect(await shown()).toBe("Ada King"));
    await eventually(async () => expect(await accountOf("user_named")).toMatchObject({ full_name: "Ada King" }));
    expect((await feed.call("PATCH", "/api/v1/users/me", { fullName: "Countess" }, bearer)).status).toBe(200);
    await send("Ada King", 4_000);
    await send(" Ada King ", 5_000);
    const { query } = await database();
    const told = await query("SELECT FROM newfeed.outbox WHERE body::json ->> 'type' = 'user.renamed_elsewhere'");
    expect([await shown(), told.length]).toEqual(["Countess", 1]);
    await send("Ada", 6_000);
    await eventually(async () => expect(await shown()).toBe("Ada"));
  });

  test("at once create one account", async () => {
    const all = Array.from({ length: 10 }, (_, n) => deliver(state(n % 2 ? "created" : "updated", "user_many", { username: "many", at: 1_000 + n })));
    const tokens = Array.from({ length: 5 }, async () =>
      feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${await issuer.token({ sub: "user_many" })}` }),
    );
    for (const { status } of await Promise.all([...all, ...tokens])) expect(status).toBe(200);
    const { query } = await database();
    expect(await query("SELECT FROM account WHERE username LIKE 'many%'")).toHaveLength(1);
  });

  test("at once with a deletion leave no account", async () => {
    const subjects = Array.from({ length: 12 }, (_, n) => `user_brief_${n}`);
    const all = subjects.flatMap((id) => [
      deliver(state("created", id)),
      deliver(deletion(id)),
      deliver(state("updated", id, { at: 2_000 })),
      issuer.token({ sub: id }).then((token) => feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${token}` })),
    ]);
    await Promise.all(all);
    expect(await Promise.all(subjects.map(accountOf))).toEqual(subjects.map(() => undefined));
  });

  test("take no address and no name from others", async () => {
    const john = await feed.person("john");
    const { query } = await database();
    await query("UPDATE account SET email_verified_at = now() WHERE id = $1", [john.id]);
    expect(await deliver(state("created", "user_eve", { username: john.username, email: john.email }))).toEqual(ok);
    const eve = await accountOf("user_eve");
    expect(eve).toMatchObject({ username: expect.stringMatching(new RegExp(`^${john.username}_\\d+$`)), email: "", verified: false });
    expect(await deliver(state("updated", "user_eve", { email: john.email.toUpperCase(), at: 2_000 }))).toEqual(ok);
    expect(await accountOf("user_eve")).toMatchObject({ email: "" });
    expect((await john.get("/api/auth/me")).body.data.user).toMatchObject({ email: john.email });
  });

  test("delete it for good: no delivery and no token brings it back", async () => {
    await deliver(state("created", "user_gone", { username: "gone" }));
    const bearer = async (more = {}) => ({ authorization: `Bearer ${await issuer.token({ sub: "user_gone", sid: "phone", ...more })}` });
    expect((await feed.call("GET", "/api/auth/me", undefined, await bearer())).status).toBe(200);
    expect(await deliver(deletion("user_gone"))).toEqual(ok);
    await eventually(async () => {
      for (const more of [{}, { sid: "another" }, { iat: Math.floor(Date.now() / 1000) + 60, exp: Math.floor(Date.now() / 1000) + 120 }])
        expect((await feed.call("GET", "/api/auth/me", undefined, await bearer(more))).status).toBe(401);
    });
    for (const again of [deletion("user_gone"), state("created", "user_gone"), state("updated", "user_gone", { at: 9_000 })])
      expect(await deliver(again)).toEqual(ok);
    expect(await accountOf("user_gone")).toBeUndefined();
    await eventually(async () => expect((await feed.call("GET", "/api/v1/users/by-username/gone")).status).toBe(404));
    // Before there was an account, too.
    await deliver(deletion("user_never"));
    await deliver(state("created", "user_never"));
    expect(await accountOf("user_never")).toBeUndefined();
  });

  test("end a session: its sockets close and its tokens are refused, also those that come later; another goes on", async () => {
    await deliver(state("created", "user_devices", { username: "devices" }));
    const tokenOf = (sid: string) => issuer.token({ sub: "user_devices", sid });
    const [phone, laptop] = [await tokenOf("sess_phone"), await tokenOf("sess_laptop")];
    const status = async (token: string) => (await feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${token}` })).status;
    expect([await status(phone), await status(laptop)]).toEqual([200, 200]);
    const socket = listening(await openSocket(feed, { token: phone } as Person));
    const ended = (id: string, type = "session.revoked", user = "user_devices") =>
      deliver({ type, object: "event", data: { id, user_id: user, object: "session", status: "revoked" } });
    // A session is the issuer's user's: nobody else's of the same name.
    expect(await ended("sess_phone", "session.ended", "user_other")).toEqual(ok);
    expect(await status(phone)).toBe(200);
    expect(await ended("sess_phone")).toEqual(ok);
    await eventually(async () => expect(await status(phone)).toBe(401));
    await eventually(() => expect(socket.of("closing")[0]?.data).toMatchObject({ code: "revoked", resume: false }));
    expect(await status(await tokenOf("sess_phone"))).toBe(401);
    expect(await status(laptop)).toBe(200);
    // Before any token of it came.
    expect(await ended("sess_tablet", "session.removed")).toEqual(ok);
    expect(await status(await tokenOf("sess_tablet"))).toBe(401);
    expect((await deliver({ type: "session.ended", data: { id: "sess_laptop" } })).status).toBe(400);
  });

  test("of Standard Webhooks, and signed with a secret that takes the place of another, are accepted", async () => {
    expect(await deliver(state("created", "user_standard"), { family: "webhook", key: nextSecret })).toEqual(ok);
    expect(await accountOf("user_standard")).toBeDefined();
  });

  test("of other types are accepted and change nothing; one that cannot be read is refused", async () => {
    const stored = await openStored(feed);
    const before = await stored.all();
    for (const type of ["session.created", "organization.deleted", "user.createdAtMoon"]) expect(await deliver({ type, data: { id: "user_x" } })).toEqual(ok);
    for (const body of [
      "",
      "[]",
      "null",
      '"user.created"',
      "{",
      '{"type":"user.created"}',
      '{"type":"user.deleted","data":{}}',
      '{"type":"user.created","data":{"id":7}}',
    ])
      expect([body, (await deliver(body)).status]).toEqual([body, 400]);
    expect((await deliver(state("created", "user\u0000"))).status).toBe(400);
    expect((await deliver({ ...state("created", "user_large"), more: "x".repeat(110_000) })).status).toBe(413);
    expect(await stored.all()).toEqual(before);
  });
});

test("10,000 deliveries that are forged or come again change nothing", async () => {
  const real = JSON.stringify(state("updated", "user_ada", { username: "ada", email: "ada@elsewhere.test", at: 5_000 }));
  const headers = signatureOf(real, { id: "msg_replayed" });
  expect(await post(real, headers)).toEqual(ok);
  const stored = await openStored(feed);
  const before = await stored.all();
  const evil = (n: number) => JSON.stringify(n % 3 ? state("updated", "user_ada", { email: "eve@evil.test", at: 10_000 + n }) : deletion("user_ada"));
  // An id is good once, whatever comes with it.
  expect(await deliver(deletion("user_ada"), { id: "msg_replayed" })).toEqual(ok);
  const forge: ((n: number) => [body: string, headers: Record<string, string>, status: number])[] = [
    () => [real, headers, 200],
    (n) => [evil(n), signatureOf(evil(n), { key: newWebhookSecret() }), 401],
    (n) => [evil(n), headers, 401],
    (n) => [evil(n), {}, 401],
    (n) => [evil(n), { ...headers, "svix-id": `msg_${n}` }, 401],
    (n) => [evil(n), signatureOf(evil(n), { at: -301 }), 401],
    (n) => [evil(n), signatureOf(evil(n), { at: 302 }), 401],
    (n) => [evil(n), { ...signatureOf(evil(n)), "svix-signature": headers["svix-signature"] ?? "" }, 401],
    (n) => [evil(n), { ...signatureOf(evil(n)), "svix-signature": "v1,AAAA v1, v0,x" }, 401],
    (n) => [`${evil(n)} `, signatureOf(evil(n)), 401],
  ];
  const one = async (n: number) => {
    const [body, sent, expected] = (forge[n % forge.length] as (typeof forge)[number])(n);
    const { status } = await post(body, sent);
    if (status !== expected) throw new Error(`delivery ${n} was answered ${status}`);
  };
  for (let n = 0; n < attempts; n += 50) await Promise.all(Array.from({ length: 50 }, (_, k) => one(n + k)));
  expect(await stored.all()).toEqual(before);
}, 300_000);

test("the port has nothing else", async () => {
  for (const path of ["/", "/health", "/api/v1/posts", "/internal/revocations", "/webhooks/identity/x", "/metrics"])
    expect((await post("{}", {}, path)).status).toBe(404);
  expect((await fetch(`${feed.webhookUrl}/webhooks/identity`)).status).toBe(404);
  expect((await feed.call("POST", "/webhooks/identity", {})).status).toBe(404);
});
