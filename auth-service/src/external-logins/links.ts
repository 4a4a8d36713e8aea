import type { ExternalLogin } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import { identityProvider } from "../external-tokens/keys.ts";
import { tellOwner } from "../mails/write.ts";
import { endSessions } from "../sessions.ts";
import { type Asker, requireRecentProof, type StepUpOptions } from "../step-up/step-up.ts";
import type { Store } from "../store.ts";
import { requireWayIn } from "../ways-in.ts";
import type { ExternalIdentity } from "./store.ts";

type Row = Awaited<ReturnType<Store["externalLoginsOf"]>>[number];
export const toLogin = ({ provider, name, createdAt }: Row): ExternalLogin => ({ provider, name, createdAt: createdAt.toISOString(), revision: 1 });

/** Lets a login sign in to the account of a session that still lasts; a mail tells the owner. Throws `external_sign_in_failed`, `external_login_taken`. */
export async function linkLogin(
  store: Pick<Store, "transaction">,
  { userId, sessionId }: { userId: UserId; sessionId: SessionId },
  identity: ExternalIdentity,
  language: Language,
): Promise<void> {
  await store.transaction(async (operations) => {
    const account = await operations.lockAccount(userId);
    if (!account || !(await operations.sessionIsActive(sessionId)))
      throw new Problem("external_sign_in_failed", { internal: "the session has ended meanwhile" });
    if (await operations.addLogin(userId, identity)) await tellOwner(operations, account, "login_linked", language);
    else if ((await operations.accountOfLogin(identity)) !== userId) throw new Problem("external_login_taken");
  });
}

/** Takes a login from the account; sessions of tokens from there end with it, and a mail tells the owner. Throws what `requireRecentProof` does, `not_found`, and `last_sign_in` when no other way in is left. */
export async function unlinkLogin(
  { store, ...options }: StepUpOptions & { store: Pick<Store, "transaction"> },
  asker: Asker,
  provider: string,
  language: Language,
): Promise<void> {
  await requireRecentProof({ store, ...options }, asker);
  await store.transaction(async (operations) => {
    const account = await operations.lockAccount(asker.userId);
    if (!account || !(await operations.removeLogin(asker.userId, provider))) throw new Problem("not_found");
    await requireWayIn(operations, account);
    if (provider === identityProvider) for (const id of await operations.externalSessionsOf(asker.userId)) await endSessions(operations, asker.userId, { id });
    await tellOwner(operations, account, "login_unlinked", language);
  });
}
