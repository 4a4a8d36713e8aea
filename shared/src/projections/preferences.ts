import type { EventOf } from "../contracts/events.ts";
import type { UserId } from "../contracts/ids.ts";
import { boolean, int4, text, userId } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { statement } from "../ports/statement.ts";
import { isGone } from "./authors.ts";
import { follows } from "./relations.ts";

const save = statement({
  parameters: { userId, whoMayComment: text, privateAccount: boolean, publicLikes: boolean, revision: int4 },
  row: { privacyChanged: boolean.notNull },
  sql: ({ userId, whoMayComment, privateAccount, publicLikes, revision }) =>
    `WITH before AS (SELECT private_account FROM projection.preferences WHERE user_id = ${userId})
     INSERT INTO projection.preferences (user_id, who_may_comment, private_account, public_likes, revision)
     SELECT ${userId}, ${whoMayComment}, ${privateAccount}, ${publicLikes}, ${revision} WHERE NOT ${isGone(userId)}
     ON CONFLICT (user_id) DO UPDATE SET who_may_comment = excluded.who_may_comment, private_account = excluded.private_account,
       public_likes = excluded.public_likes, revision = excluded.revision
     WHERE preferences.revision < excluded.revision
     RETURNING private_account <> coalesce((SELECT private_account FROM before), false) AS privacy_changed`,
});

const forget = statement({ parameters: { userId }, sql: ({ userId }) => `DELETE FROM projection.preferences WHERE user_id = ${userId}` });

/** What a user has set, as far as others need it. Returns whether their account became private, or public, by it. Of a deleted user nothing is kept. */
export async function savePreferences(query: Query, { aggregate, data }: EventOf<"user.preferences_changed">): Promise<boolean> {
  const { userId, whoMayComment, privateAccount, publicLikes = false } = data;
  const [saved] = await query(save, { userId, whoMayComment, privateAccount, publicLikes, revision: aggregate.revision });
  return saved?.privacyChanged ?? false;
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

/** SQL: is this user's account private? Only followers see its posts, also those that are still stored as public. A value, as in `follows`. */
export const isPrivate = (user: string) => `coalesce((SELECT f.private_account FROM projection.preferences f WHERE f.user_id = ${user}), false)`;

/** SQL: has this user made public what they like? A value, as in `follows`. */
export const hasPublicLikes = (user: string) => `coalesce((SELECT f.public_likes FROM projection.preferences f WHERE f.user_id = ${user}), false)`;
