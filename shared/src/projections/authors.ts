import type { Author } from "../contracts/dto.ts";
import type { Query } from "../ports/database.ts";

interface AuthorRow {
  id: string;
  username: string;
  full_name: string;
  avatar_url: string | null;
}

const toAuthor = (row: AuthorRow): Author => ({ id: row.id, username: row.username, fullName: row.full_name, avatarUrl: row.avatar_url });

/** SQL that selects an `Author` as JSON from `projection.author` under the given alias. */
export const authorJson = (alias: string) =>
  `json_build_object('id', ${alias}.id, 'username', ${alias}.username, 'fullName', ${alias}.full_name, 'avatarUrl', ${alias}.avatar_url)`;

/** Takes a snapshot unless a newer one is there, or the user is gone. Returns whether it changed anything. */
export async function saveAuthor(query: Query, author: Author, revision: number): Promise<boolean> {
  const rows = await query(
    `INSERT INTO projection.author (id, username, full_name, avatar_url, revision) VALUES ($1::uuid, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET username = excluded.username, full_name = excluded.full_name, avatar_url = excluded.avatar_url, revision = excluded.revision
     WHERE author.revision < excluded.revision AND NOT author.deleted RETURNING 1`,
    [author.id, author.username, author.fullName, author.avatarUrl, revision],
  );
  return rows.length > 0;
}

/** Forgets a user's names, and remembers that they are gone. */
export async function forgetAuthor(query: Query, userId: string): Promise<void> {
  await query(
    `INSERT INTO projection.author (id, username, full_name, avatar_url, revision, deleted) VALUES ($1::uuid, '', '', NULL, 1, true)
     ON CONFLICT (id) DO UPDATE SET username = '', full_name = '', avatar_url = NULL, deleted = true`,
    [userId],
  );
}

/** The snapshots that are here; unknown and deleted users are left out. */
export async function readAuthors(query: Query, ids: readonly string[]): Promise<Map<string, Author>> {
  if (ids.length === 0) return new Map();
  const rows = await query<AuthorRow>("SELECT id, username, full_name, avatar_url FROM projection.author WHERE id = ANY($1::uuid[]) AND NOT deleted", [
    [...new Set(ids)],
  ]);
  return new Map(rows.map((row) => [row.id, toAuthor(row)]));
}

/** Asks the owner for snapshots that have not arrived yet. */
export type FetchAuthors = (ids: string[]) => Promise<(Author & { revision: number })[]>;

/**
 * The snapshots of these users, asking user-service for those whose events are still on their way (somebody who signed
 * up a moment ago). Unknown and deleted users are left out.
 */
export async function ensureAuthors(query: Query, ids: readonly string[], fetchAuthors: FetchAuthors): Promise<Map<string, Author>> {
  const known = await readAuthors(query, ids);
  const missing = [...new Set(ids)].filter((id) => !known.has(id));
  if (missing.length === 0) return known;
  const fetched = await fetchAuthors(missing);
  for (const { revision, ...author } of fetched) await saveAuthor(query, author, revision);
  return fetched.length > 0 ? readAuthors(query, ids) : known;
}
