import { hash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let alice: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  alice = await feed.person("alice");
});
afterAll(() => feed.close());

const named = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: hash("sha256", query) } });
const send = (body: object, as: Person | null = null, accept = "application/json") =>
  feed.call("POST", "/graphql", body, { accept, ...(as && { authorization: `Bearer ${as.token}` }) });
const unknown = { errors: [{ message: "PersistedQueryNotFound", extensions: { code: "not_found" } }] };

describe("a persisted query", () => {
  test("is sent once with its hash, and then named by it, by everyone", async () => {
    const query = "query ($id: ID!) { getPost(id: $id) { success post { content } } me { username } }";
    const [variables, extensions] = [{ id: await createPost(alice) }, named(query)];
    expect(await send({ extensions, variables }, alice)).toMatchObject({ status: 200, body: unknown });
    expect(await send({ extensions, variables }, alice, "application/graphql-response+json")).toMatchObject({ status: 404, body: unknown });
    const { body } = await send({ query, extensions, variables }, alice);
    expect(body.data).toMatchObject({ getPost: { success: true }, me: { username: alice.username } });
    expect(await send({ extensions, variables }, alice)).toMatchObject({ status: 200, body });
    // Who asks is who sends the hash.
    expect((await send({ extensions, variables: { id: "none" } })).body.data).toMatchObject({ getPost: { success: false }, me: null });
    expect((await send({ extensions, variables, query: null }, alice, "text/event-stream")).body).toContain(`"me":{"username":"${alice.username}"}`);
  });

  test("of a visitor is kept, too", async () => {
    const query = "{ categories { slug } }";
    await send({ query, extensions: named(query) });
    expect((await send({ extensions: named(query) })).body.data).toEqual({ categories: expect.any(Array) });
  });

  test("is refused under a hash that is another's, or none", async () => {
    const [query, other] = ["{ me { id } }", "{ me { username } }"];
    const refused = await send({ query, extensions: named(other) }, alice);
    expect(refused.body.errors).toMatchObject([{ message: "The hash is not the SHA-256 of the query.", extensions: { code: "malformed_request" } }]);
    expect((await send({ extensions: named(other) })).body).toMatchObject(unknown);
    for (const persistedQuery of [{ version: 1 }, { version: 2, sha256Hash: hash("sha256", query) }, { version: 1, sha256Hash: "none" }, "none"])
      expect(await send({ extensions: { persistedQuery } })).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: "malformed_request" } }] } });
    for (const body of [{}, { query: null }, { extensions: {} }, { extensions: null }]) expect((await send(body)).status).toBe(400);
  });

  test("is kept only if it is valid and may run, and is checked each time", async () => {
    const invalid = "{ nothing }";
    expect((await send({ query: invalid, extensions: named(invalid) })).body.errors).toMatchObject([{ extensions: { code: "validation_failed" } }]);
    expect((await send({ extensions: named(invalid) })).body).toMatchObject(unknown);
    const long = "query ($n: Int) { getPosts(input: { limit: $n }) { posts { comments(limit: $n) { replies(limit: $n) { id content } } } } }";
    expect((await send({ query: long, extensions: named(long), variables: { n: 100 } })).body.errors[0].message).toContain("costs");
    expect((await send({ extensions: named(long), variables: { n: 1 } })).body).toMatchObject(unknown);
    await send({ query: long, extensions: named(long), variables: { n: 1 } });
    expect((await send({ extensions: named(long), variables: { n: 1 } })).body.data.getPosts).toBeTruthy();
    expect((await send({ extensions: named(long), variables: { n: 100 } })).body.errors[0].message).toContain("costs");
  });
});
