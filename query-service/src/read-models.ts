import type { ReadModel } from "@newfeed/shared/ports/second-copy.ts";
import type { Source } from "./rebuild/jobs.ts";
import { type IndexIn, publishedPosts } from "./search/indexing.ts";
import type { ServiceClients } from "./service-clients.ts";

/** The tables that a rebuild builds anew. */
export const readModels: readonly ReadModel[] = [{ table: "indexed_post", kept: "deleted" }, { table: "spelling" }, { table: "engine_change" }];

/** What they are filled from, beside events. */
export const sourcesOf = (clients: ServiceClients, indexIn: IndexIn): readonly Source[] => [publishedPosts(clients, indexIn)];
