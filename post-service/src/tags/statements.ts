import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { array, boolean, postId, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { mutedBy } from "@newfeed/shared/projections/mutes.ts";
import { someHiddenFrom } from "@newfeed/shared/projections/relations.ts";
import { canViewPublic } from "@newfeed/shared/projections/visibility.ts";
import { list, type Reading } from "@newfeed/shared/store/list.ts";
import { leaving, page, rowOf, storedPost } from "../posts/statements.ts";

/** What the index answers of who may see the posts with a tag, which are public; the rest of it is `canViewPublic`. */
const isListed = (viewer: string) =>
  `p.author_id NOT IN (${leaving}) AND p.author_id NOT IN (${someHiddenFrom(viewer)}) AND p.author_id NOT IN (${mutedBy(viewer)})`;

export const listByTag = list({
  parameters: { viewerId: userId.nullable, tag: text },
  row: storedPost,
  sql: ({ viewerId, tag }, { within, order, limit }) => {
    const ofTag = within("p.tag", tag);
    const listed = `SELECT p.* FROM (
        SELECT p.post_id FROM post_tag p WHERE ${ofTag.beyond("p.published_at", "p.post_id")} AND ${isListed(viewerId)} AND ${canViewPublic(viewerId)} ${ofTag.order("p.published_at", "p.post_id")} ${limit}
      ) seen ${rowOf("seen.post_id")}`;
    return page(viewerId, listed, order("p.published_at", "p.id"));
  },
});

/**
 * For a home feed: the newest posts with tags that the viewer follows, as many as a page can need, each once. The index alone
 * says which they are, and only of those it is looked up who may see them: of each tag there may be as many. Where too few are
 * seen, it looks at as many as are missing, and a few more.
 */
export const taggedPosts = (viewer: string, { within, order, from, atMost }: Reading) => {
  const ofTag = within("p.tag", "f.tag::text", ["last.published_at", "last.id"]);
  const [at, id] = ["p.published_at", "p.post_id"];
  return `WITH RECURSIVE tagged (published_at, id, shows, position, shown) AS (
      SELECT ${from.join(", ")}, false, 0::bigint, 0::bigint
      UNION ALL
      SELECT ${at}, ${id}, p.shows, last.position + row_number() OVER newest, last.shown + count(*) FILTER (WHERE p.shows) OVER newest
      FROM (SELECT * FROM tagged ORDER BY position DESC LIMIT 1) last CROSS JOIN LATERAL (
        SELECT p.*, ${canViewPublic(viewer)} AS shows FROM (
          SELECT DISTINCT ${at}, ${id}, p.author_id FROM tag_follow f CROSS JOIN LATERAL (
            SELECT p.* FROM post_tag p WHERE ${ofTag.beyond(at, id)} AND ${isListed(viewer)} ${ofTag.order(at, id)} LIMIT ${atMost}
          ) p WHERE f.user_id = ${viewer} ${order(at, id)} LIMIT least(${atMost}, ${atMost} - last.shown + 20)
        ) p OFFSET 0
      ) p WHERE last.shown < ${atMost}
      WINDOW newest AS (${order(at, id)})
    )
    SELECT id, published_at FROM tagged WHERE shows ${order("published_at", "id")} LIMIT ${atMost}`;
};

/** Lists published public posts under their tags, and others under none. The caller has changed or locked them. */
export const listPosts = statement({
  parameters: { ids: array(postId) },
  sql: ({ ids }) =>
    `WITH listed AS MATERIALIZED (
       SELECT p.id, tag, p.author_id, p.published_at FROM post p CROSS JOIN unnest(p.tags) AS tag
       WHERE p.id = ANY(${ids}) AND p.status = 'published' AND p.visibility = 'public'
     ),
     gone AS (DELETE FROM post_tag t WHERE t.post_id = ANY(${ids}) AND NOT EXISTS (SELECT FROM listed WHERE listed.id = t.post_id AND listed.tag = t.tag))
     INSERT INTO post_tag (post_id, tag, author_id, published_at) SELECT id, tag, author_id, published_at FROM listed ORDER BY id, tag
     ON CONFLICT DO NOTHING`,
  plan: "each time",
});

// Posts that older instances wrote

export const lockUntagged = statement({
  row: { id: postId, title: text.nullable, content: text },
  sql: "SELECT id, title, content FROM post WHERE tags IS NULL ORDER BY id LIMIT 200 FOR UPDATE SKIP LOCKED",
});
/** A post's tags are parted by spaces. */
export const saveTags = statement({
  parameters: { ids: array(postId), tags: array(text) },
  sql: ({ ids, tags }) => `UPDATE post SET tags = string_to_array(given.tags, ' ') FROM unnest(${ids}, ${tags}) AS given (id, tags) WHERE post.id = given.id`,
  plan: "each time",
});

// Who follows them

const follow = { userId, tag: text };
/** Nothing, where the user follows too many. */
export const insertFollow = statement({
  parameters: follow,
  sql: ({ userId, tag }) =>
    `INSERT INTO tag_follow (user_id, tag) SELECT ${userId}, ${tag}
     WHERE (SELECT count(*) FROM (SELECT FROM tag_follow WHERE user_id = ${userId} LIMIT ${bounds.followedTags}) followed) < ${bounds.followedTags} ON CONFLICT DO NOTHING`,
});
export const deleteFollow = statement({ parameters: follow, sql: ({ userId, tag }) => `DELETE FROM tag_follow WHERE user_id = ${userId} AND tag = ${tag}` });
export const findFollow = statement({
  parameters: follow,
  row: { followed: boolean.notNull },
  sql: ({ userId, tag }) => `SELECT coalesce((SELECT true FROM tag_follow WHERE user_id = ${userId} AND tag = ${tag}), false) AS followed`,
});
export const findFollows = statement({
  parameters: { userId },
  row: { tag: text, createdAt: timestamptz },
  sql: ({ userId }) => `SELECT tag, created_at FROM tag_follow WHERE user_id = ${userId} ORDER BY tag LIMIT 1000`,
});
export const deleteFollowsOf = statement({ parameters: { userId }, sql: ({ userId }) => `DELETE FROM tag_follow WHERE user_id = ${userId}` });
