import { behind, idOrFirst } from "@newfeed/shared/jobs/job.ts";
import { array, int4, postId, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

/** A user's votes, by the post. */
export const deleteVotesOf = statement({
  parameters: { userId, after: uuid.nullable, limit: int4 },
  row: { postId, option: int4 },
  sql: ({ userId, after, limit }) => {
    const { where, order } = behind(["user_id", "post_id"], userId, [idOrFirst(after)]);
    return `WITH taken AS MATERIALIZED (SELECT post_id FROM poll_vote WHERE ${where} ${order} LIMIT ${limit})
     DELETE FROM poll_vote v USING taken WHERE v.user_id = ${userId} AND v.post_id = taken.post_id RETURNING v.post_id, v.option`;
  },
  plan: "each time",
});

/** One vote less for an option of each of these posts, which are locked in the order of their ids. */
export const uncountVotes = statement({
  parameters: { ids: array(postId), options: array(int4) },
  row: { postId, votes: array(int4).notNull, revision: int4 },
  sql: ({ ids, options }) =>
    `WITH locked AS MATERIALIZED (SELECT id FROM post WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE),
     gone AS (SELECT id, option FROM unnest(${ids}, ${options}) AS g(id, option) JOIN locked USING (id))
     UPDATE post SET poll_votes[gone.option + 1] = greatest(0, poll_votes[gone.option + 1] - 1), revision = revision + 1
     FROM gone WHERE post.id = gone.id RETURNING post.id AS post_id, poll_votes AS votes, revision`,
  plan: "each time",
});
