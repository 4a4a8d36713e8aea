import { eventTable } from "@newfeed/shared/contracts/event-table.ts";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { notificationService } from "./service.ts";
import { createVersionChecks } from "./version-checks.ts";
import { versionRetention } from "./version-store.ts";

let database: RawDatabase;
beforeAll(async () => {
  database = await openServiceDatabase("versions", notificationService);
});
afterAll(() => database.close());

const daysAgo = (days: number) => Date.now() - days * 86_400_000;
const commentEvent = (type: "comment.created" | "comment.updated" | "comment.deleted", id: string, revision: number) =>
  ({ type, aggregate: { type: eventTable[type].aggregate, id, revision } }) as Event;
async function check(event: Event) {
  const checkVersion = await createVersionChecks(database.query, [event]);
  return checkVersion(event);
}

test("what is known of an aggregate is forgotten three months after its last event; its next one still counts as a change", async () => {
  const [old, changed, young] = [uuidv7({ msecs: daysAgo(200) }), uuidv7({ msecs: daysAgo(200) }), uuidv7()];
  await check(commentEvent("comment.created", old, 1));
  await check(commentEvent("comment.created", changed, 1));
  await database.query("UPDATE seen_aggregate SET changed_at = now() - interval '91 days'");
  expect(await check(commentEvent("comment.updated", changed, 2))).toBe("newer");
  expect(await versionRetention(database).runSome()).toBe(1);
  expect(await database.query("SELECT id FROM seen_aggregate")).toEqual([{ id: changed }]);
  // A late event of what has changed a short while ago.
  expect(await check(commentEvent("comment.updated", changed, 1))).toBe("stale");
  expect(await check(commentEvent("comment.updated", old, 2))).toBe("newer");
  expect(await check(commentEvent("comment.created", young, 1))).toBe("first");
});
