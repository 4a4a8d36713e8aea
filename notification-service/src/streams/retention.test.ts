import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { notificationService } from "../service.ts";
import { streamRetention } from "./log-store.ts";

let database: RawDatabase;
beforeAll(async () => {
  database = await openServiceDatabase("closed_streams", notificationService);
});
afterAll(() => database.close());

test("a closed stream goes three months later, once its last entry is gone; an open one stays", async () => {
  await database.query(
    `INSERT INTO stream (id, top, closed_at) SELECT name, 1, CASE WHEN name <> 'open' THEN now() - make_interval(days => days) END
     FROM (VALUES ('gone', 91), ('with an entry', 91), ('young', 89), ('open', 91)) AS s (name, days)`,
  );
  await database.query(
    `INSERT INTO stream_entry (stream, "offset", aggregate_type, aggregate_id, type, revision, data) VALUES ('with an entry', 1, 'post', gen_random_uuid(), 'post_deleted', 2, '{}')`,
  );
  const { runSome } = streamRetention(database);
  expect([await runSome(), await runSome()]).toEqual([1, 0]);
  expect(await database.query("SELECT id FROM stream ORDER BY id")).toEqual([{ id: "open" }, { id: "with an entry" }, { id: "young" }]);
});
