import { accountHolders } from "@newfeed/shared/contracts/services.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { arrived, mailFolder, mailsTo } from "./support/mails.ts";

let feed: TestFeed;
let auditor: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  auditor = await auditorOf(feed);
});
afterAll(() => feed.close());

interface Shown {
  accountId: string;
  completedAt: string | null;
  alertedAt: string | null;
  services: { service: string; reportedAt: string | null; removed: Record<string, number> }[];
}
async function deletionOf({ id }: Person, query = ""): Promise<Shown | undefined> {
  const { status, body } = await auditor.get(`/api/v1/account-deletions${query}`);
  expect(status).toBe(200);
  return body.data.find(({ accountId }: Shown) => accountId === id);
}
const farewellOf = async ({ id }: Person) =>
  (await feed.platform.openDatabase("auth-service")).query("SELECT address FROM farewell WHERE account_id = $1", [id]);
const remove = async (person: Person) => expect((await person.delete("/api/auth/me", { password: person.password })).status).toBe(200);
const metric = async (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(await feed.platform.metrics.render())?.[1]);

test("every service says what it removed of a deleted account, and then its owner gets a last mail, with which the address goes", async () => {
  const ann = await feed.person("ann");
  for (let n = 0; n < 3; n++) expect((await ann.post("/api/v1/posts", { content: `Post ${n}`, postType: "TEXT" })).status).toBe(201);
  const postId = (await ann.get("/api/v1/posts")).body.data[0].id;
  expect((await ann.post(`/api/v1/posts/${postId}/comments`, { content: "A comment" })).status).toBe(201);
  await remove(ann);

  const mail = await arrived(mailFolder(feed), ann.email, /is deleted$/);
  expect(mail.text).toContain(`@${ann.username}`);
  const shown = await deletionOf(ann);
  expect(shown?.completedAt).toEqual(expect.any(String));
  expect(shown?.services.map(({ service }) => service).sort()).toEqual([...accountHolders].sort());
  expect(shown?.services.filter(({ reportedAt }) => reportedAt === null)).toEqual([]);
  const removed = Object.fromEntries((shown?.services ?? []).map(({ service, removed }) => [service, removed]));
  expect(removed["auth-service"]).toMatchObject({ account: 1, sessions: 1 });
  expect(Object.values(removed["post-service"] ?? {})).toContain(3);
  expect(Object.values(removed["comment-service"] ?? {})).toContain(1);
  expect(await deletionOf(ann, "?state=running")).toBeUndefined();

  await eventually(async () => {
    expect(await farewellOf(ann)).toEqual([]);
    expect(await (await feed.platform.openDatabase("auth-service")).query("SELECT 1 FROM mail WHERE recipient = $1", [ann.email])).toEqual([]);
  });
  const { query } = await feed.platform.openDatabase("event-service");
  const kept = await query<{ body: string }>("SELECT body FROM event WHERE aggregate_id = $1 AND body IS NOT NULL", [ann.id]);
  expect(kept.length).toBeGreaterThan(accountHolders.length);
  for (const { body } of kept) for (const word of [ann.email, ann.username]) expect(body).not.toContain(word);
  expect(await mailsTo(mailFolder(feed), ann.email, /is deleted$/)).toHaveLength(1);
});

test("a service that cannot finish keeps the deletion from ending, is named after an hour, and ends it once it can", { timeout: 60_000 }, async () => {
  const ben = await feed.person("ben");
  const { query } = await feed.platform.openDatabase("media-service");
  // A job of his that fails again and again, as it were.
  await query("INSERT INTO newfeed.job (name, subject, correlation_id, due_at) VALUES ('remove-media-of-another-version', $1, 'test', 'infinity')", [ben.id]);
  await remove(ben);
  await eventually(
    async () =>
      expect((await deletionOf(ben, "?state=running"))?.services.filter(({ reportedAt }) => reportedAt === null)).toMatchObject([{ service: "media-service" }]),
    20_000,
  );
  expect(await farewellOf(ben)).toEqual([{ address: ben.email }]);
  expect([await metric("newfeed_account_deletions_running"), await metric("newfeed_account_deletions_late")]).toEqual([1, 0]);

  const events = await feed.platform.openDatabase("event-service");
  await events.query("UPDATE account_deletion SET begun_at = now() - interval '61 minutes' WHERE id = $1", [ben.id]);
  await eventually(async () => expect((await deletionOf(ben))?.alertedAt).toEqual(expect.any(String)));
  expect(await metric("newfeed_account_deletions_late")).toBe(1);
  expect(await mailsTo(mailFolder(feed), ben.email, /is deleted$/)).toEqual([]);

  await query("DELETE FROM newfeed.job WHERE subject = $1", [ben.id]);
  await arrived(mailFolder(feed), ben.email, /is deleted$/);
  expect((await deletionOf(ben))?.completedAt).toEqual(expect.any(String));
});

test("nobody else learns of deletions", async () => {
  const cem = await feed.person("cem");
  expect(await cem.get("/api/v1/account-deletions")).toMatchObject({ status: 403, body: { code: "forbidden" } });
  expect((await feed.call("GET", "/api/v1/account-deletions")).status).toBe(401);
});
