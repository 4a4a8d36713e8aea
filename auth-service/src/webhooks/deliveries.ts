import type { RegistrationPolicy } from "@newfeed/shared/contracts/account-dto.ts";
import type { IdentityWebhook, WebhookUser } from "@newfeed/shared/contracts/identity-webhooks.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { languages } from "@newfeed/shared/contracts/languages.ts";
import { cleanLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { removeAccount } from "../accounts.ts";
import { createAccount } from "../external-logins/sign-in.ts";
import type { ExternalIdentity } from "../external-logins/store.ts";
import { identityOf, withAccountOf } from "../external-tokens/accounts.ts";
import { sessionKey, subjectKey } from "../external-tokens/keys.ts";
import { writeMail } from "../mails/write.ts";
import { endSessions } from "../sessions.ts";
import type { Operations, Store } from "../store.ts";

export interface DeliveriesOptions {
  store: Pick<Store, "transaction">;
  registration: RegistrationPolicy;
  /** Whose users they are about. */
  issuer: string;
}

type SessionWebhook = Extract<IdentityWebhook, { data: { user_id: string } }>;
type UserWebhook = Exclude<IdentityWebhook, SessionWebhook>;
const isOfSession = (event: IdentityWebhook): event is SessionWebhook => "user_id" in event.data;

/** A delivery that is signed. */
export interface Delivery {
  id: string;
  event: IdentityWebhook;
}

/** The verified address that is the user's main one; of a user without a main one, the first. */
function emailOf({ email_addresses: addresses, primary_email_address_id: primary }: WebhookUser): string | null {
  const address = primary === undefined ? addresses[0] : addresses.find(({ id }) => id === primary);
  return address?.verification?.status === "verified" ? address.email_address : null;
}

const nameOf = ({ first_name: first, last_name: last }: WebhookUser): string | null =>
  cleanLine([first, last].filter(Boolean).join(" ")).slice(0, lengths.fullName) || null;

/** The account gets the verified address that its user has there now. */
async function changeAddress(operations: Operations, id: UserId, address: string): Promise<void> {
  const account = await operations.accountById(id);
  if (!account || (account.emailVerifiedAt !== null && account.email.toLowerCase() === address.toLowerCase())) return;
  const { previous, revision } = await operations.claimAddress(id, address);
  await operations.removeLinks(id, ["verify_address", "confirm_new_address", "reset_password"]);
  const isChange = previous !== "" && previous.toLowerCase() !== address.toLowerCase();
  const type = isChange ? "user.email_changed" : "user.email_verified";
  await operations.enqueue({ type, aggregate: { id, revision }, actorId: null, data: { userId: id } });
  const language = languages.find((each) => each === account.language) ?? languages[0];
  if (isChange) await writeMail(operations, { kind: "address_changed", accountId: id, recipient: previous, address, language });
}

/** The profile gets the name that its user has there now. */
async function rename(operations: Operations, id: UserId, fullName: string): Promise<void> {
  const renamed = await operations.noteRename(id, fullName);
  if (!renamed || renamed.awaitsApproval) return;
  await operations.enqueue({ type: "user.renamed_elsewhere", aggregate: { id, revision: renamed.revision }, actorId: null, data: { userId: id, fullName } });
}

/** Creates the account of a user, or has it follow; an older state than the one that is known changes nothing. */
async function follow(
  operations: Operations,
  registration: RegistrationPolicy,
  { identity, username, version }: { identity: ExternalIdentity; username: string | undefined; version: number },
): Promise<void> {
  const known = await operations.accountOfLogin(identity);
  if (!known) {
    // Only those who have an account get in.
    if (registration === "closed" || registration === "invite") return;
    await createAccount(operations, registration, identity, { username });
  }
  const state = await operations.noteState(identity, version);
  if (!state || !known) return;
  if (state.isRenamed && identity.fullName !== null) await rename(operations, known, identity.fullName);
  if (identity.email !== null) await changeAddress(operations, known, identity.email);
}

/** A user is gone for ever: so is the account, and no token of theirs is accepted. */
async function remove(operations: Operations, identity: ExternalIdentity, subject: string): Promise<void> {
  await operations.refuseKey(subject);
  const known = await operations.accountOfLogin(identity);
  if (!known) return;
  // Other services do not know of an account that waits for approval.
  if (!(await operations.refuseAccount(known))) await removeAccount(operations, known);
}

/** A session there is over: so is the one here, and no token of it is accepted. */
async function endSession(operations: Operations, key: string): Promise<void> {
  await operations.refuseKey(key);
  const session = await operations.sessionOfKey(key);
  if (session) await endSessions(operations, session.accountId, { id: session.id });
}

/**
 * Has a signed delivery about a user take effect, once, whenever it comes: deliveries may be repeated, late and in any order. An
 * update creates an account that is missing; an older state changes nothing; nothing brings a deleted user back. An address that
 * another account has verified is passed over.
 */
export async function applyDelivery({ store, registration, issuer }: DeliveriesOptions, { id, event }: Delivery): Promise<void> {
  if (isOfSession(event)) {
    const session = { issuer, subject: event.data.user_id, sid: event.data.id };
    return store.transaction(async (operations) => {
      if (!(await operations.noteDelivery(id))) return;
      await operations.lockSubject(subjectKey(session));
      await endSession(operations, sessionKey(session));
    });
  }
  return applyToUser({ store, registration, issuer }, id, event);
}

async function applyToUser({ store, registration, issuer }: DeliveriesOptions, id: string, event: UserWebhook): Promise<void> {
  const isDeletion = event.type === "user.deleted";
  const names = isDeletion
    ? { email: null, username: null, fullName: null }
    : { email: emailOf(event.data), username: event.data.username ?? null, fullName: nameOf(event.data) };
  const subject = subjectKey({ issuer, subject: event.data.id });
  await withAccountOf(identityOf({ issuer, subject: event.data.id, ...names }), (identity, username) =>
    store.transaction(async (operations) => {
      if (!(await operations.noteDelivery(id))) return;
      await operations.lockSubject(subject);
      if (isDeletion) return remove(operations, identity, subject);
      // Of an account that was deleted here, too: the user comes back with a token, not because something of them has changed there.
      if ((await operations.findRefusal([subject], new Date(0))).isRefused) return;
      const version = event.data.updated_at ?? event.data.created_at ?? event.timestamp ?? 0;
      await follow(operations, registration, { identity, username, version });
    }),
  );
}
