import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let posts: RawDatabase;
beforeAll(async () => {
  feed = await startTestFeed();
  posts = await feed.platform.openDatabase("post-service");
});
afterAll(() => feed.close());

const write = async (author: Person, body: Record<string, unknown> = {}): Promise<string> =>
  (await author.post("/api/v1/posts", { content: "One", postType: "TEXT", ...body })).body.id;
const change = async (author: Person, id: string, body: Record<string, unknown>) => expect((await author.patch(`/api/v1/posts/${id}`, body)).status).toBe(200);
/** Makes a post as old as if it had been written, and last changed, so much earlier. */
const age = (id: string, minutes: number) =>
  posts.query("UPDATE post SET published_at = published_at - $2::interval, text_at = text_at - $2::interval WHERE id = $1", [id, `${minutes} minutes`]);
const historyOf = async (reader: Person, id: string) => {
  const { status, body } = await reader.get(`/api/v1/posts/${id}/history`);
  return status === 200 ? body.data.map(({ title, content }: { title: string | null; content: string }) => title ?? content) : status;
};

describe("what a post said before its changes", () => {
  test("is kept once it has stood for a while, the newest first, and counts neither the audience nor slips", async () => {
    const author = await feed.person("editor");
    const id = await write(author);
    await change(author, id, { content: "One!" });
    expect(await historyOf(author, id)).toEqual([]);
    await age(id, 6);
    await change(author, id, { visibility: "followers" });
    await change(author, id, { visibility: "public" });
    await change(author, id, { content: "Two", title: "A title" });
    expect(await historyOf(author, id)).toEqual(["One!"]);
    await change(author, id, { title: "A tilte" });
    await age(id, 6);
    await change(author, id, { title: "Another" });
    expect(await historyOf(author, id)).toEqual(["A tilte", "One!"]);
    const { data } = (await author.get(`/api/v1/posts/${id}/history`)).body;
    expect(data[0].writtenAt < data[0].endedAt).toBe(true);
    expect(data[1].endedAt <= data[0].endedAt).toBe(true);
    const { body } = await author.graphql("query ($id: ID!) { postHistory(id: $id) { title content writtenAt endedAt } }", { id });
    expect(body.data.postHistory).toEqual(data);
    await change(author, id, { title: "Another" });
    expect(await historyOf(author, id)).toHaveLength(2);
  });

  test("is bounded", async () => {
    const author = await feed.person("restless");
    const id = await write(author, { content: "0" });
    for (let n = 1; n <= 23; n++) {
      await age(id, 6);
      await change(author, id, { content: String(n) });
    }
    expect(await historyOf(author, id)).toEqual(Array.from({ length: 20 }, (_, n) => String(22 - n)));
  });

  test("of a draft is nothing", async () => {
    const author = await feed.person("drafter");
    const id = await write(author, { status: "draft" });
    await posts.query("UPDATE post SET created_at = created_at - interval '1 hour' WHERE id = $1", [id]);
    await change(author, id, { content: "Two" });
    await change(author, id, { status: "published", content: "Three" });
    expect(await historyOf(author, id)).toEqual([]);
  });

  test("is read by those who may see the post, is in its author's export, and goes with the post", async () => {
    const [author, fan, stranger] = [await feed.person("author"), await feed.person("fan"), await feed.person("stranger")];
    const id = await write(author);
    await age(id, 6);
    await change(author, id, { content: "Two" });
    await fan.post(`/api/v1/users/${author.id}/follow`);
    expect([await historyOf(fan, id), await historyOf(stranger, id), (await feed.call("GET", `/api/v1/posts/${id}/history`)).status]).toEqual([
      ["One"],
      ["One"],
      200,
    ]);
    await change(author, id, { visibility: "followers" });
    await eventually(async () =>
      expect([await historyOf(fan, id), await historyOf(stranger, id), (await feed.call("GET", `/api/v1/posts/${id}/history`)).status]).toEqual([
        ["One"],
        404,
        404,
      ]),
    );
    expect((await author.get("/api/v1/users/me/export")).body.postVersions).toMatchObject([{ postId: id, content: "One" }]);
    expect((await fan.get("/api/v1/users/me/export")).body.postVersions).toEqual([]);
    await author.delete(`/api/v1/posts/${id}`);
    expect(await historyOf(author, id)).toBe(404);
    expect(await posts.query("SELECT FROM post_version WHERE post_id = $1", [id])).toEqual([]);
  });
});
