import type { Author } from "@newfeed/shared/contracts/dto.ts";
import { limitOf, type Window } from "@newfeed/shared/http/cursors.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { blocked, toAuthor, type UserRow, userColumns } from "./user-row.ts";

/** A row of a list, with its place in that list. */
export interface ListedRow extends UserRow {
  key_at: Date;
  key_id: string;
}

/** The viewer is parameter 1 of every query here that has one. */
const viewer = "$1::uuid";
/** Whoever was blocked does not see the blocker; the blocker sees the profile, to know and to lift the block. */
const visible = `NOT ${blocked("p.id", viewer)}`;
/** In lists neither sees the other. */
const listable = `${visible} AND NOT ${blocked(viewer, "p.id")}`;

/** A list of users `p`: where they come from, and the time and id that sort them. `where` has its subject as parameter 4. */
interface Source {
  from: string;
  where: string;
  at: string;
  id: string;
  /** No index has it in order. */
  sorted: boolean;
}
const related = (table: string, listed: string, subject: string): Source => ({
  from: `${table} r JOIN profile p ON p.id = r.${listed}`,
  where: `r.${subject} = $4::uuid AND r.active`,
  at: "r.changed_at",
  id: "r.id",
  sorted: false,
});
const beginning = "LIKE lower($4)";
const found: Source = {
  from: "profile p",
  where: `(lower(p.username) ${beginning} OR lower(p.full_name) ${beginning})`,
  at: "p.created_at",
  id: "p.id",
  sorted: true,
};

function list(query: Query, viewerId: string | null, { from, where, at, id, sorted }: Source, subject: string, window: Window, shown = listable) {
  const [comparison, direction] = window.after ? [">", "ASC"] : ["<", "DESC"];
  const start = window.after ?? window.before;
  const order = `ORDER BY key_at ${direction}, key_id ${direction}`;
  const candidates = `SELECT p.*, ${at} AS key_at, ${id} AS key_id FROM ${from} WHERE ${where} AND NOT p.deleted AND (${at}, ${id}) ${comparison} ($2::timestamptz, $3::uuid)`;
  // What no index has in order is sorted first (`OFFSET 0`), so that who may be listed is asked only of those that the page comes to.
  const listed = sorted ? `SELECT p.* FROM (${candidates} ${order} OFFSET 0) p WHERE ${shown}` : `${candidates} AND ${shown}`;
  // Cut next: what the page shows of each user is then looked up for these alone, however many a list or the viewer has.
  return query<ListedRow>(
    `SELECT ${userColumns(viewer)}, p.key_at, p.key_id FROM (${listed} ${order} ${limitOf(window)}) p ${order}`,
    // A list from its beginning starts beyond every time and id, so that it is the same statement.
    [viewerId, start?.at ?? "infinity", start?.id ?? "ffffffff-ffff-ffff-ffff-ffffffffffff", subject],
  );
}

export const followersOf = (query: Query, viewerId: string | null, userId: string, window: Window) =>
  list(query, viewerId, related("follow", "follower_id", "followee_id"), userId, window);

export const followedBy = (query: Query, viewerId: string | null, userId: string, window: Window) =>
  list(query, viewerId, related("follow", "followee_id", "follower_id"), userId, window);

/** Whom a user has blocked; nobody else is told. */
export const blockedBy = (query: Query, userId: string, window: Window) =>
  list(query, userId, related("block", "blocked_id", "blocker_id"), userId, window, "true");

/** Users whose username or full name begins with this text, without regard to case. */
export const searchUsers = (query: Query, viewerId: string | null, text: string, window: Window) =>
  list(query, viewerId, found, `${text.replace(/[\\%_]/g, "\\$&")}%`, window);

/** One profile as the viewer may see it. */
export async function findUser(query: Query, viewerId: string | null, by: { id: string } | { username: string }): Promise<UserRow | undefined> {
  const [condition, value] = "id" in by ? ["p.id = $2::uuid", by.id] : ["lower(p.username) = lower($2)", by.username];
  // The newest: of two users of one name, the older one has just been deleted. (Sorted by id, the planner would walk the primary key.)
  const [row] = await query<UserRow>(
    `SELECT ${userColumns(viewer)} FROM (SELECT p.* FROM profile p WHERE ${condition} AND NOT p.deleted AND ${visible} ORDER BY p.created_at DESC LIMIT 1) p`,
    [viewerId, value],
  );
  return row;
}

/** Snapshots by id and by username (in lower case); unknown and deleted users are left out. */
export async function authorsBy(query: Query, ids: readonly string[], usernames: readonly string[]): Promise<(Author & { revision: number })[]> {
  const rows = await query<UserRow>(
    `SELECT id, username, full_name, avatar_url, revision FROM profile
     WHERE NOT deleted AND (id = ANY($1::uuid[]) OR lower(username) = ANY($2::text[]))`,
    [ids, usernames],
  );
  return rows.map((row) => ({ ...toAuthor(row), revision: row.revision }));
}
