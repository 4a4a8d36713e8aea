import type { Query } from "@newfeed/shared/ports/database.ts";

/**
 * Gives an account a role, or takes it away. Its next access token says so: at the next sign-in or refresh, 15 minutes
 * from now at the latest. False when there is no account of that name.
 */
export async function setRole(query: Query, username: string, role: "admin", granted: boolean): Promise<boolean> {
  const rows = await query(
    `UPDATE account SET roles = CASE WHEN $3 THEN array_append(array_remove(roles, $2), $2) ELSE array_remove(roles, $2) END, revision = revision + 1
     WHERE lower(username) = lower($1) RETURNING 1`,
    [username, role, granted],
  );
  return rows.length > 0;
}
