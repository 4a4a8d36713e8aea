import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asDraftId, type DraftId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { Draft, DraftContent } from "@newfeed/shared/contracts/routes/drafts.ts";
import type { Idempotency } from "@newfeed/shared/ports/idempotency.ts";
import { v7 as uuidv7 } from "uuid";
import { accountGone } from "../posts/author.ts";
import type { DraftStore } from "./store.ts";

interface StoredDraft {
  id: DraftId;
  content: DraftContent;
  createdAt: Date;
  updatedAt: Date;
  revision: number;
}

export const toDraft = ({ content, createdAt, updatedAt, ...draft }: StoredDraft): Draft => ({
  ...content,
  // Drafts from before say nothing of it.
  title: content.title ?? null,
  ...draft,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

/** Throws `conflict` for one too many, `unauthenticated`, `idempotency_mismatch`. */
export const createDraft = (store: Pick<DraftStore, "transaction">, userId: UserId, content: DraftContent, idempotency?: Idempotency): Promise<Draft> =>
  store.transaction(async (operations) => {
    if (!(await operations.lockAuthor(userId))) throw accountGone();
    const draft = await operations.create(userId, asDraftId(uuidv7()), content);
    if (!draft) throw new Problem("conflict", { message: `You have ${bounds.drafts} drafts. Delete one first.` });
    return toDraft(draft);
  }, idempotency);

/** Throws `not_found`. */
export async function findDraft(store: Pick<DraftStore, "find">, userId: UserId, id: DraftId): Promise<Draft> {
  const draft = await store.find(userId, id);
  if (!draft) throw new Problem("not_found");
  return toDraft(draft);
}

/** Throws `not_found`, and `conflict` where the draft has another revision: then nothing is changed. */
export async function updateDraft(
  store: Pick<DraftStore, "find" | "update">,
  userId: UserId,
  id: DraftId,
  content: DraftContent,
  revision: number,
): Promise<Draft> {
  const draft = await store.update(userId, id, content, revision);
  if (draft) return toDraft(draft);
  await findDraft(store, userId, id);
  throw new Problem("conflict", { message: "The draft was changed on another device." });
}
