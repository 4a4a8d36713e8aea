import { asCommentId, asPostId, type NotificationId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { rowsTouched } from "@newfeed/shared/testing/rows-touched.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { describe, expect, test } from "vitest";
import { listInbox, markPostRead, markRead, markUnread } from "./inbox.ts";
import { createStore, type InboxFilter } from "./store.ts";
import { commented, fillInbox, liked, newAuthor, openInboxes } from "./testing.ts";

const { database, store, jobs, apply } = await openInboxes("filters");
const newPost = () => asPostId(uuidv7());
const unread = { unread: true } as const;

/** All that a filter leaves of an inbox, newest first, in pages of ten. */
async function listAll(userId: UserId, filter: InboxFilter = {}) {
  const all = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const { data, pageInfo } = await listInbox(store, userId, { limit: 10, ...(cursor && { cursor }) }, filter);
    all.push(...data);
    more = pageInfo.hasNextPage;
    cursor = pageInfo.endCursor ?? undefined;
  }
  return all;
}
async function fullInbox(count: number) {
  const [owner, actor, postId] = [newAuthor(), newAuthor(), newPost()];
  await fillInbox(database, owner.id, actor.id, count, postId);
  return { owner, actor, postId };
}
const mention = async (to: UserId, postId = newPost()) => {
  await apply(commented({ id: asCommentId(uuidv7()), postId }, newAuthor(), newAuthor().id, 1, [to]));
};
const typesOf = (items: readonly { type: string }[]) => items.map(({ type }) => type);

describe("a filter", () => {
  test("lists what is of one category, and unread ones of it, in the order of the inbox", async () => {
    const { owner, actor, postId } = await fullInbox(3);
    await mention(owner.id);
    await apply(liked(uuidv7(), 1, actor, postId, owner.id));
    await mention(owner.id);
    expect(typesOf(await listAll(owner.id, { category: "mentions" }))).toEqual(["mention", "mention"]);
    expect(typesOf(await listAll(owner.id, { category: "likes" }))).toEqual(["post_liked"]);
    expect(typesOf(await listAll(owner.id, { category: "comments" }))).toEqual(["new_comment", "new_comment", "new_comment"]);
    expect(await listAll(owner.id, { category: "follows" })).toEqual([]);
    expect(await listAll(owner.id, unread)).toEqual(await listAll(owner.id));
    const [latest] = await listAll(owner.id, { category: "mentions" });
    await markRead(store, owner.id, latest?.id ?? null);
    expect(await listAll(owner.id, { category: "mentions", ...unread })).toHaveLength(1);
    expect(await listAll(owner.id, unread)).toEqual((await listAll(owner.id)).filter(({ read }) => !read));
  });

  test("costs the same in an inbox of 20,000 of another category, or of read ones, as in one of 100", async () => {
    const [small, large] = [await fullInbox(100), await fullInbox(20_000)];
    for (const { owner } of [small, large]) {
      await mention(owner.id);
      await database.query("UPDATE notification SET created_at = created_at - interval '1 day' WHERE user_id = $1 AND type = 'mention'", [owner.id]);
    }
    await database.query("ANALYZE");
    const cost = (userId: UserId, filter: InboxFilter) =>
      rowsTouched(database, (query) =>
        listInbox({ listNotifications: createStore({ ...database, query }, () => {}).listNotifications }, userId, { limit: 10 }, filter),
      );
    for (const filter of [{ category: "mentions" }, { category: "mentions", ...unread }, { category: "comments" }, unread] as const) {
      expect(await listAll(small.owner.id, filter)).not.toEqual([]);
      const [some, many] = [await cost(small.owner.id, filter), await cost(large.owner.id, filter)];
      expect({ filter, many }).toEqual({ filter, many: expect.toSatisfy((rows: number) => rows <= some + 10) });
    }
    for (const { owner } of [small, large]) await markRead(store, owner.id, null);
    expect(await cost(large.owner.id, unread)).toBeLessThanOrEqual((await cost(small.owner.id, unread)) + 10);
    expect(await listAll(large.owner.id, unread)).toEqual([]);
  });
});

describe("a notification that was read", () => {
  test("is unread again, whether it was read by itself or by a mark, once, live, and until the next mark", async () => {
    const { owner } = await fullInbox(300);
    await markRead(store, owner.id, null);
    const all = await listAll(owner.id);
    // The newest 200 were read by themselves.
    for (const item of [all[0], all.at(-1)]) {
      const { appended, ...counts } = await markUnread(store, owner.id, item?.id as NotificationId);
      expect(counts.unreadCount).toBe(1);
      expect(appended).toMatchObject([{ entries: [{ type: "notification_updated", data: { id: item?.id, read: false, unreadCount: 1 } }] }]);
      expect(await markUnread(store, owner.id, item?.id as NotificationId)).toMatchObject({ unreadCount: 1, appended: [] });
      const [again, ...others] = await listAll(owner.id, unread);
      expect(others).toEqual([]);
      expect(again).toMatchObject({ id: item?.id, read: false });
      expect(again?.revision).toBeGreaterThan(item?.revision ?? 0);
      expect(await markRead(store, owner.id, item?.id as NotificationId)).toMatchObject({ unreadCount: 0, appended: [{}] });
      await markUnread(store, owner.id, item?.id as NotificationId);
      expect(await markRead(store, owner.id, null)).toMatchObject({ unreadCount: 0, appended: [{}] });
      expect(await listAll(owner.id, unread)).toEqual([]);
      const read = (await listAll(owner.id)).find(({ id }) => id === item?.id);
      expect(read).toMatchObject({ read: true });
      expect(read?.revision).toBeGreaterThan(again?.revision ?? 0);
    }
  });

  test("stays a group of its own: the next like begins another", async () => {
    const [owner, bob, carol, postId] = [newAuthor(), newAuthor(), newAuthor(), newPost()];
    await apply(liked(uuidv7(), 1, bob, postId, owner.id));
    const [group] = await listAll(owner.id);
    await markRead(store, owner.id, group?.id ?? null);
    await markUnread(store, owner.id, group?.id as NotificationId);
    await apply(liked(uuidv7(), 1, carol, postId, owner.id));
    expect((await listAll(owner.id)).map(({ read, data }) => [read, data.count])).toEqual([
      [false, 1],
      [false, 1],
    ]);
    expect(await store.unreadCount(owner.id)).toBe(2);
  });

  test("of another's inbox is not found", async () => {
    const { owner } = await fullInbox(1);
    const [item] = await listAll(owner.id);
    await expect(markUnread(store, newAuthor().id, item?.id as NotificationId)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("what is about a post", () => {
  test("is read at once, the newest hundred, and what is behind them by a job; the rest of the inbox is not", async () => {
    const { owner, postId } = await fullInbox(250);
    await mention(owner.id);
    const { appended, unreadCount } = await markPostRead(store, owner.id, postId);
    expect(unreadCount).toBe(151);
    expect(appended).toMatchObject([{ entries: [{ type: "notification_read", data: { unreadCount: 151 } }] }]);
    await runJobs(database, jobs);
    expect(typesOf(await listAll(owner.id, unread))).toEqual(["mention"]);
    expect(await store.unreadCount(owner.id)).toBe(1);
    expect((await markPostRead(store, owner.id, postId)).appended).toEqual([]);
  });

  test("costs the same to read in an inbox of 20,000 about others as in one of 100", async () => {
    const [small, large] = [await fullInbox(100), await fullInbox(20_000)];
    const posts = new Map<UserId, PostId>();
    for (const { owner } of [small, large]) {
      const postId = newPost();
      posts.set(owner.id, postId);
      await mention(owner.id, postId);
    }
    await database.query("ANALYZE");
    const cost = ({ owner }: typeof small) =>
      rowsTouched(database, (query) =>
        markPostRead({ ...store, transaction: (work) => work({ query, enqueue: async () => {} }) }, owner.id, posts.get(owner.id) as PostId),
      );
    expect(await cost(large)).toBeLessThanOrEqual((await cost(small)) + 10);
  });
});

test("the count is right, and says what the filter lists, whatever is marked in whatever order", async () => {
  const act = fc.oneof(
    fc.record({ do: fc.constantFrom("read" as const, "unread" as const), which: fc.nat(300) }),
    fc.record({ do: fc.constantFrom("all" as const, "post" as const, "like" as const, "mention" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 15 }), async (steps) => {
      const { owner, actor, postId } = await fullInbox(210);
      for (const step of steps) {
        const all = await listAll(owner.id);
        const id = ("which" in step ? all[step.which % all.length]?.id : undefined) as NotificationId;
        const before = new Map(all.map((item) => [item.id, item]));
        if (step.do === "read") await markRead(store, owner.id, id);
        else if (step.do === "unread") await markUnread(store, owner.id, id);
        else if (step.do === "all") await markRead(store, owner.id, null);
        else if (step.do === "post") await markPostRead(store, owner.id, postId);
        else if (step.do === "like") await apply(liked(uuidv7(), 1, actor, postId, owner.id));
        else await mention(owner.id);
        await runJobs(database, jobs);
        const now = await listAll(owner.id);
        const left = now.filter(({ read }) => !read);
        expect(await listAll(owner.id, unread)).toEqual(left);
        expect(await store.unreadCount(owner.id)).toBe(left.length);
        // A client keeps the higher revision.
        for (const item of now) {
          const known = before.get(item.id);
          if (known && known.read !== item.read) expect(item.revision).toBeGreaterThan(known.revision);
        }
      }
    }),
    { numRuns: 12 },
  );
}, 60_000);
