import { array, jsonb, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { isGone } from "@newfeed/shared/projections/authors.ts";

/** A word or phrase, and until when it is filtered; null where that has no end. */
export interface FilteredWord {
  word: string;
  until: string | null;
}

/** A user's filtered words, unless the user is gone. */
export const saveWords = statement({
  parameters: { userId, words: jsonb<FilteredWord[]>() },
  sql: ({ userId, words }) =>
    `INSERT INTO word_filter (user_id, words) SELECT ${userId}, ${words} WHERE NOT ${isGone(userId)} ON CONFLICT (user_id) DO UPDATE SET words = excluded.words`,
});
export const removeWords = statement({ parameters: { userId }, sql: ({ userId }) => `DELETE FROM word_filter WHERE user_id = ${userId}` });

/** Of those of these users who filter any. */
export const findWords = statement({
  parameters: { userIds: array(userId) },
  row: { userId, words: jsonb<FilteredWord[]>() },
  sql: ({ userIds }) => `SELECT user_id, words FROM word_filter WHERE user_id = ANY(${userIds})`,
});
