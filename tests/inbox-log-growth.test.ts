import { replaceEntriesOf } from "@newfeed/notification-service/inbox/batch-store.ts";
import type { NewEntry } from "@newfeed/notification-service/streams/log.ts";
import { append } from "@newfeed/notification-service/streams/log-store.ts";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { openCountedService } from "./support/counted-service.ts";

test("a notification that changes for the hundredth time costs the log of its inbox what it cost at the tenth", async () => {
  const service = await openCountedService("notification-service", []);
  try {
    const entries: NewEntry[] = Array.from({ length: 20 }, () => ({
      stream: `user:${uuidv7()}`,
      aggregate: { type: "notification", id: uuidv7() },
      revision: 1,
      actorId: null,
      type: "notification",
      data: {},
    }));
    const change = () =>
      service.count(async () => {
        await replaceEntriesOf(service.database.query, entries);
        await append(service.database.query, entries);
      });
    for (let times = 1; times < 10; times++) await change();
    const tenth = await change();
    for (let times = 11; times < 100; times++) await change();
    expect(await change()).toBeLessThan(1.5 * tenth);
  } finally {
    await service.close();
  }
}, 60_000);
