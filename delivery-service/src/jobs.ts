import { batchOf, type Job } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { mailRemovals, removeNextMails } from "./mails/mail-store.ts";
import { removeNextOutcomes, removeNextPushes } from "./push/push-store.ts";
import { removalNames, removeNext } from "./webhooks/store.ts";

/** They remove what the webhook that is their subject was told. */
const webhookJobs = removalNames.map(
  (name): Job<{ query: Query }> => ({
    name,
    batch: async (subject, after, limit, { query }) => batchOf(await removeNext(query, name, subject, after, limit), limit),
  }),
);

/** Removes what the deleted user who is its subject was to get. */
export const removePushes: Job<{ query: Query }> = {
  name: "remove-pushes",
  batch: async (subject, after, limit, { query }) => batchOf(await removeNextPushes(query, subject, after, limit), limit),
};

/** Removes what became of it. */
export const removePushOutcomes: Job<{ query: Query }> = {
  name: "remove-push-outcomes",
  batch: async (subject, after, limit, { query }) => batchOf(await removeNextOutcomes(query, subject, after, limit), limit),
};

/** They remove what was mailed to the deleted user who is their subject, or was to be. */
export const mailJobs = mailRemovals.map(
  (name): Job<{ query: Query }> => ({
    name,
    batch: async (subject, after, limit, { query }) => batchOf(await removeNextMails(query, name, subject, after, limit), limit),
  }),
);

export const jobs = [...webhookJobs, removePushes, removePushOutcomes, ...mailJobs];
