import { createEmbeddedLimiter } from "@newfeed/shared/embedded/limiter.ts";
import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { anotherGateway, comment, post } from "./support/graphql.ts";

let feed: TestFeed;
let john: Person;
let mary: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  [john, mary] = await Promise.all([feed.person("john"), feed.person("mary")]);
});
afterAll(() => feed.close());

const fields = (count: number, field: (n: number) => string) => [...Array(count).keys()].map(field).join(" ");

describe("limits", () => {
  test("each mutation of a document takes a point of its REST route's limit", async () => {
    // 60 posts an hour, times 0.05.
    const gateway = await anotherGateway(feed, { limiter: createEmbeddedLimiter(0.05) });
    try {
      const aliases = ["a", "b", "c", "d"].map((name) => `${name}: createPost(input: { content: "${name}", postType: "TEXT" }) { success }`);
      const { data, errors } = await gateway.graphql(await feed.person("busy"), `mutation { ${aliases.join(" ")} }`);
      expect(data).toEqual({ a: { success: true }, b: { success: true }, c: { success: true }, d: null });
      expect(errors).toMatchObject([{ path: ["d"], extensions: { code: "rate_limited", retryAfter: expect.any(Number) } }]);
    } finally {
      await gateway.close();
    }
  });

  describe("a document costs what its calls cost over REST", () => {
    const likes = (id: string, count: number) => `mutation { ${fields(count, (n) => `a${n}: likePost(id: "${id}") { success }`)} }`;
    const schemas = (count: number) => `{ ${fields(count, (n) => `a${n}: __schema { queryType { name } }`)} }`;
    const list = `{ getPosts(input: { limit: 3 }) { posts { comments { id replies { id } } } } }`;

    test.each<[string, (postId: string) => string, number, number]>([
      ["two lists", () => "{ a: getPosts { success } b: getPosts { success } }", 2, 2],
      ["95 likes", (id) => likes(id, 95), 95, 95],
      ["a like, and the post then", (id) => `mutation { likePost(id: "${id}") { post { id } } }`, 2, 2],
      // The lists below posts, and below comments, are one call each.
      ["posts with comments and replies", () => list, 2, 3],
      ["a fragment twice", () => "{ ...A ...B } fragment A on Query { a: getPosts { success } } fragment B on Query { b: getPosts { success } }", 2, 2],
      ["a fragment that is spread twice, and merged", () => "{ ...A ...A } fragment A on Query { getPosts { success } }", 1, 1],
      ["no call", () => "{ __typename }", 1, 1],
      ["the schema, 20 times", () => schemas(20), 20, 20],
      ["a type, 20 times", () => `{ ${fields(20, (n) => `a${n}: __type(name: "Post") { name }`)} }`, 20, 20],
      ["the schema in a fragment", () => "{ a: __schema { ...S } b: __schema { ...S } } fragment S on __Schema { queryType { name } }", 2, 2],
      ["a tool's introspection", () => getIntrospectionQuery(), 5, 30],
    ])("%s", async (_what, documentOf, least, most) => {
      const postId = await post(mary, "Priced");
      await comment(mary, postId, "a comment");
      const left = ({ headers }: Answer) => Number(headers.get("x-ratelimit-remaining"));
      const before = left(await mary.graphql("{ __typename }"));
      const { body } = await mary.graphql(documentOf(postId));
      expect(body.errors).toBeUndefined();
      const after = await mary.graphql("{ __typename }");
      const cost = before - left(after) - 1;
      expect(cost).toBeGreaterThanOrEqual(least);
      expect(cost).toBeLessThanOrEqual(most);
      expect(after.headers.get("ratelimit-policy")).toMatch(/^"signedIn";q=\d+;w=900$/);
    });

    test("what the limit has no points for is refused, field by field; a visitor's are counted by address", async () => {
      // 600 points in a quarter of an hour, times 0.05, and 100 for visitors.
      const gateway = await anotherGateway(feed, { limiter: createEmbeddedLimiter(0.05) });
      try {
        const { data, errors } = await gateway.graphql(await feed.person("busy"), likes(await post(mary, "Liked"), 40));
        expect(Object.values(data).filter((result) => result !== null)).toHaveLength(30);
        expect(errors).toHaveLength(10);
        expect(errors[0]).toMatchObject({ extensions: { code: "rate_limited", retryAfter: expect.any(Number) } });
        const visitor = await gateway.call("POST", "/graphql", { query: `{ ${fields(8, (n) => `a${n}: getPosts { success }`)} }` });
        expect(visitor.body.errors).toHaveLength(3);
        expect((await gateway.call("GET", "/api/v1/posts")).status).toBe(429);
      } finally {
        await gateway.close();
      }
    });
  });

  test.each([
    ["the schema, 60 times", `{ ${fields(60, (n) => `a${n}: __schema { queryType { name } }`)} }`],
    ["all types, 60 times in one schema", `{ __schema { ${fields(60, (n) => `a${n}: types { name fields { name args { name } } }`)} } }`],
    [
      "a type, 60 times, in fragments",
      `{ ${fields(60, (n) => `...F${n}`)} } ${fields(60, (n) => `fragment F${n} on Query { a${n}: __type(name: "Post") { name } }`)}`,
    ],
  ])("introspection beyond a tool's use is refused: %s", async (_what, query) => {
    const { body } = await mary.graphql(query);
    expect(body).toMatchObject({ errors: [{ message: expect.stringMatching(/introspection costs \d+ points/), extensions: { code: "validation_failed" } }] });
  });

  const deep = `{ getPosts(input: { limit: 1 }) { posts { comments(limit: 1) ${"{ replies(limit: 1) ".repeat(8)}{ id }${" }".repeat(8)} } } }`;
  const doubling = [...Array(40).keys()].map((n) => `fragment F${n} on Post { ...F${n + 1} ...F${n + 1} }`).join(" ");

  test.each([
    ["too deep", deep, {}, "validation_failed"],
    ["long lists within long lists", `{ getPosts(input: { limit: 100 }) { posts { comments(limit: 100) { id } } } }`, {}, "validation_failed"],
    [
      "long lists by a variable",
      `query ($n: Int) { getPosts(input: { limit: $n }) { posts { comments(limit: $n) { id } } } }`,
      { n: 100 },
      "validation_failed",
    ],
    [
      "a negative limit beside long lists",
      `{ getPosts(input: { limit: 100 }) { posts { ${fields(60, (n) => `a${n}: id`)} } } b: getPosts(input: { limit: -1000 }) { posts { id content } } }`,
      {},
      "validation_failed",
    ],
    ["many calls under aliases", `{ ${fields(101, (n) => `a${n}: getPost(id: "${n}") { success }`)} }`, {}, "validation_failed"],
    ["many mutations under aliases", `mutation { ${fields(101, (n) => `a${n}: likePost(id: "${n}") { success }`)} }`, {}, "validation_failed"],
    [
      "one call for each item",
      `query ($c: ID) { getPosts(input: { limit: 100 }) { posts { comments(limit: 1, cursor: $c) { id } } } }`,
      { c: "x" },
      "validation_failed",
    ],
    ["a field again and again", `{ getPosts(input: { limit: 100 }) { posts { ${fields(60, (n) => `a${n}: content`)} } } }`, {}, "validation_failed"],
    ["fragments that double", `{ getPosts { posts { ...F0 } } } ${doubling} fragment F40 on Post { id }`, {}, "validation_failed"],
    ["fragments in a circle", `{ getPosts { posts { ...A } } } fragment A on Post { ...B } fragment B on Post { ...A }`, {}, "validation_failed"],
    ["introspection without end", `{ __schema { types ${"{ fields { type ".repeat(4)}{ name }${" } }".repeat(4)} } }`, {}, "validation_failed"],
    ["a very long document", `{ ${"me { id } ".repeat(1_000)} }`, {}, "malformed_request"],
  ])("%s is refused", async (_what, query, variables, code) => {
    const started = performance.now();
    const { body } = await john.graphql(query, variables);
    expect(body.data).toBeUndefined();
    expect(body.errors[0].extensions.code).toBe(code);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test("a page of 20 posts with their comments, and introspection, are allowed", async () => {
    const page = `{ getPosts(input: { limit: 20 }) { success pageInfo { hasNextPage endCursor } posts { id content title postType mediaUrls createdAt likeCount commentCount author { id username fullName avatarUrl } comments { id content createdAt likeCount author { id username } } } } }`;
    for (const query of [page, getIntrospectionQuery()]) expect((await john.graphql(query)).body.errors).toBeUndefined();
  });
});
