import { randomUUID } from "node:crypto";
import { type Event, parseEvent } from "@newfeed/shared/contracts/events.ts";
import { asSessionId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { EventQuery } from "@newfeed/shared/contracts/routes/events.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { aboutOthers, eventFixtures, grownBody } from "@newfeed/shared/testing/event-fixtures.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstIdAt } from "./event-ids.ts";
import { aggregateEvents, correlationEvents, getEvent, listEvents } from "./events.ts";
import { createHandlers } from "./handlers.ts";
import { eventService } from "./service.ts";
import { appendEvents, createStore, emptyBodies, retention, type Store } from "./store.ts";

const days = 365;
const dayMs = 24 * 3_600_000;
const keptSince = Date.now() - days * dayMs;
const auditor: Viewer = { userId: asUserId(randomUUID()), sessionId: asSessionId(randomUUID()), roles: ["auditor"] };

let database: RawDatabase;
let store: Store;
beforeAll(async () => {
  database = await openServiceDatabase("event", eventService);
  store = createStore(database);
});
afterAll(() => database.close());

/** A UUIDv7 of this time. */
const idAt = (time: number) => `${firstIdAt(time).slice(0, 14)}7${randomUUID().slice(15)}`;
const bodyOf = (event: Event) => JSON.stringify(event);
const keep = (...events: readonly Event[]) => applyEvents(database, createHandlers(days), events);
const read = (query: Partial<EventQuery> = {}) => listEvents(store, auditor, { limit: 100, ...query });
const idsOf = ({ data }: { data: readonly { id: string }[] }) => data.map(({ id }) => id);
const bodies = async (...events: readonly Event[]) => Promise.all(events.map(async ({ id }) => (await getEvent(store, auditor, id)).body));

const eventOf = (type: string, aggregate: [type: string, id: string], actorId: string | null, data: object, time = Date.now()): Event => {
  const body = {
    ...{ id: idAt(time), type, aggregate: { type: aggregate[0], id: aggregate[1], revision: 1 } },
    ...{ actorId, occurredAt: new Date(time).toISOString(), correlationId: `test:${randomUUID()}`, data },
  };
  return parseEvent(JSON.stringify(body)) as Event;
};
const nameOf = (id: string) => ({ id, username: `u${id.slice(-8)}`, fullName: "A user" });
const newPost = (author: string = randomUUID(), id: string = randomUUID(), time = Date.now()) => {
  const at = new Date(time).toISOString();
  const post = { id, author: nameOf(author), content: "What I said", visibility: "public", status: "published", createdAt: at, updatedAt: at, revision: 1 };
  return eventOf("post.created", ["post", id], author, { post }, time);
};
const postDeleted = (postId: string, authorId = randomUUID()) => eventOf("post.deleted", ["post", postId], authorId, { postId, authorId });

describe("what is kept", () => {
  test("an event of each type is kept as it was published, once, with fields that are not known here", async () => {
    const grown = aboutOthers(eventFixtures.map(grownBody)).map((body) => ({ ...body, id: idAt(Date.now()) }));
    const events = grown.map((body) => parseEvent(JSON.stringify(body)) as Event).filter(({ type }) => !/deleted|withdrawn/.test(type));
    const published = new Map(events.map((event) => [event.id, JSON.stringify(grown.find(({ id }) => id === event.id))]));
    for (let times = 0; times < 2; times++)
      await database.transaction((query) => appendEvents(query, events, ({ id }) => published.get(id) as string, keptSince));
    for (const { id } of events) expect((await getEvent(store, auditor, id)).body).toEqual(JSON.parse(published.get(id) as string));
    expect(await database.query("SELECT count(*)::int4 AS count FROM event WHERE id = ANY($1)", [events.map(({ id }) => id)])).toEqual([
      { count: events.length },
    ]);
  });

  test("events of other months have partitions of their own; those of months that are not kept, and of the future, have none", async () => {
    const [lastMonth, long, ahead] = [
      newPost(undefined, undefined, Date.now() - 40 * dayMs),
      newPost(undefined, undefined, keptSince - dayMs),
      Date.now() + 3 * dayMs,
    ];
    await keep(lastMonth, long);
    expect(await bodies(lastMonth)).toEqual([JSON.parse(bodyOf(lastMonth))]);
    await expect(getEvent(store, auditor, long.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(keep(newPost(undefined, undefined, ahead))).rejects.toThrow("no UUIDv7, or of the future");
    await expect(keep({ ...newPost(), id: randomUUID() })).rejects.toThrow("no UUIDv7, or of the future");
  });

  test("a month goes as a whole once all of it is old enough", async () => {
    const old = newPost(undefined, undefined, Date.now() - 100 * dayMs);
    await keep(old);
    const [months] = retention(database, 200);
    expect(await months?.runSome()).toBe(0);
    expect(await bodies(old)).toHaveLength(1);
    const [sooner] = retention(database, 60);
    while ((await sooner?.runSome()) === 1);
    await expect(getEvent(store, auditor, old.id)).rejects.toMatchObject({ code: "not_found" });
    const recent = newPost();
    await keep(recent);
    expect(await bodies(recent)).toHaveLength(1);
  });

  test("tombstones go with what they are for", async () => {
    await database.query("INSERT INTO deleted_subject (id, deleted_at) VALUES (gen_random_uuid(), now() - interval '400 days')");
    const [, tombstones] = retention(database, days);
    expect(await tombstones?.runSome()).toBe(1);
    expect(await tombstones?.runSome()).toBe(0);
  });
});

describe("what is deleted", () => {
  test("a deletion empties what was kept of it, and what comes late; envelopes and other bodies stay", async () => {
    const [post, other] = [newPost(), newPost()];
    const liker = randomUUID();
    const like = (at: Event) =>
      eventOf("post.liked", ["post_like", randomUUID()], liker, {
        ...{ postId: at.aggregate.id, postAuthorId: at.actorId, userId: liker, user: nameOf(liker), likeCount: 1, visibility: "public" },
      });
    const [early, late, elsewhere] = [like(post), like(post), like(other)];
    await keep(post, other, early, elsewhere);
    const deletion = postDeleted(post.aggregate.id);
    await keep(deletion);
    await keep(late);
    expect(await bodies(post, early, late)).toEqual([null, null, null]);
    expect((await bodies(other, elsewhere, deletion)).every((body) => body !== null)).toBe(true);
    expect(await getEvent(store, auditor, early.id)).toMatchObject({ type: "post.liked", actorId: liker, correlationId: early.correlationId });
  });

  test("in one batch, in whatever order", async () => {
    const post = newPost();
    const again = { ...newPost(undefined, post.aggregate.id), type: "post.created" } as Event;
    const deletion = postDeleted(post.aggregate.id);
    await keep(post, deletion, again);
    expect(await bodies(post, again)).toEqual([null, null]);
    expect(await bodies(deletion)).not.toEqual([null]);
  });

  test("an account's deletion empties what the user did, and where others' events name the user", async () => {
    const [user, other, postId, commentId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const theirs = newPost(user);
    const notice = (actor: string) =>
      eventOf("notification.created", ["notification", randomUUID()], null, {
        ...{ recipientId: other, type: "post_liked", actors: [nameOf(actor)], createdAt: new Date().toISOString() },
        subject: { postId, commentId: null, userId: null },
      });
    const [ofThem, ofAnother] = [notice(user), notice(randomUUID())];
    const commentLiked = eventOf("like.created", ["comment_like", randomUUID()], other, {
      ...{ commentId, postId, commentAuthorId: user, userId: other, user: nameOf(other), likeCount: 1, visibility: "public", content: "What the comment said" },
    });
    await keep(theirs, ofThem, ofAnother, commentLiked);
    await keep(eventOf("user.deleted", ["user", user], user, { userId: user }));
    expect(await bodies(theirs, ofThem)).toEqual([null, null]);
    expect((await bodies(ofAnother, commentLiked)).every((body) => body !== null)).toBe(true);
    await keep(eventOf("comment.deleted", ["comment", commentId], user, { commentId, postId, authorId: user, deletedById: user }));
    expect(await bodies(commentLiked)).toEqual([null]);
    expect((await bodies(ofAnother))[0]).not.toBeNull();
  });

  test("very much is emptied in batches", async () => {
    const author = randomUUID();
    const posts = Array.from({ length: 1_100 }, () => newPost(author, undefined, Date.now() - 1_000));
    await keep(...posts);
    await keep(eventOf("user.deleted", ["user", author], author, { userId: author }));
    const left = async () =>
      (
        await database.query<{ left: number }>("SELECT count(*)::int4 AS left FROM event WHERE actor_id = $1 AND body IS NOT NULL AND type = 'post.created'", [
          author,
        ])
      )[0]?.left;
    expect(await left()).toBe(1_000);
    await runJobs(database, [emptyBodies]);
    expect(await left()).toBe(0);
  });

  test("of an append and a deletion at one time, neither misses the other", async () => {
    const [first, second] = [newPost(), newPost()];
    const waiting = async () => (await database.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")).length;
    for (const [event, deletion] of [first, second].map((event) => [event, postDeleted(event.aggregate.id)] as const)) {
      const [before, behind] = event === first ? [event, deletion] : [deletion, event];
      let end = () => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      let begun = () => {};
      const began = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const one = database.transaction(async (query) => {
        await appendEvents(query, [before], bodyOf, keptSince);
        begun();
        await ended;
      });
      await began;
      const other = keep(behind);
      await eventually(async () => expect(await waiting()).toBe(1));
      end();
      await Promise.all([one, other]);
      expect(await bodies(event)).toEqual([null]);
    }
  });
});

describe("what may be asked", () => {
  test("each filter finds what it says, the newest first, and all of them together", async () => {
    const [author, start] = [randomUUID(), Date.now() - 60_000];
    const posts = Array.from({ length: 25 }, (_, n) => newPost(author, undefined, start + n * 1_000));
    const [post] = posts as [Event];
    const pinned = eventOf("post.pinned", ["post", post.aggregate.id], author, { postId: post.aggregate.id, userId: author }, start + 30_000);
    await keep(...posts, pinned);
    const newestFirst = posts.map(({ id }) => id).reverse();
    expect(idsOf(await read({ actor: asUserId(author) }))).toEqual([pinned.id, ...newestFirst]);
    expect(idsOf(await read({ actor: asUserId(author), type: "POST_CREATED" }))).toEqual(newestFirst);
    expect(idsOf(await read({ aggregate: post.aggregate.id }))).toEqual([pinned.id, post.id]);
    expect(idsOf(await read({ correlation: pinned.correlationId }))).toEqual([pinned.id]);
    expect(idsOf(await read({ type: "post.pinned", aggregate: post.aggregate.id, actor: asUserId(author), correlation: pinned.correlationId }))).toEqual([
      pinned.id,
    ]);
    expect(idsOf(await read({ type: "post.pinned", correlation: post.correlationId }))).toEqual([]);
    const [from, to] = [new Date(start + 3_000).toISOString(), new Date(start + 5_000).toISOString()];
    expect(idsOf(await read({ actor: asUserId(author), from, to }))).toEqual([posts[4]?.id, posts[3]?.id]);
    expect(idsOf(await read({ from, to })).filter((id) => newestFirst.includes(id))).toEqual([posts[4]?.id, posts[3]?.id]);
    await expect(read({ type: "POST_PAINTED" })).rejects.toMatchObject({ code: "validation_failed" });
    expect(idsOf(await read({ type: "post.painted" }))).toEqual([]);
  });

  test("pages follow each other, also where few of a thousand show", async () => {
    const author = randomUUID();
    const rare = newPost(author);
    const hour = Date.now() - 3_600_000;
    const many = Array.from({ length: 1_500 }, (_, n) =>
      eventOf("post.unpinned", ["post", rare.aggregate.id], author, { postId: rare.aggregate.id, userId: author }, hour + n),
    );
    const first = newPost(author, rare.aggregate.id, hour - 1_000);
    await keep(first, ...many, rare);
    const found: string[] = [];
    let [cursor, pages]: [string | undefined, number] = [undefined, 0];
    do {
      const page = await read({ aggregate: rare.aggregate.id, type: "post.created", limit: 20, ...(cursor !== undefined && { cursor }) });
      found.push(...idsOf(page));
      cursor = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined;
    } while (cursor !== undefined && ++pages < 5);
    expect(found).toEqual([rare.id, first.id]);
    expect(pages).toBe(1);

    const history = await aggregateEvents(store, auditor, rare.aggregate.id, { limit: 100 });
    expect(idsOf(history)).toEqual([first, ...many.slice(0, 99)].map(({ id }) => id));
    const next = await aggregateEvents(store, auditor, rare.aggregate.id, { limit: 20, cursor: history.pageInfo.endCursor ?? "" });
    expect(idsOf(next)).toEqual(many.slice(99, 119).map(({ id }) => id));
  });

  test("a timeline says when each event came, and who handles it", async () => {
    const [post, start] = [newPost(), Date.now()];
    const others = [1, 2, 3].map((n) => ({ ...newPost(undefined, undefined, start + n * 100), correlationId: post.correlationId }) as Event);
    await keep(post, ...others);
    const { data } = await correlationEvents(store, auditor, post.correlationId, { limit: 2 });
    expect(data.map(({ event }) => event.id)).toEqual([post.id, others[0]?.id]);
    expect(data[0]).toMatchObject({
      afterMs: 0,
      consumers: expect.arrayContaining(["notification-service", "event-service"]),
      event: { producer: "post-service" },
    });
    expect(data[1]?.afterMs).toBe(Date.parse(others[0]?.occurredAt ?? "") - Date.parse(post.occurredAt));
  });

  test("only auditors and administrators ask", async () => {
    for (const roles of [[], ["moderator"]]) {
      const viewer = { ...auditor, roles };
      await expect(listEvents(store, viewer, { limit: 20 })).rejects.toMatchObject({ code: "forbidden" });
      await expect(getEvent(store, viewer, randomUUID())).rejects.toMatchObject({ code: "forbidden" });
      await expect(aggregateEvents(store, viewer, randomUUID(), { limit: 20 })).rejects.toMatchObject({ code: "forbidden" });
      await expect(correlationEvents(store, viewer, "test", { limit: 20 })).rejects.toMatchObject({ code: "forbidden" });
    }
    await expect(read({ limit: 1 })).resolves.toMatchObject({ data: [expect.anything()] });
  });
});
