import type { Trend } from "@newfeed/shared/contracts/dto.ts";
import { discoveryRoutes } from "@newfeed/shared/contracts/routes/discovery.ts";
import { queryRoutes } from "@newfeed/shared/contracts/routes/query.ts";
import { searchInternalRoutes, searchRoutes } from "@newfeed/shared/contracts/routes/search.ts";
import { implement } from "@newfeed/shared/http/implement.ts";
import { whileAwaited } from "@newfeed/shared/http/while-awaited.ts";
import type { Cache } from "@newfeed/shared/ports/cache.ts";
import type { Express } from "express";
import type { AggregateSource } from "./aggregate-source.ts";
import { postAggregate, postAggregates } from "./aggregates.ts";
import { cacheStatistics, invalidateCache } from "./cache-administration.ts";
import type { Kept } from "./kept.ts";
import { popularPosts } from "./popular/popular.ts";
import type { Ranking } from "./popular/ranking.ts";
import type { createReindexing } from "./search/indexing.ts";
import { searchPosts } from "./search/search.ts";
import type { Dictionary, SearchIndex } from "./search/search-index.ts";
import { searchTags } from "./search/tags.ts";
import type { ServiceClients } from "./service-clients.ts";
import type { Store } from "./store.ts";

export interface QueryRoutesOptions {
  source: AggregateSource;
  clients: ServiceClients;
  cache: Cache;
  store: Store;
  index: SearchIndex;
  dictionary: Dictionary;
  ranking: Ranking;
  trends: Pick<Kept<Trend[]>, "read">;
  reindex: ReturnType<typeof createReindexing>;
}

export function queryServiceRoutes(app: Express, from: QueryRoutesOptions): void {
  implement(app, queryRoutes, {
    postAggregate: ({ params }, { viewerId }) => postAggregate(from, viewerId, params.id),
    postAggregates: ({ query }, { viewerId }) => postAggregates(from, viewerId, query),
    invalidateCache: ({ body: { cacheKey = null } }, { user }) => invalidateCache(from, user, cacheKey),
    cacheStatistics: async (_input, { user }) => {
      const { keys, ...counts } = await cacheStatistics(from.cache, user);
      return { ...counts, keys: [...keys] };
    },
  });

  implement(app, discoveryRoutes, {
    popularPosts: async ({ query }, { viewerId }) => ({ data: await popularPosts(from, viewerId, query) }),
    trends: async ({ query }) => ({ data: (await from.trends.read()).slice(0, query.limit) }),
  });

  implement(app, searchRoutes, {
    search: whileAwaited(async ({ query: { type, ...query } }, { viewerId }) => {
      const isAsked = (section: typeof type) => type === undefined || type === section;
      const [posts, users, tags] = await Promise.all([
        isAsked("posts") ? searchPosts(from, viewerId, query) : null,
        isAsked("users") ? from.clients.usersNamed(viewerId, query) : null,
        isAsked("tags") ? searchTags(from, viewerId, query) : null,
      ]);
      return { posts, users, tags };
    }),
    searchPosts: whileAwaited(({ query }, { viewerId }) => searchPosts(from, viewerId, query)),
    searchPeople: ({ query }, { viewerId }) => from.clients.usersNamed(viewerId, query),
    searchTags: whileAwaited(({ query }, { viewerId }) => searchTags(from, viewerId, query)),
  });

  implement(app, searchInternalRoutes, { indexPosts: async ({ body }) => ({ indexed: await from.reindex(body.posts) }) });
}
