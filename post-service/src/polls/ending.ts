import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { asPostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { batchOf, type Job, scheduleJobs } from "@newfeed/shared/jobs/job.ts";
import type { TimedJob } from "@newfeed/shared/jobs/timed-jobs.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import { findEnded, findEndedPoll, findVoters, noteEnded } from "./ending-store.ts";

/** Users whom one event names. */
const namedAtOnce = 100;

/** Has the author of an ended poll be told, and those who voted, some at a time. */
export const tellOfEndedPoll: Job<Transaction> = {
  name: "tell-of-ended-poll",
  async batch(subject, after, limit, { query, enqueue }) {
    const postId = asPostId(subject);
    const atOnce = Math.min(limit, namedAtOnce);
    const post = await findEndedPoll(query, postId);
    if (!post) return { rows: 0, next: null };
    const voters = await findVoters(query, postId, after, atOnce);
    const { authorId, visibility, revision } = post;
    const tell = (actorId: UserId | null, userIds: UserId[]): NewEvent[] =>
      userIds.length > 0
        ? [{ type: "poll.ended", aggregate: { id: postId, revision }, actorId, data: { postId, postAuthorId: authorId, visibility, userIds } }]
        : [];
    await enqueue(...(after === null ? tell(null, [authorId]) : []), ...tell(authorId, voters));
    return batchOf(voters, atOnce);
  },
};

/** Notes once of each poll that it has ended, and has it told. */
export const pollEnding: TimedJob = {
  name: "end-polls",
  due: findEnded,
  async run(rows, { query }) {
    const ended = await noteEnded(
      query,
      rows.map(({ id }) => asPostId(id)),
    );
    await scheduleJobs(query, tellOfEndedPoll.name, ended);
  },
};
