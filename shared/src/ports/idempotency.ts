/** A create that its client may send twice. */
export interface Idempotency {
  userId: string;
  key: string;
  /** Names the request that the key was used with. */
  fingerprint: string;
  /** Set when the answer was a stored one. */
  replayed: boolean;
}
