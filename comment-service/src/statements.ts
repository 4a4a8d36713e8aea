import type { HeldState, StoredModeration } from "@newfeed/shared/contracts/content-moderation.ts";
import type { Author, Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { CommentId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { eventParameters, insertEvents } from "@newfeed/shared/outbox/enqueue.ts";
import { array, boolean, commentId, int4, json, jsonb, postId, type RowOf, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement, variants } from "@newfeed/shared/ports/statement.ts";
import { authorJson, isAway } from "@newfeed/shared/projections/authors.ts";
import { blockBetween } from "@newfeed/shared/projections/relations.ts";
import { isSuspended } from "@newfeed/shared/projections/suspensions.ts";
import { fetchSizes } from "@newfeed/shared/store/cursors.ts";
import {
  behindWithin,
  exportedRows,
  list,
  marked,
  markedOf,
  newestIdsWithin,
  newestWithin,
  type Reading,
  showing,
  sparseCountList,
  sparseList,
} from "@newfeed/shared/store/list.ts";
import { toggle } from "@newfeed/shared/store/toggle.ts";

const visibility = text.as<Visibility>();
const viewerId = userId.nullable;
const ids = array(commentId);

const storedComment = {
  id: commentId,
  postId,
  parentCommentId: commentId.nullable,
  rootCommentId: commentId.nullable,
  depth: int4,
  parentAuthorId: userId.nullable,
  authorId: userId.nullable,
  author: json<Author>().nullable,
  content: text.notNull,
  deletedAt: timestamptz.nullable,
  likeCount: int4.notNull,
  replyCount: int4.notNull,
  clientMutationId: text.nullable,
  mentionedUserIds: array(userId).notNull,
  createdAt: timestamptz,
  updatedAt: timestamptz,
  revision: int4,
  held: text.as<HeldState>().nullable,
  moderation: jsonb<StoredModeration>().nullable,
  likedByMe: boolean.notNull,
};
/** A comment as it is stored, joined with its author's snapshot. A tombstone has no author and no content, nor has, for others, a comment of a deleted or suspended user and one that moderators hold. */
export type StoredComment = RowOf<typeof storedComment>;

/** Do moderators keep a comment `c` from the viewer? Its author sees it. */
const isKeptFrom = (viewer: string) => `(c.held IS NOT NULL AND c.author_id IS DISTINCT FROM ${viewer})`;
/** The author `a` of a comment `c`, and whether it is shown as a tombstone: from the deletion of its author on, while they are suspended, and, to others, while moderators hold it. */
const withAuthor = (viewer: string) =>
  // Asked once for a row, not for each of its columns: the planner leaves a subquery with an offset as it is.
  `LEFT JOIN projection.author a ON a.id = c.author_id
   CROSS JOIN LATERAL (SELECT a.deleted OR ${isSuspended("a.id")} OR ${isKeptFrom(viewer)} AS as_tombstone OFFSET 0) shown`;
/** What a comment is, or what is left of it. */
const living = (column: string, remains: string, name: string) => `CASE WHEN shown.as_tombstone THEN ${remains} ELSE ${column} END AS ${name}`;

/** So many held replies of a comment are looked at. */
const mostHeld = 1_000;
/** The replies to a comment `c` that a viewer has in its lists: of those that moderators hold, what nothing answers is not there. */
const repliesFor = (viewer: string) =>
  `CASE WHEN c.reply_count = 0 THEN 0 ELSE c.reply_count - (
     SELECT count(*) FILTER (WHERE kept.reply_count = 0 AND kept.author_id IS DISTINCT FROM ${viewer})
     FROM (SELECT r.reply_count, r.author_id FROM comment r WHERE r.parent_comment_id = c.id AND r.held IS NOT NULL LIMIT ${mostHeld}) kept
   )::int END`;

/** A `StoredComment` of `comment c` with its author, as the viewer sees it. */
const columns = (
  viewer: string,
) => `c.id, c.post_id, c.parent_comment_id, c.root_comment_id, c.depth, c.parent_author_id, ${living("c.author_id", "NULL", "author_id")},
  CASE WHEN NOT shown.as_tombstone THEN ${authorJson("a")} END AS author, ${living("c.content", "''", "content")},
  ${living("c.deleted_at", "c.updated_at", "deleted_at")}, ${living("c.like_count", "0", "like_count")}, ${repliesFor(viewer)} AS reply_count,
  ${living("c.client_mutation_id", "NULL", "client_mutation_id")}, ${living("c.mentioned_user_ids", "'{}'", "mentioned_user_ids")},
  c.created_at, c.updated_at, c.revision, ${living("c.held", "NULL", "held")}, ${living("c.moderation", "NULL", "moderation")},
  coalesce((SELECT l.active FROM comment_like l WHERE l.comment_id = c.id AND l.user_id = ${viewer}), false) AS liked_by_me`;
const source = (viewer: string) => `comment c ${withAuthor(viewer)}`;
/** Without replies, neither a tombstone is there nor what is shown as one. */
const isThere = "(c.reply_count > 0 OR (c.deleted_at IS NULL AND shown.as_tombstone IS NOT TRUE))";
/** The same before the author is joined. */
const isListed = (viewer: string) => `(c.reply_count > 0 OR (c.deleted_at IS NULL AND NOT ${isAway("c.author_id")} AND NOT ${isKeptFrom(viewer)}))`;
/** A block between the author and the viewer. Tombstones have no author, visitors no blocks. */
const hidden = (viewer: string) => blockBetween("c.author_id", viewer);

// Comments, one and many

export const findComment = statement({
  parameters: { viewerId, id: commentId },
  row: { ...storedComment, hidden: boolean.notNull },
  sql: ({ viewerId, id }) => `SELECT ${columns(viewerId)}, ${hidden(viewerId)} AS hidden FROM ${source(viewerId)} WHERE c.id = ${id} AND ${isThere}`,
});

/** How many comments above one are read at once. */
export const ancestorsAtOnce = 20;
/** Those above a comment, the nearest first, by one look-up each; one more than are shown says that there are more. */
export const findAncestors = statement({
  parameters: { viewerId, id: commentId },
  row: { ...storedComment, hidden: boolean.notNull },
  sql: ({ viewerId, id }) =>
    `WITH RECURSIVE above AS (
       SELECT p.id, p.parent_comment_id, 1 AS distance FROM comment c JOIN comment p ON p.id = c.parent_comment_id WHERE c.id = ${id}
       UNION ALL
       SELECT p.id, p.parent_comment_id, above.distance + 1 FROM above JOIN comment p ON p.id = above.parent_comment_id
       WHERE above.distance <= ${ancestorsAtOnce}
     )
     SELECT ${columns(viewerId)}, ${hidden(viewerId)} AS hidden FROM above JOIN comment c ON c.id = above.id ${withAuthor(viewerId)}
     ORDER BY above.distance`,
});

/** Which of these a viewer may see, tombstones too. */
export const findVisible = statement({
  parameters: { viewerId: userId, ids },
  row: { id: commentId, revision: int4 },
  sql: ({ viewerId, ids }) => `SELECT c.id, c.revision FROM ${source(viewerId)} WHERE c.id = ANY(${ids}) AND ${isThere} AND NOT ${hidden(viewerId)}`,
});

/** What a user wrote last. */
export const findNewestOf = statement({
  parameters: { authorId: userId },
  row: { id: commentId, postId, parentCommentId: commentId.nullable, createdAt: timestamptz },
  sql: ({ authorId }) => {
    const { beyond, order } = newestIdsWithin("c.author_id", authorId);
    return `SELECT c.id, c.post_id, c.parent_comment_id, c.created_at FROM comment c WHERE ${beyond("c.id")} ${order("c.id")} LIMIT 20`;
  },
});

export const findOwnComment = statement({
  parameters: { authorId: userId, id: commentId },
  row: storedComment,
  sql: ({ authorId, id }) => `SELECT ${columns(authorId)} FROM ${source(authorId)} WHERE c.author_id = ${authorId} AND c.id = ${id}`,
});

export const findByMutation = statement({
  parameters: { authorId: userId, clientMutationId: text },
  row: storedComment,
  sql: ({ authorId, clientMutationId }) =>
    `SELECT ${columns(authorId)} FROM ${source(authorId)} WHERE c.author_id = ${authorId} AND c.client_mutation_id = ${clientMutationId}`,
});

/** Is a comment `c` in lists that the viewer reads? What a page shows of it is looked up behind the cut. */
const isShown = (viewer: string) => `(${isListed(viewer)} AND NOT ${hidden(viewer)})`;
const key = ["c.created_at", "c.id"] as const;
/** Of equally many likes, the newest first. */
const likesKey = ["c.like_count", "c.id"] as const;

type Sorting = typeof key | typeof likesKey;

/** `within`: the column whose value all of the list have. */
const page = (viewer: string, within: readonly [column: string, value: string], listed: string, { order, showing, ...reading }: Reading, key: Sorting) => {
  const list = reading.within(...within);
  const all = `SELECT c.* FROM comment c WHERE ${list.beyond(...key)} AND ${listed} ${list.order(...key)}`;
  // Materialized: of a subquery that the planner thinks expensive, it does not mind to join all authors.
  return `WITH page AS MATERIALIZED (${showing(all, { as: "c", shows: isShown(viewer), key })})
     SELECT ${columns(viewer)}, ${key === likesKey ? "c.like_count AS place, " : ""}${markedOf("c")}
     FROM page c ${withAuthor(viewer)} ${order(...key)}`;
};

// Two lists, not one with an "or it is null": the planner would not read that from the position on.
const topLevel = (key: Sorting) => ({
  parameters: { viewerId, postId },
  sql: ({ viewerId, postId }: { viewerId: string; postId: string }, reading: Reading) =>
    page(viewerId, ["c.post_id", postId], "c.parent_comment_id IS NULL", reading, key),
});
const replies = (key: Sorting) => ({
  parameters: { viewerId, postId, parentCommentId: commentId },
  // The post is compared once: of each reply, the planner would believe that it leaves few.
  sql: ({ viewerId, postId, parentCommentId }: { viewerId: string; postId: string; parentCommentId: string }, reading: Reading) =>
    page(viewerId, ["c.parent_comment_id", parentCommentId], `(SELECT p.post_id FROM comment p WHERE p.id = ${parentCommentId}) = ${postId}`, reading, key),
});
export const listTopLevel = sparseList({ ...topLevel(key), row: storedComment });
export const listReplies = sparseList({ ...replies(key), row: storedComment });

/** `place`: the likes that it is sorted by, those of a deleted user's comment too. */
const likedComment = { ...storedComment, place: int4 };
export const listMostLiked = sparseCountList({ ...topLevel(likesKey), row: likedComment });
export const listMostLikedReplies = sparseCountList({ ...replies(likesKey), row: likedComment });

/** What a user wrote, by ids, which are in order of time. Whether a viewer may see it is up to its post. */
export const listByAuthor = list({
  parameters: { viewerId, authorId: userId },
  row: storedComment,
  sortedBy: "id",
  sql: ({ viewerId, authorId }, { within, order, limit }) => {
    const ofAuthor = within("c.author_id", authorId);
    return `WITH page AS MATERIALIZED (SELECT c.* FROM comment c WHERE ${ofAuthor.beyond("c.id")} AND c.deleted_at IS NULL ${ofAuthor.order("c.id")} ${limit})
     SELECT ${columns(viewerId)} FROM page c ${withAuthor(viewerId)} ${order("c.id")}`;
  },
});

/** Of many lists each looks at fewer. */
const lookedAtOfEach = 200;
/** The newest of each list: top-level comments of posts, or replies to comments. */
export const firstPages = variants(["post", "comment"], (of) =>
  variants(fetchSizes, (size) =>
    statement({
      parameters: { viewerId, ids: array(uuid) },
      row: marked({ listId: uuid.notNull, ...storedComment }),
      sql: ({ viewerId, ids }) => {
        const { beyond, order } = newestWithin(of === "post" ? "c.post_id" : "c.parent_comment_id", "asked.id");
        const all = `SELECT c.* FROM comment c WHERE ${beyond(...key)} ${of === "post" ? "AND c.parent_comment_id IS NULL" : ""} ${order(...key)}`;
        return `SELECT asked.id AS list_id, ${columns(viewerId)}, ${markedOf("c")} FROM (SELECT DISTINCT unnest(${ids}) AS id) asked CROSS JOIN LATERAL (
           ${showing(all, { as: "c", shows: isShown(viewerId), key }, { examined: `${lookedAtOfEach}`, limit: `LIMIT ${size}` })}
         ) c ${withAuthor(viewerId)} ORDER BY c.created_at DESC, c.id DESC`;
      },
    }),
  ),
);

// Writing. Locks are taken in this order: author, post, comments by `lockOrder`.

/** Waits for a create under the same id that runs now. */
export const lockMutation = statement({
  parameters: { authorAndMutation: text },
  sql: ({ authorAndMutation }) => `SELECT FROM pg_advisory_xact_lock(hashtextextended(${authorAndMutation}, 1))`,
});

export const lockAuthor = statement({
  parameters: { userId },
  row: { author: json<Author>().notNull },
  sql: ({ userId }) => `SELECT ${authorJson("a")} AS author FROM projection.author a WHERE a.id = ${userId} AND NOT a.deleted FOR SHARE`,
});

/** Author and post, in one statement. */
export const lockForWriting = statement({
  parameters: { authorId: userId, postId },
  row: { now: timestamptz.notNull, author: json<Author>().nullable, deleted: boolean.nullable },
  sql: ({ authorId, postId }) =>
    `WITH author AS MATERIALIZED (SELECT ${authorJson("a")} AS json FROM projection.author a WHERE a.id = ${authorId} AND NOT a.deleted FOR SHARE),
       post AS MATERIALIZED (SELECT deleted FROM commented_post WHERE post_id = ${postId} AND EXISTS (SELECT FROM author) FOR SHARE)
     SELECT (SELECT json FROM author) AS author, (SELECT deleted FROM post) AS deleted, clock_timestamp() AS now`,
});
export const addCommentedPost = statement({
  parameters: { postId },
  sql: ({ postId }) => `INSERT INTO commented_post (post_id) VALUES (${postId}) ON CONFLICT DO NOTHING`,
});
export const markPostsDeleted = statement({
  parameters: { postIds: array(postId) },
  sql: ({ postIds }) => `INSERT INTO commented_post (post_id, deleted) SELECT DISTINCT id, true FROM unnest(${postIds}) AS id ORDER BY id
     ON CONFLICT (post_id) DO UPDATE SET deleted = true, changed_at = excluded.changed_at`,
});

/** The comment that is answered: it counts its replies. */
export const lockAnswered = statement({
  parameters: { viewerId: userId, id: commentId },
  row: {
    id: commentId,
    postId,
    rootCommentId: commentId.nullable,
    depth: int4,
    authorId: userId.nullable,
    deletedAt: timestamptz.nullable,
    hidden: boolean.notNull,
  },
  sql: ({ viewerId, id }) =>
    `SELECT c.id, c.post_id, c.root_comment_id, c.depth, c.author_id,
       CASE WHEN ${isAway("c.author_id")} OR ${isKeptFrom(viewerId)} THEN c.updated_at ELSE c.deleted_at END AS deleted_at, ${hidden(viewerId)} AS hidden
     FROM comment c WHERE c.id = ${id} FOR UPDATE`,
});

/** Adds a comment, counts it with its parent, and writes the events about it. */
export const insertComment = statement({
  parameters: {
    id: commentId,
    postId,
    postAuthorId: userId,
    parentCommentId: commentId.nullable,
    rootCommentId: commentId.nullable,
    depth: int4,
    parentAuthorId: userId.nullable,
    authorId: userId,
    content: text,
    clientMutationId: text.nullable,
    mentionedUserIds: array(userId),
    visibility,
    held: text.as<HeldState>().nullable,
    createdAt: timestamptz,
    ...eventParameters,
  },
  sql: (comment) =>
    `WITH event AS (${insertEvents(comment)}),
       parent AS (UPDATE comment SET reply_count = reply_count + 1 WHERE id = ${comment.parentCommentId})
     INSERT INTO comment (id, post_id, post_author_id, parent_comment_id, root_comment_id, depth, parent_author_id, author_id, content, client_mutation_id,
       mentioned_user_ids, visibility, held, created_at, updated_at)
     VALUES (${comment.id}, ${comment.postId}, ${comment.postAuthorId}, ${comment.parentCommentId}, ${comment.rootCommentId}, ${comment.depth},
       ${comment.parentAuthorId}, ${comment.authorId}, ${comment.content}, ${comment.clientMutationId}, ${comment.mentionedUserIds}, ${comment.visibility}, ${comment.held}, ${comment.createdAt}, ${comment.createdAt})`,
});

/** `waits`: for a moderator, unless one keeps it back already. */
export const updateOwnComment = statement({
  parameters: { id: commentId, authorId: userId, content: text, mentionedUserIds: array(userId), visibility, waits: boolean },
  sql: ({ id, authorId, content, mentionedUserIds, visibility, waits }) =>
    `UPDATE comment SET content = ${content}, mentioned_user_ids = ${mentionedUserIds}, visibility = ${visibility}, updated_at = clock_timestamp(),
       held = coalesce(held, CASE WHEN ${waits} THEN 'pending' END), revision = revision + 1
     WHERE id = ${id} AND author_id = ${authorId}`,
});

// Likes

export const lockLiving = statement({
  parameters: { id: commentId },
  row: { postId, authorId: userId.notNull, content: text, likeCount: int4, held: text.nullable },
  sql: ({ id }) =>
    `SELECT post_id, author_id, content, like_count, held FROM comment WHERE id = ${id} AND deleted_at IS NULL AND NOT ${isAway("author_id")} FOR UPDATE`,
});

export const saveLike = toggle<CommentId, UserId>("comment_like", ["comment_id", "user_id"]);

export const countLike = statement({
  parameters: { id: commentId, by: int4, visibility },
  row: { likeCount: int4 },
  sql: ({ id, by, visibility }) => `UPDATE comment SET like_count = like_count + ${by}, visibility = ${visibility} WHERE id = ${id} RETURNING like_count`,
});

// Retention

export const endedLikes = removal({ table: "comment_like", at: "changed_at", after: "180 days", where: "NOT active" });
/** Longer than a write under the post, or an event of it, may take: a dead letter can be replayed for 30 days. */
export const deletedPosts = removal({ table: "commented_post", at: "changed_at", after: "90 days", where: "deleted" });

/** Comments that others see, in the order of their ids. */
export const listWritten = statement({
  parameters: { after: commentId.nullable },
  row: { id: commentId, postId, postAuthorId: userId, authorId: userId.notNull, revision: int4, createdAt: timestamptz },
  sql: ({ after }) =>
    `SELECT id, post_id, post_author_id, author_id, revision, created_at FROM comment
     WHERE id > coalesce(${after}, '00000000-0000-0000-0000-000000000000') AND deleted_at IS NULL AND held IS NULL AND author_id IS NOT NULL ORDER BY id LIMIT ${exportedRows + 1}`,
});

/** What a user likes, by the id of the like. */
export const exportLikes = statement({
  parameters: { userId, after: uuid.nullable },
  row: { id: uuid, commentId, postId, revision: int4 },
  sql: ({ userId, after }) => {
    const { beyond, order } = behindWithin("l.user_id", userId, after);
    return `SELECT l.id, l.comment_id, c.post_id, l.revision FROM comment_like l
     CROSS JOIN LATERAL (SELECT post_id FROM comment WHERE id = l.comment_id LIMIT 1) c
     WHERE ${beyond("l.id")} AND l.active ${order("l.id")} LIMIT ${exportedRows + 1}`;
  },
});
