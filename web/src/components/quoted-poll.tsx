import type { Poll } from "@newfeed/client";
import { ChartBarBig } from "lucide-react";
import { t } from "../texts/account.ts";
import { PollFacts, PollResult, useEnded } from "./poll-result.tsx";

export interface QuotedPollProps {
  id: string;
  poll: Poll;
}

/** The poll of a quoted post: its options, or its result where its own page shows that at once. Votes are made there. */
export function QuotedPoll({ id, poll }: QuotedPollProps) {
  const ended = useEnded({ id, poll });
  // Of a post that came live only, the vote is not known.
  const hasVoted = (poll.myVote ?? null) !== null;
  return (
    <div className="quoted__poll">
      <span className="poll__facts">
        <ChartBarBig size={15} aria-hidden /> {t.poll.label}
      </span>
      {hasVoted || ended ? (
        <PollResult poll={poll} />
      ) : (
        <ul className="poll__options">
          {poll.options.map(({ text }) => (
            <li key={text} className="poll__option">
              <bdi>{text}</bdi>
            </li>
          ))}
        </ul>
      )}
      <PollFacts poll={poll} ended={ended} />
    </div>
  );
}
