import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { endRequestsBetween, unfollowed } from "./follows.ts";
import { ensureProfiles, lockPair, type People } from "./profiles.ts";
import type { Store } from "./store.ts";

export interface BlockState {
  blocked: boolean;
  /** Of the block. */
  revision: number;
}

/**
 * Blocks a user and ends their follows in both directions; idempotent. A user who is blocked may block too: protection
 * does not depend on what the other did. Throws `not_found` for an unknown user, `validation_failed` for the user's own id.
 */
export async function block(store: Pick<Store, "transaction">, people: People, userId: UserId, otherId: UserId): Promise<BlockState> {
  if (userId === otherId) throw invalidField("id", "must be another user's: nobody blocks themselves");
  await ensureProfiles(people, [userId, otherId]);
  return store.transaction(async (operations) => {
    await lockPair(operations, userId, otherId);
    const { id, revision, changed } = await operations.saveBlock(userId, otherId, true);
    if (!changed) return { blocked: true, revision };
    const ended = await operations.endFollowsBetween(userId, otherId);
    await operations.enqueue(
      { type: "user.blocked", aggregate: { id, revision }, actorId: userId, data: { blockerId: userId, blockedId: otherId } },
      ...ended.map((row) => unfollowed(row, userId)),
      ...(await endRequestsBetween(operations, userId, otherId)),
    );
    return { blocked: true, revision };
  });
}

/** Lifts a block; idempotent. Follows do not come back. Throws `not_found` for an unknown user, `validation_failed` for the user's own id. */
export async function unblock(store: Pick<Store, "transaction">, people: People, userId: UserId, otherId: UserId): Promise<BlockState> {
  if (userId === otherId) throw invalidField("id", "must be another user's: nobody blocks themselves");
  await ensureProfiles(people, [userId, otherId]);
  return store.transaction(async (operations) => {
    await lockPair(operations, userId, otherId);
    const { id, revision, changed } = await operations.saveBlock(userId, otherId, false);
    if (changed)
      await operations.enqueue({
        type: "user.unblocked",
        aggregate: { id, revision },
        actorId: userId,
        data: { blockerId: userId, blockedId: otherId },
      });
    return { blocked: false, revision };
  });
}
