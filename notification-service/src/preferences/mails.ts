import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { chosenTypes } from "@newfeed/shared/contracts/routes/notification-preferences.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { endOfQuietHours } from "@newfeed/shared/ports/quiet-hours.ts";
import { findPreferences, lockPreferences, savePreferences } from "./preference-store.ts";
import { channelsOf, initialPreferences } from "./preferences.ts";

/** Which of these types a user takes by mail now, and when the quiet hours end that it is. */
export async function mailWishes(query: Query, userId: UserId, types: readonly string[]): Promise<{ wanted: string[]; notBefore: string | null }> {
  const { choices, quietHours } = (await findPreferences(query, [userId])).get(userId) ?? initialPreferences;
  const isWanted = (type: string) => {
    const { inbox, mail } = channelsOf(choices, type);
    return inbox && mail;
  };
  const notBefore = quietHours && endOfQuietHours(quietHours, Date.now());
  return { wanted: types.filter(isWanted), notBefore: notBefore?.toISOString() ?? null };
}

/** Ends mails of a type; null for any. Of an account that is gone, nothing is left to do. */
export async function endMails(
  transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>,
  userId: UserId,
  type: string | null,
): Promise<Record<string, never>> {
  await transaction(async (query) => {
    const before = await lockPreferences(query, userId);
    if (!before) return;
    const ended = (type === null ? chosenTypes : [type]).filter((each) => channelsOf(before.choices, each).mail);
    if (ended.length === 0) return;
    const choices = Object.fromEntries(ended.map((each) => [each, { ...before.choices[each], mail: false }]));
    await savePreferences(query, userId, { ...before, choices: { ...before.choices, ...choices }, revision: before.revision + 1 });
  });
  return {};
}
