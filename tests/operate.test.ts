import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import { keepDeadLetter } from "@newfeed/shared/outbox/dead-letters.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { findInstallation, type Installation } from "../scripts/operate/installation.ts";
import { openSocket } from "./support/clients.ts";
import { callersOf } from "./support/feed.ts";
import { runOperate } from "./support/operate.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";

let directory: string;
let feed: FeedProcess | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "newfeed-operate-"));
});
afterEach(async () => {
  await stop();
  rmSync(directory, { recursive: true, force: true });
});
async function start(): Promise<FeedProcess> {
  feed = await startProcess(directory);
  return feed;
}
async function stop(): Promise<void> {
  await feed?.signal("SIGTERM");
  feed = undefined;
}

const logger = createLogger({ level: "error", json: false });

/** Empty databases of its own on the tests' server. */
const onTheServer = () => ({ DATABASE_URL: new URL("/", inject("databaseUrl")).href, DATABASE_PREFIX: `t${randomBytes(6).toString("hex")}_` });

/** Runs a command on the test's data folder. */
const run = (command: string, args: string[] = [], environment: Record<string, string> = {}) => runOperate(directory, command, args, environment);

const onTheFolder = (): Promise<Installation> => findInstallation({ config: readConfig({ NODE_ENV: "test", NEWFEED_DATA_DIR: directory }), logger });

async function query(name: "notification-service", text: string): Promise<void> {
  const installation = await onTheFolder();
  await (await installation.openDatabase(name)).query(text);
  await installation.close();
}

describe("npm run dead-letters", () => {
  test("shows failed events, whether the feed is running or not; one replayed after the fix arrives once", async () => {
    const first = await start();
    const { person } = callersOf(first.url);
    const [alice, bob] = await Promise.all([person("alice"), person("bob")]);
    const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    await query(
      "notification-service",
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the event handler fails'; END $$",
    );
    await query(
      "notification-service",
      `CREATE TRIGGER refuse BEFORE INSERT ON stream_entry FOR EACH ROW WHEN (NEW.data->'comment'->>'content' = 'poison') EXECUTE FUNCTION refuse()`,
    );
    for (const content of ["poison", "good"]) await alice.post(`/api/v1/posts/${post.id}/comments`, { content });
    const listed = await eventually(async () => {
      const { printed } = await run("dead-letters", ["list", "notification"]);
      expect(printed).toEqual([
        expect.stringMatching(/^notification-service {2}\d+ {2}\S+Z {2}comment\.created {2}.*the event handler fails/),
        "1 dead letter",
      ]);
      return printed;
    }, 15_000);
    const id = String(listed[0]?.split(/ +/)[1]);
    await stop();

    const shown = await run("dead-letters", ["show", "notification-service", id]);
    expect(shown).toMatchObject({ code: 0, errors: expect.stringContaining("which is not running") });
    expect(shown.printed).toEqual(
      expect.arrayContaining([expect.stringMatching(/^reason .*the event handler fails/), expect.stringContaining('"content": "poison"')]),
    );

    const second = await start();
    const socket = await openSocket(second, bob);
    await socket.ask("subscribe-post", post.id);
    await query("notification-service", "DROP TRIGGER refuse ON stream_entry");
    expect(await run("dead-letters", ["replay", "notification", "--all"])).toMatchObject({
      code: 0,
      printed: ["1 replayed"],
      errors: expect.stringContaining("the running feed"),
    });
    await eventually(() => expect(socket.of("new_comment").map((item) => item.data.comment.content)).toEqual(["poison"]));
    expect((await run("dead-letters", ["list"])).printed).toEqual(["0 dead letters"]);
    const authorization = `Bearer ${alice.token}`;
    await callersOf(second.url).call("POST", `/api/v1/posts/${post.id}/comments`, { content: "a later one" }, { authorization });
    await eventually(() => expect(socket.of("new_comment").map((item) => item.data.comment.content)).toEqual(["poison", "a later one"]));
    socket.close();
  }, 60_000);

  test("drops or replays one dead letter or all, and reports an unknown one", async () => {
    const environment = onTheServer();
    const deadLetters = (...args: string[]) => run("dead-letters", args, environment);
    await run("migrate", [], environment);
    const keep = async (name: ServiceName, ...ids: string[]) => {
      const installation = await findInstallation({ config: readConfig({ NODE_ENV: "test", ...environment }), logger });
      const { query } = await installation.openDatabase(name);
      const failure = { reason: "not JSON", detail: null, tries: 1 };
      for (const id of ids) await keepDeadLetter(query, { id, type: "comment.created", key: null, body: "not JSON" }, null, false, failure);
      await installation.close();
    };
    await keep("post-service", "first");
    expect((await deadLetters("list")).printed).toEqual([expect.stringMatching(/^post-service {2}1 {2}/), "1 dead letter"]);
    expect(await deadLetters("drop", "post", "1")).toMatchObject({ code: 0, printed: ["1 dropped"] });
    for (const id of ["1", "no number"])
      expect(await deadLetters("replay", "post", id)).toMatchObject({ code: 1, errors: expect.stringContaining(`post-service has no dead letter ${id}`) });

    await keep("post-service", "second", "third");
    await keep("media-service", "fourth", "fifth");
    expect(await deadLetters("replay", "post", "2")).toMatchObject({ code: 0, printed: ["1 replayed"] });
    expect((await deadLetters("list", "post")).printed).toEqual([
      expect.stringMatching(/^post-service {2}2 .*\(to be replayed\) not JSON/),
      expect.stringMatching(/^post-service {2}3 .* {2}not JSON/),
      "2 dead letters",
    ]);
    expect(await deadLetters("drop", "media", "--all")).toMatchObject({ code: 0, printed: ["2 dropped"] });
    expect(await deadLetters("drop", "--all")).toMatchObject({ code: 0, printed: ["2 dropped"] });
    expect(await deadLetters("replay", "--all")).toMatchObject({ code: 0, printed: ["0 replayed"] });
  }, 60_000);

  test("reports a database that is older than the command, and a URL of a single database", async () => {
    expect(await run("dead-letters", ["list", "post"], onTheServer())).toMatchObject({
      code: 1,
      errors: expect.stringContaining("post-service's database is older than this version"),
    });
    expect(await run("dead-letters", ["list"], { DATABASE_URL: inject("databaseUrl") })).toMatchObject({
      code: 1,
      errors: expect.stringContaining("add the name of its service"),
    });
  }, 60_000);

  test.each([
    [[]],
    [["remove", "post", "1"]],
    [["drop", "post"]],
    [["list", "elsewhere"]],
    [["drop", "post", "1", "--all"]],
    [["show", "post", "--all"]],
    [["list", "--all"]],
    [["--what"]],
    [["list", "--embedded", "--cluster"]],
  ])("prints its usage for %j", async (args) => {
    expect(await run("dead-letters", args)).toMatchObject({ code: 2, errors: expect.stringContaining("usage: npm run dead-letters -- list") });
  });

  test("reports a missing feed or cluster", async () => {
    expect(await run("dead-letters", ["list"])).toMatchObject({ code: 1, errors: expect.stringMatching(/^there is no NewFeed data in /) });
    expect(await run("dead-letters", ["list", "--cluster"])).toMatchObject({ code: 1, errors: expect.stringMatching(/^no cluster is running in /) });
  });
});

describe("npm run migrate", () => {
  /** The migrations of a service without projections. */
  const allMigrationsOf = (service: ServiceName) =>
    ["../shared/migrations/plumbing/", `../${service}/prisma/migrations/`]
      .flatMap((folder) => readdirSync(new URL(folder, import.meta.url), { withFileTypes: true }))
      .flatMap((entry) => (entry.isDirectory() ? entry.name : []))
      .join(", ");

  test("prepares a data folder for the feed; a second run has nothing to do", async () => {
    const { printed } = await run("migrate");
    expect(printed).toHaveLength(6);
    expect(printed).toContain(`auth-service  ${allMigrationsOf("auth-service")}`);
    expect((await run("migrate")).printed).toEqual(printed.map((line) => line.replace(/ {2}.*/, "  up to date")));
    const { url } = await start();
    await callersOf(url).person("john");
    expect(await run("migrate", ["post"])).toMatchObject({ code: 0, printed: ["post-service  up to date"] });
  }, 60_000);

  test("works on a given server, and does not mix services in one database", async () => {
    expect((await run("migrate", ["media"], onTheServer())).printed).toEqual([`media-service  ${allMigrationsOf("media-service")}`]);
    expect(await run("migrate", [], { DATABASE_URL: inject("databaseUrl") })).toMatchObject({
      code: 1,
      printed: [],
      errors: expect.stringContaining("add the name of its service"),
    });
  });

  test("--new-epoch resets clients with older cursors", async () => {
    const first = await start();
    const alice = await callersOf(first.url).person("alice");
    const { cursor } = await openSocket(first, alice).then(async (socket) => {
      const answer = await socket.ask("subscribe");
      socket.close();
      return answer as { cursor: string };
    });
    await stop();
    expect(await run("migrate", ["--new-epoch"])).toMatchObject({ code: 0 });
    const socket = await openSocket(await start(), alice);
    await socket.ask("subscribe", alice.id, { cursor });
    await eventually(() => expect(socket.of("reset").map((item) => item.data.reason)).toEqual(["epoch"]));
    socket.close();
  }, 60_000);
});

test("npm run admin grants and revokes the administrator role, which resetting a breaker requires", async () => {
  const { url } = await start();
  const { call, person } = callersOf(url);
  const john = await person("john");
  const reset = async () => {
    const { body } = await call("POST", "/api/auth/login", { email: john.email, password: john.password });
    const authorization = `Bearer ${body.data.tokens.accessToken}`;
    return (await call("POST", "/admin/circuit-breakers/post-service/reset", undefined, { authorization })).status;
  };
  expect(await reset()).toBe(403);
  expect(await run("admin", ["grant", john.username.toUpperCase()])).toMatchObject({ code: 0 });
  expect(await reset()).toBe(200);
  expect(await run("admin", ["revoke", john.username])).toMatchObject({ code: 0 });
  expect(await reset()).toBe(403);
  expect(await run("admin", ["grant", "nobody_at_all"])).toMatchObject({ code: 1, errors: expect.stringContaining("there is no user nobody_at_all") });
  expect(await run("admin", ["promote", john.username])).toMatchObject({ code: 2, errors: expect.stringContaining("usage: npm run admin -- grant") });
}, 60_000);
