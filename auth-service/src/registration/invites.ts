import { randomBytes } from "node:crypto";
import type { Invite } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asInviteId, type InviteId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import type { CreateInvite } from "@newfeed/shared/contracts/routes/registration.ts";
import { requireAdministrator, type Viewer } from "@newfeed/shared/ports/call.ts";
import { pageFrom, windowOf } from "@newfeed/shared/store/cursors.ts";
import { v7 as uuidv7 } from "uuid";
import type { Store } from "../store.ts";
import { hashOfCode } from "./join.ts";

type Row = Awaited<ReturnType<Store["invites"]>>[number];
const toInvite = ({ id, createdAt, expiresAt, ...invite }: Row): Invite => ({
  ...invite,
  id: asInviteId(id),
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  revision: invite.uses + 1,
});

/**
 * Makes an invitation. Its code (120 random bits) is in this answer only: its hash is stored. Throws `conflict` when a thousand
 * are valid already.
 */
export async function makeInvite(
  store: Pick<Store, "addInvite">,
  createdBy: UserId | null,
  { maxUses, expiresInDays, note }: CreateInvite,
): Promise<{ invite: Invite; code: string }> {
  const code = randomBytes(15).toString("base64url");
  const expiresAt = new Date(Date.now() + expiresInDays * 86_400_000);
  const row = await store.addInvite({ id: uuidv7(), codeHash: hashOfCode(code), createdBy, note, maxUses, expiresAt });
  if (!row) throw new Problem("conflict", { message: "There are very many valid invitations. Withdraw some first." });
  return { invite: toInvite(row), code };
}

/** `makeInvite` for an administrator. Throws `forbidden`. */
export async function createInvite(store: Pick<Store, "addInvite">, viewer: Viewer, input: CreateInvite) {
  requireAdministrator(viewer);
  return makeInvite(store, viewer.userId, input);
}

/** All invitations that have not expired for long, the latest first. Throws `forbidden`. */
export async function listInvites(store: Pick<Store, "invites">, viewer: Viewer, query: PageQuery): Promise<Page<Invite>> {
  const window = windowOf(query);
  requireAdministrator(viewer);
  return pageFrom(await store.invites(window), window, ({ createdAt, id }) => ({ at: createdAt, id }), toInvite);
}

/** Withdraws an invitation. Throws `forbidden`, `not_found`. */
export async function deleteInvite(store: Pick<Store, "removeInvite">, viewer: Viewer, id: InviteId): Promise<void> {
  requireAdministrator(viewer);
  if (!(await store.removeInvite(id))) throw new Problem("not_found");
}
