import { createClient, NewFeedError, type SessionState } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cursorOf } from "./support/cursors.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

let accounts = 0;
const account = (name: string) => {
  const username = `${name}_${++accounts}`;
  return { username, email: `${username}@test.com`, password: "Test123", fullName: `${name} Tester` };
};

async function signedUp(name: string) {
  const client = createClient({ baseUrl: feed.url });
  return { client, user: await client.session.signUp(account(name)) };
}

describe("the client's calls", () => {
  test("sign up, out and in, and publish each session state", async () => {
    const client = createClient({ baseUrl: feed.url });
    const states: SessionState["status"][] = [];
    client.session.subscribe(({ status }) => states.push(status));
    const john = account("john");
    expect(await client.session.signUp(john)).toMatchObject({ username: john.username, email: john.email });
    expect(await client.session.list()).toHaveLength(1);
    await client.session.signOut();
    await expect(client.session.me()).rejects.toMatchObject({ status: 401, code: "unauthenticated" });
    await client.session.signIn({ email: john.username, password: john.password });
    expect(await client.session.me()).toMatchObject({ username: john.username });
    expect(states).toEqual(["signed-in", "signed-out", "signed-in"]);
    await client.session.deleteAccount(john.password);
    await expect(client.session.signIn({ email: john.email, password: john.password })).rejects.toMatchObject({ code: "invalid_credentials" });
  });

  test("write, read, change, like and delete posts and comments", async () => {
    const { client: alice } = await signedUp("alice");
    const { client: bob, user } = await signedUp("bob");
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    expect(post.clientMutationId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await alice.posts.update(post.id, { content: "Hello again" })).revision).toBeGreaterThan(post.revision);
    expect(await bob.posts.like(post.id)).toMatchObject({ liked: true, likeCount: 1 });
    expect(await bob.posts.get(post.id)).toMatchObject({ content: "Hello again", likedByMe: true });
    const comment = await bob.comments.create(post.id, { content: "Hi" });
    expect(comment.author).toMatchObject({ id: user.id });
    await alice.comments.like(comment.id);
    await alice.comments.create(post.id, { content: "A reply", parentCommentId: comment.id });
    const page = await bob.comments.list(post.id);
    expect(page.data.find(({ id }) => id === comment.id)).toMatchObject({ content: "Hi", likeCount: 1, likedByMe: false });
    expect(await cursorOf(() => bob.comments.list(post.id))).toMatch(/:\d+$/);
    expect((await bob.comments.list(post.id, { parentCommentId: comment.id })).data).toHaveLength(1);
    expect(await bob.posts.aggregate(post.id)).toMatchObject({ post: { id: post.id }, comments: { data: [{ content: "Hi" }] } });
    expect((await bob.posts.aggregates({ limit: 1 })).data).toMatchObject([{ post: { id: post.id } }]);
    await expect(bob.posts.delete(post.id)).rejects.toMatchObject({ status: 403, code: "not_owner" });
    await alice.posts.delete(post.id);
    await expect(alice.posts.get(post.id)).rejects.toMatchObject({ status: 404, code: "not_found" });
  });

  test("follow users and read the feed and the inbox", async () => {
    const { client: alice, user } = await signedUp("alice");
    const { client: bob } = await signedUp("bob");
    expect(await bob.users.follow(user.id)).toMatchObject({ following: true });
    const post = await alice.posts.create({ content: "For my followers", postType: "TEXT", visibility: "followers" });
    await eventually(async () => expect((await bob.feed.home({ limit: 5 })).data.map(({ id }) => id)).toContain(post.id));
    expect((await bob.users.search(user.username)).data.map(({ id }) => id)).toEqual([user.id]);
    await eventually(async () => expect((await bob.search.posts("follower in:following")).data.map(({ post: { id } }) => id)).toEqual([post.id]), 10_000);
    expect(await bob.search.all(user.username, { type: "users" })).toMatchObject({ posts: null, users: { data: [{ id: user.id }] }, tags: null });
    expect(await bob.users.byUsername(user.username)).toMatchObject({ id: user.id, followedByMe: true });
    expect(await cursorOf(() => bob.notifications.list())).toMatch(/:\d+$/);
    expect(await bob.notifications.markAllRead()).toBe(0);
  });

  test("upload with progress; an upload can be aborted, and an invalid file is refused", async () => {
    const { client, user } = await signedUp("alice");
    const noise = { width: 900, height: 900, channels: 3 as const, background: "grey", noise: { type: "gaussian" as const, mean: 128, sigma: 60 } };
    const picture = new Blob([new Uint8Array(await sharp({ create: noise }).png({ compressionLevel: 0 }).toBuffer())], { type: "image/png" });
    const steps: number[] = [];
    const uploaded = await client.media.uploadImage(picture, { filename: "noise.png", onProgress: ({ sent }) => steps.push(sent) });
    expect(uploaded).toMatchObject({ width: 900, height: 900 });
    expect(steps.length).toBeGreaterThan(3);
    expect(steps).toEqual([...steps].sort((one, other) => one - other));
    expect(steps.at(-1)).toBe(picture.size);
    const post = await client.posts.create({ content: "", postType: "IMAGE", mediaIds: [uploaded.id] });
    expect(post.media).toMatchObject([{ id: uploaded.id, width: 900 }]);

    const abort = new AbortController();
    const aborted = client.media.uploadImage(picture, { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
    const text = new Blob(["<svg/>"], { type: "image/png" });
    await expect(client.media.upload(text)).rejects.toMatchObject({ status: 415, code: "unsupported_media_type" });
    expect((await client.media.listOf(user.id)).data.map(({ id }) => id)).toEqual([uploaded.id]);
  });

  test("turn every refusal into one kind of error, with the invalid fields", async () => {
    const { client } = await signedUp("carol");
    const refused = await client.posts.create({ content: "x", postType: "POEM" as "TEXT" }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NewFeedError);
    expect(refused).toMatchObject({ status: 400, code: "validation_failed", fieldErrors: [{ field: "postType" }], isTemporary: false });
    const nowhere = createClient({ baseUrl: "http://127.0.0.1:1" });
    await expect(nowhere.posts.list()).rejects.toMatchObject({ status: 0, code: "network", isTemporary: true });
  });
});
