import { queryRoutes } from "@newfeed/shared/contracts/routes/query.ts";
import { implement } from "@newfeed/shared/http/implement.ts";
import type { Cache } from "@newfeed/shared/ports/cache.ts";
import type { Express } from "express";
import type { AggregateSource } from "./aggregate-source.ts";
import { postAggregate, postAggregates } from "./aggregates.ts";
import { cacheStatistics, invalidateCache } from "./cache-administration.ts";
import type { ServiceClients } from "./service-clients.ts";
import type { Store } from "./store.ts";

export interface QueryRoutesOptions {
  source: AggregateSource;
  clients: ServiceClients;
  cache: Cache;
  store: Store;
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
}
