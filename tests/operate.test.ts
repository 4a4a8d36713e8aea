import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import { keepDeadLetter } from "@newfeed/shared/outbox/dead-letters.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { ensureOwnDatabase, openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { findInstallation, type Installation } from "../scripts/operate/installation.ts";
import { openSocket } from "./support/clients.ts";
import { callersOf } from "./support/feed.ts";
import { runOperate } from "./support/operate.ts";
import { type FeedProcess, runToEnd, startProcess } from "./support/process.ts";

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
  }, 120_000);

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
  }, 120_000);

  test("takes those of a type, or with a text in their reason, and says beforehand which", async () => {
    const environment = onTheServer();
    const deadLetters = (...args: string[]) => run("dead-letters", args, environment);
    await run("migrate", [], environment);
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
    const migrated = await run("migrate", ["post"], environment);
    const listed = await run("dead-letters", ["list", "post"], environment);
    const refused = await run("dead-letters", ["list"], { ...environment, DATABASE_URL: "postgresql://postgres:secret@127.0.0.1:9" });
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
        const { code, errors } = await run(command, args, { DATABASE_URL: url });
        expect(code).toBe(1);
        expect(errors).toContain(message);
        expect(errors).not.toMatch(/secret|\n {4}at /);
      }
    },
    60_000,
  );

  test("says which server refuses the password", async () => {
    const url = Object.assign(new URL(inject("databaseUrl")), { password: "wrong", pathname: "/" });
    const { code, errors } = await run("dead-letters", ["list", "post"], { DATABASE_URL: url.href });
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
    expect(await run("dead-letters", ["list", "post"], environment)).toMatchObject({
      code: 1,
      errors: expect.stringContaining(`there is no database ${environment.DATABASE_PREFIX}post`),
    });
    await run("migrate", ["post"], environment);
    const database = openDatabase(databaseUrl, logger);
    await database.query("DROP TABLE newfeed.dead_letter");
    await database.close();
    expect(await run("dead-letters", ["list", "post"], environment)).toMatchObject({
      code: 1,
      errors: expect.stringContaining("post-service's database is older than this version"),
    });
    expect(await run("dead-letters", ["list"], { DATABASE_URL: inject("databaseUrl") })).toMatchObject({
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
    expect(await run("dead-letters", args)).toMatchObject({ code: 2, errors: expect.stringContaining("usage: npm run dead-letters -- list") });
  });

  test("reports a missing feed or cluster", async () => {
    expect(await run("dead-letters", ["list"])).toMatchObject({ code: 1, errors: expect.stringMatching(/^there is no NewFeed data in /) });
    expect(await run("dead-letters", ["list", "--cluster"])).toMatchObject({ code: 1, errors: expect.stringMatching(/^no cluster is running in /) });
  });
});

describe("every command", () => {
  const commands = ["dead-letters list", "admin grant alice", "migrate --new-epoch"];
  const runLine = (line: string, environment?: Record<string, string>, more: string[] = []) => {
    const [command = "", ...args] = line.split(" ");
    return run(command, [...more, ...args], environment);
  };
  const fails = (errors: RegExp) => ({ code: 1, printed: [], errors: expect.stringMatching(errors) });

  test.each([...commands, "migrate"])("%s refuses a folder of other files, and leaves it as it is", async (line) => {
    writeFileSync(join(directory, "notes.txt"), "");
    expect(await runLine(line)).toMatchObject(fails(/^there is no NewFeed data in \S+newfeed-operate/));
    expect(readdirSync(directory)).toEqual(["notes.txt"]);
  });

  test.each(commands)("%s does not create what is not there", async (line) => {
    const missing = join(directory, "missing");
    expect(await runLine(line, {}, ["--data", missing])).toMatchObject(fails(/^there is no NewFeed data in /));
    expect(existsSync(missing)).toBe(false);
    const environment = onTheServer();
    // The folder is meant, not the server.
    expect(await runLine(line, environment, ["--data", missing])).toMatchObject(fails(/^there is no NewFeed data in /));
    expect(await runLine(line, environment)).toMatchObject(fails(/: there is no database \w+/));
    const admin = openDatabase(inject("databaseUrl"), logger);
    expect(await admin.query("SELECT FROM pg_database WHERE starts_with(datname, $1)", [environment.DATABASE_PREFIX])).toEqual([]);
    await admin.close();
  });

  test.each([...commands, "migrate"])("%s refuses data that have lost their password", async (line) => {
    mkdirSync(join(directory, "postgres/data"), { recursive: true });
    writeFileSync(join(directory, "postgres/data/PG_VERSION"), "18\n");
    expect(await runLine(line)).toMatchObject(fails(/ lacks \S+secrets\.json.*: restore that file, too/));
    expect((await runToEnd(directory)).output).toMatch(/secrets\.json is missing, .*: restore that file, too/);
    expect(readdirSync(directory)).toEqual(["postgres"]);
  });

  test("asks which one is meant when a folder holds both a feed and a cluster", async () => {
    for (const folder of ["postgres/data", "cluster/servers/postgres/data"]) {
      mkdirSync(join(directory, folder), { recursive: true });
      writeFileSync(join(directory, folder, "PG_VERSION"), "18\n");
    }
    for (const line of commands) expect(await runLine(line)).toMatchObject(fails(/holds both a feed and a cluster; add --embedded or --cluster/));
  }, 60_000);

  test("refuses the database of another service, and changes nothing in it", async () => {
    const { DATABASE_PREFIX: prefix, DATABASE_URL: server } = onTheServer();
    await run("migrate", ["media"], { DATABASE_URL: server, DATABASE_PREFIX: prefix });
    const environment = { DATABASE_URL: new URL(`${prefix}media`, server).href };
    const isAnothers = fails(/the database is another service's: it has the migration \d+_media, and not \d+_/);
    for (const line of ["dead-letters list comment", "admin grant alice", "migrate --new-epoch", "migrate comment"])
      expect(await runLine(line, environment)).toMatchObject(isAnothers);
    const database = openDatabase(environment.DATABASE_URL, logger);
    const schemas = await database.query<{ name: string }>("SELECT nspname AS name FROM pg_namespace WHERE nspname IN ('newfeed', 'projection')");
    await database.close();
    // comment-service has the schema `projection`.
    expect(schemas.map(({ name }) => name)).toEqual(["newfeed"]);
  }, 60_000);

  test("on the copy of a running feed's folder leaves the running one alone", async () => {
    const { url } = await start();
    const copy = mkdtempSync(join(tmpdir(), "newfeed-operate-"));
    try {
      execFileSync("cp", ["-a", `${directory}/.`, copy]);
      expect(await run("migrate", ["--data", copy, "--new-epoch"])).toMatchObject({ errors: expect.stringContaining("which is not running") });
      expect((await callersOf(url).call("GET", "/health/ready")).status).toBe(200);
      await callersOf(url).person("john");
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }, 120_000);
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
  }, 120_000);

  test("gives the tables in a service's database to the role that owns it", async () => {
    const environment = onTheServer();
    const role = `${environment.DATABASE_PREFIX}role`;
    await ensureOwnDatabase(inject("databaseUrl"), { role, password: "secret", database: `${environment.DATABASE_PREFIX}media` });
    await run("migrate", ["media"], environment);
    const database = openDatabase(new URL(`${environment.DATABASE_PREFIX}media`, environment.DATABASE_URL).href, logger);
    const owners = await database.query<{ owner: string }>("SELECT DISTINCT tableowner AS owner FROM pg_tables WHERE schemaname IN ('public', 'newfeed')");
    await database.query(`REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await database.close();
    expect(owners.map(({ owner }) => owner)).toEqual([role]);
  });

  test("refuses tables that were restored as another role's", async () => {
    const { DATABASE_PREFIX: prefix, DATABASE_URL: server } = onTheServer();
    const role = `${prefix}role`;
    await ensureOwnDatabase(inject("databaseUrl"), { role, password: "secret", database: `${prefix}media` });
    const database = openDatabase(new URL(`${prefix}media`, server).href, logger);
    await database.query("CREATE TABLE _prisma_migrations (migration_name text, finished_at timestamptz)");
    const asRole = Object.assign(new URL(`${prefix}media`, server), { username: role, password: "secret" }).href;
    expect(await run("migrate", ["media"], { DATABASE_URL: asRole })).toMatchObject({
      code: 1,
      printed: [],
      errors: expect.stringMatching(new RegExp(`the tables belong to \\w+, not to ${role}: restore them with pg_restore --role=${role}`)),
    });
    await database.query(`REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await database.close();
  });

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
  }, 120_000);
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
}, 120_000);
