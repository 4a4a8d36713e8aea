import type { ReadModel } from "@newfeed/shared/ports/second-copy.ts";
import { type KeepReactions, pastReactions } from "./popular/past.ts";
import type { Source } from "./rebuild/jobs.ts";
import { type KeepPosts, publishedPosts } from "./search/indexing.ts";
import type { ServiceClients } from "./service-clients.ts";
import { lastRevision } from "./trends/uses.ts";

/** The tables that a rebuild builds anew. */
export const readModels: readonly ReadModel[] = [
  { table: "indexed_post", kept: "deleted" },
  { table: "spelling" },
  { table: "engine_change" },
  { table: "reaction", kept: "NOT active" },
  { table: "popularity_hour" },
  { table: "popularity", kept: "deleted" },
  { table: "tagged_post", kept: `revision = ${lastRevision}` },
  { table: "tag_use" },
  { table: "trend_hour" },
  { table: "trend" },
];

/** What the read models make of what pages have, as they do of events. */
export interface Keepers {
  posts: readonly KeepPosts[];
  reactions: KeepReactions;
}

/** What they are filled from, beside events. Posts come last: they say which of those with reactions are public. */
export const sourcesOf = (clients: ServiceClients, { posts, reactions }: Keepers): readonly Source[] => [
  ...pastReactions(clients, reactions),
  publishedPosts(clients, async (transaction, page) => {
    for (const keep of posts) await keep(transaction, page);
  }),
];
