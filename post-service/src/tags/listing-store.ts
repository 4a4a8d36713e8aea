import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./statements.ts";

/** Brings the lists of tags in line with posts that were written or changed in this transaction. */
export async function listUnderTags(query: Query, ids: readonly PostId[]): Promise<void> {
  if (ids.length > 0) await query(sql.listPosts, { ids });
}
