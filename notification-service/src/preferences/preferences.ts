import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import {
  type Channels,
  chosenTypes,
  type NotificationPreferences,
  type UpdateNotificationPreferences,
} from "@newfeed/shared/contracts/routes/notification-preferences.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { isPushedUnlessRefused } from "../inbox/notification-table.ts";
import { type Choices, findPreferences, lockPreferences, type StoredPreferences, savePreferences } from "./preference-store.ts";

/** Of a user who has set nothing. */
export const initialPreferences: StoredPreferences = { choices: {}, mailFrequency: "at_once", quietHours: null, hasDevices: false, revision: 1 };

/** Where a user's notifications of a type go. What they have not chosen is as the notification table has it; mail is asked for. */
export const channelsOf = (choices: Choices, type: string): Channels => ({
  ...{ inbox: true, push: isPushedUnlessRefused(type), mail: false },
  ...(Object.hasOwn(choices, type) && choices[type]),
});

const toPreferences = ({ choices, mailFrequency, quietHours, revision }: StoredPreferences): NotificationPreferences => ({
  types: Object.fromEntries(chosenTypes.map((type) => [type, channelsOf(choices, type)])) as NotificationPreferences["types"],
  mailFrequency,
  quietHours,
  revision,
});

export const getPreferences = async (query: Query, userId: UserId): Promise<NotificationPreferences> =>
  toPreferences((await findPreferences(query, [userId])).get(userId) ?? initialPreferences);

/** Changes a user's own preferences; what changes nothing is no change. Throws `unauthenticated` when the account is gone. */
export async function updatePreferences(
  transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>,
  userId: UserId,
  { types, ...given }: UpdateNotificationPreferences,
): Promise<NotificationPreferences> {
  return transaction(async (query) => {
    const before = await lockPreferences(query, userId);
    if (!before) throw new Problem("unauthenticated");
    const chosen = Object.entries(types ?? {}).map(([type, channels]) => [type, { ...before.choices[type], ...channels }]);
    const after: StoredPreferences = {
      ...before,
      ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<StoredPreferences>),
      choices: { ...before.choices, ...Object.fromEntries(chosen) },
    };
    if (JSON.stringify(toPreferences(after)) === JSON.stringify(toPreferences(before))) return toPreferences(before);
    const saved = { ...after, revision: before.revision + 1 };
    await savePreferences(query, userId, saved);
    return toPreferences(saved);
  });
}
