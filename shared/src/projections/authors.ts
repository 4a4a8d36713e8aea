import type { Author } from "../contracts/dto.ts";
import type { UserId } from "../contracts/ids.ts";
import { array, int4, text, userId } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { removal } from "../ports/housekeeping.ts";
import { statement } from "../ports/statement.ts";
import { isSuspended } from "./suspensions.ts";

/** SQL that selects an `Author` as JSON from `projection.author` under the given alias. */
export const authorJson = (alias: string) =>
  `json_build_object('id', ${alias}.id, 'username', ${alias}.username, 'fullName', ${alias}.full_name, 'avatarUrl', ${alias}.avatar_url)`;

/** SQL: is the user in this expression known to be deleted? What they wrote is not shown from then on, while it is being removed. A value, as in `follows`. */
export const isGone = (user: string) => `coalesce((SELECT gone.deleted FROM projection.author gone WHERE gone.id = ${user}), false)`;

/** SQL: is nothing that this user wrote or did shown now? They are deleted, or suspended. */
export const isAway = (user: string) => `(${isGone(user)} OR ${isSuspended(user)})`;

const names = { id: userId, username: text, fullName: text, avatarUrl: text.nullable };

const save = statement({
  parameters: { ...names, revision: int4 },
  row: { id: userId },
  sql: ({ id, username, fullName, avatarUrl, revision }) =>
    `INSERT INTO projection.author (id, username, full_name, avatar_url, revision) VALUES (${id}, ${username}, ${fullName}, ${avatarUrl}, ${revision})
     ON CONFLICT (id) DO UPDATE SET username = excluded.username, full_name = excluded.full_name, avatar_url = excluded.avatar_url, revision = excluded.revision
     WHERE author.revision < excluded.revision AND NOT author.deleted RETURNING id`,
});

const forget = statement({
  parameters: { userId },
  sql: ({ userId }) =>
    `INSERT INTO projection.author (id, username, full_name, avatar_url, revision, deleted) VALUES (${userId}, '', '', NULL, 1, true)
     ON CONFLICT (id) DO UPDATE SET username = '', full_name = '', avatar_url = NULL, deleted = true, changed_at = excluded.changed_at
     WHERE NOT author.deleted`,
});

const find = statement({
  parameters: { ids: array(userId) },
  row: names,
  sql: ({ ids }) => `SELECT id, username, full_name, avatar_url FROM projection.author WHERE id = ANY(${ids}) AND NOT deleted AND NOT ${isSuspended("id")}`,
});

/** Longer than an event of the user may take: a dead letter can be replayed for 30 days. */
export const deletedAuthors = removal({ table: "projection.author", at: "changed_at", after: "90 days", where: "deleted" });

const findAway = statement({
  parameters: { ids: array(userId) },
  row: { id: userId },
  sql: ({ ids }) => `SELECT id FROM projection.author WHERE id = ANY(${ids}) AND (deleted OR ${isSuspended("id")})`,
});

/** Takes a snapshot unless a newer one is there, or the user is gone. Returns whether it changed anything. */
export async function saveAuthor(query: Query, { id, username, fullName, avatarUrl }: Author, revision: number): Promise<boolean> {
  const rows = await query(save, { id, username, fullName, avatarUrl, revision });
  return rows.length > 0;
}

/** Forgets a user's names, and remembers that they are gone. */
export async function forgetAuthor(query: Query, userId: UserId): Promise<void> {
  await query(forget, { userId });
}

/** Which of these users are deleted, or suspended. */
export async function findGone(query: Query, ids: readonly UserId[]): Promise<Set<UserId>> {
  if (ids.length === 0) return new Set();
  return new Set((await query(findAway, { ids: [...new Set(ids)] })).map(({ id }) => id));
}

/** The snapshots that are here; unknown, deleted and suspended users are left out. */
export async function readAuthors(query: Query, ids: readonly UserId[]): Promise<Map<UserId, Author>> {
  if (ids.length === 0) return new Map();
  const authors = await query(find, { ids: [...new Set(ids)] });
  return new Map(authors.map((author) => [author.id, author]));
}

/** Asks the owner for snapshots that have not arrived yet. */
export type FetchAuthors = (ids: UserId[]) => Promise<(Author & { revision: number })[]>;

/**
 * The snapshots of these users, asking user-service for those whose events are still on their way (a user who signed
 * up a moment ago). Unknown, deleted and suspended users are left out.
 */
export async function ensureAuthors(query: Query, ids: readonly UserId[], fetchAuthors: FetchAuthors): Promise<Map<UserId, Author>> {
  const known = await readAuthors(query, ids);
  const missing = [...new Set(ids)].filter((id) => !known.has(id));
  if (missing.length === 0) return known;
  const fetched = await fetchAuthors(missing);
  for (const { revision, ...author } of fetched) await saveAuthor(query, author, revision);
  return fetched.length > 0 ? readAuthors(query, ids) : known;
}
