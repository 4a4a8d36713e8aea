import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Batch, batchOf } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./removal-statements.ts";

/** What takes a deleted user out of the feeds: their own feed, and their posts in those of others. Keys are those of a `Job`. */
export const feedRemovals = sql.deleteOfUser.map(({ name, statement }) => ({
  name,
  async removeNext(query: Query, userId: UserId, after: string | null, limit: number): Promise<Batch> {
    const gone = await query(statement, { userId, after, limit });
    return batchOf(
      gone.map(({ key }) => key),
      limit,
    );
  },
}));
