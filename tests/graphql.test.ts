import { createUpstream } from "@newfeed/shared/http/upstream.ts";
import type { Upstream } from "@newfeed/shared/ports/upstream.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { anotherGateway, comment, createPost, post } from "./support/graphql.ts";

let feed: TestFeed;
let john: Person;
let mary: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  [john, mary] = await Promise.all([feed.person("john"), feed.person("mary")]);
});
afterAll(() => feed.close());

/** An upstream that records its requests. */
const recorded = (upstream: Upstream, calls: string[]): Upstream => ({
  ...upstream,
  request(request) {
    calls.push(`${request.method} ${request.path.split("?")[0]}`);
    return upstream.request(request);
  },
});

describe("posts and comments over GraphQL", () => {
  test("a post is created, listed with its author, read, edited, liked and deleted", async () => {
    const created = await john.graphql(`mutation { createPost(input: { content: "Hello World", postType: "TEXT" }) { success post { id content } } }`);
    expect(created).toMatchObject({ status: 200, body: { data: { createPost: { success: true, post: { content: "Hello World" } } } } });
    const { id } = created.body.data.createPost.post;

    const list = await mary.graphql(
      `query { getPosts(input: { limit: 10 }) { success posts { id content author { username } createdAt } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(list.body.errors).toBeUndefined();
    expect(list.body.data.getPosts.posts).toContainEqual({ id, content: "Hello World", author: { username: john.username }, createdAt: expect.any(String) });

    const changed = await john.graphql(
      `mutation ($id: ID!) { updatePost(id: $id, input: { title: "A title", content: null }) { post { title content revision } } }`,
      { id },
    );
    expect(changed.body).toEqual({ data: { updatePost: { post: { title: "A title", content: "Hello World", revision: 2 } } } });
    const untitled = await john.graphql(`mutation ($id: ID!) { updatePost(id: $id, input: { title: null }) { post { title } } }`, { id });
    expect(untitled.body).toEqual({ data: { updatePost: { post: { title: null } } } });

    const liked = await mary.graphql(`mutation ($id: ID!) { likePost(id: $id) { success post { likedByMe likeCount } } }`, { id });
    expect(liked.body).toEqual({ data: { likePost: { success: true, post: { likedByMe: true, likeCount: 1 } } } });
    const unliked = await mary.graphql(`mutation ($id: ID!) { unlikePost(id: $id) { post { likedByMe likeCount } } }`, { id });
    expect(unliked.body).toEqual({ data: { unlikePost: { post: { likedByMe: false, likeCount: 0 } } } });

    const deleted = await john.graphql(`mutation ($id: ID!) { deletePost(id: $id) { success message post { id } } }`, { id });
    expect(deleted.body).toEqual({ data: { deletePost: { success: true, message: expect.any(String), post: null } } });
    const gone = await john.graphql(`query ($id: ID!) { getPost(id: $id) { success code post { id } } }`, { id });
    expect(gone.body).toEqual({ data: { getPost: { success: false, code: "not_found", post: null } } });
  });

  test("comments are created, replied to, listed with the stream's cursor, edited and deleted", async () => {
    const postId = await post(john, "Let us talk");
    const first = await comment(mary, postId, "First!");
    const reply = await comment(john, postId, "Indeed", first);

    const query = `query ($postId: ID!) { getComments(postId: $postId) { success hasMore nextCursor streamCursor comments { id content revision author { username } replies { id parentCommentId } } } }`;
    // The cursor is null when notification-service takes longer than 50 ms.
    const list = await eventually(async () => {
      const answer = await john.graphql(query, { postId });
      expect(answer.body.errors).toBeUndefined();
      expect(answer.body.data.getComments).toMatchObject({ success: true, hasMore: false, streamCursor: expect.stringMatching(/^[\w-]+:\d+$/) });
      return answer;
    });
    expect(list.body.data.getComments.comments).toEqual([
      { id: first, content: "First!", revision: 1, author: { username: mary.username }, replies: [{ id: reply, parentCommentId: first }] },
    ]);

    const changed = await mary.graphql(`mutation ($id: ID!) { updateComment(id: $id, content: "Second!") { comment { content revision } } }`, { id: first });
    expect(changed.body).toEqual({ data: { updateComment: { comment: { content: "Second!", revision: 2 } } } });
    const deleted = await john.graphql(`mutation ($id: ID!) { deleteComment(id: $id) { success } }`, { id: reply });
    expect(deleted.body).toEqual({ data: { deleteComment: { success: true } } });
  });

  test("one document can change posts and comments, in document order", async () => {
    const postId = await post(john, "Mixed");
    const { body } = await john.graphql(
      `mutation ($postId: ID!) {
        createComment(input: { postId: $postId, content: "a comment" }) { comment { id } }
        likePost(id: $postId) { post { comments { content } } }
        createPost(input: { content: "and a post", postType: "TEXT" }) { post { id content } }
      }`,
      { postId },
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.likePost.post.comments).toEqual([{ content: "a comment" }]);
    expect(body.data.createPost.post.content).toBe("and a post");
  });

  test("a document that fails midway returns the results before the failure", async () => {
    const { body } = await john.graphql(
      `mutation {
        createPost(input: { content: "this one stays", postType: "TEXT" }) { post { content } }
        createComment(input: { postId: "01a1fd56-0000-7000-8000-000000000000", content: "to nothing" }) { success code comment { id } }
        likePost(id: "01a1fd56-0000-7000-8000-000000000000") { success post { id } }
      }`,
    );
    expect(body).toEqual({
      data: {
        createPost: { post: { content: "this one stays" } },
        createComment: { success: false, code: "not_found", comment: null },
        likePost: { success: false, post: null },
      },
    });
  });

  test("the same clientMutationId creates one post", async () => {
    const input = { content: "Only once", postType: "TEXT", clientMutationId: "mutation-1" };
    const [first, second] = [await john.graphql(createPost, { input }), await john.graphql(createPost, { input })];
    expect(first.body.data.createPost.post.id).toBe(second.body.data.createPost.post.id);
  });

  test("the home feed and its paging", async () => {
    const reader = await feed.person("reader");
    for (const content of ["one", "two", "three"]) await post(reader, content);
    const page = await reader.graphql(`{ getNewsFeed(limit: 2) { posts { content } hasMore nextCursor } }`);
    expect(page.body.data.getNewsFeed).toMatchObject({ posts: [{ content: "three" }, { content: "two" }], hasMore: true });
    const rest = await reader.graphql(`query ($cursor: ID) { getNewsFeed(limit: 2, cursor: $cursor) { posts { content } hasMore } }`, {
      cursor: page.body.data.getNewsFeed.nextCursor,
    });
    expect(rest.body.data.getNewsFeed).toEqual({ posts: [{ content: "one" }], hasMore: false });
  });

  test("the second page of a post's comments", async () => {
    const postId = await post(john, "Many comments");
    for (const content of ["one", "two", "three"]) await comment(mary, postId, content);
    const query = `query ($id: ID!, $cursor: ID) { getPost(id: $id) { post { comments(limit: 2, cursor: $cursor) { content } } } getComments(postId: $id, limit: 2) { hasMore nextCursor } }`;
    const { getPost, getComments } = (await john.graphql(query, { id: postId })).body.data;
    expect(getPost.post.comments).toEqual([{ content: "three" }, { content: "two" }]);
    expect(getComments.hasMore).toBe(true);
    expect((await john.graphql(query, { id: postId, cursor: null })).body.data.getPost.post.comments).toEqual(getPost.post.comments);
    const second = (await john.graphql(query, { id: postId, cursor: getComments.nextCursor })).body.data.getPost.post.comments;
    expect(second).toEqual([{ content: "one" }]);
  });

  test("who is signed in, and null for a visitor", async () => {
    const me = await john.graphql(`{ me { id username fullName avatarUrl revision } }`);
    expect(me.body).toMatchObject({ data: { me: { id: john.id, username: john.username } } });
    const visitor = await feed.call("POST", "/graphql", { query: `{ me { id } getPosts { success } }` });
    expect(visitor.body).toEqual({ data: { me: null, getPosts: { success: true } } });
  });
});

describe("what a page costs", () => {
  const query = (limit: number) =>
    `{ getPosts(input: { limit: ${limit} }) { posts { id author { username } comments(limit: 3) { content author { username } replies(limit: 2) { content } } } } }`;

  test("posts with their comments, replies and authors take the same number of internal calls, however long the page", async () => {
    for (let n = 0; n < 8; n++) {
      const postId = await post(john, `Post ${n}`);
      const first = await comment(mary, postId, "a comment");
      await comment(john, postId, "a reply", first);
    }
    const calls: string[] = [];
    const upstreams = Object.fromEntries(
      (["post-service", "comment-service", "user-service"] as const).map((name) => [name, recorded(feed.platform.upstreams[name], calls)]),
    );
    const gateway = await anotherGateway(feed, { upstreams });
    try {
      for (const limit of [2, 8]) {
        calls.length = 0;
        const { data, errors } = await gateway.graphql(john, query(limit));
        expect(errors).toBeUndefined();
        expect(data.getPosts.posts).toHaveLength(limit);
        for (const { comments } of data.getPosts.posts) expect(comments[0].replies).toEqual([{ content: "a reply" }]);
        expect(calls).toEqual(["GET /api/v1/posts", "POST /internal/comments/pages", "POST /internal/comments/pages"]);
      }
    } finally {
      await gateway.close();
    }
  });

  test("with comment-service down, posts are still returned, and the errors name what is missing", async () => {
    await post(john, "Without comments");
    const downService = createUpstream("comment-service", "unix:/nonexistent/comment-service.sock");
    const gateway = await anotherGateway(feed, { upstreams: { "comment-service": downService } });
    try {
      const { data, errors } = await gateway.graphql(john, `{ getPosts(input: { limit: 1 }) { posts { content comments { id } } } }`);
      expect(data.getPosts.posts).toEqual([{ content: "Without comments", comments: null }]);
      expect(errors).toMatchObject([{ path: ["getPosts", "posts", 0, "comments"], extensions: { code: "service_unavailable", retryAfter: 1 } }]);
    } finally {
      await gateway.close();
      await downService.close();
    }
  });
});

describe("refusals", () => {
  const all = "success message code errors { field message }";
  const no = (code: string) => ({ success: false, code, message: expect.stringMatching(/^\w.+/), errors: null });
  const field = (name: string) => ({
    success: false,
    code: "validation_failed",
    message: expect.stringMatching(new RegExp(`^${name.replace(".", "\\.")}\\b`)),
    errors: [{ field: name, message: expect.stringMatching(/^\w.+/) }],
  });
  const unknown = "01a1fd56-0000-7000-8000-000000000000";
  const cases: [string, string, (argument: string) => object][] = [
    ["getPosts", "(input: { limit: 0 })", () => field("input.limit")],
    ["getPosts", '(input: { cursor: "x" })', () => field("input.cursor")],
    ["getNewsFeed", "(limit: 101)", () => field("limit")],
    ["getNewsFeed", '(cursor: "x")', () => field("cursor")],
    ["getPost", "(id: 1)", () => field("id")],
    // An empty id is no other route.
    ["getPost", '(id: "")', () => field("id")],
    ["getPost", `(id: "${unknown}")`, () => no("not_found")],
    ["getComments", '(postId: "../../health")', () => field("postId")],
    ["getComments", `(postId: "${unknown}", limit: 0)`, () => field("limit")],
    ["getComments", `(postId: "${unknown}")`, () => no("not_found")],
    ["createPost", '(input: { content: "x", postType: "POEM" })', () => field("input.postType")],
    ["createPost", '(input: { postType: "TEXT" })', () => field("input.content")],
    ["createPost", '(input: { content: "x", postType: "TEXT", mediaIds: ["1"] })', () => field("input.mediaIds.0")],
    ["updatePost", `(id: "${unknown}", input: {})`, () => field("input")],
    ["updatePost", `(id: "x", input: { content: "y" })`, () => field("id")],
    ["updatePost", `(id: "${unknown}", input: { visibility: "x" })`, () => field("input.visibility")],
    ["deletePost", '(id: "x")', () => field("id")],
    ["likePost", `(id: "${unknown}")`, () => no("not_found")],
    ["unlikePost", '(id: "x")', () => field("id")],
    ["createComment", '(input: { postId: "x", content: "y" })', () => field("input.postId")],
    ["createComment", `(input: { postId: "${unknown}", content: " " })`, () => field("input.content")],
    ["createComment", `(input: { postId: "${unknown}", content: "x" })`, () => no("not_found")],
    ["updateComment", `(id: "${unknown}", content: " ")`, () => field("content")],
    ["deleteComment", `(id: "${unknown}")`, () => no("not_found")],
  ];
  test.each(cases)("%s%s stands in the result, under the argument's own name", async (name, given, expected) => {
    const operation = /^get/.test(name) ? "query" : "mutation";
    const { status, body } = await john.graphql(`${operation} { ${name}${given} { ${all} } }`);
    expect({ status, body }).toEqual({ status: 200, body: { data: { [name]: expected(given) } } });
  });

  test("a refused list is an empty one", async () => {
    const { body } = await john.graphql(
      `{ getPosts(input: { limit: 0 }) { success posts { id } pageInfo { hasNextPage endCursor } } getNewsFeed(limit: 0) { success posts { id } hasMore nextCursor } getComments(postId: "x") { success comments { id } hasMore streamCursor } }`,
    );
    expect(body).toEqual({
      data: {
        getPosts: { success: false, posts: [], pageInfo: { hasNextPage: false, endCursor: null } },
        getNewsFeed: { success: false, posts: [], hasMore: false, nextCursor: null },
        getComments: { success: false, comments: [], hasMore: false, streamCursor: null },
      },
    });
  });

  test("what belongs to another is refused; who is not signed in gets an error, as with every call", async () => {
    const id = await post(john, "John's");
    const refused = await mary.graphql(`mutation ($id: ID!) { deletePost(id: $id) { ${all} } }`, { id });
    expect(refused.body).toEqual({ data: { deletePost: no("not_owner") } });
    const visitor = await feed.call("POST", "/graphql", { query: createPost, variables: { input: { content: "x", postType: "TEXT" } } });
    expect(visitor.body).toMatchObject({ data: { createPost: null }, errors: [{ path: ["createPost"], extensions: { code: "unauthenticated" } }] });
    expect(visitor.body.errors[0].extensions).toEqual({ code: "unauthenticated" });
  });

  test("a failure is an error, not a refusal", async () => {
    const downService = createUpstream("post-service", "unix:/nonexistent/post-service.sock");
    const gateway = await anotherGateway(feed, { upstreams: { "post-service": downService } });
    try {
      const { data, errors } = await gateway.graphql(john, `mutation { createPost(input: { content: "x", postType: "TEXT" }) { success code } }`);
      expect(data).toEqual({ createPost: null });
      expect(errors).toMatchObject([{ path: ["createPost"], extensions: { code: "service_unavailable", retryAfter: 1 } }]);
    } finally {
      await gateway.close();
      await downService.close();
    }
  });
});

describe("errors", () => {
  test.each([
    ["an unknown field", `{ getPosts { nothing } }`, "validation_failed"],
    ["a missing argument", `{ getPost { success } }`, "validation_failed"],
    ["a syntax error", `{ getPosts {`, "malformed_request"],
    ["nothing at all", ``, "malformed_request"],
  ])("%s has a code", async (_what, query, code) => {
    const { body } = await john.graphql(query);
    expect(body.errors).toMatchObject([{ message: expect.any(String), extensions: { code } }]);
  });

  test("an error before the document is parsed is a problem document", async () => {
    const query = { query: "{ me { id } }" };
    const json = { "content-type": "application/json" };
    expect(await feed.call("POST", "/graphql", query, { authorization: "Bearer no.such.token" })).toMatchObject({
      status: 401,
      body: { code: "unauthenticated" },
    });
    expect(await feed.call("POST", "/graphql", query, { origin: "https://evil.example", cookie: `access_token=${john.token}` })).toMatchObject({
      status: 403,
      body: { code: "cross_origin" },
    });
    expect(await feed.call("POST", "/graphql", "{", json)).toMatchObject({ status: 400, body: { code: "malformed_json" } });
    expect(await feed.call("POST", "/graphql", { query: "#".repeat(101 * 1024) })).toMatchObject({ status: 413, body: { code: "payload_too_large" } });
    expect(await feed.call("POST", "/graphql", "query=x", { "content-type": "application/x-www-form-urlencoded" })).toMatchObject({ status: 415 });
    expect(await feed.call("GET", "/graphql?query={me{id}}")).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
  });

  test("a batch of documents and a missing document are refused", async () => {
    for (const body of [[{ query: "{ me { id } }" }], [], {}, "text", { query: 5 }, { query: "{ me { id } }", variables: "x" }, undefined])
      expect(await feed.call("POST", "/graphql", body && JSON.stringify(body), { "content-type": "application/json" })).toMatchObject({
        status: 400,
        body: { errors: [{ extensions: { code: "malformed_request" } }] },
      });
  });

  const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
  test.each([
    ["brackets alone", "[".repeat(1_900)],
    ["braces", "{a".repeat(900)],
    ["fields", `{ ${nested("me { a: me ", "}", 450)} }`],
    ["inline fragments", `{ ${nested("... { ", "}", 600)} }`],
    ["lists", `{ getPost(id: ${nested("[", "]", 950)}) { success } }`],
    ["open lists", `{ getPost(id: ${"[".repeat(1_900)}`],
    ["objects", `{ getPosts(input: ${nested("{ limit: ", "}", 600)}) { success } }`],
    ["parentheses", `{ a${"(".repeat(1_900)}`],
    ["list types", `query ($a: ${nested("[", "]", 950)}) { me { id } }`],
    ["defaults of variables", `query ($a: ID = ${nested("[", "]", 950)}) { me { id } }`],
    ["directives", `{ me @skip(if: ${nested("[", "]", 950)}) { id } }`],
    ["a schema", `type A { a(b: ${"[".repeat(1_900)}`],
  ])("a document of many %s is nested too deeply", async (_what, query) => {
    // A parser that has not been compiled yet takes more of the stack: it overflowed at other depths from run to run.
    const { status, body } = await john.graphql(query);
    expect([status, body]).toEqual([
      200,
      { errors: [expect.objectContaining({ message: expect.stringContaining("nested more than 64 levels"), extensions: { code: "malformed_request" } })] },
    ]);
    const strict = await feed.call("POST", "/graphql", { query }, { accept: "application/graphql-response+json", authorization: `Bearer ${john.token}` });
    expect(strict.status).toBe(400);
  });

  test.each([
    ["tokens", `{ ${"a ".repeat(40_000)} }`],
    ["comments", "#\n".repeat(30_000)],
    ["a block string", `{ getPost(id: """${'\n "'.repeat(15_000)}""") { success code } }`],
    ["a string of escapes", `{ getPost(id: "${"\\u0041".repeat(12_000)}") { success code } }`],
    ["spreads", `{ ${"...A ".repeat(900)} } fragment A on Query { me { id } }`],
  ])("a document of many %s is refused", async (_what, query) => {
    const { status, body } = await john.graphql(query);
    expect([status, body.errors?.[0].extensions.code ?? body.data.getPost.code]).toEqual([
      200,
      expect.stringMatching(/^(malformed_request|validation_failed)$/),
    ]);
    const strict = await feed.call("POST", "/graphql", { query }, { accept: "application/graphql-response+json", authorization: `Bearer ${john.token}` });
    expect(strict.status).toBe(body.data ? 200 : 400);
  });

  test.each([100, 1_000, 5_000, 10_000, 20_000, 45_000])("variables that are nested %d levels deep are refused", async (depth) => {
    const query = `query ($a: ID!, $b: FeedInput) { getPost(id: $a) { success } getPosts(input: $b) { success } }`;
    for (const variables of [
      `{"a":${nested("[", "]", depth)}}`,
      `{"a":"x","b":${'{"limit":'.repeat(Math.min(depth, 9_000))}1${"}".repeat(Math.min(depth, 9_000))}}`,
    ]) {
      const { status, body } = await feed.call("POST", "/graphql", `{"query":${JSON.stringify(query)},"variables":${variables}}`, {
        "content-type": "application/json",
      });
      expect([200, 400]).toContain(status);
      expect(body.code ?? body.errors[0].extensions.code).toMatch(/^(malformed_request|malformed_json|validation_failed)$/);
    }
  });
});
