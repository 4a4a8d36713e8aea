import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Operations } from "./store.ts";

/** In the transaction that takes a way to sign in from an account, whose row it holds. Throws `last_sign_in` when none is left. */
export async function requireWayIn(
  operations: Pick<Operations, "loginsOf" | "passkeysOf">,
  { id, passwordHash }: { id: UserId; passwordHash: string | null },
): Promise<void> {
  if (passwordHash !== null) return;
  const [logins, passkeys] = [await operations.loginsOf(id), await operations.passkeysOf(id)];
  if (logins.length + passkeys.length === 0) throw new Problem("last_sign_in");
}
