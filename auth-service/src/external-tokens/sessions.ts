import type { RegistrationPolicy } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import type { Presenter } from "@newfeed/shared/ports/tokens.ts";
import { createAccount } from "../external-logins/sign-in.ts";
import { requireMayApply } from "../registration/join.ts";
import { beginSession } from "../sessions.ts";
import type { Store } from "../store.ts";
import { type ExternalUser, identityOf, withAccountOf } from "./accounts.ts";
import { sessionKey, subjectKey, type TokenSubject } from "./keys.ts";

/** What a verified token of the issuer elsewhere says. */
export interface ExternalToken extends TokenSubject, ExternalUser {
  issuedAt: Date;
  /** When the user last signed in there, where the issuer says it. */
  provedAt: Date | null;
}

export interface ExternalSessionsOptions {
  store: Pick<Store, "transaction" | "findRefusal" | "useExternalSession" | "accountOfLogin">;
  registration: RegistrationPolicy;
  limiter: Pick<Limiter, "consume">;
}

/** A session that tokens stand for, with its account. */
export interface ExternalSession {
  id: SessionId;
  userId: UserId;
  username: string;
  roles: string[];
  isVerified: boolean;
  /** Tokens that were issued up to then belong to a session that has ended. */
  refusedUntil: Date | null;
}

/** What the token stands for has ended meanwhile. */
class Ended extends Error {}

/** Counts an account that is about to be created: a network gets so many. */
async function countFirstSight(limiter: Pick<Limiter, "consume">, network: string): Promise<void> {
  const { allowed, resetMs } = await limiter.consume("firstSight", network);
  if (!allowed) throw new Problem("rate_limited", { retryAfter: resetMs / 1000, internal: "limit firstSight" });
}

/** Opens the session that a token stands for, of an account that is created at first sight. Null when the account waits for approval. */
async function open({ store, registration }: ExternalSessionsOptions, token: ExternalToken, { address, userAgent }: Presenter) {
  const [key, subject] = [sessionKey(token), subjectKey(token)];
  return withAccountOf(identityOf(token), (identity, username) =>
    store.transaction(async (operations) => {
      await operations.lockSubject(subject);
      const used = await operations.useExternalSession({ key, address, provedAt: token.provedAt });
      if (used) return used;
      const known = await operations.accountOfLogin(identity);
      const account = known ? await operations.accountById(known) : await createAccount(operations, registration, identity, { username });
      if (!account) throw new Ended();
      if (known || !account.awaitsApproval) {
        const { id } = await beginSession(operations, account, { userAgent, address }, null);
        await operations.addExternalSession({ key, isNamed: token.sid !== null, accountId: account.id, sessionId: id });
      }
      // Asked last: what ended meanwhile held up one of the rows above.
      if ((await operations.findRefusal([subject, key], token.issuedAt)).isRefused) throw new Ended();
      return operations.useExternalSession({ key, address, provedAt: token.provedAt });
    }),
  );
}

/**
 * Which session a verified token of the issuer elsewhere stands for (docs/decisions/0072-tokens-from-elsewhere.md): one for
 * each session that the issuer names, else one for all of the user's tokens. The account is created at first sight, as
 * `registration` allows; its username is made of what the token says, and an address that another account has verified is passed
 * over. Null when the session has ended here. Throws `rate_limited` for a network that brings too many new users,
 * `approval_pending`, and what `join` throws.
 */
export async function sessionOfToken(options: ExternalSessionsOptions, token: ExternalToken, presenter: Presenter): Promise<ExternalSession | null> {
  const { store, registration, limiter } = options;
  const key = sessionKey(token);
  const { isRefused, refusedUntil } = await store.findRefusal([subjectKey(token), key], token.issuedAt);
  if (isRefused) return null;
  const used = await store.useExternalSession({ key, address: presenter.address, provedAt: token.provedAt });
  if (used) return { ...used, refusedUntil };
  if (!(await store.accountOfLogin(identityOf(token)))) {
    requireMayApply(registration, undefined);
    await countFirstSight(limiter, presenter.network);
  }
  try {
    const opened = await open(options, token, presenter);
    if (!opened) throw new Problem("approval_pending");
    return { ...opened, refusedUntil };
  } catch (error) {
    // The account was deleted meanwhile.
    if (error instanceof Ended || (error instanceof Problem && error.code === "invalid_credentials")) return null;
    throw error;
  }
}
