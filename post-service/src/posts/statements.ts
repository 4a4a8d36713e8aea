import type { StoredModeration } from "@newfeed/shared/contracts/content-moderation.ts";
import type { Author, Post, Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { StoredAttachment } from "@newfeed/shared/contracts/routes/media.ts";
import { array, boolean, commentId, int4, int8, json, jsonb, postId, type RowOf, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { authorJson, isGone } from "@newfeed/shared/projections/authors.ts";
import { mutedBy, mutes } from "@newfeed/shared/projections/mutes.ts";
import { isPrivate, takesComments } from "@newfeed/shared/projections/preferences.ts";
import { someHiddenFrom } from "@newfeed/shared/projections/relations.ts";
import { someSuspended } from "@newfeed/shared/projections/suspensions.ts";
import { canView, canViewOf, canViewPublic } from "@newfeed/shared/projections/visibility.ts";
import { behindWithin, exportedRows, list, type Reading } from "@newfeed/shared/store/list.ts";
import { storedCard } from "../cards/card-column.ts";
import type { StoredCard } from "../cards/link-card.ts";
import type { StoredPoll } from "../polls/poll.ts";
import { pollOf } from "../polls/statements.ts";
import type { StoredQuote, StoredStatus } from "./post.ts";

const visibility = text.as<Visibility>();
const postType = text.as<Post["postType"]>();
const status = text.as<StoredStatus>();
const viewerId = userId.nullable;
const ids = array(postId);

/** SQL: a `StoredQuote` of a post and its author, as a viewer sees it. */
export const quoteJson = (post: string, author: string, viewer: string) =>
  `json_build_object('id', ${post}.id, 'author', ${authorJson(author)}, 'title', ${post}.title, 'content', ${post}.content, 'sensitive', ${post}.sensitive,
    'contentWarning', ${post}.content_warning, 'attachments', ${post}.attachments, 'poll', ${pollOf(viewer, post)},
    'publishedAt', ${post}.published_at, 'createdAt', ${post}.created_at)`;

/** SQL: the post that a post `p` quotes, if the viewer may see it. In two steps, since the rule names its post `p`, too. */
const quotedPost = (viewer: string) => `(SELECT ${quoteJson("quoted", "by", viewer)} FROM (SELECT p.quoted_post_id AS id OFFSET 0) named
  CROSS JOIN LATERAL (SELECT p.* FROM post p WHERE p.id = named.id AND ${canView(viewer)} LIMIT 1) quoted
  JOIN projection.author by ON by.id = quoted.author_id)`;

export const storedPost = {
  id: postId,
  title: text.nullable,
  content: text,
  postType,
  visibility,
  status,
  moderation: jsonb<StoredModeration>().nullable,
  sensitive: boolean,
  contentWarning: text.nullable,
  category: text.nullable,
  location: text.nullable,
  summary: text.nullable,
  attachments: jsonb<StoredAttachment[]>(),
  links: array(text).notNull,
  cardUrl: text.nullable,
  card: json<StoredCard>().nullable,
  quotedPostId: postId.nullable,
  quotedPost: json<StoredQuote>().nullable,
  quotable: boolean,
  poll: json<StoredPoll>().nullable,
  likeCount: int4,
  commentCount: int4,
  repostCount: int4,
  clientMutationId: text.nullable,
  publishAt: timestamptz.nullable,
  publishedAt: timestamptz.nullable,
  createdAt: timestamptz,
  updatedAt: timestamptz,
  revision: int4,
  author: json<Author>().notNull,
  likedByMe: boolean.notNull,
  bookmarkedByMe: boolean.notNull,
  repostedByMe: boolean.notNull,
  mutedByMe: boolean.notNull,
};
/** A post as it is stored, joined with its author's snapshot, as a viewer sees it. */
export type StoredPost = RowOf<typeof storedPost>;

/**
 * The columns of a `StoredPost`, of a post `p` and its author `a`. What the viewer did with it is looked up as values for each post of the page:
 * the planner may turn an EXISTS into a hash of all that the viewer ever liked.
 */
export const columns = (viewer: string) => `p.id, p.title, p.content, p.post_type, p.visibility, p.status, p.moderation,
  p.sensitive, p.content_warning, (SELECT slug FROM category WHERE slug = p.category) AS category, p.location, p.summary, p.attachments, p.links, p.card_url, ${storedCard("p.card_url")} AS card, p.quoted_post_id, ${quotedPost(viewer)} AS quoted_post, p.quotable, ${pollOf(viewer)} AS poll,
  p.like_count, p.comment_count, p.repost_count, p.client_mutation_id, p.publish_at, p.published_at, p.created_at, p.updated_at, p.revision, ${authorJson("a")} AS author,
  coalesce((SELECT l.active FROM post_like l WHERE l.post_id = p.id AND l.user_id = ${viewer}), false) AS liked_by_me,
  coalesce((SELECT true FROM post_bookmark b WHERE b.user_id = ${viewer} AND b.post_id = p.id), false) AS bookmarked_by_me,
  coalesce((SELECT r.active FROM post_repost r WHERE r.post_id = p.id AND r.user_id = ${viewer}), false) AS reposted_by_me,
  coalesce((SELECT m.until > now() FROM post_mute m WHERE m.user_id = ${viewer} AND m.post_id = p.id), false) AS muted_by_me`;
/** SQL: do moderators keep it from all but its author? */
const isHeld = (status: string) => `${status} IN ('hidden', 'pending')`;
const source = "post p JOIN projection.author a ON a.id = p.author_id";

// Posts, one and many

const selectVisible = (viewer: string, id: string) => `SELECT ${columns(viewer)} FROM ${source} WHERE p.id = ${id} AND ${canView(viewer)}`;
export const findPost = statement({
  parameters: { viewerId, id: postId },
  row: storedPost,
  sql: ({ viewerId, id }) => selectVisible(viewerId, id),
});
export const lockPost = statement({
  parameters: { viewerId, id: postId },
  row: storedPost,
  sql: ({ viewerId, id }) => `${selectVisible(viewerId, id)} FOR UPDATE OF p`,
});

export const findByMutation = statement({
  parameters: { authorId: userId, clientMutationId: text },
  row: storedPost,
  sql: ({ authorId, clientMutationId }) =>
    `SELECT ${columns(authorId)} FROM ${source} WHERE p.author_id = ${authorId} AND p.client_mutation_id = ${clientMutationId}`,
});

/**
 * What the page shows of a post is looked up behind the cut. Materialized, and by `rowOf`: to a subquery that it thinks
 * expensive, the planner does not mind to join all posts, sorted.
 */
export const page = (viewer: string, listed: string, order: string) =>
  `WITH page AS MATERIALIZED (${listed}) SELECT ${columns(viewer)} FROM page p JOIN projection.author a ON a.id = p.author_id ${order}`;
export const rowOf = (id: string) => `CROSS JOIN LATERAL (SELECT * FROM post WHERE post.id = ${id} LIMIT 1) p`;

/** Deleted users whose posts are being removed, and suspended ones. */
export const removalOfPosts = "remove-posts-of-user";
export const leaving = `(SELECT j.subject::uuid FROM newfeed.job j WHERE j.name = '${removalOfPosts}' LIMIT 1000) UNION ALL (${someSuspended})`;

/**
 * A page of the public posts, or of a `part` of them that an index has in order. Of an author who is not seen there may be very many
 * posts in a row: an index has the author, and whole sets of them are looked up once.
 */
export const publicPage = (viewer: string, { order, limit }: Reading, part: Pick<Reading, "beyond" | "order">) => {
  const [at, id] = ["p.published_at", "p.id"];
  const listed = `SELECT p.* FROM (
      SELECT p.id FROM post p WHERE p.status = 'published' AND p.visibility = 'public' AND ${part.beyond(at, id)}
        AND p.author_id NOT IN (${leaving}) AND p.author_id NOT IN (${someHiddenFrom(viewer)}) AND p.author_id NOT IN (${mutedBy(viewer)}) AND ${canViewPublic(viewer)}
      ${part.order(at, id)} ${limit}
    ) seen ${rowOf("seen.id")}`;
  return page(viewer, listed, order(at, id));
};
export const listPublic = list({ parameters: { viewerId }, row: storedPost, sql: ({ viewerId }, reading) => publicPage(viewerId, reading, reading) });

/** Whether its author is gone or private does not matter: it says where a list of days begins. */
export const findFirstPublic = statement({
  row: { publishedAt: timestamptz.notNull },
  sql: `SELECT p.published_at FROM post p WHERE p.status = 'published' AND p.visibility = 'public' ORDER BY p.published_at, p.id LIMIT 1`,
});
/** What visitors see of a day, the newest. */
export const listPublicDay = statement({
  parameters: { from: timestamptz },
  row: { id: postId, username: text, updatedAt: timestamptz },
  sql: ({ from }) =>
    `SELECT seen.id, a.username, seen.updated_at FROM (
       SELECT p.id, p.author_id, p.updated_at, p.published_at FROM post p
       WHERE p.status = 'published' AND p.visibility = 'public' AND p.published_at >= ${from} AND p.published_at < ${from} + interval '1 day'
         AND p.author_id NOT IN (${leaving}) AND ${canViewPublic("NULL::uuid")}
       ORDER BY p.published_at DESC, p.id DESC LIMIT 2000
     ) seen JOIN projection.author a ON a.id = seen.author_id ORDER BY seen.published_at DESC, seen.id DESC`,
});

/** A draft stands at the time when it was written; scheduled posts have a list of their own. */
const listedAt = "coalesce(p.published_at, p.created_at)";
/** `only`: which of an author's published posts; without it, all that the viewer may see. */
const listOfAuthor = (only?: string) =>
  list({
    parameters: { viewerId, authorId: userId },
    row: storedPost,
    sql: ({ viewerId, authorId }, { within, order, limit, atMost }) => {
      const ofAuthor = within("p.author_id", authorId);
      const parts = canViewOf(authorId, viewerId).map(({ viewer, posts }) => {
        const all = posts === "true" && !only;
        const at = all ? listedAt : "p.published_at";
        const which = only ? `${posts === "true" ? "p.status = 'published'" : posts} AND ${only}` : all ? "p.status <> 'scheduled'" : posts;
        return `(SELECT p.id, ${at} AS at FROM post p WHERE ${viewer} AND ${which} AND ${ofAuthor.beyond(at, "p.id")} ${ofAuthor.order(at, "p.id")} LIMIT ${atMost})`;
      });
      const listed = `SELECT p.* FROM (SELECT id FROM (${parts.join(" UNION ALL ")}) seen ${order("at", "id")} ${limit}) seen ${rowOf("seen.id")}`;
      return page(viewerId, listed, order(listedAt, "p.id"));
    },
  });
export const listByAuthor = listOfAuthor();
/** Those with uploads. */
export const listMediaByAuthor = listOfAuthor("p.attachments <> '[]'::jsonb");

const visiblePost = { id: postId, authorId: userId, status, visibility, revision: int4, mayComment: boolean.notNull };
/** The columns of a `VisiblePost`, of a post `p`. */
const visibleColumns = (viewer: string) => `p.id, p.author_id, p.status, p.visibility, p.revision, ${takesComments("p.author_id", viewer)} AS may_comment`;
export const findVisible = statement({
  parameters: { viewerId, ids },
  row: visiblePost,
  sql: ({ viewerId, ids }) => `SELECT ${visibleColumns(viewerId)} FROM post p WHERE p.id = ANY(${ids}) AND ${canView(viewerId)}`,
});
/** One post for each of many viewers. `n` counts the pairs from 1. */
export const findVisibleToMany = statement({
  parameters: { viewerIds: array(viewerId), ids },
  row: { n: int8.notNull, ...visiblePost },
  sql: ({ viewerIds, ids }) =>
    `SELECT pair.n, ${visibleColumns("pair.viewer")}
     FROM unnest(${viewerIds}, ${ids}) WITH ORDINALITY AS pair(viewer, post_id, n)
     CROSS JOIN LATERAL (SELECT * FROM post WHERE id = pair.post_id LIMIT 1) p WHERE ${canView("pair.viewer")}`,
});

/** The same with what the viewers see, but for those whom they have muted: for lists. */
export const findOfMany = statement({
  parameters: { viewerIds: array(viewerId), ids },
  row: { n: int8.notNull, ...storedPost },
  sql: ({ viewerIds, ids }) =>
    `SELECT pair.n, ${columns("pair.viewer")}
     FROM unnest(${viewerIds}, ${ids}) WITH ORDINALITY AS pair(viewer, post_id, n)
     CROSS JOIN LATERAL (SELECT * FROM post WHERE id = pair.post_id LIMIT 1) p JOIN projection.author a ON a.id = p.author_id WHERE ${canView("pair.viewer")} AND NOT ${mutes("pair.viewer", "p.author_id")}`,
});

// An export reads all of a user's rows, a page and one more at a time. What a page shows is looked up behind the cut.
export const exportPosts = statement({
  parameters: { userId, after: uuid.nullable },
  row: storedPost,
  sql: ({ userId, after }) => {
    const { beyond, order } = behindWithin("p.author_id", userId, after);
    return page(userId, `SELECT p.* FROM post p WHERE ${beyond("p.id")} ${order("p.id")} LIMIT ${exportedRows + 1}`, "ORDER BY p.id");
  },
});

/** As an export: all published posts, in the order of their ids. */
export const listPublished = statement({
  parameters: { after: postId.nullable },
  row: storedPost,
  sql: ({ after }) =>
    page(
      "NULL::uuid",
      `SELECT p.* FROM post p WHERE p.id > coalesce(${after}, '00000000-0000-0000-0000-000000000000') AND p.status = 'published' AND NOT ${isGone("p.author_id")}
       ORDER BY p.id LIMIT ${exportedRows + 1}`,
      "ORDER BY p.id",
    ),
});

// Writing. Locks are taken in this order: author, post.

export const lockAuthor = statement({
  parameters: { userId },
  row: { author: json<Author>().notNull },
  sql: ({ userId }) => `SELECT ${authorJson("a")} AS author FROM projection.author a WHERE a.id = ${userId} AND NOT a.deleted FOR SHARE`,
});

/** What becomes of a visibility that an author chooses while their account is private. */
export const isNarrowed = (chosen: string, author: string) => `(${chosen} = 'public' AND ${isPrivate(author)})`;
const narrowed = (chosen: string, author: string) => `CASE WHEN ${isNarrowed(chosen, author)} THEN 'followers' ELSE ${chosen} END`;

/** Times are the database's, so that those of different instances sort. */
const clock = "(SELECT clock_timestamp() AS now) clock";

/** Gives no row when the author has a post under this `clientMutationId`. */
export const insertPost = statement({
  parameters: {
    id: postId,
    authorId: userId,
    title: text.nullable,
    content: text,
    postType,
    visibility,
    status,
    sensitive: boolean,
    contentWarning: text.nullable,
    category: text.nullable,
    location: text.nullable,
    publishAt: timestamptz.nullable,
    quotedPostId: postId.nullable,
    quotable: boolean,
    attachments: storedPost.attachments,
    links: array(text),
    cardUrl: text.nullable,
    tags: array(text),
    clientMutationId: text.nullable,
  },
  row: { id: postId },
  sql: (post) =>
    `INSERT INTO post (id, author_id, title, content, post_type, visibility, narrowed, status, sensitive, content_warning, category, location, publish_at, quoted_post_id, quotable, attachments, links, card_url, tags, client_mutation_id, published_at, created_at, updated_at)
     SELECT ${post.id}, ${post.authorId}, ${post.title}, ${post.content}, ${post.postType}, ${narrowed(post.visibility, post.authorId)},
       ${isNarrowed(post.visibility, post.authorId)}, ${post.status}, ${post.sensitive}, ${post.contentWarning}, ${post.category}, ${post.location}, ${post.publishAt}, ${post.quotedPostId}, ${post.quotable}, ${post.attachments}, ${post.links}, ${post.cardUrl}, ${post.tags}, ${post.clientMutationId}, CASE WHEN ${post.status} = 'published' THEN clock.now END, clock.now, clock.now
     FROM ${clock} ON CONFLICT DO NOTHING RETURNING id`,
});

/** `attachments`, `visibility`: null leaves them as they are, and the category stays unless `recategorised`. Gives whether the lists of tags have to follow. The row is locked. */
export const updatePost = statement({
  parameters: {
    id: postId,
    title: text.nullable,
    content: text,
    tags: array(text),
    cardUrl: text.nullable,
    sensitive: boolean,
    contentWarning: text.nullable,
    quotable: boolean,
    recategorised: boolean,
    category: text.nullable,
    location: text.nullable,
    attachments: storedPost.attachments.nullable,
    visibility: visibility.nullable,
    status,
    publishAt: timestamptz.nullable,
    publish: boolean,
  },
  row: { moves: boolean.notNull },
  sql: ({
    id,
    title,
    content,
    tags,
    cardUrl,
    sensitive,
    contentWarning,
    quotable,
    recategorised,
    category,
    location,
    attachments,
    visibility,
    status,
    publishAt,
    publish,
  }) =>
    `UPDATE post SET title = ${title}, content = ${content}, summary = CASE WHEN post.content = ${content} THEN summary END, tags = ${tags}, card_url = ${cardUrl}, sensitive = ${sensitive}, content_warning = ${contentWarning},
       quotable = ${quotable}, category = CASE WHEN ${recategorised} THEN ${category} ELSE category END, location = ${location},
       attachments = coalesce(${attachments}, attachments), updated_at = clock.now, revision = revision + 1,
       text_at = CASE WHEN post.content <> ${content} OR post.title IS DISTINCT FROM ${title} THEN clock.now ELSE text_at END,
       visibility = CASE WHEN ${visibility} IS NULL THEN visibility ELSE ${narrowed(visibility, "author_id")} END,
       narrowed = CASE WHEN ${visibility} IS NULL THEN narrowed ELSE ${isNarrowed(visibility, "author_id")} END,
       status = CASE WHEN ${isHeld("status")} THEN status ELSE ${status} END, publish_at = ${publishAt}, published_at = CASE WHEN ${publish} THEN clock.now ELSE published_at END,
       poll_ends_at = CASE WHEN ${publish} THEN clock.now + make_interval(secs => poll_seconds) ELSE poll_ends_at END
     FROM ${clock}, (SELECT tags AS earlier_tags, visibility AS earlier FROM post WHERE id = ${id}) before WHERE id = ${id}
     RETURNING status = 'published' AND (tags IS DISTINCT FROM earlier_tags OR (tags <> '{}' AND (${publish} OR visibility <> earlier))) AS moves`,
});

/** Of a post that is locked. */
export const findAttachments = statement({
  parameters: { id: postId },
  row: { attachments: storedPost.attachments },
  sql: ({ id }) => `SELECT attachments FROM post WHERE id = ${id}`,
});

/** Of a post that is for followers, by the job's choice or its author's: now it is its author's. */
export const keepForFollowers = statement({ parameters: { id: postId }, sql: ({ id }) => `UPDATE post SET narrowed = false WHERE id = ${id} AND narrowed` });

// Event handlers

/**
 * Notes what is known of comments, and brings the counts of their posts in line. What is known is looked up by its key, and
 * the plan is not kept: joined to, or planned while they were small, the tables would be scanned in full.
 */
export const countComments = statement({
  parameters: { commentIds: array(commentId), postIds: ids, revisions: array(int4), deleted: array(boolean), held: array(boolean) },
  sql: ({ commentIds, postIds, revisions, deleted, held }) =>
    `WITH event AS (
       SELECT * FROM unnest(${commentIds}, ${postIds}, ${revisions}, ${deleted}, ${held}) AS e(comment_id, post_id, revision, deleted, held)
     ),
     known AS (SELECT comment_id, (SELECT NOT deleted AND NOT held FROM counted_comment c WHERE c.comment_id = event.comment_id) AS counts FROM event),
     saved AS (
       INSERT INTO counted_comment AS c (comment_id, post_id, revision, deleted, held)
       SELECT e.* FROM event e WHERE (SELECT true FROM post WHERE id = e.post_id)
       ON CONFLICT (comment_id) DO UPDATE SET revision = excluded.revision, deleted = excluded.deleted, held = excluded.held,
         changed_at = CASE WHEN excluded.deleted THEN excluded.changed_at ELSE c.changed_at END
       WHERE c.revision < excluded.revision AND NOT c.deleted
       RETURNING c.comment_id, c.post_id, NOT c.deleted AND NOT c.held AS counts
     ),
     change AS (
       SELECT saved.post_id, sum(saved.counts::int - coalesce(known.counts, false)::int)::int AS by
       FROM saved LEFT JOIN known USING (comment_id) GROUP BY saved.post_id
     )
     UPDATE post SET comment_count = comment_count + change.by, revision = revision + 1
     FROM change WHERE post.id = change.post_id AND change.by <> 0`,
  plan: "each time",
});

// Retention

/** Longer than an event of the comment may take: a dead letter can be replayed for 30 days. */
export const deletedComments = removal({ table: "counted_comment", at: "changed_at", after: "90 days", where: "deleted" });
