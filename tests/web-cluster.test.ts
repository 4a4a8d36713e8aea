import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "./support/cluster/start.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let cluster: TestCluster | null = null;
beforeAll(async () => {
  cluster = await startTestCluster({ "notification-service": 2, "api-gateway": 2 }, { CLOUDINARY_BASE_URL: "https://pictures.example/feed" });
}, 300_000);
afterAll(() => cluster?.close(), 60_000);

test("pages may load pictures from where clients reach the stores", async ({ skip }) => {
  if (!cluster) return skip("the servers are not available on this machine");
  const policy = (await fetch(`${cluster.url}/`)).headers.get("content-security-policy");
  expect(policy).toContain(`img-src 'self' data: blob: ${cluster.url} https://pictures.example;`);
});

test("behind nginx, users on two instances see each other, and a page recovers when its instance is killed", async ({ skip }) => {
  if (!cluster) return skip("the servers are not available on this machine");
  stage.need(skip);
  const { url, person, signal } = cluster;
  const [alice, bob] = [await person("alice"), await person("bob")];
  const { body: post } = await alice.post("/api/v1/posts", { content: "Over the edge", postType: "TEXT" });
  const [hers, his] = [await stage.signIn(url, alice), await stage.signIn(url, bob)];
  const sockets: string[] = [];
  for (const page of [hers, his]) {
    page.on("websocket", (socket) => socket.once("framereceived", () => sockets.push(new URL(socket.url()).pathname)));
    await page.goto(`${url}/posts/${post.id}`);
    await page.locator('.connection[data-state="live"]').waitFor();
  }
  // Live over a WebSocket, not over long polling.
  await eventually(() => expect(sockets).toEqual(Array(2).fill("/notifications/socket.io/")));
  const say = async (content: string) => {
    await his.getByRole("textbox", { name: "Write a comment" }).fill(content);
    await his.getByRole("textbox", { name: "Write a comment" }).press("Enter");
  };
  const seen = () => hers.getByRole("list", { name: "Comments" }).locator(".comment__text").allTextContents();
  await say("one");
  await eventually(async () => expect(await seen()).toEqual(["one"]), 10_000);
  // Either instance may hold one of the pages, or both.
  for (const instance of ["notification-service-1", "notification-service-2"]) {
    signal(instance, "SIGKILL");
    await say(`after ${instance}`);
    await eventually(async () => expect((await seen()).at(-1)).toBe(`after ${instance}`), 30_000);
  }
  expect(await seen()).toEqual(["one", "after notification-service-1", "after notification-service-2"]);
  await eventually(async () => expect(await hers.getByTestId("unread").textContent()).toBe("4"), 20_000);
}, 120_000);
