import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Batch, batchOf, scheduleJobs } from "@newfeed/shared/jobs/job.ts";
import { generatedIn, transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Query, Transaction } from "@newfeed/shared/ports/database.ts";
import { type Listed, startOf, type Window } from "@newfeed/shared/store/cursors.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { v7 as uuidv7 } from "uuid";
import { type Prisma, PrismaClient } from "./generated/client.ts";
import * as preferenceSql from "./preference-statements.ts";
import * as searchSql from "./search-statements.ts";
import { wordsOf } from "./search-words.ts";
import * as sql from "./statements.ts";
import * as suggestions from "./suggestion-statements.ts";
import { suspensions } from "./suspension-statements.ts";

export type { StoredPreferences } from "./preference-statements.ts";
export type { EndedFollow, ListedUser, ShownUser } from "./statements.ts";

/** What a profile begins with. */
export interface NewProfile {
  id: UserId;
  username: string;
  fullName: string;
  /** ISO 8601. */
  createdAt: string;
}

interface Names {
  id: UserId;
  username: string;
  fullName: string;
}

/** Pairs of columns: a word, and whose it is. */
function wordColumns(profiles: readonly Names[]): { wordsOf: UserId[]; words: string[] } {
  const pairs = profiles.flatMap(({ id, username, fullName }) => wordsOf(username, fullName).map((word) => ({ id, word })));
  return { wordsOf: pairs.map(({ id }) => id), words: pairs.map(({ word }) => word) };
}

/** Makes the words that these profiles are found by what their names are now. The caller holds the profiles locked. */
async function indexNames(query: Query, profiles: readonly Names[]): Promise<void> {
  const ids = profiles.map(({ id }) => id);
  await query(sql.deleteWords, { ids });
  await query(sql.insertWords, wordColumns(profiles));
  await query(sql.noteIndexed, { ids });
}

/** Creates the profiles that are not there; those that are, and tombstones, stay as they are. */
async function insertProfiles(query: Query, profiles: readonly NewProfile[]): Promise<void> {
  if (profiles.length === 0) return;
  await query(sql.insertProfiles, {
    ids: profiles.map(({ id }) => id),
    usernames: profiles.map(({ username }) => username),
    fullNames: profiles.map(({ fullName }) => fullName),
    createdAt: profiles.map(({ createdAt }) => createdAt),
    ...wordColumns(profiles),
  });
}

const preferencesOf = async (query: Query, userId: UserId) => {
  const [row] = await query(preferenceSql.findPreferences, { userId });
  return row ?? null;
};

/** What use-cases and event handlers may do within one transaction. */
export function operationsOn({ query, enqueue }: Transaction) {
  const endFollows = (ids: readonly string[]) => query(sql.endFollows, { ids });
  return {
    enqueue,
    insertProfiles: (profiles: readonly NewProfile[]) => insertProfiles(query, profiles),
    /** Gives profiles other names. The caller holds them locked. Gives those that have changed. */
    async renameProfiles(names: ReadonlyMap<UserId, string>): Promise<(Author & { headerUrl: string | null; revision: number })[]> {
      const renamed = await query(sql.renameProfiles, { ids: [...names.keys()], fullNames: [...names.values()] });
      if (renamed.length > 0) await indexNames(query, renamed);
      return renamed;
    },
    /** Locks those that are not deleted, by id. In id order, as every transaction locks profiles. */
    async lockProfiles(ids: readonly UserId[]): Promise<Map<UserId, { author: Author; followerCount: number; suspended: boolean }>> {
      const rows = await query(sql.lockProfiles, { ids });
      return new Map(
        rows.flatMap(({ deleted, suspended, followerCount, ...author }) => (deleted ? [] : [[author.id, { author, followerCount, suspended }] as const])),
      );
    },
    /** Who of the two has blocked the other. */
    async blockersBetween(one: UserId, other: UserId): Promise<UserId[]> {
      return (await query(sql.blocksBetween, { one, other })).map(({ blockerId }) => blockerId);
    },
    async findFollow(followerId: UserId, followeeId: UserId) {
      const [row] = await query(sql.findFollow, { followerId, followeeId });
      return row ?? null;
    },
    saveFollow: (followerId: UserId, followeeId: UserId, active: boolean) => sql.saveFollow(query, followerId, followeeId, active),
    /** A request to follow, or its end. */
    saveRequest: (followerId: UserId, followeeId: UserId, active: boolean) => sql.saveRequest(query, followerId, followeeId, active),
    /** The requests of the two, in either direction. */
    requestsBetween: (one: UserId, other: UserId) => query(sql.requestsBetween, { one, other }),
    saveBlock: (blockerId: UserId, blockedId: UserId, active: boolean) => sql.saveBlock(query, blockerId, blockedId, active),
    /** A mute, another end of it (null: none), or its end. The caller holds the muter's profile locked. */
    async saveMute(muterId: UserId, mutedId: UserId, active: boolean, until: Date | null) {
      const [row] = await query(sql.saveMute, { id: uuidv7(), muterId, mutedId, active, until });
      if (!row) throw new Error("a mute that was saved is not there");
      return row;
    },
    async countMutes(muterId: UserId, exceptId: UserId): Promise<number> {
      const [row] = await query(sql.countMutes, { muterId, exceptId });
      return row?.mutes ?? 0;
    },
    async countFollow(followerId: UserId, followeeId: UserId): Promise<void> {
      await query(sql.countFollow, { followerId, followeeId });
    },
    /** Null where nothing was ever changed. */
    findPreferences: (userId: UserId) => preferencesOf(query, userId),
    async savePreferences(userId: UserId, preferences: preferenceSql.StoredPreferences) {
      await query(preferenceSql.savePreferences, { userId, ...preferences, filterEnds: JSON.stringify(preferences.filterEnds) });
      return preferences;
    },
    /** Ends those of these follows that are active, and corrects the counts of both sides. */
    endFollows,
    /** Ends the follows of the two, in either direction. */
    async endFollowsBetween(one: UserId, other: UserId) {
      return endFollows((await query(sql.followsBetween, { one, other })).map(({ id }) => id));
    },
    /** Leaves a tombstone of each deleted user. Waits for those who follow or block one of them now; later ones are refused. */
    async removeUsers(ids: readonly UserId[]): Promise<void> {
      await query(sql.insertTombstones, { ids });
      await query(sql.lockProfiles, { ids });
      await query(sql.emptyProfiles, { ids });
      await query(sql.deleteWords, { ids });
      await query(preferenceSql.deletePreferences, { ids });
      for (const id of ids) await suspensions.forget(query, id);
    },
    /** A user is suspended, or no more. */
    saveSuspension: (event: EventOf<"user.suspended" | "user.unsuspended">) => suspensions.save(query, event),
    /** Ends the next of a deleted user's follows, or blocks. Keys are those of a `Job`. */
    async endNext(which: keyof typeof sql.nextOf, userId: UserId, after: string | null, limit: number): Promise<Batch> {
      const [afterAt = "-infinity", afterId = "00000000-0000-0000-0000-000000000000"] = after?.split(" ") ?? [];
      const rows = await query(sql.nextOf[which], { userId, afterAt, afterId, limit });
      const ids = rows.map(({ id }) => id);
      if (which === "blocks" || which === "blockers") await query(sql.endBlocks, { ids });
      else if (which === "mutes" || which === "muters") await query(sql.endMutes, { ids });
      else if (which === "requests" || which === "requested") await query(sql.endRequests, { ids });
      else {
        await query(sql.lockProfiles, { ids: [userId, ...rows.map(({ other }) => other)] });
        await endFollows(ids);
      }
      return batchOf(
        rows.map(({ id, changedAt }) => `${changedAt.toISOString()} ${id}`),
        limit,
      );
    },
    /** The next of the users who ask to follow a user. Keys are those of a `Job`. */
    async nextRequests(userId: UserId, after: string | null, limit: number): Promise<{ followers: UserId[]; batch: Batch }> {
      const [afterAt = "-infinity", afterId = "00000000-0000-0000-0000-000000000000"] = after?.split(" ") ?? [];
      const rows = await query(sql.nextOf.requests, { userId, afterAt, afterId, limit });
      const keys = rows.map(({ id, changedAt }) => `${changedAt.toISOString()} ${id}`);
      return { followers: rows.map(({ other }) => other), batch: batchOf(keys, limit) };
    },
    /** Leaves a job to the worker. */
    scheduleJob: (name: string, userId: UserId) => scheduleJobs(query, name, [userId]),
    /** Indexes some hundred names whose words are missing or outdated. Returns whether there were any. */
    async indexSomeNames(): Promise<boolean> {
      const profiles = await query(sql.takeNamesToIndex);
      if (profiles.length > 0) await indexNames(query, profiles);
      return profiles.length > 0;
    },
  };
}

/** What is left out stays as it is. */
export interface ChangedProfile {
  fullName?: string;
  bio?: string;
  location?: string | null;
  links?: string[];
  avatarUrl?: string | null;
  headerUrl?: string | null;
}

/** The same with what the ORM generates. */
const withGenerated = (transaction: Transaction, prisma: PrismaClient) => ({
  ...operationsOn(transaction),
  async updateProfile(id: UserId, change: ChangedProfile): Promise<Author & { headerUrl: string | null; bio: string; revision: number }> {
    const updated = await generatedIn(prisma, transaction, (tx: Prisma.TransactionClient) =>
      tx.profile.update({
        where: { id },
        data: { ...change, revision: { increment: 1 } },
        select: { username: true, fullName: true, avatarUrl: true, headerUrl: true, bio: true, revision: true },
      }),
    );
    if (change.fullName !== undefined) await indexNames(transaction.query, [{ id, ...updated }]);
    return { id, ...updated };
  },
});
export type Operations = ReturnType<typeof withGenerated>;

/** user-service's database. */
export function createStore(database: Database, wake: () => void) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  const { query } = database;
  return {
    transaction: <T>(work: (operations: Operations) => Promise<T>): Promise<T> =>
      transact(database, wake, (transaction) => work(withGenerated(transaction, prisma))),

    /** One profile as the viewer may see it. */
    async findUser(viewerId: UserId | null, by: { id: UserId } | { username: string }): Promise<sql.ShownUser | undefined> {
      const [row] = await ("id" in by ? query(sql.findUserById, { viewerId, id: by.id }) : query(sql.findUserByName, { viewerId, username: by.username }));
      return row;
    },
    /** Snapshots by id and by username (in lower case); unknown and deleted users are left out. */
    authorsBy: (ids: readonly UserId[], usernames: readonly string[]) => query(sql.findAuthors, { ids, usernames }),
    /** Of these usernames (in lower case) those of users who are there for others: not deleted, nor suspended. */
    usernamesAmong: async (usernames: readonly string[]): Promise<string[]> => (await query(sql.findUsernames, { usernames })).map(({ username }) => username),
    /** Which of these ids and usernames (in lower case) have no row here; a tombstone is a row. */
    async missingProfiles(ids: readonly UserId[], usernames: readonly string[]): Promise<{ ids: UserId[]; usernames: string[] }> {
      const [missing] = await query(sql.missingProfiles, { ids, usernames });
      return missing ?? { ids: [], usernames: [] };
    },
    insertProfiles: (profiles: readonly NewProfile[]) => insertProfiles(query, profiles),

    // Windows of lists. Nobody in a block with the viewer is listed.
    /** Whom a user may want to follow, the best first. */
    suggestedTo: (viewerId: UserId) => query(suggestions.findSuggestions, { viewerId }),
    followersOf: (viewerId: UserId | null, userId: UserId, window: Window) => sql.listFollowers(query, window, { viewerId, userId }),
    followedBy: (viewerId: UserId | null, userId: UserId, window: Window) => sql.listFollowed(query, window, { viewerId, userId }),
    requestsTo: (userId: UserId, window: Window) => sql.listRequests(query, window, { viewerId: userId, userId }),
    requestedBy: (userId: UserId, window: Window) => sql.listRequested(query, window, { viewerId: userId, userId }),
    /** Whom a user has blocked, for that user. */
    blockedBy: (userId: UserId, window: Window) => sql.listBlocked(query, window, { viewerId: userId, userId }),
    /** Whom a user has muted, for that user. */
    mutedBy: (userId: UserId, window: Window) => sql.listMuted(query, window, { viewerId: userId, userId }),
    /** Those of these users that a user follows. */
    followedAmong: async (followerId: UserId, ids: readonly UserId[]): Promise<UserId[]> =>
      (await query(sql.findFollowedAmong, { followerId, ids })).map(({ id }) => id),

    /** Null where nothing was ever changed. */
    preferencesOf: (userId: UserId) => preferencesOf(query, userId),
    /** Those of these users whom an author may mention. */
    mentionableBy: async (authorId: UserId, ids: readonly UserId[]): Promise<UserId[]> =>
      (await query(preferenceSql.findMentionable, { authorId, ids })).map(({ id }) => id),

    /**
     * Users with words that begin like each of these (folded) terms. The rarest decides which profiles are looked at. Where
     * that is more than a page may look at, and too few were found, `end` is where the next one goes on.
     */
    async search(viewerId: UserId | null, terms: readonly string[], window: Window): Promise<Listed<sql.ListedUser>> {
      const [rarest] = (await query(searchSql.countWords, { terms })).sort((one, other) => one.words - other.words);
      if (!rarest) return { rows: [], end: null };
      const values = { viewerId, term: rarest.term, others: terms.filter((term) => term !== rarest.term) };
      if (!rarest.frequent) return { rows: await searchSql.searchRare(query, window, values), end: null };
      const rows = await searchSql.searchFrequent(query, window, values);
      if (rows.length > window.limit) return { rows, end: null };
      const [cut] = await query(searchSql.endOfExamined[window.after ? "newer" : "older"], { fromId: startOf(window).id });
      if (!cut) return { rows, end: null };
      const last = rows.at(-1);
      return { rows, end: last?.id === cut.last ? { at: last.keyAt, id: last.keyId } : { at: cut.wholeAt, id: cut.whole } };
    },

    /** Of what says only that something has ended. */
    retention: [
      sql.endedFollows("ended_follows", database),
      sql.endedRequests("ended_follow_requests", database),
      sql.endedBlocks("ended_blocks", database),
      sql.endedMutes("ended_mutes", database),
      sql.deletedProfiles("deleted_profiles", database),
      suspensions.ended("ended_suspensions", database),
    ],

    close: () => prisma.$disconnect(),
  };
}
export type Store = ReturnType<typeof createStore>;
