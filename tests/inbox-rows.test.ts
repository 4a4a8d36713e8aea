import { notificationService } from "@newfeed/notification-service/service.ts";
import { readPage, trim } from "@newfeed/notification-service/streams/log-store.ts";
import { migrateService } from "@newfeed/shared/runtime/run.ts";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { openBefore } from "./support/migrations.ts";

test("inboxes and logs written before read marks keep what is unread and who liked; closed logs lose their blank entries", async () => {
  const database = await openBefore(notificationService, "20261127073003_due_streams");
  const { query } = database;
  const [owner, actor, read, unread] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
  for (const [id, readAt] of [
    [read, "now()"],
    [unread, "NULL"],
  ]) {
    await query(
      `INSERT INTO notification (id, user_id, type, group_key, actor_id, post_id, read_at)
       VALUES ($1::uuid, $2::uuid, 'post_liked', 'post_liked:1', $3::uuid, gen_random_uuid(), ${readAt})`,
      [id, owner, actor],
    );
    await query("INSERT INTO notification_actor (notification_id, actor_id) VALUES ($1::uuid, $2::uuid)", [id, actor]);
  }
  await query("INSERT INTO inbox (user_id, unread) VALUES ($1::uuid, 1)", [owner]);
  const streams = ["post:open", "post:closed"];
  await query("INSERT INTO stream (id, top, closed_at) VALUES ('post:open', 3, NULL), ('post:closed', 3, now())");
  await query(
    `INSERT INTO stream_entry (stream, "offset", aggregate_type, aggregate_id, type, revision, data)
     SELECT id, n, 'x', gen_random_uuid(), CASE WHEN id = 'post:closed' AND n < 3 THEN 'blank' ELSE 'post_deleted' END, 1, '{}'
     FROM unnest($1::text[]) AS id, generate_series(1, 3) AS n`,
    [streams],
  );

  await migrateService(database, notificationService);
  expect(await query("SELECT unread, read_until FROM inbox")).toEqual([{ unread: 1, read_until: null }]);
  expect(await query("SELECT notification_id, user_id FROM notification_actor ORDER BY notification_id")).toEqual([
    { notification_id: read, user_id: owner },
    { notification_id: unread, user_id: owner },
  ]);
  await trim(database.transaction, { entries: 10, days: 30 });
  expect(await query("SELECT stream, count(*)::int FROM stream_entry GROUP BY stream ORDER BY stream")).toEqual([
    { stream: "post:closed", count: 1 },
    { stream: "post:open", count: 3 },
  ]);
  for (const stream of streams) expect((await readPage(query, stream, 0, 10)).entries.map(({ offset }) => offset)).toEqual([1, 2, 3]);
  expect(await query("SELECT id FROM stream WHERE due_at IS NOT NULL")).toEqual([]);
});
