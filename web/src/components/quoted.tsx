import type { QuotedPost } from "@newfeed/client";
import { TriangleAlert } from "lucide-react";
import { useRef } from "react";
import { Link } from "wouter";
import { usePost } from "../data/posts.ts";
import { useLivePost } from "../live/post.ts";
import { useWhileVisible } from "../live/while-visible.ts";
import { t } from "../texts/texts.ts";
import { Avatar } from "./avatar.tsx";
import { Handle, Name } from "./name.tsx";
import { Time } from "./time.tsx";
import "./quoted.css";

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
export function QuotedContent({ post: { author, title, content, contentWarning, media, sensitive, publishedAt, createdAt } }: { post: QuotedPost }) {
  const [first] = media;
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
          {picture && !sensitive && <img className="quoted__picture" src={picture} alt={first.alt ?? ""} loading="lazy" />}
        </>
      )}
    </>
  );
}
