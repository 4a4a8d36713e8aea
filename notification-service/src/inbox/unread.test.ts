import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import { asCommentId, asPostId, type CommentId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHandlers, type Outcome } from "../handlers.ts";
import { notificationService } from "../service.ts";
import { markRead } from "./inbox.ts";
import { createStore, type Store, withdrawalRetention } from "./store.ts";
import { commented, event, liked, newAuthor } from "./testing.ts";

let database: RawDatabase;
let store: Store;
const outcomes: Outcome[] = [];
const handleEvents = createHandlers((outcome) => outcomes.push(outcome));
beforeAll(async () => {
  database = await openServiceDatabase("unread", notificationService);
  store = createStore(database, () => {});
});
afterAll(async () => {
  await store.close();
  await database.close();
});

/** Handles events as a consumer does, and returns what was appended to inboxes. */
const apply = (...events: Event[]) => applyTo(database, ...events);
async function applyTo(database: Pick<RawDatabase, "transaction">, ...events: Event[]) {
  outcomes.length = 0;
  await applyEvents(database, handleEvents, events);
  return outcomes.flatMap(({ appended }) => appended).filter(({ stream }) => stream.startsWith("user:"));
}

test("the count of unread notifications is right after whatever happens, and each entry says it", async () => {
  const act = fc.oneof(
    fc.record({ do: fc.constant("comment" as const), who: fc.nat(2), owner: fc.nat(2) }),
    fc.record({ do: fc.constant("mention" as const), who: fc.nat(2), owner: fc.nat(2), which: fc.nat(9) }),
    fc.record({ do: fc.constant("uncomment" as const), which: fc.nat(9) }),
    fc.record({ do: fc.constant("like" as const), who: fc.nat(2), owner: fc.nat(2), on: fc.boolean() }),
    fc.record({ do: fc.constant("read" as const), who: fc.nat(2), all: fc.boolean() }),
    fc.record({ do: fc.constant("leave" as const), who: fc.nat(2) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(act, { maxLength: 4 }), { maxLength: 8 }), async (batches) => {
      const people = [newAuthor(), newAuthor(), newAuthor()] as const;
      const person = (index: number) => people[index] as Author;
      const posts = people.map(() => asPostId(uuidv7()));
      const comments: { id: CommentId; postId: PostId; author: Author; postAuthorId: UserId; revision: number }[] = [];
      const likes = new Map<string, { id: string; revision: number }>();
      let revisions = 1;
      for (const batch of batches) {
        const events: Event[] = [];
        for (const step of batch) {
          if (step.do === "comment") {
            const comment = { id: asCommentId(uuidv7()), postId: posts[step.owner] as PostId };
            comments.push({ ...comment, author: person(step.who), postAuthorId: person(step.owner).id, revision: 1 });
            events.push(commented(comment, person(step.who), person(step.owner).id));
          } else if (step.do === "mention" || step.do === "uncomment") {
            const known = comments[step.which % Math.max(1, comments.length)];
            if (!known) continue;
            known.revision++;
            const { id, postId, author, postAuthorId, revision } = known;
            events.push(
              step.do === "mention"
                ? commented({ id, postId }, author, postAuthorId, revision, [person(step.owner).id])
                : event("comment.deleted", { id, revision }, author.id, { commentId: id, postId, authorId: author.id, deletedById: author.id }),
            );
          } else if (step.do === "like") {
            const key = `${step.who} ${step.owner}`;
            const like = likes.get(key) ?? { id: uuidv7(), revision: 0 };
            likes.set(key, { ...like, revision: ++like.revision });
            const { id, revision } = like;
            events.push(liked(id, revision, person(step.who), posts[step.owner] as PostId, person(step.owner).id));
          } else if (step.do === "leave") {
            const { id } = person(step.who);
            events.push(event("user.deleted", { id, revision: revisions++ }, id, { userId: id }));
          } else {
            // Between two batches, as a request does.
            const userId = person(step.who).id;
            const [one] = step.all ? [] : (await store.listNotifications(userId, { limit: 1, take: 1, skip: 0, before: null, after: null })).rows;
            if (step.all || one) await markRead(store, userId, one?.id ?? null);
          }
        }
        const entries = await apply(...events);
        for (const { id } of people) {
          const [row] = await database.query<{ unread: number }>("SELECT count(*)::int AS unread FROM notification WHERE user_id = $1 AND read_at IS NULL", [
            id,
          ]);
          expect(await store.unreadCount(id)).toBe(row?.unread);
          const last = entries.find(({ stream }) => stream === `user:${id}`)?.entries.at(-1);
          if (last) expect(last.data.unreadCount).toBe(row?.unread);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("of one comment, a user is notified once, however often it is edited", async () => {
  const [writer, owner, named] = [newAuthor(), newAuthor(), newAuthor()];
  const comment = { id: asCommentId(uuidv7()), postId: asPostId(uuidv7()) };
  await apply(commented(comment, writer, owner.id));
  await apply(commented(comment, writer, owner.id, 2, [owner.id, named.id]), commented(comment, writer, owner.id, 3, [named.id]));
  expect([await store.unreadCount(owner.id), await store.unreadCount(named.id), await store.unreadCount(writer.id)]).toEqual([1, 1, 0]);
});

test("a mention that is edited out and in again calls for attention once, and one that was out before it arrived not at all", async () => {
  const [writer, owner, named, other] = [newAuthor(), newAuthor(), newAuthor(), newAuthor()];
  const comment = { id: asCommentId(uuidv7()), postId: asPostId(uuidv7()) };
  const edited = (revision: number, ...mentioned: Author[]) => {
    const ids = mentioned.map(({ id }) => id);
    return commented(comment, writer, owner.id, revision, ids);
  };
  const arrivedTo = async ({ id }: Author, ...events: Event[]) =>
    (await apply(...events)).filter(({ stream }) => stream === `user:${id}`).flatMap(({ entries }) => entries.map(({ type }) => type));
  expect(await arrivedTo(named, edited(1, named))).toEqual(["notification"]);
  for (const revision of [2, 4]) {
    expect(await arrivedTo(named, edited(revision))).toEqual(["retract"]);
    expect(await arrivedTo(named, edited(revision + 1, named))).toEqual(["notification_updated"]);
  }
  expect(await arrivedTo(other, edited(6, other), edited(7))).toEqual([]);
  expect(await arrivedTo(other, edited(8, other))).toEqual(["notification"]);
});

test("the statements of a comment are planned once, and then only run", async () => {
  const own = await openServiceDatabase("plans", notificationService, 1);
  const [alice, bob, postId] = [newAuthor(), newAuthor(), asPostId(uuidv7())];
  for (let times = 0; times < 10; times++) await applyTo(own, commented({ id: asCommentId(uuidv7()), postId }, bob, alice.id));
  const plans = await own.transaction((query) =>
    query<{ statement: string; custom: number; generic: number }>(
      "SELECT statement, custom_plans AS custom, generic_plans AS generic FROM pg_prepared_statements WHERE custom_plans + generic_plans >= $1",
      [10],
    ),
  );
  expect(plans.filter(({ statement }) => statement.startsWith("WITH"))).toHaveLength(4);
  // PostgreSQL tries five plans made for their values before it keeps one.
  expect(plans.filter(({ custom }) => custom > 5)).toEqual([]);
  await own.close();
});

test("what was taken back before its user heard of it is news when it is done again", async () => {
  const [alice, bob] = [newAuthor(), newAuthor()];
  const postId = asPostId(uuidv7());
  const like = (revision: number) => liked(likeId, revision, bob, postId, alice.id);
  const likeId = uuidv7();
  const typesOf = async (...events: Event[]) => (await apply(...events)).flatMap(({ entries }) => entries.map(({ type }) => type));
  expect(await typesOf(like(1), like(2))).toEqual(["retract"]);
  expect(await typesOf(like(3))).toEqual(["notification"]);
  expect(await typesOf(like(4), like(5))).toEqual(["notification_updated", "retract"]);
  expect(await typesOf(like(6), like(7))).toEqual(["notification_updated", "retract"]);
  // Housekeeping forgets what is news again.
  const withdrawals = () => database.query("SELECT 1 FROM withdrawal WHERE user_id = $1", [alice.id]);
  await withdrawalRetention(database).runSome();
  expect(await withdrawals()).toHaveLength(1);
  await database.query("UPDATE withdrawal SET at = at - interval '61 minutes' WHERE user_id = $1", [alice.id]);
  await withdrawalRetention(database).runSome();
  expect(await withdrawals()).toEqual([]);
});
