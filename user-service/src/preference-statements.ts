import type { Audience, Preferences } from "@newfeed/shared/contracts/dto.ts";
import { array, boolean, int4, jsonb, type RowOf, text, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { takesIn } from "@newfeed/shared/projections/preferences.ts";
import { followed } from "./statements.ts";

const audience = text.as<Audience>();
const preferences = {
  theme: text.as<Preferences["theme"]>(),
  language: text.nullable,
  timeZone: text.nullable,
  whoMayMention: audience,
  whoMayComment: audience,
  privateAccount: boolean,
  publicLikes: boolean,
  filteredWords: array(text),
  filterEnds: jsonb<Readonly<Record<string, string>>>(),
  revision: int4,
};
export type StoredPreferences = RowOf<typeof preferences>;

export const findPreferences = statement({
  parameters: { userId },
  row: { ...preferences, filteredWords: array(text).notNull },
  sql: ({ userId }) =>
    `SELECT theme, language, time_zone, who_may_mention, who_may_comment, private_account, public_likes, filtered_words, filter_ends, revision FROM preferences WHERE user_id = ${userId}`,
});

/** The caller holds the user's profile locked. */
export const savePreferences = statement({
  parameters: { userId, ...preferences },
  sql: (given) =>
    `INSERT INTO preferences (user_id, theme, language, time_zone, who_may_mention, who_may_comment, private_account, public_likes, filtered_words, filter_ends, revision)
     VALUES (${given.userId}, ${given.theme}, ${given.language}, ${given.timeZone}, ${given.whoMayMention}, ${given.whoMayComment}, ${given.privateAccount}, ${given.publicLikes}, ${given.filteredWords}, ${given.filterEnds}, ${given.revision})
     ON CONFLICT (user_id) DO UPDATE SET theme = excluded.theme, language = excluded.language, time_zone = excluded.time_zone,
       who_may_mention = excluded.who_may_mention, who_may_comment = excluded.who_may_comment, private_account = excluded.private_account,
       public_likes = excluded.public_likes, filtered_words = excluded.filtered_words, filter_ends = excluded.filter_ends,
       revision = excluded.revision`,
});

export const deletePreferences = statement({
  parameters: { ids: array(userId) },
  sql: ({ ids }) => `DELETE FROM preferences WHERE user_id = ANY(${ids})`,
});

/** Those of these users whom an author may mention. */
export const findMentionable = statement({
  parameters: { authorId: userId, ids: array(userId) },
  row: { id: userId.notNull },
  sql: ({ authorId, ids }) =>
    `SELECT u.id FROM unnest(${ids}) AS u (id)
     WHERE ${takesIn("(SELECT p.who_may_mention FROM preferences p WHERE p.user_id = u.id)", followed("u.id", authorId))}`,
});
