import type { Poll, Post } from "@newfeed/client";
import { Check } from "lucide-react";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { client } from "../data/client.ts";
import { useSignInFor } from "../data/intent.ts";
import { patchPost, refetchPost } from "../data/posts.ts";
import { useMe } from "../data/session.ts";
import { t } from "../texts/account.ts";
import { useLanguage } from "../texts/texts.ts";
import { announce } from "./announce.ts";
import { durationIn } from "./durations.ts";
import { useDates } from "./time.tsx";
import { showProblem } from "./toasts.tsx";
import "./poll.css";

export interface PostPollProps {
  post: Post & { poll: Poll };
  pending: boolean;
}

/** What a timer of a browser holds. */
const longestTimerMs = 2 ** 31 - 1;

/** Whether the poll has ended, from that moment on: then what is shown is fetched again. */
function useEnded({ id, poll }: PostPollProps["post"]): boolean {
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

/** A poll: its options until the reader votes, and its result afterwards, after its end, or when they ask for it. */
export function PostPoll({ post, pending }: PostPollProps) {
  const { id, poll } = post;
  const me = useMe();
  const dates = useDates();
  const language = useLanguage();
  const ended = useEnded(post);
  const [isPeeking, setPeeking] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);
  const [problem, setProblem] = useState("");
  const [isSending, setSending] = useState(false);
  const result = useRef<HTMLUListElement>(null);
  const takesFocus = useRef(false);
  const name = useId();
  const signIn = useSignInFor(`vote:${id}`, `/posts/${id}`);
  // A live event, which is the same for all, does not say it.
  const myVote = poll.myVote ?? null;
  const mayVote = myVote === null && !ended && !pending && poll.endsAt !== null;
  const showsResult = !mayVote || isPeeking;
  useEffect(() => {
    // The button that was pressed is gone.
    if (showsResult && takesFocus.current) result.current?.focus();
    takesFocus.current = false;
  }, [showsResult]);

  async function vote(event: FormEvent) {
    event.preventDefault();
    if (chosen === null) return setProblem(t.poll.chooseFirst);
    if (!me) return signIn();
    setProblem("");
    setSending(true);
    try {
      const { poll } = await client.posts.vote(id, chosen);
      takesFocus.current = true;
      patchPost(id, () => ({ poll }));
      announce(t.poll.voted);
    } catch (error) {
      showProblem(t.poll.voteFailed, error);
      void refetchPost(id);
    } finally {
      setSending(false);
    }
  }
  const end = poll.endsAt === null ? t.poll.lasts(durationIn(language, poll.duration)) : (ended ? t.poll.ended : t.poll.until)(dates.dayAndTime(poll.endsAt));
  const facts = (
    <span className="poll__facts">
      {t.poll.votes(poll.votes)} · {end}
    </span>
  );
  if (showsResult)
    return (
      <div className="poll">
        <ul ref={result} className="poll__options" aria-label={t.poll.result} tabIndex={-1}>
          {poll.options.map(({ text, votes }, at) => (
            <Result key={text} text={text} votes={votes} all={poll.votes} isMine={myVote === at} />
          ))}
        </ul>
        <p className="poll__foot">
          {facts}
          {mayVote && (
            <button type="button" className="plain-button link" onClick={() => setPeeking(false)}>
              {t.poll.showOptions}
            </button>
          )}
        </p>
      </div>
    );
  return (
    <form className="poll" onSubmit={vote}>
      <fieldset className="poll__options" disabled={isSending}>
        <legend className="visually-hidden">{t.poll.label}</legend>
        {poll.options.map(({ text }, at) => (
          <label key={text} className="poll__option">
            <input type="radio" name={name} checked={chosen === at} onChange={() => setChosen(at)} />
            <bdi>{text}</bdi>
          </label>
        ))}
      </fieldset>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <p className="poll__foot">
        <button type="submit" className="button button--small" disabled={isSending} aria-disabled={chosen === null}>
          {t.poll.vote}
        </button>
        {facts}
        <button type="button" className="plain-button link" onClick={() => setPeeking(true)}>
          {t.poll.showResult}
        </button>
      </p>
    </form>
  );
}

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
