import { createHash } from "node:crypto";
import type { RegistrationPolicy } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Account, NewAccountRow, Operations } from "../store.ts";

/** How an account is asked for. */
export interface Application {
  registration: RegistrationPolicy;
  inviteCode?: string | undefined;
}

/** What is stored of an invitation's code. */
export const hashOfCode = (code: string): string => createHash("sha256").update(code).digest("hex");

/** Throws `registration_closed`, and `invite_invalid` where an invitation is needed and none is given: before anything is computed for the account. */
export function requireMayApply(registration: RegistrationPolicy, inviteCode: string | undefined): void {
  if (registration === "closed") throw new Problem("registration_closed");
  if (registration === "invite" && inviteCode === undefined)
    throw new Problem("invite_invalid", { message: "You need an invitation to create an account here." });
}

/** The event with which an account begins to exist for other services. */
export const registered = ({ id, username, fullName }: Pick<Account, "id" | "username" | "fullName">) => ({
  type: "user.registered" as const,
  aggregate: { id, revision: 1 },
  actorId: id,
  data: { user: { id, username, fullName, avatarUrl: null } },
});

/**
 * Creates an account within the caller's transaction, as `registration` allows; every way to an account leads through here. It
 * waits for approval where that is asked for, unless an invitation comes with it. An invitation counts one use, and is not
 * used by what is rolled back. Throws `registration_closed`, `invite_invalid`, and what `createAccount` throws.
 */
export async function join(operations: Operations, { registration, inviteCode }: Application, account: NewAccountRow): Promise<Account> {
  requireMayApply(registration, inviteCode);
  const isInvited = registration !== "open" && inviteCode !== undefined;
  if (isInvited && !(await operations.useInvite(hashOfCode(inviteCode)))) throw new Problem("invite_invalid");
  const created = await operations.createAccount({ ...account, awaitsApproval: registration === "approval" && !isInvited });
  if (!created.awaitsApproval) await operations.enqueue(registered(created));
  return created;
}
