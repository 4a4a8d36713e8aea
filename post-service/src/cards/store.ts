import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { scheduleJobs } from "@newfeed/shared/jobs/job.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import type { PageSummary } from "./page.ts";
import { renewal } from "./renewal-store.ts";
import * as sql from "./statements.ts";

/** The cards of links, by URL. */
export const createCardStore = (database: Pick<Database, "query" | "transaction">) => ({
  /** Asks for the cards of posts. Gives whether there is something to fetch. `mayRead` says whether one more page may be read for an author. */
  async request(ids: readonly PostId[], mayRead: (authorId: UserId) => Promise<boolean>): Promise<boolean> {
    const without: string[] = [];
    for (const { url, authorId } of await database.query(sql.findUnread, { ids })) if (!(await mayRead(authorId))) without.push(url);
    return (await database.query(sql.request, { ids, without })).some(({ due }) => due);
  },
  /** A URL whose page is to be read; it is nobody else's for a minute. */
  async take(): Promise<string | undefined> {
    const [row] = await database.query(sql.take);
    return row?.url;
  },
  /** Leaves a URL that was taken for moments later. */
  async defer(url: string): Promise<void> {
    await database.query(sql.defer, { url });
  },
  /** What was read, or null for nothing. With it, the posts that show the card are left to be renewed, if it is another now. */
  async save(url: string, summary: PageSummary | null): Promise<void> {
    const { title = null, description = "", siteName = "" } = summary ?? {};
    await database.transaction(async (query) => {
      const [row] = await query(sql.save, { url, title, description, siteName });
      if (row?.changed) await scheduleJobs(query, renewal, [url]);
    });
  },
  /** `kept`: cards are shown here. */
  retention: (kept: boolean) => [(kept ? sql.unused : sql.all)("unused_link_cards", database)],
});
export type CardStore = ReturnType<typeof createCardStore>;
