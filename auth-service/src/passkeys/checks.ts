import { createHash } from "node:crypto";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { PasskeyAssertion } from "@newfeed/shared/contracts/routes/passkey-assertion.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Guard } from "../login-guard.ts";
import type { Store } from "../store.ts";
import type { AnsweredChallenge, PasskeyChallenges } from "./challenges.ts";
import type { WebAuthn } from "./webauthn.ts";

/** What a passkey is asked for. A challenge for one is of no use for another, or for another session. */
export const purposes = {
  signIn: "sign in",
  stepUp: (sessionId: SessionId) => `step up ${sessionId}`,
  /** `challenge` is that of the sign-in. */
  secondFactor: (challenge: string) => `second factor ${createHash("sha256").update(challenge).digest("hex")}`,
  register: (sessionId: SessionId) => `register ${sessionId}`,
} as const;

interface Asked {
  purpose: string;
  address: string;
  /** Whose it must be. */
  owner?: UserId;
  /** Besides a password: that the passkey is at hand is enough. */
  besidePassword?: boolean;
}

/** Checks passkeys. */
export interface PasskeyChecks {
  /** Lets a passkey through that has signed a challenge for this purpose, once. Gives its account. Throws `invalid_credentials`, `rate_limited`. */
  requirePasskey(passkey: PasskeyAssertion, asked: Asked): Promise<UserId>;
}

export interface PasskeyChecksOptions {
  store: Pick<Store, "findPasskey" | "usePasskey">;
  guard: Guard;
  webAuthn: WebAuthn | null;
  challenges: PasskeyChallenges;
  logger: Pick<Logger, "warn">;
}

export function createPasskeyChecks({ store, guard, webAuthn, challenges, logger }: PasskeyChecksOptions): PasskeyChecks {
  async function signs(passkey: PasskeyAssertion, stored: NonNullable<Awaited<ReturnType<Store["findPasskey"]>>>, asked: Asked): Promise<boolean> {
    const { userHandle } = passkey.response;
    if (userHandle && Buffer.from(userHandle, "base64url").toString() !== stored.accountId) return false;
    let answered: AnsweredChallenge | null = null;
    const isChallenge = (challenge: string) => {
      answered = challenges.open(challenge, asked.purpose);
      return answered !== null;
    };
    const signature = await webAuthn?.asserted(passkey, stored, { isChallenge, identifiesUser: !asked.besidePassword });
    if (!signature || !answered) return false;
    if (await store.usePasskey(stored.id, signature.counter, answered)) return true;
    if (signature.counter < stored.counter) logger.warn("a passkey signs with an old counter: it may have been copied", { userId: stored.accountId });
    return false;
  }

  return {
    async requirePasskey(passkey, asked) {
      const stored = await store.findPasskey(passkey.id);
      const mayBe = stored && (asked.owner === undefined || asked.owner === stored.accountId) ? stored : null;
      const login = `passkey:${createHash("sha256").update(passkey.id).digest("base64url")}`;
      try {
        const account = asked.owner ?? stored?.accountId ?? null;
        await guard({ login, account, address: asked.address, matches: async () => mayBe !== null && (await signs(passkey, mayBe, asked)) });
      } catch (cause) {
        if (!(cause instanceof Problem) || cause.code !== "invalid_credentials") throw cause;
        throw new Problem("invalid_credentials", { message: "That passkey is not known here, or it took too long. Try again.", cause });
      }
      if (!mayBe) throw new Problem("invalid_credentials");
      return mayBe.accountId;
    },
  };
}
