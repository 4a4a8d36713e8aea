import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { administratorOf, auditorOf, moderatorOf } from "./support/administrator.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { look } from "./support/web/look.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

const signIn = async ({ email, password }: { email: string; password: string }): Promise<string> =>
  (await feed.call("POST", "/api/auth/login", { email, password })).body.data.tokens.accessToken;
const status = async (token: string) => (await feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${token}` })).status;

test("auditors see where a user is signed in, administrators sign them out there or everywhere, and nobody else does", async () => {
  const [admin, auditor, moderator, ann] = [await administratorOf(feed), await auditorOf(feed), await moderatorOf(feed), await feed.person("ann")];
  const path = `/api/v1/accounts/${ann.username}/sessions`;
  const second = await signIn(ann);
  const { status: seen, body } = await auditor.get(path);
  expect(seen).toBe(200);
  expect(body).toMatchObject({ userId: ann.id, username: ann.username, sessions: [{ current: false }, { current: false }] });
  for (const person of [ann, moderator]) expect(await person.get(path)).toMatchObject({ status: 403 });
  for (const person of [ann, moderator, auditor]) {
    expect(await person.delete(path)).toMatchObject({ status: 403 });
    expect(await person.delete(`${path}/${body.sessions[0].id}`)).toMatchObject({ status: 403 });
  }
  expect(await admin.get("/api/v1/accounts/nobody_at_all/sessions")).toMatchObject({ status: 404 });
  expect(await status(second)).toBe(200);

  // The last one used is the first.
  expect(await admin.delete(`${path}/${body.sessions[0].id}`)).toMatchObject({ status: 204 });
  await eventually(async () => expect([await status(second), await status(ann.token)].toSorted()).toEqual([200, 401]));
  expect(await admin.delete(`${path}/${body.sessions[0].id}`)).toMatchObject({ status: 404 });
  expect(await admin.delete(path)).toMatchObject({ status: 204 });
  await eventually(async () => expect([await status(second), await status(ann.token)]).toEqual([401, 401]));
  expect((await admin.get(path)).body.sessions).toEqual([]);
  // Who has done it is known.
  await eventually(async () => {
    const { data } = (await admin.get(`/api/v1/events?type=session.revoked&actor=${admin.id}`)).body;
    expect(data).toMatchObject([{ key: ann.id }, { key: ann.id }]);
  });
});

test("an administrator signs a user out on the page", { timeout: 90_000 }, async ({ skip }) => {
  stage.need(skip);
  const [admin, ann] = [await administratorOf(feed), await feed.person("ann")];
  const page = await stage.signIn(feed.url, admin);
  await page.goto(`${feed.url}/admin`);
  await page.getByRole("button", { name: "Sessions" }).click();
  await page.getByLabel("Username").fill(`@${ann.username}`);
  await page.getByRole("button", { name: "Show" }).click();
  const sessions = page.getByRole("list", { name: `Where @${ann.username} is signed in` }).getByRole("listitem");
  await sessions.first().waitFor();
  await look(page, "admin-sessions");
  await sessions.first().getByRole("button", { name: "Sign out" }).click();
  await page.getByText("This account is signed in nowhere").waitFor();
  expect(await status(ann.token)).toBe(401);
});
