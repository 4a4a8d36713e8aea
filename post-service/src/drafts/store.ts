import type { DraftId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { DraftContent } from "@newfeed/shared/contracts/routes/drafts.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { Idempotency } from "@newfeed/shared/ports/idempotency.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import { lockAuthor } from "../posts/statements.ts";
import * as sql from "./statements.ts";

/** A deleted user leaves no drafts. */
export async function removeDraftsOf(query: Query, userId: UserId): Promise<void> {
  await query(sql.deleteDraftsOf, { userId });
}

/** What an instance may do to drafts within one transaction. */
const operationsOn = (query: Query) => ({
  /** Kept from being deleted until the transaction ends. False when the user is gone. */
  lockAuthor: async (userId: UserId): Promise<boolean> => (await query(lockAuthor, { userId })).length > 0,
  /** Undefined when the user has too many. */
  async create(userId: UserId, id: DraftId, content: DraftContent) {
    const [draft] = await query(sql.insertDraft, { userId, id, content: JSON.stringify(content) });
    return draft;
  },
});

/** Drafts in post-service's database: each is seen by its user alone. */
export function createDraftStore(database: Database) {
  const { query } = database;
  return {
    transaction: <T>(work: (operations: ReturnType<typeof operationsOn>) => Promise<T>, idempotency?: Idempotency): Promise<T> =>
      transact(
        database,
        () => {},
        (transaction) => work(operationsOn(transaction.query)),
        idempotency,
      ),
    /** A window of a user's drafts. */
    draftsOf: (userId: UserId, window: Window) => sql.listDrafts(query, window, { userId }),
    async find(userId: UserId, id: DraftId) {
      const [draft] = await query(sql.findDraft, { userId, id });
      return draft;
    },
    /** Undefined when it is gone, or has another revision. */
    async update(userId: UserId, id: DraftId, content: DraftContent, revision: number) {
      const [draft] = await query(sql.updateDraft, { userId, id, content: JSON.stringify(content), revision });
      return draft;
    },
    async remove(userId: UserId, id: DraftId): Promise<void> {
      await query(sql.deleteDraft, { userId, id });
    },
    /** A user's drafts, by id. */
    exportDrafts: (userId: UserId, after: string | undefined) => query(sql.exportDrafts, { userId, after: after ?? null }),
  };
}
export type DraftStore = ReturnType<typeof createDraftStore>;
