import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import { behind, idOrFirst } from "@newfeed/shared/jobs/job.ts";
import { array, int4, postId, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

export const findEnded = statement({
  parameters: { afterAt: timestamptz, afterId: postId, limit: int4 },
  row: { id: postId, at: timestamptz.notNull },
  sql: ({ afterAt, afterId, limit }) =>
    `SELECT id, poll_ends_at AS at FROM post
     WHERE poll_ends_at <= clock_timestamp() AND NOT poll_ended AND (poll_ends_at, id) > (${afterAt}, ${afterId}) ORDER BY poll_ends_at, id LIMIT ${limit}`,
  plan: "each time",
});

/** Notes of these posts, of those that are locked by nobody, that their polls have ended. */
export const noteEnded = statement({
  parameters: { ids: array(postId) },
  row: { id: postId },
  sql: ({ ids }) =>
    `WITH due AS MATERIALIZED (
       SELECT id FROM post WHERE id = ANY(${ids}) AND poll_ends_at <= clock_timestamp() AND NOT poll_ended ORDER BY id FOR UPDATE SKIP LOCKED
     )
     UPDATE post SET poll_ended = true, revision = revision + 1 FROM due WHERE post.id = due.id RETURNING post.id`,
  plan: "each time",
});

/** A post that others see, whose poll has ended. */
export const findEndedPoll = statement({
  parameters: { id: postId },
  row: { authorId: userId, visibility: text.as<Visibility>(), revision: int4 },
  sql: ({ id }) => `SELECT author_id, visibility, revision FROM post WHERE id = ${id} AND poll_ended AND status = 'published'`,
});
export const findVoters = statement({
  parameters: { postId, after: uuid.nullable, limit: int4 },
  row: { userId },
  sql: ({ postId, after, limit }) => {
    const { where, order } = behind(["post_id", "user_id"], postId, [idOrFirst(after)]);
    return `SELECT user_id FROM poll_vote WHERE ${where} ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});
