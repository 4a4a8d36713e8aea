import { createWordFilter, type WordFilter, wordsAt } from "@newfeed/client/word-filter.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { Draft } from "./notification-table.ts";
import * as sql from "./word-filter-statements.ts";

/** Has drafts with one of these words dropped for a user. Pending ones are to be applied before. */
export async function saveFilteredWords(query: Query, userId: UserId, words: readonly sql.FilteredWord[]): Promise<void> {
  if (words.length > 0) await query(sql.saveWords, { userId, words: JSON.stringify(words) });
  else await query(sql.removeWords, { userId });
}

/** The filters of those of these users who filter words now. */
export async function filtersOf(query: Query, userIds: readonly UserId[]): Promise<Map<UserId, WordFilter>> {
  const now = Date.now();
  return new Map(
    (await query(sql.findWords, { userIds })).map(({ userId, words }) => {
      const ends = words.flatMap(({ word, until }) => (until === null ? [] : [{ word, until }]));
      return [userId, createWordFilter(wordsAt({ words: words.map(({ word }) => word), ends }, now))];
    }),
  );
}

/** The drafts without those whose text has a word that their user filters now. */
export async function withoutFiltered(query: Query, drafts: readonly Draft[]): Promise<readonly Draft[]> {
  const userIds = new Set(drafts.filter(({ text }) => text !== null).map(({ userId }) => userId));
  if (userIds.size === 0) return drafts;
  const filters = await filtersOf(query, [...userIds]);
  return drafts.filter(({ userId, text }) => text === null || filters.get(userId)?.(text) === undefined);
}
