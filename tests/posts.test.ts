import { asSessionId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { postInternalRoutes } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { callRoute, createServiceClient } from "@newfeed/shared/http/service-client.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const nowhere = "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e";

async function write(author: Person, body: Record<string, unknown> = {}) {
  const answer = await author.post("/api/v1/posts", { content: "Hello", postType: "TEXT", ...body });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body;
}

describe("a post", () => {
  test("is readable by everyone at once, even right after sign-up", async () => {
    const john = await feed.person("john");
    const post = await write(john, { title: "First", content: "  Hello, world  " });
    expect(post).toMatchObject({
      title: "First",
      content: "Hello, world",
      postType: "TEXT",
      visibility: "public",
      status: "published",
      author: { id: john.id, username: john.username, fullName: "john Tester", avatarUrl: null },
      mediaUrls: [],
      likeCount: 0,
      commentCount: 0,
      likedByMe: false,
      revision: 1,
    });
    expect(post.publishedAt).toBe(post.createdAt);
    for (const path of [`/api/v1/posts/${post.id}`, `/api/posts/${post.id}`])
      expect(await feed.call("GET", path)).toMatchObject({ status: 200, body: { id: post.id, content: "Hello, world" } });
    expect((await feed.call("GET", "/api/v1/posts")).body.data[0].id).toBe(post.id);
    expect((await feed.call("GET", `/api/v1/users/${john.id}/posts`)).body.data).toMatchObject([{ id: post.id }]);
    expect((await john.get("/api/v1/feed")).body.data).toMatchObject([{ id: post.id }]);
  });

  test("requires a signed-in author and valid content", async () => {
    const john = await feed.person("john");
    expect(await feed.call("POST", "/api/v1/posts", { content: "x", postType: "TEXT" })).toMatchObject({ status: 401 });
    for (const body of [
      { postType: "TEXT" },
      { content: "   ", postType: "TEXT" },
      { content: "x" },
      { content: "x", postType: "POEM" },
      { content: "x".repeat(10_001), postType: "TEXT" },
      { content: "nul \u0000", postType: "TEXT" },
      { content: "x", postType: "TEXT", authorId: nowhere },
      { content: "x", postType: "TEXT", likeCount: 7 },
      { content: "x", postType: "LINK", mediaUrls: ["javascript:alert(1)"] },
    ])
      expect(await john.post("/api/v1/posts", body), JSON.stringify(body).slice(0, 80)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect((await john.get(`/api/v1/users/${john.id}/posts`)).body.data).toEqual([]);
  });

  test("belongs to its author: others get 403, or 404 when they cannot see it", async () => {
    const [john, jane] = [await feed.person("john"), await feed.person("jane")];
    const { id } = await write(john);
    expect(await jane.patch(`/api/v1/posts/${id}`, { content: "mine" })).toMatchObject({ status: 403, body: { code: "not_owner" } });
    expect(await jane.delete(`/api/v1/posts/${id}`)).toMatchObject({ status: 403, body: { code: "not_owner" } });
    expect(await feed.call("DELETE", `/api/v1/posts/${id}`)).toMatchObject({ status: 401 });
    for (const method of ["patch", "delete", "post"] as const)
      expect(
        await jane[method](`/api/v1/posts/${nowhere}${method === "post" ? "/like" : ""}`, method === "patch" ? { content: "x" } : undefined),
      ).toMatchObject({
        status: 404,
        body: { code: "not_found" },
      });
    expect(await john.get("/api/v1/posts/1")).toMatchObject({ status: 400 });
    expect((await john.get(`/api/v1/posts/${id}`)).body).toMatchObject({ content: "Hello", revision: 1 });
  });

  test("changes only in the fields that its author sends, and never becomes empty", async () => {
    const john = await feed.person("john");
    const post = await write(john, { title: "Title" });
    const changed = await john.patch(`/api/v1/posts/${post.id}`, { content: "", visibility: "followers" });
    expect(changed).toMatchObject({
      status: 200,
      body: { title: "Title", content: "", visibility: "followers", revision: 2, publishedAt: post.publishedAt, createdAt: post.createdAt },
    });
    expect(changed.body.updatedAt >= post.updatedAt).toBe(true);
    expect(await john.patch(`/api/v1/posts/${post.id}`, { title: null })).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect(await john.patch(`/api/v1/posts/${post.id}`, {})).toMatchObject({ status: 400 });
    expect(await john.patch(`/api/v1/posts/${post.id}`, { title: "Title" })).toMatchObject({ status: 200, body: { revision: 2 } });
  });

  test("is gone once it is deleted", async () => {
    const john = await feed.person("john");
    const { id } = await write(john);
    expect(await john.delete(`/api/v1/posts/${id}`)).toMatchObject({ status: 204 });
    expect(await john.get(`/api/v1/posts/${id}`)).toMatchObject({ status: 404 });
    expect(await john.delete(`/api/v1/posts/${id}`)).toMatchObject({ status: 404 });
    expect((await john.get("/api/v1/feed")).body.data).toEqual([]);
  });

  test("keeps links unchanged", async () => {
    const john = await feed.person("john");
    const mediaUrls = ["https://example.com/a", "https://example.com/b?c=d"];
    const post = await write(john, { content: "", postType: "LINK", mediaUrls });
    expect(post).toMatchObject({ mediaUrls, media: [] });
    expect(await john.patch(`/api/v1/posts/${post.id}`, { title: "Links" })).toMatchObject({ status: 200, body: { title: "Links", mediaUrls } });
  });
});

describe("a post with uploads", () => {
  async function upload(person: Person): Promise<{ id: string; url: string }> {
    const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
    const form = new FormData();
    form.set("image", new Blob([new Uint8Array(picture)], { type: "image/png" }), "teal.png");
    const { status, body } = await person.post("/api/media/upload/image", form);
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  }

  test("shows their URLs before its links, and attaches each once", async () => {
    const [john, jane] = [await feed.person("john"), await feed.person("jane")];
    const [one, two] = [await upload(john), await upload(john)];
    const link = "https://example.com/elsewhere";
    const body = { content: "", postType: "IMAGE", mediaIds: [one.id], mediaUrls: [link, two.url], clientMutationId: "pictures" };
    const post = await write(john, body);
    expect(post.mediaUrls).toEqual([one.url, two.url, link]);
    expect(post.media).toMatchObject([
      { id: one.id, kind: "image", url: one.url, width: 40, height: 30 },
      { id: two.id, url: two.url },
    ]);
    expect(await feed.call("GET", new URL(one.url).pathname)).toMatchObject({ status: 200 });
    expect(await write(john, body)).toEqual(post);

    const again = { content: "", postType: "IMAGE", mediaIds: [one.id] };
    for (const person of [john, jane]) expect(await person.post("/api/v1/posts", again)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect((await jane.get(`/api/v1/users/${jane.id}/posts`)).body.data).toEqual([]);
  });

  test("sent again under its Idempotency-Key, returns the same response and claims nothing", async () => {
    const john = await feed.person("john");
    const { id } = await upload(john);
    const send = () => john.post("/api/v1/posts", { postType: "IMAGE", mediaIds: [id] }, { "idempotency-key": "pictures" });
    const first = await send();
    expect(first.status).toBe(201);
    const second = await send();
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get("idempotent-replayed")).toBe("true");
  });
});

describe("a draft", () => {
  test("is visible to its author only, and new once published", async () => {
    const [john, jane] = [await feed.person("john"), await feed.person("jane")];
    const draft = await write(john, { status: "draft" });
    expect(draft).toMatchObject({ status: "draft", publishedAt: null });
    const later = await write(john);
    const listed = async (reader: Person) => (await reader.get(`/api/v1/users/${john.id}/posts`)).body.data.map((post: { id: string }) => post.id);

    expect(await listed(john)).toEqual([later.id, draft.id]);
    expect(await listed(jane)).toEqual([later.id]);
    expect((await john.get("/api/v1/feed")).body.data).toMatchObject([{ id: later.id }]);
    for (const attempt of [jane.get(`/api/v1/posts/${draft.id}`), jane.post(`/api/v1/posts/${draft.id}/like`), jane.delete(`/api/v1/posts/${draft.id}`)])
      expect(await attempt).toMatchObject({ status: 404 });
    expect(await feed.call("GET", `/api/v1/posts/${draft.id}`)).toMatchObject({ status: 404 });

    const published = await john.patch(`/api/v1/posts/${draft.id}`, { status: "published" });
    expect(published.body).toMatchObject({ status: "published", revision: 2 });
    expect(published.body.publishedAt >= later.publishedAt).toBe(true);
    expect(await listed(jane)).toEqual([draft.id, later.id]);
    expect((await feed.call("GET", "/api/v1/posts?limit=1")).body.data).toMatchObject([{ id: draft.id }]);
    const again = await john.patch(`/api/v1/posts/${draft.id}`, { status: "published" });
    expect(again.body).toMatchObject({ revision: 2, publishedAt: published.body.publishedAt });
  });
});

describe("a post that is sent twice", () => {
  test("is one post per author and clientMutationId", async () => {
    const [john, jane] = [await feed.person("john"), await feed.person("jane")];
    const body = { clientMutationId: "mutation-1" };
    const [first, second] = await Promise.all([write(john, body), write(john, body)]);
    expect(second).toMatchObject({ id: first.id, clientMutationId: "mutation-1" });
    expect((await write(john, body)).id).toBe(first.id);
    expect((await write(jane, body)).id).not.toBe(first.id);
    expect((await john.get(`/api/v1/users/${john.id}/posts`)).body.data).toHaveLength(1);
  });

  test("is one post per Idempotency-Key, with the same response", async () => {
    const john = await feed.person("john");
    const body = { content: "once", postType: "TEXT" };
    const headers = { "idempotency-key": "key-1" };
    const first = await john.post("/api/v1/posts", body, headers);
    expect(first.status).toBe(201);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    const second = await john.post("/api/v1/posts", body, headers);
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(await john.post("/api/v1/posts", { ...body, content: "twice" }, headers)).toMatchObject({ status: 422, body: { code: "idempotency_mismatch" } });
    expect((await john.get(`/api/v1/users/${john.id}/posts`)).body.data).toHaveLength(1);
  });
});

describe("likes", () => {
  test("count each user once, as do their removals", async () => {
    const [john, jane, jim] = [await feed.person("john"), await feed.person("jane"), await feed.person("jim")];
    const { id } = await write(john);
    const path = `/api/v1/posts/${id}/like`;
    expect(await jane.delete(path)).toMatchObject({ status: 200, body: { liked: false, likeCount: 0, revision: 1 } });
    expect(await jane.post(path)).toMatchObject({ status: 200, body: { liked: true, likeCount: 1, revision: 2 } });
    expect(await jane.post(path)).toMatchObject({ status: 200, body: { liked: true, likeCount: 1, revision: 2 } });
    expect(await jim.post(path)).toMatchObject({ body: { liked: true, likeCount: 2 } });
    expect((await jane.get(`/api/v1/posts/${id}`)).body).toMatchObject({ likeCount: 2, likedByMe: true });
    expect((await john.get(`/api/v1/users/${john.id}/posts`)).body.data).toMatchObject([{ likeCount: 2, likedByMe: false }]);
    expect(await jane.delete(path)).toMatchObject({ body: { liked: false, likeCount: 1 } });
    expect(await jane.delete(path)).toMatchObject({ body: { liked: false, likeCount: 1 } });
    expect(await feed.call("POST", path)).toMatchObject({ status: 401 });
  });

  test("of many users at the same time are all counted", async () => {
    const john = await feed.person("john");
    const { id } = await write(john);
    const fans = await Promise.all(Array.from({ length: 8 }, () => feed.person("fan")));
    await Promise.all(fans.flatMap((fan) => [fan.post(`/api/v1/posts/${id}/like`), fan.post(`/api/v1/posts/${id}/like`)]));
    expect((await john.get(`/api/v1/posts/${id}`)).body.likeCount).toBe(8);
  });
});

describe("a list of posts", () => {
  async function pages(path: string, between: () => Promise<unknown> = async () => {}) {
    const ids: string[] = [];
    for (let next: string | null = `${path}?limit=2`; next; ) {
      const answer = await feed.call("GET", next);
      expect(answer.status).toBe(200);
      ids.push(...answer.body.data.map((post: { id: string }) => post.id));
      const { hasNextPage, endCursor } = answer.body.pageInfo;
      next = hasNextPage ? `${path}?limit=2&cursor=${endCursor}` : null;
      expect(answer.headers.get("link")).toBe(next && `<${next}>; rel="next"`);
      await between();
    }
    return ids;
  }

  test("is paged without gaps or duplicates while new posts arrive", async () => {
    const john = await feed.person("john");
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift((await write(john)).id);
    expect(await pages(`/api/v1/users/${john.id}/posts`, () => write(john))).toEqual(ids);
    const everything = await pages("/api/v1/posts");
    expect(new Set(everything).size).toBe(everything.length);
    expect(everything.filter((id) => ids.includes(id))).toEqual(ids);
  });

  test("returns newer posts for a gap, oldest first", async () => {
    const john = await feed.person("john");
    await write(john);
    const path = `/api/v1/users/${john.id}/posts`;
    const { startCursor } = (await john.get(path)).body.pageInfo;
    const newer = [(await write(john)).id, (await write(john)).id, (await write(john)).id];
    const first = (await john.get(`${path}?limit=2&since=${startCursor}`)).body;
    expect(first).toMatchObject({ data: [{ id: newer[0] }, { id: newer[1] }], pageInfo: { hasNextPage: true } });
    const rest = (await john.get(`${path}?limit=2&since=${first.pageInfo.endCursor}`)).body;
    expect(rest).toMatchObject({ data: [{ id: newer[2] }], pageInfo: { hasNextPage: false } });
  });

  test("has numbered pages for older clients, and refuses foreign cursors", async () => {
    const john = await feed.person("john");
    const ids = [(await write(john)).id, (await write(john)).id, (await write(john)).id];
    const path = `/api/v1/users/${john.id}/posts`;
    expect((await john.get(`${path}?page=2&limit=2`)).body.data).toMatchObject([{ id: ids[0] }]);
    for (const query of ["cursor=x", "since=MTIz", "limit=0", "limit=101", "page=0", "page=1&cursor=x", "offset=3"])
      expect(await john.get(`${path}?${query}`), query).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  });
});

describe("a post's comment count", () => {
  test("follows its comments within moments", async () => {
    const [john, jane] = [await feed.person("john"), await feed.person("jane")];
    const { id } = await write(john);
    const comment = await jane.post(`/api/v1/posts/${id}/comments`, { content: "Nice" });
    expect(comment.status).toBe(201);
    await jane.post(`/api/v1/posts/${id}/comments`, { content: "Very" });
    await eventually(async () => expect((await john.get(`/api/v1/posts/${id}`)).body.commentCount).toBe(2));
    expect(await jane.delete(`/api/v1/comments/${comment.body.id}`)).toMatchObject({ status: 204 });
    await eventually(async () => expect((await john.get(`/api/v1/posts/${id}`)).body.commentCount).toBe(1));
  });
});

describe("other services", () => {
  const callService: ServiceClient = (...call) => createServiceClient("notification-service", feed.platform.upstreams, feed.platform.internalTokens)(...call);

  test("learn which posts a viewer may see, and nothing about others", async () => {
    const [john, jane] = [await feed.person("john"), await feed.person("jane")];
    const open = await write(john);
    const [closed, draft] = [await write(john, { visibility: "followers" }), await write(john, { status: "draft" })];
    const postIds = [open.id, closed.id, draft.id, nowhere];
    const seenBy = async (viewer: UserId | null) =>
      (await callService(postInternalRoutes.access, { body: { viewer, postIds } })).posts.map(({ id }) => id).sort();
    expect(await seenBy(john.id)).toEqual([open.id, closed.id, draft.id].sort());
    expect(await seenBy(jane.id)).toEqual([open.id]);
    expect(await seenBy(null)).toEqual([open.id]);
    const internalToken = feed.platform.internalTokens.mint("post-service", { sub: john.id, sid: asSessionId(nowhere), roles: [] });
    const input = { body: { viewer: john.id, postIds } };
    await expect(callRoute(feed.platform.upstreams, postInternalRoutes.access, input, { internalToken })).rejects.toMatchObject({ code: "forbidden" });
    expect(await john.post("/internal/posts/access", input.body)).toMatchObject({ status: 404 });
  });

  test("get all posts and likes of a user, in pages", async () => {
    const john = await feed.person("john");
    const written: string[] = [];
    for (let n = 0; n < 201; n++) written.push((await write(john, { status: n % 2 ? "draft" : "published" })).id);
    await john.post(`/api/v1/posts/${written[0]}/like`);
    const page = (section: "posts" | "postLikes", after?: string) =>
      callService(postInternalRoutes.postExport, { params: { id: john.id }, query: { section, after } });
    const first = await page("posts");
    expect(first.items).toMatchObject(written.slice(0, 200).map((id) => ({ id, content: "Hello" })));
    expect(await page("posts", first.next ?? "")).toMatchObject({ items: [{ id: written[200] }], next: null });
    expect(await page("postLikes")).toMatchObject({ items: [{ postId: written[0] }], next: null });
  });
});

describe("a deleted account", () => {
  test("loses its posts and likes", async () => {
    const [john, jane] = [await feed.person("john"), await feed.person("jane")];
    const [johns, janes] = [await write(john), await write(jane)];
    await john.post(`/api/v1/posts/${janes.id}/like`);
    expect(await john.delete("/api/auth/me", { password: john.password })).toMatchObject({ status: 200 });
    await eventually(async () => {
      expect(await jane.get(`/api/v1/posts/${johns.id}`)).toMatchObject({ status: 404 });
      expect((await jane.get(`/api/v1/posts/${janes.id}`)).body.likeCount).toBe(0);
    });
  });
});
