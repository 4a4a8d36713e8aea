import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import { asCommentId, asPostId, type CommentId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { saveAuthor } from "@newfeed/shared/projections/authors.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { rowsTouched } from "@newfeed/shared/testing/rows-touched.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { describe, expect, test } from "vitest";
import { readCurrentPage } from "../current-page.ts";
import { listInbox, markRead } from "./inbox.ts";
import { createStore } from "./store.ts";
import { commented, event, newAuthor, openInboxes } from "./testing.ts";

const { database, store, handleEvents, jobs, apply } = await openInboxes("comment_groups");
/** Rows that an event touches; it does not take effect. */
const cost = (...events: Event[]) =>
  rowsTouched(database, (query) => applyEvents({ transaction: (work) => work(query, (joined) => joined()) }, handleEvents, events));
const newPost = () => asPostId(uuidv7());
const newComment = () => asCommentId(uuidv7());

async function named(fullName: string): Promise<Author> {
  const author = { ...newAuthor(), fullName };
  await saveAuthor(database.query, author, 1);
  return author;
}
const deleted = (id: CommentId, postId: PostId, authorId: UserId) =>
  event("comment.deleted", { id, revision: 9 }, authorId, { commentId: id, postId, authorId, deletedById: authorId });
const listOf = async ({ id }: Author) => (await listInbox(store, id, { limit: 100 })).data;
const messagesOf = async (owner: Author) => (await listOf(owner)).map(({ message }) => message);
const rowsOf = async (table: string) => (await database.query(`SELECT 1 FROM ${table}`)).length;

describe("comments on one post", () => {
  test("are one notification, which counts people, names the latest two, shows the faces of three, and leads to the latest comment", async () => {
    const [owner, postId] = [newAuthor(), newPost()];
    const people = [await named("Ann"), await named("Bo"), await named("Cy"), await named("Di"), await named("Ed")] as const;
    const messages = ["Ann", "Bo and Ann", "Cy, Bo and 1 other", "Di, Cy and 2 others", "Ed, Di and 3 others"];
    for (const [index, person] of people.entries()) {
      const id = newComment();
      await apply(commented({ id, postId }, person, owner.id));
      const [item, ...others] = await listOf(owner);
      expect(others).toEqual([]);
      expect(item).toMatchObject({ type: "new_comment", category: "comments", read: false, message: `${messages[index]} commented on your post` });
      expect(item?.data).toMatchObject({ postId, commentId: id, count: index + 1, comment: { id, content: "hello" } });
      expect(item?.actors?.map(({ fullName }) => fullName)).toEqual(
        people
          .slice(0, index + 1)
          .reverse()
          .slice(0, 3)
          .map(({ fullName }) => fullName),
      );
    }
    expect(await store.unreadCount(owner.id)).toBe(1);
    // Who comments again is the latest, and counts once.
    await apply(commented({ id: newComment(), postId }, people[0], owner.id));
    expect(await messagesOf(owner)).toEqual(["Ann, Ed and 3 others commented on your post"]);
    // What comes after it was read begins another.
    await markRead(store, owner.id, (await listOf(owner))[0]?.id ?? null);
    await apply(commented({ id: newComment(), postId }, people[1], owner.id));
    expect(await messagesOf(owner)).toEqual(["Bo commented on your post", "Ann, Ed and 3 others commented on your post"]);
  });

  test("that are withdrawn leave it: the latest of those that stay is shown, their author counts once, and with the last one it goes", async () => {
    const [owner, postId, ann, bo] = [newAuthor(), newPost(), await named("Ann"), await named("Bo")];
    const [first, second, third] = [newComment(), newComment(), newComment()];
    await apply(
      commented({ id: first, postId }, ann, owner.id),
      commented({ id: second, postId }, bo, owner.id),
      commented({ id: third, postId }, bo, owner.id),
    );
    expect((await listOf(owner))[0]).toMatchObject({ message: "Bo and Ann commented on your post", data: { commentId: third, count: 2 } });
    await apply(deleted(third, postId, bo.id));
    expect((await listOf(owner))[0]).toMatchObject({ message: "Bo and Ann commented on your post", data: { commentId: second, count: 2 } });
    await apply(deleted(second, postId, bo.id));
    expect((await listOf(owner))[0]).toMatchObject({ message: "Ann commented on your post", data: { commentId: first, count: 1 }, read: false });
    // Of one that was read, too, open pages take back what is not there any more.
    const entries = async () => (await readCurrentPage(database.query, streamOf.user(owner.id), 0, 100)).entries.filter(({ type }) => type !== "blank");
    const again = newComment();
    await apply(commented({ id: again, postId }, bo, owner.id));
    await markRead(store, owner.id, null);
    await apply(deleted(again, postId, bo.id));
    expect((await entries()).at(-1)).toMatchObject({ type: "notification_updated", data: { read: true, data: { commentId: first, count: 1 } } });
    await markRead(store, owner.id, null);
    await apply(deleted(first, postId, ann.id));
    expect([await listOf(owner), await store.unreadCount(owner.id)]).toEqual([[], 0]);
  });

  test("that are edited show their new text, quietly, and are no news, also when an earlier version wrote a notification of its own", async () => {
    const [owner, postId, ann] = [newAuthor(), newPost(), await named("Ann")];
    const id = newComment();
    await apply(commented({ id, postId }, ann, owner.id));
    await database.query("UPDATE notification_comment SET content = 'before' WHERE comment_id = $1", [id]);
    await markRead(store, owner.id, null);
    await apply(commented({ id, postId }, ann, owner.id, 2));
    expect(await listOf(owner)).toMatchObject([{ data: { comment: { id, content: "hello" } }, read: true }]);
    const old = newComment();
    await database.query(
      "INSERT INTO notification (id, user_id, type, actor_id, post_id, comment_id) VALUES (gen_random_uuid(), $1::uuid, 'new_comment', $2::uuid, $3::uuid, $4::uuid)",
      [owner.id, ann.id, postId, old],
    );
    await apply(commented({ id: old, postId }, ann, owner.id, 2));
    expect((await listOf(owner)).filter(({ data }) => data.commentId === old)).toHaveLength(1);
  });

  test("of a blocked user leave it, and no text of theirs is shown or replayed", async () => {
    const [owner, postId, ann, bo] = [newAuthor(), newPost(), await named("Ann"), await named("Bo")];
    const [first, second] = [newComment(), newComment()];
    await apply(commented({ id: first, postId }, ann, owner.id), commented({ id: second, postId }, bo, owner.id));
    await apply(event("user.blocked", { id: uuidv7(), revision: 1 }, owner.id, { blockerId: owner.id, blockedId: bo.id }));
    await runJobs(database, jobs);
    const [item] = await listOf(owner);
    expect(item).toMatchObject({ message: "Ann commented on your post", data: { commentId: first, count: 1 } });
    expect(item?.actors?.map(({ id }) => id)).toEqual([ann.id]);
    const { entries } = await readCurrentPage(database.query, streamOf.user(owner.id), 0, 100);
    expect(JSON.stringify(entries.map(({ data }) => data))).not.toContain(bo.id);
  });

  test("leave nothing when the post is deleted, or their authors block the owner, however many they are", async () => {
    const [owner, postId, ann] = [newAuthor(), newPost(), await named("Ann")];
    for (const rest of ["post", "block"]) {
      const before = [await rowsOf("notification_comment"), await rowsOf("notification_actor")];
      const comments = Array.from({ length: 250 }, () => commented({ id: newComment(), postId }, ann, owner.id));
      await apply(...comments);
      expect(await rowsOf("notification_comment")).toBe((before[0] ?? 0) + 250);
      if (rest === "block") await apply(event("user.blocked", { id: uuidv7(), revision: 1 }, ann.id, { blockerId: ann.id, blockedId: owner.id }));
      else await apply(event("post.deleted", { id: postId, revision: 2 }, owner.id, { postId, authorId: owner.id } as never));
      await runJobs(database, jobs);
      expect(await listOf(owner)).toEqual([]);
      expect([await rowsOf("notification_comment"), await rowsOf("notification_actor")]).toEqual(before);
      if (rest === "post") break;
    }
  });
});

/** A group of so many comments, by as many people, the last two of one. */
async function commentedPost(count: number) {
  const [owner, latest, postId, id] = [newAuthor(), newAuthor(), newPost(), uuidv7()];
  const [last, before] = [newComment(), newComment()];
  await database.query(
    "INSERT INTO notification (id, user_id, type, category, group_key, actor_id, post_id, count) VALUES ($1::uuid, $2::uuid, 'new_comment', 'comments', 'new_comment:' || $3::uuid, $4::uuid, $3::uuid, $5::int)",
    [id, owner.id, postId, latest.id, count],
  );
  await database.query("INSERT INTO inbox (user_id, unread) VALUES ($1::uuid, 1)", [owner.id]);
  await database.query(
    `WITH other AS (SELECT gen_random_uuid() AS id, gen_random_uuid() AS comment, now() - make_interval(secs => n) AS at FROM generate_series(1, $3::int - 1) AS n),
     comments AS (INSERT INTO notification_comment (comment_id, notification_id, actor_id, content) SELECT comment, $1::uuid, id, 'hello' FROM other)
     INSERT INTO notification_actor (notification_id, actor_id, user_id, added_at) SELECT $1::uuid, id, $2::uuid, at FROM other UNION ALL SELECT $1::uuid, $4::uuid, $2::uuid, now()`,
    [id, owner.id, count, latest.id],
  );
  await database.query(
    "INSERT INTO notification_comment (comment_id, notification_id, actor_id, content) VALUES ($2::uuid, $1::uuid, $4::uuid, ''), ($3::uuid, $1::uuid, $4::uuid, '')",
    [id, before, last, latest.id],
  );
  return { owner, latest, postId, last, before };
}

test("a group of 20,000 comments costs as much as one of ten: another comment, an edit, the end of one and of its author's last one, a page", async () => {
  const [small, large] = [await commentedPost(10), await commentedPost(20_000)];
  await database.query("ANALYZE");
  const anyone = newAuthor();
  type Group = typeof small;
  const acts: Record<string, (of: Group) => Event[]> = {
    another: ({ postId, owner }) => [commented({ id: newComment(), postId }, anyone, owner.id)],
    "another of the same": ({ postId, owner, latest }) => [commented({ id: newComment(), postId }, latest, owner.id)],
    edit: ({ postId, owner, latest, last }) => [commented({ id: last, postId }, latest, owner.id, 2)],
    end: ({ postId, latest, last }) => [deleted(last, postId, latest.id)],
    "the last one's end": ({ postId, latest, last, before }) => [deleted(last, postId, latest.id), deleted(before, postId, latest.id)],
  };
  for (const [act, events] of Object.entries(acts)) {
    const [some, many] = [await cost(...events(small)), await cost(...events(large))];
    expect({ act, some, many: many <= some + 10 && many < 2_000 }).toEqual({ act, some, many: true });
  }
  const page = ({ owner }: Group) =>
    rowsTouched(database, (query) =>
      listInbox({ listNotifications: createStore({ ...database, query }, () => {}).listNotifications }, owner.id, { limit: 10 }),
    );
  expect(await page(large)).toBeLessThanOrEqual((await page(small)) + 10);
});

test("a group says what is there, whatever is written, edited, deleted, read and blocked", async () => {
  const act = fc.oneof(
    fc.record({ do: fc.constant("write" as const), who: fc.nat(2) }),
    fc.record({ do: fc.constantFrom("edit" as const, "delete" as const), which: fc.nat(20) }),
    fc.record({ do: fc.constant("read" as const) }),
  );
  const people = [await named("Ann"), await named("Bo"), await named("Cy")];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(act, { maxLength: 4 }), { maxLength: 8 }), async (batches) => {
      const [owner, postId] = [newAuthor(), newPost()];
      // As a model: the groups, oldest first, each with its comments in order.
      const groups: { read: boolean; comments: { id: CommentId; who: number; revision: number }[] }[] = [];
      for (const batch of batches) {
        const events: Event[] = [];
        let isRead = false;
        for (const step of batch) {
          if (step.do === "write") {
            const comment = { id: newComment(), who: step.who, revision: 1 };
            const open = groups.find(({ read }) => !read);
            if (open) open.comments.push(comment);
            else groups.push({ read: false, comments: [comment] });
            events.push(commented({ id: comment.id, postId }, people[step.who] as Author, owner.id));
          } else if (step.do === "read") {
            // Between two batches, as a request does.
            isRead = true;
            break;
          } else {
            const all = groups.flatMap(({ comments }) => comments);
            const comment = all[step.which % Math.max(1, all.length)];
            if (!comment) continue;
            const author = people[comment.who] as Author;
            if (step.do === "edit") events.push(commented({ id: comment.id, postId }, author, owner.id, ++comment.revision));
            else {
              events.push(
                event("comment.deleted", { id: comment.id, revision: 99 }, author.id, {
                  commentId: comment.id,
                  postId,
                  authorId: author.id,
                  deletedById: author.id,
                }),
              );
              for (const group of groups) group.comments = group.comments.filter((other) => other !== comment);
              for (const group of [...groups]) if (group.comments.length === 0) groups.splice(groups.indexOf(group), 1);
            }
          }
        }
        await apply(...events);
        if (isRead) {
          await markRead(store, owner.id, null);
          for (const group of groups) group.read = true;
        }
        const listed = await listOf(owner);
        expect(listed.map(({ read, data }) => [read, data.count])).toEqual(
          groups.map(({ read, comments }) => [read, new Set(comments.map(({ who }) => who)).size]).reverse(),
        );
        for (const [index, { data, actor }] of listed.entries()) {
          const { comments } = groups.at(-1 - index) as (typeof groups)[number];
          const ofActor = comments.filter(({ who }) => people[who]?.id === actor?.id);
          expect(data.commentId).toBe(ofActor.at(-1)?.id);
        }
        expect(await store.unreadCount(owner.id)).toBe(groups.filter(({ read }) => !read).length);
      }
    }),
    { numRuns: 30 },
  );
}, 60_000);
