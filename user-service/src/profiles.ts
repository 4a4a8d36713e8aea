import type { Author, User } from "@newfeed/shared/contracts/dto.ts";
import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { ChangedProfile, NewProfile, Operations, Store } from "./store.ts";
import { toUser } from "./user.ts";

/** What the store reads, with the way to the profiles whose `user.registered` is still on its way: auth-service knows the accounts. */
export interface People extends Omit<Store, "transaction" | "close"> {
  fetchAccounts: (wanted: { ids: UserId[]; usernames: string[] }) => Promise<NewProfile[]>;
}

/** Creates the profiles of accounts that are not known here yet. One call for all. */
export async function ensureProfiles(people: People, ids: readonly UserId[], usernames: readonly string[] = []): Promise<void> {
  const missing = await people.missingProfiles([...new Set(ids)], [...new Set(usernames.map((name) => name.toLowerCase()))]);
  if (missing.ids.length + missing.usernames.length > 0) await people.insertProfiles(await people.fetchAccounts(missing));
}

/** A profile as the viewer may see it. Throws `not_found` for an unknown, deleted or suspended user, and for one who has blocked the viewer. */
export async function getUser(people: People, viewerId: UserId | null, by: { id: UserId } | { username: string }): Promise<User> {
  const find = () => people.findUser(viewerId, by);
  let row = await find();
  if (!row) {
    await ("id" in by ? ensureProfiles(people, [by.id]) : ensureProfiles(people, [], [by.username]));
    // Looked for again in any case: the registration may have arrived meanwhile.
    row = await find();
  }
  if (!row) throw new Problem("not_found");
  return toUser(row);
}

/** Snapshots by id and by username, with their revisions; unknown and deleted users are left out. */
export async function getAuthors(people: People, ids: readonly UserId[], usernames: readonly string[]): Promise<(Author & { revision: number })[]> {
  await ensureProfiles(people, ids, usernames);
  return people.authorsBy(
    ids,
    usernames.map((name) => name.toLowerCase()),
  );
}

/** Of these usernames those that users have whom others find: suspended ones are not. */
export async function knownUsernames(people: People, usernames: readonly string[]): Promise<string[]> {
  const asked = usernames.map((name) => name.toLowerCase());
  await ensureProfiles(people, [], asked);
  return people.usernamesAmong(asked);
}

export interface ProfileChange {
  fullName?: string | undefined;
  bio?: string | undefined;
  location?: string | null | undefined;
  links?: string[] | undefined;
  avatarUrl?: string | null | undefined;
  headerUrl?: string | null | undefined;
}

/** Keeps an upload as a picture of its owner's profile. `refused`: an address of our stores that is no picture of theirs. */
export type ClaimAvatar = (ownerId: UserId, url: string) => Promise<"claimed" | "elsewhere" | "refused">;

/**
 * Changes the user's own profile; an upload that is to be one of its pictures is kept from then on. Throws `unauthenticated` when the
 * account is gone, `validation_failed` for an upload that is no picture of the user's, and for a header
 * that is no upload.
 */
export async function updateProfile(
  { store, claimAvatar }: { store: Pick<Store, "transaction">; claimAvatar: ClaimAvatar },
  people: People,
  userId: UserId,
  { avatarUrl, headerUrl, ...texts }: ProfileChange,
): Promise<User> {
  await ensureProfiles(people, [userId]);
  // Before the transaction, which must not stay open during a call to another service.
  await claimPictures(claimAvatar, people, userId, { avatarUrl, headerUrl });
  await store.transaction(async (operations) => {
    await lockSelf(operations, userId);
    const change = Object.fromEntries(Object.entries({ ...texts, avatarUrl, headerUrl }).filter(([, value]) => value !== undefined)) as ChangedProfile;
    const { revision, headerUrl: header, bio, ...user } = await operations.updateProfile(userId, change);
    await operations.enqueue({ type: "user.updated", aggregate: { id: userId, revision }, actorId: userId, data: { user, headerUrl: header, bio } });
  });
  return getUser(people, userId, { id: userId });
}

const ofUploads = "must be a picture that you have uploaded";

async function claimPictures(claim: ClaimAvatar, people: People, userId: UserId, pictures: Pick<ProfileChange, "avatarUrl" | "headerUrl">): Promise<void> {
  if (!pictures.avatarUrl && !pictures.headerUrl) return;
  const known = await people.findUser(userId, { id: userId });
  for (const name of ["avatarUrl", "headerUrl"] as const) {
    const url = pictures[name];
    if (!url || url === known?.[name]) continue;
    const outcome = await claim(userId, url);
    if (outcome === "refused") throw invalidField(name, name === "avatarUrl" ? "must be a picture that you have uploaded, or an address elsewhere" : ofUploads);
    if (outcome === "elsewhere" && name === "headerUrl") throw invalidField(name, ofUploads);
  }
}

const accountGone = () => new Problem("unauthenticated", { internal: "the account is gone" });

/** Locks the user's own profile. Throws `unauthenticated` when the account is gone. */
export async function lockSelf(operations: Pick<Operations, "lockProfiles">, userId: UserId): Promise<void> {
  if (!(await operations.lockProfiles([userId])).has(userId)) throw accountGone();
}

/** Locks two profiles. Throws `unauthenticated` when the user's account is gone, `not_found` when there is no such other. */
export async function lockPair(operations: Pick<Operations, "lockProfiles">, userId: UserId, otherId: UserId) {
  const profiles = await operations.lockProfiles([userId, otherId]);
  const [self, other] = [profiles.get(userId), profiles.get(otherId)];
  if (!self) throw accountGone();
  if (!other) throw new Problem("not_found");
  return { self, other };
}
