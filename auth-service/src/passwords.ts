import { limitConcurrency } from "@newfeed/shared/runtime/concurrency.ts";
import { hash, verify } from "@node-rs/argon2";

/** OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };
const atOnce = 2;
const mayWait = 64;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Costs the same time for an account that does not exist (`null`). */
  verify(stored: string | null, password: string): Promise<boolean>;
}

/**
 * At most two hashes at once, and a bounded queue: a flood of logins gets `service_unavailable`, and the rest of the
 * process keeps its processor.
 */
export async function createPasswords(): Promise<Passwords> {
  const takeTurn = limitConcurrency(atOnce, mayWait, "passwords to check");
  const standIn = await hash("no account has this password", cost);

  return {
    hash: (password) => takeTurn(() => hash(password, cost)),
    verify: (stored, password) =>
      takeTurn(async () => {
        const matches = await verify(stored ?? standIn, password);
        return stored !== null && matches;
      }),
  };
}
