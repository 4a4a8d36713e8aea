import { subjectOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { withCurrentNotifications } from "./inbox/current-notifications.ts";
import { withCurrentNames } from "./streams/current-names.ts";
import type { LogPage } from "./streams/log.ts";
import { readPage } from "./streams/log-store.ts";

/** Reads a page of a log for clients: of what its entries show, as it is now. */
export async function readCurrentPage(query: Query, stream: string, after: number, limit: number): Promise<LogPage> {
  const page = await readPage(query, stream, after, limit);
  const subject = subjectOf(stream);
  const entries = subject.kind === "user" ? await withCurrentNotifications(query, subject.userId, page.entries) : await withCurrentNames(query, page.entries);
  return { ...page, entries };
}
