import { batchOf, type Job } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { removalNames, removeNext } from "./webhooks/store.ts";

/** They remove what the webhook that is their subject was told. */
export const jobs = removalNames.map(
  (name): Job<{ query: Query }> => ({
    name,
    batch: async (subject, after, limit, { query }) => batchOf(await removeNext(query, name, subject, after, limit), limit),
  }),
);
