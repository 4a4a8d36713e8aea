import type { QuotedPost } from "@newfeed/client";
import { TriangleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import { refetchPost, usePost } from "../data/posts.ts";
import { useLivePost } from "../live/post.ts";
import { useWhileVisible } from "../live/while-visible.ts";
import { t } from "../texts/texts.ts";
import { Avatar } from "./avatar.tsx";
import { later } from "./later.tsx";
import { Handle, Name } from "./name.tsx";
import type { QuotedPollProps } from "./quoted-poll.tsx";
import { Time } from "./time.tsx";
import "./quoted.css";

/** Loaded with the first quoted post that has a poll. */
const QuotedPoll = later<QuotedPollProps>(async () => (await import("./quoted-poll.tsx")).QuotedPoll);

export interface QuotedProps {
  id: string;
  /** Null where the reader may not see it, or it is gone. */
  post: QuotedPost | null;
}

/** What a post quotes, as it is now: a card that leads to it, or says that it is not there. */
export function Quoted({ id, post }: QuotedProps) {
  const card = useRef<HTMLDivElement>(null);
  const visible = useWhileVisible(card, false);
  useLivePost(id, visible && post !== null);
  const known = usePost(id);
  const isUnknownPoll = known === undefined && post !== null && post.poll !== null;
  useEffect(() => {
    // Live counts are those of posts that are known.
    if (visible && isUnknownPoll) void refetchPost(id);
  }, [id, visible, isUnknownPoll]);
  const shown = post && (known === undefined ? post : known);
  return (
    <div ref={card}>
      {shown ? (
        <Link href={`/posts/${id}`} className="quoted">
          <span className="visually-hidden">{t.post.quotedPost} </span>
          <QuotedContent post={shown} />
        </Link>
      ) : (
        <p className="quoted quoted--closed">{t.post.gone}</p>
      )}
    </div>
  );
}

/** Of what has a warning, or sensitive media, the reader opens the post itself. */
export function QuotedContent({ post: { id, author, title, content, contentWarning, media, poll, sensitive, publishedAt, createdAt } }: { post: QuotedPost }) {
  const first = media.find(({ kind }) => kind !== "document");
  const picture = first && (first.thumbnailUrl ?? (first.kind === "image" ? first.url : null));
  return (
    <>
      <span className="quoted__head">
        <Avatar of={author} />
        <b>
          <Name of={author} />
        </b>
        <Handle of={author} />
        <Time at={publishedAt ?? createdAt} />
      </span>
      {contentWarning ? (
        <span className="quoted__text" dir="auto">
          <TriangleAlert size={15} aria-hidden /> {contentWarning}
        </span>
      ) : (
        <>
          {(title || content) && (
            <span className="quoted__text" dir="auto">
              {title && <b>{title}</b>}
              {content}
            </span>
          )}
          {poll && <QuotedPoll id={id} poll={poll} />}
          {picture && !sensitive && <img className="quoted__picture" src={picture} alt={first.alt ?? ""} loading="lazy" />}
        </>
      )}
    </>
  );
}
