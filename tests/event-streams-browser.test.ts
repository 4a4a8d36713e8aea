import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Edge, startEdge } from "./support/edge.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let edge: Edge;
/** A page of another origin, on the same site. */
let app: string;
let server: string;
const pages = createServer((_request, response) => response.setHeader("content-type", "text/html").end("<!doctype html><title>A page</title>"));
beforeAll(async () => {
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  app = `http://localhost:${(pages.address() as AddressInfo).port}`;
  feed = await startTestFeed({ PORT: String(await freePort()), ALLOWED_ORIGINS: app });
  edge = await startEdge(feed.url);
  server = edge.url.replace("127.0.0.1", "localhost");
});
afterAll(async () => {
  pages.close();
  await edge.close();
  await feed.close();
});

test("the browser's EventSource, on a page of an allowed origin, resumes many streams from a long id and survives refusals for a while", async ({ skip }) => {
  stage.need(skip);
  const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
  const ids = await Promise.all(
    Array.from({ length: 30 }, async () => (await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" })).body.id as string),
  );
  const page = await stage.visit(app);
  const credentials = { method: "POST", credentials: "include", headers: { "content-type": "application/json" } };
  const body = JSON.stringify({ email: bob.email, password: bob.password });
  expect(
    await page.evaluate(`fetch("${server}/api/auth/login", { ...${JSON.stringify(credentials)}, body: ${JSON.stringify(body)} }).then(({ status }) => status)`),
  ).toBe(200);
  await page.evaluate(`
    window.seen = [];
    window.source = new EventSource("${server}/api/sse?streams=${ids.map((id) => `post:${id}`)}", { withCredentials: true });
    source.addEventListener("hello", ({ data }) => { window.connection = JSON.parse(data).connection; });
    for (const name of ["caught_up", "reset", "closing"]) source.addEventListener(name, () => seen.push(name));
    source.addEventListener("comment_added", ({ data }) => seen.push(JSON.parse(data).comment.content));`);
  const seen = async () => (await page.evaluate("seen")) as string[];
  const comments = async () => (await seen()).filter((name) => name !== "caught_up");
  const say = async (index: number, content: string) => expect((await alice.post(`/api/v1/posts/${ids[index]}/comments`, { content })).status).toBe(201);
  await eventually(async () => expect((await seen()).filter((name) => name === "caught_up")).toHaveLength(30), 20_000);
  await say(3, "live");
  await eventually(async () => expect(await comments()).toEqual(["live"]));
  edge.cut();
  await say(29, "away");
  await eventually(async () => expect(await comments()).toEqual(["live", "away"]), 20_000);
  // A change by a call with the session's cookie, which the browser asks the server about first.
  const change = JSON.stringify({ remove: [`post:${ids[3]}`] });
  const changed = `fetch("${server}/api/sse/" + connection + "/streams", { ...${JSON.stringify(credentials)}, body: ${JSON.stringify(change)} }).then(({ status }) => status)`;
  expect(await page.evaluate(changed)).toBe(202);

  // While post-service cannot be asked, it is told to return instead of being refused.
  const post = await feed.platform.openDatabase("post-service");
  await post.transaction(async (query) => {
    await query("LOCK TABLE post IN ACCESS EXCLUSIVE MODE");
    edge.cut();
    await eventually(async () => expect(await comments()).toContain("closing"), 40_000);
  });
  await say(5, "after it all");
  await eventually(async () => expect((await comments()).at(-1)).toBe("after it all"), 40_000);
  expect((await comments()).filter((name) => name !== "closing")).toEqual(["live", "away", "after it all"]);
  expect(await page.evaluate("source.readyState")).toBe(1);
}, 180_000);
