import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { ensureProfiles, lockPair, type People } from "./profiles.ts";
import type { Store } from "./store.ts";

export interface MuteState {
  muted: boolean;
  /** ISO 8601: when it ends by itself. Null: it does not. */
  until: string | null;
  /** Of the mute. */
  revision: number;
}

function refuseOwn(userId: UserId, otherId: UserId): void {
  if (userId === otherId) throw invalidField("id", "must be another user's: nobody mutes themselves");
}

/**
 * Mutes a user until then (ISO 8601), or without an end; idempotent, and another end replaces the one before. The other is not told.
 * Throws `not_found` for an unknown user, `validation_failed` for the user's own id and an end that has passed, `conflict` for one too many.
 */
export async function mute(store: Pick<Store, "transaction">, people: People, userId: UserId, otherId: UserId, until: string | null): Promise<MuteState> {
  refuseOwn(userId, otherId);
  if (until !== null && Date.parse(until) <= Date.now()) throw invalidField("until", "must be in the future");
  await ensureProfiles(people, [userId, otherId]);
  return store.transaction(async (operations) => {
    await lockPair(operations, userId, otherId);
    if ((await operations.countMutes(userId, otherId)) >= bounds.mutedUsers)
      throw new Problem("conflict", { message: `You have muted ${bounds.mutedUsers} users. Unmute one first.` });
    const { id, revision, changed, ...saved } = await operations.saveMute(userId, otherId, true, until === null ? null : new Date(until));
    const end = saved.until?.toISOString() ?? null;
    if (changed)
      await operations.enqueue({
        type: "user.muted",
        aggregate: { id, revision },
        actorId: userId,
        data: { muterId: userId, mutedId: otherId, until: end },
      });
    return { muted: true, until: end, revision };
  });
}

/** Lifts a mute; idempotent. Throws `not_found` for an unknown user, `validation_failed` for the user's own id. */
export async function unmute(store: Pick<Store, "transaction">, people: People, userId: UserId, otherId: UserId): Promise<MuteState> {
  refuseOwn(userId, otherId);
  await ensureProfiles(people, [userId, otherId]);
  return store.transaction(async (operations) => {
    await lockPair(operations, userId, otherId);
    const { id, revision, changed } = await operations.saveMute(userId, otherId, false, null);
    if (changed) await operations.enqueue({ type: "user.unmuted", aggregate: { id, revision }, actorId: userId, data: { muterId: userId, mutedId: otherId } });
    return { muted: false, until: null, revision };
  });
}
