import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Edge, startEdge } from "./support/edge.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let edge: Edge;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
  edge = await startEdge(feed.url);
});
afterAll(async () => {
  await edge.close();
  await feed.close();
});

test("where sockets are blocked, a page with ten posts holds one event stream, and everything on it is live", async ({ skip }) => {
  stage.need(skip);
  // Over HTTP/1.1, where a browser opens six connections to an origin.
  edge.refuse(/socket\.io/);
  const [author, reader, fan] = await Promise.all([feed.person("author"), feed.person("reader"), feed.person("fan")]);
  await reader.post(`/api/v1/users/${author.id}/follow`);
  const ids: string[] = [];
  for (let index = 0; index < 10; index++) ids.push((await author.post("/api/v1/posts", { content: `Post number ${index}`, postType: "TEXT" })).body.id);
  const page = await stage.signIn(edge.url, reader, { viewport: { width: 1280, height: 3_000 } });
  const post = (index: number) => page.getByRole("article").filter({ hasText: `Post number ${index}` });
  for (const index of ids.keys()) await post(index).waitFor();
  await page.locator('.connection[data-state="live"]').waitFor();
  await Promise.all(
    ids.map((id, index) =>
      eventually(async () => {
        await fan.delete(`/api/v1/posts/${id}/like`);
        await fan.post(`/api/v1/posts/${id}/like`);
        await post(index).getByRole("button", { name: "Like, 1 like" }).waitFor({ timeout: 2_500 });
      }, 20_000),
    ),
  );
  await author.patch(`/api/v1/posts/${ids[4]}`, { content: "Post number 4, with another text" });
  await page.getByText("with another text").waitFor();
  await author.post(`/api/v1/posts/${ids[0]}/comments`, { content: `Hello @${reader.username}` });
  await page.getByTestId("unread").filter({ hasText: "1" }).first().waitFor();
  await author.post("/api/v1/posts", { content: "The newest of all", postType: "TEXT" });
  await page.getByRole("button", { name: /new post/ }).click();
  await page.getByText("The newest of all").waitFor();
  // The page can still call the server.
  await post(9).getByRole("button", { name: /^Like/ }).click();
  await post(9).getByRole("button", { name: "Like, 2 likes" }).waitFor();

  const streams = edge.requests().filter((line) => /^GET \/api\/sse/.test(line));
  expect(streams.map((line) => line.split("?")[0])).toEqual(["GET /api/sse"]);
  // Another page of the client adds its streams to the same one.
  await post(3)
    .getByRole("link", { name: /^Comments/ })
    .click();
  await author.post(`/api/v1/posts/${ids[3]}/comments`, { content: "Seen at once" });
  await page.getByRole("list", { name: "Comments" }).getByText("Seen at once").waitFor();
  expect(edge.requests().filter((line) => /^GET \/api\/sse/.test(line))).toHaveLength(1);
}, 180_000);
