import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOf, moderatorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let database: RawDatabase;
let mod: Person;
let otherMod: Person;
let admin: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  database = await feed.platform.openDatabase("moderation-service");
  [mod, otherMod, admin] = [await moderatorOf(feed), await moderatorOf(feed, "other_mod"), await administratorOf(feed)];
});
afterAll(() => feed.close());

const cases = "/api/v1/moderation/cases";

async function writePost(author: Person, content = "Buy cheap watches"): Promise<string> {
  const { status, body } = await author.post("/api/v1/posts", { content, postType: "TEXT" });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}
const report = (reporter: Person, type: string, id: string, reason = "spam") => reporter.post("/api/v1/reports", { target: { type, id }, reason });

async function caseOf(targetId: string, state = "open") {
  const { body } = await mod.get(`${cases}?state=${state}&limit=100`);
  return body.data.find(({ target }: { target: { id: string } }) => target.id === targetId);
}
/** A post that was reported, and its case. */
async function reported(content?: string) {
  const [author, reader] = [await feed.person("author"), await feed.person("reader")];
  const postId = await writePost(author, content);
  expect((await report(reader, "post", postId)).status).toBe(201);
  return { author, reader, postId, case: await caseOf(postId) };
}
/** What moderation-service has published about a case or a user, the oldest first. */
async function published(id: string) {
  const rows = await database.query<{ body: string }>("SELECT body FROM newfeed.outbox WHERE key = $1 ORDER BY id", [id]);
  return rows.map(({ body }) => JSON.parse(body)).map(({ type, data, aggregate, actorId }) => ({ type, revision: aggregate.revision, actorId, ...data }));
}

describe("reports", () => {
  test("what is visible can be reported, once, and a case of it opens", async () => {
    const author = await feed.person("author");
    const [first, second] = [await feed.person("reader"), await feed.person("reader")];
    const postId = await writePost(author);
    const made = await first.post("/api/v1/reports", { target: { type: "post", id: postId }, reason: "spam", note: "again and again" });
    expect(made).toMatchObject({
      status: 201,
      body: { target: { type: "post", id: postId }, reason: "spam", note: "again and again", accepted: null, revision: 1 },
    });
    expect((await report(first, "post", postId, "hate")).body).toEqual(made.body);
    await report(second, "post", postId, "harassment");
    expect(await caseOf(postId)).toMatchObject({
      state: "open",
      target: { type: "post", id: postId },
      author: { id: author.id },
      content: "Buy cheap watches",
      reasons: ["spam", "harassment"],
      reports: 2,
      revision: 1,
    });
    expect(await published(postId)).toMatchObject([{ type: "content.flagged", source: "report", reason: "spam", hide: false, revision: 1 }]);
  });

  test("comments, profiles and uploads can be reported, too", async () => {
    const [author, reader] = [await feed.person("author"), await feed.person("reader")];
    await author.patch("/api/v1/users/me", { bio: "I sell watches" });
    const postId = await writePost(author);
    const comment = (await author.post(`/api/v1/posts/${postId}/comments`, { content: "the best" })).body.id;
    expect((await report(reader, "comment", comment)).status).toBe(201);
    expect((await report(reader, "user", author.id, "impersonation")).status).toBe(201);
    expect(await caseOf(comment)).toMatchObject({ postId, content: "the best", authorId: author.id });
    expect((await caseOf(author.id)).content).toContain("I sell watches");
  });

  test("nothing can be reported that the reporter does not see, or that is their own", async () => {
    const [author, stranger] = [await feed.person("author"), await feed.person("stranger")];
    const { body } = await author.post("/api/v1/posts", { content: "for friends", postType: "TEXT", visibility: "followers" });
    expect(await report(stranger, "post", body.id)).toMatchObject({ status: 404 });
    expect(await report(stranger, "post", stranger.id)).toMatchObject({ status: 404 });
    expect(await report(author, "post", body.id)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await feed.call("POST", "/api/v1/reports", { target: { type: "post", id: body.id }, reason: "spam" })).toMatchObject({ status: 401 });
    expect(await caseOf(body.id)).toBeUndefined();
  });

  test("each reporter is told once how it ended, and exports what they reported", async () => {
    const { reader, postId, case: opened } = await reported();
    await mod.post(`${cases}/${opened.id}/reject`, { revision: opened.revision, action: "hide", reason: "spam" });
    expect(await published(reader.id)).toMatchObject([
      { type: "report.resolved", reporterId: reader.id, target: { type: "post", id: postId }, accepted: true },
    ]);
    expect((await reader.get("/api/v1/users/me/export")).body.reports).toMatchObject([
      { target: { type: "post", id: postId }, reason: "spam", accepted: true },
    ]);
  });

  test("a deleted account takes its reports along, and what its cases say of it", async () => {
    const { author, reader, postId, case: opened } = await reported("my secret");
    for (const person of [author, reader]) expect((await person.delete("/api/auth/me", { password: person.password })).status).toBe(200);
    await eventually(async () => {
      expect(await database.query("SELECT content, state FROM moderation_case WHERE id = $1", [opened.id])).toEqual([{ content: "", state: "closed" }]);
      expect(await database.query("SELECT id FROM report WHERE reporter_id = $1", [reader.id])).toEqual([]);
    });
    expect(await caseOf(postId)).toBeUndefined();
  });
});

describe("cases", () => {
  test("are for moderators alone, who are unknown to others", async () => {
    const { author, case: opened } = await reported();
    for (const path of [cases, `${cases}/${opened.id}`, "/api/v1/moderation/audit"]) expect(await author.get(path)).toMatchObject({ status: 403 });
    expect(await author.post(`${cases}/${opened.id}/approve`, { revision: 1 })).toMatchObject({ status: 403 });
    expect(JSON.stringify((await author.get(`/api/v1/users/${mod.id}`)).body)).not.toContain("moderator");
  });

  test("one moderator at a time is on a case, and decides what they have seen", async () => {
    const { postId, case: opened } = await reported();
    const claimed = await mod.post(`${cases}/${opened.id}/claim`);
    expect(claimed.body).toMatchObject({ claimedBy: mod.id, revision: 2 });
    expect(await otherMod.post(`${cases}/${opened.id}/claim`)).toMatchObject({ status: 409 });
    expect(await otherMod.post(`${cases}/${opened.id}/approve`, { revision: 2 })).toMatchObject({ status: 409 });
    expect(await mod.post(`${cases}/${opened.id}/approve`, { revision: 1 })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("changed") },
    });
    expect((await mod.post(`${cases}/${opened.id}/approve`, { revision: 2 })).body).toMatchObject({ state: "approved", claimedBy: null, decidedBy: mod.id });
    expect((await published(postId)).map(({ type, actorId }) => [type, actorId])).toEqual([
      ["content.flagged", null],
      ["content.approved", null],
    ]);
  });

  test("a claim ends", async () => {
    const { case: opened } = await reported();
    await mod.post(`${cases}/${opened.id}/claim`);
    await database.query("UPDATE moderation_case SET claimed_until = now() WHERE id = $1", [opened.id]);
    expect((await otherMod.post(`${cases}/${opened.id}/claim`)).body).toMatchObject({ claimedBy: otherMod.id });
    expect((await otherMod.delete(`${cases}/${opened.id}/claim`)).body).toMatchObject({ claimedBy: null });
  });

  test("nobody decides about themselves, nor a moderator about an administrator", async () => {
    const reader = await feed.person("reader");
    const [ofMod, ofAdmin] = [await writePost(mod), await writePost(admin)];
    for (const id of [ofMod, ofAdmin]) await report(reader, "post", id);
    const [about, above] = [await caseOf(ofMod), await caseOf(ofAdmin)];
    const reject = (person: Person, { id, revision }: { id: string; revision: number }) =>
      person.post(`${cases}/${id}/reject`, { revision, action: "hide", reason: "spam" });
    expect(await reject(mod, about)).toMatchObject({ status: 403 });
    expect(await reject(mod, above)).toMatchObject({ status: 403 });
    expect(await reject(admin, above)).toMatchObject({ status: 403 });
    expect((await reject(otherMod, about)).status).toBe(200);
  });

  test("administrators decide what was left to them", async () => {
    const { case: opened } = await reported();
    const { body } = await mod.post(`${cases}/${opened.id}/escalate`, { revision: 1 });
    expect(body).toMatchObject({ state: "escalated" });
    expect(await otherMod.post(`${cases}/${opened.id}/approve`, { revision: body.revision })).toMatchObject({ status: 403 });
    expect((await admin.post(`${cases}/${opened.id}/approve`, { revision: body.revision })).body).toMatchObject({ state: "approved" });
  });

  test("an appeal is heard once, by another moderator, and the audit has every step", async () => {
    const { author, postId, case: opened } = await reported();
    const at = `${cases}/${opened.id}`;
    const { body } = await mod.post(`${at}/reject`, { revision: 1, action: "hide", reason: "spam" });
    expect(body).toMatchObject({ state: "rejected", action: "hide", reason: "spam" });
    expect(await otherMod.post(`${at}/appeal`, { text: "not mine" })).toMatchObject({ status: 404 });
    expect((await author.post(`${at}/appeal`, { text: "They are good watches" })).status).toBe(204);
    expect(await author.post(`${at}/appeal`, { text: "really" })).toMatchObject({ status: 409 });
    const appealed = await caseOf(postId, "appealed");
    expect(appealed).toMatchObject({ appeal: "pending", appealText: "They are good watches", action: "hide" });
    expect(await mod.post(`${at}/approve`, { revision: appealed.revision })).toMatchObject({ status: 409 });
    expect((await otherMod.post(`${at}/approve`, { revision: appealed.revision })).body).toMatchObject({ state: "approved", action: null, appeal: "decided" });
    expect(await published(postId)).toMatchObject([
      { type: "content.flagged" },
      { type: "content.rejected", action: "hide", reason: "spam", until: null, appeal: false, revision: 2 },
      { type: "content.approved", appeal: true, revision: 4 },
    ]);
    const { audit } = (await mod.get(at)).body;
    expect(audit.map(({ step, actorId, before, after }: Record<string, { state: string }>) => [step, actorId, before?.state ?? null, after?.state])).toEqual([
      ["approve", otherMod.id, "appealed", "approved"],
      ["appeal", author.id, "rejected", "appealed"],
      ["reject", mod.id, "open", "rejected"],
      ["open", null, null, "open"],
    ]);
    await expect(database.query("DELETE FROM audit_entry WHERE case_id = $1", [opened.id])).rejects.toThrow("never changed");
    const lines = (await admin.get("/api/v1/moderation/audit/export")).body as string;
    expect(
      lines
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
        .filter(({ caseId }) => caseId === opened.id)
        .map(({ step }) => step),
    ).toEqual(["open", "reject", "appeal", "approve"]);
    expect(await mod.get("/api/v1/moderation/audit/export")).toMatchObject({ status: 403 });
  });

  test("a decision is taken back by its moderator, as long as nothing else has happened", async () => {
    const { author, postId, case: opened } = await reported();
    const at = `${cases}/${opened.id}`;
    await mod.post(`${at}/reject`, { revision: 1, action: "hide", reason: "spam" });
    expect(await otherMod.post(`${at}/undo`, { revision: 2 })).toMatchObject({ status: 403 });
    expect((await mod.post(`${at}/undo`, { revision: 2 })).body).toMatchObject({ state: "open", action: null, revision: 3 });
    expect((await published(postId)).map(({ type }) => type)).toEqual(["content.flagged", "content.rejected", "content.approved"]);
    expect(await mod.post(`${at}/undo`, { revision: 3 })).toMatchObject({ status: 409 });
    await mod.post(`${at}/reject`, { revision: 3, action: "warn", reason: "spam" });
    await author.post(`${at}/appeal`, { text: "no" });
    expect(await mod.post(`${at}/undo`, { revision: 5 })).toMatchObject({ status: 409 });
  });

  test("a suspension ends when its time is over, and the longest one holds", async () => {
    const { author, reader, case: opened } = await reported();
    const second = await writePost(author);
    await report(reader, "post", second);
    const other = await caseOf(second);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await mod.post(`${cases}/${opened.id}/reject`, { revision: 1, action: "suspend", reason: "spam", until });
    await mod.post(`${cases}/${other.id}/reject`, { revision: 1, action: "suspend", reason: "hate" });
    await mod.post(`${cases}/${other.id}/undo`, { revision: 2 });
    await database.query("UPDATE moderation_case SET until = now() WHERE id = $1", [opened.id]);
    await eventually(async () =>
      expect((await published(author.id)).filter(({ type }) => type.startsWith("user."))).toMatchObject([
        { type: "user.suspended", reason: "spam", until, caseId: opened.id, revision: 1 },
        { type: "user.suspended", reason: "hate", until: null, caseId: other.id, revision: 2 },
        { type: "user.suspended", reason: "spam", until, revision: 3 },
        { type: "user.unsuspended", revision: 4 },
      ]),
    );
  });

  test("a suspended author appeals with their password, once, and another moderator ends it", async () => {
    const { author, case: opened } = await reported();
    const send = (more: object = {}) =>
      feed.call("POST", "/api/auth/suspension/appeal", { email: author.email, password: author.password, text: "No", ...more });
    expect(await send()).toMatchObject({ status: 409, body: { detail: "Your account is not suspended." } });
    await mod.post(`${cases}/${opened.id}/reject`, { revision: 1, action: "suspend", reason: "spam" });
    const signIn = () => feed.call("POST", "/api/auth/login", { email: author.email, password: author.password });
    await eventually(async () => expect((await signIn()).body.code).toBe("account_suspended"));
    expect(await send({ password: "wrong-one" })).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect((await send()).status).toBe(200);
    expect(await send()).toMatchObject({ status: 409 });
    const appealed = (await otherMod.get(`${cases}/${opened.id}`)).body;
    expect(appealed).toMatchObject({ state: "appealed", appealText: "No", action: "suspend" });
    expect((await otherMod.post(`${cases}/${opened.id}/approve`, { revision: appealed.revision })).status).toBe(200);
    await eventually(async () => expect((await signIn()).status).toBe(200));
  });

  test("a suspended author appeals with what their refused sign-in gave them", async () => {
    const { author, case: opened } = await reported();
    await mod.post(`${cases}/${opened.id}/reject`, { revision: 1, action: "suspend", reason: "spam" });
    const signIn = () => feed.call("POST", "/api/auth/login", { email: author.email, password: author.password });
    await eventually(async () => expect((await signIn()).body.suspension).toMatchObject({ reason: "spam", appealToken: expect.any(String) }));
    const { appealToken: token } = (await signIn()).body.suspension;
    const send = (body: object) => feed.call("POST", "/api/auth/suspension/appeal", { text: "It was a joke", ...body });
    expect(await send({})).toMatchObject({ status: 400, body: { errors: [{ field: "token" }] } });
    expect(await send({ email: author.email })).toMatchObject({ status: 400 });
    const forged = `${token.startsWith("A") ? "B" : "A"}${token.slice(1)}`;
    for (const wrong of [forged, author.refreshToken])
      expect(await send({ token: wrong })).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect((await feed.call("GET", "/api/v1/users/me", undefined, { authorization: `Bearer ${token}` })).status, "it opens nothing else").toBe(401);
    expect(await send({ token })).toMatchObject({ status: 200 });
    expect(await send({ token })).toMatchObject({ status: 409 });
    expect((await otherMod.get(`${cases}/${opened.id}`)).body).toMatchObject({ state: "appealed", appealText: "It was a joke" });
  });

  test("a wave is decided at once, each case by itself", async () => {
    const wave = await Promise.all([reported(), reported(), reported()]);
    const seen = wave.map(({ case: { id, revision } }, index) => ({ id, revision: index === 1 ? revision + 1 : revision }));
    const { body } = await mod.post(`${cases}/decide`, { cases: seen, decision: "reject", action: "hide", reason: "spam" });
    expect(body.data.map(({ decided }: { decided: boolean }) => decided)).toEqual([true, false, true]);
    expect(await mod.post(`${cases}/decide`, { cases: seen, decision: "reject" })).toMatchObject({ status: 400 });
  });

  test("are listed by state and type, a page at a time", async () => {
    const { author, case: opened } = await reported();
    const reader = await feed.person("reader");
    await report(reader, "user", author.id);
    const { body } = await mod.get(`${cases}?type=user&limit=1`);
    expect(body.data).toMatchObject([{ target: { type: "user", id: author.id } }]);
    const first = (await mod.get(`${cases}?limit=1`)).body;
    const next = (await mod.get(`${cases}?limit=1&cursor=${first.pageInfo.endCursor}`)).body;
    expect(next.data[0].id < first.data[0].id).toBe(true);
    expect((await mod.get(`${cases}/${opened.id}`)).body.history).toMatchObject([{ target: { type: "user" } }]);
    expect((await mod.get(`${cases}?page=2`)).status).toBe(400);
  });
});
