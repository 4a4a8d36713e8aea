import type { ModerationTargetType } from "@newfeed/shared/contracts/moderation.ts";
import { array, int4, postId, type RowOf, text, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

const target = { targetType: text.as<ModerationTargetType>(), targetId: uuid };
const subject = { ...target, authorId: userId, postId: postId.nullable, content: text };
const question = { ...subject, tries: int4 };
export type StoredQuestion = RowOf<typeof question>;

/** Asks about what a subject says now, as if for the first time. Down to what the column holds: rounded up, it would lie ahead. */
export const ask = statement({
  parameters: subject,
  sql: ({ targetType, targetId, authorId, postId, content }) =>
    `INSERT INTO classifier_question (target_type, target_id, author_id, post_id, content, due_at)
     VALUES (${targetType}, ${targetId}, ${authorId}, ${postId}, ${content}, date_trunc('milliseconds', now()))
     ON CONFLICT (target_type, target_id) DO UPDATE SET content = excluded.content, due_at = excluded.due_at, tries = 0`,
});
export const forget = statement({
  parameters: { targetType: target.targetType, targetIds: array(uuid) },
  sql: ({ targetType, targetIds }) => `DELETE FROM classifier_question WHERE target_type = ${targetType} AND target_id = ANY(${targetIds})`,
});

/** The question that has waited longest, for a minute: who takes it and ends leaves it to another. */
export const take = statement({
  row: question,
  sql: `UPDATE classifier_question q SET due_at = now() + interval '1 minute', tries = q.tries + 1
    WHERE (q.target_type, q.target_id) = (SELECT target_type, target_id FROM classifier_question WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING q.target_type, q.target_id, q.author_id, q.post_id, q.content, q.tries`,
  plan: "each time",
});
/** Of the try that took it. No row: the subject says something else since, or is gone. */
export const remove = statement({
  parameters: { ...target, content: text, tries: int4 },
  row: { tries: int4 },
  sql: ({ targetType, targetId, content, tries }) =>
    `DELETE FROM classifier_question WHERE target_type = ${targetType} AND target_id = ${targetId} AND content = ${content} AND tries = ${tries} RETURNING tries`,
});
export const postpone = statement({
  parameters: { ...target, tries: int4, seconds: int4 },
  sql: ({ targetType, targetId, tries, seconds }) =>
    `UPDATE classifier_question SET due_at = now() + make_interval(secs => ${seconds}) WHERE target_type = ${targetType} AND target_id = ${targetId} AND tries = ${tries}`,
});

/** What nothing has taken for so long. */
export const stale = removal({ table: "classifier_question", at: "due_at", after: "1 day" });
