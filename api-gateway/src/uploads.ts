import { networkOf } from "@newfeed/shared/ports/network.ts";
import { limitFairly } from "@newfeed/shared/runtime/fair-concurrency.ts";

/**
 * Uploads that are on their way to a service, each on a connection of its own: a part of those that a service is reached
 * through, and of these a part from one network, where many accounts may be one client's. Few are of one user, whose others
 * wait unread.
 */
const uploads = { atOnce: 64, atOncePerKey: 16, mayWait: 1_000, mayWaitPerKey: Number.POSITIVE_INFINITY, what: "uploads" };
const uploadsOfUsers = { atOnce: Number.POSITIVE_INFINITY, atOncePerKey: 4, mayWait: 1_000, mayWaitPerKey: 60, what: "uploads of users" };

/** Passes an upload on when it is its turn. Throws as `RunFairly` does. */
export type UploadInTurn = <T>(userId: string, address: string, pass: () => Promise<T>, signal: AbortSignal) => Promise<T>;

export function createUploadTurns(): UploadInTurn {
  const [inTurn, inTurnOfUser] = [limitFairly(uploads), limitFairly(uploadsOfUsers)];
  return (userId, address, pass, signal) => inTurnOfUser(userId, () => inTurn(networkOf(address), pass, signal), signal);
}
