import type { Post } from "@newfeed/client";
import { foldLine, pollBounds, sameOption } from "@newfeed/shared/contracts/text.ts";

/** A poll while its post is written. `duration` in seconds. */
export interface PollDraft {
  options: readonly string[];
  duration: number;
}

const optionsOf = ({ options }: PollDraft): string[] => options.map(foldLine).filter(Boolean);

/** Whether a poll has options enough, and no two that are the same. */
export function isWhole(poll: PollDraft): boolean {
  const options = optionsOf(poll);
  return options.length >= pollBounds.options.min && new Set(options.map(sameOption)).size === options.length;
}

/** A poll as it is sent, without the fields that stayed empty. */
export const newPoll = (poll: PollDraft) => ({ options: optionsOf(poll), duration: poll.duration });

/** A poll that is on its way. */
export const pendingPoll = (poll: { options: string[]; duration?: number } | null | undefined): Post["poll"] =>
  poll
    ? { options: poll.options.map((text) => ({ text, votes: 0 })), votes: 0, duration: poll.duration ?? 0, endsAt: null, closed: false, myVote: null }
    : null;

/** A post with other counts of votes. */
export const withVotes =
  (votes: readonly number[]) =>
  ({ poll }: Post): Partial<Post> =>
    poll ? { poll: { ...poll, options: poll.options.map(({ text }, at) => ({ text, votes: votes[at] ?? 0 })), votes: votes.reduce((a, b) => a + b, 0) } } : {};
