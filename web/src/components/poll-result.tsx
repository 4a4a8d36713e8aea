import type { Poll } from "@newfeed/client";
import { Check } from "lucide-react";
import { type Ref, useEffect, useState } from "react";
import { refetchPost } from "../data/posts.ts";
import { t } from "../texts/account.ts";
import { useLanguage } from "../texts/texts.ts";
import { durationIn } from "./durations.ts";
import { useDates } from "./time.tsx";
import "./poll.css";

/** What a timer of a browser holds. */
const longestTimerMs = 2 ** 31 - 1;

/** Whether the poll has ended, from that moment on: then what is shown is fetched again. */
export function useEnded({ id, poll }: { id: string; poll: Poll }): boolean {
  const [hasPassed, setPassed] = useState(false);
  const { closed, endsAt } = poll;
  useEffect(() => {
    const left = closed || endsAt === null ? Number.POSITIVE_INFINITY : Date.parse(endsAt) - Date.now();
    if (left > longestTimerMs) return;
    const timer = setTimeout(() => {
      setPassed(true);
      void refetchPost(id);
    }, left + 1_000);
    return () => clearTimeout(timer);
  }, [id, closed, endsAt]);
  return closed || hasPassed;
}

/** How many have voted, and when the poll ends. */
export function PollFacts({ poll: { votes, endsAt, duration }, ended }: { poll: Poll; ended: boolean }) {
  const dates = useDates();
  const language = useLanguage();
  const end = endsAt === null ? t.poll.lasts(durationIn(language, duration)) : (ended ? t.poll.ended : t.poll.until)(dates.dayAndTime(endsAt));
  return (
    <span className="poll__facts">
      {t.poll.votes(votes)} · {end}
    </span>
  );
}

/** What was voted for. */
export const PollResult = ({ poll: { options, votes: all, myVote }, list }: { poll: Poll; list?: Ref<HTMLUListElement> }) => (
  <ul ref={list} className="poll__options" aria-label={t.poll.result} tabIndex={list ? -1 : undefined}>
    {options.map(({ text, votes }, at) => (
      <Result key={text} text={text} votes={votes} all={all} isMine={myVote === at} />
    ))}
  </ul>
);

function Result({ text, votes, all, isMine }: { text: string; votes: number; all: number; isMine: boolean }) {
  const language = useLanguage();
  const share = new Intl.NumberFormat(language, { style: "percent" }).format(all === 0 ? 0 : votes / all);
  return (
    <li className="poll__option poll__option--result" data-mine={isMine || undefined}>
      <span className="poll__bar" style={{ inlineSize: `${all === 0 ? 0 : (100 * votes) / all}%` }} />
      <bdi>{text}</bdi>
      {isMine && (
        <>
          <Check size={17} aria-hidden />
          <span className="visually-hidden">({t.poll.yourVote})</span>
        </>
      )}
      <span className="poll__share">
        {share}
        <span className="visually-hidden">, {t.poll.votes(votes)}</span>
      </span>
    </li>
  );
}
