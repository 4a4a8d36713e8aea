import { array, boolean, int4, postId, text, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { canView } from "@newfeed/shared/projections/visibility.ts";

// What notifications show of posts.

/** Unless a newer one is there. */
export const savePost = statement({
  parameters: {
    id: postId,
    authorId: userId,
    visibility: text,
    status: text,
    title: text.nullable,
    content: text,
    contentWarning: text.nullable,
    revision: int4,
  },
  sql: ({ id, authorId, visibility, status, title, content, contentWarning, revision }) =>
    `INSERT INTO post_summary (id, author_id, visibility, status, title, content, content_warning, revision)
     VALUES (${id}, ${authorId}, ${visibility}, ${status}, ${title}, ${content}, ${contentWarning}, ${revision})
     ON CONFLICT (id) DO UPDATE SET visibility = excluded.visibility, status = excluded.status, title = excluded.title, content = excluded.content,
       content_warning = excluded.content_warning, revision = excluded.revision
     WHERE post_summary.revision < excluded.revision`,
});
/** Whether a post that is not known at this revision may be public here. */
export const mayBePublic = statement({
  parameters: { id: postId, before: int4 },
  row: { possible: boolean.notNull },
  sql: ({ id, before }) => `SELECT NOT EXISTS (SELECT FROM post_summary WHERE id = ${id} AND (visibility <> 'public' OR revision >= ${before})) AS possible`,
});
/** Those of these posts that everybody may see. */
export const findPublicPosts = statement({
  parameters: { ids: array(postId) },
  row: { id: postId },
  sql: ({ ids }) => `SELECT p.id FROM post_summary p WHERE p.id = ANY(${ids}) AND ${canView("NULL::uuid")}`,
});
export const forgetPosts = statement({
  parameters: { postIds: array(postId) },
  sql: ({ postIds }) => `DELETE FROM post_summary WHERE id = ANY(${postIds})`,
});
