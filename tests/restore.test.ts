import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSocket } from "./support/clients.ts";
import { createComment, createPost, listComments } from "./support/comments.ts";
import { callersOf } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { commandsUnder, operatorIn } from "./support/operations.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";
import { pathOf, upload } from "./support/uploads.ts";

let folder: string;
let port: number;
let feed: FeedProcess | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "newfeed-restore-"));
  port = await freePort();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});
async function start(): Promise<FeedProcess> {
  feed = await startProcess(join(folder, ".newfeed"), { PORT: String(port) });
  return feed;
}
async function stop(): Promise<void> {
  await feed?.signal("SIGTERM");
  feed = undefined;
}

test("the folder of npm start is backed up and restored as docs/operations.md says", async () => {
  const [backUp = "", restore = ""] = commandsUnder("Backup and restore");
  const operator = operatorIn(folder);
  const { url } = await start();
  const { call, person } = callersOf(url);
  const [alice, bob] = [await person("alice"), await person("bob")];
  const postId = await createPost(alice);
  await createComment(bob, postId, "before the backup");
  const picture = await upload(alice);
  await stop();
  await operator.run(backUp);

  await start();
  await createComment(bob, postId, "after the backup");
  const ahead = await openSocket({ url }, bob);
  const { cursor } = await ahead.ask("subscribe-post", postId);
  ahead.close();
  await stop();
  expect(await operator.run(restore)).toMatch(/The log has a new epoch\.[\s\S]*Using the feed in \S+, which is not running/);

  await start();
  expect((await call("POST", "/api/auth/login", { email: alice.email, password: alice.password })).status).toBe(200);
  expect((await alice.get(pathOf(picture.url))).status).toBe(200);
  expect((await listComments(alice, postId)).map(({ content }) => content)).toEqual(["before the backup"]);
  const socket = await openSocket({ url }, bob);
  await socket.ask("subscribe-post", postId, { cursor });
  await eventually(() => expect(socket.of("reset").map((item) => item.data.reason)).toEqual(["epoch"]));
  await createComment(alice, postId, "a new one");
  await eventually(() => expect(socket.of("new_comment").map((item) => item.data.comment.content)).toEqual(["a new one"]));
  socket.close();
}, 180_000);
