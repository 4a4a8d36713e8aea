import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { EventComment, EventPost } from "@newfeed/shared/contracts/event-data.ts";
import { eventTable } from "@newfeed/shared/contracts/event-table.ts";
import { type Event, type EventData, type EventOf, type EventType, parseEvent } from "@newfeed/shared/contracts/events.ts";
import { asPostId, type PostId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHandlers, type Outcome } from "./handlers.ts";
import { notificationService } from "./service.ts";
import type { Entry } from "./streams/log.ts";
import { readPage } from "./streams/log-store.ts";
import { replaceStates } from "./streams/statements.ts";

let database: RawDatabase;
const outcomes: Outcome[] = [];
const handleEvents = createHandlers((outcome) => outcomes.push(outcome));
beforeAll(async () => {
  database = await openServiceDatabase("replaced_texts", notificationService);
});
afterAll(() => database.close());

const author: Author = { id: uuidv7(), username: "someone", fullName: "Some One", avatarUrl: null } as Author;
const at = new Date().toISOString();

function event<T extends EventType>(type: T, aggregate: { id: string; revision: number }, data: EventData<T>): Event {
  const body = {
    ...{ id: uuidv7(), type, aggregate: { type: eventTable[type].aggregate, ...aggregate } },
    ...{ actorId: author.id, occurredAt: at, correlationId: "c", data },
  };
  return parseEvent(JSON.stringify(body)) as Event;
}

/** A text that only one revision of one thing has. */
const textOf = (id: string, revision: number) => `text ${revision} of ${id}.`;

function postUpdated(id: PostId, revision: number, status: "draft" | "published" = "published"): Event {
  const post = { id, author, content: textOf(id, revision), visibility: "public", status, createdAt: at, updatedAt: at, revision } as EventPost;
  return event("post.updated", { id, revision }, { post, previousVisibility: "public" });
}
function commentWritten(postId: PostId, id: string, revision: number): Event {
  const comment = { id, postId, author, content: textOf(id, revision), createdAt: at, updatedAt: at, revision } as EventComment;
  const data = { comment, authorId: author.id, postAuthorId: author.id, parentAuthorId: null, mentionedUserIds: [], visibility: "public" };
  return event(revision === 1 ? "comment.created" : "comment.updated", { id, revision }, data);
}
const commentDeleted = (postId: PostId, id: string, revision: number) =>
  event("comment.deleted", { id, revision }, { commentId: id, postId, authorId: author.id, deletedById: author.id } as EventData<"comment.deleted">);

interface Item {
  id: string;
  content: string;
  revision: number;
}
/** What a client shows that merges by revision: the post, and the comments that it was told of. */
interface Shown {
  post: Item | null;
  comments: Record<string, Item>;
}
function merge({ post, comments }: Shown, entries: readonly Entry[]): Shown {
  const shown: Shown = { post, comments: { ...comments } };
  for (const { type, data } of entries) {
    const comment = data.comment as Item;
    const known = comment && shown.comments[comment.id];
    if (type === "post_updated" && (data.post as Item).revision > (shown.post?.revision ?? 0)) shown.post = data.post as Item;
    if (type === "comment_created" || (type === "comment_updated" && known))
      if (comment.revision > (known?.revision ?? 0)) shown.comments[comment.id] = comment;
    if (type === "comment_deleted") delete shown.comments[data.commentId as string];
  }
  return shown;
}

test("a log holds no text that was replaced, and leads every client to what is there now, from wherever it resumes", async () => {
  const step = fc.record({ what: fc.constantFrom("post", "write", "edit", "delete"), which: fc.nat(2) });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 5 }), { maxLength: 6 }), async (batches) => {
      const postId = asPostId(uuidv7());
      const comments: { id: string; revision: number; deleted: boolean }[] = [];
      let revision = 1;
      /** Clients that have seen everything up to an offset, as it was then. */
      const clients: { at: number; shown: Shown }[] = [{ at: 0, shown: { post: null, comments: {} } }];
      for (const batch of batches) {
        const events = batch.flatMap(({ what, which }) => {
          if (what === "post") return [postUpdated(postId, ++revision)];
          if (what === "write") {
            const comment = { id: uuidv7(), revision: 1, deleted: false };
            comments.push(comment);
            return [commentWritten(postId, comment.id, 1)];
          }
          const comment = comments.filter(({ deleted }) => !deleted)[which];
          if (!comment) return [];
          comment.revision++;
          if (what === "edit") return [commentWritten(postId, comment.id, comment.revision)];
          comment.deleted = true;
          return [commentDeleted(postId, comment.id, comment.revision)];
        });
        await applyEvents(database, handleEvents, events);
        const { top, entries } = await readPage(database.query, streamOf.post(postId), 0, 1_000);
        expect(entries.map(({ offset }) => offset)).toEqual(Array.from({ length: top }, (_, index) => index + 1));

        const alive = comments.filter(({ deleted }) => !deleted);
        const texts = [textOf(postId, revision), ...alive.map(({ id, revision }) => textOf(id, revision))];
        const log = JSON.stringify(entries);
        for (const [text] of log.matchAll(/text \d+ of [^.]+\./g)) expect(texts).toContain(text);
        for (const client of clients) {
          client.shown = merge(client.shown, entries.slice(client.at));
          client.at = top;
          expect(client.shown.post?.revision ?? 1).toBe(revision);
          expect(Object.values(client.shown.comments).map(({ id, content }) => [id, content])).toEqual(
            expect.arrayContaining(alive.map(({ id, revision }) => [id, textOf(id, revision)])),
          );
          expect(Object.keys(client.shown.comments)).toHaveLength(alive.length);
        }
        // One that has seen everything until now, and one that comes for the first time.
        clients.push({ ...(clients[0] as (typeof clients)[number]) }, { at: 0, shown: { post: null, comments: {} } });
        clients.shift();
      }
    }),
    { numRuns: 40 },
  );
});

test("a draft writes nothing to its stream, and its publication one entry", async () => {
  const postId = asPostId(uuidv7());
  await applyEvents(database, handleEvents, [postUpdated(postId, 2, "draft"), postUpdated(postId, 3, "draft")]);
  expect(await readPage(database.query, streamOf.post(postId), 0, 10)).toMatchObject({ top: 0 });
  await applyEvents(database, handleEvents, [postUpdated(postId, 4)]);
  expect((await readPage(database.query, streamOf.post(postId), 0, 10)).entries).toMatchObject([{ type: "post_updated", data: { post: { revision: 4 } } }]);
});

test("a comment that tells of a narrower visibility before its post does is delivered to those only whom that includes", async () => {
  const postId = asPostId(uuidv7());
  await applyEvents(database, handleEvents, [postUpdated(postId, 2)]);
  const { data, ...written } = commentWritten(postId, uuidv7(), 1) as EventOf<"comment.created">;
  outcomes.length = 0;
  await applyEvents(database, handleEvents, [{ ...written, data: { ...data, visibility: "followers", postRevision: 3 } }]);
  const change = { kind: "visibility", postId, authorId: author.id, visibility: "followers", revision: 3 };
  expect(outcomes).toMatchObject([{ accessChanges: [change], appended: [{ entries: [{ type: "comment_created" }] }] }]);
  // An earlier revision tells nothing new.
  await applyEvents(database, handleEvents, [
    { ...written, aggregate: { ...written.aggregate, id: uuidv7() }, data: { ...data, visibility: "followers", postRevision: 2 } },
  ]);
  expect(outcomes.at(-1)?.accessChanges).toEqual([]);
  // A post that is not known here, since it is older than what is kept, may have been public until then.
  const [unknown, comment] = [asPostId(uuidv7()), uuidv7()];
  const { data: first, ...ofUnknown } = commentWritten(unknown, comment, 1) as EventOf<"comment.created">;
  await applyEvents(database, handleEvents, [{ ...ofUnknown, data: { ...first, visibility: "followers", postRevision: 3 } }]);
  expect(outcomes.at(-1)?.accessChanges).toEqual([{ ...change, postId: unknown }]);
});

test("a comment that is written, edited and deleted in one batch is deleted once", async () => {
  const [postId, id] = [asPostId(uuidv7()), uuidv7()];
  await applyEvents(database, handleEvents, [
    commentWritten(postId, id, 1),
    commentWritten(postId, id, 2),
    commentWritten(postId, id, 3),
    commentDeleted(postId, id, 4),
  ]);
  const { entries } = await readPage(database.query, streamOf.post(postId), 0, 10);
  expect(entries.map(({ type }) => type)).toEqual(["comment_deleted", "blank", "comment_deleted", "comment_deleted"]);
});

test("an edit costs the same, however often a post was edited before and however long its log is", async () => {
  const postId = asPostId(uuidv7());
  const stream = streamOf.post(postId);
  await applyEvents(database, handleEvents, [postUpdated(postId, 2)]);
  await database.query(
    `INSERT INTO stream_entry (stream, "offset", aggregate_type, aggregate_id, type, revision, data)
     SELECT $1, 10 + n, 'post', CASE WHEN n % 2 = 0 THEN $2::uuid ELSE gen_random_uuid() END, CASE WHEN n % 2 = 0 THEN 'blank' ELSE 'comment_created' END, 1, '{}'
     FROM generate_series(1, 20000) AS n`,
    [stream, postId],
  );
  await database.query("ANALYZE stream_entry");
  const [plan] = await database.query<{ "QUERY PLAN": [{ Plan: { "Shared Hit Blocks": number; "Shared Read Blocks": number } }] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${replaceStates.text}`,
    [stream, postId, "{}"],
  );
  const { "Shared Hit Blocks": hit, "Shared Read Blocks": read } = plan?.["QUERY PLAN"][0].Plan ?? { "Shared Hit Blocks": Infinity, "Shared Read Blocks": 0 };
  expect(hit + read).toBeLessThan(40);
});
