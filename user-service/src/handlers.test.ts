import { type Event, type EventData, type EventType, parseEvent } from "@newfeed/shared/contracts/events.ts";
import { asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { follow } from "./follows.ts";
import { handlers } from "./handlers.ts";
import { jobs } from "./jobs.ts";
import type { People } from "./profiles.ts";
import { userService } from "./service.ts";
import { createStore, type Store } from "./store.ts";

let database: RawDatabase;
let store: Store;
let people: People;

beforeAll(async () => {
  database = await openServiceDatabase("user_handlers", userService);
  store = createStore(database, () => {});
  people = { ...store, fetchAccounts: async () => [] };
});
afterAll(async () => {
  await store.close();
  await database.close();
});

async function apply(...events: Event[]): Promise<void> {
  await applyEvents(database, handlers, events);
  await runJobs(database, jobs);
}

const eventOf = <T extends EventType>(type: T, id: string, data: EventData<T>): Event =>
  ({
    id: uuidv7(),
    type,
    aggregate: { type: "user", id, revision: 1 },
    actorId: id,
    occurredAt: new Date().toISOString(),
    correlationId: "test",
    data,
  }) as Event;
const registered = (id: UserId) => eventOf("user.registered", id, { user: { id, username: `u_${id.slice(-8)}`, fullName: "Somebody", avatarUrl: null } });
const renamed = (id: UserId, fullName: string) => eventOf("user.renamed_elsewhere", id, { userId: id, fullName });
const deleted = (id: UserId) => eventOf("user.deleted", id, { userId: id });
async function person(): Promise<UserId> {
  const id = asUserId(uuidv7());
  await apply(registered(id));
  return id;
}
const find = (id: UserId) => store.findUser(null, { id });

/** Takes the events that were published since the last time. */
async function published(): Promise<Event[]> {
  const rows = await database.query<{ id: number; body: string }>(
    "WITH taken AS (UPDATE newfeed.outbox SET sent_at = now() WHERE sent_at IS NULL RETURNING id, body) SELECT * FROM taken ORDER BY id",
  );
  return rows.map((row) => parseEvent(row.body)).filter((event) => event !== undefined);
}

describe("a registration", () => {
  test("makes a profile once, and leaves one that is there as it is", async () => {
    const id = asUserId(uuidv7());
    await store.insertProfiles([{ id, username: "ann", fullName: "Ann", createdAt: "2026-01-01T00:00:00.000Z" }]);
    await apply(registered(id), registered(id));
    expect(await find(id)).toMatchObject({ username: "ann", fullName: "Ann", revision: 1, createdAt: new Date("2026-01-01T00:00:00.000Z") });
  });

  test("that comes after the deletion, or with it, makes nothing", async () => {
    const [late, together, reversed] = [asUserId(uuidv7()), asUserId(uuidv7()), asUserId(uuidv7())];
    await apply(deleted(late));
    await apply(registered(late));
    await apply(registered(together), deleted(together));
    await apply(deleted(reversed), registered(reversed));
    for (const id of [late, together, reversed]) expect(await find(id)).toBeUndefined();
    await store.insertProfiles([{ id: late, username: "late", fullName: "Late", createdAt: new Date().toISOString() }]);
    expect(await find(late)).toBeUndefined();
  });
});

test("a name from elsewhere becomes a profile's, once; the latest counts, and none of one that is deleted", async () => {
  const [ann, ben, cem] = [await person(), await person(), await person()];
  await published();
  await apply(renamed(ann, "Ann"), renamed(cem, "Somebody"), renamed(ben, "Ben"), deleted(ben), renamed(ann, "Anna"), renamed(asUserId(uuidv7()), "Nobody"));
  expect([(await find(ann))?.fullName, await find(ben)]).toEqual(["Anna", undefined]);
  expect(await find(cem)).toMatchObject({ fullName: "Somebody", revision: 1 });
  const told = (await published()).filter(({ aggregate }) => aggregate.id !== ben);
  expect(told).toMatchObject([{ type: "user.updated", aggregate: { id: ann, revision: 2 }, data: { user: { fullName: "Anna" }, headerUrl: null } }]);
  expect(await database.query("SELECT user_id FROM profile_word WHERE user_id = $1 AND word = 'anna'", [ann])).toHaveLength(1);
});

describe("a deletion", () => {
  test("ends follows among those who go together once, and those with others", async () => {
    const [ann, ben, cem] = [await person(), await person(), await person()];
    for (const [one, other] of [
      [ann, ben],
      [ben, ann],
      [cem, ann],
      [ben, cem],
    ] as const)
      await follow(store, people, one, other);
    await published();
    await apply(deleted(ann), deleted(ben));
    await apply(deleted(ann));
    expect(await find(cem)).toMatchObject({ followerCount: 0, followingCount: 0 });
    expect(await published(), "the deletion itself says it").toEqual([]);
    expect(await database.query("SELECT DISTINCT active, revision FROM follow WHERE follower_id = ANY($1) OR followee_id = ANY($1)", [[ann, ben]])).toEqual([
      { active: false, revision: 2 },
    ]);
    const [row] = await database.query("SELECT count(*) AS active FROM follow WHERE active AND (follower_id = ANY($1) OR followee_id = ANY($1))", [[ann, ben]]);
    expect(row).toEqual({ active: 0 });
  });

  test("of a user with thousands of followers corrects each count, and delays nobody meanwhile", async () => {
    const [star, other] = [await person(), await person()];
    const fans = 4_500;
    await database.query(
      `WITH fan AS (
         INSERT INTO profile (id, username, full_name, following_count) SELECT gen_random_uuid(), 'fan' || n, 'Fan', 1 FROM generate_series(1, $2::int) n RETURNING id
       ) INSERT INTO follow (id, follower_id, followee_id, active, changed_at) SELECT gen_random_uuid(), id, $1::uuid, true, now() FROM fan`,
      [star, fans],
    );
    await follow(store, people, star, other);
    await published();
    const fan = (await database.query<{ id: UserId }>("SELECT id FROM profile WHERE username = 'fan1'"))[0]?.id as UserId;
    const others = await Promise.all(Array.from({ length: 40 }, person));
    let gone = false;
    const leaving = apply(deleted(star)).finally(() => {
      gone = true;
    });
    let followed = 0;
    for (const someone of others) {
      if (gone) break;
      await follow(store, people, fan, someone);
      followed++;
    }
    await leaving;
    expect(followed, "a follower went on following others").toBeGreaterThan(2);
    await database.query("UPDATE profile SET following_count = following_count - $2 WHERE id = $1", [fan, followed]);
    const [left] = await database.query("SELECT count(*) AS wrong FROM profile WHERE username LIKE 'fan%' AND following_count <> 0");
    expect(left).toEqual({ wrong: 0 });
    expect(await find(other)).toMatchObject({ followerCount: 0 });
  });

  test("and follows of the same people at the same moment end without a follow of a deleted user", async () => {
    const [ann, ...others] = await Promise.all(Array.from({ length: 12 }, person));
    if (!ann) throw new Error("nobody is there");
    await Promise.all(others.slice(0, 6).map((other) => follow(store, people, other, ann)));
    const outcomes = await Promise.allSettled([
      ...others.slice(6).map((other) => follow(store, people, other, ann)),
      apply(deleted(ann)),
      ...others.slice(0, 6).map((other) => follow(store, people, ann, other)),
    ]);
    for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ name: "Problem" });
    for (const other of others) expect(await find(other)).toMatchObject({ followerCount: 0, followingCount: 0 });
  });
});
