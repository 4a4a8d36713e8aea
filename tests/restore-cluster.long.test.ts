import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { databaseOf, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { type PostgresServer, startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cluster, startCluster } from "../scripts/cluster/cluster.ts";
import { available } from "./support/available.ts";
import { openSocket } from "./support/clients.ts";
import { createComment, createPost, listComments } from "./support/comments.ts";
import { callersOf, type Person } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { commandsUnder, operatorIn } from "./support/operations.ts";
import { findPostgresTools } from "./support/postgres-tools.ts";
import { pathOf, upload } from "./support/uploads.ts";

/** Containers take twice as long as the folder: they run in the long form, RESTORE=full, and before a release. */
const full = process.env.RESTORE === "full";
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "newfeed-restore-"));
const data = join(folder, ".newfeed");
const operator = operatorIn(folder);
const [backUpFolder = "", restoreFolder = "", backUpContainers = "", restoreContainers = "", dumpServer = "", restoreServer = ""] =
  commandsUnder("Backup and restore");

let port: number;
let cluster: Cluster | undefined;
const closers: (() => unknown)[] = [];
afterAll(async () => {
  await cluster?.close();
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Starts `npm run cluster` on the operator's folder; with a PostgreSQL of its own if none is given. */
async function start(postgres?: string): Promise<Cluster> {
  cluster = await startCluster({
    directory: data,
    port,
    scale: {},
    restart: true,
    given: { postgres },
    passedOn: { NODE_ENV: "test", RATE_LIMIT_FACTOR: "1000", CHEAP_PASSWORD_HASHES: "true" },
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  return cluster;
}
async function stop(): Promise<void> {
  await cluster?.close();
  cluster = undefined;
}

interface Written {
  url: string;
  alice: Person;
  bob: Person;
  postId: string;
  picture: string;
  /** Of the post's stream. */
  cursor: string;
}
let written: Written | undefined;
beforeAll(async () => {
  if (!(await available("nginx", "redis", "rabbitmq"))) return;
  port = await freePort();
  const { url } = await start();
  const { person } = callersOf(url);
  const [alice, bob] = [await person("alice"), await person("bob")];
  const postId = await createPost(alice);
  await createComment(bob, postId, "before the backup");
  const picture = pathOf((await upload(alice)).url);
  const socket = await openSocket({ url }, bob);
  const { cursor } = await socket.ask("subscribe-post", postId);
  socket.close();
  written = { url, alice, bob, postId, picture, cursor };
}, 300_000);

/** The data of the backup are there, the client that followed fetches again, and what is new is delivered. */
async function expectRestored({ url, alice, bob, postId, picture, cursor }: Written): Promise<void> {
  const { call } = callersOf(url);
  expect((await call("POST", "/api/auth/login", { email: alice.email, password: alice.password })).status).toBe(200);
  expect((await alice.get(picture)).status).toBe(200);
  expect((await listComments(alice, postId)).map(({ content }) => content)).toEqual(["before the backup"]);
  const socket = await openSocket({ url }, bob);
  await socket.ask("subscribe-post", postId, { cursor });
  await eventually(() => expect(socket.of("reset").map((item) => item.data.reason)).toEqual(["epoch"]));
  const comment = await createComment(alice, postId, "a new one");
  await eventually(() => expect(socket.of("new_comment").map((item) => item.data.comment.content)).toEqual(["a new one"]), 15_000);
  socket.close();
  await alice.delete(`/api/v1/comments/${comment.id}`);
}

test("the folder of npm run cluster is backed up and restored as docs/operations.md says", async ({ skip }) => {
  if (!written) return skip("the servers are not available on this machine");
  const inFolder = (commands: string) => commands.replaceAll("../newfeed-backups", join(folder, "newfeed-backups"));
  expect(await operator.run(inFolder(backUpFolder))).toMatch(/Using the running cluster in \S+/);
  await createComment(written.bob, written.postId, "after the backup");
  await stop();
  expect(await operator.run(inFolder(restoreFolder))).toMatch(/Using the cluster in \S+, which is not running/);
  expect(existsSync(join(data, "postgres"))).toBe(false);
  await start();
  await expectRestored(written);
}, 300_000);

/** A PostgreSQL in a folder of its own, with what `psql` needs to reach it. */
async function newServer(name: string): Promise<PostgresServer & { environment: Record<string, string> }> {
  const server = await startPostgres({ directory: join(folder, name), password: "secret", durable: false, maxConnections: 400 });
  closers.push(() => server.close());
  return { ...server, environment: environmentOf(server.url("postgres")) };
}
function environmentOf(url: string): Record<string, string> {
  const { hostname, port: ofServer, password } = new URL(url);
  return { PGHOST: hostname, PGPORT: ofServer, PGUSER: "postgres", PGPASSWORD: decodeURIComponent(password) };
}

/** What a database holds: whose tables, the rows of the service's own, and the log's epoch. */
async function contentsOf(url: string) {
  const database = openDatabase(url, createLogger({ level: "error", json: false }), 1);
  const tables = await database.query<{ name: string; owner: string; rows: number }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name, tableowner AS owner, 0 AS rows
     FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  // The plumbing writes at any time.
  for (const table of tables.filter(({ name }) => !name.startsWith("newfeed.")))
    table.rows = (await database.query<{ rows: number }>(`SELECT count(*) AS rows FROM ${table.name}`))[0]?.rows ?? 0;
  const epoch = tables.some(({ name }) => name === "public.log_epoch") ? await database.query<{ value: string }>("SELECT value FROM log_epoch") : [];
  await database.close();
  return { tables, epoch: epoch.map(({ value }) => value) };
}

/** `docker compose`, for the commands of operators, on the servers and the data of this test. */
const docker = `
shift
case "$1" in
  ps) echo postgres ;;
  exec)
    service=$3
    shift 3
    case "$service" in
      rabbitmq) shift; exec "$DATA/cluster/servers/rabbitmq/rabbitmqctl" "$@" ;;
      media-service) exec sh -c "$(echo "$3" | sed "s|/data|$DATA/cluster/data|g")" ;;
      *) exec "$@" ;;
    esac ;;
  run)
    program=$6
    service=$7
    shift 7
    case "$service $program" in
      "media-service tar") mkdir -p "$DATA/cluster/data"; shift 2; exec tar -C "$DATA/cluster/data" "$@" ;;
      "notification-service node") cd "${root}"; DATABASE_URL=$NOTIFICATION_DATABASE_URL exec ${process.execPath} "$@" ;;
    esac
    exit 1 ;;
  *) echo "$@" >>docker.log ;;
esac`;

test("containers, and servers of one's own, are backed up and restored as docs/operations.md says", async ({ skip }) => {
  if (!full) return skip("RESTORE=full runs it");
  if (!written) return skip("the servers are not available on this machine");
  const tools = findPostgresTools();
  if (tools === undefined) return skip("there is no pg_dump of PostgreSQL 18");
  operator.program("docker", docker);
  if (!cluster) await start();
  const before = environmentOf(String(cluster?.servers.postgres.url));
  const passwords = parseEnv(await operator.run(`${process.execPath} scripts/production-env.mjs`)) as Record<string, string>;
  writeFileSync(join(folder, ".env"), "SECRETS=of the backup\n");
  const run = (commands: string, environment: Record<string, string>) => operator.run(commands, { DATA: data, ...environment }, [tools]);
  const inFolder = (commands: string) => commands.replaceAll("../newfeed-backup", join(folder, "newfeed-backup"));

  await run(inFolder(backUpContainers), before);
  expect(readFileSync(join(folder, "docker.log"), "utf8")).toBe("stop nginx\nstart nginx\n");
  await run(dumpServer, before);
  const original = await Promise.all(
    storingServiceNames.map((name) =>
      contentsOf(Object.assign(new URL(String(cluster?.servers.postgres.url)), { pathname: `/newfeed_${databaseOf(name)}` }).href),
    ),
  );
  await createComment(written.bob, written.postId, "after the backup");
  await stop();

  // Everything is lost but the secrets, which containers have in their `.env`.
  cpSync(join(data, "cluster/secrets.json"), join(folder, "secrets.json"));
  rmSync(data, { recursive: true });
  mkdirSync(join(data, "cluster"), { recursive: true });
  cpSync(join(folder, "secrets.json"), join(data, "cluster/secrets.json"));
  writeFileSync(join(folder, ".env"), "SECRETS=other ones\n");

  const own = await newServer("own");
  await run(restoreServer, own.environment);
  const restored = await Promise.all(storingServiceNames.map((name) => contentsOf(own.url(`newfeed_${databaseOf(name)}`))));
  expect(restored.map(({ tables }) => tables)).toEqual(original.map(({ tables }) => tables));
  expect(restored.flatMap(({ epoch }) => epoch)).toHaveLength(1);
  expect(restored.flatMap(({ epoch }) => epoch)).not.toEqual(original.flatMap(({ epoch }) => epoch));

  const fresh = await newServer("fresh");
  const inContainers = {
    ...fresh.environment,
    ...passwords,
    POSTGRES_USER: "postgres",
    NOTIFICATION_DATABASE_URL: Object.assign(new URL(fresh.url("newfeed_notification")), {
      username: "newfeed_notification",
      password: passwords["NOTIFICATION_DATABASE_PASSWORD"] ?? "",
    }).href,
  };
  // As PostgreSQL's container does on an empty volume, and as an operator may do again.
  for (let time = 0; time < 2; time++) await run("sh scripts/compose/create-databases.sh", inContainers);
  await expect(run(`sh scripts/compose/restore.sh ${join(folder, "newfeed-backup")}`, inContainers)).rejects.toThrow(/\.env is not the backup's/);
  await run(inFolder(restoreContainers), inContainers);
  expect(readFileSync(join(folder, "docker.log"), "utf8")).toMatch(/down --volumes\nup -d --wait postgres\nup -d\n$/);
  await expect(run(`sh scripts/compose/restore.sh ${join(folder, "newfeed-backup")}`, inContainers)).rejects.toThrow(/is not empty/);
  await start(fresh.url("postgres"));
  await expectRestored(written);
}, 300_000);
