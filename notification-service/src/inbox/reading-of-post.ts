import { asNotificationId, asPostId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { batchOf, type Job } from "@newfeed/shared/jobs/job.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import type { Appended } from "../streams/log.ts";
import { append } from "../streams/log-store.ts";
import { readEvents } from "./notification-events.ts";
import { markReadAboutPost } from "./notification-store.ts";

/**
 * Marks what is about a post as read in a user's inbox (`<user> <post>`), the newest first: what comes meanwhile is newer. Each
 * batch appends the ids for the user's devices.
 */
export const readingOfPost: Job<Pick<Transaction, "query" | "enqueue"> & { appended: (entries: readonly Appended[]) => void }> = {
  name: "read-notifications-about-post",
  async batch(subject, after, limit, { query, enqueue, appended }) {
    const [userId = subject, postId = subject] = subject.split(" ");
    const owner = asUserId(userId);
    const { ids, changed, unreadCount } = await markReadAboutPost(query, owner, asPostId(postId), after === null ? null : asNotificationId(after), limit);
    if (changed) {
      await enqueue(...(await readEvents(query, owner, ids, async () => new Date())));
      appended(
        await append(query, [
          {
            stream: streamOf.user(owner),
            type: "notification_read",
            aggregate: { type: "inbox", id: owner },
            actorId: null,
            revision: 1,
            data: { ids, unreadCount },
          },
        ]),
      );
    }
    return batchOf(ids, limit);
  },
};
