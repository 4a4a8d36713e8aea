import { array, int4, postId, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { behindWithin, exportedRows } from "@newfeed/shared/store/list.ts";

// A poll stands in its post's row, with the counts of its votes. `poll_vote` has who voted for what; its key is what makes it one vote each.

/** SQL: the `StoredPoll` of a post as a viewer sees it. The vote is looked up as a value, by its key. */
export const pollOf = (viewer: string, post = "p") =>
  `CASE WHEN ${post}.poll_options IS NOT NULL THEN json_build_object('options', ${post}.poll_options, 'votes', ${post}.poll_votes, 'duration', ${post}.poll_seconds, 'endsAt', ${post}.poll_ends_at,
    'closed', coalesce(${post}.poll_ends_at <= clock_timestamp(), false), 'myVote', (SELECT v.option FROM poll_vote v WHERE v.post_id = ${post}.id AND v.user_id = ${viewer})) END`;

/** Gives a post a poll, in place of the one that it may have, or takes it away (`options` and `seconds` null). Under the post's lock, and while nobody has voted. */
export const setPoll = statement({
  parameters: { id: postId, options: array(text).nullable, seconds: int4.nullable, endsAt: timestamptz.nullable },
  sql: ({ id, options, seconds, endsAt }) =>
    `UPDATE post SET poll_options = ${options}, poll_votes = CASE WHEN ${options} IS NOT NULL THEN array_fill(0, ARRAY[cardinality(${options})]) END, poll_seconds = ${seconds}, poll_ended = false,
       poll_ends_at = CASE WHEN status = 'published' THEN coalesce(${endsAt}, clock_timestamp() + make_interval(secs => ${seconds})) END
     WHERE id = ${id}`,
});

/** No row: the user has voted before. */
export const insertVote = statement({
  parameters: { postId, userId, option: int4 },
  row: { option: int4 },
  sql: ({ postId, userId, option }) =>
    `INSERT INTO poll_vote (post_id, user_id, option, created_at) VALUES (${postId}, ${userId}, ${option}, clock_timestamp()) ON CONFLICT DO NOTHING RETURNING option`,
});

/** Counts a vote, if the poll still has these options and has not ended. */
export const countVote = statement({
  parameters: { id: postId, option: int4, options: array(text) },
  row: { votes: array(int4).notNull, revision: int4 },
  sql: ({ id, option, options }) =>
    `UPDATE post SET poll_votes[${option} + 1] = poll_votes[${option} + 1] + 1, revision = revision + 1
     WHERE id = ${id} AND poll_options = ${options} AND poll_ends_at > clock_timestamp() RETURNING poll_votes AS votes, revision`,
});

/** Of posts that are there, by their ids: a page and one more. */
export const exportVotes = statement({
  parameters: { userId, after: postId.nullable },
  row: { id: postId, option: text.notNull, createdAt: timestamptz },
  sql: ({ userId, after }) => {
    const { beyond, order } = behindWithin("v.user_id", userId, after);
    return `SELECT v.post_id AS id, (SELECT p.poll_options[v.option + 1] FROM post p WHERE p.id = v.post_id) AS option, v.created_at FROM poll_vote v
     WHERE ${beyond("v.post_id")} AND coalesce((SELECT true FROM post WHERE id = v.post_id), false) ${order("v.post_id")} LIMIT ${exportedRows + 1}`;
  },
});
