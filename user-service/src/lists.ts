import type { User } from "@newfeed/shared/contracts/dto.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import { pageFrom, type Window, windowOf } from "@newfeed/shared/http/cursors.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { getUser, type People } from "./profiles.ts";
import { blockedBy, followedBy, followersOf, type ListedRow, searchUsers } from "./queries.ts";
import { toUser } from "./user-row.ts";

async function page(input: PageQuery, read: (window: Window) => Promise<ListedRow[]>): Promise<Page<User>> {
  const window = windowOf(input);
  return pageFrom(await read(window), window, (row) => ({ at: row.key_at, id: row.key_id }), toUser);
}

/** Pages by number have texts of their own, too many to prepare. */
const readerOf = ({ query, prepared }: People, { skip }: Window) => (skip > 0 ? query : prepared);

/** Who follows a user, the latest first. Nobody in a block with the viewer is listed. Throws `not_found` as `getUser` does. */
export async function listFollowers(people: People, viewerId: string | null, userId: string, input: PageQuery): Promise<Page<User>> {
  await getUser(people, viewerId, { id: userId });
  return page(input, (window) => followersOf(readerOf(people, window), viewerId, userId, window));
}

/** Whom a user follows; as `listFollowers`. */
export async function listFollowing(people: People, viewerId: string | null, userId: string, input: PageQuery): Promise<Page<User>> {
  await getUser(people, viewerId, { id: userId });
  return page(input, (window) => followedBy(readerOf(people, window), viewerId, userId, window));
}

/** Whom a user has blocked, the latest first. */
export const listBlocked = (query: Query, userId: string, input: PageQuery): Promise<Page<User>> => page(input, (window) => blockedBy(query, userId, window));

/** Users by the beginning of their username or full name, the newest first. */
export const search = (query: Query, viewerId: string | null, text: string, input: PageQuery): Promise<Page<User>> =>
  page(input, (window) => searchUsers(query, viewerId, text, window));
