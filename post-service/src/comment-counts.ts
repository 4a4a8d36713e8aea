import type { CommentId, PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";

export interface CommentChange {
  commentId: CommentId;
  postId: PostId;
  revision: number;
  deleted: boolean;
}

/**
 * Notes what is known of comments, and brings their posts' counts in line, in one statement: right whatever the order in
 * which creation, changes and deletion arrive. A comment on a post that is gone counts nowhere.
 */
export async function countComments(query: Query, facts: readonly CommentChange[]): Promise<void> {
  // Of several changes of one comment the latest says it all; nothing comes after its deletion.
  const latest = new Map<string, CommentChange>();
  for (const fact of facts) {
    const known = latest.get(fact.commentId);
    if (!known || (!known.deleted && fact.revision > known.revision)) latest.set(fact.commentId, fact);
  }
  const rows = [...latest.values()];
  if (rows.length === 0) return;
  // What is known is looked up by its key: joined to, the tables would be read whole while they are taken for small.
  await query(
    `WITH fact AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::boolean[]) AS f(comment_id, post_id, revision, deleted)),
     known AS (SELECT comment_id, NOT (SELECT deleted FROM counted_comment c WHERE c.comment_id = fact.comment_id) AS counts FROM fact),
     saved AS (
       INSERT INTO counted_comment AS c (comment_id, post_id, revision, deleted)
       SELECT f.* FROM fact f WHERE (SELECT true FROM post WHERE id = f.post_id)
       ON CONFLICT (comment_id) DO UPDATE SET revision = excluded.revision, deleted = excluded.deleted
       WHERE c.revision < excluded.revision AND NOT c.deleted
       RETURNING c.comment_id, c.post_id, NOT c.deleted AS counts
     ),
     change AS (
       SELECT saved.post_id, sum(saved.counts::int - coalesce(known.counts, false)::int)::int AS by
       FROM saved LEFT JOIN known USING (comment_id) GROUP BY saved.post_id
     )
     UPDATE post SET comment_count = comment_count + change.by, revision = revision + 1
     FROM change WHERE post.id = change.post_id AND change.by <> 0`,
    [rows.map((row) => row.commentId), rows.map((row) => row.postId), rows.map((row) => row.revision), rows.map((row) => row.deleted)],
  );
}
