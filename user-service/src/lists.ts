import type { User } from "@newfeed/shared/contracts/dto.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import { type Listed, pageOf, type Window, windowOf } from "@newfeed/shared/store/cursors.ts";
import { getUser, type People } from "./profiles.ts";
import { termsOf } from "./search-words.ts";
import type { ListedUser } from "./store.ts";
import { toUser } from "./user.ts";

const page = async (input: PageQuery, read: (window: Window) => Promise<Listed<ListedUser>>): Promise<Page<User>> =>
  pageOf(
    await read(windowOf(input)),
    input,
    ({ keyAt, keyId }) => ({ at: keyAt, id: keyId }),
    ({ keyAt, keyId, ...user }) => toUser(user),
  );

/** Who follows a user, the latest first. Nobody in a block with the viewer is listed. Throws `not_found` as `getUser` does. */
export async function listFollowers(people: People, viewerId: UserId | null, userId: UserId, input: PageQuery): Promise<Page<User>> {
  await getUser(people, viewerId, { id: userId });
  return page(input, (window) => people.followersOf(viewerId, userId, window));
}

/** Whom a user follows; as `listFollowers`. */
export async function listFollowing(people: People, viewerId: UserId | null, userId: UserId, input: PageQuery): Promise<Page<User>> {
  await getUser(people, viewerId, { id: userId });
  return page(input, (window) => people.followedBy(viewerId, userId, window));
}

/** Who asks to follow a user, the latest first. */
export const listFollowRequests = (people: People, userId: UserId, input: PageQuery): Promise<Page<User>> =>
  page(input, (window) => people.requestsTo(userId, window));

/** Whom a user asks to follow, the latest first. */
export const listRequested = (people: People, userId: UserId, input: PageQuery): Promise<Page<User>> =>
  page(input, (window) => people.requestedBy(userId, window));

/** Whom a user has blocked, the latest first. */
export const listBlocked = (people: People, userId: UserId, input: PageQuery): Promise<Page<User>> => page(input, (window) => people.blockedBy(userId, window));

/** Whom a user has muted, the latest first. */
export const listMuted = (people: People, userId: UserId, input: PageQuery): Promise<Page<User>> => page(input, (window) => people.mutedBy(userId, window));

/**
 * Users by the beginnings of words of their usernames and full names, the newest first; each term of the search must begin one.
 * A page looks through so many words at most: one that finds little among very many is short, and the next one goes on behind.
 */
export const search = (people: People, viewerId: UserId | null, text: string, input: PageQuery): Promise<Page<User>> =>
  page(input, (window) => people.search(viewerId, termsOf(text), window));
