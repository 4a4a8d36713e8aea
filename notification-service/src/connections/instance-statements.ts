import { int4, text, timestamptz } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

const counts = { name: text, startedAt: timestamptz, sockets: int4, eventStreams: int4, users: int4 };

export const noteInstance = statement({
  parameters: counts,
  sql: ({ name, startedAt, sockets, eventStreams, users }) =>
    `INSERT INTO live_instance (name, started_at, sockets, event_streams, users, seen_at)
     VALUES (${name}, ${startedAt}, ${sockets}, ${eventStreams}, ${users}, clock_timestamp())
     ON CONFLICT (name) DO UPDATE SET started_at = excluded.started_at, sockets = excluded.sockets, event_streams = excluded.event_streams,
       users = excluded.users, seen_at = excluded.seen_at`,
});
/** Unless its successor, which has the same name, has said something. */
export const removeInstance = statement({
  parameters: { name: text, startedAt: timestamptz },
  sql: ({ name, startedAt }) => `DELETE FROM live_instance WHERE name = ${name} AND started_at = ${startedAt}`,
});

/** Beyond this many, the table is not what an operator reads. */
const listedAtMost = 1_000;
export const listInstances = statement({
  row: { ...counts, seenAt: timestamptz },
  sql: `SELECT name, started_at, sockets, event_streams, users, seen_at FROM live_instance
     WHERE seen_at > clock_timestamp() - interval '1 minute' ORDER BY name LIMIT ${listedAtMost}`,
});
export const oldInstances = removal({ table: "live_instance", at: "seen_at", after: "1 day" });
