import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import { hashOfToken, type LinkKind } from "../mails/links.ts";
import { writeMail } from "../mails/write.ts";
import { type Asker, requireRecentProof, type StepUpOptions } from "../step-up/step-up.ts";
import type { Store } from "../store.ts";

interface Addresses {
  store: Pick<Store, "transaction" | "accountById" | "findLink">;
}

const confirming: readonly LinkKind[] = ["verify_address", "confirm_new_address"];

/** Has the link that verifies the account's address sent again, unless it is verified. */
export async function resendVerification({ store }: Addresses, userId: UserId, language: Language): Promise<void> {
  const account = await store.accountById(userId);
  if (!account) throw new Problem("unauthenticated");
  if (account.emailVerifiedAt !== null || account.email === "") return;
  await store.transaction((operations) => writeMail(operations, { kind: "verify_address", accountId: userId, recipient: account.email, language }));
}

/**
 * Has a link sent to a new address, which becomes the account's when the link is followed; the present address gets a mail
 * about it. Nothing tells whether another account has the new one. Throws what `requireRecentProof` does.
 */
export async function changeAddress(
  { store, ...options }: StepUpOptions & { store: Pick<Store, "transaction"> },
  asker: Asker,
  { email, password }: { email: string; password?: string | undefined },
  language: Language,
): Promise<void> {
  const { userId } = asker;
  const account = await requireRecentProof({ store, ...options }, asker, password);
  const same = account.email.toLowerCase() === email.toLowerCase();
  await store.transaction(async (operations) => {
    // Of two changes, the latter counts.
    await operations.removeLinks(userId, ["confirm_new_address"]);
    await writeMail(operations, { kind: "confirm_new_address", accountId: userId, recipient: email, language });
    if (account.email !== "" && !same)
      await writeMail(operations, { kind: "address_change_requested", accountId: userId, recipient: account.email, address: email, language });
  });
}

/**
 * Confirms the address that a link was sent to: it is the account's from now on, and signs in. Other accounts that have it
 * without having verified it lose it. Throws `link_invalid`, and `email_taken` when another account has verified it.
 */
export async function confirmAddress({ store }: Addresses, token: string, language: Language): Promise<string> {
  const hash = hashOfToken(token);
  return store.transaction(async (operations) => {
    const link = await operations.useLink(hash, confirming);
    const account = link && (await operations.accountById(link.accountId));
    if (!account) throw new Problem("link_invalid");
    const { accountId, address } = link;
    const isChange = link.kind === "confirm_new_address";
    if (!isChange && account.email.toLowerCase() !== address.toLowerCase())
      throw new Problem("link_invalid", { internal: "the address has changed meanwhile" });
    const { previous, revision } = await operations.claimAddress(accountId, address);
    await operations.removeLinks(accountId, ["verify_address", "confirm_new_address", ...(isChange ? (["reset_password"] as const) : [])]);
    const type = isChange ? "user.email_changed" : "user.email_verified";
    await operations.enqueue({ type, aggregate: { id: accountId, revision }, actorId: accountId, data: { userId: accountId } });
    if (isChange && previous !== "" && previous.toLowerCase() !== address.toLowerCase())
      await writeMail(operations, { kind: "address_changed", accountId, recipient: previous, address, language });
    return address;
  });
}
