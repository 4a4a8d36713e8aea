import { aiInternalRoutes } from "@newfeed/shared/contracts/routes/ai.ts";
import { mediaInternalRoutes } from "@newfeed/shared/contracts/routes/media.ts";
import { userInternalRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { createMediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { ownOriginsOf } from "@newfeed/shared/runtime/config.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createSharedAnswers } from "@newfeed/shared/runtime/shared-answers.ts";
import { noLinkCards, startLinkCards } from "./cards/cards.ts";
import { readCard } from "./cards/read-card.ts";
import { createRenewalJob } from "./cards/renewal.ts";
import { createCardStore } from "./cards/store.ts";
import { createCategoryStore } from "./categories/store.ts";
import { createDraftStore } from "./drafts/store.ts";
import { createFeedStore, feedsUnderModeration } from "./feeds/store.ts";
import { createHandlers } from "./handlers.ts";
import { postJobs, userJobs } from "./jobs.ts";
import { pollEnding, tellOfEndedPoll } from "./polls/ending.ts";
import { requireAuthor } from "./posts/author.ts";
import { createKeptStore } from "./posts/kept-store.ts";
import { createModeration } from "./posts/moderation.ts";
import { createPrivacyJob } from "./posts/privacy.ts";
import { createPublishing } from "./posts/publishing.ts";
import { createPostStore } from "./posts/store.ts";
import { postServiceRoutes } from "./routes.ts";
import { createSummaryStore } from "./summaries/store.ts";
import { noSummaries, startSummaries } from "./summaries/summaries.ts";
import { createTagStore } from "./tags/store.ts";

/** Posts, their likes, reposts and bookmarks, tags, who may see them, and the feeds. */
export const postService: ServiceDefinition = {
  name: "post-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform, logger, database, afterCommits, wake, callService, app }) {
    const { linkPreviews, summaries: summarises, followersForFanOut, moderationMode } = platform.config;
    const urls = createMediaUrls(platform.config.mediaBases);
    const posts = createPostStore(database, wake, urls);
    const kept = createKeptStore(database);
    const feeds = createFeedStore(database);
    const tags = createTagStore(database);
    const categories = createCategoryStore(database);
    const cardStore = createCardStore(database);
    const ownOrigins = ownOriginsOf(platform.config);
    const cards = linkPreviews
      ? startLinkCards({
          store: cardStore,
          limiter: platform.limiter,
          read: (url, signal) => readCard(platform.fetchOutside, ownOrigins, url, signal),
          failed: (error) => logger.warn("cards of links wait for the database", { error }),
        })
      : noLinkCards;
    const summaryStore = createSummaryStore(database, wake, urls);
    const summaries = summarises
      ? startSummaries({
          store: summaryStore,
          write: async (text, signal) => (await callService(aiInternalRoutes.writeSummary, { body: text }, { signal })).summary,
          failed: (error) => logger.warn("summaries wait for the database", { error }),
        })
      : noSummaries;
    const drafts = createDraftStore(database);
    const visitorAnswers = createSharedAnswers();
    afterCommits(visitorAnswers.forget);
    const privacyJob = createPrivacyJob(urls);
    return {
      handle: app((routes) =>
        postServiceRoutes(routes, {
          posts,
          kept,
          feeds,
          tags,
          categories,
          cards,
          drafts,
          urls,
          moderationMode,
          visitorAnswers,
          requireAuthor: (userId) =>
            requireAuthor(database.query, userId, async (ids) => (await callService(userInternalRoutes.authors, { body: { ids, usernames: [] } })).authors),
          requireUser: (id) => callService(userInternalRoutes.visibleUser, { params: { id }, query: {} }),
          attachMedia: (claim) => callService(mediaInternalRoutes.attachMedia, { body: claim }),
        }),
      ),
      handleEvents: createHandlers({
        moderate: createModeration(urls, feedsUnderModeration(followersForFanOut)),
        followersForFanOut,
        privacyJob,
        cards,
        summaries,
      }),
      housekeeping: [
        ...posts.retention,
        ...kept.retention,
        ...feeds.retention,
        ...tags.retention,
        ...cardStore.retention(linkPreviews),
        ...summaryStore.retention(summarises),
      ],
      jobs: [...userJobs, ...postJobs, tellOfEndedPoll, privacyJob, createRenewalJob(urls)],
      timedJobs: [createPublishing(urls, moderationMode), pollEnding],
      async close() {
        await Promise.all([cards.close(), summaries.close(), posts.close()]);
      },
    };
  },
};
