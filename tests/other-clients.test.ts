import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createComment, createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { otherClients } from "./support/other-clients/programs.ts";

for (const name of ["python-socketio", "socket.io-client-java"])
  if (!otherClients.some((client) => client.name === name)) process.stderr.write(`skipped: ${name}; npm run test:clients installs it\n`);

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

interface Program {
  /** All that it has printed: acknowledgements as `ack`, and events. */
  received: [kind: string, data: unknown][];
  of(kind: string): unknown[];
  end(): Promise<void>;
}
const running: Program[] = [];
afterEach(() => Promise.all(running.splice(0).map((program) => program.end())));

function run([command, ...args]: readonly [string, ...string[]], ...more: string[]): Program {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(command, [...args, ...more], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const received: Program["received"] = [];
  createInterface({ input: child.stdout }).on("line", (line) => received.push(JSON.parse(line)));
  const program: Program = {
    received,
    of: (kind) => received.flatMap(([name, data]) => (name === kind ? [data] : [])),
    async end() {
      child.stdin.end();
      await exited;
    },
  };
  running.push(program);
  return program;
}

test("the programs of other clients are named as in the documents", () => {
  expect(["python-socketio", "socket.io-client-java"]).toEqual(expect.arrayContaining(otherClients.map(({ name }) => name)));
});

describe.for(otherClients)("$name", ({ command }) => {
  test.for(["polling", "websocket", ""])("over %j follows a post and an inbox, resumes, and hears of refusals", { timeout: 60_000 }, async (transport) => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann);
    const follow = (cursor: string) => run(command, feed.notificationUrl, ann.token, postId, cursor, transport);

    const first = follow("");
    await eventually(() => expect(first.of("ack")).toMatchObject([{ ok: true }, { ok: true }]), 30_000);
    await eventually(() => expect(first.of("error")).toMatchObject([{ code: "validation_failed" }]));
    const one = await createComment(ben, postId, "one");
    await eventually(() => expect(first.of("new_comment")).toMatchObject([{ postId, comment: { id: one.id, content: "one" } }]));
    await eventually(() => expect(first.of("notification")).toContainEqual(expect.objectContaining({ type: "new_comment" })));
    const { cursor } = first.of("new_comment")[0] as { cursor: string };
    await first.end();

    const missed = [await createComment(ben, postId, "two"), await createComment(ben, postId, "three")];
    const second = follow(cursor);
    await eventually(() => expect(second.of("new_comment")).toMatchObject(missed.map(({ id }) => ({ comment: { id } }))), 30_000);
    // The acknowledgement comes after what is replayed.
    await eventually(() => expect(second.of("ack")).toContainEqual(expect.objectContaining({ ok: true, replayed: 2 })));
  });

  test("is refused without a valid token, and told why", { timeout: 60_000 }, async () => {
    const program = run(command, feed.notificationUrl, "no-token", "x", "", "websocket");
    await eventually(() => expect(JSON.stringify(program.of("connect_error"))).toMatch(/[Ss]ign in|unauthenticated/), 30_000);
  });
});
