import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { afterAll, expect, test } from "vitest";
import { createComment, createPost, listComments } from "./support/comments.ts";
import { callersOf } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { commandsUnder, operatorIn } from "./support/operations.ts";
import { findPostgresTools } from "./support/postgres-tools.ts";
import { startProcess } from "./support/process.ts";

const folder = mkdtempSync(join(tmpdir(), "newfeed-point-in-time-"));
const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test("a server that archives its WAL is restored to a moment as docs/operations.md says", async ({ skip }) => {
  if (process.env.RESTORE !== "full") return skip("RESTORE=full runs it");
  const tools = findPostgresTools();
  if (tools === undefined) return skip("there is no pg_basebackup of PostgreSQL 18");
  const [takeBase = "", prepareRestored = "", beginEpoch = ""] = commandsUnder("Backup and restore").slice(6);
  const archive = join(folder, "archive");
  mkdirSync(archive);
  chmodSync(archive, 0o777);
  const operator = operatorIn(folder);
  const [base, restored] = [join(folder, "base"), join(folder, "restored/data")];
  const run = (commands: string, environment: Record<string, string>) =>
    operator.run(commands.replaceAll("../newfeed-base", base).replaceAll("../newfeed-restored", restored), environment, [tools]);

  const settings = { archive_mode: "on", archive_command: `test ! -f ${archive}/%f && cp %p ${archive}/%f` };
  const server = await startPostgres({ directory: join(folder, "server"), password: "secret", durable: false, settings });
  closers.push(() => server.close());
  const environment = { DATABASE_URL: server.url(""), PORT: String(await freePort()) };
  const feed = await startProcess(join(folder, "feed"), environment);
  closers.push(() => feed.signal("SIGTERM"));
  const { person } = callersOf(feed.url);
  const alice = await person("alice");
  const postId = await createPost(alice);
  const { hostname, port } = new URL(server.url("postgres"));
  await run(takeBase, { PGHOST: hostname, PGPORT: port, PGUSER: "postgres", PGPASSWORD: "secret" });

  await createComment(alice, postId, "before the mistake");
  const database = openDatabase(server.url("postgres"), createLogger({ level: "error", json: false }), 1);
  const [moment] = await database.query<{ at: string }>("SELECT clock_timestamp()::text AS at");
  await createComment(alice, postId, "the mistake");
  await database.query("SELECT pg_switch_wal()");
  await database.close();
  await feed.signal("SIGTERM");
  // Its last WAL is archived before it ends.
  await server.close();

  mkdirSync(join(folder, "restored"));
  await run(prepareRestored, { ARCHIVE: archive, TIME: String(moment?.at) });
  const again = await startPostgres({ directory: join(folder, "restored"), password: "secret", durable: false });
  closers.push(() => again.close());
  await run(beginEpoch, { DATABASE_URL: again.url("") });
  const data = join(folder, "feed-restored");
  cpSync(join(folder, "feed"), data, { recursive: true });
  const feedAgain = await startProcess(data, { ...environment, DATABASE_URL: again.url("") });
  closers.push(() => feedAgain.signal("SIGTERM"));
  expect((await listComments(alice, postId)).map(({ content }) => content)).toEqual(["before the mistake"]);
  await createComment(alice, postId, "after the restore");
}, 300_000);
