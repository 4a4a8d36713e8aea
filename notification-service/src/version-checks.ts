import { type Event, isDeletion, sharesRevision } from "@newfeed/shared/contracts/events.ts";
import { createdAtOf } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { recordVersions, versionsKeptMs } from "./version-store.ts";

/** An event beside the last one that was handled of its aggregate. */
export type VersionCheck = "first" | "newer" | "stale";

/**
 * In the order of the events. The first version that is seen counts as the creation, unless the aggregate is so old that its
 * earlier versions may be forgotten; after a deletion every event is stale.
 */
export type CheckVersion = (event: Event) => VersionCheck;

const keyOf = ({ type, id }: { type: string; id: string }) => `${type} ${id}`;

/** Records the versions of a batch, and returns the check of its events. */
export async function createVersionChecks(query: Query, events: readonly Event[]): Promise<CheckVersion> {
  const known = new Map((await recordVersions(query, events)).map((row) => [keyOf(row), row]));
  return (event) => {
    const key = keyOf(event.aggregate);
    const before = known.get(key);
    if (sharesRevision(event.type)) return before?.deleted ? "stale" : "newer";
    const deleted = isDeletion(event.type);
    if (before?.deleted || (before && !deleted && before.revision >= event.aggregate.revision)) return "stale";
    known.set(key, { ...event.aggregate, deleted });
    return before || createdAtOf(event.aggregate.id) < Date.now() - versionsKeptMs ? "newer" : "first";
  };
}
