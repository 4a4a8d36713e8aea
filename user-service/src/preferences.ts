import type { Preferences } from "@newfeed/shared/contracts/dto.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { UpdatePreferences } from "@newfeed/shared/contracts/routes/preferences.ts";
import { changedFilters, filtersNow, toldFilters } from "./content-filters.ts";
import { approveAll } from "./jobs.ts";
import { ensureProfiles, getAuthors, lockSelf, type People } from "./profiles.ts";
import type { Store, StoredPreferences } from "./store.ts";

/** Of a user who has changed nothing. */
const initial: StoredPreferences = {
  theme: "system",
  language: null,
  timeZone: null,
  whoMayMention: "everyone",
  whoMayComment: "everyone",
  privateAccount: false,
  publicLikes: false,
  filteredWords: [],
  filterEnds: {},
  revision: 1,
};

const toPreferences = ({ filteredWords, filterEnds, ...stored }: StoredPreferences): Preferences => ({
  ...stored,
  contentFilters: filtersNow({ filteredWords, filterEnds }),
});

/** What a user has set; what they have not set is as it is for everybody. */
export const getPreferences = async (people: Pick<People, "preferencesOf">, userId: UserId): Promise<Preferences> =>
  toPreferences((await people.preferencesOf(userId)) ?? initial);

/** What other services need of them. */
const toldOf = ({ whoMayComment, privateAccount, publicLikes, language, ...filters }: StoredPreferences) => ({
  ...{ whoMayComment, privateAccount, publicLikes, language },
  filteredWords: toldFilters(filters),
});

/**
 * Changes a user's own preferences; what changes nothing is no change. Other services receive what they need of it, and nothing
 * else. Throws `unauthenticated` when the account is gone.
 */
export async function updatePreferences(
  store: Pick<Store, "transaction">,
  people: People,
  userId: UserId,
  { contentFilters, ...given }: UpdatePreferences,
): Promise<Preferences> {
  await ensureProfiles(people, [userId]);
  return store.transaction(async (operations) => {
    await lockSelf(operations, userId);
    const before = (await operations.findPreferences(userId)) ?? initial;
    const after: StoredPreferences = {
      ...before,
      ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<StoredPreferences>),
      ...(contentFilters && changedFilters(before, contentFilters)),
    };
    if (JSON.stringify(after) === JSON.stringify(before)) return toPreferences(before);
    const { revision, privateAccount } = await operations.savePreferences(userId, { ...after, revision: before.revision + 1 });
    const told = toldOf(after);
    if (JSON.stringify(told) !== JSON.stringify(toldOf(before)))
      await operations.enqueue({ type: "user.preferences_changed", aggregate: { id: userId, revision }, actorId: userId, data: { userId, ...told } });
    // Those who ask to follow need not ask any more.
    if (before.privateAccount && !privateAccount) await operations.scheduleJob(approveAll.name, userId);
    return toPreferences({ ...after, revision });
  });
}

/** The ids of those of the users with these names whom an author may mention: nobody mentions themselves. */
export async function mentionable(people: People, authorId: UserId, usernames: readonly string[]): Promise<UserId[]> {
  const ids = (await getAuthors(people, [], usernames)).map(({ id }) => id).filter((id) => id !== authorId);
  return people.mentionableBy(authorId, ids);
}
