import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createSecondCopy } from "@newfeed/shared/runtime/second-copy.ts";
import { createAggregateSource } from "./aggregate-source.ts";
import { createHandlers } from "./handlers.ts";
import { createKept } from "./kept.ts";
import { createRanking } from "./popular/ranking.ts";
import { createPopularityStore, popularityOperationsOn } from "./popular/store.ts";
import { type Keepers, readModels, sourcesOf } from "./read-models.ts";
import { rebuildJob } from "./rebuild/jobs.ts";
import { createRebuildRequests } from "./rebuild/store.ts";
import { queryServiceRoutes } from "./routes.ts";
import { openSearchEngine } from "./search/engine/engine.ts";
import { createIndexing, createReindexing, type IndexIn, indexingJob, indexPosts, publishedPosts } from "./search/indexing.ts";
import { createIndexStore, indexOperationsOn } from "./search/store.ts";
import { createServiceClients } from "./service-clients.ts";
import { createStore } from "./store.ts";
import { createTrendStore, usesIn } from "./trends/store.ts";
import { taggedPostsOf } from "./trends/uses.ts";

const migrations = new URL("../prisma/migrations/", import.meta.url);

/** The read side: aggregates of what other services own, the search, what is popular, and trends. */
export const queryService: ServiceDefinition = {
  name: "query-service",
  migrations,
  async start({ platform, logger, database, wake, callService, app }) {
    const cache = await platform.openCache();
    const clients = createServiceClients(callService);
    const source = createAggregateSource({ cache, clients });
    const store = createStore(database, wake);
    const popularity = createPopularityStore(database);
    const trendStore = createTrendStore(database);
    const ranking = createRanking(cache, popularity);
    const trends = createKept(cache, "trends", async () => {
      await trendStore.fade(new Date());
      return trendStore.top();
    });
    const { request } = createRebuildRequests(database.query);
    const engine = await openSearchEngine(platform.config, { database, requestRebuild: request, logger, metrics: platform.metrics });
    const indexIn: IndexIn = (transaction) => indexOperationsOn(transaction, engine !== undefined);
    const dictionary = createIndexStore(database, { hasEngine: engine !== undefined });
    const index = engine?.index(dictionary) ?? dictionary;
    const accountAgeHours = platform.config.trendsAccountAgeHours;
    const keepers: Keepers = {
      posts: [
        indexPosts(indexIn),
        (transaction, posts) =>
          popularityOperationsOn(transaction).savePage(posts.map(({ id, revision, visibility }) => ({ id, revision, isPublic: visibility === "public" }))),
        async (transaction, posts) => {
          const now = new Date();
          await usesIn(transaction).saveUses(taggedPostsOf(posts, { now: now.getTime(), accountAgeHours }), now);
        },
      ],
      reactions: (transaction, reactions, now) => popularityOperationsOn(transaction).saveReactions(reactions, now),
    };
    const ownCopy = createSecondCopy(database, migrations, readModels);
    await ownCopy.migrate();
    const reindex = createReindexing(dictionary, clients);
    const copy = engine?.copy(ownCopy) ?? ownCopy;
    return {
      handle: app((routes) => queryServiceRoutes(routes, { source, clients, cache, store, index, dictionary, ranking, trends, reindex }), engine?.checks),
      handleEvents: createHandlers({
        forget: source.forget,
        forgetPopular: ranking.forget,
        forgetTrends: trends.forget,
        indexIn,
        accountAgeHours,
      }),
      housekeeping: [
        indexingJob(createIndexing(dictionary, publishedPosts(clients, indexPosts(indexIn)))),
        ...dictionary.retention,
        ...popularity.retention,
        ...trendStore.retention,
      ],
      jobs: [rebuildJob(copy, sourcesOf(clients, keepers))],
      close: async () => engine?.close(),
    };
  },
};
