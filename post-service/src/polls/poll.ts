import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import type { NewPoll, Poll } from "@newfeed/shared/contracts/poll.ts";
import { pollBounds } from "@newfeed/shared/contracts/text.ts";

/** A poll as it is stored in its post; `endsAt` as JSON has it. */
export type StoredPoll = Omit<Poll, "options" | "votes"> & { options: string[]; votes: number[] };

export const toPoll = ({ options, votes, duration, endsAt, closed, myVote }: StoredPoll): Poll => ({
  options: options.map((text, at) => ({ text, votes: votes[at] ?? 0 })),
  votes: votes.reduce((sum, count) => sum + count, 0),
  duration,
  endsAt: endsAt && new Date(endsAt).toISOString(),
  closed,
  myVote,
});

/** A poll with other counts. */
export const withVotes = (poll: Poll, votes: readonly number[]): Poll => ({
  ...poll,
  options: poll.options.map(({ text }, at) => ({ text, votes: votes[at] ?? 0 })),
  votes: votes.reduce((sum, count) => sum + count, 0),
});

/** What is stored of a new poll. `endsAt`: null where it follows from the publication. */
export interface PollTerms {
  options: string[];
  duration: number;
  endsAt: Date | null;
}

/** Throws `validation_failed` for an end that is too early or too late, and one of a post that is not published. */
export function termsOf({ options, duration, endsAt }: NewPoll, isPublished: boolean): PollTerms {
  if (duration !== undefined) return { options, duration, endsAt: null };
  const { min, max } = pollBounds.seconds;
  const end = new Date(endsAt ?? 0);
  const seconds = Math.round((end.getTime() - Date.now()) / 1000);
  if (!isPublished) throw invalidField("poll.endsAt", "is for posts that are published at once: give a duration");
  if (seconds < min || seconds > max) throw invalidField("poll.endsAt", "must be from five minutes to 30 days ahead");
  return { options, duration: seconds, endsAt: end };
}

/** Whether these are the terms of a poll as it is. */
export const isSamePoll = (poll: Poll | null, terms: PollTerms | null): boolean =>
  poll === null || terms === null
    ? poll === terms
    : poll.options.length === terms.options.length &&
      poll.options.every(({ text }, at) => text === terms.options[at]) &&
      (terms.endsAt === null ? poll.duration === terms.duration : poll.endsAt === terms.endsAt.toISOString());
