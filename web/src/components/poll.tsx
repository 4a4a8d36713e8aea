import type { Poll, Post } from "@newfeed/client";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { client } from "../data/client.ts";
import { useSignInFor } from "../data/intent.ts";
import { patchPost, refetchPost } from "../data/posts.ts";
import { useMe } from "../data/session.ts";
import { t } from "../texts/account.ts";
import { announce } from "./announce.ts";
import { PollFacts, PollResult, useEnded } from "./poll-result.tsx";
import { showProblem } from "./toasts.tsx";

export interface PostPollProps {
  post: Post & { poll: Poll };
  pending: boolean;
}

/** A poll: its options until the reader votes, and its result afterwards, after its end, or when they ask for it. */
export function PostPoll({ post, pending }: PostPollProps) {
  const { id, poll } = post;
  const me = useMe();
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
  const facts = <PollFacts poll={poll} ended={ended} />;
  if (showsResult)
    return (
      <div className="poll">
        <PollResult poll={poll} list={result} />
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
