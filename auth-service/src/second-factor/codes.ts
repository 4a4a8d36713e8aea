import { randomBytes } from "node:crypto";
import { type LoginChallenge, Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Guard } from "../login-guard.ts";
import type { Store } from "../store.ts";
import { hashOfSecret, looksLikeRecoveryCode, plainCode, type SecretBox } from "./secrets.ts";
import { stepOfCode } from "./totp.ts";

const challengeMinutes = 5;

/** Checks codes of second factors. */
export interface Codes {
  /** Whether sign-in asks for a code. */
  isOn(accountId: UserId): Promise<boolean>;
  /** Lets a right code through, once. Throws `invalid_credentials`, `rate_limited`. */
  requireCode(accountId: UserId, typed: string, address: string): Promise<void>;
  /** What asks for a code instead of signing in: a `Problem`, for five minutes and five tries. */
  challenge(accountId: UserId): Promise<Problem>;
  /** The account of a challenge that is to be met: that is a try. Throws `challenge_invalid`. */
  accountOf(challenge: string): Promise<UserId>;
  /** The same without a try. */
  findAccount(challenge: string): Promise<UserId>;
}

export function createCodes({ store, guard, box }: { store: Store; guard: Guard; box: SecretBox }): Codes {
  async function matches(accountId: UserId, code: string): Promise<boolean> {
    if (looksLikeRecoveryCode(code)) return store.useRecoveryCode(accountId, hashOfSecret(code));
    const factor = await store.findFactor(accountId);
    const secret = factor?.confirmedAt ? box.open(accountId, factor.secret) : null;
    const step = secret === null ? null : await stepOfCode(secret, code);
    return step !== null && (await store.useStep(accountId, step));
  }

  return {
    isOn: async (accountId) => (await store.findFactor(accountId))?.confirmedAt != null,
    async requireCode(accountId, typed, address) {
      try {
        await guard({ login: `code:${accountId}`, account: accountId, address, matches: () => matches(accountId, plainCode(typed)) });
      } catch (cause) {
        if (!(cause instanceof Problem) || cause.code !== "invalid_credentials") throw cause;
        throw new Problem("invalid_credentials", { message: "That code is wrong, or was used before.", cause });
      }
    },
    async challenge(accountId) {
      const token = randomBytes(32).toString("base64url");
      const expiresAt = new Date(Date.now() + challengeMinutes * 60_000);
      await store.addChallenge(hashOfSecret(token), accountId, expiresAt);
      const passkey = (await store.passkeysOf(accountId)).length > 0;
      const challenge: LoginChallenge = { token, expiresAt: expiresAt.toISOString(), passkey };
      return new Problem("second_factor_required", { challenge });
    },
    async accountOf(challenge) {
      const accountId = await store.tryChallenge(hashOfSecret(challenge));
      if (!accountId) throw new Problem("challenge_invalid");
      return accountId;
    },
    async findAccount(challenge) {
      const accountId = await store.findChallenge(hashOfSecret(challenge));
      if (!accountId) throw new Problem("challenge_invalid");
      return accountId;
    },
  };
}
