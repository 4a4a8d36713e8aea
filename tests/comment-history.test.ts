import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let comments: RawDatabase;
beforeAll(async () => {
  feed = await startTestFeed();
  comments = await feed.platform.openDatabase("comment-service");
});
afterAll(() => feed.close());

/** A comment under a post of the same author; gives the ids of both. */
async function write(author: Person, content = "One") {
  const post = (await author.post("/api/v1/posts", { content: "A post", postType: "TEXT" })).body.id;
  return { post, id: (await author.post(`/api/v1/posts/${post}/comments`, { content })).body.id };
}
const change = async (author: Person, id: string, content: string) => expect((await author.patch(`/api/v1/comments/${id}`, { content })).status).toBe(200);
/** Makes a comment as old as if it had last been changed so much earlier. */
const age = (id: string) => comments.query("UPDATE comment SET updated_at = updated_at - interval '6 minutes' WHERE id = $1", [id]);
const historyOf = async (reader: Person, id: string) => {
  const { status, body } = await reader.get(`/api/v1/comments/${id}/history`);
  return status === 200 ? body.data.map(({ content }: { content: string }) => content) : status;
};
const kept = (id: string) => comments.query("SELECT FROM comment_version WHERE comment_id = $1", [id]);

describe("what a comment said before its changes", () => {
  test("is kept once it has stood for a while, the newest first, without slips", async () => {
    const author = await feed.person("editor");
    const { id } = await write(author);
    await change(author, id, "One!");
    expect(await historyOf(author, id)).toEqual([]);
    await age(id);
    await change(author, id, "Two");
    await age(id);
    await change(author, id, "Three");
    expect(await historyOf(author, id)).toEqual(["Two", "One!"]);
    const { data } = (await author.get(`/api/v1/comments/${id}/history`)).body;
    expect(data[0].writtenAt < data[0].endedAt).toBe(true);
    const { body } = await author.graphql("query ($id: ID!) { commentHistory(id: $id) { content writtenAt endedAt } }", { id });
    expect(body.data.commentHistory).toEqual(data);
  });

  test("is bounded", async () => {
    const author = await feed.person("restless");
    const { id } = await write(author, "0");
    for (let n = 1; n <= 23; n++) {
      await age(id);
      await change(author, id, String(n));
    }
    expect(await historyOf(author, id)).toEqual(Array.from({ length: 20 }, (_, n) => String(22 - n)));
  });

  test("is read by those who may see the comment, is in its author's export, and goes with its text", async () => {
    const [author, other] = [await feed.person("author"), await feed.person("other")];
    const { post, id } = await write(author);
    await age(id);
    await change(author, id, "Two");
    expect(await historyOf(other, id)).toEqual(["One"]);
    expect((await author.get("/api/v1/users/me/export")).body.commentVersions).toMatchObject([{ commentId: id, postId: post, content: "One" }]);
    expect((await other.get("/api/v1/users/me/export")).body.commentVersions).toEqual([]);
    await other.post(`/api/v1/posts/${post}/comments`, { content: "Why?", parentCommentId: id });
    await author.delete(`/api/v1/comments/${id}`);
    expect(await historyOf(author, id)).toEqual([]);
    expect(await kept(id)).toEqual([]);

    const gone = await write(author);
    await age(gone.id);
    await change(author, gone.id, "Two");
    await author.delete(`/api/v1/comments/${gone.id}`);
    expect(await historyOf(author, gone.id)).toBe(404);
    expect(await kept(gone.id)).toEqual([]);
  });
});
