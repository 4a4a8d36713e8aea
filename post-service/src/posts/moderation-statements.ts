import type { StoredModeration } from "@newfeed/shared/contracts/content-moderation.ts";
import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import { int4, jsonb, postId, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import type { StoredStatus } from "./post.ts";

const status = text.as<StoredStatus>();

export const lockForModeration = statement({
  parameters: { id: postId },
  row: { authorId: userId, status, visibility: text.as<Visibility>(), moderation: jsonb<StoredModeration>().nullable, publishedAt: timestamptz.nullable },
  sql: ({ id }) => `SELECT author_id, status, visibility, moderation, published_at FROM post WHERE id = ${id} FOR UPDATE`,
});

/** What was never published begins at this moment. Under the post's lock. */
export const moderate = statement({
  parameters: { id: postId, status, moderation: jsonb<StoredModeration>() },
  sql: ({ id, status, moderation }) =>
    `UPDATE post SET status = ${status}, moderation = ${moderation}, revision = revision + 1,
       published_at = CASE WHEN ${status} = 'published' THEN coalesce(published_at, clock.now) ELSE published_at END,
       poll_ends_at = CASE WHEN ${status} = 'published' AND published_at IS NULL THEN clock.now + make_interval(secs => poll_seconds) ELSE poll_ends_at END
     FROM (SELECT clock_timestamp() AS now) clock WHERE id = ${id}`,
});

export const deletePost = statement({
  parameters: { id: postId },
  row: { revision: int4 },
  sql: ({ id }) => `DELETE FROM post WHERE id = ${id} RETURNING revision`,
});
