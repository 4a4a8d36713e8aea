import { accountHolders } from "@newfeed/shared/contracts/services.ts";
import type { HandleEvents } from "@newfeed/shared/ports/service.ts";
import { type Deletion, noteProgress, type Report } from "./deletions/store.ts";
import { appendEvents } from "./store.ts";

const dayMs = 24 * 3_600_000;

/** Keeps every event, of whatever type, for so many days: not by a table of handlers, one of each type, as all are the same to it. Follows deletions of accounts. */
export const createHandlers =
  (days: number): HandleEvents =>
  async ({ fresh, bodyOf }, transaction) => {
    const events = await fresh;
    await appendEvents(transaction.query, events, bodyOf, Date.now() - days * dayMs);
    await noteProgress(
      transaction,
      events.filter((event): event is Deletion => event.type === "user.deleted"),
      events.filter((event): event is Report => event.type === "account.data_removed"),
      accountHolders,
    );
  };
