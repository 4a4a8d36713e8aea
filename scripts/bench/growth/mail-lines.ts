import { answer, change, type Line, type RouteName } from "./lines.ts";

/** Lines of the routes of mails of notifications; of one feed. */
export function mailLines(): Partial<Record<RouteName, readonly Line[]>> {
  return {
    getMailAddress: [answer("getMailAddress", "author")],
    retryMailAddress: [change("retryMailAddress", "follower", {})],
    // It reads no row.
    openUnsubscribe: [],
    // A row of preferences, by the user of the link.
    unsubscribe: [],
    // Only for the provider of the mail server: a row for each address, by an index.
    noteBounces: [],
    noteReports: [],
  };
}
