import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { eventPostOf } from "../posts/events.ts";
import { toPost } from "../posts/post.ts";
import { findOfMany } from "../posts/statements.ts";
import * as sql from "./statements.ts";

/** A text whose summary is to be written, at the given try, counted from 1. */
export interface Requested {
  id: PostId;
  tries: number;
  content: string;
  /** Everyone can read it. */
  isPublic: boolean;
}

/** In the transaction that publishes a post, or changes what it says. */
export async function requestSummary(query: Query, id: PostId): Promise<void> {
  await query(sql.request, { id });
}

/** The summaries that are to be written. */
export const createSummaryStore = (database: Pick<Database, "query" | "transaction">, wake: () => void, urls: MediaUrls) => ({
  /** The next one; it is no other instance's for a minute. */
  async take(): Promise<Requested | undefined> {
    const [row] = await database.query(sql.take);
    return row;
  },
  /** What was written of this text, or null for nothing: a change of the post, if it still says so. */
  save: ({ id, tries, content }: Requested, summary: string | null): Promise<void> =>
    transact(database, wake, async ({ query, enqueue }) => {
      const [saved] = summary === null ? [] : await query(sql.save, { id, content, summary });
      await query(sql.remove, { id, tries });
      if (!saved) return;
      const [row] = await query(findOfMany, { viewerIds: [saved.authorId], ids: [id] });
      if (!row) return;
      const post = eventPostOf(toPost(row, urls));
      await enqueue({
        type: "post.updated",
        aggregate: { id, revision: post.revision },
        actorId: saved.authorId,
        data: { post, previousVisibility: post.visibility },
      });
    }),
  async postpone({ id, tries }: Requested, seconds: number): Promise<void> {
    await database.query(sql.postpone, { id, tries, seconds });
  },
  /** `kept`: long posts get summaries here. */
  retention: (kept: boolean) => [(kept ? sql.stale : sql.all)("summary_requests", database)],
});
export type SummaryStore = ReturnType<typeof createSummaryStore>;
