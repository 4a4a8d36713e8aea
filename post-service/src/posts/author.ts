import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { ensureAuthors, type FetchAuthors } from "@newfeed/shared/projections/authors.ts";

/** Throws `unauthenticated`: a token may outlive its account by moments. */
export const accountGone = () => new Problem("unauthenticated", { internal: "the account is gone" });

/** Makes sure that a user's names are here before they write, also right after sign-up. Throws `unauthenticated`. */
export async function requireAuthor(query: Query, userId: UserId, fetchAuthors: FetchAuthors): Promise<void> {
  const authors = await ensureAuthors(query, [userId], fetchAuthors);
  if (!authors.has(userId)) throw accountGone();
}
