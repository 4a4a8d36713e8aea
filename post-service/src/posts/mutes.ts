import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { PostMuteState } from "@newfeed/shared/contracts/routes/post-mutes.ts";
import { accountGone } from "./author.ts";
import type { PostStore } from "./store.ts";

/**
 * Mutes a conversation until then (ISO 8601), or without an end (null): nothing about the post, or under it, notifies the user. Idempotent, and
 * another end replaces the one before. Throws `not_found` for what the user may not see, `validation_failed` for an end that has
 * passed, `unauthenticated`.
 */
export async function mutePost(store: Pick<PostStore, "transaction">, userId: UserId, postId: PostId, until: string | null): Promise<PostMuteState> {
  if (until !== null && Date.parse(until) <= Date.now()) throw invalidField("until", "must be in the future");
  return store.transaction(async (operations) => {
    // A deletion of the account, or of the post, waits, and then finds the mute.
    if (!(await operations.lockAuthor(userId))) throw accountGone();
    if (!(await operations.lockPost(userId, postId))) throw new Problem("not_found");
    const end = until === null ? null : new Date(until);
    const aggregate = await operations.saveMute(userId, postId, end);
    const state = { muted: true, until: end?.toISOString() ?? null };
    if (aggregate) await operations.enqueue({ type: "post.muted", aggregate, actorId: userId, data: { postId, userId, until: state.until } });
    return state;
  });
}

/** Lifts a mute, also of a post that the user may no longer see. Idempotent. */
export async function unmutePost(store: Pick<PostStore, "transaction">, userId: UserId, postId: PostId): Promise<PostMuteState> {
  return store.transaction(async (operations) => {
    const aggregate = await operations.liftMute(userId, postId);
    if (aggregate) await operations.enqueue({ type: "post.unmuted", aggregate, actorId: userId, data: { postId, userId } });
    return { muted: false, until: null };
  });
}
