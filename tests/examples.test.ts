import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Comment } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { createElement } from "react";
import { create } from "react-test-renderer";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createAppClient, type SecureStore, secureTokens, useComments } from "../examples/react-native/use-comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});

/** Runs an example as `npm run example` does; returns a function that reads its output. */
function run(name: string, ...args: string[]): () => string {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../examples/${name}`, import.meta.url)), feed.url, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  return () => output;
}

const printed = (output: () => string, text: string) => eventually(() => expect(output()).toContain(text), 10_000);

describe("the examples", () => {
  test("the bot replies to mentions, including those while it was offline", async () => {
    const alice = await feed.person("alice");
    const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    const replyCounts = async () =>
      (await alice.get(`/api/v1/comments?postId=${post.id}&limit=100`)).body.data.map((comment: { replyCount: number }) => comment.replyCount);
    const mention = (content: string) => alice.post(`/api/v1/posts/${post.id}/comments`, { content });
    const first = run("bot.ts", "test_bot", "Test123");
    await printed(first, "@test_bot is listening");
    const { body: mentioned } = await mention("@test_bot are you there?");
    await eventually(async () => expect(await replyCounts()).toEqual([1]), 10_000);
    const replies = (await alice.get(`/api/v1/comments?postId=${post.id}&parentCommentId=${mentioned.id}`)).body.data;
    expect(replies[0]).toMatchObject({ content: `@${alice.username} said: test_bot are you there?`, author: { username: "test_bot" } });
    running.pop()?.kill();
    await mention("@test_bot and now?");
    await eventually(async () => expect((await feed.call("GET", `/api/v1/comments?postId=${post.id}`)).body.data).toHaveLength(2));
    const second = run("bot.ts", "test_bot", "Test123");
    await printed(second, "@test_bot is listening");
    await eventually(async () => expect(await replyCounts()).toEqual([1, 1]), 10_000);
    expect(first() + second()).not.toContain("no reply sent");
  });

  test("the first example of the client's README works unchanged", async () => {
    const alice = await feed.person("alice");
    const readme = readFileSync(new URL("../client/README.md", import.meta.url), "utf8");
    const [, snippet = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    // A git-ignored directory from which the package resolves.
    const home = fileURLToPath(new URL("../.newfeed/", import.meta.url));
    mkdirSync(home, { recursive: true });
    const folder = mkdtempSync(`${home}readme-`);
    try {
      writeFileSync(`${folder}/snippet.ts`, snippet.replace("http://localhost:8080", feed.url).replace("alice@example.com", alice.email));
      const output = run(`../.newfeed/${basename(folder)}/snippet.ts`);
      const post = await eventually(async () => {
        const [newest] = (await feed.call("GET", `/api/v1/users/${alice.id}/posts`)).body.data;
        expect(newest).toMatchObject({ content: "Hello" });
        return newest as { id: string };
      }, 10_000);
      // It shows comments from when it follows on, so comments are created until one shows.
      await eventually(async () => {
        await alice.post(`/api/v1/posts/${post.id}/comments`, { content: "Hello yourself" });
        expect(output()).toContain("Hello yourself");
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a plain EventSource shows comments", async () => {
    const alice = await feed.person("alice");
    const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    const output = run("event-source.mjs", alice.email, alice.password, post.id);
    await printed(output, "following from");
    const { body: comment } = await alice.post(`/api/v1/posts/${post.id}/comments`, { content: "Seen at once" });
    await printed(output, `${alice.username}: Seen at once`);
    await alice.delete(`/api/v1/comments/${comment.id}`);
    await printed(output, `deleted: ${comment.id}`);
  });

  test("a plain socket.io-client shows comments and notifications", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    const output = run("socket-io.mjs", alice.username, alice.password, post.id);
    await printed(output, "following post, 0 missed");
    await bob.post(`/api/v1/posts/${post.id}/comments`, { content: "Hi Alice" });
    await printed(output, `${bob.username}: Hi Alice`);
    await printed(output, "notification: bob Tester commented on your post");
  });

  test("the React Native sketch keeps its session in the secure store, and its hook shows own and other comments", async () => {
    const kept = new Map<string, string>();
    const store: SecureStore = {
      getItemAsync: async (key) => kept.get(key) ?? null,
      setItemAsync: async (key, value) => void kept.set(key, value),
      deleteItemAsync: async (key) => void kept.delete(key),
    };
    const client = createAppClient(feed.url, store);
    const user = await client.session.signUp({ username: "native", email: "native@test.com", password: "Test123" });
    client.close();
    expect(await secureTokens(store).read()).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String) });
    const restarted = createAppClient(feed.url, store);
    expect(await restarted.session.restore()).toMatchObject({ id: user.id });
    const post = await restarted.posts.create({ content: "Hello", postType: "TEXT" });
    const shown: string[][] = [];
    let add: ((content: string) => Promise<Comment>) | undefined;
    const Comments = () => {
      const { status, pending, items, add: own } = useComments(restarted, post.id);
      add = own;
      shown.push([status, ...pending.map(({ item }) => `(${item.content})`), ...items.map(({ content }) => content)]);
      return null;
    };
    const rendered = create(createElement(Comments));
    await eventually(() => expect(shown.at(-1)).toEqual(["ready"]));
    expect(shown[0]).toEqual(["loading"]);
    await add?.("From a phone");
    await eventually(() => expect(shown.at(-1)).toEqual(["ready", "From a phone"]));
    expect(shown).toContainEqual(["ready", "(From a phone)"]);
    const alice = await feed.person("alice");
    await alice.post(`/api/v1/posts/${post.id}/comments`, { content: "Seen on a phone" });
    await eventually(() => expect(shown.at(-1)).toEqual(["ready", "Seen on a phone", "From a phone"]));
    rendered.unmount();
    await restarted.session.signOut();
    expect(kept.size).toBe(0);
    restarted.close();
  });
});
