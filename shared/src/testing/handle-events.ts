import type { Event } from "../contracts/events.ts";
import { enqueue } from "../outbox/enqueue.ts";
import type { Database } from "../ports/database.ts";
import type { HandleEvents } from "../ports/service.ts";

/** Has events take effect in one transaction, as a consumer does; not once only. */
export async function applyEvents({ transaction }: Pick<Database, "transaction">, handleEvents: HandleEvents, events: readonly Event[]): Promise<void> {
  const after: (() => unknown)[] = [];
  await transaction((query, join) =>
    handleEvents(
      { fresh: Promise.resolve(events), all: events, bodyOf: JSON.stringify },
      { query, join, enqueue: (...events) => enqueue(query, events), enqueued() {}, afterCommit: (work) => after.push(work) },
    ),
  );
  for (const work of after) await work();
}
