import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { ensureOwnDatabase, openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { Secret, TOTP } from "otpauth";
import { describe, expect, inject, test } from "vitest";
import { openSocket } from "./support/clients.ts";
import { callersOf } from "./support/feed.ts";
import { onTheServer, operatedFolder } from "./support/operate.ts";
import { runToEnd } from "./support/process.ts";

const at = operatedFolder();
const logger = createLogger({ level: "error", json: false });

describe("every command", () => {
  const commands = ["dead-letters list", "admin grant alice", "migrate --new-epoch"];
  const runLine = (line: string, environment?: Record<string, string>, more: string[] = []) => {
    const [command = "", ...args] = line.split(" ");
    return at.run(command, [...more, ...args], environment);
  };
  const fails = (errors: RegExp) => ({ code: 1, printed: [], errors: expect.stringMatching(errors) });

  test.each([...commands, "migrate"])("%s refuses a folder of other files, and leaves it as it is", async (line) => {
    writeFileSync(join(at.directory, "notes.txt"), "");
    expect(await runLine(line)).toMatchObject(fails(/^there is no NewFeed data in \S+newfeed-operate/));
    expect(readdirSync(at.directory)).toEqual(["notes.txt"]);
  });

  test.each(commands)("%s does not create what is not there", async (line) => {
    const missing = join(at.directory, "missing");
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
    mkdirSync(join(at.directory, "postgres/data"), { recursive: true });
    writeFileSync(join(at.directory, "postgres/data/PG_VERSION"), "18\n");
    expect(await runLine(line)).toMatchObject(fails(/ lacks \S+secrets\.json.*: restore that file, too/));
    expect((await runToEnd(at.directory)).output).toMatch(/secrets\.json is missing, .*: restore that file, too/);
    expect(readdirSync(at.directory)).toEqual(["postgres"]);
  });

  test("asks which one is meant when a folder holds both a feed and a cluster", async () => {
    for (const folder of ["postgres/data", "cluster/servers/postgres/data"]) {
      mkdirSync(join(at.directory, folder), { recursive: true });
      writeFileSync(join(at.directory, folder, "PG_VERSION"), "18\n");
    }
    for (const line of commands) expect(await runLine(line)).toMatchObject(fails(/holds both a feed and a cluster; add --embedded or --cluster/));
  }, 60_000);

  test("refuses the database of another service, and changes nothing in it", async () => {
    const { DATABASE_PREFIX: prefix, DATABASE_URL: server } = onTheServer();
    await at.run("migrate", ["media"], { DATABASE_URL: server, DATABASE_PREFIX: prefix });
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
    const { url } = await at.start();
    const copy = mkdtempSync(join(tmpdir(), "newfeed-operate-"));
    try {
      execFileSync("cp", ["-a", `${at.directory}/.`, copy]);
      expect(await at.run("migrate", ["--data", copy, "--new-epoch"])).toMatchObject({ errors: expect.stringContaining("which is not running") });
      expect((await callersOf(url).call("GET", "/health/ready")).status).toBe(200);
      await callersOf(url).person("john");
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }, 120_000);
});

describe("npm run migrate", () => {
  /** The migrations of a service without projections. */
  const allMigrationsOf = (service: StoringServiceName) =>
    ["../shared/migrations/plumbing/", `../${service}/prisma/migrations/`]
      .flatMap((folder) => readdirSync(new URL(folder, import.meta.url), { withFileTypes: true }))
      .flatMap((entry) => (entry.isDirectory() ? entry.name : []))
      .join(", ");

  test("prepares a data folder for the feed; a second run has nothing to do", async () => {
    const { printed } = await at.run("migrate");
    expect(printed).toHaveLength(storingServiceNames.length);
    expect(printed).toContain(`auth-service  ${allMigrationsOf("auth-service")}`);
    expect((await at.run("migrate")).printed).toEqual(printed.map((line) => line.replace(/ {2}.*/, "  up to date")));
    const { url } = await at.start();
    await callersOf(url).person("john");
    expect(await at.run("migrate", ["post"])).toMatchObject({ code: 0, printed: ["post-service  up to date"] });
  }, 120_000);

  test("--plan says what is pending, and for what instances of the version before have to be stopped; it changes nothing", async () => {
    const environment = onTheServer();
    expect((await at.run("migrate", ["--plan", "media"], environment)).printed).toEqual(["media-service  a new database"]);
    await at.run("migrate", ["media"], environment);
    expect((await at.run("migrate", ["--plan", "media"], environment)).printed).toEqual(["media-service  up to date"]);
    const database = openDatabase(new URL(`${environment.DATABASE_PREFIX}media`, environment.DATABASE_URL).href, logger);
    // As it was before the version that dropped a column.
    await database.query("DELETE FROM _prisma_migrations WHERE migration_name LIKE $1", ["%_claims"]);
    const planned = (await at.run("migrate", ["--plan", "media"], environment)).printed;
    expect(planned).toEqual([
      expect.stringMatching(/^media-service {2}\d+_claims$/),
      expect.stringMatching(/^ {2}\d+_claims: ALTER TABLE .* DROP COLUMN/),
      "Stop all instances before: those of the version before use what these statements take away.",
    ]);
    expect((await at.run("migrate", ["--plan", "media"], environment)).printed).toEqual(planned);
    await database.close();
  });

  test("ends without a word when nobody reads on", () => {
    const plan = `${process.execPath} scripts/operate/migrate.ts --plan | head -n 1`;
    const { stdout, stderr } = spawnSync("sh", ["-c", plan], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      encoding: "utf8",
      env: { PATH: process.env.PATH, NODE_ENV: "test", ...onTheServer() },
    });
    expect(stdout).toBe("auth-service  a new database\n");
    expect(stderr).toMatch(/^Using \S+\n$/);
  });

  test("gives the tables in a service's database to the role that owns it", async () => {
    const environment = onTheServer();
    const role = `${environment.DATABASE_PREFIX}role`;
    await ensureOwnDatabase(inject("databaseUrl"), { role, password: "secret", database: `${environment.DATABASE_PREFIX}media` });
    await at.run("migrate", ["media"], environment);
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
    expect(await at.run("migrate", ["media"], { DATABASE_URL: asRole })).toMatchObject({
      code: 1,
      printed: [],
      errors: expect.stringMatching(new RegExp(`the tables belong to \\w+, not to ${role}: restore them with pg_restore --role=${role}`)),
    });
    await database.query(`REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await database.close();
  });

  test("works on a given server, and does not mix services in one database", async () => {
    expect((await at.run("migrate", ["media"], onTheServer())).printed).toEqual([`media-service  ${allMigrationsOf("media-service")}`]);
    expect(await at.run("migrate", [], { DATABASE_URL: inject("databaseUrl") })).toMatchObject({
      code: 1,
      printed: [],
      errors: expect.stringContaining("add the name of its service"),
    });
  });

  test("--new-epoch resets clients with older cursors", async () => {
    const first = await at.start();
    const alice = await callersOf(first.url).person("alice");
    const { cursor } = await openSocket(first, alice).then(async (socket) => {
      const answer = await socket.ask("subscribe");
      socket.close();
      return answer as { cursor: string };
    });
    await at.stop();
    expect(await at.run("migrate", ["--new-epoch"])).toMatchObject({ code: 0 });
    const socket = await openSocket(await at.start(), alice);
    await socket.ask("subscribe", alice.id, { cursor });
    await eventually(() => expect(socket.of("reset").map((item) => item.data.reason)).toEqual(["epoch"]));
    socket.close();
  }, 120_000);
});

test("npm run admin verifies addresses, and grants and revokes the administrator role, which resetting a breaker requires", async () => {
  const { url } = await at.start();
  const { call, person } = callersOf(url);
  const john = await person("john");
  const reset = async () => {
    const { body } = await call("POST", "/api/auth/login", { email: john.email, password: john.password });
    const authorization = `Bearer ${body.data.tokens.accessToken}`;
    return (await call("POST", "/admin/circuit-breakers/post-service/reset", undefined, { authorization })).status;
  };
  expect(await reset()).toBe(403);
  expect(await at.run("admin", ["grant", john.username.toUpperCase()])).toMatchObject({ code: 0 });
  expect(await reset()).toBe(200);
  expect(await at.run("admin", ["revoke", john.username])).toMatchObject({ code: 0 });
  expect(await reset()).toBe(403);
  expect(await at.run("admin", ["grant", "nobody_at_all"])).toMatchObject({ code: 1, errors: expect.stringContaining("there is no user nobody_at_all") });
  expect(await at.run("admin", ["verify", john.username])).toMatchObject({ code: 0, printed: [expect.stringContaining(`${john.email} is verified`)] });
  const { body } = await john.get("/api/auth/me");
  expect(body.data.user).toMatchObject({ emailVerified: true });
  expect(await at.run("admin", ["verify", "nobody_at_all"])).toMatchObject({ code: 1, errors: expect.stringContaining("there is no user nobody_at_all") });
  expect(await at.run("admin", ["invite", "3"])).toMatchObject({
    code: 0,
    printed: [expect.stringMatching(/^[\w-]{20} is the code of an invitation for 3 accounts/)],
  });
  expect(await at.run("admin", ["approve", john.username])).toMatchObject({ code: 1, errors: expect.stringContaining("who waits for approval") });
  const { body: begun } = await john.post("/api/auth/second-factor");
  const code = new TOTP({ secret: Secret.fromBase32(begun.data.secret) }).generate();
  expect((await john.post("/api/auth/second-factor/confirm", { code })).status).toBe(200);
  const signIn = async () => (await call("POST", "/api/auth/login", { email: john.username, password: john.password })).status;
  expect(await signIn()).toBe(401);
  expect(await at.run("admin", ["remove-second-factor", john.username])).toMatchObject({ code: 0 });
  expect(await signIn()).toBe(200);
  expect(await at.run("admin", ["remove-second-factor", john.username])).toMatchObject({ code: 1, errors: expect.stringContaining("with a second factor") });
  expect(await at.run("admin", ["promote", john.username])).toMatchObject({ code: 2, errors: expect.stringContaining("usage: npm run admin -- grant") });
}, 120_000);
