import { consumedTypes } from "@newfeed/shared/contracts/events.ts";
import { storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { aboutOthers, eventFixtures, grownBody, leastBody } from "@newfeed/shared/testing/event-fixtures.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

describe("every published event is consumed by every service that subscribes to it", () => {
  test.each([
    { variant: "as it was published", bodies: eventFixtures.map(({ body }) => body) },
    { variant: "in reverse order", bodies: eventFixtures.map(({ body }) => body).reverse() },
    { variant: "with the required fields only", bodies: eventFixtures.map(leastBody) },
    { variant: "with unknown fields", bodies: eventFixtures.map(grownBody) },
  ])("$variant", async ({ bodies }) => {
    const events = aboutOthers(bodies).map((body) => ({ id: String(body.id), type: String(body.type), key: null, body: JSON.stringify(body) }));
    await feed.platform.bus.publish(events);
    for (const service of storingServiceNames) {
      const types: readonly string[] = consumedTypes(service);
      const due = events.filter(({ type }) => types.includes(type)).map(({ id, type }) => ({ id, type }));
      const { query } = await feed.platform.openDatabase(service);
      await eventually(async () => {
        const rows = await query<{ id: string }>("SELECT event_id AS id FROM newfeed.consumed_event WHERE event_id = ANY($1::uuid[])", [
          due.map(({ id }) => id),
        ]);
        const consumed = new Set(rows.map(({ id }) => id));
        expect({ service, missing: due.filter(({ id }) => !consumed.has(id)) }).toEqual({ service, missing: [] });
      }, 10_000);
      expect({ service, dead: await query("SELECT type, reason FROM newfeed.dead_letter") }).toEqual({ service, dead: [] });
    }
  });
});
