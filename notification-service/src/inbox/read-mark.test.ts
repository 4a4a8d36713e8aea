import { asCommentId, asPostId, type NotificationId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { rowsTouched } from "@newfeed/shared/testing/rows-touched.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { describe, expect, test } from "vitest";
import { readCurrentPage } from "../current-page.ts";
import { listInbox, markRead, markSeen } from "./inbox.ts";
import { createInboxBatch } from "./inbox-batch.ts";
import { commented, event, fillInbox, liked, newAuthor, openInboxes } from "./testing.ts";

const { database, store, jobs, apply } = await openInboxes("marks");
const newPost = () => asPostId(uuidv7());
const firstPage = { limit: 100 };

/** All of a user's notifications, newest first, as they are listed. */
async function listAll(userId: UserId) {
  const all = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const { data, pageInfo } = await listInbox(store, userId, { ...firstPage, ...(cursor && { cursor }) });
    all.push(...data);
    more = pageInfo.hasNextPage;
    cursor = pageInfo.endCursor ?? undefined;
  }
  return all;
}
const unreadOf = async (userId: UserId) => (await listAll(userId)).filter(({ read }) => !read);

/** More than is marked as read by itself. */
async function fullInbox(count = 300) {
  const [owner, actor, postId] = [newAuthor(), newAuthor(), newPost()];
  await fillInbox(database, owner.id, actor.id, count, postId);
  return { owner, actor, postId };
}

describe("marking all as read", () => {
  test("touches as many rows of 10,000 unread notifications as of 1,000", async () => {
    const [small, large] = [await fullInbox(1_000), await fullInbox(10_000)];
    await database.query("ANALYZE");
    const cost = ({ owner }: typeof small) => rowsTouched(database, (query) => store.markRead(query, owner.id, null));
    // The newest 200 are found, and changed.
    expect(await cost(small)).toBeLessThan(2_000);
    expect(await cost(large)).toBe(await cost(small));
    const { id } = large.owner;
    expect(await markRead(store, id, null)).toMatchObject({ unreadCount: 0, appended: [{ entries: [{ data: { all: true, unreadCount: 0 } }] }] });
    expect(await store.unreadCount(id)).toBe(0);
    for (const page of [1, 2, 3, 100]) {
      const { data } = await listInbox(store, id, { ...firstPage, page });
      expect([page, data.length, data.filter(({ read, revision }) => read && revision === 2).length]).toEqual([page, 100, 100]);
    }
    // A second time there is nothing to read, and nothing to look through.
    expect((await markRead(store, id, null)).appended).toEqual([]);
    expect(await cost(large)).toBeLessThan(10);
  });

  test("reads what was there in the list, in the log and in the export, and nothing that comes later", async () => {
    const { owner, actor, postId } = await fullInbox();
    await apply(commented({ id: asCommentId(uuidv7()), postId }, actor, owner.id));
    await markRead(store, owner.id, null);
    await apply(commented({ id: asCommentId(uuidv7()), postId }, actor, owner.id));
    expect(await store.unreadCount(owner.id)).toBe(1);
    const [latest, ...others] = await listAll(owner.id);
    expect(latest?.read).toBe(false);
    expect(others.filter(({ read }) => !read)).toEqual([]);
    const { entries } = await readCurrentPage(database.query, `user:${owner.id}`, 0, 10);
    expect(entries.map(({ type, data }) => [type, data.read, data.unreadCount])).toEqual([
      ["notification", true, 301],
      ["notification_read", undefined, 0],
      ["notification", false, 1],
    ]);
    const exported: { read: boolean }[] = [];
    for (let after: string | undefined; ; ) {
      const rows = await store.exportNotifications(owner.id, after, 200);
      exported.push(...rows);
      after = rows.at(-1)?.id;
      if (rows.length < 200) break;
    }
    expect([exported.length, exported.filter(({ read }) => !read).length]).toEqual([302, 1]);
  });

  test("leaves nothing to count in what goes later, and a notification that was read with all is not read again", async () => {
    const { owner, actor, postId } = await fullInbox();
    await markRead(store, owner.id, null);
    const oldest = (await listAll(owner.id)).at(-1) as { id: NotificationId; data: { commentId?: string } };
    expect(await markRead(store, owner.id, oldest.id)).toEqual({ unreadCount: 0, unseenCount: 0, appended: [] });
    const late = asCommentId(uuidv7());
    await apply(commented({ id: late, postId: newPost() }, actor, owner.id), commented({ id: asCommentId(uuidv7()), postId }, actor, owner.id));
    const commentId = asCommentId(oldest.data.commentId as string);
    await apply(event("comment.deleted", { id: commentId, revision: 2 }, actor.id, { commentId, postId, authorId: actor.id, deletedById: actor.id }));
    expect(await store.unreadCount(owner.id)).toBe(2);
    await apply(event("comment.deleted", { id: late, revision: 2 }, actor.id, { commentId: late, postId, authorId: actor.id, deletedById: actor.id }));
    expect(await store.unreadCount(owner.id)).toBe(1);
    const [unread] = await unreadOf(owner.id);
    expect(await markRead(store, owner.id, unread?.id ?? null)).toMatchObject({ unreadCount: 0, appended: [{ entries: [{ data: { ids: [unread?.id] } }] }] });
    await apply(event("user.blocked", { id: uuidv7(), revision: 1 }, owner.id, { blockerId: owner.id, blockedId: actor.id }));
    expect([await store.unreadCount(owner.id), await listAll(owner.id)]).toEqual([0, []]);
  });

  test("closes groups: the next like begins a new one, and who leaves the former one changes no count", async () => {
    const [owner, bob, carol, postId] = [newAuthor(), newAuthor(), newAuthor(), newPost()];
    const [ofBob, ofCarol] = [uuidv7(), uuidv7()];
    await apply(liked(ofBob, 1, bob, postId, owner.id), liked(ofCarol, 1, carol, postId, owner.id));
    // Newer ones, so that the group is read by the mark alone.
    await fillInbox(database, owner.id, bob.id, 300, newPost());
    await database.query("UPDATE notification SET created_at = now() - interval '1 day' WHERE user_id = $1 AND group_key IS NOT NULL", [owner.id]);
    await markRead(store, owner.id, null);
    const groups = async () => (await listAll(owner.id)).filter(({ groupKey }) => groupKey).map(({ data, read, actor }) => [data.count, read, actor?.id]);
    expect(await groups()).toEqual([[2, true, undefined]]);

    await apply(liked(ofBob, 2, bob, postId, owner.id));
    expect(await store.unreadCount(owner.id)).toBe(0);
    await apply(liked(ofBob, 3, bob, postId, owner.id));
    expect(await groups()).toEqual([
      [1, false, undefined],
      [1, true, undefined],
    ]);
    expect(await store.unreadCount(owner.id)).toBe(1);
    await apply(liked(ofCarol, 2, carol, postId, owner.id));
    expect((await groups()).length).toBe(1);
    expect(await store.unreadCount(owner.id)).toBe(1);
  });

  test("beside a batch that is not committed yet reads its notifications or counts them, and never both", async () => {
    const { owner, actor, postId } = await fullInbox();
    const draft = {
      type: "new_comment" as const,
      category: "comments" as const,
      groups: "acts" as const,
      userId: owner.id,
      actorId: actor.id,
      groupKey: null,
      postId,
      threadId: postId,
      content: null,
      text: null,
      followersOf: null,
    };
    /** Does these steps in one transaction, but for the reading, which is another's. */
    const beside = async (...steps: ("write" | "read" | "remove" | "flush")[]) => {
      const oldest = (await listAll(owner.id)).at(-1)?.data.commentId;
      await database.transaction(async (query) => {
        const inbox = createInboxBatch(query);
        for (const step of steps) {
          if (step === "write") {
            inbox.add([{ ...draft, commentId: asCommentId(uuidv7()), outcome: null, edited: true }]);
            await inbox.applyPending();
          } else if (step === "remove") await inbox.removeComments([asCommentId(oldest ?? "")]);
          else if (step === "read") await markRead(store, owner.id, null);
          else await inbox.flush();
        }
      });
      const unread = await unreadOf(owner.id);
      expect({ steps, count: await store.unreadCount(owner.id) }).toEqual({ steps, count: unread.length });
      return unread.length;
    };
    expect(await beside("remove", "read", "flush")).toBe(0);
    await apply(commented({ id: asCommentId(uuidv7()), postId }, actor, owner.id));
    expect(await beside("write", "read", "flush")).toBe(0);
    expect(await beside("read", "write", "flush")).toBe(1);
    expect(await beside("write", "remove", "flush")).toBe(2);
  });
});

test("with marks, the count is right after whatever happens", async () => {
  const act = fc.oneof(
    fc.record({ do: fc.constant("comment" as const) }),
    fc.record({ do: fc.constant("uncomment" as const), which: fc.nat(2_000) }),
    fc.record({ do: fc.constant("like" as const), who: fc.nat(2) }),
    fc.record({ do: fc.constant("read" as const), which: fc.nat(2_000), all: fc.boolean() }),
    fc.record({ do: fc.constant("block" as const), who: fc.nat(2) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (steps) => {
      const { owner, actor, postId } = await fullInbox(220);
      const people = [newAuthor(), newAuthor(), actor];
      const likes = people.map(() => ({ id: uuidv7(), revision: 0 }));
      for (const step of steps) {
        const [all, { id: actorId }] = [await listAll(owner.id), actor];
        if (step.do === "comment") await apply(commented({ id: asCommentId(uuidv7()), postId }, people[0] ?? actor, owner.id));
        else if (step.do === "like") {
          const like = likes[step.who] as (typeof likes)[number];
          await apply(liked(like.id, ++like.revision, people[step.who] ?? actor, postId as PostId, owner.id));
        } else if (step.do === "block")
          await apply(event("user.blocked", { id: uuidv7(), revision: 1 }, owner.id, { blockerId: owner.id, blockedId: people[step.who]?.id ?? actorId }));
        else if (step.do === "read") await markRead(store, owner.id, step.all ? null : (all[step.which % Math.max(1, all.length)]?.id ?? null));
        else {
          const about = all[step.which % Math.max(1, all.length)]?.data.commentId;
          if (!about) continue;
          await apply(
            event("comment.deleted", { id: about, revision: 2 }, actorId, { commentId: asCommentId(about), postId, authorId: actorId, deletedById: actorId }),
          );
        }
        await runJobs(database, jobs);
        expect(await store.unreadCount(owner.id)).toBe((await unreadOf(owner.id)).length);
      }
    }),
    { numRuns: 15 },
  );
});

test("what was seen stays unread, and counts again when it changes; the mark moves forward only, and other devices learn of it once", async () => {
  const { owner, actor, postId } = await fullInbox(120);
  const counts = (unreadCount: number, unseenCount: number) => ({ unreadCount, unseenCount });
  expect(await store.counts(owner.id)).toEqual(counts(120, 100));
  const latest = new Date((await listAll(owner.id)).reduce((at, { updatedAt }) => (updatedAt > at ? updatedAt : at), ""));
  expect(await markSeen(store, owner.id, latest)).toMatchObject({ ...counts(120, 0), appended: [{ entries: [{ data: { ids: [], ...counts(120, 0) } }] }] });
  expect(await markSeen(store, owner.id, new Date(latest.getTime() - 1))).toEqual({ ...counts(120, 0), appended: [] });
  await apply(commented({ id: asCommentId(uuidv7()), postId }, actor, owner.id), commented({ id: asCommentId(uuidv7()), postId: newPost() }, actor, owner.id));
  expect(await store.counts(owner.id)).toEqual(counts(122, 2));
  const [newest] = await unreadOf(owner.id);
  expect(await markRead(store, owner.id, newest?.id ?? null)).toMatchObject(counts(121, 1));
  // Not into the future.
  await markSeen(store, owner.id, new Date("2999-01-01"));
  expect(await store.counts(owner.id)).toEqual(counts(121, 0));
  await apply(commented({ id: asCommentId(uuidv7()), postId: newPost() }, actor, owner.id));
  expect(await store.counts(owner.id)).toEqual(counts(122, 1));
  expect((await markRead(store, owner.id, null)).unseenCount).toBe(0);
});
