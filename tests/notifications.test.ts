import { createClient } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openEvents, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

interface Item {
  id: string;
  type: string;
  category?: string;
  read: boolean;
  data: { postId?: string };
}
const write = async (author: Person) => (await author.post("/api/v1/posts", { content: "Hello", postType: "TEXT" })).body.id as string;
const listOf = async (reader: Person, query = ""): Promise<Item[]> => (await reader.get(`/api/v1/notifications${query}`)).body.data;
const arrived = (reader: Person, ...types: string[]) =>
  eventually(async () => {
    const items = await listOf(reader);
    expect(types.filter((type) => !items.some((item) => item.type === type))).toEqual([]);
    return items;
  });

/** Alice's inbox: a like and a comment about one post, a mention in another, a follower, and the welcome. */
async function inboxOfAlice() {
  const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
  const [postId, other] = [await write(alice), await write(bob)];
  await bob.post(`/api/v1/posts/${postId}/like`);
  await bob.post(`/api/v1/posts/${postId}/comments`, { content: "Nice" });
  await bob.post(`/api/v1/posts/${other}/comments`, { content: `Look, @${alice.username}` });
  await bob.post(`/api/v1/users/${alice.id}/follow`);
  const items = await arrived(alice, "post_liked", "new_comment", "mention", "new_follower", "welcome");
  const idOf = (type: string) => items.find((item) => item.type === type)?.id ?? "";
  return { alice, bob, postId, idOf };
}

describe("notifications are filtered", () => {
  test("by their type, and by whether they are unread, in REST, GraphQL and the client library", async () => {
    const { alice, idOf } = await inboxOfAlice();
    const byType = { likes: "post_liked", comments: "new_comment", mentions: "mention", follows: "new_follower" };
    for (const [category, type] of Object.entries(byType)) {
      expect(await listOf(alice, `?type=${category}`)).toMatchObject([{ type, category }]);
      const { body } = await alice.graphql(`{ notifications(type: ${category}) { notifications { id type category data { postId } } unreadCount } }`);
      expect(body.data.notifications).toMatchObject({ notifications: [{ id: idOf(type), type, category }], unreadCount: 5 });
    }
    expect(await listOf(alice, "?type=reposts")).toEqual([]);
    await alice.patch(`/api/v1/notifications/${idOf("mention")}/read`);
    expect((await listOf(alice, "?unread=true")).map(({ type }) => type).sort()).toEqual(["new_comment", "new_follower", "post_liked", "welcome"]);
    expect(await listOf(alice, "?unread=true&type=mentions")).toEqual([]);
    const client = createClient({ baseUrl: feed.url, session: { accessToken: async () => alice.token } });
    expect((await client.notifications.list({ type: "mentions" })).data.map(({ id }) => id)).toEqual([idOf("mention")]);
    expect((await client.notifications.list({ unread: true })).data).toHaveLength(4);
    expect(await alice.get("/api/v1/notifications?type=everything")).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  });
});

describe("comments on one post are one notification", () => {
  test("with the names, faces and count of those who wrote them, in the list, live, in GraphQL and in the export; it follows withdrawals and edits", async () => {
    const [alice, bob, carol] = await Promise.all([feed.person("alice"), feed.person("bob"), feed.person("carol")]);
    const socket = listening(await openSocket(feed, alice));
    await socket.ask("subscribe");
    const postId = await write(alice);
    const comment = async (person: Person, content: string) => (await person.post(`/api/v1/posts/${postId}/comments`, { content })).body.id as string;
    const first = await comment(bob, "One");
    await arrived(alice, "new_comment");
    const second = await comment(carol, "Two");
    const shown = async (expected: object) =>
      eventually(async () => expect(await listOf(alice, "?type=comments")).toMatchObject([{ type: "new_comment", ...expected }]));
    const both = {
      message: "carol Tester and bob Tester commented on your post",
      actors: [{ id: carol.id, avatarUrl: null }, { id: bob.id }],
      data: { postId, commentId: second, count: 2, comment: { id: second, content: "Two" }, post: { id: postId, content: "Hello" } },
    };
    await shown(both);
    await eventually(() => expect(socket.of("notification").at(-1)?.data).toMatchObject({ ...both, unreadCount: 2 }));
    const { body } = await alice.graphql(
      "{ notifications(type: comments) { notifications { message actors { id } data { commentId count comment { content } post { content } } } } }",
    );
    expect(body.data.notifications.notifications).toMatchObject([
      { message: both.message, actors: [{ id: carol.id }, { id: bob.id }], data: { commentId: second, count: 2, comment: { content: "Two" } } },
    ]);
    expect((await alice.get("/api/v1/users/me/export")).body.notifications).toContainEqual(expect.objectContaining({ message: both.message }));
    await carol.patch(`/api/v1/comments/${second}`, { content: "Changed" });
    await shown({ ...both, data: { comment: { id: second, content: "Changed" } } });
    await carol.delete(`/api/v1/comments/${second}`);
    const left = { message: "bob Tester commented on your post", actors: [{ id: bob.id }], data: { commentId: first, count: 1 } };
    await shown(left);
    await eventually(() => expect(socket.of("notification_updated").at(-1)?.data).toMatchObject({ ...left, unreadCount: 2 }));
    await bob.delete(`/api/v1/comments/${first}`);
    await eventually(async () => expect(await listOf(alice, "?type=comments")).toEqual([]));
    expect((await alice.get("/api/v1/notifications/unread-count")).body.unreadCount).toBe(1);
  });
});

describe("notifications are marked", () => {
  /** Two devices of a user, on both transports. */
  async function devicesOf(person: Person) {
    const [phone, desktop] = [listening(await openSocket(feed, person)), listening(await openEvents(feed, person, "/api/sse/notifications"))];
    await phone.ask("subscribe");
    return [phone, desktop];
  }

  test("one by one, as read and as unread again, live on all devices", async () => {
    const { alice, bob, idOf } = await inboxOfAlice();
    const devices = await devicesOf(alice);
    const id = idOf("mention");
    expect((await alice.patch(`/api/v1/notifications/${id}/read`)).body).toMatchObject({ unreadCount: 4 });
    for (let times = 0; times < 2; times++) expect((await alice.patch(`/api/v1/notifications/${id}/unread`)).body).toMatchObject({ unreadCount: 5 });
    await eventually(() => {
      for (const device of devices) {
        expect(device.of("notification_read").map(({ data }) => data)).toMatchObject([{ ids: [id], unreadCount: 4 }]);
        expect(device.of("notification_updated").map(({ data }) => data)).toMatchObject([{ id, read: false, unreadCount: 5 }]);
      }
    });
    expect((await listOf(alice)).find((item) => item.id === id)?.read).toBe(false);
    expect(await bob.patch(`/api/v1/notifications/${id}/unread`)).toMatchObject({ status: 404 });
    const { body } = await alice.graphql(`mutation { readNotification(id: "${id}") { success unreadCount } }`);
    expect(body.data.readNotification).toEqual({ success: true, unreadCount: 4 });
    const again = await alice.graphql(`mutation { unreadNotification(id: "${id}") { success unreadCount } }`);
    expect(again.body.data.unreadNotification).toEqual({ success: true, unreadCount: 5 });
  });

  test("those about a post, and no others, live on all devices; another's inbox stays as it is", async () => {
    const { alice, bob, postId, idOf } = await inboxOfAlice();
    const devices = await devicesOf(alice);
    expect((await alice.post("/api/v1/notifications/read", { postId })).body).toMatchObject({ unreadCount: 3 });
    await eventually(() => {
      for (const device of devices) {
        const [event] = device.of("notification_read");
        expect(event?.data).toMatchObject({ ids: expect.arrayContaining([idOf("post_liked"), idOf("new_comment")]), unreadCount: 3 });
      }
    });
    expect((await listOf(alice)).filter(({ read }) => read).map(({ data }) => data.postId)).toEqual([postId, postId]);
    const before = (await bob.get("/api/v1/notifications/unread-count")).body;
    await bob.post("/api/v1/notifications/read", { postId });
    expect((await bob.get("/api/v1/notifications/unread-count")).body).toEqual(before);
    const client = createClient({ baseUrl: feed.url, session: { accessToken: async () => alice.token } });
    expect(await client.notifications.markUnread(idOf("new_comment"))).toBe(4);
    expect(await client.notifications.markPostRead(postId)).toBe(3);
    expect((await alice.graphql("mutation { readAllNotifications { success unreadCount } }")).body.data.readAllNotifications).toEqual({
      success: true,
      unreadCount: 0,
    });
  });
});
