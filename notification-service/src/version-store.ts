import { type Event, isDeletion, sharesRevision } from "@newfeed/shared/contracts/events.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./version-statements.ts";

/** What is known of an aggregate is forgotten so long after its last event. */
export const versionsKeptMs = sql.daysKept * 86_400_000;

export const versionRetention = (database: Pick<Database, "transaction">) => sql.oldVersions("versions", database);

/** Records the versions that a batch of events brings, in one statement, and returns what was known before it. */
export const recordVersions = (query: Query, events: readonly Event[]): Promise<sql.KnownVersion[]> =>
  query(sql.recordVersions, {
    types: events.map((event) => event.aggregate.type),
    ids: events.map((event) => event.aggregate.id),
    revisions: events.map((event) => event.aggregate.revision),
    deleted: events.map((event) => isDeletion(event.type)),
    ownRevisions: events.map((event) => !sharesRevision(event.type)),
  });
