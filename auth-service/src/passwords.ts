import { Problem } from "@newfeed/shared/contracts/errors.ts";
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
  let running = 0;
  const waiting: (() => void)[] = [];
  const standIn = await hash("no account has this password", cost);

  async function queued<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (waiting.length >= mayWait) throw new Problem("service_unavailable", { internal: "too many passwords to check", retryAfter: 2 });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      // The slot passes to the next in line, or is free again.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  }

  return {
    hash: (password) => queued(() => hash(password, cost)),
    verify: (stored, password) =>
      queued(async () => {
        const matches = await verify(stored ?? standIn, password);
        return stored !== null && matches;
      }),
  };
}
