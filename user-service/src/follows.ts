import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { ensureProfiles, lockPair, type People } from "./profiles.ts";
import type { EndedFollow, Store } from "./store.ts";

export interface FollowState {
  following: boolean;
  followerCount: number;
  /** Of the follow. */
  revision: number;
}

export const unfollowed = ({ id, revision, followerId, followeeId }: EndedFollow, actorId: UserId): NewEvent => ({
  type: "user.unfollowed",
  aggregate: { id, revision },
  actorId,
  data: { followerId, followeeId },
});

/**
 * Follows a user; idempotent. Throws `not_found` for an unknown user and when either has blocked the other,
 * `validation_failed` for the user's own id.
 */
export async function follow(store: Pick<Store, "transaction">, people: People, userId: UserId, otherId: UserId): Promise<FollowState> {
  if (userId === otherId) throw invalidField("id", "must be another user's: nobody follows themselves");
  await ensureProfiles(people, [userId, otherId]);
  return store.transaction(async (operations) => {
    const { self, other } = await lockPair(operations, userId, otherId);
    if ((await operations.blockersBetween(userId, otherId)).length > 0) throw new Problem("not_found");
    const { id, revision, changed } = await operations.saveFollow(userId, otherId, true);
    if (!changed) return { following: true, followerCount: other.followerCount, revision };
    await operations.countFollow(userId, otherId);
    await operations.enqueue({
      type: "user.followed",
      aggregate: { id, revision },
      actorId: userId,
      data: { followerId: userId, followeeId: otherId, follower: self.author },
    });
    return { following: true, followerCount: other.followerCount + 1, revision };
  });
}

/** Stops following a user; idempotent. Throws `not_found` for a user who is unknown or has blocked this one, `validation_failed` for the user's own id. */
export const unfollow = (store: Pick<Store, "transaction">, people: People, userId: UserId, otherId: UserId) =>
  endFollow(store, people, { userId, otherId, followerId: userId, followeeId: otherId });

/** Makes another user stop following this one; idempotent. Throws as `unfollow` does. */
export const removeFollower = (store: Pick<Store, "transaction">, people: People, userId: UserId, otherId: UserId) =>
  endFollow(store, people, { userId, otherId, followerId: otherId, followeeId: userId });

async function endFollow(
  store: Pick<Store, "transaction">,
  people: People,
  { userId, otherId, followerId, followeeId }: { userId: UserId; otherId: UserId; followerId: UserId; followeeId: UserId },
): Promise<FollowState> {
  if (userId === otherId) throw invalidField("id", "must be another user's: nobody follows themselves");
  await ensureProfiles(people, [userId, otherId]);
  return store.transaction(async (operations) => {
    const { other } = await lockPair(operations, userId, otherId);
    if ((await operations.blockersBetween(userId, otherId)).includes(otherId)) throw new Problem("not_found");
    // A follow that never was gets a row too: the follow that comes next must have a higher revision than this answer.
    const before = (await operations.findFollow(followerId, followeeId)) ?? (await operations.saveFollow(followerId, followeeId, false));
    const ended = before.active ? await operations.endFollows([before.id]) : [];
    await operations.enqueue(...ended.map((row) => unfollowed(row, userId)));
    return { following: false, followerCount: other.followerCount - ended.length, revision: ended[0]?.revision ?? before.revision };
  });
}
