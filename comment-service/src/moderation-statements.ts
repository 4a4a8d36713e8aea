import type { HeldState, StoredModeration } from "@newfeed/shared/contracts/content-moderation.ts";
import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import { commentId, jsonb, text, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

const held = text.as<HeldState>().nullable;

/** A comment that is not deleted, and is locked. */
export const findForModeration = statement({
  parameters: { id: commentId },
  row: { authorId: userId.notNull, postAuthorId: userId, visibility: text.as<Visibility>(), held, moderation: jsonb<StoredModeration>().nullable },
  sql: ({ id }) =>
    `SELECT author_id, post_author_id, visibility, held, moderation FROM comment WHERE id = ${id} AND deleted_at IS NULL AND author_id IS NOT NULL`,
});

/** Under the comment's lock. */
export const moderate = statement({
  parameters: { id: commentId, held, moderation: jsonb<StoredModeration>() },
  sql: ({ id, held, moderation }) => `UPDATE comment SET held = ${held}, moderation = ${moderation}, revision = revision + 1 WHERE id = ${id}`,
});
