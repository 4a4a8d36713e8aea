import type { EventOf } from "../contracts/events.ts";
import type { UserId } from "../contracts/ids.ts";
import { int4, text, userId } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { statement } from "../ports/statement.ts";
import { isGone } from "./authors.ts";
import { follows } from "./relations.ts";

const save = statement({
  parameters: { userId, whoMayComment: text, revision: int4 },
  row: { userId },
  sql: ({ userId, whoMayComment, revision }) =>
    `INSERT INTO projection.preferences (user_id, who_may_comment, revision) SELECT ${userId}, ${whoMayComment}, ${revision} WHERE NOT ${isGone(userId)}
     ON CONFLICT (user_id) DO UPDATE SET who_may_comment = excluded.who_may_comment, revision = excluded.revision
     WHERE preferences.revision < excluded.revision RETURNING user_id`,
});

const forget = statement({ parameters: { userId }, sql: ({ userId }) => `DELETE FROM projection.preferences WHERE user_id = ${userId}` });

/** What a user has set, as far as others need it. Returns whether the event was newer than what was known. Of a deleted user nothing is kept. */
export async function savePreferences(query: Query, { aggregate, data }: EventOf<"user.preferences_changed">): Promise<boolean> {
  const { userId, whoMayComment } = data;
  return (await query(save, { userId, whoMayComment, revision: aggregate.revision })).length > 0;
}

export async function forgetPreferences(query: Query, userId: UserId): Promise<void> {
  await query(forget, { userId });
}

/**
 * SQL, the one rule of whom an audience (`Audience`) takes in. `isFollowed`: whether its owner follows the user in question.
 * Null is what nobody has changed: everyone. A name that is not known here takes in nobody.
 */
export const takesIn = (audience: string, isFollowed: string) =>
  `CASE coalesce(${audience}, 'everyone') WHEN 'everyone' THEN true WHEN 'following' THEN ${isFollowed} ELSE false END`;

/** SQL: does this author take comments of the viewer? Always of themselves. */
export const takesComments = (author: string, viewer: string) =>
  `(coalesce(${author} = ${viewer}, false)
    OR ${takesIn(`(SELECT f.who_may_comment FROM projection.preferences f WHERE f.user_id = ${author})`, follows(author, viewer))})`;
