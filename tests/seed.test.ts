import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Post } from "@newfeed/shared/contracts/dto.ts";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { startProcess } from "./support/process.ts";

let feed: TestFeed;
const databases: RawDatabase[] = [];
beforeAll(async () => {
  feed = await startTestFeed();
  for (const name of ["user-service", "post-service", "comment-service", "media-service"] satisfies ServiceName[])
    databases.push(await feed.platform.openDatabase(name));
});
afterAll(() => feed.close());

/** The number of events in each service's outbox: users, posts, comments and media. */
const eventCounts = () => Promise.all(databases.map(async ({ query }) => (await query<{ count: number }>("SELECT count(*) FROM newfeed.outbox"))[0]?.count));

/** `npm run seed`, without npm. */
async function seed(url: string) {
  const child = spawn(process.execPath, [fileURLToPath(new URL("../app/seed.ts", import.meta.url))], { env: { ...process.env, NEWFEED_URL: url } });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const [code] = await once(child, "close");
  return { code, lines: output.trim().split("\n") };
}

test("the demo data appears, and seeding again changes nothing", async () => {
  const first = await seed(feed.url);
  expect(first).toEqual({
    code: 0,
    lines: [
      "Demo      alice, bob, carol; 7 posts, 8 comments, 12 likes, 2 reposts, 5 follows",
      expect.stringContaining("alice, bob or carol, password Test123"),
    ],
  });

  const as = async (username: string) => {
    const { body } = await feed.call("POST", "/api/auth/login", { email: `${username}@example.com`, password: "Test123" });
    return { authorization: `Bearer ${body.data.tokens.accessToken}` };
  };
  const [asAlice, asCarol] = [await as("alice"), await as("carol")];
  const homeFeed = async (): Promise<Post[]> => (await feed.call("GET", "/api/v1/feed", undefined, asCarol)).body.data;
  const settled = await eventually(async () => {
    const posts = await homeFeed();
    expect(posts.map((post) => [post.author.username, post.visibility, post.likeCount, post.commentCount])).toEqual([
      ["bob", "followers", 0, 0],
      ["bob", "followers", 0, 0],
      ["carol", "public", 1, 0],
      ["alice", "public", 2, 2],
      ["carol", "public", 1, 3],
      ["bob", "public", 1, 1],
      ["alice", "public", 2, 2],
    ]);
    return posts;
  });
  expect(settled.map(({ repostCount, quotedPost }) => [repostCount, quotedPost?.author.username])).toEqual([
    [0, undefined],
    [0, undefined],
    [1, "alice"],
    [0, undefined],
    [1, undefined],
    [0, undefined],
    [0, undefined],
  ]);
  expect(settled[3]?.media).toMatchObject([{ kind: "image", width: 960, height: 600 }]);
  expect(settled[0]?.poll).toMatchObject({ votes: 3, myVote: 2 });
  expect((await feed.call("GET", `/api/v1/users/${settled[0]?.author.id}/pinned`)).body.post.content).toContain("Two punctures");
  const { data } = (await feed.call("GET", "/api/v1/feed", undefined, asAlice)).body;
  expect(data.flatMap(({ repostedBy }: { repostedBy: { username: string } | null }) => repostedBy?.username ?? [])).toEqual(["bob", "bob"]);
  const counts = await eventCounts();

  const second = await seed(`${feed.url}/`);
  expect(second).toMatchObject({ code: 0, lines: [`${first.lines[0]} (posts existed already)`, first.lines[1]] });
  expect(await eventCounts()).toEqual(counts);
  expect(await homeFeed()).toEqual(settled);
});

test("another user named alice is left alone", async () => {
  const other = await startTestFeed();
  try {
    await other.call("POST", "/api/auth/signup", { username: "alice", email: "alice@elsewhere.com", password: "another one" });
    expect(await seed(other.url)).toEqual({ code: 1, lines: ["the user alice already exists, with a different e-mail address or password"] });
  } finally {
    await other.close();
  }
});

test("without a server it prints one line and exits with 1", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as { port: number };
  closed.close();
  await once(closed, "close");
  expect(await seed(`http://localhost:${port}`)).toEqual({
    code: 1,
    lines: [expect.stringMatching(/^no response from http:\/\/localhost:\d+; start NewFeed /)],
  });
});

test("npm start -- --seed seeds before it is ready", async () => {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-seed-"));
  try {
    const started = await startProcess(directory, {}, ["--seed"]);
    expect(started.output()).toMatch(/^ {2}Demo {6}alice, bob, carol; \d+ posts, [\s\S]*^NewFeed ready at /m);
    expect(await started.signal("SIGTERM")).toBe(0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
