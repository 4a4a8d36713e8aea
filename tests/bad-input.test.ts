import { Agent, request } from "node:http";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import { pathsOf, publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { moderatorOf } from "./support/administrator.ts";
import { type BadRequest, badRequests } from "./support/bad-input-cases.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { openStored, type Stored } from "./support/stored.ts";

let feed: TestFeed;
let john: Person;
let stored: Stored;
let before: Record<string, string>;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

beforeAll(async () => {
  feed = await startTestFeed();
  // Some routes refuse whom they are not for before they read a form.
  john = await moderatorOf(feed, "john");
  expect((await john.post("/api/v1/posts", { content: "Untouched", postType: "TEXT" })).status).toBe(201);
  stored = await openStored(feed);
  before = await stored.all();
});
afterAll(async () => {
  agent.destroy();
  await feed.close();
});

interface Raw {
  status: number;
  headers: Record<string, unknown>;
  text: string;
}

/** Sends the path as given; `fetch` would normalise it. */
function send({ method, path, headers = {}, body }: Pick<BadRequest, "method" | "path" | "headers" | "body">, token?: string): Promise<Raw> {
  const { hostname, port } = new URL(feed.url);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      ...{ agent, hostname, port, method, path },
      headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }), "content-length": Buffer.byteLength(body ?? "") },
    });
    outgoing.once("error", reject).once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("error", reject).once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    outgoing.end(body);
  });
}

/** Words of implementation details. */
const internals = /prisma|postgres|sqlstate|\bpg_|select .* from|insert into|zod|invalid_type|unrecognized_keys|node_modules|\n\s+at |\.ts:|\.js:|\w+Error\b/i;

/** What is wrong with the response to a bad request; empty if nothing. */
function faultsOf({ status, code, field }: Pick<BadRequest, "status" | "code" | "field">, answer: Raw): string[] {
  const faults: string[] = [];
  const check = (holds: boolean, fault: string) => holds || faults.push(fault);
  check(answer.status === status, `has status ${answer.status} instead of ${status}`);
  check(/^application\/problem\+json/.test(String(answer.headers["content-type"])), `has type ${answer.headers["content-type"]}`);
  check(!internals.test(answer.text), "reveals internals");
  if (faults.length > 0) return [...faults, answer.text.slice(0, 300)];
  const problem = JSON.parse(answer.text);
  check(problem.code === code, `has code ${problem.code} instead of ${code}`);
  check(problem.status === status && problem.success === false, "lacks its status or success");
  check(typeof problem.message === "string" && problem.message.length > 0, "has no message");
  check(problem.correlationId === answer.headers["x-correlation-id"], "has no correlation id");
  const fields: string[] | undefined = problem.errors?.map((error: { field: string }) => error.field);
  if (field) check(fields?.every((name) => name === field || name.startsWith(`${field}.`)) ?? false, `names ${fields} instead of ${field}`);
  return faults.length > 0 ? [...faults, answer.text.slice(0, 300)] : [];
}

/** Sends the requests, some concurrently; returns what is wrong with their responses. */
async function faultsAmong(requests: readonly BadRequest[], token?: string): Promise<string[]> {
  const faults = await Promise.all(requests.map(async (bad) => ({ bad, found: faultsOf(bad, await send(bad, token)) })));
  return faults.flatMap(({ bad, found }) => (found.length > 0 ? [`${bad.method} ${bad.path.slice(0, 100)}, ${bad.what}: ${found.join("; ")}`] : []));
}

const routes = Object.entries<Route>(publicRoutes);

describe("bad input", () => {
  test.each(routes)("to %s is refused with the field's name", async (_name, route) => {
    for (const path of pathsOf(route)) expect(await faultsAmong(badRequests(route, path, john.id), john.token)).toEqual([]);
  });
});

describe("a visitor", () => {
  test("gets 401, whatever else is wrong", async () => {
    const problem = { status: 401, code: "unauthenticated" };
    for (const [, route] of routes.filter(([, { access }]) => access === "user"))
      for (const path of pathsOf(route)) {
        const bad = { what: "a visitor", method: route.method.toUpperCase(), path: `${path.replace(/:\w+/g, "1")}?surplus=1` };
        expect(
          await faultsAmong([
            { ...bad, ...problem },
            { ...bad, ...problem, headers: {}, body: "{" },
          ]),
        ).toEqual([]);
      }
  });
});

describe("a path", () => {
  test("that exists responds to other methods with the allowed ones", async () => {
    const methods = ["GET", "POST", "PATCH", "DELETE"];
    for (const [, route] of routes)
      for (const template of pathsOf(route)) {
        const path = template.replace(/:\w+/g, john.id);
        const { headers } = await send({ method: "OPTIONS", path });
        const allowed = String(headers["allow"]).split(", ");
        expect(allowed, path).toContain(route.method.toUpperCase());
        const others = ["PUT", ...methods.filter((method) => !allowed.includes(method))];
        const requests = others.map((method) => ({ what: "wrong method", method, path, status: 405, code: "method_not_allowed" }));
        expect(await faultsAmong(requests, john.token)).toEqual([]);
        expect((await send({ method: "PUT", path }, john.token)).headers["allow"]).toBe(headers["allow"]);
      }
  });

  test("of a stream with an invalid id is refused, naming the field", async () => {
    for (const name of [`post:${"-".repeat(36)}`, `user:${"0".repeat(36)}`, `post:${john.id.toUpperCase()}`, `feed:${john.id}`]) {
      const bad = { method: "GET", path: `/api/v1/streams/${name}/entries`, status: 400, code: "validation_failed" };
      expect(await faultsAmong([{ what: name, ...bad, field: "name" }], john.token)).toEqual([]);
    }
  });

  test("that is unknown or incomplete is not found", async () => {
    const paths = [
      ...["/api", "/api/v1", "/api/v1/", "/api/v2/posts", "/API/v1/posts", "/nothing?limit=x", "/%E0%A4%A", "/.env", "/api/v1/posts/x/y/z", "/__proto__"],
      ...["/api/v1/posts//comments", "/api/v1/posts//like", "/api/v1//posts", "//api/v1/posts", "/api/v1/users//follow", "/api/v1/streams//entries"],
      ...["/internal/revocations", "/internal/posts/access", "/internal/authors", "/api/internal/authors", "/api/v1/../../internal/authors"],
      ...[
        "/api/sse/nothing",
        "/api/sse/nothing/streams/more",
        "/api/sse/comments/",
        "/api/sse/../../internal/streams/cursors",
        "/media/..%2f..%2fsecrets.json",
        "/docs/nothing",
      ],
    ];
    const requests = ["GET", "POST"].flatMap((method) => paths.map((path) => ({ what: "unknown", method, path, status: 404, code: "not_found" })));
    expect(await faultsAmong(requests, john.token)).toEqual([]);
  });
});

describe("GraphQL", () => {
  const create = "mutation ($input: CreatePostInput!) { createPost(input: $input) { success code } }";
  const comment = "mutation ($input: CreateCommentInput!) { createComment(input: $input) { success code } }";
  const text = { postType: "TEXT" };
  const wrong: [string, unknown, string][] = [
    ["an unknown field", { query: create, variables: { input: { ...text, content: "x", surplus: 1 } } }, "validation_failed"],
    [
      "a prototype",
      { query: create, variables: JSON.parse(`{"input":{"postType":"TEXT","content":"x","__proto__":{"status":"draft"}}}`) },
      "validation_failed",
    ],
    ["a wrong type", { query: create, variables: { input: { ...text, content: 5 } } }, "validation_failed"],
    ["a list for an object", { query: create, variables: { input: [] } }, "validation_failed"],
    ["a list of variables", { query: create, variables: [{ input: { ...text, content: "x" } }] }, "malformed_request"],
    ["a text of variables", { query: create, variables: "{}" }, "malformed_request"],
    ["no variables", { query: create }, "validation_failed"],
    ["null for an input", { query: create, variables: { input: null } }, "validation_failed"],
    ["nothing in a post", { query: create, variables: { input: text } }, "validation_failed"],
    ["over-long content", { query: create, variables: { input: { ...text, content: "a".repeat(10_001) } } }, "validation_failed"],
    ["an over-long title", { query: create, variables: { input: { ...text, title: "a".repeat(201) } } }, "validation_failed"],
    ["NUL", { query: create, variables: { input: { ...text, content: "a\u0000" } } }, "validation_failed"],
    ["NUL in the document", { query: `mutation { createPost(input: { postType: "TEXT", content: "\\u0000" }) { success code } }` }, "validation_failed"],
    ["a lone surrogate", { query: create, variables: { input: { ...text, content: "\ud800" } } }, "validation_failed"],
    ["a lone surrogate in the document", { query: `mutation { createPost(input: { postType: "TEXT", content: "\ud800" }) { success } }` }, "malformed_request"],
    ["a comment without a post", { query: comment, variables: { input: { content: "x", postId: "1" } } }, "validation_failed"],
    [
      "an over-long comment",
      { query: comment, variables: { input: { content: "a".repeat(2_001), postId: "01a1fd72-021f-74ef-865e-1ff9f86f28be" } } },
      "validation_failed",
    ],
    ["a limit of 101", { query: "{ getPosts(input: { limit: 101 }) { success code } }" }, "validation_failed"],
    ["a limit of 0", { query: "{ getNewsFeed(limit: 0) { success code } }" }, "validation_failed"],
    ["a huge limit", { query: "{ getNewsFeed(limit: 99999999999) { hasMore } }" }, "validation_failed"],
    ["a nested limit of 0", { query: "{ getPosts { posts { comments(limit: 0) { success } } } }" }, "validation_failed"],
    ["an object as an id", { query: "query ($id: ID!) { getPost(id: $id) { success } }", variables: { id: {} } }, "validation_failed"],
    ["a very deep document", { query: `{ a${"{ a".repeat(600)}${" }".repeat(600)} }` }, "malformed_request"],
    ["a very deep value", { query: `{ getPost(id: ${"[".repeat(900)}${"]".repeat(900)}) { success } }` }, "malformed_request"],
    ["an unknown directive", { query: "{ me @nothing { id } }" }, "validation_failed"],
    ["an unknown variable", { query: "{ getPost(id: $id) { success } }" }, "validation_failed"],
    ["a subscription", { query: "subscription { me { id } }" }, "validation_failed"],
    ["no query", { variables: {} }, "malformed_request"],
    ["an empty query", { query: "" }, "malformed_request"],
    ["a query that is a number", { query: 5 }, "malformed_request"],
    ["a query that is null", { query: null }, "malformed_request"],
    ["a query that is an object", { query: { kind: "Document" } }, "malformed_request"],
    ["an unknown operation", { query: "{ me { id } }", operationName: "Nothing" }, "malformed_request"],
    ["an operation that is a number", { query: "{ me { id } }", operationName: 5 }, "malformed_request"],
    ["two operations and no name", { query: "query A { me { id } } query B { me { id } }" }, "malformed_request"],
    ["no operation", { query: "fragment F on Post { id }" }, "malformed_request"],
    ["null", null, "malformed_request"],
    ["a number", 5, "malformed_request"],
    ["a list", [{ query: "{ me { id } }" }], "malformed_request"],
    ["an unknown member", { query: "{ me { id } }", surplus: 1 }, "malformed_request"],
  ];

  test.each(wrong)("refuses %s with a code", async (_what, body, code) => {
    const answer = await send({ method: "POST", path: "/graphql", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }, john.token);
    const { data, errors } = JSON.parse(answer.text);
    expect(answer.status).toBeLessThan(500);
    // A refused document has errors, a refused call a result.
    if (errors) for (const { message, extensions } of errors) expect({ message, code: extensions.code }).toEqual({ message: expect.stringMatching(/./), code });
    else for (const result of Object.values(data)) expect(result).toEqual({ success: false, code });
    expect(answer.text).not.toMatch(internals);
  });

  test("refuses variables of any depth", async () => {
    for (const depth of [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 20_000])
      for (const name of ["id", "surplus"]) {
        const query = `query ($id: ID!) { getPost(id: $id) { success } }`;
        const body = `{"query":${JSON.stringify(query)},"variables":{"${name}":${"[".repeat(depth)}${"]".repeat(depth)}}}`;
        const answer = await send({ method: "POST", path: "/graphql", headers: { "content-type": "application/json" }, body }, john.token);
        expect(answer.status, `${depth} levels`).toBeLessThan(500);
        expect(answer.text).toMatch(/"code":"(malformed_request|validation_failed)"/);
      }
  });
});

test("none of this has stored or changed anything", async () => {
  expect(await stored.all()).toEqual(before);
});
