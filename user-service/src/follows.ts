import type { Author } from "@newfeed/shared/contracts/dto.ts";
import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Toggled } from "@newfeed/shared/store/toggle.ts";
import { ensureProfiles, lockPair, type People } from "./profiles.ts";
import type { EndedFollow, Operations, Store } from "./store.ts";

export interface FollowState {
  following: boolean;
  /** It is asked for, and the other has not answered yet. */
  requested: boolean;
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

const requestEnded = ({ id, revision }: Toggled, actorId: UserId, followerId: UserId, followeeId: UserId): NewEvent => ({
  type: "user.follow_request_ended",
  aggregate: { id, revision },
  actorId,
  data: { followerId, followeeId },
});

type RequestOperations = Pick<Operations, "saveRequest" | "requestsBetween">;

/** Ends a request to follow, under the locks of both profiles. Gives the event, if there was one. */
async function endRequest(operations: RequestOperations, actorId: UserId, followerId: UserId, followeeId: UserId): Promise<NewEvent[]> {
  const isThere = (await operations.requestsBetween(followerId, followeeId)).some((request) => request.followerId === followerId);
  return isThere ? [requestEnded(await operations.saveRequest(followerId, followeeId, false), actorId, followerId, followeeId)] : [];
}

/** Ends the requests of the two, in either direction, under the locks of both profiles. */
export const endRequestsBetween = async (operations: RequestOperations, actorId: UserId, otherId: UserId): Promise<NewEvent[]> => [
  ...(await endRequest(operations, actorId, actorId, otherId)),
  ...(await endRequest(operations, actorId, otherId, actorId)),
];

/** Makes a request a follow, under the locks of both profiles. Gives the events; none when there is no request. */
export async function approved(
  operations: RequestOperations & Pick<Operations, "saveFollow" | "countFollow">,
  follower: Author,
  followeeId: UserId,
): Promise<NewEvent[]> {
  const ended = await endRequest(operations, followeeId, follower.id, followeeId);
  if (ended.length === 0) return [];
  const { id, revision, changed } = await operations.saveFollow(follower.id, followeeId, true);
  if (!changed) return ended;
  await operations.countFollow(follower.id, followeeId);
  const data = { followerId: follower.id, followeeId, follower, approved: true };
  return [...ended, { type: "user.followed", aggregate: { id, revision }, actorId: followeeId, data }];
}

/**
 * Follows a user; asks to, where the account is private. Idempotent. Throws `not_found` for an unknown user and when either has
 * blocked the other, `validation_failed` for the user's own id.
 */
export async function follow(store: Pick<Store, "transaction">, people: People, userId: UserId, otherId: UserId): Promise<FollowState> {
  if (userId === otherId) throw invalidField("id", "must be another user's: nobody follows themselves");
  await ensureProfiles(people, [userId, otherId]);
  return store.transaction(async (operations) => {
    const { self, other } = await lockPair(operations, userId, otherId);
    if ((await operations.blockersBetween(userId, otherId)).length > 0) throw new Problem("not_found");
    if (other.suspended) throw new Problem("not_found");
    const { followerCount } = other;
    const known = await operations.findFollow(userId, otherId);
    if (!known?.active && (await operations.findPreferences(otherId))?.privateAccount) {
      const { id, revision, changed } = await operations.saveRequest(userId, otherId, true);
      const data = { followerId: userId, followeeId: otherId, follower: self.author };
      if (changed) await operations.enqueue({ type: "user.follow_requested", aggregate: { id, revision }, actorId: userId, data });
      // A follow that never was gets a row too: the follow that comes next must have a higher revision than this answer.
      const follow = known ?? (await operations.saveFollow(userId, otherId, false));
      return { following: false, requested: true, followerCount, revision: follow.revision };
    }
    const { id, revision, changed } = await operations.saveFollow(userId, otherId, true);
    if (!changed) return { following: true, requested: false, followerCount, revision };
    await operations.countFollow(userId, otherId);
    await operations.enqueue({
      type: "user.followed",
      aggregate: { id, revision },
      actorId: userId,
      data: { followerId: userId, followeeId: otherId, follower: self.author },
    });
    // Asked for when the account was private, which it no longer is.
    await operations.enqueue(...(await endRequest(operations, userId, userId, otherId)));
    return { following: true, requested: false, followerCount: followerCount + 1, revision };
  });
}

/** Stops following a user, or takes back the request to; idempotent. Throws `not_found` for a user who is unknown or has blocked this one, `validation_failed` for the user's own id. */
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
    await operations.enqueue(...ended.map((row) => unfollowed(row, userId)), ...(await endRequest(operations, userId, followerId, followeeId)));
    return { following: false, requested: false, followerCount: other.followerCount - ended.length, revision: ended[0]?.revision ?? before.revision };
  });
}

/**
 * Approves or refuses a request to follow this user; idempotent: without a request there is nothing to do. Throws `not_found` for
 * an unknown user, `validation_failed` for the user's own id.
 */
export async function answerRequest(
  store: Pick<Store, "transaction">,
  people: People,
  { userId, otherId, approve }: { userId: UserId; otherId: UserId; approve: boolean },
): Promise<void> {
  if (userId === otherId) throw invalidField("id", "must be another user's: nobody follows themselves");
  await ensureProfiles(people, [userId, otherId]);
  await store.transaction(async (operations) => {
    const { other } = await lockPair(operations, userId, otherId);
    const events = approve ? await approved(operations, other.author, userId) : await endRequest(operations, userId, otherId, userId);
    await operations.enqueue(...events);
  });
}
