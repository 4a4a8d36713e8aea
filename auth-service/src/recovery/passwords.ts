import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId } from "@newfeed/shared/contracts/ids.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { Guard } from "../login-guard.ts";
import { hashOfToken } from "../mails/links.ts";
import { writeMail } from "../mails/write.ts";
import { requireGoodPassword } from "../password-rules.ts";
import type { Passwords } from "../passwords.ts";
import { endSessions } from "../sessions.ts";
import { requirePassword } from "../step-up/step-up.ts";
import type { Account, Operations, Store } from "../store.ts";
import { endTokens } from "../tokens/tokens.ts";

interface NewPasswords {
  store: Pick<Store, "transaction" | "accountById" | "findLink">;
  passwords: Passwords;
  passwordMinLength: number;
}

/**
 * Has a link sent to the account, or accounts, that this login may mean. A job looks for them: the answer, and the time that
 * it takes, are the same when there is none.
 */
export async function askForReset({ store }: { store: Pick<Store, "transaction"> }, login: string, language: Language): Promise<void> {
  await store.transaction((operations) => writeMail(operations, { kind: "reset_password", accountId: null, recipient: login, language }));
}

/** Sets the password, within the caller's transaction: links that were sent before are void, and the owner gets a mail about it. Gives the account's new revision. */
async function replacePassword(operations: Operations, account: Account, passwordHash: string, language: Language): Promise<number> {
  const changed = await operations.setPassword(account.id, passwordHash);
  if (!changed) throw new Problem("unauthenticated", { internal: "the account was deleted meanwhile" });
  await operations.removeLinks(account.id, ["reset_password", "confirm_new_address"]);
  if (changed.email !== "") await writeMail(operations, { kind: "password_changed", accountId: account.id, recipient: changed.email, language });
  return changed.revision;
}

/**
 * Sets a new password with the token of a link that came by mail, which also verifies the address that it went to. All
 * sessions and API tokens end. Gives the account and these. Throws `link_invalid`, and `validation_failed` for a bad password,
 * after which the link is still good.
 */
export async function resetPassword(
  { store, passwords, passwordMinLength }: NewPasswords,
  token: string,
  password: string,
  language: Language,
): Promise<{ account: Account; ended: SessionId[] }> {
  const hash = hashOfToken(token);
  const link = await store.findLink(hash, ["reset_password"]);
  const account = link && (await store.accountById(link.accountId));
  if (!account) throw new Problem("link_invalid");
  await requireGoodPassword(password, passwordMinLength, account);
  const passwordHash = await passwords.hash(password);
  return store.transaction(async (operations) => {
    const used = await operations.useLink(hash, ["reset_password"]);
    if (!used) throw new Problem("link_invalid");
    const eventOf = <T extends "user.password_reset" | "user.email_verified">(type: T, revision: number) => ({
      type,
      aggregate: { id: account.id, revision },
      actorId: account.id,
      data: { userId: account.id },
    });
    await operations.enqueue(eventOf("user.password_reset", await replacePassword(operations, account, passwordHash, language)));
    if (account.emailVerifiedAt === null && account.email.toLowerCase() === used.address.toLowerCase()) {
      const { revision } = await operations.claimAddress(account.id, account.email);
      await operations.enqueue(eventOf("user.email_verified", revision));
    }
    // Who had the account may have made tokens.
    const ended = [...(await endSessions(operations, account.id)), ...(await endTokens(operations, account.id))];
    return { account, ended };
  });
}

/** Changes the password of a signed-in user. The other sessions end; gives them. Throws `invalid_credentials`, `rate_limited`, `validation_failed`. */
export async function changePassword(
  { store, passwords, passwordMinLength, guard }: NewPasswords & { guard: Guard },
  { userId, sessionId }: Viewer,
  { current, password }: { current: string; password: string },
  { address, language }: { address: string; language: Language },
): Promise<SessionId[]> {
  const account = await store.accountById(userId);
  if (!account) throw new Problem("unauthenticated");
  await requirePassword({ passwords, guard }, account, current, address);
  await requireGoodPassword(password, passwordMinLength, account);
  const passwordHash = await passwords.hash(password);
  return store.transaction(async (operations) => {
    await replacePassword(operations, account, passwordHash, language);
    return endSessions(operations, userId, { except: sessionId });
  });
}
