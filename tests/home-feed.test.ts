import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

async function write(author: Person, body: Record<string, unknown> = {}): Promise<string> {
  const answer = await author.post("/api/v1/posts", { content: "Hello", postType: "TEXT", ...body });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body.id;
}

async function list(reader: Pick<Person, "get">, path = "/api/v1/feed"): Promise<string[]> {
  const { status, body } = await reader.get(path);
  expect(status).toBe(200);
  return body.data.map((post: { id: string }) => post.id);
}

async function follow(reader: Person, author: Person): Promise<void> {
  expect(await reader.post(`/api/v1/users/${author.id}/follow`)).toMatchObject({ status: 200 });
}
async function unfollow(reader: Person, author: Person): Promise<void> {
  expect(await reader.delete(`/api/v1/users/${author.id}/follow`)).toMatchObject({ status: 200 });
}
async function block(person: Person, other: Person): Promise<void> {
  expect(await person.post(`/api/v1/users/${other.id}/block`)).toMatchObject({ status: 200 });
}

describe("the home feed", () => {
  test("requires a signed-in user", async () => {
    expect(await feed.call("GET", "/api/v1/feed")).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
  });

  test("shows the user's own posts and those of followed authors, old and new", async () => {
    const [john, jane, jim] = [await feed.person("john"), await feed.person("jane"), await feed.person("jim")];
    const [old, mine, foreign] = [await write(john), await write(jane), await write(jim)];
    expect(await list(jane)).toEqual([mine]);

    await follow(jane, john);
    await eventually(async () => expect(await list(jane)).toEqual([mine, old]));
    const fresh = await write(john);
    await eventually(async () => expect(await list(jane)).toEqual([fresh, mine, old]));
    for (const alias of ["/api/v1/posts/feed", "/api/posts/feed"]) expect(await list(jane, alias)).toEqual([fresh, mine, old]);

    await unfollow(jane, john);
    await eventually(async () => expect(await list(jane)).toEqual([mine]));
    await follow(jane, john);
    await eventually(async () => expect(await list(jane)).toEqual([fresh, mine, old]));
    expect(await list(jane)).not.toContain(foreign);
  });

  test("shows a draft as its newest post once it is published", async () => {
    const [john, jane] = [await feed.person("john"), await feed.person("jane")];
    await follow(jane, john);
    const draft = await write(john, { status: "draft" });
    const post = await write(john);
    await eventually(async () => expect(await list(jane)).toEqual([post]));
    expect(await john.patch(`/api/v1/posts/${draft}`, { status: "published" })).toMatchObject({ status: 200 });
    await eventually(async () => expect(await list(jane)).toEqual([draft, post]));
  });

  test("is paged without gaps or duplicates while new posts arrive", async () => {
    const [john, jim, jane] = [await feed.person("john"), await feed.person("jim"), await feed.person("jane")];
    await follow(jane, john);
    await follow(jane, jim);
    const ids: string[] = [];
    for (const author of [john, jane, jim, john, jim]) ids.unshift(await write(author));
    await eventually(async () => expect(await list(jane)).toEqual(ids));

    const read: string[] = [];
    for (let query = ""; ; ) {
      const { data, pageInfo } = (await jane.get(`/api/v1/feed?limit=2${query}`)).body;
      read.push(...data.map((post: { id: string }) => post.id));
      if (!pageInfo.hasNextPage) break;
      query = `&cursor=${pageInfo.endCursor}`;
      await write(john);
    }
    expect(read).toEqual(ids);
  });
});

describe("a post for followers", () => {
  test("is visible to followers only, in every list and by its id", async () => {
    const [john, fan, stranger] = [await feed.person("john"), await feed.person("fan"), await feed.person("stranger")];
    await follow(fan, john);
    const id = await write(john, { visibility: "followers" });
    await eventually(async () => expect(await list(fan)).toEqual([id]));
    expect(await list(fan, `/api/v1/users/${john.id}/posts`)).toEqual([id]);
    expect(await fan.post(`/api/v1/posts/${id}/like`)).toMatchObject({ status: 200, body: { likeCount: 1 } });

    expect(await list(stranger, `/api/v1/users/${john.id}/posts`)).toEqual([]);
    expect(await list(stranger, "/api/v1/posts")).not.toContain(id);
    expect(await list(fan, "/api/v1/posts")).not.toContain(id);
    expect(await stranger.get(`/api/v1/posts/${id}`)).toMatchObject({ status: 404 });
    expect(await feed.call("GET", `/api/v1/posts/${id}`)).toMatchObject({ status: 404 });
    expect(await stranger.post(`/api/v1/posts/${id}/like`)).toMatchObject({ status: 404 });
    expect(await stranger.patch(`/api/v1/posts/${id}`, { content: "x" })).toMatchObject({ status: 404 });

    await unfollow(fan, john);
    await eventually(async () => expect(await fan.get(`/api/v1/posts/${id}`)).toMatchObject({ status: 404 }));
    expect(await john.patch(`/api/v1/posts/${id}`, { visibility: "public" })).toMatchObject({ status: 200 });
    expect(await list(stranger, "/api/v1/posts")).toContain(id);
  });
});

describe("a block", () => {
  test("hides both users from each other, in either direction, and from no other user", async () => {
    const [john, jane, jim] = [await feed.person("john"), await feed.person("jane"), await feed.person("jim")];
    await follow(jane, john);
    await follow(jim, john);
    const [johns, janes] = [await write(john), await write(jane)];
    await eventually(async () => expect(await list(jane)).toEqual([janes, johns]));

    await block(john, jane);
    await eventually(async () => expect(await list(jane)).toEqual([janes]));
    for (const [reader, author, id] of [
      [jane, john, johns],
      [john, jane, janes],
    ] as const) {
      expect(await reader.get(`/api/v1/posts/${id}`)).toMatchObject({ status: 404 });
      expect(await reader.post(`/api/v1/posts/${id}/like`)).toMatchObject({ status: 404 });
      expect(await list(reader, "/api/v1/posts")).not.toContain(id);
      expect(await list(reader, `/api/v1/users/${author.id}/posts`)).toEqual([]);
    }
    await eventually(async () => expect(await list(jim)).toContain(johns));
    expect(await list({ get: (path) => feed.call("GET", path) }, "/api/v1/posts")).toContain(johns);
  });
});
