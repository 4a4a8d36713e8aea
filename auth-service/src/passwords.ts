import { limitConcurrency } from "@newfeed/shared/runtime/concurrency.ts";
import { hash, verify } from "@node-rs/argon2";

/** OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane. */
const usual = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };
/** The least that Argon2 can do: for tests, which sign up thousands. */
const cheapest = { memoryCost: 8, timeCost: 1, parallelism: 1 };
const atOnce = 2;
const mayWait = 64;

export interface Passwords {
  /** Of the password in Unicode's composed form (NFC): keyboards differ in how they compose a letter and its accent. */
  hash(password: string): Promise<string>;
  /** Costs the same time for an account that does not exist (`null`). */
  verify(stored: string | null, password: string): Promise<Verdict>;
}

export interface Verdict {
  matches: boolean;
  /** The hash is of the password as it was typed, from before `hash` composed it: make a new one. */
  outdated: boolean;
}

/**
 * At most two hashes at once, and a bounded queue: a flood of logins gets `service_unavailable`, and the rest of the
 * process keeps its processor.
 */
export async function createPasswords({ cheap = false }: { cheap?: boolean } = {}): Promise<Passwords> {
  const cost = cheap ? cheapest : usual;
  const takeTurn = limitConcurrency(atOnce, mayWait, "passwords to check");
  const standIn = await hash("no account has this password", cost);

  return {
    hash: (password) => takeTurn(() => hash(password.normalize("NFC"), cost)),
    verify: (stored, password) =>
      takeTurn(async () => {
        const composed = password.normalize("NFC");
        const matches = await verify(stored ?? standIn, composed);
        const outdated = !matches && composed !== password && (await verify(stored ?? standIn, password));
        return { matches: stored !== null && (matches || outdated), outdated };
      }),
  };
}
