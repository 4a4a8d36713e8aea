import type { UserId } from "../contracts/ids.ts";
/** A create that its client may send twice. */
export interface Idempotency {
  userId: UserId;
  key: string;
  /** Names the request that the key was used with. */
  fingerprint: string;
  /** Set when the answer was a stored one. */
  replayed: boolean;
}
