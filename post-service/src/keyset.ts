import type { Window } from "@newfeed/shared/store/cursors.ts";

/** SQL: who looks, parameter 1 of every list. */
export const viewer = "$1::uuid";

/**
 * Where a list begins and how it is sorted, by time and id: parameters 2 and 3. A list from its beginning starts beyond
 * every time and id, so that it is the same statement.
 */
export function keyset({ before, after }: Pick<Window, "before" | "after">) {
  const [comparison, direction] = after ? [">", "ASC"] : ["<", "DESC"];
  const from = after ?? before;
  return {
    position: [from?.at ?? "infinity", from?.id ?? "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    within: (at: string, id = "p.id") => `(${at}, ${id}) ${comparison} ($2::timestamptz, $3::uuid)`,
    order: (at: string, id = "p.id") => `ORDER BY ${at} ${direction}, ${id} ${direction}`,
  };
}
