import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect, test } from "vitest";
import { callersOf } from "./support/feed.ts";
import { onTheServer, runOperate } from "./support/operate.ts";
import { startProcess } from "./support/process.ts";

const cases = "/api/v1/moderation/cases";
const by = (token: string) => ({ authorization: `Bearer ${token}` });

/** Starts a feed with two users and an administrator. */
async function startWithModerator(directory: string, environment: Record<string, string>) {
  const first = await startProcess(directory, environment);
  const { call, person } = callersOf(first.url);
  const [ann, ben, admin] = [await person("ann"), await person("ben"), await person("admin")];
  expect(await runOperate(directory, "admin", ["grant", admin.username], environment)).toMatchObject({ code: 0 });
  const { body } = await call("POST", "/api/auth/login", { email: admin.email, password: admin.password });
  return { first, call, ann, ben, administrator: by(body.data.tokens.accessToken) };
}

test.each(["relay.before_publish", "relay.before_mark", "consumer.before_commit", "consumer.after_commit"])(
  "a process that is killed at %s loses and doubles no case, and what was decided holds",
  { timeout: 180_000 },
  async (failpoint) => {
    const directory = mkdtempSync(join(tmpdir(), "newfeed-moderation-"));
    const environment = onTheServer();
    const { first, call, ann, ben, administrator } = await startWithModerator(directory, environment);
    const rule = { name: "no viagra", kind: "words", terms: ["viagra"], reason: "spam", hide: true };
    expect((await call("POST", "/api/v1/moderation/rules", rule, administrator)).status).toBe(201);
    const reported: string = (await ann.post("/api/v1/posts", { content: "cheap watches", postType: "TEXT" })).body.id;
    expect((await ben.post("/api/v1/reports", { target: { type: "post", id: reported }, reason: "spam" })).status).toBe(201);
    const [opened] = (await call("GET", cases, undefined, administrator)).body.data;
    await first.signal("SIGTERM");

    const second = await startProcess(directory, { ...environment, NEWFEED_FAILPOINTS: `${failpoint}:hold` });
    const during = callersOf(second.url).call;
    const rejection = { revision: opened.revision, action: "hide", reason: "spam" };
    expect((await during("POST", `${cases}/${opened.id}/reject`, rejection, administrator)).status).toBe(200);
    const written = await during("POST", "/api/v1/posts", { content: "cheap viagra", postType: "TEXT" }, by(ann.token));
    expect(written.status).toBe(201);
    await eventually(() => expect(second.output()).toContain(`failpoint ${failpoint}`), 20_000);
    await second.signal("SIGKILL");

    const third = await startProcess(directory, environment);
    const after = callersOf(third.url).call;
    await eventually(async () => {
      for (const id of [reported, written.body.id]) expect(await after("GET", `/api/v1/posts/${id}`, undefined, by(ben.token))).toMatchObject({ status: 404 });
      expect((await after("GET", "/api/v1/users/me/export", undefined, by(ben.token))).body.reports).toMatchObject([{ accepted: true }]);
    }, 30_000);
    const waiting = (await after("GET", cases, undefined, administrator)).body.data;
    expect(waiting).toMatchObject([{ target: { id: written.body.id }, held: true, flags: 1, revision: 1 }]);
    const decided = (await after("GET", `${cases}/${opened.id}`, undefined, administrator)).body;
    expect(decided).toMatchObject({ state: "rejected", action: "hide", reports: 1, audit: [{ step: "reject" }, { step: "open" }] });
    await third.signal("SIGTERM");
    rmSync(directory, { recursive: true, force: true });
  },
);

test.each(["relay.before_mark", "consumer.before_commit", "consumer.after_commit"])(
  "a process that is killed at %s shows nothing that waits for a moderator, and makes one case of it",
  { timeout: 180_000 },
  async (failpoint) => {
    const directory = mkdtempSync(join(tmpdir(), "newfeed-moderation-"));
    const environment = { ...onTheServer(), MODERATION_MODE: "pre" };
    const { first, ann, ben, administrator } = await startWithModerator(directory, environment);
    await first.signal("SIGTERM");

    const second = await startProcess(directory, { ...environment, NEWFEED_FAILPOINTS: `${failpoint}:hold` });
    const written = await callersOf(second.url).call("POST", "/api/v1/posts", { content: "hello", postType: "TEXT" }, by(ann.token));
    expect(written).toMatchObject({ status: 201, body: { moderation: { state: "pending" } } });
    await eventually(() => expect(second.output()).toContain(`failpoint ${failpoint}`), 20_000);
    await second.signal("SIGKILL");

    const third = await startProcess(directory, environment);
    const after = callersOf(third.url).call;
    const path = `/api/v1/posts/${written.body.id}`;
    expect(await after("GET", path, undefined, by(ben.token))).toMatchObject({ status: 404 });
    const waiting = await eventually(async () => {
      const { data } = (await after("GET", cases, undefined, administrator)).body;
      expect(data).toMatchObject([{ target: { id: written.body.id }, held: true, flags: 0, revision: 1 }]);
      return data[0];
    }, 30_000);
    expect((await after("POST", `${cases}/${waiting.id}/approve`, { revision: 1 }, administrator)).status).toBe(200);
    await eventually(async () => expect((await after("GET", path, undefined, by(ben.token))).status).toBe(200), 10_000);
    expect((await after("GET", `${cases}/${waiting.id}`, undefined, administrator)).body.audit).toMatchObject([{ step: "approve" }, { step: "hold" }]);
    await third.signal("SIGTERM");
    rmSync(directory, { recursive: true, force: true });
  },
);
