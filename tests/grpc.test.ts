import { timestampDate } from "@bufbuild/protobuf/wkt";
import { AuthService } from "@newfeed/shared/proto/newfeed/v1/auth_pb.ts";
import { LiveService, type StreamEvent } from "@newfeed/shared/proto/newfeed/v1/live_pb.ts";
import { MediaService } from "@newfeed/shared/proto/newfeed/v1/media_pb.ts";
import { PostService } from "@newfeed/shared/proto/newfeed/v1/post_pb.ts";
import { SearchService } from "@newfeed/shared/proto/newfeed/v1/search_pb.ts";
import { UserService } from "@newfeed/shared/proto/newfeed/v1/user_pb.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createComment, createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { grpcClient, refusalOf } from "./support/grpc.ts";
import { twoHalves } from "./support/pictures.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

describe("a call over gRPC", () => {
  test("is answered as REST answers it", async () => {
    const alice = await feed.person("alice");
    const posts = grpcClient(feed, PostService, alice);
    const post = await posts.createPost({ content: "over gRPC", postType: "TEXT", clientMutationId: "one" });
    const { body } = await alice.get(`/api/v1/posts/${post.id}`);
    expect(post).toMatchObject({
      content: body.content,
      author: { id: alice.id, username: alice.username },
      visibility: "public",
      likeCount: 0,
      revision: body.revision,
      clientMutationId: "one",
    });
    expect(timestampDate(post.createdAt as NonNullable<typeof post.createdAt>).toISOString()).toBe(body.createdAt);
    expect(post.title).toBeUndefined();
    await expect(posts.likePost({ id: post.id })).resolves.toMatchObject({ liked: true, likeCount: 1 });
    await expect(posts.getPostById({ id: post.id })).resolves.toMatchObject({ likedByMe: true });
    const { data, pageInfo } = await posts.getUserPosts({ userId: alice.id, limit: 1 });
    expect([data.map(({ id }) => id), pageInfo?.hasNextPage]).toEqual([[post.id], false]);
    await posts.deletePost({ id: post.id });
    expect((await alice.get(`/api/v1/posts/${post.id}`)).status).toBe(404);
  });

  test("is refused with the status, the code and the fields of REST's problem", async () => {
    const alice = await feed.person("alice");
    const visitor = grpcClient(feed, PostService);
    await expect(refusalOf(visitor.createPost({ content: "x", postType: "TEXT" }))).resolves.toMatchObject({
      grpc: "Unauthenticated",
      code: "unauthenticated",
    });
    await expect(refusalOf(visitor.getPostById({ id: "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e" }))).resolves.toEqual({
      grpc: "NotFound",
      code: "not_found",
      message: "There is no such thing.",
      errors: [],
    });
    await expect(refusalOf(visitor.getPostById({ id: "" }))).resolves.toMatchObject({
      grpc: "InvalidArgument",
      code: "validation_failed",
      errors: [{ field: "id" }],
    });
    const refusal = await refusalOf(grpcClient(feed, PostService, alice).createPost({ content: "x", postType: "SONG" }));
    const { body } = await alice.post("/api/v1/posts", { content: "x", postType: "SONG" });
    expect(refusal).toEqual({ grpc: "InvalidArgument", code: body.code, message: body.message, errors: body.errors });
    await expect(refusalOf(grpcClient(feed, PostService, { token: "none" }).getFeed({}))).resolves.toMatchObject({ grpc: "Unauthenticated" });
  });

  test("changes the fields that it sets, or those that its mask names, which may become empty", async () => {
    const alice = await feed.person("alice");
    const posts = grpcClient(feed, PostService, alice);
    const { id } = await posts.createPost({ content: "a text", title: "A title", postType: "TEXT", location: "Here" });
    expect(await posts.updatePost({ id, content: "another" })).toMatchObject({ content: "another", title: "A title", location: "Here" });
    const changed = await posts.updatePost({ id, content: "not named", location: "There", updateMask: { paths: ["title", "location"] } });
    expect(changed).toMatchObject({ content: "another", location: "There" });
    expect(changed.title).toBeUndefined();
    const users = grpcClient(feed, UserService, alice);
    expect((await users.updateProfile({ links: ["https://example.com/"] })).links).toEqual(["https://example.com/"]);
    expect((await users.updateProfile({ updateMask: { paths: ["links"] } })).links).toEqual([]);
  });

  test("repeated with its key creates one post, and says so", async () => {
    const alice = await feed.person("alice");
    const posts = grpcClient(feed, PostService, alice);
    const replayed: (string | null)[] = [];
    const create = () =>
      posts.createPost(
        { content: "once", postType: "TEXT" },
        { headers: { "idempotency-key": "a-key" }, onHeader: (headers) => replayed.push(headers.get("idempotent-replayed")) },
      );
    const [one, other] = [await create(), await create()];
    expect(other.id).toBe(one.id);
    expect(replayed).toEqual([null, "true"]);
  });

  test("signs up, signs in, refreshes and signs out; then its token is refused at once", async () => {
    const auth = grpcClient(feed, AuthService);
    const { user } = await auth.register({ username: "grpc_user", email: "grpc_user@test.com", password: "Test123", fullName: "Over gRPC" });
    const { tokens } = await auth.login({ email: "grpc_user", password: "Test123" });
    const fresh = await auth.refreshToken({ refreshToken: tokens?.refreshToken as string });
    const token = fresh.tokens?.accessToken as string;
    expect(await auth.validateToken({ token })).toMatchObject({ valid: true, userId: user?.id as string, username: "grpc_user" });
    await expect(refusalOf(auth.login({ email: "grpc_user", password: "wrong" }))).resolves.toMatchObject({
      grpc: "Unauthenticated",
      code: "invalid_credentials",
    });
    await grpcClient(feed, AuthService, { token }).logout({});
    await expect(refusalOf(grpcClient(feed, UserService, { token }).getMe({}))).resolves.toMatchObject({ code: "unauthenticated" });
  });

  test("follows, lists followers and searches", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const users = grpcClient(feed, UserService, alice);
    expect(await users.followUser({ id: bob.id })).toMatchObject({ following: true });
    expect((await users.getFollowers({ id: bob.id })).data.map(({ id }) => id)).toEqual([alice.id]);
    expect(await users.getUserByUsername({ username: bob.username })).toMatchObject({ id: bob.id, followedByMe: true });
    expect((await grpcClient(feed, SearchService).searchUsers({ q: bob.username })).data.map(({ id }) => id)).toContain(bob.id);
    const all = await grpcClient(feed, SearchService).searchAll({ q: bob.username, type: "users" });
    expect([all.users?.data.length, all.posts, all.tags]).toEqual([1, undefined, undefined]);
  });
});

describe("an upload over gRPC", () => {
  const partsOf = async function* (kind: string, bytes: Uint8Array, size = 10_000) {
    yield { part: { case: "info" as const, value: { kind, fileName: 'a "name"\r\n.png', contentType: "image/png" } } };
    for (let at = 0; at < bytes.length; at += size) yield { part: { case: "chunk" as const, value: bytes.subarray(at, at + size) } };
  };

  test("arrives whole and is checked as any other", async () => {
    const alice = await feed.person("alice");
    const media = grpcClient(feed, MediaService, alice);
    const uploaded = await media.uploadMedia(partsOf("image", await twoHalves(60, 40).png().toBuffer()));
    expect(uploaded).toMatchObject({ kind: "image", width: 60, height: 40, ownerId: alice.id });
    expect((await media.getUserMedia({ userId: alice.id })).data.map(({ id }) => id)).toEqual([uploaded.id]);
    await media.deleteMedia({ id: uploaded.id });
    await expect(refusalOf(media.getMedia({ id: uploaded.id }))).resolves.toMatchObject({ code: "not_found" });
  });

  test("is refused as over REST: what is no picture, what is too large, what no user sends", async () => {
    const alice = await feed.person("alice");
    const media = grpcClient(feed, MediaService, alice);
    await expect(refusalOf(media.uploadMedia(partsOf("image", Buffer.from("no picture"))))).resolves.toMatchObject({ code: "unsupported_media_type" });
    await expect(refusalOf(media.uploadMedia(partsOf("image", Buffer.alloc(6 * 1024 * 1024), 500_000)))).resolves.toMatchObject({
      grpc: "ResourceExhausted",
      code: "payload_too_large",
    });
    await expect(refusalOf(media.uploadMedia(partsOf("song", Buffer.alloc(10))))).resolves.toMatchObject({ errors: [{ field: "info.kind" }] });
    await expect(refusalOf(grpcClient(feed, MediaService).uploadMedia(partsOf("image", Buffer.alloc(10))))).resolves.toMatchObject({ code: "unauthenticated" });
  });
});

describe("a stream over gRPC", () => {
  /** Collects the events of a stream until it is ended. */
  function collect(stream: AsyncIterable<StreamEvent>) {
    const events: StreamEvent[] = [];
    const ended = (async () => {
      for await (const event of stream) events.push(event);
    })();
    return { events, ended: ended.catch(() => {}), kinds: () => events.map(({ event }) => event.case) };
  }

  test("gives what happens to a post, and what was missed, once and in order", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const postId = await createPost(alice);
    const live = grpcClient(feed, LiveService, bob);
    const leave = new AbortController();
    const first = collect(live.followPost({ postId }, { signal: leave.signal }));
    await eventually(() => expect(first.kinds()).toEqual(["hello"]));
    await createComment(alice, postId, "one");
    await eventually(() => expect(first.kinds()).toEqual(["hello", "commentAdded"]));
    const cursor = first.events[1]?.cursor as string;
    expect(first.events[1]?.event.value).toMatchObject({ postId, comment: { content: "one", author: { id: alice.id } } });
    leave.abort();
    await first.ended;

    await createComment(alice, postId, "two");
    await createComment(alice, postId, "three");
    const again = new AbortController();
    const second = collect(live.followPost({ postId, cursor }, { signal: again.signal }));
    await eventually(() => expect(second.kinds()).toEqual(["hello", "commentAdded", "commentAdded"]));
    expect(second.events.slice(1).map(({ event }) => event.case === "commentAdded" && event.value.comment?.content)).toEqual(["two", "three"]);
    // The same position as over other transports.
    await eventually(async () => expect((await alice.get(`/api/v1/posts/${postId}/comments`)).body.streamCursor).toBe(second.events.at(-1)?.cursor));
    await alice.delete(`/api/v1/posts/${postId}`);
    await second.ended;
    expect(second.kinds().at(-1)).toBe("postDeleted");
  });

  test("gives the inbox to its owner, and ends with the session", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const inbox = collect(grpcClient(feed, LiveService, alice).followInbox({}));
    await eventually(() => expect(inbox.kinds()).toContain("hello"));
    await bob.post(`/api/v1/users/${alice.id}/follow`);
    await eventually(() =>
      expect(inbox.events.map(({ event }) => event.value)).toContainEqual(expect.objectContaining({ type: "new_follower", unreadCount: expect.any(Number) })),
    );
    await alice.post("/api/auth/logout", {});
    await inbox.ended;
    expect(inbox.events.at(-1)?.event).toMatchObject({ case: "closing", value: { code: "revoked", resume: false } });
  });

  test("is refused where it would be over others; a visitor follows public posts", async () => {
    const alice = await feed.person("alice");
    const hidden = await alice.post("/api/v1/posts", { content: "for followers", postType: "TEXT", visibility: "followers" });
    const visitor = grpcClient(feed, LiveService);
    const leave = new AbortController();
    const first = async (stream: AsyncIterable<StreamEvent>) => (await stream[Symbol.asyncIterator]().next()).value?.event.case;
    await expect(refusalOf(first(visitor.followPost({ postId: hidden.body.id })))).resolves.toMatchObject({ code: "not_found" });
    await expect(refusalOf(first(visitor.followPost({ postId: "" })))).resolves.toMatchObject({ code: "validation_failed", errors: [{ field: "postId" }] });
    await expect(refusalOf(first(visitor.followInbox({})))).resolves.toMatchObject({ code: "unauthenticated" });
    await expect(first(visitor.followPost({ postId: await createPost(alice) }, { signal: leave.signal }))).resolves.toBe("hello");
    leave.abort();
  });

  test("ends at its deadline, and is not followed any more", async () => {
    const alice = await feed.person("alice");
    const postId = await createPost(alice);
    const streams = async () => /newfeed_connections\{transport="sse"\} (\d+)/.exec(await feed.platform.metrics.render())?.[1];
    await eventually(async () => expect(await streams()).toBe("0"));
    const followed = grpcClient(feed, LiveService, alice).followPost({ postId }, { timeoutMs: 3_000 });
    const failed = refusalOf(
      (async () => {
        for await (const _ of followed);
      })(),
    );
    await eventually(async () => expect(await streams()).toBe("1"));
    await expect(failed).resolves.toMatchObject({ grpc: "DeadlineExceeded" });
    await eventually(async () => expect(await streams()).toBe("0"));
  });
});
