import type { Query } from "@newfeed/shared/ports/database.ts";

/** What a profile begins with. */
export interface NewProfile {
  id: string;
  username: string;
  fullName: string;
  /** ISO 8601. */
  createdAt: string;
}

/**
 * Creates the profiles that are not there; those that are, and tombstones, stay as they are. In id order, so that two
 * who create the same profiles do not wait for each other.
 */
export async function insertProfiles(query: Query, profiles: readonly NewProfile[]): Promise<void> {
  if (profiles.length === 0) return;
  await query(
    `INSERT INTO profile (id, username, full_name, created_at, updated_at)
     SELECT id, username, full_name, created_at, created_at
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS new (id, username, full_name, created_at) ORDER BY id
     ON CONFLICT (id) DO NOTHING`,
    [
      profiles.map(({ id }) => id),
      profiles.map(({ username }) => username),
      profiles.map(({ fullName }) => fullName),
      profiles.map(({ createdAt }) => createdAt),
    ],
  );
}

/** Which of these ids and usernames (in lower case) have no row here; a tombstone is a row. */
export async function missingProfiles(query: Query, ids: readonly string[], usernames: readonly string[]): Promise<{ ids: string[]; usernames: string[] }> {
  const [missing] = await query<{ ids: string[]; usernames: string[] }>(
    `SELECT ARRAY(SELECT w FROM unnest($1::uuid[]) w WHERE NOT EXISTS (SELECT 1 FROM profile p WHERE p.id = w)) AS ids,
            ARRAY(SELECT w FROM unnest($2::text[]) w WHERE NOT EXISTS (SELECT 1 FROM profile p WHERE lower(p.username) = w AND NOT p.deleted)) AS usernames`,
    [ids, usernames],
  );
  return missing ?? { ids: [], usernames: [] };
}
