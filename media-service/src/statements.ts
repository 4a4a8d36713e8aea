import { array, int4, mediaId, postId, type RowOf, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import type { MediaKind, MediaStoreName } from "@newfeed/shared/ports/media-store.ts";
import { statement, variants } from "@newfeed/shared/ports/statement.ts";
import { list } from "@newfeed/shared/store/list.ts";

/** What an upload is, from when it is stored. */
const upload = {
  id: mediaId,
  ownerId: userId,
  kind: text.as<MediaKind>(),
  store: text.as<MediaStoreName>(),
  path: text,
  thumbnailPath: text.nullable,
  width: int4.nullable,
  height: int4.nullable,
  blurhash: text.nullable,
  bytes: int4,
  contentType: text,
};

const storedMedia = {
  ...upload,
  postId: postId.nullable,
  postVisibility: text.nullable,
  postRevision: int4,
  claimedAt: timestamptz.nullable,
  createdAt: timestamptz,
  revision: int4,
};
/** An upload as it is stored. */
export type Media = RowOf<typeof storedMedia>;

const columns = `id, owner_id, kind, store, path, thumbnail_path, width, height, blurhash, bytes, content_type, post_id, post_visibility, post_revision,
  claimed_at, created_at, revision`;

/** A user's uploads: all of them, or those that a published public post shows. */
export const listByOwner = variants(["all", "public"], (which) =>
  list({
    parameters: { ownerId: userId },
    row: storedMedia,
    sql: ({ ownerId }, { beyond, order, limit }) =>
      `SELECT ${columns} FROM media
       WHERE owner_id = ${ownerId} ${which === "public" ? "AND post_revision > 0 AND post_visibility = 'public'" : ""} AND ${beyond("created_at", "id")}
       ${order("created_at", "id")} ${limit}`,
  }),
);

export const insertMedia = statement({
  parameters: upload,
  row: storedMedia,
  sql: (media) =>
    `INSERT INTO media (id, owner_id, kind, store, path, thumbnail_path, width, height, blurhash, bytes, content_type)
     VALUES (${media.id}, ${media.ownerId}, ${media.kind}, ${media.store}, ${media.path}, ${media.thumbnailPath}, ${media.width}, ${media.height},
       ${media.blurhash}, ${media.bytes}, ${media.contentType})
     RETURNING ${columns}`,
});

/** Takes planned files off the list of those that are to go. */
export const keepPlanned = statement({
  parameters: { paths: array(text) },
  row: { path: text },
  sql: ({ paths }) => `DELETE FROM media_removal WHERE path = ANY(${paths}) RETURNING path`,
});

/** Those of these uploads that are free, or the post's already; they are the post's now. */
export const claimMedia = statement({
  parameters: { ownerId: userId, postId, visibility: text, ids: array(mediaId), paths: array(text) },
  row: storedMedia,
  sql: ({ ownerId, postId, visibility, ids, paths }) =>
    `UPDATE media SET post_id = ${postId}, post_visibility = ${visibility}, claimed_at = coalesce(claimed_at, now()), revision = revision + 1
     WHERE owner_id = ${ownerId} AND (post_id IS NULL OR post_id = ${postId}) AND (id = ANY(${ids}) OR path = ANY(${paths}))
     RETURNING ${columns}`,
});

/** Unless a newer state of the post is known. */
export const followPost = statement({
  parameters: { postId, postRevision: int4, visibility: text },
  sql: ({ postId, postRevision, visibility }) =>
    `UPDATE media SET post_revision = ${postRevision}, post_visibility = ${visibility}, revision = revision + 1
     WHERE post_id = ${postId} AND post_revision < ${postRevision}`,
});

/** Rows go, and their files become due for removal. */
const removing = (where: string) =>
  `WITH gone AS (DELETE FROM media WHERE ${where} RETURNING id, owner_id, revision, kind, path, thumbnail_path),
   files AS (
     INSERT INTO media_removal (path, kind, due_at)
     SELECT path, kind, now() FROM gone UNION ALL SELECT thumbnail_path, 'image', now() FROM gone WHERE thumbnail_path IS NOT NULL
   )
   SELECT id, owner_id, revision FROM gone ORDER BY id`;
const removed = { id: mediaId, ownerId: userId, revision: int4 };
/** A row that was removed just now, with the revision that it had. */
export type RemovedMedia = RowOf<typeof removed>;

export const removeOfPost = statement({ parameters: { postId }, row: removed, sql: ({ postId }) => removing(`post_id = ${postId}`) });
export const removeOfOwner = statement({ parameters: { ownerId: userId }, row: removed, sql: ({ ownerId }) => removing(`owner_id = ${ownerId}`) });
export const removeUnattached = statement({ parameters: { id: mediaId }, row: removed, sql: ({ id }) => removing(`id = ${id} AND post_id IS NULL`) });
/** Some of those that are unattached, or claimed but not confirmed, since before then. */
export const removeLapsed = statement({
  parameters: { before: timestamptz, limit: int4 },
  row: removed,
  sql: ({ before, limit }) =>
    removing(`id IN (SELECT id FROM media WHERE post_revision = 0 AND coalesce(claimed_at, created_at) < ${before}
      ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`),
});
