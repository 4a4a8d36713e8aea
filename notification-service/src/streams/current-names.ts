import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { findGone, readAuthors } from "@newfeed/shared/projections/authors.ts";
import type { Entry } from "./log.ts";

/** Under what an entry of a post's stream shows something that has an author. */
const kinds = ["comment", "post"] as const;

function authored({ data }: Entry): { kind: (typeof kinds)[number]; authorId: Author["id"] } | undefined {
  for (const kind of kinds) {
    const authorId = (data[kind] as { author?: Author | null } | undefined)?.author?.id;
    if (authorId) return { kind, authorId };
  }
  return undefined;
}

/**
 * Entries under the names that their authors have now: a replay must not show a name that was given up, nor what a deleted user
 * wrote and is still to be removed.
 */
export async function withCurrentNames(query: Query, entries: readonly Entry[]): Promise<Entry[]> {
  const ids = entries.flatMap((entry) => authored(entry)?.authorId ?? []);
  const authors = await readAuthors(query, ids);
  const gone = await findGone(
    query,
    ids.filter((id) => !authors.has(id)),
  );
  return entries.map((entry) => {
    const shown = authored(entry);
    if (shown && gone.has(shown.authorId)) return { ...entry, type: "blank", actorId: null, data: {} };
    const author = shown && authors.get(shown.authorId);
    return author ? { ...entry, data: { ...entry.data, [shown.kind]: { ...(entry.data[shown.kind] as object), author } } } : entry;
  });
}
