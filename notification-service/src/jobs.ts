import { asNotificationId, asPostId, asUserId, type NotificationId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Job } from "@newfeed/shared/jobs/job.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { type HousekeepingJob, inOrder } from "@newfeed/shared/ports/housekeeping.ts";
import { bellJobs } from "./bells/bell-store.ts";
import { newPostOf } from "./bells/new-posts.ts";
import { createInboxBatch, type InboxBatch } from "./inbox/inbox-batch.ts";
import { mutesOfPost, mutesOfUser } from "./inbox/post-mute-store.ts";
import { readingOfPost } from "./inbox/reading-of-post.ts";
import {
  nextAboutPost,
  nextGroupsOf,
  nextOfInbox,
  nextOld,
  nextUngroupedOf,
  notifiedPosts,
  removeNextActors,
  removeNextComments,
} from "./inbox/removal-store.ts";
import { actorsOfNotification, commentsOfNotification } from "./inbox/store.ts";
import type { Appended } from "./streams/log.ts";
import { append } from "./streams/log-store.ts";

/** A job on inboxes: its first batch is a part of the batch of events that begins it. */
type InboxJob = Job<{ query: Query; inbox: InboxBatch }>;

/** Removes a deleted user's inbox. */
const inboxOfUser: InboxJob = {
  name: "remove-inbox-of-user",
  async batch(subject, after, limit, { query, inbox }) {
    const userId = asUserId(subject);
    const { ids, batch } = await nextOfInbox(query, userId, after, limit);
    await inbox.forget(userId, ids);
    return batch;
  },
};

/** Of whom, and in whose inbox: `<actor>` in all, `<actor> <user>` in that user's. */
function betweenOf(subject: string): { actorId: UserId; userId: UserId | null } {
  const [actorId = subject, userId] = subject.split(" ");
  return { actorId: asUserId(actorId), userId: userId === undefined ? null : asUserId(userId) };
}

/** Removes what a user did, and no other with them. */
const notificationsByUser: InboxJob = {
  name: "remove-notifications-by-user",
  async batch(subject, after, limit, { query, inbox }) {
    const { actorId, userId } = betweenOf(subject);
    const { ids, batch } = await nextUngroupedOf(query, actorId, userId, after, limit);
    await inbox.remove(ids, userId !== null);
    return batch;
  },
};

/** Takes a user out of groups. */
const groupsOfUser: InboxJob = {
  name: "leave-groups-of-user",
  async batch(subject, after, limit, { query, inbox }) {
    const { actorId, userId } = betweenOf(subject);
    const { ids, batch } = await nextGroupsOf(query, actorId, userId, after, limit);
    await inbox.leaveGroups(actorId, ids, userId !== null);
    return batch;
  },
};

/** What a block begins, with `<actor> <user>` in both directions. */
export const blockJobs: readonly InboxJob[] = [notificationsByUser, groupsOfUser];
/** What the deletion of a user begins. */
export const userJobs: readonly InboxJob[] = [inboxOfUser, ...blockJobs];

/** Removes what is about a deleted post from all inboxes. */
export const notificationsAboutPost: InboxJob = {
  name: "remove-notifications-about-post",
  async batch(subject, after, limit, { query, inbox }) {
    const { ids, batch } = await nextAboutPost(query, asPostId(subject), after, limit);
    await inbox.remove(ids);
    return batch;
  },
  having: (subjects, { query }) => notifiedPosts(query, subjects.map(asPostId)),
};

/** Nobody sees them any more. */
const actorsUnderNotification: Job = {
  name: actorsOfNotification,
  batch: (subject, after, limit, { query }) => removeNextActors(query, asNotificationId(subject), after, limit),
};

const commentsUnderNotification: Job = {
  name: commentsOfNotification,
  batch: (subject, after, limit, { query }) => removeNextComments(query, asNotificationId(subject), after, limit),
};

/** Called after the commit of a batch with what it has appended to the streams of inboxes. */
type OnAppended = (entries: readonly Appended[]) => void;

/** All jobs. */
export const createJobs = (appended: OnAppended): readonly Job[] => [
  ...[...userJobs, notificationsAboutPost, newPostOf].map(
    ({ name, batch }): Job => ({
      name,
      async batch(subject, after, limit, { query, enqueue, afterCommit }) {
        const inbox = createInboxBatch(query);
        const done = await batch(subject, after, limit, { query, inbox });
        const { entries, events } = await inbox.flush();
        if (events.length > 0) await enqueue(...events);
        const written = await append(query, entries);
        afterCommit(() => appended(written));
        return done;
      },
    }),
  ),
  actorsUnderNotification,
  commentsUnderNotification,
  mutesOfUser,
  mutesOfPost,
  ...bellJobs,
  {
    name: readingOfPost.name,
    batch: (subject, after, limit, { query, enqueue, afterCommit }) =>
      readingOfPost.batch(subject, after, limit, { query, enqueue, appended: (entries) => afterCommit(() => appended(entries)) }),
  },
];

/** Notifications of one transaction. */
const oldAtOnce = 500;

/**
 * Removes notifications that have not changed for so many days, the oldest first: their pages may be open somewhere. Within a
 * run it goes on where the last batch ended.
 */
export function oldNotifications(database: Pick<Database, "transaction">, days: number, appended: OnAppended): HousekeepingJob {
  let from: NotificationId | null = null;
  return {
    name: "old_notifications",
    async runSome() {
      const { ids, entries } = await inOrder(database, async (query) => {
        const ids = await nextOld(query, days, from, oldAtOnce);
        const inbox = createInboxBatch(query);
        await inbox.remove(ids);
        // Nothing of what is this old is shown outside any more.
        const { entries } = await inbox.flush();
        return { ids, entries: await append(query, entries) };
      });
      appended(entries);
      from = ids.at(-1) ?? null;
      return ids.length;
    },
  };
}
