import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { Key, Window } from "@newfeed/shared/http/cursors.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { toAuthor, type UserRow, userColumns } from "./user-row.ts";

/** A row of a list, with its place in that list. */
export interface ListedRow extends UserRow {
  key_at: Date;
  key_id: string;
}

/** The viewer is parameter 1 of every query here that has one. */
const viewer = "$1::uuid";
/** Whoever was blocked does not see the blocker; the blocker sees the profile, to know and to lift the block. */
const visible = `NOT p.deleted AND NOT EXISTS (SELECT 1 FROM block b WHERE b.blocker_id = p.id AND b.blocked_id = ${viewer} AND b.active)`;
/** In lists neither sees the other. */
const listable = `NOT p.deleted AND NOT EXISTS
  (SELECT 1 FROM block b WHERE b.active AND (b.blocker_id, b.blocked_id) IN ((p.id, ${viewer}), (${viewer}, p.id)))`;

/** One page of the users that `from` and `where` select, sorted by a time and an id; `subject` is parameter 4. */
function list(query: Query, viewerId: string | null, subject: string, window: Window, from: string, where: string, at: string, id: string) {
  const [comparison, direction] = window.after ? [">", "ASC"] : ["<", "DESC"];
  // A list from its beginning starts beyond every time and id, so that it is the same statement.
  const start: Key | { at: string; id: string } = window.after ?? window.before ?? { at: "infinity", id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };
  return query<ListedRow>(
    `SELECT ${userColumns(viewer)}, ${at} AS key_at, ${id} AS key_id FROM ${from}
     WHERE ${where} AND (${at}, ${id}) ${comparison} ($2::timestamptz, $3::uuid)
     ORDER BY ${at} ${direction}, ${id} ${direction} LIMIT $5 OFFSET $6`,
    [viewerId, start.at, start.id, subject, window.take, window.skip],
  );
}

export async function findUser(query: Query, viewerId: string | null, by: { id: string } | { username: string }): Promise<UserRow | undefined> {
  const [condition, value] = "id" in by ? ["p.id = $2::uuid", by.id] : ["lower(p.username) = lower($2)", by.username];
  // The newest: of two users of one name, the older one has just been deleted.
  const [row] = await query<UserRow>(`SELECT ${userColumns(viewer)} FROM profile p WHERE ${condition} AND ${visible} ORDER BY p.id DESC LIMIT 1`, [
    viewerId,
    value,
  ]);
  return row;
}

export const followersOf = (query: Query, viewerId: string | null, userId: string, window: Window) =>
  list(
    query,
    viewerId,
    userId,
    window,
    "follow r JOIN profile p ON p.id = r.follower_id",
    `r.followee_id = $4::uuid AND r.active AND ${listable}`,
    "r.changed_at",
    "r.id",
  );

export const followedBy = (query: Query, viewerId: string | null, userId: string, window: Window) =>
  list(
    query,
    viewerId,
    userId,
    window,
    "follow r JOIN profile p ON p.id = r.followee_id",
    `r.follower_id = $4::uuid AND r.active AND ${listable}`,
    "r.changed_at",
    "r.id",
  );

/** Whom a user has blocked; nobody else is told. */
export const blockedBy = (query: Query, userId: string, window: Window) =>
  list(
    query,
    userId,
    userId,
    window,
    "block r JOIN profile p ON p.id = r.blocked_id",
    "r.blocker_id = $4::uuid AND r.active AND NOT p.deleted",
    "r.changed_at",
    "r.id",
  );

/** Users whose username or full name begins with this text, without regard to case. */
export const searchUsers = (query: Query, viewerId: string | null, text: string, window: Window) =>
  list(
    query,
    viewerId,
    `${text.replace(/[\\%_]/g, "\\$&")}%`,
    window,
    "profile p",
    `(lower(p.username) LIKE lower($4) OR lower(p.full_name) LIKE lower($4)) AND ${listable}`,
    "p.created_at",
    "p.id",
  );

/** Snapshots by id and by username (in lower case); unknown and deleted users are left out. */
export async function authorsBy(query: Query, ids: readonly string[], usernames: readonly string[]): Promise<(Author & { revision: number })[]> {
  const rows = await query<UserRow>(
    `SELECT id, username, full_name, avatar_url, revision FROM profile
     WHERE NOT deleted AND (id = ANY($1::uuid[]) OR lower(username) = ANY($2::text[]))`,
    [ids, usernames],
  );
  return rows.map((row) => ({ ...toAuthor(row), revision: row.revision }));
}
