import type { Query } from "@newfeed/shared/ports/database.ts";

export interface CommentFact {
  commentId: string;
  postId: string;
  revision: number;
  deleted: boolean;
}

/**
 * Notes what is known of a comment, and brings its post's count in line: right whatever the order in which creation,
 * changes and deletion arrive. A comment on a post that is gone counts nowhere.
 */
export async function countComment(query: Query, { commentId, postId, revision, deleted }: CommentFact): Promise<void> {
  await query(
    `WITH known AS (SELECT NOT deleted AS counts FROM counted_comment WHERE comment_id = $1::uuid),
     saved AS (
       INSERT INTO counted_comment AS c (comment_id, post_id, revision, deleted)
       SELECT $1::uuid, $2::uuid, $3::int, $4::boolean WHERE EXISTS (SELECT 1 FROM post WHERE id = $2::uuid)
       ON CONFLICT (comment_id) DO UPDATE SET revision = excluded.revision, deleted = excluded.deleted
       WHERE c.revision < excluded.revision AND NOT c.deleted
       RETURNING NOT c.deleted AS counts
     ),
     change AS (SELECT saved.counts::int - coalesce((SELECT counts FROM known), false)::int AS by FROM saved)
     UPDATE post SET comment_count = comment_count + change.by, revision = revision + 1
     FROM change WHERE post.id = $2::uuid AND change.by <> 0`,
    [commentId, postId, revision, deleted],
  );
}
