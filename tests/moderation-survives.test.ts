import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FailpointName } from "@newfeed/shared/ports/failpoint.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFailpointFolder, type Failpoints } from "./support/failpoints.ts";
import { type Callers, callersOf, type Person } from "./support/feed.ts";
import { onTheServer, runOperate } from "./support/operate.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";

const cases = "/api/v1/moderation/cases";
const by = (token: string) => ({ authorization: `Bearer ${token}` });

describe.each(["post", "pre"] as const)("in the mode %s", (mode) => {
  let directory: string;
  let failpoints: Failpoints;
  let environment: Record<string, string>;
  /** Each test leaves the one that it has started after the kill. */
  let running: FeedProcess;
  let ann: Person;
  let ben: Person;
  let administrator: Record<string, string>;

  const call: Callers["call"] = (...args) => callersOf(running.url).call(...args);
  const get = async (path: string, as: Record<string, string>) => call("GET", path, undefined, as);
  const waiting = async () => (await get(cases, administrator)).body.data;
  const decide = async (id: string, decision: string, body: Record<string, unknown>) =>
    expect((await call("POST", `${cases}/${id}/${decision}`, body, administrator)).status).toBe(200);
  const write = async (content: string) => {
    const written = await call("POST", "/api/v1/posts", { content, postType: "TEXT" }, by(ann.token));
    expect(written.status).toBe(201);
    return written.body;
  };
  /** Does what leads to the failpoint, and puts another process in the place of the one that is killed there. */
  async function killedAt(failpoint: FailpointName, work: () => Promise<void>): Promise<void> {
    await failpoints.killAt(running, failpoint, work);
    running = await startProcess(directory, environment);
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "newfeed-moderation-"));
    failpoints = createFailpointFolder();
    environment = { ...onTheServer(), ...failpoints.environment, MODERATION_MODE: mode };
    running = await startProcess(directory, environment);
    const { person } = callersOf(running.url);
    ann = await person("ann");
    ben = await person("ben");
    const admin = await person("admin");
    expect(await runOperate(directory, "admin", ["grant", admin.username], environment)).toMatchObject({ code: 0 });
    const { body } = await call("POST", "/api/auth/login", { email: admin.email, password: admin.password });
    administrator = by(body.data.tokens.accessToken);
    const rule = { name: "no viagra", kind: "words", terms: ["viagra"], reason: "spam", hide: true };
    expect((await call("POST", "/api/v1/moderation/rules", rule, administrator)).status).toBe(201);
  });
  afterAll(async () => {
    await running.signal("SIGTERM");
    failpoints.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  if (mode === "post") {
    test.each(["relay.before_publish", "relay.before_mark", "consumer.before_commit", "consumer.after_commit"] as const)(
      "a process that is killed at %s loses and doubles no case, and what was decided holds",
      { timeout: 90_000 },
      async (failpoint) => {
        const reported = (await write("cheap watches")).id;
        expect((await call("POST", "/api/v1/reports", { target: { type: "post", id: reported }, reason: "spam" }, by(ben.token))).status).toBe(201);
        const [opened] = await waiting();
        let written = "";
        await killedAt(failpoint, async () => {
          await decide(opened.id, "reject", { revision: opened.revision, action: "hide", reason: "spam" });
          written = (await write("cheap viagra")).id;
        });

        await eventually(async () => {
          for (const id of [reported, written]) expect(await get(`/api/v1/posts/${id}`, by(ben.token))).toMatchObject({ status: 404 });
          const { reports } = (await get("/api/v1/users/me/export", by(ben.token))).body;
          expect(reports.filter(({ accepted }: { accepted: boolean }) => !accepted)).toEqual([]);
        }, 30_000);
        const [held, ...others] = await waiting();
        expect(others).toEqual([]);
        expect(held).toMatchObject({ target: { id: written }, held: true, flags: 1, revision: 1 });
        const decided = (await get(`${cases}/${opened.id}`, administrator)).body;
        expect(decided).toMatchObject({ state: "rejected", action: "hide", reports: 1, audit: [{ step: "reject" }, { step: "open" }] });
        await decide(held.id, "reject", { revision: 1, action: "hide", reason: "spam" });
      },
    );
    return;
  }

  test.each(["relay.before_mark", "consumer.before_commit", "consumer.after_commit"] as const)(
    "a process that is killed at %s shows nothing that waits for a moderator, and makes one case of it",
    { timeout: 90_000 },
    async (failpoint) => {
      let path = "";
      let id = "";
      await killedAt(failpoint, async () => {
        const written = await write("hello");
        expect(written).toMatchObject({ moderation: { state: "pending" } });
        id = written.id;
        path = `/api/v1/posts/${id}`;
      });

      expect(await get(path, by(ben.token))).toMatchObject({ status: 404 });
      const held = await eventually(async () => {
        const data = await waiting();
        expect(data).toMatchObject([{ target: { id }, held: true, flags: 0, revision: 1 }]);
        return data[0];
      }, 30_000);
      await decide(held.id, "approve", { revision: 1 });
      await eventually(async () => expect((await get(path, by(ben.token))).status).toBe(200), 10_000);
      expect((await get(`${cases}/${held.id}`, administrator)).body.audit).toMatchObject([{ step: "approve" }, { step: "hold" }]);
    },
  );
});
