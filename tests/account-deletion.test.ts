import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, type Listener, openEvents, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const write = async (author: Person, path: string, body: object): Promise<string> => {
  const answer = await author.post(path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
};
const post = (author: Person, visibility = "public") => write(author, "/api/v1/posts", { content: `by ${author.username}`, postType: "TEXT", visibility });
const comment = (author: Person, postId: string, content: string) => write(author, `/api/v1/posts/${postId}/comments`, { content });
const contents = (listener: Listener) => listener.of("new_comment", "comment_added").map((item) => item.data.comment.content);
const ids = (page: { body: { data: { id: string }[] } }) => page.body.data.map((item) => item.id);

async function follow(follower: Person, author: Person): Promise<void> {
  expect((await follower.post(`/api/v1/users/${author.id}/follow`)).status).toBe(200);
}
/** A followers-only post of the author that the follower can see. */
async function privatePost(author: Person, follower: Person): Promise<string> {
  await follow(follower, author);
  const id = await post(author, "followers");
  await eventually(async () => expect((await follower.get(`/api/v1/posts/${id}`)).status).toBe(200));
  return id;
}

describe("a blocked user", () => {
  test("has the blocker's posts retracted live, gets no replay of them, and finds them in no list", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    await follow(bob, alice);
    const postId = await post(alice);
    const [socket, events] = [listening(await openSocket(feed, bob)), listening(await openEvents(feed, bob, `/api/sse/comments/${postId}`))];
    const { cursor } = await socket.ask("subscribe-post", postId);
    await comment(alice, postId, "while we were friends");
    await eventually(() => expect([contents(socket), contents(events)]).toEqual([["while we were friends"], ["while we were friends"]]));

    expect((await alice.post(`/api/v1/users/${bob.id}/block`)).status).toBe(200);
    await eventually(() => {
      for (const listener of [socket, events])
        expect(listener.of("retract").at(-1)?.data).toMatchObject({ stream: `post:${postId}`, items: [{ type: "post", id: postId }] });
    });
    await comment(alice, postId, "behind his back");
    await eventually(async () => {
      expect((await bob.get(`/api/v1/posts/${postId}`)).status).toBe(404);
      expect((await bob.get(`/api/v1/posts/${postId}/comments`)).status).toBe(404);
      expect(ids(await bob.get("/api/v1/posts"))).not.toContain(postId);
      expect(ids(await bob.get("/api/v1/feed"))).not.toContain(postId);
    });
    expect(await socket.ask("subscribe-post", postId, { cursor })).toMatchObject({ ok: false, error: { code: "not_found" } });
    expect((await bob.get(`/api/v1/streams/post:${postId}/entries?after=${cursor}`)).status).toBe(404);
    expect((await bob.get(`/api/v1/users/${alice.id}`)).status).toBe(404);
    expect(contents(socket)).toEqual(["while we were friends"]);
    expect(contents(events)).toEqual(["while we were friends"]);
  });

  test("and the blocker do not see each other's comments on other posts: live, replayed or listed", async () => {
    const [alice, bob, carol] = await Promise.all([feed.person("alice"), feed.person("bob"), feed.person("carol")]);
    const postId = await post(carol);
    const [ofAlice, ofBob, ofCarol] = [
      listening(await openSocket(feed, alice)),
      listening(await openSocket(feed, bob)),
      listening(await openSocket(feed, carol)),
    ];
    const { cursor } = await ofBob.ask("subscribe-post", postId);
    for (const socket of [ofAlice, ofCarol]) await socket.ask("subscribe-post", postId);
    const before = await comment(alice, postId, "alice before");
    await eventually(() => expect(contents(ofBob)).toEqual(["alice before"]));

    await alice.post(`/api/v1/users/${bob.id}/block`);
    await eventually(() => expect(ofBob.of("retract").at(-1)?.data).toMatchObject({ stream: `post:${postId}`, items: [{ type: "comment", id: before }] }));
    await comment(alice, postId, "alice after");
    await comment(bob, postId, "bob after");
    await comment(carol, postId, "carol after");
    await eventually(() => {
      expect(contents(ofCarol)).toEqual(["alice before", "alice after", "bob after", "carol after"]);
      expect(contents(ofAlice)).toEqual(["alice before", "alice after", "carol after"]);
      expect(contents(ofBob)).toEqual(["alice before", "bob after", "carol after"]);
    });
    const again = listening(await openSocket(feed, bob));
    await again.ask("subscribe-post", postId, { cursor });
    expect(contents(again)).toEqual(["bob after", "carol after"]);
    await eventually(async () => {
      const list = await bob.get(`/api/v1/posts/${postId}/comments`);
      expect(list.body.data.map((item: { content: string }) => item.content)).toEqual(["carol after", "bob after"]);
    });

    await alice.delete(`/api/v1/users/${bob.id}/block`);
    await eventually(async () => {
      await comment(alice, postId, "friends again");
      expect(contents(ofBob)).toContain("friends again");
    });
  });

  test("disappears from the blocker's inbox and causes no more notifications", async () => {
    const [alice, bob, carol] = await Promise.all([feed.person("alice"), feed.person("bob"), feed.person("carol")]);
    const postId = await post(alice);
    const inbox = listening(await openSocket(feed, alice));
    const { cursor } = await inbox.ask("subscribe");
    await comment(bob, postId, "Hi");
    const notificationId = await eventually(() => {
      const item = inbox.of("notification").find(({ data }) => data.type === "new_comment");
      if (!item) throw new Error("no notification yet");
      return item.data.id as string;
    });
    await alice.post(`/api/v1/users/${bob.id}/block`);
    await eventually(() => expect(inbox.of("retract").flatMap(({ data }) => data.items)).toContainEqual({ type: "notification", id: notificationId }));
    expect(ids(await alice.get("/api/v1/notifications"))).not.toContain(notificationId);
    const shared = await post(carol);
    await comment(bob, shared, `@${alice.username} look here`);
    await comment(carol, postId, "a later one");
    await eventually(() => expect(inbox.of("notification").filter(({ data }) => data.actor?.id === carol.id)).toHaveLength(1));
    expect(inbox.of("notification").filter(({ data }) => data.actor?.id === bob.id)).toHaveLength(1);
    const again = listening(await openSocket(feed, alice));
    await again.ask("subscribe", null, { cursor });
    expect(again.of("notification").filter(({ data }) => data.actor?.id === bob.id)).toEqual([]);
  });
});

describe("a follower who loses access", () => {
  const causes: [string, (author: Person, follower: Person, postId: string) => Promise<unknown>][] = [
    ["unfollowed", (author, follower) => follower.delete(`/api/v1/users/${author.id}/follow`)],
    ["were removed", (author, follower) => author.delete(`/api/v1/users/me/followers/${follower.id}`)],
  ];
  for (const [cause, revoke] of causes)
    test(`because they ${cause} has followers-only posts retracted, and gets no replay of them`, async () => {
      const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
      const postId = await privatePost(alice, bob);
      const socket = listening(await openSocket(feed, bob));
      const events = listening(await openEvents(feed, bob, `/api/sse/comments/${postId}`));
      const { cursor } = await socket.ask("subscribe-post", postId);
      await revoke(alice, bob, postId);
      await eventually(() => {
        for (const listener of [socket, events]) expect(listener.of("retract").at(-1)?.data.items).toEqual([{ type: "post", id: postId }]);
      });
      await comment(alice, postId, "for followers");
      await eventually(async () => expect((await bob.get(`/api/v1/posts/${postId}`)).status).toBe(404));
      expect(await socket.ask("subscribe-post", postId, { cursor })).toMatchObject({ ok: false, error: { code: "not_found" } });
      expect([contents(socket), contents(events)]).toEqual([[], []]);
      expect(ids(await bob.get("/api/v1/feed"))).not.toContain(postId);
    });

  test("because the post is now for followers only does not get the new content", async () => {
    const [alice, bob, carol] = await Promise.all([feed.person("alice"), feed.person("bob"), feed.person("carol")]);
    await follow(carol, alice);
    const postId = await post(alice);
    const [stranger, follower] = [listening(await openSocket(feed, bob)), listening(await openSocket(feed, carol))];
    for (const socket of [stranger, follower]) await socket.ask("subscribe-post", postId);
    await alice.patch(`/api/v1/posts/${postId}`, { visibility: "followers", content: "only for followers" });
    await eventually(() => {
      expect(follower.of("post_updated")[0]?.data.post.content).toBe("only for followers");
      expect(stranger.of("retract")[0]?.data.items).toEqual([{ type: "post", id: postId }]);
    });
    expect(JSON.stringify(stranger.received)).not.toContain("only for followers");
  });
});

describe("new posts", () => {
  test("are signalled to subscribed followers only", async () => {
    const [alice, bob, carol] = await Promise.all([feed.person("alice"), feed.person("bob"), feed.person("carol")]);
    await follow(bob, alice);
    const [follower, stranger] = [listening(await openSocket(feed, bob)), listening(await openSocket(feed, carol))];
    for (const socket of [follower, stranger]) await socket.ask("subscribe-feed");
    await eventually(async () => {
      await post(alice, "followers");
      expect(follower.of("new_post")[0]?.data.post).toMatchObject({ author: { id: alice.id }, visibility: "followers" });
    });
    expect(stranger.of("new_post")).toEqual([]);
    const last = await post(alice);
    await eventually(() => expect(follower.of("new_post").at(-1)?.data.post.id).toBe(last));
    await follower.ask("unsubscribe-feed");
    const unsignalled = await post(alice);
    await eventually(async () => expect(ids(await bob.get("/api/v1/feed"))).toContain(unsignalled));
    expect(follower.of("new_post").at(-1)?.data.post.id).toBe(last);
  });
});

describe("a rename", () => {
  test("shows in old posts, comments and notifications", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await post(alice);
    const commentId = await comment(bob, postId, "Hi");
    await eventually(async () => expect((await alice.get("/api/v1/notifications")).body.data[0]).toMatchObject({ actor: { fullName: "bob Tester" } }));
    for (const person of [alice, bob]) expect((await person.patch("/api/v1/users/me", { fullName: `New ${person.username}` })).status).toBe(200);
    await eventually(async () => {
      expect((await bob.get(`/api/v1/posts/${postId}`)).body.author.fullName).toBe(`New ${alice.username}`);
      expect((await alice.get(`/api/v1/comments/${commentId}`)).body.author.fullName).toBe(`New ${bob.username}`);
      expect((await alice.get("/api/v1/notifications")).body.data[0]).toMatchObject({
        actor: { fullName: `New ${bob.username}` },
        message: `New ${bob.username} commented on your post`,
      });
      expect((await alice.get("/api/auth/me")).body.data.user.fullName).toBe(`New ${alice.username}`);
    });
  });
});

describe("a deleted account", () => {
  test("leaves no name in a notification group that continues without it", async () => {
    const [alice, bob, carol] = await Promise.all([feed.person("alice"), feed.person("bob"), feed.person("carol")]);
    const postId = await post(alice);
    const inbox = listening(await openSocket(feed, alice));
    const { cursor } = await inbox.ask("subscribe");
    const messages = (listener: Listener) => listener.of("notification").flatMap(({ data }) => (data.type === "post_liked" ? [data.message] : []));
    await bob.post(`/api/v1/posts/${postId}/like`);
    await eventually(() => expect(messages(inbox)).toHaveLength(1));
    await carol.post(`/api/v1/posts/${postId}/like`);
    await eventually(() => expect(messages(inbox).at(-1)).toBe("carol Tester and bob Tester liked your post"));
    expect((await carol.delete("/api/auth/me", { password: carol.password })).status).toBe(200);
    await eventually(() => expect(messages(inbox).at(-1)).toBe("bob Tester liked your post"));
    const again = listening(await openSocket(feed, alice));
    await again.ask("subscribe", null, { cursor });
    expect(messages(again)).toEqual(["bob Tester liked your post"]);
    expect(JSON.stringify(again.received)).not.toContain(carol.username);
  });

  test("loses its posts, comments, likes, follows, media and notifications, which the export held before", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const [hers, his] = [await post(alice), await post(bob)];
    await follow(alice, bob);
    await follow(bob, alice);
    const [herComment, hisComment] = [await comment(alice, his, "alice was here"), await comment(bob, hers, "bob was here")];
    await alice.post(`/api/v1/posts/${his}/like`);
    await alice.post(`/api/v1/comments/${hisComment}/like`);
    const form = new FormData();
    form.set(
      "image",
      new Blob([Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64")]),
      "dot.png",
    );
    const upload = await alice.post("/api/media/upload/image", form);
    expect(upload.status, JSON.stringify(upload.body)).toBe(201);
    const file = new URL(upload.body.url).pathname;
    expect((await feed.call("GET", file)).status).toBe(200);
    const inbox = listening(await openSocket(feed, bob));
    await inbox.ask("subscribe");
    await eventually(async () => {
      expect((await bob.get(`/api/v1/posts/${his}`)).body).toMatchObject({ likeCount: 1, commentCount: 1 });
      expect(
        (await bob.get("/api/v1/notifications")).body.data.filter((item: { actor: { id: string } | null }) => item.actor?.id === alice.id).length,
      ).toBeGreaterThanOrEqual(3);
    });

    const held = (await alice.get("/api/v1/users/me/export")).body;
    expect(held.account).toMatchObject({ id: alice.id, email: alice.email });
    expect(held.posts).toMatchObject([{ id: hers }]);
    expect(held.comments).toMatchObject([{ id: herComment, content: "alice was here" }]);
    expect(held.media).toMatchObject([{ id: upload.body.id }]);
    for (const section of ["sessions", "followers", "following", "postLikes", "commentLikes", "notifications"])
      expect(held[section].length, section).toBeGreaterThan(0);

    expect(await alice.delete("/api/auth/me", { password: "wrong-password" })).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect((await alice.delete("/api/auth/me", { password: alice.password })).status).toBe(200);
    await eventually(async () => {
      expect((await bob.get(`/api/v1/users/${alice.id}`)).status).toBe(404);
      expect((await bob.get(`/api/v1/posts/${hers}`)).status).toBe(404);
      expect((await bob.get(`/api/v1/comments/${herComment}`)).status).toBe(404);
      expect((await bob.get(`/api/v1/posts/${his}`)).body).toMatchObject({ likeCount: 0, commentCount: 0 });
      expect(ids(await bob.get(`/api/v1/users/${bob.id}/followers`))).toEqual([]);
      expect(ids(await bob.get(`/api/v1/users/${bob.id}/following`))).toEqual([]);
      expect((await bob.get(`/api/v1/users/${bob.id}`)).body).toMatchObject({ followerCount: 0, followingCount: 0 });
      expect((await feed.call("GET", file)).status).toBe(404);
      const left = (await bob.get("/api/v1/notifications")).body.data;
      expect(left.filter((item: { type: string }) => item.type !== "welcome")).toEqual([]);
    }, 10_000);
    expect(inbox.of("retract").length).toBeGreaterThan(0);
    const database = await feed.platform.openDatabase("notification-service");
    expect(await database.query("SELECT 1 FROM notification WHERE user_id = $1", [alice.id])).toEqual([]);
    expect(await database.query("SELECT 1 FROM stream_entry WHERE data::text LIKE $1", [`%alice was here%`])).toEqual([]);
    expect(await feed.call("POST", "/api/auth/login", { email: alice.email, password: alice.password })).toMatchObject({ status: 401 });
  });
});
