import { type HeldState, heldStates, type StoredModeration } from "@newfeed/shared/contracts/content-moderation.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { Subject } from "@newfeed/shared/contracts/routes/media.ts";
import {
  array,
  boolean,
  float8,
  int4,
  int8,
  json,
  jsonb,
  mediaId,
  postId,
  type RowOf,
  text,
  timestamptz,
  userId,
  uuid,
} from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import type { MediaKind, MediaStoreName } from "@newfeed/shared/ports/media-store.ts";
import { statement, variants } from "@newfeed/shared/ports/statement.ts";
import { behindWithin, exportedRows, list, markedOf, sparseList } from "@newfeed/shared/store/list.ts";
import { suspensions } from "./suspension-statements.ts";

/** What an upload is, from when it is stored. */
const upload = {
  id: mediaId,
  ownerId: userId,
  kind: text.as<MediaKind>(),
  name: text.nullable,
  store: text.as<MediaStoreName>(),
  path: text,
  thumbnailPath: text.nullable,
  smallPath: text.nullable,
  width: int4.nullable,
  height: int4.nullable,
  duration: float8.nullable,
  blurhash: text.nullable,
  pictureHash: text.nullable,
  bytes: int4,
  contentType: text,
};

const storedMedia = {
  ...upload,
  expiresAt: timestamptz.nullable,
  createdAt: timestamptz,
  revision: int4,
  /** Others do not get it, whatever shows it. */
  held: text.as<HeldState>().nullable,
  /** What keeps it. */
  claims: json<Subject[]>().notNull,
};
/** An upload as it is stored. */
export type Media = RowOf<typeof storedMedia>;

const ofUpload = Object.keys(upload).map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
/** The columns of a `Media`, of a row `m`. */
const columns = `${ofUpload.map((name) => `m.${name}`).join(", ")}, m.expires_at, m.created_at, m.revision, m.held,
  coalesce((SELECT json_agg(json_build_object('kind', c.subject_kind, 'id', c.subject_id)) FROM media_claim c WHERE c.media_id = m.id AND NOT c.released), '[]') AS claims`;

/** A value: EXISTS may become a join with all claims. */
const isClaimed = "coalesce((SELECT true FROM media_claim c WHERE c.media_id = m.id AND NOT c.released LIMIT 1), false)";

/** From now on, unless something claims it. */
const expiry = "now() + interval '24 hours'";

/** The job that removes the uploads of a deleted user: nobody sees those that are left. */
export const removalOfOwner = "remove-media-of-user";
const isOfDeleted = `EXISTS (SELECT FROM newfeed.job j WHERE j.name = '${removalOfOwner}' AND j.subject = m.owner_id::text)`;

export const findMedia = statement({
  parameters: { ids: array(mediaId) },
  row: storedMedia,
  sql: ({ ids }) => `SELECT ${columns} FROM media m WHERE m.id = ANY(${ids}) AND NOT ${isOfDeleted}`,
});

/** All of a user's uploads. Claims are looked up behind the cut. */
export const listByOwner = list({
  parameters: { ownerId: userId },
  row: storedMedia,
  sql: ({ ownerId }, { within, order, limit }) => {
    const owned = within("m.owner_id", ownerId);
    const key = ["m.created_at", "m.id"] as const;
    return `SELECT ${columns} FROM (SELECT m.* FROM media m WHERE ${owned.beyond(...key)} ${owned.order(...key)} ${limit}) m ${order(...key)}`;
  },
});

/** Those that something claims. */
export const listClaimedByOwner = sparseList({
  parameters: { ownerId: userId },
  row: storedMedia,
  sql: ({ ownerId }, { within, order, showing }) => {
    const owned = within("m.owner_id", ownerId);
    const key = ["m.created_at", "m.id"] as const;
    const all = `SELECT m.* FROM media m WHERE ${owned.beyond(...key)} ${owned.order(...key)}`;
    return `SELECT ${columns}, ${markedOf("m")} FROM (${showing(all, { as: "m", shows: isClaimed, key })}) m ${order(...key)}`;
  },
});

/** An export reads all of a user's rows, a page at a time. */
export const exportMedia = statement({
  parameters: { ownerId: userId, after: uuid.nullable },
  row: storedMedia,
  sql: ({ ownerId, after }) => {
    const { beyond, order } = behindWithin("m.owner_id", ownerId, after);
    return `SELECT ${columns} FROM media m WHERE ${beyond("m.id")} ${order("m.id")} LIMIT ${exportedRows}`;
  },
});

const isClaimedBy = (what: string) => `EXISTS (SELECT 1 FROM media_claim c WHERE c.media_id = m.id AND c.confirmed AND ${what})`;
const heldClaim = `c.visibility IN (${heldStates.map((state) => `'${state}'`).join(", ")})`;

const foundFile = { ownerId: userId, isPublic: boolean.notNull, isHeld: boolean.notNull, isSuspended: boolean.notNull, name: text.nullable };

/**
 * Whether everybody may see an upload's file, and the name under which a document is downloaded; no row when it is gone. It is held
 * where moderators hold it, or everything that shows it.
 */
export const findFile = statement({
  parameters: { id: mediaId, path: text },
  row: foundFile,
  sql: ({ id, path }) =>
    `SELECT m.owner_id, ${isClaimedBy("c.visibility = 'public'")} AS is_public,
       m.held IS NOT NULL OR (${isClaimedBy(heldClaim)} AND NOT ${isClaimedBy(`NOT ${heldClaim}`)}) AS is_held,
       ${suspensions.isSuspended("m.owner_id")} AS is_suspended, m.name
     FROM media m WHERE m.id = ${id} AND ${path} IN (m.path, m.thumbnail_path, m.small_path) AND NOT ${isOfDeleted}`,
});

export type FoundFile = RowOf<typeof foundFile>;

/** How uploads look; no row of one that has no hash. */
export const findPictureHashes = statement({
  parameters: { ids: array(mediaId) },
  row: { id: mediaId, hash: text.notNull },
  sql: ({ ids }) => `SELECT id, picture_hash AS hash FROM media m WHERE id = ANY(${ids}) AND picture_hash IS NOT NULL AND NOT ${isOfDeleted}`,
});

export const lockForModeration = statement({
  parameters: { id: mediaId },
  row: { moderation: jsonb<StoredModeration>().nullable },
  sql: ({ id }) => `SELECT moderation FROM media WHERE id = ${id} FOR UPDATE`,
});
/** Under its lock. */
export const moderate = statement({
  parameters: { id: mediaId, held: text.as<HeldState>().nullable, moderation: jsonb<StoredModeration>() },
  sql: ({ id, held, moderation }) => `UPDATE media SET held = ${held}, moderation = ${moderation}, revision = revision + 1 WHERE id = ${id}`,
});

export const insertMedia = statement({
  parameters: upload,
  row: storedMedia,
  sql: (media) =>
    `INSERT INTO media AS m (${ofUpload.join(", ")}, expires_at)
     VALUES (${media.id}, ${media.ownerId}, ${media.kind}, ${media.name}, ${media.store}, ${media.path}, ${media.thumbnailPath}, ${media.smallPath}, ${media.width}, ${media.height},
       ${media.duration}, ${media.blurhash}, ${media.pictureHash}, ${media.bytes}, ${media.contentType}, ${expiry})
     ON CONFLICT (id) DO NOTHING RETURNING ${columns}`,
});

/** Counts an upload towards what its owner may keep. Gives no row when that is too much. */
export const takeSpace = statement({
  parameters: { ownerId: userId, bytes: int4, quota: int8 },
  row: { bytes: int8 },
  sql: ({ ownerId, bytes, quota }) =>
    `INSERT INTO media_usage AS u (owner_id, bytes) SELECT ${ownerId}, ${bytes} WHERE ${bytes} <= ${quota}
     ON CONFLICT (owner_id) DO UPDATE SET bytes = u.bytes + excluded.bytes WHERE u.bytes + excluded.bytes <= ${quota} RETURNING bytes`,
});
export const findUsage = statement({
  parameters: { ownerId: userId },
  row: { bytes: int8 },
  sql: ({ ownerId }) => `SELECT bytes FROM media_usage WHERE owner_id = ${ownerId}`,
});
export const forgetUsage = statement({ parameters: { ownerId: userId }, sql: ({ ownerId }) => `DELETE FROM media_usage WHERE owner_id = ${ownerId}` });

/** Takes planned files off the list of those that are to go. */
export const keepPlanned = statement({
  parameters: { paths: array(text) },
  row: { path: text },
  sql: ({ paths }) => `DELETE FROM media_removal WHERE path = ANY(${paths}) RETURNING path`,
});

// Direct uploads: files that their senders put into the bucket.

/** So that a user's are counted one after the other. */
export const lockDirectUploads = statement({
  parameters: { ownerId: userId },
  sql: ({ ownerId }) => `SELECT FROM pg_advisory_xact_lock(hashtextextended('direct uploads ' || ${ownerId}, 0))`,
});
/** Nothing, where the user has too many. Those that are completed or cancelled count, too: their forms may still take a file. */
export const insertDirectUpload = statement({
  parameters: { id: mediaId, ownerId: userId, bytes: int4, expiresAt: timestamptz },
  row: { id: mediaId },
  sql: ({ id, ownerId, bytes, expiresAt }) =>
    `INSERT INTO direct_upload (id, owner_id, bytes, expires_at) SELECT ${id}, ${ownerId}, ${bytes}, ${expiresAt}
     WHERE (SELECT count(*) FROM (SELECT FROM direct_upload WHERE owner_id = ${ownerId} AND expires_at > now() LIMIT ${bounds.directUploads}) begun)
       < ${bounds.directUploads} RETURNING id`,
});
const ownDirectUpload = { id: mediaId, ownerId: userId };
export const findDirectUpload = statement({
  parameters: ownDirectUpload,
  row: { id: mediaId },
  sql: ({ id, ownerId }) => `SELECT id FROM direct_upload WHERE id = ${id} AND owner_id = ${ownerId} AND expires_at > now() AND NOT cancelled`,
});
/** It ends `seconds` sooner: when its form does. Nothing, where there is none, or it is cancelled already. */
export const cancelDirectUpload = statement({
  parameters: { ...ownDirectUpload, seconds: int4 },
  row: { id: mediaId },
  sql: ({ id, ownerId, seconds }) =>
    `UPDATE direct_upload SET cancelled = true, expires_at = expires_at - make_interval(secs => ${seconds})
     WHERE id = ${id} AND owner_id = ${ownerId} AND expires_at > now() AND NOT cancelled RETURNING id`,
});
/** Nothing, while another request looks at it. */
export const beginCheck = statement({
  parameters: { ...ownDirectUpload, seconds: int4 },
  row: { bytes: int4 },
  sql: ({ id, ownerId, seconds }) =>
    `UPDATE direct_upload SET checking_until = now() + make_interval(secs => ${seconds})
     WHERE id = ${id} AND owner_id = ${ownerId} AND expires_at > now() AND NOT cancelled AND (checking_until IS NULL OR checking_until < now()) RETURNING bytes`,
});
export const endCheck = statement({ parameters: { id: mediaId }, sql: ({ id }) => `UPDATE direct_upload SET checking_until = NULL WHERE id = ${id}` });
/** All that a user may have, and as many that have ended. */
export const forgetDirectUploads = statement({
  parameters: { ownerId: userId },
  sql: ({ ownerId }) =>
    `DELETE FROM direct_upload WHERE id = ANY(ARRAY(SELECT id FROM direct_upload WHERE owner_id = ${ownerId} LIMIT ${4 * bounds.directUploads}))`,
});
export const endedDirectUploads = removal({ table: "direct_upload", at: "expires_at", after: "0 seconds" });
/** Plans a file that somebody else stores. */
export const planRemoval = statement({
  parameters: { path: text, kind: text.as<MediaKind>(), dueAt: timestamptz },
  sql: ({ path, kind, dueAt }) => `INSERT INTO media_removal (path, kind, due_at) VALUES (${path}, ${kind}, ${dueAt})`,
});

// Claims. Uploads are locked, in id order, by one statement, and their claims are read and changed by later ones: a statement
// that has waited for a lock still sees the claims of before.

const subject = { kind: text.as<Subject["kind"]>(), subjectId: uuid };

/**
 * Locks those of these uploads that are the owner's, by id or by the path of one of their files. `fileIds` are the ids in the
 * paths. (`IS TRUE`, so that the index by owner, with all that an owner has, cannot serve.)
 */
export const lockOwn = statement({
  parameters: { ownerId: userId, ids: array(mediaId), fileIds: array(mediaId), paths: array(text) },
  row: { id: mediaId },
  sql: ({ ownerId, ids, fileIds, paths }) =>
    `SELECT m.id FROM media m
     WHERE m.id = ANY(${ids} || ${fileIds}) AND (m.owner_id = ${ownerId}) IS TRUE
       AND (m.id = ANY(${ids}) OR m.path = ANY(${paths}) OR m.thumbnail_path = ANY(${paths}) OR m.small_path = ANY(${paths}))
     ORDER BY m.id FOR UPDATE OF m`,
});

/** Locks what a subject claims. */
export const lockClaimed = statement({
  parameters: subject,
  row: { id: mediaId },
  sql: ({ kind, subjectId }) =>
    `SELECT m.id FROM media m
     WHERE m.id = ANY(ARRAY(SELECT c.media_id FROM media_claim c WHERE c.subject_kind = ${kind} AND c.subject_id = ${subjectId}))
     ORDER BY m.id FOR UPDATE`,
});

/**
 * Adds claims to locked uploads; one that has this claim keeps it. What was released is claimed anew on request, and stays
 * released for an event, which may be an older one.
 */
export const addClaims = variants(["request", "event"], (by) =>
  statement({
    parameters: { ...subject, visibility: text, ids: array(mediaId) },
    sql: ({ kind, subjectId, visibility, ids }) =>
      `WITH added AS (
         INSERT INTO media_claim (media_id, subject_kind, subject_id, visibility)
         SELECT id, ${kind}, ${subjectId}, ${visibility} FROM unnest(${ids}) AS id
         ON CONFLICT (subject_kind, subject_id, media_id) DO ${by === "event" ? "NOTHING" : "UPDATE SET released = false, claimed_at = now() WHERE media_claim.released"}
         RETURNING media_id
       )
       UPDATE media SET revision = revision + 1, expires_at = CASE WHEN expires_at IS NOT NULL THEN ${expiry} END
       WHERE id IN (SELECT media_id FROM added)`,
  }),
);

const named = ({ kind, subjectId, ids }: { readonly kind: string; readonly subjectId: string; readonly ids: string }) =>
  `subject_kind = ${kind} AND subject_id = ${subjectId} AND media_id = ANY(${ids})`;

/** Confirms claims of locked uploads at a revision of their subject, unless a newer one is known. */
export const confirmClaims = statement({
  parameters: { ...subject, visibility: text, revision: int4, ids: array(mediaId) },
  sql: ({ visibility, revision, ...claims }) =>
    `WITH confirmed AS (
       UPDATE media_claim SET confirmed = true, released = false, visibility = ${visibility}, revision = ${revision}
       WHERE ${named(claims)} AND revision < ${revision} RETURNING media_id
     )
     UPDATE media SET revision = revision + 1, expires_at = NULL WHERE id IN (SELECT media_id FROM confirmed)`,
});

/**
 * Releases locked uploads that their subject has shown and does not show at a newer revision. A claim without a confirmation
 * may be one for a later revision: it stays, and this one can no longer confirm it.
 */
export const releaseClaims = statement({
  parameters: { ...subject, revision: int4, ids: array(mediaId) },
  sql: ({ revision, ...claims }) =>
    `UPDATE media_claim SET revision = ${revision}, released = released OR confirmed, claimed_at = CASE WHEN confirmed THEN now() ELSE claimed_at END, confirmed = false
     WHERE ${named(claims)} AND revision < ${revision}`,
});

/** Those of these that no confirmed claim keeps any more expire from now on. */
export const startExpiry = statement({
  parameters: { ids: array(mediaId) },
  sql: ({ ids }) =>
    `UPDATE media m SET expires_at = ${expiry}, revision = revision + 1
     WHERE m.id = ANY(${ids}) AND m.expires_at IS NULL AND NOT EXISTS (SELECT 1 FROM media_claim c WHERE c.media_id = m.id AND c.confirmed)`,
});

/** Some claims that were released, or that no event has confirmed, since before then. */
export const removeStaleClaims = statement({
  parameters: { before: timestamptz, limit: int4 },
  row: { mediaId },
  sql: ({ before, limit }) =>
    `DELETE FROM media_claim WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM media_claim WHERE NOT confirmed AND claimed_at < ${before} ORDER BY claimed_at LIMIT ${limit} FOR UPDATE SKIP LOCKED))
     RETURNING media_id`,
  plan: "each time",
});

// Removal

/** Rows go, their space is free again, and their files become due for removal. */
const removing = (where: string) =>
  `WITH gone AS (DELETE FROM media m WHERE ${where} RETURNING m.id, m.owner_id, m.revision, m.kind, m.bytes, m.path, m.thumbnail_path, m.small_path),
   of_owner AS (SELECT owner_id, sum(bytes) AS bytes FROM gone GROUP BY owner_id),
   locked AS (SELECT owner_id FROM media_usage WHERE owner_id = ANY(ARRAY(SELECT owner_id FROM of_owner)) ORDER BY owner_id FOR UPDATE),
   freed AS (
     UPDATE media_usage u SET bytes = u.bytes - of_owner.bytes FROM locked JOIN of_owner USING (owner_id) WHERE u.owner_id = locked.owner_id
   ),
   files AS (
     INSERT INTO media_removal (path, kind, due_at)
     SELECT path, kind, now() FROM gone
     UNION ALL SELECT preview, 'image', now() FROM gone, unnest(ARRAY[thumbnail_path, small_path]) AS preview WHERE preview IS NOT NULL
   )
   SELECT id, owner_id, revision FROM gone ORDER BY id`;
const removed = { id: mediaId, ownerId: userId, revision: int4 };
/** A row that was removed just now, with the revision that it had. */
export type RemovedMedia = RowOf<typeof removed>;

export const lockMedia = statement({
  parameters: { id: mediaId },
  row: { id: mediaId },
  sql: ({ id }) => `SELECT id FROM media WHERE id = ${id} FOR UPDATE`,
});
/** Which of these posts claim uploads. */
export const claiming = statement({
  parameters: { postIds: array(uuid) },
  row: { postId: postId.notNull },
  sql: ({ postIds }) =>
    `SELECT id AS post_id FROM unnest(${postIds}) AS id
     WHERE (SELECT true FROM media_claim c WHERE c.subject_kind = 'post' AND c.subject_id = id LIMIT 1)`,
  plan: "each time",
});
export const dropClaims = statement({
  parameters: subject,
  sql: ({ kind, subjectId }) => `DELETE FROM media_claim WHERE subject_kind = ${kind} AND subject_id = ${subjectId}`,
});
/** Of these locked ones those that nothing claims. */
export const removeUnclaimed = statement({
  parameters: { ids: array(mediaId) },
  row: removed,
  sql: ({ ids }) => removing(`m.id = ANY(${ids}) AND NOT ${isClaimed}`),
});
/** The next of a user's uploads. */
export const nextOfOwner = statement({
  parameters: { ownerId: userId, afterAt: timestamptz, afterId: mediaId, limit: int4 },
  row: { id: mediaId, createdAt: timestamptz },
  sql: ({ ownerId, afterAt, afterId, limit }) =>
    `SELECT id, created_at FROM media WHERE owner_id = ${ownerId} AND (created_at, id) > (${afterAt}, ${afterId}) ORDER BY created_at, id LIMIT ${limit}`,
  plan: "each time",
});
export const removeById = statement({ parameters: { ids: array(mediaId) }, row: removed, sql: ({ ids }) => removing(`m.id = ANY(${ids})`), plan: "each time" });
/** Some of those that have expired by then. */
export const removeExpired = statement({
  parameters: { now: timestamptz, limit: int4 },
  row: removed,
  sql: ({ now, limit }) =>
    removing(`m.id = ANY(ARRAY(SELECT id FROM media WHERE expires_at < ${now} ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED))`),
});
