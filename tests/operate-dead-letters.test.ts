import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import { keepDeadLetter } from "@newfeed/shared/outbox/dead-letters.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { describe, expect, inject, test } from "vitest";
import { findInstallation } from "../scripts/operate/installation.ts";
import { openSocket } from "./support/clients.ts";
import { callersOf } from "./support/feed.ts";
import { onTheServer, operatedFolder } from "./support/operate.ts";

const at = operatedFolder();
const logger = createLogger({ level: "error", json: false });

async function query(name: "notification-service", text: string): Promise<void> {
  const installation = await findInstallation({ config: readConfig({ NODE_ENV: "test", NEWFEED_DATA_DIR: at.directory }), logger });
  await (await installation.openDatabase(name)).query(text);
  await installation.close();
}

describe("npm run dead-letters", () => {
  test("shows failed events, whether the feed is running or not; one replayed after the fix arrives once", async () => {
    const first = await at.start();
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
      const { printed } = await at.run("dead-letters", ["list", "notification"]);
      expect(printed).toEqual([
        expect.stringMatching(/^notification-service {2}\d+ {2}\S+Z {2}comment\.created {2}.*the event handler fails/),
        "1 dead letter",
      ]);
      return printed;
    }, 15_000);
    const id = String(listed[0]?.split(/ +/)[1]);
    await at.stop();

    const shown = await at.run("dead-letters", ["show", "notification-service", id]);
    expect(shown).toMatchObject({ code: 0, errors: expect.stringContaining("which is not running") });
    expect(shown.printed).toEqual(
      expect.arrayContaining([expect.stringMatching(/^reason .*the event handler fails/), expect.stringContaining('"content": "poison"')]),
    );

    const second = await at.start();
    const socket = await openSocket(second, bob);
    await socket.ask("subscribe-post", post.id);
    await query("notification-service", "DROP TRIGGER refuse ON stream_entry");
    expect(await at.run("dead-letters", ["replay", "notification", "--all"])).toMatchObject({
      code: 0,
      printed: ["1 replayed"],
      errors: expect.stringContaining("the running feed"),
    });
    await eventually(() => expect(socket.of("new_comment").map((item) => item.data.comment.content)).toEqual(["poison"]));
    expect((await at.run("dead-letters", ["list"])).printed).toEqual(["0 dead letters"]);
    const authorization = `Bearer ${alice.token}`;
    await callersOf(second.url).call("POST", `/api/v1/posts/${post.id}/comments`, { content: "a later one" }, { authorization });
    await eventually(() => expect(socket.of("new_comment").map((item) => item.data.comment.content)).toEqual(["poison", "a later one"]));
    socket.close();
  }, 120_000);

  test("drops or replays one dead letter or all, and reports an unknown one", async () => {
    const environment = onTheServer();
    const deadLetters = (...args: string[]) => at.run("dead-letters", args, environment);
    await at.run("migrate", [], environment);
    const keep = async (name: StoringServiceName, ...ids: string[]) => {
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
  }, 120_000);

  test("takes those of a type, or with a text in their reason, and says beforehand which", async () => {
    const environment = onTheServer();
    const deadLetters = (...args: string[]) => at.run("dead-letters", args, environment);
    await at.run("migrate", [], environment);
    const installation = await findInstallation({ config: readConfig({ NODE_ENV: "test", ...environment }), logger });
    const { query } = await installation.openDatabase("post-service");
    const keep = (id: string, type: string, reason: string) =>
      keepDeadLetter(query, { id, type, key: null, body: id }, null, false, { reason, detail: null, tries: 1 });
    await keep("first", "comment.created", "not JSON");
    await keep("second", "comment.deleted", "wrong schema");
    await keep("third", "comment.created", "wrong schema");
    await installation.close();
    expect((await deadLetters("list", "--type", "comment.created")).printed).toEqual([
      expect.stringMatching(/^post-service {2}1 .*not JSON/),
      expect.stringMatching(/^post-service {2}3 .*wrong schema/),
      "2 dead letters",
    ]);
    expect((await deadLetters("drop", "--type", "comment.created", "--reason", "schema", "--dry-run")).printed).toEqual([
      expect.stringMatching(/^post-service {2}3 .*wrong schema/),
      "1 would be dropped",
    ]);
    expect((await deadLetters("drop", "--type", "comment.created", "--reason", "schema")).printed).toEqual(["1 dropped"]);
    expect((await deadLetters("replay", "post", "--reason", "schema")).printed).toEqual(["1 replayed"]);
    expect((await deadLetters("drop", "--all", "--dry-run")).printed).toEqual([
      expect.stringMatching(/^post-service {2}1 /),
      expect.stringMatching(/^post-service {2}2 .*to be replayed/),
      "2 would be dropped",
    ]);
    expect((await deadLetters("drop", "--all")).printed).toEqual(["2 dropped"]);
  }, 120_000);

  test("prints objects where logs are JSON", async () => {
    const environment = { ...onTheServer(), LOG_FORMAT: "json" };
    const migrated = await at.run("migrate", ["post"], environment);
    const listed = await at.run("dead-letters", ["list", "post"], environment);
    const refused = await at.run("dead-letters", ["list"], { ...environment, DATABASE_URL: "postgresql://postgres:secret@127.0.0.1:9" });
    const lines = [migrated, listed, refused].flatMap(({ printed, errors }) => [...printed, ...errors.split("\n").filter(Boolean)]);
    const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
    expect(messages).toEqual(expect.arrayContaining([expect.stringContaining("post-service  2026"), "0 dead letters", expect.stringContaining("127.0.0.1:9")]));
  }, 120_000);

  test.each([
    ["postgresql://postgres:secret@127.0.0.1:9", "PostgreSQL at 127.0.0.1:9, database postgres, cannot be used: connect ECONNREFUSED"],
    // Both addresses of the name refuse.
    ["postgresql://postgres:secret@localhost:9", "PostgreSQL at localhost:9, database postgres, cannot be used: connect ECONNREFUSED"],
  ])(
    "says which server cannot be reached, and why: %s",
    async (url, message) => {
      for (const [command, ...args] of [
        ["dead-letters", "list", "post"],
        ["migrate", "post"],
        ["admin", "grant", "alice"],
      ] as const) {
        const { code, errors } = await at.run(command, args, { DATABASE_URL: url });
        expect(code).toBe(1);
        expect(errors).toContain(message);
        expect(errors).not.toMatch(/secret|\n {4}at /);
      }
    },
    60_000,
  );

  test("says which server refuses the password", async () => {
    const url = Object.assign(new URL(inject("databaseUrl")), { password: "wrong", pathname: "/" });
    const { code, errors } = await at.run("dead-letters", ["list", "post"], { DATABASE_URL: url.href });
    expect({ code, lines: errors.trim().split("\n") }).toEqual({
      code: 1,
      lines: [
        expect.stringContaining("Using"),
        expect.stringMatching(/^PostgreSQL at 127\.0\.0\.1:\d+, database postgres, cannot be used: password authentication failed/),
      ],
    });
  });

  test("reports a database that is missing or older than the command, and a URL of a single database", async () => {
    const environment = onTheServer();
    const databaseUrl = new URL(`${environment.DATABASE_PREFIX}post`, environment.DATABASE_URL).href;
    expect(await at.run("dead-letters", ["list", "post"], environment)).toMatchObject({
      code: 1,
      errors: expect.stringContaining(`there is no database ${environment.DATABASE_PREFIX}post`),
    });
    await at.run("migrate", ["post"], environment);
    const database = openDatabase(databaseUrl, logger);
    await database.query("DROP TABLE newfeed.dead_letter");
    await database.close();
    expect(await at.run("dead-letters", ["list", "post"], environment)).toMatchObject({
      code: 1,
      errors: expect.stringContaining("post-service's database is older than this version"),
    });
    expect(await at.run("dead-letters", ["list"], { DATABASE_URL: inject("databaseUrl") })).toMatchObject({
      code: 1,
      errors: expect.stringContaining("add the name of its service"),
    });
  }, 120_000);

  test.each([
    [[]],
    [["remove", "post", "1"]],
    [["drop", "post"]],
    [["list", "elsewhere"]],
    [["drop", "post", "1", "--all"]],
    [["show", "post", "--all"]],
    [["list", "--all"]],
    [["drop", "--type", ""]],
    [["drop", "--dry-run"]],
    [["show", "post", "1", "--reason", "JSON"]],
    [["--what"]],
    [["list", "--embedded", "--cluster"]],
  ])("prints its usage for %j", async (args) => {
    expect(await at.run("dead-letters", args)).toMatchObject({ code: 2, errors: expect.stringContaining("usage: npm run dead-letters -- list") });
  });

  test("reports a missing feed or cluster", async () => {
    expect(await at.run("dead-letters", ["list"])).toMatchObject({ code: 1, errors: expect.stringMatching(/^there is no NewFeed data in /) });
    expect(await at.run("dead-letters", ["list", "--cluster"])).toMatchObject({ code: 1, errors: expect.stringMatching(/^no cluster is running in /) });
  });
});
