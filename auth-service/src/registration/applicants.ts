import type { Applicant } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { languages } from "@newfeed/shared/contracts/languages.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import { requireAdministrator, type Viewer } from "@newfeed/shared/ports/call.ts";
import { pageFrom, windowOf } from "@newfeed/shared/store/cursors.ts";
import { writeMail } from "../mails/write.ts";
import type { Operations, Store } from "../store.ts";
import { registered } from "./join.ts";

/** The accounts that wait for approval, the latest first. Throws `forbidden`. */
export async function listApplicants(store: Pick<Store, "applicants">, viewer: Viewer, query: PageQuery): Promise<Page<Applicant>> {
  const window = windowOf(query);
  requireAdministrator(viewer);
  return pageFrom(
    await store.applicants(window),
    window,
    ({ createdAt, id }) => ({ at: createdAt, id }),
    ({ emailVerifiedAt, createdAt, ...account }) => ({ ...account, emailVerified: emailVerifiedAt !== null, createdAt: createdAt.toISOString() }),
  );
}

/** Lets an account in, within the caller's transaction: from now on others see it, and it signs in. A mail tells it. Throws `not_found` unless it waits. */
export async function letIn(operations: Operations, id: UserId): Promise<void> {
  const account = await operations.approveAccount(id);
  if (!account) throw new Problem("not_found");
  await operations.enqueue(registered(account));
  const { email, language } = account;
  if (email !== "") await writeMail(operations, { kind: "account_approved", accountId: id, recipient: email, language: language ?? languages[0] });
}

/** Lets an account in. Throws `forbidden`, and `not_found` unless it waits. */
export async function approve(store: Pick<Store, "transaction">, viewer: Viewer, id: UserId): Promise<void> {
  requireAdministrator(viewer);
  await store.transaction((operations) => letIn(operations, id));
}

/** Deletes an account that waits; a mail tells it. Throws `forbidden`, and `not_found` unless it waits. */
export async function refuse(store: Pick<Store, "transaction">, viewer: Viewer, id: UserId): Promise<void> {
  requireAdministrator(viewer);
  await store.transaction(async (operations) => {
    const account = await operations.refuseAccount(id);
    if (!account) throw new Problem("not_found");
    const { email, language } = account;
    if (email !== "") await writeMail(operations, { kind: "account_refused", accountId: null, recipient: email, language: language ?? languages[0] });
  });
}
