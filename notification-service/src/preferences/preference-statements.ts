import type { Channels, QuietHours } from "@newfeed/shared/contracts/routes/notification-preferences.ts";
import { array, boolean, int4, jsonb, type RowOf, text, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { isGone } from "@newfeed/shared/projections/authors.ts";

/** What a user has chosen, by type, also of types that only newer instances know. */
export type Choices = Readonly<Record<string, Partial<Channels>>>;

const preferences = {
  userId,
  choices: jsonb<Choices>(),
  mailFrequency: text.as<"at_once" | "daily" | "weekly">(),
  quietHours: jsonb<QuietHours>().nullable,
  hasDevices: boolean,
  revision: int4,
};
export type StoredPreferences = Omit<RowOf<typeof preferences>, "userId">;
const columns = "user_id, choices, mail_frequency, quiet_hours, has_devices, revision";

/** Of those of these users who have set any, or have devices. */
export const findPreferences = statement({
  parameters: { userIds: array(userId) },
  row: preferences,
  sql: ({ userIds }) => `SELECT ${columns} FROM notification_preferences WHERE user_id = ANY(${userIds})`,
});

/** Makes a user's row where there is none, locks it and gives it; none of a user who is gone. */
export const lockPreferences = statement({
  parameters: { userId },
  row: preferences,
  sql: ({ userId }) =>
    `INSERT INTO notification_preferences (user_id) SELECT ${userId} WHERE NOT ${isGone(userId)}
     ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id RETURNING ${columns}`,
});

export const savePreferences = statement({
  parameters: { userId, choices: jsonb<Choices>(), mailFrequency: text, quietHours: jsonb<QuietHours>().nullable, revision: int4 },
  sql: ({ userId, choices, mailFrequency, quietHours, revision }) =>
    `UPDATE notification_preferences SET choices = ${choices}, mail_frequency = ${mailFrequency}, quiet_hours = ${quietHours}, revision = ${revision}
     WHERE user_id = ${userId}`,
});

/** Whether pushes reach a user. Nothing of one who is gone. */
export const saveDevices = statement({
  parameters: { userId, any: boolean },
  sql: ({ userId, any }) =>
    `INSERT INTO notification_preferences (user_id, has_devices) SELECT ${userId}, ${any} WHERE NOT ${isGone(userId)}
     ON CONFLICT (user_id) DO UPDATE SET has_devices = excluded.has_devices`,
});

export const removePreferences = statement({ parameters: { userId }, sql: ({ userId }) => `DELETE FROM notification_preferences WHERE user_id = ${userId}` });

/** SQL: has a user chosen that this type is not in their inbox? A value, as in `follows`. */
export const refusesType = (user: string, type: string) =>
  `coalesce((SELECT p.choices -> ${type} ->> 'inbox' = 'false' FROM notification_preferences p WHERE p.user_id = ${user}), false)`;
