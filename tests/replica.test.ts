import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PostgresServer, startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { copyPrimary } from "./support/replica.ts";

const folder = mkdtempSync(join(tmpdir(), "newfeed-replica-"));
const password = "secret";
// A replica has to have as much as its primary.
const settings = { synchronous_commit: "on", max_wal_senders: "4", max_replication_slots: "4" };
const options = { password, durable: false, maxConnections: 200, settings };
let primary: PostgresServer;
let replica: PostgresServer;
let feed: TestFeed;
let [ann, bob]: Person[] = [];
const metricsToken = "a-token-for-these-tests";

/** Runs one statement at the replica. */
async function atReplica(text: string): Promise<void> {
  const { query, close } = openDatabase(replica.url("postgres"), createLogger({ level: "error", json: false }), 1);
  await query(text).finally(close);
}

/** A hot standby that follows the primary. */
async function startReplica(port: number): Promise<PostgresServer> {
  return startPostgres({ ...options, directory: join(folder, "replica"), port });
}

beforeAll(async () => {
  primary = await startPostgres({ ...options, directory: join(folder, "primary") });
  await copyPrimary(primary, join(folder, "replica"));
  replica = await startReplica(await freePort());
  feed = await startTestFeed({ DATABASE_URL: primary.url(""), DATABASE_REPLICA_URL: replica.url(""), METRICS_TOKEN: metricsToken });
  [ann, bob] = [await feed.person("ann"), await feed.person("bob")];
}, 180_000);
afterAll(async () => {
  await feed?.close();
  await replica?.close("SIGQUIT");
  await primary?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** How many reads were answered so. */
async function readsOf(outcome: "replica" | "behind" | "resting" | "away"): Promise<number> {
  const { body } = await feed.call("GET", "/metrics", undefined, { authorization: `Bearer ${metricsToken}` });
  const lines = [...(body as string).matchAll(/^newfeed_replica_reads_total\{(.*)\} (\d+)$/gm)];
  return lines.filter(([, labels = ""]) => labels.includes(`outcome="${outcome}"`)).reduce((sum, [, , count]) => sum + Number(count), 0);
}
const person = (found: Person | undefined): Person => {
  if (!found) throw new Error("not started");
  return found;
};
const write = async (content: string) => (await person(ann).post("/api/v1/posts", { content, postType: "TEXT" })).body.id as string;
const ownFeed = async () => {
  const { status, body } = await person(ann).get("/api/v1/feed");
  expect(status).toBe(200);
  return (body.data as { id: string }[]).map(({ id }) => id);
};
/** Until the replica answers again. */
const untilItAnswers = async () => {
  const before = await readsOf("replica");
  await eventually(async () => {
    await ownFeed();
    expect(await readsOf("replica")).toBeGreaterThan(before);
  }, 20_000);
};

describe("with a replica", () => {
  test("lists are read there, and a user sees at once what they have just written", async () => {
    await untilItAnswers();
    for (let index = 0; index < 15; index++) {
      const id = await write(`post ${index}`);
      expect((await ownFeed())[0]).toBe(id);
      expect((await person(ann).get(`/api/v1/users/${person(ann).id}/posts`)).body.data[0].id).toBe(id);
      expect((await person(ann).get("/api/v1/posts")).body.data[0].id).toBe(id);
    }
  });

  test("the public feed is read there, of users and of visitors, and the posts of a hashtag", async () => {
    await untilItAnswers();
    for (const read of [
      () => person(ann).get("/api/v1/posts"),
      () => feed.call("GET", "/api/v1/posts?limit=7"),
      () => person(ann).get("/api/v1/tags/walk/posts"),
    ])
      await eventually(async () => {
        const before = await readsOf("replica");
        expect((await read()).status).toBe(200);
        expect(await readsOf("replica")).toBeGreaterThan(before);
      });
  });

  test("that is behind, the primary answers: nobody misses their own writes, or sees whom has just blocked them", async () => {
    await untilItAnswers();
    await atReplica("SELECT pg_wal_replay_pause()");
    onTestFinished(() => atReplica("SELECT pg_wal_replay_resume()"));
    const before = await readsOf("behind");
    // It may be at rest meanwhile, as where it was late with an answer: each reader sees what is written, whichever it is.
    await eventually(async () => {
      const id = await write("while it is paused");
      expect((await ownFeed())[0]).toBe(id);
      expect(await readsOf("behind")).toBeGreaterThan(before);
    }, 20_000);
    const posts = () => person(bob).get(`/api/v1/users/${person(ann).id}/posts`);
    expect((await posts()).body.data.length).toBeGreaterThan(0);
    await person(ann).post(`/api/v1/users/${person(bob).id}/block`);
    await eventually(async () => expect((await posts()).body.data ?? []).toEqual([]));
    await atReplica("SELECT pg_wal_replay_resume()");
    await untilItAnswers();
  });

  test("that is away, or hangs, the primary answers; it is asked again once it is back", async () => {
    await untilItAnswers();
    process.kill(replica.pid, "SIGSTOP");
    const whileItHangs = await write("while it hangs");
    expect((await ownFeed())[0]).toBe(whileItHangs);
    process.kill(replica.pid, "SIGCONT");
    const port = Number(new URL(replica.url("")).port);
    await replica.close("SIGQUIT");
    const whileItIsAway = await write("while it is away");
    expect((await ownFeed())[0]).toBe(whileItIsAway);
    expect(await readsOf("away")).toBeGreaterThan(0);
    replica = await startReplica(port);
    await untilItAnswers();
  });

  test("of another server, the primary answers", async () => {
    const other = await startPostgres({ ...options, directory: join(folder, "other") });
    const strange = await startTestFeed({ DATABASE_URL: primary.url(""), DATABASE_REPLICA_URL: other.url(""), DATABASE_PREFIX: "strange_" });
    const zoe = await strange.person("zoe");
    const { body } = await zoe.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    expect((await zoe.get("/api/v1/feed")).body.data).toMatchObject([{ id: body.id }]);
    await strange.close();
    await other.close();
  });
});
