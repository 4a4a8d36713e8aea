import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import { commentInternalRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { createServiceClient } from "@newfeed/shared/http/service-client.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createComment, createPost, listComments, publishedEvents, sendComment } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let database: RawDatabase;
beforeAll(async () => {
  feed = await startTestFeed();
  database = await feed.platform.openDatabase("comment-service");
});
afterAll(() => feed.close());

const callService: ServiceClient = (...call) => createServiceClient("api-gateway", feed.platform.upstreams, feed.platform.internalTokens)(...call);

describe("a list of comments", () => {
  test("is paged without gaps or duplicates while new comments arrive", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    const written: string[] = [];
    for (let index = 0; index < 7; index++) written.push((await createComment(ann, postId, `old ${index}`)).id);
    const seen: string[] = [];
    let newest = "";
    for (let path: string | undefined = `/api/v1/posts/${postId}/comments?limit=3`; path; ) {
      const { body, headers } = await ann.get(path);
      seen.push(...body.data.map((comment: Comment) => comment.id));
      newest ||= body.pageInfo.startCursor;
      await createComment(ann, postId, "new");
      path = headers.get("link")?.match(/<([^>]+)>; rel="next"/)?.[1];
      expect(body.pageInfo.hasNextPage).toBe(path !== undefined);
    }
    expect(seen).toEqual(written.reverse());

    const { body: gap } = await ann.get(`/api/v1/posts/${postId}/comments?since=${newest}`);
    expect(gap.data.map((comment: Comment) => comment.content)).toEqual(["new", "new", "new"]);
    const { body: after } = await ann.get(`/api/v1/posts/${postId}/comments?since=${gap.pageInfo.endCursor}`);
    expect(after).toMatchObject({ data: [], pageInfo: { hasNextPage: false } });
  });

  test("keeps comments of the same millisecond apart", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    const written = await Promise.all(Array.from({ length: 6 }, (_, index) => createComment(ann, postId, `at once ${index}`)));
    await database.query("UPDATE comment SET created_at = (SELECT min(created_at) FROM comment WHERE post_id = $1) WHERE post_id = $1", [postId]);
    const seen: string[] = [];
    for (let cursor = ""; cursor !== null; ) {
      const { body } = await ann.get(`/api/v1/posts/${postId}/comments?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map((comment: Comment) => comment.id));
      cursor = body.pageInfo.hasNextPage ? body.pageInfo.endCursor : null;
    }
    expect(seen).toEqual(
      written
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
  });

  test("accepts page numbers from older clients, and refuses cursors that it did not issue", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    for (const content of ["one", "two", "three"]) await createComment(ann, postId, content);
    expect((await listComments(ann, postId, "?page=2&limit=2")).map(({ content }) => content)).toEqual(["one"]);
    for (const query of [
      "cursor=nonsense",
      "since=AAAA",
      "order=best",
      "cursor=2026-01-01T00:00:00.000Z~7",
      "cursor=2026-99-01T00:00:00.000Z~0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e",
      "limit=0",
      "limit=101",
      "page=1&cursor=x",
      "parentCommentId=7",
      "unknown=1",
    ])
      expect(await ann.get(`/api/v1/posts/${postId}/comments?${query}`)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  });

  test("is read from its oldest on, and from any item to both sides", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    for (const content of ["one", "two", "three", "four", "five"]) await createComment(ann, postId, content);
    const page = async (query: string) => (await ann.get(`/api/v1/posts/${postId}/comments?limit=2&${query}`)).body;
    const contents = ({ data }: { data: { content: string }[] }) => data.map(({ content }) => content);
    const first = await page("order=oldest");
    const second = await page(`order=oldest&cursor=${first.pageInfo.endCursor}`);
    const third = await page(`order=oldest&cursor=${second.pageInfo.endCursor}`);
    expect([first, second, third].map(contents)).toEqual([["one", "two"], ["three", "four"], ["five"]]);
    expect([first, second, third].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);
    const { createdAt, id } = second.data[0];
    expect(contents(await page(`cursor=${createdAt}~${id}`))).toEqual(["two", "one"]);
    expect(contents(await page(`order=oldest&cursor=${createdAt}~${id}`))).toEqual(["four", "five"]);
  });

  test("has the stream's cursor in its body and a header", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    // Null when notification-service takes longer than 50 ms.
    await eventually(async () => {
      const { body, headers } = await ann.get(`/api/v1/posts/${postId}/comments`);
      expect(body.streamCursor).toMatch(/^[\w-]+:\d+$/);
      expect(headers.get("x-stream-cursor")).toBe(body.streamCursor);
    });
  });

  test("of several posts or comments takes the gateway one call", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const [busy, quiet] = [await createPost(ann), await createPost(ann)];
    const top = await createComment(ann, busy, "one");
    const later = [await createComment(ann, busy, "two"), await createComment(ben, busy, "three")];
    const reply = await createComment(ben, busy, "reply", { parentCommentId: top.id });
    await ben.post(`/api/v1/comments/${reply.id}/like`);
    const pagesOf = (of: "post" | "comment", ids: string[]) => callService(commentInternalRoutes.commentPages, { body: { viewer: ben.id, of, ids, limit: 2 } });
    const posts = await pagesOf("post", [quiet, busy]);
    expect(posts.pages.map(({ id, data, pageInfo }) => [id, data.map((comment) => comment.content), pageInfo.hasNextPage])).toEqual([
      [quiet, [], false],
      [busy, ["three", "two"], true],
    ]);
    const cursor = posts.pages[1]?.pageInfo.endCursor;
    expect((await listComments(ben, busy, `?cursor=${cursor}`)).map(({ id }) => id)).toEqual([top.id]);
    const replies = await pagesOf("comment", [top.id, ...later.map(({ id }) => id)]);
    expect(replies.pages.map(({ data }) => data)).toMatchObject([[{ id: reply.id, likedByMe: true, author: { id: ben.id } }], [], []]);
    expect(await ann.post("/internal/comments/pages", { viewer: ann.id, of: "post", ids: [], limit: 1 })).toMatchObject({ status: 404 });
  });
});

describe("a user who may not see a post", () => {
  test("finds none of its comments and cannot comment, edit or like there, but may delete their own comments", async () => {
    const [ann, ben, cat] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cat")];
    const postId = await createPost(ann);
    const comment = await createComment(ben, postId, "while it was public");
    await ann.patch(`/api/v1/posts/${postId}`, { visibility: "followers" });
    await cat.post(`/api/v1/users/${ann.id}/follow`);
    await eventually(async () => expect((await cat.get(`/api/v1/posts/${postId}/comments`)).status).toBe(200));
    for (const call of [
      ben.get(`/api/v1/posts/${postId}/comments`),
      feed.call("GET", `/api/v1/posts/${postId}/comments`),
      ben.get(`/api/v1/comments/${comment.id}`),
      sendComment(ben, postId, "me too"),
      ben.patch(`/api/v1/comments/${comment.id}`, { content: "changed" }),
      ben.post(`/api/v1/comments/${comment.id}/like`),
      ben.delete(`/api/v1/comments/${comment.id}/like`),
    ])
      expect(await call).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect((await ben.delete(`/api/v1/comments/${comment.id}`)).status).toBe(204);
    const shared = await createComment(cat, postId, "among followers");
    expect((await publishedEvents(database, "comment.created", shared.id))[0]?.data.visibility).toBe("followers");
  });

  test("gets the same 404 for a draft as for a post that does not exist", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const draft = await createPost(ann, { status: "draft" });
    expect(await sendComment(ben, draft, "hello")).toMatchObject({ status: 404 });
    expect(await sendComment(ben, ben.id, "hello")).toMatchObject({ status: 404 });
    expect(await ben.get(`/api/v1/posts/${ben.id}/comments`)).toMatchObject({ status: 404 });
    expect(await ben.get(`/api/v1/comments/${ben.id}`)).toMatchObject({ status: 404 });
  });
});

describe("a block", () => {
  test("hides both users' comments on another user's post from each other until it is lifted", async () => {
    const [ann, ben, cat] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cat")];
    const postId = await createPost(ann);
    const [bens, cats] = [await createComment(ben, postId, "by ben"), await createComment(cat, postId, "by cat")];
    await ben.post(`/api/v1/users/${cat.id}/block`);
    await eventually(async () => expect((await listComments(ben, postId)).map(({ id }) => id)).toEqual([bens.id]));
    expect((await listComments(cat, postId)).map(({ id }) => id)).toEqual([cats.id]);
    expect(await listComments(ann, postId)).toHaveLength(2);
    const { pages } = await callService(commentInternalRoutes.commentPages, { body: { viewer: cat.id, of: "post", ids: [postId], limit: 5 } });
    expect(pages[0]?.data.map(({ id }) => id)).toEqual([cats.id]);
    for (const call of [
      cat.get(`/api/v1/comments/${bens.id}`),
      cat.post(`/api/v1/comments/${bens.id}/like`),
      cat.delete(`/api/v1/comments/${bens.id}`),
      sendComment(cat, postId, "reply", { parentCommentId: bens.id }),
    ])
      expect(await call).toMatchObject({ status: 404, body: { code: "not_found" } });
    await ben.delete(`/api/v1/users/${cat.id}/block`);
    await eventually(async () => expect(await listComments(cat, postId)).toHaveLength(2));
  });
});

test("an export holds a user's comments and likes, in pages", async () => {
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  const postId = await createPost(ann);
  const comment = await createComment(ann, postId, "mine");
  await createComment(ben, postId, "not mine");
  await ann.post(`/api/v1/comments/${comment.id}/like`);
  await database.query(
    `INSERT INTO comment (id, post_id, post_author_id, author_id, content, visibility)
     SELECT gen_random_uuid(), $1, $2, $2, 'many', 'public' FROM generate_series(1, 250)`,
    [postId, ann.id],
  );
  const page = (section: "comments" | "commentLikes", after?: string) =>
    callService(commentInternalRoutes.commentExport, { params: { id: ann.id }, query: { section, after } });
  const first = await page("comments");
  const second = await page("comments", first.next ?? "");
  expect([first.items.length, second.items.length, second.next]).toEqual([200, 51, null]);
  expect([...first.items, ...second.items]).toContainEqual(expect.objectContaining({ id: comment.id, postId, content: "mine" }));
  expect(await page("commentLikes")).toMatchObject({ items: [{ commentId: comment.id }], next: null });
});
