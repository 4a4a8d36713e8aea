import { createClient } from "@newfeed/client";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { createAuthenticator, type Wrong } from "@newfeed/shared/testing/authenticator.ts";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { arrived, mailFolder } from "./support/mails.ts";
import { forgetProofs } from "./support/proofs.ts";
import { suspend } from "./support/suspend.ts";

let feed: TestFeed;
let site: string;
beforeAll(async () => {
  const port = await freePort();
  site = `http://localhost:${port}`;
  feed = await startTestFeed({ PORT: String(port) });
});
afterAll(() => feed.close());

const path = "/api/auth/passkeys";
const database = () => feed.platform.openDatabase("auth-service");
const wrong = { status: 401, body: { code: "invalid_credentials" } };
type Passkey = ReturnType<typeof createAuthenticator>;

const optionsOf = ({ status, body }: Answer): Record<string, unknown> => {
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data.options;
};
const begin = async (person: Person) => optionsOf(await person.post(`${path}/begin`));
const challenge = async (body: object, caller: Pick<Person, "post"> = { post: (to, data) => feed.call("POST", to, data) }) =>
  optionsOf(await caller.post(`${path}/challenge`, body));
const logIn = (passkey: unknown) => feed.call("POST", "/api/auth/login/passkey", { passkey });
const signIn = async (passkey: Passkey, how: Wrong = {}) => logIn(passkey.get(await challenge({ purpose: "sign_in" }), how));
async function addTo(person: Person, passkey = createAuthenticator(site), name = "Phone"): Promise<{ passkey: Passkey; id: string }> {
  const { status, body } = await person.post(path, { name, passkey: passkey.create(await begin(person)) });
  expect(status, JSON.stringify(body)).toBe(201);
  return { passkey, id: body.data.passkey.id };
}
const bearerOf = ({ body }: Answer) => ({ authorization: `Bearer ${body.data.tokens.accessToken}` });

describe("a passkey", () => {
  test("lets a suspended user in to nothing but an appeal", async () => {
    const john = await feed.person("john");
    const { passkey } = await addTo(john);
    const appeal = await suspend(feed, john);
    await appeal(await signIn(passkey));
  });

  test("is added, named, listed, signs in without a password, and is removed; mails tell the owner", async () => {
    const john = await feed.person("john");
    const creation = await begin(john);
    expect(creation).toMatchObject({
      rp: { id: "localhost", name: "NewFeed" },
      user: { name: john.username },
      attestation: "none",
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
    const passkey = createAuthenticator(site);
    const added = await john.post(path, { name: " My phone ", passkey: passkey.create(creation) });
    expect(added).toMatchObject({ status: 201, body: { data: { passkey: { name: "My phone", synced: false, lastUsedAt: null, revision: 1 } } } });
    await arrived(mailFolder(feed), john.email, /^A new passkey/);

    const asked = await challenge({ purpose: "sign_in" });
    expect(asked).toMatchObject({ rpId: "localhost", userVerification: "required" });
    expect(asked["allowCredentials"] ?? []).toEqual([]);
    const signedIn = await logIn(passkey.get(asked));
    expect(signedIn).toMatchObject({ status: 200, body: { data: { user: { id: john.id } } } });
    expect(signedIn.headers.getSetCookie().map((cookie) => cookie.split("=")[0])).toEqual(["access_token", "refresh_token", "stream_token"]);
    expect((await feed.call("GET", "/api/auth/me", undefined, bearerOf(signedIn))).status).toBe(200);

    const { id } = added.body.data.passkey;
    expect(await john.patch(`${path}/${id}`, { name: "Old phone" })).toMatchObject({
      status: 200,
      body: { data: { passkey: { id, name: "Old phone", revision: 2 } } },
    });
    expect((await john.get(path)).body.data.passkeys).toMatchObject([{ id, name: "Old phone", lastUsedAt: expect.any(String) }]);
    const exported = (await john.get("/api/v1/users/me/export")).body;
    expect(exported.passkeys).toMatchObject([{ name: "Old phone" }]);
    const [row] = await (await database()).query<{ publicKey: string }>("SELECT public_key FROM passkey WHERE id = $1", [id]);
    for (const hidden of [row?.publicKey, passkey.credentialId]) expect(JSON.stringify(exported)).not.toContain(hidden);

    const other = await feed.person("other");
    for (const answer of [await other.delete(`${path}/${id}`), await other.patch(`${path}/${id}`, { name: "Mine" })]) expect(answer.status).toBe(404);
    expect((await john.delete(`${path}/${id}`)).status).toBe(200);
    await arrived(mailFolder(feed), john.email, /^A passkey .* was removed/);
    expect(await signIn(passkey)).toMatchObject(wrong);
    expect((await john.delete(`${path}/${id}`)).status).toBe(404);
  });

  test("is refused when it is not what was asked for", async () => {
    const john = await feed.person("john");
    const { passkey } = await addTo(john);
    const mistakes: Wrong[] = [
      { origin: "https://evil.example" },
      { rpId: "evil.example" },
      { unverified: true },
      { challenge: Buffer.from("guessed").toString("base64url") },
      { userHandle: Buffer.from((await feed.person("other")).id).toString("base64url") },
    ];
    for (const mistake of mistakes) expect([mistake, await signIn(passkey, mistake)]).toMatchObject([mistake, wrong]);
    expect((await signIn(passkey)).status).toBe(200);
    expect(await signIn(createAuthenticator(site))).toMatchObject(wrong);
    const assertion = passkey.get(await challenge({ purpose: "sign_in" }));
    const { response } = assertion;
    for (const changed of [
      { signature: response.signature.slice(0, -8) },
      { authenticatorData: response.authenticatorData.slice(0, 40) },
      { clientDataJSON: "e30" },
    ])
      expect([changed, await logIn({ ...assertion, response: { ...response, ...changed } })]).toMatchObject([changed, wrong]);
    expect((await logIn(assertion)).status).toBe(200);
  });

  test("answers each challenge once, and for what it was asked", async () => {
    const john = await feed.person("john");
    const { passkey } = await addTo(john);
    const assertion = passkey.get(await challenge({ purpose: "sign_in" }));
    const statuses = (await Promise.all([logIn(assertion), logIn(assertion), logIn(assertion)])).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 401, 401]);
    expect(await logIn(assertion)).toMatchObject(wrong);
    expect(await logIn(passkey.get(await challenge({ purpose: "step_up" }, john)))).toMatchObject(wrong);
    expect(await logIn(passkey.get(await begin(john)))).toMatchObject(wrong);
    expect(await john.post("/api/auth/step-up", { passkey: passkey.get(await challenge({ purpose: "sign_in" })) })).toMatchObject(wrong);
    expect(await feed.call("POST", `${path}/challenge`, { purpose: "step_up" })).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(await feed.call("POST", `${path}/challenge`, { purpose: "second_factor" })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "challenge" }] },
    });
    expect(await feed.call("POST", `${path}/challenge`, { purpose: "second_factor", challenge: "guessed" })).toMatchObject({
      status: 401,
      body: { code: "challenge_invalid" },
    });

    // To add one, too; and one of another session.
    const creation = await begin(john);
    const another = createAuthenticator(site);
    const other = await feed.person("other");
    const refused = { status: 400, body: { errors: [{ field: "passkey" }] } };
    for (const [person, credential] of [
      [other, another.create(creation)],
      [john, another.create(creation, { unverified: true })],
      [john, another.create(creation, { origin: "https://evil.example" })],
      [john, another.create(await challenge({ purpose: "sign_in" }).then((options) => ({ ...options, user: { id: "" } })))],
    ] as const)
      expect(await person.post(path, { name: "Laptop", passkey: credential })).toMatchObject(refused);
    expect((await john.post(path, { name: "Laptop", passkey: another.create(creation) })).status).toBe(201);
    expect(await john.post(path, { name: "Laptop", passkey: createAuthenticator(site).create(creation) })).toMatchObject(refused);
    expect(await other.post(path, { name: "Laptop", passkey: another.create(await begin(other)) })).toMatchObject({ status: 409, body: { code: "conflict" } });
  });

  test("that signs with an old counter is refused: it may have been copied", async () => {
    const { passkey } = await addTo(await feed.person("john"));
    expect((await signIn(passkey, { counter: 9 })).status).toBe(200);
    for (const counter of [9, 8, 0]) expect(await signIn(passkey, { counter })).toMatchObject(wrong);
    expect((await signIn(passkey, { counter: 10 })).status).toBe(200);
    const without = createAuthenticator(site);
    const jane = await feed.person("jane");
    expect((await jane.post(path, { name: "Synced", passkey: without.create(await begin(jane), { counter: 0 }) })).status).toBe(201);
    for (let times = 0; times < 2; times++) expect((await signIn(without, { counter: 0 })).status).toBe(200);
  });

  test("proves the user in a step-up, and needs one to be added and removed", async () => {
    const john = await feed.person("john");
    const { passkey, id } = await addTo(john);
    await forgetProofs(feed, john);
    const required = { status: 403, body: { code: "step_up_required", proofs: ["password", "passkey"] } };
    for (const answer of [await john.post(`${path}/begin`), await john.delete(`${path}/${id}`)]) expect(answer).toMatchObject(required);
    const other = await feed.person("other");
    const { passkey: foreign } = await addTo(other);
    const asked = await challenge({ purpose: "step_up" }, john);
    expect(asked).toMatchObject({ userVerification: "required", allowCredentials: [{ id: passkey.credentialId, transports: ["internal"] }] });
    expect(await john.post("/api/auth/step-up", { passkey: foreign.get(asked) })).toMatchObject(wrong);
    expect(await john.post("/api/auth/step-up", { passkey: passkey.get(asked, { unverified: true }) })).toMatchObject(wrong);
    expect((await john.post("/api/auth/step-up", { passkey: passkey.get(asked) })).status).toBe(200);
    expect((await john.delete(`${path}/${id}`)).status).toBe(200);
    expect(await john.post(`${path}/challenge`, { purpose: "step_up" })).toMatchObject({ status: 404 });
  });

  test("takes the place of a code after the password, of its own account alone", async () => {
    const john = await feed.person("john");
    const { secret } = (await john.post("/api/auth/second-factor")).body.data;
    expect((await john.post("/api/auth/second-factor/confirm", { code: new TOTP({ secret: Secret.fromBase32(secret) }).generate() })).status).toBe(200);
    const ask = async () => (await feed.call("POST", "/api/auth/login", { email: john.username, password: john.password })).body.challenge;
    expect(await ask()).toMatchObject({ passkey: false });
    const { passkey } = await addTo(john);
    const { passkey: foreign } = await addTo(await feed.person("other"));
    const { token, passkey: offered } = await ask();
    expect(offered).toBe(true);
    const asked = await challenge({ purpose: "second_factor", challenge: token });
    expect(asked).toMatchObject({ userVerification: "preferred", allowCredentials: [{ id: passkey.credentialId }] });
    const enter = (assertion: unknown, of = token) => feed.call("POST", "/api/auth/login/second-factor", { challenge: of, passkey: assertion });
    expect(await feed.call("POST", "/api/auth/login/second-factor", { challenge: token })).toMatchObject({
      status: 400,
      body: { errors: [{ field: "code" }] },
    });
    expect(await enter(foreign.get(asked))).toMatchObject(wrong);
    expect(await enter(passkey.get(asked), (await ask()).token)).toMatchObject(wrong);
    expect(await logIn(passkey.get(asked))).toMatchObject(wrong);
    // The password came before: being at hand is enough.
    expect(await enter(passkey.get(asked, { unverified: true }))).toMatchObject({ status: 200, body: { data: { user: { id: john.id } } } });
    expect(await enter(passkey.get(asked))).toMatchObject({ status: 401, body: { code: "challenge_invalid" } });
  });

  test("can be the last way in, which stays", async () => {
    const john = await feed.person("john");
    const [first, second] = [await addTo(john), await addTo(john, createAuthenticator(site), "Key")];
    const { query } = await database();
    await query("UPDATE account SET password_hash = NULL WHERE id = $1", [john.id]);
    await query("INSERT INTO external_login (provider, provider_user_id, account_id, name) VALUES ('github', $1, $2, 'John')", [john.username, john.id]);
    expect((await john.delete("/api/auth/external-logins/github")).status).toBe(200);
    await forgetProofs(feed, john);
    expect(await john.delete(`${path}/${first.id}`)).toMatchObject({ status: 403, body: { proofs: ["sign_in", "passkey"] } });
    expect((await john.post("/api/auth/step-up", { passkey: second.passkey.get(await challenge({ purpose: "step_up" }, john)) })).status).toBe(200);
    expect((await john.delete(`${path}/${first.id}`)).status).toBe(200);
    expect(await john.delete(`${path}/${second.id}`)).toMatchObject({ status: 409, body: { code: "last_sign_in" } });
    expect((await signIn(second.passkey)).status).toBe(200);
  });

  test(`is one of ${bounds.passkeysPerUser} at most, also of those that are added at once`, async () => {
    const john = await feed.person("john");
    const { query } = await database();
    await query(
      `INSERT INTO passkey (id, account_id, name, credential_id, public_key, counter, transports, synced)
       SELECT gen_random_uuid(), $1, 'One', gen_random_uuid(), '', 0, '{}', false FROM generate_series(1, $2)`,
      [john.id, bounds.passkeysPerUser - 1],
    );
    const credentials = await Promise.all([1, 2, 3].map(async () => createAuthenticator(site).create(await begin(john))));
    const statuses = (await Promise.all(credentials.map((passkey) => john.post(path, { name: "One more", passkey })))).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, 409, 409]);
    expect(await john.post(`${path}/begin`)).toMatchObject({ status: 409, body: { code: "conflict" } });
  });

  test("goes with the account", async () => {
    const john = await feed.person("john");
    const { passkey } = await addTo(john);
    expect((await john.delete("/api/auth/me", { password: john.password })).status).toBe(200);
    expect(await (await database()).query("SELECT FROM passkey WHERE account_id = $1", [john.id])).toEqual([]);
    expect(await signIn(passkey)).toMatchObject(wrong);
  });

  test("works with the client library", async () => {
    const client = createClient({ baseUrl: feed.url });
    await client.session.signUp({ username: "with_passkey", email: "with-passkey@test.com", password: "Test123" });
    expect(await client.session.options()).toMatchObject({ passkeys: { rpId: "localhost" } });
    const passkey = createAuthenticator(site);
    const { id } = await client.passkeys.add({ name: "Key", passkey: passkey.create(await client.passkeys.begin()) as never });
    expect(await client.passkeys.rename(id, "My key")).toMatchObject({ name: "My key" });
    await client.session.stepUp({ passkey: passkey.get(await client.passkeys.challenge({ purpose: "step_up" })) as never });
    await client.session.signOut();
    const assertion = passkey.get(await client.passkeys.challenge({ purpose: "sign_in" }));
    expect(await client.session.signInWithPasskey(assertion as never)).toMatchObject({ username: "with_passkey" });
    expect(await client.passkeys.list()).toMatchObject([{ id, name: "My key" }]);
    await client.passkeys.remove(id);
    expect(await client.passkeys.list()).toEqual([]);
    client.close();
  });
});
