import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openSocket } from "./support/clients.ts";
import { createPost } from "./support/comments.ts";
import { createFailpointFolder } from "./support/failpoints.ts";
import { callersOf, type Person } from "./support/feed.ts";
import { type FeedProcess, runToEnd, startProcess } from "./support/process.ts";

let directory: string;
const running: FeedProcess[] = [];
const start = async (environment?: Record<string, string>) => {
  const feed = await startProcess(directory, environment);
  running.push(feed);
  return feed;
};
async function stopAll(): Promise<void> {
  for (const feed of running.splice(0)) if (feed.child.exitCode === null && feed.child.signalCode === null) await feed.signal("SIGTERM");
}
afterEach(stopAll);
const newFolder = () => mkdtempSync(join(tmpdir(), "newfeed-start-"));

/** The process id of the data folder's embedded PostgreSQL. */
const postgresPid = () => Number(readFileSync(join(directory, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("npm start", () => {
  beforeEach(() => {
    directory = newFolder();
  });
  afterEach(async () => {
    await stopAll();
    rmSync(directory, { recursive: true, force: true });
  });

  test("prints what it uses, then that it is ready; exits with 0 on SIGTERM and SIGINT, and finds its data again", async () => {
    const first = await start();
    expect(first.output()).toMatch(/database {2}embedded PostgreSQL[\s\S]*^NewFeed ready at http:\/\/localhost:\d+/m);
    const john = await callersOf(first.url).person("john");
    const server = postgresPid();
    expect(await first.signal("SIGTERM")).toBe(0);
    expect(isAlive(server)).toBe(false);

    const second = await start();
    const login = await callersOf(second.url).call("POST", "/api/auth/login", { email: john.email, password: john.password });
    expect(login.status).toBe(200);
    expect(await second.signal("SIGINT")).toBe(0);
  }, 90_000);

  test("with its port taken prints one line and exits with 1", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };
    const { code, output } = await runToEnd(directory, { PORT: String(port) });
    taken.close();
    expect(code).toBe(1);
    expect(output.trim().split("\n")).toEqual([expect.stringContaining(`port ${port} on 127.0.0.1 is taken`)]);
  });

  test("on a data folder in use refuses to start, and leaves the running one alone", async () => {
    const first = await start();
    const { code, output } = await runToEnd(directory);
    expect(code).toBe(1);
    expect(output.trim()).toMatch(/is in use by process \d+$/);
    expect((await callersOf(first.url).call("GET", "/health")).status).toBe(200);
  });

  test("where logs are JSON, prints nothing else, from the start to the end", async () => {
    const json = { LOG_FORMAT: "json", LOG_LEVEL: "info" };
    const feed = await start({ ...json, NODE_OPTIONS: "--trace-deprecation" });
    expect(await feed.signal("SIGTERM")).toBe(0);
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };
    const failed = await runToEnd(directory, { ...json, PORT: String(port) });
    taken.close();
    const invalid = await runToEnd(directory, { ...json, RATE_LIMIT_FACTOR: "none" });
    const lines = [feed.output(), failed.output, invalid.output].join("").split("\n").filter(Boolean);
    const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
    for (const part of [
      "database  embedded PostgreSQL",
      "NewFeed ready at http://localhost:",
      "Stopping",
      `port ${port} on 127.0.0.1 is taken`,
      "RATE_LIMIT_FACTOR: ",
    ])
      expect(messages).toContainEqual(expect.stringContaining(part));
  }, 60_000);

  test("names the server that it cannot reach, in one line", async () => {
    const { code, output } = await runToEnd(directory, { DATABASE_URL: "postgresql://postgres:secret@127.0.0.1:9" });
    expect({ code, lines: output.trim().split("\n") }).toEqual({
      code: 1,
      lines: [expect.stringMatching(/^PostgreSQL at 127\.0\.0\.1:9, database postgres, cannot be used: connect ECONNREFUSED/)],
    });
  });

  test("names an invalid variable", async () => {
    expect(await runToEnd(directory, { RATE_LIMIT_FACTOR: "none" })).toMatchObject({ code: 1, output: expect.stringMatching(/^RATE_LIMIT_FACTOR: /) });
    expect(await runToEnd(directory, { NODE_ENV: "production", NEWFEED_FAILPOINTS: "relay.before_publish:hold" })).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^NEWFEED_FAILPOINTS: /),
    });
  });
});

describe("the event of a killed process", () => {
  const failpoints = createFailpointFolder();
  /** Each test leaves the one that it has started after the kill. */
  let feed: FeedProcess;
  let alice: Person;
  let bob: Person;
  let postId: string;
  beforeAll(async () => {
    directory = newFolder();
    feed = await startProcess(directory, failpoints.environment);
    const { person } = callersOf(feed.url);
    [alice, bob] = await Promise.all([person("alice"), person("bob")]);
    postId = await createPost(alice);
  }, 60_000);
  afterAll(async () => {
    await feed.signal("SIGTERM");
    failpoints.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const failpoint of ["relay.before_publish", "relay.before_mark", "consumer.before_commit", "consumer.after_commit"] as const)
    test(`at ${failpoint}, after the write's response, arrives once after the restart`, async () => {
      const write = async (content: string) =>
        expect(
          (await callersOf(feed.url).call("POST", `/api/v1/posts/${postId}/comments`, { content }, { authorization: `Bearer ${alice.token}` })).status,
        ).toBe(201);
      const before = await openSocket(feed, bob);
      const { cursor } = await before.ask("subscribe-post", postId);
      before.close();
      await failpoints.killAt(feed, failpoint, () => write("written just in time"));
      const server = postgresPid();
      expect(isAlive(server)).toBe(true);

      feed = await startProcess(directory, failpoints.environment);
      expect(postgresPid()).not.toBe(server);
      const after = await openSocket(feed, bob);
      await after.ask("subscribe-post", postId, { cursor });
      await eventually(() => expect(after.of("new_comment").map((item) => item.data.comment.content)).toEqual(["written just in time"]));
      // A duplicate would have arrived before a later event.
      await write("and a later one");
      await eventually(() => expect(after.of("new_comment").map((item) => item.data.comment.content)).toEqual(["written just in time", "and a later one"]));
      after.close();
    }, 60_000);
});
