import { createHash, randomBytes } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { arrived, mailFolder } from "./support/mails.ts";
import { forgetProofs } from "./support/proofs.ts";
import { client, follow, startGithub, startOpenIdProvider, type TestProvider } from "./support/providers.ts";
import { suspend } from "./support/suspend.ts";
import { setStage } from "./support/web/stage.ts";

let oidc: TestProvider;
let github: TestProvider;
let feed: TestFeed;
let login: string;
beforeAll(async () => {
  const port = await freePort();
  login = `http://localhost:${port}/login`;
  [oidc, github] = await Promise.all([startOpenIdProvider(`http://localhost:${port}/api/auth/oidc/callback`), startGithub()]);
  feed = await startTestFeed({
    ...{ PORT: String(port), OIDC_ISSUER: oidc.url, OIDC_CLIENT_ID: client.id, OIDC_CLIENT_SECRET: client.secret, OIDC_NAME: "The company" },
    ...{ GITHUB_URL: github.url, GITHUB_API_URL: github.url, GITHUB_CLIENT_ID: client.id, GITHUB_CLIENT_SECRET: client.secret },
  });
});
afterAll(async () => {
  await feed.close();
  await Promise.all([oidc.close(), github.close()]);
});
let count = 0;
beforeEach(() => {
  for (const provider of [oidc, github]) Object.assign(provider, { broken: null, user: { id: `${++count}`, name: "Ada Lovelace" } });
});

const stage = setStage();
const challengeOf = (verifier: string) => createHash("sha256").update(verifier).digest("base64url");
const startUrl = (provider: string, verifier: string, returnTo = login) =>
  `http://localhost:${new URL(login).port}/api/auth/${provider}?${new URLSearchParams({ returnTo, challenge: challengeOf(verifier) })}`;
const fragmentOf = (url: URL, name: string) => new URLSearchParams(url.hash.slice(1)).get(name);
/** Goes to a provider and comes back, with a code. */
async function atProvider(provider: string): Promise<{ code: string; verifier: string }> {
  const verifier = randomBytes(24).toString("base64url");
  const back = await follow(startUrl(provider, verifier), login);
  const code = fragmentOf(back, "code");
  if (code === null) throw new Error(back.href);
  return { code, verifier };
}
const finish = (body: object): Promise<Answer> => feed.call("POST", "/api/auth/external-sign-in", body);
const signIn = async (provider: string, more: object = {}) => finish({ ...(await atProvider(provider)), ...more });
const failed = { status: 400, body: { code: "external_sign_in_failed" } };
const bearerOf = ({ body }: Answer) => ({ authorization: `Bearer ${body.data.tokens.accessToken}` });
const verify = async ({ id }: Pick<Person, "id">) => {
  const { query } = await feed.platform.openDatabase("auth-service");
  await query("UPDATE account SET email_verified_at = now() WHERE id = $1", [id]);
};
/** A code of an authenticator app, now or some steps of 30 seconds later. */
const codeOf = (secret: string, steps = 0) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });
const accounts = async () => (await (await feed.platform.openDatabase("auth-service")).query("SELECT id FROM account")).length;

describe.each(["oidc", "github"] as const)("with %s", (name) => {
  const provider = () => (name === "oidc" ? oidc : github);

  test("a suspended user comes to nothing but an appeal", async () => {
    Object.assign(provider().user, { username: `sus_${name}`, email: `sus@${name}.test`, emailVerified: true });
    const { body } = await signIn(name);
    const { id } = body.data.user;
    const authorization = `Bearer ${body.data.tokens.accessToken}`;
    const get = (path: string) => feed.call("GET", path, undefined, { authorization });
    const appeal = await suspend(feed, { id, get });
    await appeal(await signIn(name));
  });

  test("a user signs in, the first time with a new account, and later to the same one", async () => {
    Object.assign(provider().user, { username: `ada_${name}`, email: `ada@${name}.test`, emailVerified: true });
    const first = await signIn(name);
    expect(first).toMatchObject({
      status: 200,
      body: { data: { user: { username: `ada_${name}`, fullName: "Ada Lovelace", email: `ada@${name}.test`, emailVerified: true } } },
    });
    expect(first.headers.getSetCookie().map((cookie) => cookie.split("=")[0])).toEqual(
      expect.arrayContaining(["access_token", "refresh_token", "stream_token"]),
    );
    const again = await signIn(name);
    expect(again.body.data.user.id).toBe(first.body.data.user.id);
    await eventually(async () => expect((await feed.call("GET", `/api/v1/users/by-username/ada_${name}`)).status).toBe(200));
    const { body } = await feed.call("GET", "/api/auth/external-logins", undefined, bearerOf(again));
    expect(body.data).toMatchObject({ logins: [{ provider: name, revision: 1 }], hasPassword: false });
    const exported = await feed.call("GET", "/api/v1/users/me/export", undefined, bearerOf(again));
    expect(exported.body.externalLogins).toMatchObject([{ provider: name }]);
    // There is no password: none fits.
    for (const password of ["", "null", "Test123"])
      expect((await feed.call("POST", "/api/auth/login", { email: `ada_${name}`, password: password || " " })).status).toBe(401);
  });

  test("an address that is not verified there is nobody's here; one that an account has verified joins nothing", async () => {
    const john = await feed.person("john");
    Object.assign(provider().user, { username: `mallory_${name}`, email: john.email });
    expect((await signIn(name)).body.data.user).toMatchObject({ email: "", emailVerified: false });
    Object.assign(provider().user, { id: `9${++count}`, username: `mallory2_${name}`, emailVerified: true });
    await verify(john);
    const attempt = await atProvider(name);
    expect(await finish(attempt)).toMatchObject({ status: 409, body: { code: "email_taken" } });
    expect((await john.get("/api/auth/me")).body.data.user).toMatchObject({ email: john.email });
    expect((await feed.call("GET", `/api/v1/users/by-username/mallory2_${name}`)).status).toBe(404);
  });

  test("a taken username is chosen anew, with the same code", async () => {
    const john = await feed.person("john");
    Object.assign(provider().user, { username: john.username });
    const attempt = await atProvider(name);
    expect(await finish(attempt)).toMatchObject({ status: 409, body: { code: "username_taken" } });
    expect(await finish({ ...attempt, username: `${john.username}_2` })).toMatchObject({
      status: 200,
      body: { data: { user: { username: `${john.username}_2` } } },
    });
    Object.assign(provider().user, { id: `8${++count}`, username: "x", name: "李雷" });
    expect(await signIn(name)).toMatchObject({ status: 400, body: { code: "validation_failed", errors: [{ field: "username" }] } });
  });

  test("codes, states and cookies are good once, for the one who began, and make nothing otherwise", async () => {
    Object.assign(provider().user, { username: `eve_${name}` });
    const before = await accounts();
    const attempt = await atProvider(name);
    expect(await finish({ ...attempt, verifier: "guessed" })).toMatchObject(failed);
    expect(await finish({ ...attempt, code: `${attempt.code}x` })).toMatchObject(failed);
    expect(await finish({ ...attempt, code: attempt.code.slice(1) })).toMatchObject(failed);
    expect(await accounts()).toBe(before);
    const both = await Promise.all([finish(attempt), finish(attempt)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(await accounts()).toBe(before + 1);

    // What came back from the provider, in another browser, again, and changed.
    const jar = new Map<string, string>();
    const callback = await follow(startUrl(name, "v"), `http://localhost:${new URL(login).port}/api/auth/${name}/callback`, jar);
    expect(fragmentOf(await follow(callback.href, login), "error")).toBe("external_sign_in_failed");
    const forged = new URL(callback);
    forged.searchParams.set("state", "guessed");
    expect(fragmentOf(await follow(forged.href, login, new Map(jar)), "error")).toBe("external_sign_in_failed");
    const truncated = new Map([...jar].map(([key, value]) => [key, value.slice(0, -4)]));
    expect(fragmentOf(await follow(callback.href, login, truncated), "error")).toBe("external_sign_in_failed");
    const stolen = new URL(callback);
    stolen.searchParams.set("code", "guessed");
    expect(fragmentOf(await follow(stolen.href, login, new Map(jar)), "error")).toBe("external_sign_in_failed");
    expect(fragmentOf(await follow(callback.href, login, new Map(jar)), "code")).not.toBeNull();
    expect(fragmentOf(await follow(callback.href, login, new Map(jar)), "error")).toBe("external_sign_in_failed");
    const denied = new URL(callback);
    denied.search = `?${new URLSearchParams({ error: "access_denied", state: callback.searchParams.get("state") ?? "" })}`;
    expect(fragmentOf(await follow(denied.href, login, new Map(jar)), "error")).toBe("external_sign_in_failed");
    const other = name === "oidc" ? "github" : "oidc";
    expect(fragmentOf(await follow(callback.href.replace(`/${name}/`, `/${other}/`), login, new Map(jar)), "error")).toBe("external_sign_in_failed");
    expect(await accounts()).toBe(before + 1);
  });

  test("two first sign-ins at once make one account", async () => {
    Object.assign(provider().user, { username: `twin_${name}` });
    const attempts = [await atProvider(name), await atProvider(name)];
    const answers = await Promise.all(attempts.map((attempt, n) => finish({ ...attempt, username: `twin_${name}_${n}` })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(answers.map(({ body }) => body.data.user.id)).size).toBe(1);
  });

  test("a signed-in user links a login and unlinks it, but not the last way in", async () => {
    const john = await feed.person("john");
    const link = async (person: Pick<Person, "post">) => {
      const { body, headers } = await person.post(`/api/auth/external-logins/${name}`, { returnTo: login });
      const [, key = "", value = ""] = /^([^=]+)=([^;]*)/.exec(headers.getSetCookie().find((cookie) => cookie.startsWith("sign_in=")) ?? "") ?? [];
      return follow(body.data.url, login, new Map([[`${new URL(login).host} ${key}`, value]]));
    };
    expect(fragmentOf(await link(john), "linked")).toBe(name);
    expect((await signIn(name)).body.data.user.id).toBe(john.id);
    expect(fragmentOf(await link(await feed.person("john")), "error")).toBe("external_login_taken");
    // Another one of the same provider.
    Object.assign(provider().user, { id: `7${++count}`, username: `only_${name}` });
    expect(fragmentOf(await link(john), "error")).toBe("external_login_taken");
    expect((await john.delete(`/api/auth/external-logins/${name}`)).status).toBe(200);
    expect((await john.delete(`/api/auth/external-logins/${name}`)).status).toBe(404);
    await arrived(mailFolder(feed), john.email, /^A new way to sign in/);
    await arrived(mailFolder(feed), john.email, /^A way to sign in .* was removed/);

    const only = bearerOf(await signIn(name));
    const unlink = () => feed.call("DELETE", `/api/auth/external-logins/${name}`, undefined, only);
    expect(await unlink()).toMatchObject({ status: 409, body: { code: "last_sign_in" } });
    expect((await feed.call("GET", "/api/auth/external-logins", undefined, only)).body.data.logins).toHaveLength(1);

    // Long after the sign-in it is to be repeated.
    const { query } = await feed.platform.openDatabase("auth-service");
    await query("UPDATE session SET proved_at = now() - interval '1 hour'");
    expect(await unlink()).toMatchObject({ status: 403, body: { code: "step_up_required", proofs: ["sign_in"] } });
    expect(await john.post(`/api/auth/external-logins/${name}`, { returnTo: login })).toMatchObject({
      status: 403,
      body: { code: "step_up_required", proofs: ["password"] },
    });
    const deleted = await feed.call("DELETE", "/api/auth/me", undefined, bearerOf(await signIn(name)));
    expect(deleted.status).toBe(200);
    expect(await query("SELECT FROM external_login WHERE account_id NOT IN (SELECT id FROM account)")).toEqual([]);
  });

  test("a provider that fails or says nothing is a problem, soon", async () => {
    const verifier = "v";
    const jar = new Map<string, string>();
    const callback = await follow(startUrl(name, verifier), `http://localhost:${new URL(login).port}/api/auth/${name}/callback`, jar);
    provider().broken = (_request, response) => void response.writeHead(500).end("no");
    const began = performance.now();
    expect(fragmentOf(await follow(callback.href, login, new Map(jar)), "error")).toBe("provider_unavailable");
    if (name === "github") return;
    provider().broken = () => {};
    expect(fragmentOf(await follow(callback.href, login, new Map(jar)), "error")).toBe("provider_unavailable");
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

test("an account with a second factor proves itself by a code, not by signing in again", async () => {
  Object.assign(oidc.user, { username: "two_factors" });
  const first = await signIn("oidc");
  const call = (method: string, path: string, as: Answer, body?: object) => feed.call(method, path, body, bearerOf(as));
  const path = "/api/auth/second-factor";
  const { secret } = (await call("POST", path, first)).body.data;
  expect((await call("POST", `${path}/confirm`, first, { code: codeOf(secret) })).status).toBe(200);
  await forgetProofs(feed, first.body.data.user);
  const renew = (as: Answer) => call("POST", `${path}/recovery-codes`, as);
  const required = { status: 403, body: { code: "step_up_required", proofs: ["code"] } };
  expect(await renew(first)).toMatchObject(required);
  const second = await signIn("oidc");
  expect(await renew(second)).toMatchObject(required);
  expect(await call("POST", "/api/auth/step-up", first, { code: "000000" })).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
  expect((await call("POST", "/api/auth/step-up", first, { code: codeOf(secret, 1) })).status).toBe(200);
  expect((await renew(first)).status).toBe(200);
  // Another session than the one that was asked.
  expect(await renew(second)).toMatchObject(required);
});

test("a sign-in ends on our own pages only, and providers that are not set up are not there", async () => {
  for (const returnTo of ["https://evil.example/", `http://localhost:${new URL(login).port}.evil.example/`, "http://localhost@evil.example/", "//evil.example"])
    expect([returnTo, await feed.call("GET", startUrl("github", "v", returnTo).replace(/^http:\/\/localhost:\d+/, ""))]).toEqual([
      returnTo,
      expect.objectContaining({ status: 400 }),
    ]);
  expect((await feed.call("GET", startUrl("google", "v").replace(/^http:\/\/localhost:\d+/, ""))).status).toBe(404);
  expect((await feed.call("GET", "/api/auth/google/callback?state=x&code=y&unknown=z")).status).toBe(404);
  expect((await feed.call("GET", "/api/auth/options")).body.data.providers).toEqual([
    { name: "github", label: "GitHub" },
    { name: "oidc", label: "The company" },
  ]);
});

test("a provider that was never there is a problem, soon, and invitations count for new accounts", async () => {
  // Accepts connections, and says nothing.
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as { port: number };
  const own = await freePort();
  const choosy = await startTestFeed({
    ...{ PORT: String(own), REGISTRATION: "closed", OIDC_ISSUER: `http://127.0.0.1:${port}`, OIDC_CLIENT_ID: client.id, OIDC_CLIENT_SECRET: client.secret },
    ...{ GITHUB_URL: github.url, GITHUB_API_URL: github.url, GITHUB_CLIENT_ID: client.id, GITHUB_CLIENT_SECRET: client.secret },
    ...{ GOOGLE_CLIENT_ID: client.id, GOOGLE_CLIENT_SECRET: client.secret },
  });
  try {
    expect((await choosy.call("GET", "/api/auth/options")).body.data.providers).toContainEqual({ name: "google", label: "Google" });
    const page = `http://localhost:${own}/login`;
    const start = (provider: string) => follow(startUrl(provider, "v", page).replace(/localhost:\d+/, `localhost:${own}`), page);
    expect(fragmentOf(await start("oidc"), "error")).toBe("provider_unavailable");
    const code = fragmentOf(await start("github"), "code");
    expect(await choosy.call("POST", "/api/auth/external-sign-in", { code, verifier: "v" })).toMatchObject({
      status: 403,
      body: { code: "registration_closed" },
    });
  } finally {
    await choosy.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  }
});

test("in Chromium a user signs in with a provider, chooses a name that is free, and unlinks nothing that is the last way in", async ({ skip }) => {
  stage.need(skip);
  const john = await feed.person("john");
  Object.assign(oidc.user, { username: john.username });
  const page = await stage.visit(login);
  await page.getByRole("button", { name: "Continue with The company" }).click();
  await page.getByLabel("Username").fill("chromium_user");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  await page.goto(`${new URL(login).origin}/settings`);
  await page.getByText("Your account has no password.").waitFor();
  await page.getByRole("button", { name: "Unlink The company" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
  await page.getByText("That is the only way into your account").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  Object.assign(github.user, { username: "chromium_at_github" });
  await page.getByRole("button", { name: "Link GitHub" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Continue" }).click();
  await page.getByText("You can sign in with that account now.").first().waitFor();
  await page.getByText("chromium_at_github").waitFor();
  expect(new URL(page.url())).toMatchObject({ pathname: "/settings", hash: "" });

  // With a second factor, and long after the sign-in: a code proves the user.
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Continue" }).click();
  const secret = await page.locator(".secret__key").innerText();
  await page.getByLabel("Code", { exact: true }).fill(codeOf(secret));
  await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
  await page.getByText("These are your recovery codes").waitFor();
  const { query } = await feed.platform.openDatabase("auth-service");
  await query("UPDATE session SET proved_at = now() - interval '1 hour' WHERE account_id = (SELECT id FROM account WHERE username = 'chromium_user')");
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
  await page.getByText("Enter a code from your authenticator app to continue.").waitFor();
  await page.getByLabel("Code", { exact: true }).fill(codeOf(secret, 1));
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("button", { name: "Turn on" }).waitFor();
}, 120_000);
