import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { ExecutionResult } from "graphql";
import { createClient } from "graphql-sse";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createComment, createPost } from "./support/comments.ts";
import { cursorOf } from "./support/cursors.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
});
afterAll(() => feed.close());
beforeEach(() => eventually(async () => expect(await streams()).toBe(0)));

const bearer = (as: Person | null): Record<string, string> => (as ? { authorization: `Bearer ${as.token}` } : {});

const open: (() => void)[] = [];
afterEach(() => {
  for (const leave of open.splice(0)) leave();
});

/** Subscribes with the stock client, and collects the results until it is left or ended. */
function subscribe(as: Person | null, query: string, variables: Record<string, unknown> = {}) {
  const begun = Promise.withResolvers<unknown>();
  const client = createClient({ url: `${feed.url}/graphql`, headers: bearer(as), retryAttempts: 0, on: { connected: begun.resolve } });
  const results: ExecutionResult[] = [];
  const ended = Promise.withResolvers<void>();
  let failed: unknown;
  ended.promise.catch((error) => {
    failed = error;
  });
  const leave = client.subscribe(
    { query, variables },
    { next: (result) => results.push(result as ExecutionResult), error: ended.reject, complete: ended.resolve },
  );
  open.push(leave);
  return {
    results,
    leave,
    /** From here on, it gets what happens. */
    begun: begun.promise,
    ended: ended.promise,
    data: () => {
      if (failed) throw failed;
      return results.map(({ data }) => data);
    },
    cursors: () => results.map(({ extensions }) => extensions?.["cursor"]),
  };
}

/** How many event streams are open, at notification-service. */
const streams = async () => Number(/newfeed_connections\{transport="sse"\} (\d+)/.exec(await feed.platform.metrics.render())?.[1]);

const cursorOfPost = (postId: string) => cursorOf(async () => (await alice.get(`/api/v1/posts/${postId}/comments`)).body);

/** Answered over an event stream, without a client that hides it. */
const overEventStream = (query: string, as: Person | null = null) => feed.call("POST", "/graphql", { query }, { ...bearer(as), accept: "text/event-stream" });

const added = `subscription ($postId: ID!, $cursor: ID) { commentAdded(postId: $postId, cursor: $cursor) { content author { username } likedByMe } }`;

describe("a subscription", () => {
  test("gives the comments of a post as they are written, and what was missed, once and in order", async () => {
    const postId = await createPost(alice);
    const first = subscribe(bob, added, { postId });
    await first.begun;
    expect(await streams()).toBe(1);
    await createComment(alice, postId, "one");
    await eventually(() => expect(first.data()).toEqual([{ commentAdded: { content: "one", author: { username: alice.username }, likedByMe: false } }]));
    first.leave();
    await eventually(async () => expect(await streams()).toBe(0));

    await createComment(alice, postId, "two");
    await createComment(alice, postId, "three");
    const [cursor] = first.cursors();
    const second = subscribe(bob, added, { postId, cursor });
    await eventually(() => expect(second.data()).toMatchObject([{ commentAdded: { content: "two" } }, { commentAdded: { content: "three" } }]));
    // The same position as over other transports.
    expect(await cursorOfPost(postId)).toBe(second.cursors().at(-1));
    await alice.delete(`/api/v1/posts/${postId}`);
    await second.ended;
    await eventually(async () => expect(await streams()).toBe(0));
  });

  test("gives comments as they are changed, deleted, and not to be seen any more", async () => {
    const [carol, postId] = [await feed.person("carol"), await createPost(alice)];
    const [{ id: one }, { id: other }] = [await createComment(alice, postId, "one"), await createComment(carol, postId, "other")];
    const cursor = await cursorOfPost(postId);
    const updated = subscribe(bob, "subscription ($postId: ID!, $cursor: ID) { commentUpdated(postId: $postId, cursor: $cursor) { id content likedByMe } }", {
      ...{ postId, cursor },
    });
    const deleted = subscribe(bob, "subscription ($postId: ID!, $cursor: ID) { commentDeleted(postId: $postId, cursor: $cursor) { id postId } }", {
      ...{ postId, cursor },
    });
    await eventually(async () => expect(await streams()).toBe(2));
    await alice.patch(`/api/v1/comments/${one}`, { content: "changed" });
    await eventually(() => expect(updated.data()).toContainEqual({ commentUpdated: { id: one, content: "changed", likedByMe: false } }));
    await bob.graphql("mutation ($id: ID!) { likeComment(id: $id) { success } }", { id: one });
    await alice.patch(`/api/v1/comments/${one}`, { content: "again" });
    await eventually(() => expect(updated.data()).toContainEqual({ commentUpdated: { id: one, content: "again", likedByMe: true } }));
    await alice.delete(`/api/v1/comments/${one}`);
    await eventually(() => expect(deleted.data()).toEqual([{ commentDeleted: { id: one, postId } }]));
    await carol.post(`/api/v1/users/${bob.id}/block`);
    await eventually(() => expect(deleted.data()).toContainEqual({ commentDeleted: { id: other, postId } }));
    for (const { leave } of [updated, deleted]) leave();
  });

  test("gives the inbox to its owner, and ends with the session", async () => {
    const dora = await feed.person("dora");
    const inbox = subscribe(dora, "subscription { notificationReceived { type message actor { username } read } }");
    await inbox.begun;
    await bob.post(`/api/v1/users/${dora.id}/follow`);
    await eventually(() =>
      expect(inbox.data()).toContainEqual({
        notificationReceived: { type: "new_follower", message: expect.any(String), actor: { username: bob.username }, read: false },
      }),
    );
    await dora.post("/api/auth/logout", {});
    await inbox.ended;
    expect(inbox.results.at(-1)?.errors).toMatchObject([{ extensions: { code: "closing", closing: { code: "revoked", resume: false } } }]);
  });

  test("gives the new posts of those whom its viewer follows, with what depends on the viewer", async () => {
    const [erin, quoted] = [await feed.person("erin"), await createPost(alice)];
    await bob.post(`/api/v1/users/${erin.id}/follow`);
    const posts = subscribe(bob, "subscription { newPosts { content likedByMe quotedPost { id } author { username } } }");
    await posts.begun;
    // A signal is sent to those who follow by then.
    await eventually(async () => {
      await erin.post("/api/v1/posts", { content: "new", postType: "TEXT", quotedPostId: quoted });
      expect(posts.data()).toContainEqual({ newPosts: { content: "new", likedByMe: false, quotedPost: { id: quoted }, author: { username: erin.username } } });
    });
    posts.leave();
  });

  test("from a position that is of no use begins with a reset, and goes on", async () => {
    const postId = await createPost(alice);
    const follower = subscribe(bob, added, { postId, cursor: "none\n" });
    await eventually(() => expect(follower.results).toHaveLength(1));
    expect(follower.results[0]).toMatchObject({ errors: [{ extensions: { code: "reset", reset: { stream: `post:${postId}`, refetch: expect.any(Array) } } }] });
    expect(follower.cursors()).toEqual([await cursorOfPost(postId)]);
    await createComment(alice, postId, "on");
    await eventually(() => expect(follower.data().at(-1)).toMatchObject({ commentAdded: { content: "on" } }));
    follower.leave();
  });

  test("is refused where it would be over others; a visitor follows public posts", async () => {
    const hidden = await alice.post("/api/v1/posts", { content: "for followers", postType: "TEXT", visibility: "followers" });
    const refused = async (as: Person | null, query: string, variables = {}) => {
      const { ended, results } = subscribe(as, query, variables);
      await ended;
      return results.map(({ errors, data }) => [errors?.map(({ extensions }) => extensions?.["code"]), data ?? null]);
    };
    expect(await refused(null, added, { postId: hidden.body.id })).toEqual([[["not_found"], null]]);
    expect(await refused(bob, added, { postId: "" })).toEqual([[["validation_failed"], null]]);
    expect(await refused(null, "subscription { notificationReceived { id } }")).toEqual([[["unauthenticated"], null]]);
    expect(await refused(null, "subscription { newPosts { id } }")).toEqual([[["unauthenticated"], null]]);
    const postId = await createPost(alice);
    const visitor = subscribe(null, added, { postId, cursor: await cursorOfPost(postId) });
    await createComment(alice, postId, "for everyone");
    await eventually(() => expect(visitor.data()).toMatchObject([{ commentAdded: { content: "for everyone" } }]));
    visitor.leave();
  });
});

describe("GraphQL over server-sent events", () => {
  test("answers queries and mutations with one result", async () => {
    const { status, headers, body } = await overEventStream("{ me { username } }", alice);
    expect([status, headers.get("content-type"), headers.get("cache-control")]).toEqual([200, "text/event-stream; charset=utf-8", "no-store, no-transform"]);
    expect(body).toBe(`event: next\ndata: {"data":{"me":{"username":"${alice.username}"}}}\n\nevent: complete\ndata:\n\n`);
  });

  test("refuses a document that is invalid or costs too much with JSON, and an identity that is not valid with a problem", async () => {
    const postId = await createPost(alice);
    const invalid = await overEventStream(`subscription { commentAdded(postId: "${postId}") { nothing } }`);
    expect([invalid.status, invalid.body.errors[0].extensions.code]).toEqual([400, "validation_failed"]);
    const costly = await overEventStream(
      `subscription { commentAdded(postId: "${postId}") { replies(limit: 100) { replies(limit: 100) { id content createdAt } } } }`,
    );
    expect([costly.status, costly.body.errors[0].message]).toEqual([400, expect.stringContaining("costs")]);
    expect((await feed.call("POST", "/graphql", { query: "{ me { id } }" }, { authorization: "Bearer none", accept: "text/event-stream" })).status).toBe(401);
  });

  test("is what a subscription needs", async () => {
    const { status, body } = await feed.call("POST", "/graphql", { query: "subscription { newPosts { id } }" }, bearer(bob));
    expect([status, body.errors]).toEqual([200, [expect.objectContaining({ message: expect.stringContaining("text/event-stream") })]]);
  });
});
